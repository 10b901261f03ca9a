"""Taking in an upload of up to 100 MB: streamed to the data folder's disk, never into memory."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from studyapp.library.models import uploads_folder
from studyapp.library.services.unpacking import MAX_ARCHIVE_BYTES


class ArchiveUploadHandler(FileUploadHandler):
    """Writes the form's file beside where it will be kept. What goes over the limit is let through
    to nowhere, so that the form can still be answered; ``too_large`` tells."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Make the file that the bytes go to; it is gone when closed, unless linked elsewhere."""
        super().new_file(*args, **kwargs)
        folder = uploads_folder()
        folder.mkdir(parents=True, exist_ok=True)
        self.file = tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-")  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Append ``raw_data``. All files of a form count together."""
        self._received += len(raw_data)
        if self._received > MAX_ARCHIVE_BYTES:
            self.too_large = True
            self.file.close()
            raise SkipFile
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file, from its beginning."""
        self.file.seek(0)
        return UploadedFile(
            file=self.file, name=self.file_name, content_type=self.content_type, size=file_size
        )

    def upload_interrupted(self) -> None:
        """The browser went away: so does the file."""
        if hasattr(self, "file"):
            self.file.close()
