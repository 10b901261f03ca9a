"""What every test gets: a data folder of its own, and plain static files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Django reads its settings: nothing a test does lands in the working tree.
_DATA = tempfile.TemporaryDirectory(prefix="studyapp-tests-")
os.environ["STUDYAPP_DATA_DIR"] = _DATA.name
os.environ["STUDYAPP_SECRET_KEY"] = "for tests only"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's sync API runs an event loop


@pytest.fixture(autouse=True)
def _own_media(settings: object, tmp_path: Path) -> Iterator[None]:
    """Attachments a test stores go where pytest cleans up."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    yield
