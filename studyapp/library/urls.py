"""Vaults, notes, attachments and import reports."""

from django.urls import path

from studyapp.library.views import pages

app_name = "library"
urlpatterns = [
    path("", pages.vault_list, name="vaults"),
    path("<slug:slug>/", pages.vault, name="vault"),
    path("<slug:slug>/report/", pages.report, name="report"),
    path("<slug:slug>/notes/<path:path>", pages.note, name="note"),
    path("<slug:slug>/files/<path:path>", pages.attachment, name="attachment"),
]
