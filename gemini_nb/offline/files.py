"""files: resumable uploads and what they become; and the store that all kinds of things share."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from starlette.routing import Route

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import Blob, Content, FileMetadata, Part, UploadRequest
from gemini_nb.offline.validation import parse
from gemini_nb.offline.wire import JSONReply, number, page, read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

MOST_FILE_BYTES = 100 * 2**20
MOST_CHUNK_BYTES = 33 * 2**20  # the SDK sends 8 MiB at a time, curl the whole file
MOST_STORED_BYTES = 400 * 2**20  # of all files, all uploads, all caches, all interactions

_KEPT_FOR = timedelta(hours=48)
_ABANDONED_AFTER = timedelta(minutes=5)
_LEAST_BYTES = 2**16  # what something counts at least, which bounds how many there are
S = TypeVar("S")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Store(Generic[S]):
    """Things by `id` until what they call `expires`; beyond `most_bytes` of `size` the oldest go.

    The API calls them `kind`, as "files", and answers with `missing` and `code` for one that is not
    there.
    """

    def __init__(self, kind: str, missing: str, code: int = 403) -> None:
        self.kind = kind
        self._missing = missing
        self._code = code
        self._kept: dict[str, Any] = {}
        self._named = 0
        self.most_bytes = MOST_STORED_BYTES

    def new_id(self, body: bytes) -> str:
        """A name that the same contents in the same order get again: notebooks show it."""
        self._named += 1
        return hashlib.sha256(b"%d|%b" % (self._named, body)).hexdigest()[:24]

    def put(self, item: S) -> S:
        """Keep `item`, or keep it in place of the one with its id."""
        kept: Any = item
        self._kept[kept.id] = kept
        sizes = {name: max(other.size, _LEAST_BYTES) for name, other in self._kept.items()}
        held = sum(sizes.values())
        for oldest, size in sizes.items():
            if held > self.most_bytes and oldest != kept.id:
                del self._kept[oldest]
                held -= size
        return item

    def get(self, name: str, now: datetime) -> S:
        """The one called `name`, with or without its kind before it, if it has not expired."""
        name = name.removeprefix(f"{self.kind}/")
        found = self._kept.get(name)
        if found is None or found.expires <= now:
            raise ApiError(self._code, self._missing.format(name[:60]))
        return found

    def list(self, now: datetime) -> list[S]:
        """All of them, the latest first; those that have expired are forgotten."""
        self._kept = {name: kept for name, kept in self._kept.items() if kept.expires > now}
        return list(reversed(self._kept.values()))

    def delete(self, name: str, now: datetime) -> dict[str, Any]:
        """Forget one; returns the API's reply to that."""
        found: Any = self.get(name, now)
        del self._kept[found.id]
        return {}


def store_routes(kind: str, store_of: Callable[[Request], Store[Any]]) -> list[Route]:
    """The routes that list, get and delete what a store keeps."""

    async def listed(request: Request) -> Response:
        items = store_of(request).list(datetime.now(UTC))
        shown, token = page(request, items)
        resources = [item.resource(str(request.base_url)) for item in shown]
        return JSONReply({kind: resources, **token} if items else {})

    async def one(request: Request) -> Response:
        store, name, now = store_of(request), request.path_params["id"], datetime.now(UTC)
        if request.method == "DELETE":
            return JSONReply(store.delete(name, now))
        return JSONReply(store.get(name, now).resource(str(request.base_url)))

    return [Route(f"/{kind}", listed), Route(f"/{kind}/{{id}}", one, methods=["GET", "DELETE"])]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was sent, or as much of it as has come."""

    id: str
    """A name, or while it is on its way a secret: later requests carry no key."""
    metadata: FileMetadata
    created: datetime
    expires: datetime
    data: bytes = b""

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return len(self.data)

    def resource(self, base_url: str) -> dict[str, Any]:
        """The file as the API describes it, with its address below `base_url`."""
        name, digest = self.metadata.display_name, hashlib.sha256(self.data).hexdigest()
        return {
            "name": f"files/{self.id}",
            **({} if name is None else {"displayName": name}),
            "mimeType": self.metadata.mime_type,
            "sizeBytes": str(self.size),
            "createTime": timestamp(self.created),
            "updateTime": timestamp(self.created),
            "expirationTime": timestamp(self.expires),
            "sha256Hash": base64.b64encode(digest.encode()).decode(),
            "uri": f"{base_url}v1beta/files/{self.id}",
            "state": "ACTIVE",
            "source": "UPLOADED",
        }


class FileStore(Store[StoredFile]):
    """The files, and the uploads under way."""

    def __init__(self) -> None:
        text = "You do not have permission to access the File {} or it may not exist."
        super().__init__("files", text)
        text = "Upload not found: it has ended, was abandoned, or was never started."
        self._uploads = Store[StoredFile]("uploads", text, 404)

    def start(self, metadata: FileMetadata, now: datetime) -> str:
        """The id of a new upload; raises `ApiError` 400 for a bad or taken name or size."""
        self._check(metadata, metadata.size_bytes or 0)
        self._uploads.list(now)  # forgets what was abandoned
        self._uploads.most_bytes = self.most_bytes
        upload = StoredFile(secrets.token_urlsafe(24), metadata, now, now + _ABANDONED_AFTER)
        return self._uploads.put(upload).id

    def append(self, upload_id: str, offset: int, data: bytes, now: datetime) -> int:
        """Add the bytes that follow `offset`, and tell how many there are."""
        upload = self._uploads.get(upload_id, now)
        if offset != upload.size:
            text = f"Upload offset {offset} is wrong: {upload.size} bytes have arrived."
            raise ApiError(400, text)
        self._check(upload.metadata, upload.size + len(data))
        grown = replace(upload, data=upload.data + data, expires=now + _ABANDONED_AFTER)
        return self._uploads.put(grown).size

    def finish(self, upload_id: str, now: datetime) -> StoredFile:
        """The file that an upload has become; raises `ApiError` as the others do."""
        upload = self._uploads.get(upload_id, now)
        announced = upload.metadata.size_bytes
        if announced not in {None, upload.size}:
            text = f"{announced} bytes were announced, but {upload.size} have arrived."
            raise ApiError(400, text)
        self._uploads.delete(upload_id, now)
        # The name is checked again: another upload may have taken it meanwhile.
        name = self._check(upload.metadata, upload.size) or self.new_id(upload.data)
        return self.put(replace(upload, id=name, created=now, expires=now + _KEPT_FOR))

    def put_in(self, contents: Iterable[Content]) -> list[Content]:
        """`contents` with each reference to a file replaced by its bytes."""
        return [
            content.model_copy(update={"parts": [self._with_bytes(part) for part in content.parts]})
            for content in contents
        ]

    def _with_bytes(self, part: Part) -> Part:
        if part.file_data is None:
            return part
        uri = part.file_data.file_uri
        _, found, name = uri.rpartition("files/")
        if not found:
            text = f"Cannot fetch content from the provided URL {uri[:100]!r}: offline, only files"
            raise ApiError(400, f"{text} uploaded to this server are read.")
        stored = self.get(name, datetime.now(UTC))
        kind = part.file_data.mime_type or stored.metadata.mime_type
        blob = Blob(mime_type=kind or "", data=stored.data)
        return part.model_copy(update={"file_data": None, "inline_data": blob})

    def _check(self, metadata: FileMetadata, size: int) -> str:
        """The name that is asked for, if any."""
        name = (metadata.name or "").removeprefix("files/")
        if name and not _NAME.fullmatch(name):
            text = f"Invalid file name {name[:60]!r}: use at most 40 of a-z, 0-9 and inner dashes."
            raise ApiError(400, text)
        if name in self._kept:
            raise ApiError(400, f"File {name} already exists.")
        if size > (most := min(MOST_FILE_BYTES, self.most_bytes)):
            raise ApiError(400, f"The file exceeds the offline limit of {most} bytes.")
        return name


async def _upload(request: Request) -> Response:
    """Begin an upload, take its next bytes, end it."""
    store: FileStore = request.app.state.offline.files
    upload_id = request.query_params.get("upload_id")
    known = ["start"] if upload_id is None else ["upload", "finalize", "upload, finalize"]
    if (command := request.headers.get("x-goog-upload-command", "").lower()) not in known:
        text = "Only resumable uploads are supported offline: X-Goog-Upload-Command"
        raise ApiError(400, f"{text} must be one of {known}.")
    body, now = await read_body(request, most=MOST_CHUNK_BYTES), datetime.now(UTC)
    headers = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-Chunk-Granularity": "1"}
    if upload_id is None:
        metadata = parse(body, UploadRequest).file
        kind = request.headers.get("x-goog-upload-header-content-type", "application/octet-stream")
        length = request.headers.get("x-goog-upload-header-content-length")
        size = metadata.size_bytes if length is None else number(length, "size_bytes")
        update = {"mime_type": metadata.mime_type or kind, "size_bytes": size}
        metadata = metadata.model_copy(update=update)
        query = f"upload_id={store.start(metadata, now)}&upload_protocol=resumable"
        headers["X-Goog-Upload-URL"] = f"{request.base_url}upload/v1beta/files?{query}"
        return JSONReply({}, headers=headers)
    if "upload" in command:
        offset = request.headers.get("x-goog-upload-offset", "0")
        store.append(upload_id, number(offset, "X-Goog-Upload-Offset"), body, now)
    if "finalize" not in command:
        return JSONReply({}, headers=headers)
    reply = {"file": store.finish(upload_id, now).resource(str(request.base_url))}
    return JSONReply(reply, headers={"X-Goog-Upload-Status": "final"})


ROUTES = [
    Route("/upload/files", _upload, methods=["POST", "PUT"]),
    *store_routes("files", lambda request: request.app.state.offline.files),
]


def timestamp(moment: datetime) -> str:
    """`moment` as the API writes it: `2026-01-02T03:04:05.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
