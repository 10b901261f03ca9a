"""Zip archives for tests."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

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
