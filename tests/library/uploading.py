"""Uploads for tests, and the worker that reads them."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.management.commands.db_worker import Worker

from tests.library.vaults import MESSAGING


def zipped(files: dict[str, str | bytes] | None = None, *, folder: str = "Messaging") -> bytes:
    """The files (the messaging vault's, unless given) below ``folder`` ("" for none)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in (MESSAGING if files is None else files).items():
            made.writestr(f"{folder}/{path}" if folder else path, content)
    return out.getvalue()


def upload(data: bytes, name: str = "notes.zip") -> SimpleUploadedFile:
    """``data`` as a browser sends it."""
    return SimpleUploadedFile(name, data, content_type="application/zip")


def work() -> None:
    """What the background worker does until there is nothing left to do."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    ).run()
