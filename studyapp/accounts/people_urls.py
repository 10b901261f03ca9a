"""The people of the site, for its admins."""

from django.urls import path

from studyapp.accounts import views

app_name = "people"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:pk>/", views.person, name="person"),
]
