"""Vaults, notes, attachments and import reports."""

from django.urls import path

from studyapp.library import views

app_name = "library"
urlpatterns = [
    path("", views.vault_list, name="vaults"),
    path("<slug:slug>/", views.vault, name="vault"),
    path("<slug:slug>/report/", views.report, name="report"),
    path("<slug:slug>/notes/<path:path>", views.note, name="note"),
    path("<slug:slug>/files/<path:path>", views.attachment, name="attachment"),
]
