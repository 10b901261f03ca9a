"""Study sessions, the rules of studying, suspended cards, and files of cards."""

from django.urls import path

from studyapp.study.views import cards, exports, preferences, sessions

app_name = "study"
urlpatterns = [
    path("start/", sessions.start, name="start"),
    path("<int:pk>/", sessions.session, name="session"),
    path("<int:pk>/answer/", sessions.answer, name="answer"),
    path("<int:pk>/rate/", sessions.rate, name="rate"),
    path("<int:pk>/bury/", sessions.bury, name="bury"),
    path("<int:pk>/suspend/", sessions.suspend, name="suspend"),
    path("<int:pk>/undo/", sessions.undo, name="undo"),
    path("settings/", preferences.settings, name="settings"),
    path("settings/timezone/", preferences.timezone, name="timezone"),
    path("export/", exports.ask, name="export_ask"),
    path("export/<uuid:key>/", exports.export, name="export"),
    path("export/<uuid:key>/file/", exports.download, name="export_file"),
    path("suspended/", cards.suspended, name="suspended"),
    path("suspended/<int:pk>/resume/", cards.resume, name="resume"),
]
