"""files: resumable upload, get, list and delete."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.routing import Route

from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import UploadRequest
from gemini_nb.offline.api.validation import parse
from gemini_nb.offline.api.wire import JSONReply, natural, page, read_body, require_key

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.api.files import FileStore

MOST_CHUNK_BYTES = 33 * 2**20
"""Bytes in one request of an upload; the SDK sends 8 MiB, curl in the cookbook the whole file."""


def routes(prefix: str) -> list[Route]:
    """The operations on files below `prefix`, and their upload below `/upload`."""
    upload_path = f"/upload{prefix}/files"

    async def upload(request: Request) -> Response:
        store = _store(request)
        commands = _commands(request)
        upload_id = request.query_params.get("upload_id")
        if upload_id is None:
            require_key(request)
            body = await read_body(request)
            if "start" not in commands:
                text = "Only resumable uploads are supported offline: send X-Goog-Upload-Protocol:"
                raise ApiError(400, f"{text} resumable and X-Goog-Upload-Command: start.")
            metadata = parse(body, UploadRequest).file
            kind = request.headers.get("x-goog-upload-header-content-type")
            if kind and not metadata.mime_type:
                metadata = metadata.model_copy(update={"mime_type": kind})
            upload_id = store.start(metadata)
            query = f"upload_id={upload_id}&upload_protocol=resumable"
            headers = {
                "X-Goog-Upload-URL": f"{_base(request)}{upload_path}?{query}",
                "X-Goog-Upload-Status": "active",
                "X-Goog-Upload-Chunk-Granularity": "1",
            }
            return JSONReply({}, headers=headers)
        return await _continue(request, store, upload_id, commands)

    async def list_files(request: Request) -> Response:
        require_key(request)
        files = _store(request).list()
        shown, token = page(request, len(files), default=10, most=100)
        if not files:
            return JSONReply({})
        return JSONReply({"files": [f.resource(_base(request)) for f in files[shown]], **token})

    async def get_file(request: Request) -> Response:
        require_key(request)
        return JSONReply(_store(request).get(request.path_params["id"]).resource(_base(request)))

    async def delete_file(request: Request) -> Response:
        require_key(request)
        _store(request).delete(request.path_params["id"])
        return JSONReply({})

    return [
        Route(upload_path, upload, methods=["POST", "PUT"]),
        Route(f"{prefix}/files", list_files),
        Route(f"{prefix}/files/{{id}}", get_file),
        Route(f"{prefix}/files/{{id}}", delete_file, methods=["DELETE"]),
    ]


async def _continue(
    request: Request, store: FileStore, upload_id: str, commands: set[str]
) -> Response:
    """Take the next bytes of an upload, tell how many there are, or end it."""
    body = await read_body(request, most=MOST_CHUNK_BYTES)
    if "cancel" in commands:
        store.cancel(upload_id)
        return JSONReply({}, headers={"X-Goog-Upload-Status": "cancelled"})
    if "upload" in commands:
        store.append(upload_id, _offset(request), body)
    if "finalize" in commands:
        kind = request.headers.get("content-type")
        stored = store.finish(upload_id, datetime.now(UTC), kind)
        headers = {"X-Goog-Upload-Status": "final"}
        return JSONReply({"file": stored.resource(_base(request))}, headers=headers)
    if not commands & {"upload", "query"}:
        shown = ", ".join(sorted(commands))[:60]
        raise ApiError(400, f"Unknown X-Goog-Upload-Command {shown!r}.")
    headers = {
        "X-Goog-Upload-Status": "active",
        "X-Goog-Upload-Size-Received": str(store.received(upload_id)),
    }
    return JSONReply({}, headers=headers)


def _commands(request: Request) -> set[str]:
    given = request.headers.get("x-goog-upload-command", "")
    return {command.strip().lower() for command in given.split(",") if command.strip()}


def _offset(request: Request) -> int:
    text = request.headers.get("x-goog-upload-offset", "0").strip()
    offset = natural(text)
    if offset is None:
        raise ApiError(400, f"X-Goog-Upload-Offset {text[:40]!r} is not a number of bytes.")
    return offset


def _store(request: Request) -> FileStore:
    return request.app.state.offline.files


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
