"""The first page."""

from django.urls import path

from studyapp.home import views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
]
