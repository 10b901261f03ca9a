"""Attachments' bytes, stored once by their sha256."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from studyapp.library.models import Blob


def store_blob(data: bytes) -> Blob:
    """The blob holding ``data``, stored now if nobody stored these bytes before."""
    sha256 = hashlib.sha256(data).hexdigest()
    blob = Blob.objects.filter(sha256=sha256).first()
    if blob is None:
        blob = Blob(sha256=sha256, size=len(data))
        # The file first: a row without its file would be a lie, a file without its row is only
        # waste.
        if not default_storage.exists(blob.storage_name):
            default_storage.save(blob.storage_name, ContentFile(data))
        blob, _ = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(data)})
    return blob
