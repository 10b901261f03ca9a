"""Every URL of the site, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("studyapp.home.urls")),
    path("classes/", include("studyapp.home.class_urls")),
    path("people/", include("studyapp.accounts.people_urls")),
    path("study/", include("studyapp.study.urls")),
    path("quizzes/", include("studyapp.quizzes.urls")),
    path("library/", include("studyapp.library.urls")),
    path("sandbox/", include("studyapp.sandbox.urls")),
    path("accounts/", include("studyapp.accounts.urls")),
    path("", include("studyapp.ui.urls")),
]
