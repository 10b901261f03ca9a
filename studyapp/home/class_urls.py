"""Classes: making and joining them, who is in them, what they share."""

from django.urls import path

from studyapp.home import class_views as views

app_name = "classes"
urlpatterns = [
    path("", views.class_list, name="classes"),
    path("make/", views.make, name="make"),
    path("join/", views.join, name="join"),
    path("<int:pk>/", views.study_class, name="class"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/code/", views.code, name="code"),
    path("<int:pk>/share/", views.share, name="share"),
    path("<int:pk>/archive/", views.archive, name="archive"),
    path("<int:pk>/leave/", views.leave, name="leave"),
    path("<int:pk>/members/<int:person>/", views.member, name="member"),
]
