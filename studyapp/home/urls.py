"""The first page, and what the reader shows of studying."""

from django.urls import path

from studyapp.home import views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("known/<slug:slug>/<path:path>", views.note_items, name="note_items"),
]
