"""The settings as they ship, with a data folder that goes away with the test run."""

import atexit
import os
import shutil
import tempfile

_DATA = tempfile.mkdtemp(prefix="studyapp-tests-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
os.environ["STUDYAPP_DATA_DIR"] = _DATA
os.environ["STUDYAPP_SECRET_KEY"] = "for tests only"

from studyapp.settings import *  # noqa: E402, F403
from studyapp.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Not in memory, where the test and all threads of the live server would share one connection:
    # a file gives each its own, as in the application itself.
    DATABASES["default"]["TEST"] = {"NAME": f"{_DATA}/tests.sqlite3"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT.mkdir()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
NOTE_WORKERS = 1  # an import of a few notes: a second process would only take time to start
