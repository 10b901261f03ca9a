"""studyapp's own settings, and one view more."""

from studyapp.settings import *  # noqa: F403
from studyapp.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.benchmarks.site"]
ROOT_URLCONF = "tests.benchmarks.site.urls"
