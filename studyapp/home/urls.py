"""The first page, and what the reader shows of studying."""

from django.urls import path

from studyapp.home import guest_views, report_views, set_views, views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("known/<slug:slug>/<path:path>", views.note_items, name="note_items"),
    path("try/", guest_views.try_it, name="try"),
    path("try/keep/", guest_views.keep, name="keep"),
    path("export/<slug:slug>/<path:path>", set_views.export_set, name="export_set"),
    path("missed/<int:pk>/", views.missed_due, name="missed_due"),
    path("decide/<slug:slug>/apart/", report_views.tell_apart, name="tell_apart"),
    path("decide/<slug:slug>/same/", report_views.tell_same, name="tell_same"),
    path("decide/<slug:slug>/<int:pk>/undo/", report_views.take_back, name="take_back"),
    path("changed/<slug:slug>/", report_views.changed, name="changed_answers"),
    path("changed/<slug:slug>/relearn/", report_views.relearn, name="relearn"),
    path("changed/<slug:slug>/<int:pk>/undo/", report_views.undo_relearn, name="undo_relearn"),
]
