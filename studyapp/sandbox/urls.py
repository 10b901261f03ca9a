"""The learner's AWS account: how to reach it, what was asked of it and what it sent."""

from django.urls import path

from studyapp.sandbox.views import account, trace

app_name = "sandbox"
urlpatterns = [
    path("", account.overview, name="overview"),
    path("trace/", trace.trace, name="trace"),
    path("trace/<int:pk>/", trace.entry, name="entry"),
    path("messages/", trace.messages, name="messages"),
]
