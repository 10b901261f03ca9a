"""The living style guide."""

from django.urls import path

from studyapp.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.style_guide, name="style"),
]
