"""Accounts: signing up and in, by django-allauth."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
