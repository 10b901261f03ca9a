"""The living style guide, and the frame that diagrams are drawn in."""

from django.urls import path

from studyapp.ui import views

app_name = "ui"
urlpatterns = [
    path("style/", views.style_guide, name="style"),
    path("diagrams/", views.diagrams, name="diagrams"),
]
