"""studyapp's URLs, and one more."""

from django.urls import include, path

from tests.benchmarks.site.views import insert_row

urlpatterns = [
    path("insert-row/", insert_row),
    path("", include("studyapp.urls")),
]
