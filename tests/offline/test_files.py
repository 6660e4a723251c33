"""Uploads, as curl makes them, and the store that bounds them."""

from __future__ import annotations

import base64
import hashlib
import http.client
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.offline import files
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.files import FileStore, Store
from gemini_nb.offline.messages import Content, FileMetadata
from http_requests import KEY, ask

if TYPE_CHECKING:
    from gemini_nb.offline.server import EmbeddedServer

UPLOAD = "/upload/v1beta/files"
NOW = datetime(2026, 11, 29, tzinfo=UTC)


def start(server: EmbeddedServer, body: Any, command: str = "start") -> tuple[int, Any]:
    headers = {
        **KEY,
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": command,
        "X-Goog-Upload-Header-Content-Type": "text/plain",
    }
    return ask(server, UPLOAD, body, headers=headers)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"file": {"sizeBytes": "999999999999"}}, "exceeds the offline limit"),
        ({"file": {"sizeBytes": -5}}, "size_bytes"),
        ({"file": {"sizeBytes": "-5"}}, "size_bytes"),
        ({"file": {"name": "files/../../etc"}}, "Invalid file name"),
        ({"file": {"colour": "red"}}, 'Unknown name "colour"'),
    ],
)
def test_a_bad_upload_never_begins(server: EmbeddedServer, body: Any, message: str) -> None:
    status, reply = start(server, body)

    assert status == 400
    assert message in reply["error"]["message"]


@pytest.mark.parametrize("length", ["-5", "x", "1e15", "999999999999"])
def test_a_bad_length_in_the_header_is_refused(server: EmbeddedServer, length: str) -> None:
    headers = {**KEY, "X-Goog-Upload-Command": "start"}
    headers["X-Goog-Upload-Header-Content-Length"] = length
    assert ask(server, UPLOAD, {"file": {}}, headers=headers)[0] == 400


@pytest.mark.parametrize(("sent", "status"), [(b"abcd", 200), (b"abc", 400), (b"abcde", 400)])
def test_as_much_must_come_as_the_header_announced(
    server: EmbeddedServer, sent: bytes, status: int
) -> None:
    address = server.base_url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    headers = {**KEY, "X-Goog-Upload-Command": "start"}
    headers["X-Goog-Upload-Header-Content-Length"] = "4"
    connection.request("POST", UPLOAD, b"{}", headers)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    path = reply.headers["X-Goog-Upload-URL"].removeprefix(server.base_url)
    command = {"X-Goog-Upload-Command": "upload, finalize"}
    assert ask(server, path, sent, headers=command)[0] == status


def test_other_ways_to_upload_are_refused(server: EmbeddedServer) -> None:
    assert start(server, {"file": {}}, command="")[0] == 400
    sent = {"X-Goog-Upload-Command": "upload, finalize"}
    assert ask(server, f"{UPLOAD}?upload_id=guess", b"data", headers=sent)[0] == 404
    assert ask(server, UPLOAD, {"file": {}}, headers={})[0] == 403


def uploaded(store: FileStore, data: bytes, **metadata: Any) -> files.StoredFile:
    upload = store.start(FileMetadata(mime_type="text/plain", **metadata), NOW)
    store.append(upload, 0, data, NOW)
    return store.finish(upload, NOW)


def test_a_file_is_described_as_google_does() -> None:
    stored = uploaded(FileStore(), b"abc", display_name="letters", name="files/abc")

    digest = hashlib.sha256(b"abc").hexdigest()
    assert stored.resource("http://h/") == {
        "name": "files/abc",
        "displayName": "letters",
        "mimeType": "text/plain",
        "sizeBytes": "3",
        "createTime": "2026-11-29T00:00:00.000000Z",
        "updateTime": "2026-11-29T00:00:00.000000Z",
        "expirationTime": "2026-12-01T00:00:00.000000Z",
        "sha256Hash": base64.b64encode(digest.encode()).decode(),
        "uri": "http://h/v1beta/files/abc",
        "state": "ACTIVE",
        "source": "UPLOADED",
    }


def test_pieces_must_follow_each_other_and_be_as_many_as_announced() -> None:
    store = FileStore()
    upload = store.start(FileMetadata(size_bytes=4), NOW)
    store.append(upload, 0, b"ab", NOW)

    with pytest.raises(ApiError, match="2 bytes have arrived"):
        store.append(upload, 1, b"c", NOW)
    with pytest.raises(ApiError, match="4 bytes were announced"):
        store.finish(upload, NOW)
    assert store.append(upload, 2, b"cd", NOW) == 4
    assert store.finish(upload, NOW).data == b"abcd"


def test_of_two_uploads_of_one_name_the_first_to_end_has_it() -> None:
    store = FileStore()
    one, other = (store.start(FileMetadata(name="files/same"), NOW) for _ in range(2))
    store.finish(one, NOW)

    with pytest.raises(ApiError, match="File same already exists"):
        store.finish(other, NOW)
    with pytest.raises(ApiError, match="File same already exists"):
        store.start(FileMetadata(name="files/same"), NOW)


def test_abandoned_uploads_are_forgotten() -> None:
    store = FileStore()
    begun = [store.start(FileMetadata(), NOW) for _ in range(100)]
    later = NOW + timedelta(minutes=6)

    assert store.finish(store.start(FileMetadata(), later), later)
    with pytest.raises(ApiError, match="abandoned") as caught:
        store.append(begun[0], 0, b"x", later)
    assert caught.value.code == 404


def test_a_file_is_kept_for_two_days() -> None:
    store = FileStore()
    stored = uploaded(store, b"abc")

    assert store.get(stored.id, NOW + timedelta(hours=47)) is stored
    with pytest.raises(ApiError, match="may not exist"):
        store.get(stored.id, NOW + timedelta(hours=49))
    assert store.list(NOW + timedelta(hours=49)) == []


def test_the_same_uploads_get_the_same_names() -> None:
    names = [
        [uploaded(store, b"same").id for _ in range(2)] for store in (FileStore(), FileStore())
    ]

    assert names[0] == names[1]
    assert names[0][0] != names[0][1]


def test_files_are_put_into_contents() -> None:
    store = FileStore()
    now = datetime.now(UTC)
    upload = store.start(FileMetadata(mime_type="text/plain"), now)
    store.append(upload, 0, b"abc", now)
    uri = store.finish(upload, now).resource("http://h/")["uri"]
    said = Content.model_validate({"parts": [{"text": "?"}, {"fileData": {"fileUri": uri}}]})
    elsewhere = Content.model_validate({"parts": {"fileData": {"fileUri": "https://a.example/b"}}})

    text, file = store.put_in([said])[0].parts
    assert text == said.parts[0]
    assert (file.inline_data.data, file.inline_data.mime_type) == (b"abc", "text/plain")
    with pytest.raises(ApiError, match="Cannot fetch content"):
        store.put_in([elsewhere])


@dataclass(frozen=True)
class Thing:
    id: str
    size: int
    expires: datetime = NOW + timedelta(hours=1)


def test_a_store_is_bounded_by_bytes_and_the_oldest_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_STORED_BYTES", 1_000_000)
    store = Store[Thing]("things", "no {}")
    for number in range(10):
        store.put(Thing(f"t{number}", 300_000))
    assert [thing.id for thing in store.list(NOW)] == ["t9", "t8", "t7"]
    store.put(Thing("large", 5_000_000))
    assert [thing.id for thing in store.list(NOW)] == ["large"]
    for number in range(1000):  # what is small counts something, too
        store.put(Thing(f"s{number}", 1))
    assert len(store.list(NOW)) < 20
