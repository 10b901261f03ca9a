"""Quiz sets, attempts, and what was missed in them."""

from django.urls import path

from studyapp.quizzes.views import (
    assigned,
    making,
    paper,
    reports,
    results,
    sets,
    sitting,
    statistics,
)

app_name = "quizzes"
urlpatterns = [
    path("", sets.index, name="index"),
    path("new/", making.new, name="new"),
    path("mistakes/", results.mistakes, name="mistakes"),
    path("mistakes/start/", results.practise_mistakes, name="practise_mistakes"),
    path("set/<int:class_pk>/", assigned.assign, name="assign"),
    path("grades/<int:class_pk>/", assigned.grades, name="grades"),
    path("grades/<int:class_pk>/grades.csv", assigned.grades_csv, name="grades_csv"),
    path("assignments/<int:pk>/", assigned.assignment, name="assignment"),
    path("assignments/<int:pk>/start/", assigned.start, name="start_assigned"),
    path("assignments/<int:pk>/change/", assigned.change, name="change"),
    path("assignments/<int:pk>/withdraw/", assigned.withdraw, name="withdraw"),
    path("assignments/<int:pk>/progress/", assigned.progress, name="progress"),
    path("assignments/<int:pk>/marks.csv", assigned.marks_csv, name="marks_csv"),
    path("assignments/<int:pk>/release/", assigned.release, name="release"),
    path("assignments/<int:pk>/attempts/<int:attempt_pk>/", assigned.seen, name="seen"),
    path("attempts/<int:pk>/", sitting.attempt, name="attempt"),
    path("attempts/<int:pk>/review/", sitting.review, name="review"),
    path("attempts/<int:pk>/finish/", sitting.finish, name="finish"),
    path("attempts/<int:pk>/result/", results.result, name="result"),
    path("attempts/<int:pk>/gradings/", reports.gradings, name="gradings"),
    path("attempts/<int:pk>/<int:position>/", sitting.slot, name="slot"),
    path("attempts/<int:pk>/<int:position>/save/", sitting.save, name="save"),
    path("attempts/<int:pk>/<int:position>/check/", sitting.check, name="check"),
    path("attempts/<int:pk>/<int:position>/report/", reports.report, name="report"),
    path("reports/", reports.reports, name="reports"),
    path("wordings/<int:pk>/", reports.wording, name="wording"),
    path("wordings/<int:pk>/regrade/", reports.regrade, name="regrade"),
    path("wordings/<int:pk>/answer/", reports.answer, name="answer"),
    path("sets/<slug:slug>/start/<path:path>", sets.start, name="start"),
    path("sets/<slug:slug>/publish/<path:path>", sets.publish, name="publish"),
    path("sets/<slug:slug>/<path:path>/paper/", paper.paper, name="paper"),
    path("sets/<slug:slug>/<path:path>/statistics/", statistics.statistics, name="statistics"),
    path(
        "sets/<slug:slug>/<path:path>/statistics.csv",
        statistics.statistics_file,
        name="statistics_file",
    ),
    path("sets/<slug:slug>/<path:path>", sets.quiz_set, name="set"),
]
