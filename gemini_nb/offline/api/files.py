"""Files sent ahead: resumable uploads and the files they become, kept in memory."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.api.content import Blob, Content, Part
from gemini_nb.offline.api.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.offline.api.messages import FileMetadata

MOST_FILES = 100
MOST_FILE_BYTES = 100 * 2**20
MOST_TOTAL_BYTES = 400 * 2**20
MOST_OPEN_UPLOADS = 50

_KEPT_FOR = timedelta(hours=48)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was sent."""

    id: str
    data: bytes
    mime_type: str
    display_name: str | None
    created: datetime

    def resource(self, base_url: str) -> dict[str, Any]:
        """The file as the API describes it, with URIs below `base_url`."""
        created = timestamp(self.created)
        digest = hashlib.sha256(self.data).hexdigest()
        fields = {
            "name": f"files/{self.id}",
            "displayName": self.display_name,
            "mimeType": self.mime_type,
            "sizeBytes": str(len(self.data)),
            "createTime": created,
            "updateTime": created,
            "expirationTime": timestamp(self.created + _KEPT_FOR),
            "sha256Hash": base64.b64encode(digest.encode()).decode(),
            "uri": f"{base_url}/v1beta/files/{self.id}",
            "state": "ACTIVE",
            "source": "UPLOADED",
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(slots=True)
class Upload:
    """A file on its way."""

    metadata: FileMetadata
    data: bytearray


class FileStore:
    """The files and the uploads under way, bounded in number and size."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._uploads: dict[str, Upload] = {}

    def __len__(self) -> int:
        return len(self._files)

    def start(self, metadata: FileMetadata) -> str:
        """The id of a new upload.

        Raises:
            ApiError: 400 for a bad or taken name or a size over the limit, 429 when the store
                is full.
        """
        name = (metadata.name or "").removeprefix("files/")
        if name and not _NAME.fullmatch(name):
            rule = "lower-case letters, digits and inner dashes, at most 40"
            raise ApiError(400, f"Invalid file name {name[:60]!r}: use {rule}.")
        if name in self._files:
            raise ApiError(400, f"File {name} already exists.")
        if (metadata.size_bytes or 0) > MOST_FILE_BYTES:
            raise _too_large()
        if len(self._files) >= MOST_FILES or len(self._uploads) >= MOST_OPEN_UPLOADS:
            limits = f"{MOST_FILES} files and {MOST_OPEN_UPLOADS} open uploads"
            raise ApiError(429, f"The offline server keeps {limits}; delete some first.")
        upload_id = secrets.token_urlsafe(24)  # a capability: later requests carry no key
        self._uploads[upload_id] = Upload(metadata, bytearray())
        return upload_id

    def received(self, upload_id: str) -> int:
        """How many bytes of an upload have arrived."""
        return len(self._upload(upload_id).data)

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Add the bytes that follow `offset`.

        Raises:
            ApiError: 404 for an unknown upload, 400 for a gap or a file over the limit, 429 when
                all uploads together are too large.
        """
        upload = self._upload(upload_id)
        if offset != len(upload.data):
            text = f"Upload offset {offset} is wrong: {len(upload.data)} bytes have arrived."
            raise ApiError(400, text)
        if len(upload.data) + len(data) > MOST_FILE_BYTES:
            del self._uploads[upload_id]
            raise _too_large()
        held = sum(len(f.data) for f in self._files.values())
        held += sum(len(u.data) for u in self._uploads.values())
        if held + len(data) > MOST_TOTAL_BYTES:
            text = f"The offline server keeps {MOST_TOTAL_BYTES >> 20} MB; delete some files first."
            raise ApiError(429, text)
        upload.data += data

    def finish(self, upload_id: str, now: datetime, mime_type: str | None) -> StoredFile:
        """The file that an upload has become."""
        upload = self._upload(upload_id)
        announced = upload.metadata.size_bytes
        if announced is not None and announced != len(upload.data):
            text = f"{announced} bytes were announced, but {len(upload.data)} have arrived."
            raise ApiError(400, text)
        del self._uploads[upload_id]
        data = bytes(upload.data)
        name = (upload.metadata.name or "").removeprefix("files/") or self._free_name(data)
        kind = upload.metadata.mime_type or mime_type or "application/octet-stream"
        stored = StoredFile(name, data, kind, upload.metadata.display_name, now)
        self._files[name] = stored
        return stored

    def cancel(self, upload_id: str) -> None:
        """Forget an upload."""
        self._upload(upload_id)
        del self._uploads[upload_id]

    def list(self) -> list[StoredFile]:
        """All files, the latest first."""
        return list(reversed(self._files.values()))

    def get(self, name: str) -> StoredFile:
        """The file called `name`.

        Raises:
            ApiError: 403, which is what the API replies for a missing file.
        """
        file_id = name.removeprefix("files/")
        if file_id not in self._files:
            shown = file_id[:60]
            text = f"You do not have permission to access the File {shown} or it may not exist."
            raise ApiError(403, text)
        return self._files[file_id]

    def delete(self, name: str) -> None:
        """Forget a file; raises as `get` does."""
        del self._files[self.get(name).id]

    def put_in(self, contents: Iterable[Content]) -> list[Content]:
        """`contents` with each reference to a file replaced by its bytes.

        Raises:
            ApiError: 403 for a file that is not here, 400 for an address elsewhere.
        """
        return [
            content.model_copy(update={"parts": [self._with_bytes(part) for part in content.parts]})
            if any(part.file_data for part in content.parts)
            else content
            for content in contents
        ]

    def _with_bytes(self, part: Part) -> Part:
        if part.file_data is None:
            return part
        uri = part.file_data.file_uri
        _, found, name = uri.rpartition("files/")
        if not found:
            text = f"Cannot fetch content from the provided URL {uri[:100]!r}: the offline server"
            raise ApiError(400, f"{text} only reads files uploaded to it.")
        stored = self.get(name)
        blob = Blob(mime_type=part.file_data.mime_type or stored.mime_type, data=stored.data)
        return part.model_copy(update={"file_data": None, "inline_data": blob})

    def _upload(self, upload_id: str) -> Upload:
        if upload_id not in self._uploads:
            raise ApiError(404, "Upload not found: it has ended, or it was never started.")
        return self._uploads[upload_id]

    def _free_name(self, data: bytes) -> str:
        """A name made from the content, so that a notebook shows the same one on every run."""
        digest = hashlib.sha256(data)
        while (name := digest.hexdigest()[:12]) in self._files:
            digest.update(b"again")
        return name


def timestamp(moment: datetime) -> str:
    """`moment` as the API writes it.

    Example:
        >>> timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        '2026-01-02T03:04:05.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _too_large() -> ApiError:
    return ApiError(400, f"The file exceeds the offline limit of {MOST_FILE_BYTES >> 20} MB.")
