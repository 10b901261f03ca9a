"""Vaults, notes, attachments and import reports."""

from django.urls import path

from studyapp.library.views import (
    collections,
    conflicts,
    edits,
    history,
    imports,
    making,
    pages,
    questions,
    search,
    settings,
    settling,
    suggestions,
)

app_name = "library"
urlpatterns = [
    path("", pages.vault_list, name="vaults"),
    path("search/", search.search, name="search"),
    path("new/", making.new_vault, name="new_vault"),
    path("import/", imports.bring_in, name="import"),
    path("import/<uuid:key>/", imports.intake, name="intake"),
    path("import/<uuid:key>/resume/", imports.resume, name="resume_intake"),
    path("<slug:slug>/", pages.vault, name="vault"),
    path("<slug:slug>/new/", making.new_note, name="new_note"),
    path("<slug:slug>/revision/", pages.revision, name="revision"),
    path("<slug:slug>/report/", pages.report, name="report"),
    path("<slug:slug>/report/<slug:name>/", pages.report_section, name="report_section"),
    path("<slug:slug>/settle/", settling.choose_reading, name="choose_reading"),
    path("<slug:slug>/settle/undo/", settling.undo_reading, name="undo_reading"),
    path("<slug:slug>/suggestions/", suggestions.suggestions, name="suggestions"),
    path("<slug:slug>/follow/", imports.follow, name="follow"),
    path("<slug:slug>/settings/", settings.vault_settings, name="settings"),
    path("<slug:slug>/read-again/", imports.read_again, name="read_again"),
    path("<slug:slug>/notes/<path:path>", pages.note, name="note"),
    path("<slug:slug>/edit/<path:path>", edits.edit, name="edit"),
    path("<slug:slug>/question/<path:path>", questions.question, name="question"),
    path("<slug:slug>/trial/<path:path>", questions.trial, name="trial"),
    path("<slug:slug>/conflict/<path:path>", conflicts.conflict, name="conflict"),
    path("<slug:slug>/versions/<path:path>", history.versions, name="versions"),
    path("<slug:slug>/export/", pages.export, name="export"),
    path("<slug:slug>/preview/<path:path>", edits.preview, name="preview"),
    path("<slug:slug>/graph/<path:path>", pages.graph, name="graph"),
    path("<slug:slug>/tags/", collections.tags, name="tags"),
    path("<slug:slug>/tags/<path:tag>/", collections.tag, name="tag"),
    path("<slug:slug>/topics/", collections.loose, name="loose"),
    path("<slug:slug>/topics/<int:pk>/", collections.topic, name="topic"),
    path("<slug:slug>/files/<path:path>", pages.attachment, name="attachment"),
]
