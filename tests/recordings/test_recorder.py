from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import errors

from gemini_nb.catalog import GEMINI_URL
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.recordings import recording
from gemini_nb.recordings.player import create_player
from gemini_nb.recordings.recorder import moved
from http_requests import GENERATE, HELLO, MODEL, ask
from recordings.upstreams import (
    HEAD,
    OUR_KEY,
    Upstream,
    canned,
    chunk,
    recorder_of,
    recorder_of_canned,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAM = f"/v1beta/models/{MODEL}:streamGenerateContent"
SSE = HEAD % b"text/event-stream"
ANSWER = {"candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}}]}
EVENT = f"data: {json.dumps(ANSWER)}\r\n\r\n".encode()
GEMINI = "https://generativelanguage.googleapis.com"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings") / "lesson.gnb"


@pytest.fixture
def path(lesson: Path) -> Path:
    """Where the servers record; nothing is there yet."""
    lesson.unlink(missing_ok=True)
    return lesson


@pytest.fixture(scope="module")
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture(scope="module")
def server(upstream: Upstream, lesson: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(app=upstream) as running, recorder_of(running.base_url, lesson) as server:
        yield server


@pytest.fixture
def client(server: EmbeddedServer) -> Iterator[genai.Client]:
    with genai.Client(api_key="any", http_options={"base_url": server.base_url}) as client:
        yield client


def exchanges(path: Path) -> tuple[recording.Exchange, ...]:
    read = recording.read(path)
    assert read.faults == ()
    return read.exchanges


def curl(*arguments: str) -> bytes:
    command = ["curl", "-sS", "-m", "30", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def post(server: EmbeddedServer, path: str, body: Any = HELLO, **headers: str) -> Any:
    headers = {"x-goog-api-key": "any", "Content-Type": "application/json", **headers}
    data = json.dumps(body).encode()
    return urllib.request.Request(server.base_url + path, data, headers)


def test_create_recorder_records_what_the_sdk_is_answered(client: genai.Client, path: Path) -> None:
    reply = client.models.generate_content(model=MODEL, contents="Hello")

    (exchange,) = exchanges(path)
    assert exchange.request.method == "POST"
    assert exchange.request.path == f"models/{MODEL}:generateContent"
    assert exchange.request.query == {}
    assert exchange.request.body["contents"][0]["parts"] == [{"text": "Hello"}]
    assert exchange.reply.body["candidates"][0]["content"]["parts"] == [{"text": reply.text}]
    assert exchange.reply.answered_by == "offline"
    assert reply.sdk_http_response is not None
    assert reply.sdk_http_response.headers is not None
    assert reply.sdk_http_response.headers["x-gemini-nb-mode"] == "record; of=offline"


def test_create_recorder_records_streams_of_the_async_sdk(client: genai.Client, path: Path) -> None:
    async def stream() -> list[str | None]:
        chunks = await client.aio.models.generate_content_stream(model=MODEL, contents="Hello")
        texts = [chunk.text async for chunk in chunks]
        await client.aio.aclose()
        return texts

    texts = asyncio.run(stream())

    (exchange,) = exchanges(path)
    assert exchange.reply.events is not None
    parts = [event.data["candidates"][0]["content"]["parts"] for event in exchange.reply.events]
    assert parts == [[{"text": text}] for text in texts]
    assert len(texts) > 1


def test_create_recorder_records_named_events_of_interactions(
    client: genai.Client, path: Path
) -> None:
    stream = client.interactions.create(model=MODEL, input="Hello", stream=True)
    names = [event.event_type for event in stream]

    (exchange,) = exchanges(path)
    assert exchange.reply.events is not None
    assert [event.name for event in exchange.reply.events] == [*names, "done"]
    assert exchange.reply.events[-1].data == "[DONE]"


def test_create_recorder_gives_curl_the_array_it_asks_for(
    server: EmbeddedServer, path: Path
) -> None:
    asked = ("-H", "x-goog-api-key: any", "--json", json.dumps(HELLO))
    array, events = (
        curl(f"{server.base_url}{STREAM}{query}", *asked) for query in ("", "?alt=sse")
    )

    chunks = json.loads(array)
    assert len(chunks) == events.count(b"data: ") > 1
    assert array.startswith(b'[{\n  "candidates"')
    assert [exchange.request.query for exchange in exchanges(path)] == [{}] * 2


def test_create_recorder_records_an_upload_in_two_chunks(
    client: genai.Client, path: Path, tmp_path: Path
) -> None:
    content = b"0123456789abcdef" * (9 * 2**16)
    (tmp_path / "film.bin").write_bytes(content)
    client.files.upload(file=tmp_path / "film.bin", config={"mime_type": "video/mp4"})

    assert list(recording.read(path).media.values()) == [content]


def test_create_recorder_records_an_upload_of_the_sdk(
    client: genai.Client, server: EmbeddedServer, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_bytes(9 * b"Herons fish. ")
    file = client.files.upload(file=tmp_path / "notes.txt", config={"display_name": "Notes"})
    assert file.uri is not None
    assert file.uri.startswith(f"{server.base_url}/v1beta/files/")
    reply = client.models.generate_content(model=MODEL, contents=["What is this?", file])
    assert file.name is not None
    assert client.files.get(name=file.name).uri == file.uri
    client.files.delete(name=file.name)

    read = recording.read(path)
    upload, generate, get, delete = read.exchanges
    assert upload.request.path == "upload/files"
    assert {**upload.request.body, "data": ""} == {
        "mime_type": "text/plain",
        "display_name": "Notes",
        "data": "",
    }
    assert read.media[upload.request.body["data"]] == 9 * b"Herons fish. "
    uri = file.uri.replace(server.base_url, GEMINI)
    assert upload.reply.body["file"]["uri"] == uri
    assert uri in json.dumps(generate.request.body)
    assert reply.text
    assert (get.request.method, get.reply.body["uri"]) == ("GET", uri)
    assert (delete.request.method, delete.reply.body) == ("DELETE", {})


def test_create_recorder_records_an_upload_of_curl(
    server: EmbeddedServer, path: Path, tmp_path: Path
) -> None:
    headers = curl(
        f"{server.base_url}/upload/v1beta/files?key=any",
        *("-D", "-", "-o", os.devnull, "-H", "X-Goog-Upload-Protocol: resumable"),
        *("-H", "X-Goog-Upload-Command: start"),
        *("-H", "X-Goog-Upload-Header-Content-Type: text/plain"),
        *("--json", '{"file": {"displayName": "A"}}'),
    )
    (address,) = [
        line.partition(": ")[2]
        for line in headers.decode().splitlines()
        if line.lower().startswith("x-goog-upload-url")
    ]
    assert address.startswith(server.base_url)
    for command, piece in (("upload", b"ab"), ("upload, finalize", b"c")):
        (tmp_path / "piece").write_bytes(piece)
        reply = curl(
            address,
            *("-H", f"X-Goog-Upload-Command: {command}", "-H", "Content-Type: text/plain"),
            *("-H", f"X-Goog-Upload-Offset: {0 if piece == b'ab' else 2}"),
            *("--data-binary", f"@{tmp_path / 'piece'}"),
        )

    read = recording.read(path)
    (upload,) = read.exchanges
    assert json.loads(reply)["file"]["uri"].startswith(server.base_url)
    assert upload.request.body["data"] == base64.b64encode(b"abc").decode()
    assert upload.request.body["mime_type"] == "text/plain"
    assert upload.request.body["display_name"] == "A"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("429 Too Many Requests", ["Retry-After: 7"]),
        ("500 Internal Server Error", []),
        ("503 Service Unavailable", ["Retry-After: 2"]),
        ("408 Request Timeout", []),
    ],
)
def test_create_recorder_passes_on_what_passes_by_itself_but_does_not_record_it(
    path: Path, status: str, headers: list[str]
) -> None:
    failure = canned(status, b'{"error": {"message": "wait"}}', *headers)
    good = canned("200 OK", json.dumps(ANSWER).encode())
    with recorder_of_canned(path, (failure,), (good,)) as (server, _):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(post(server, GENERATE), timeout=30)
        with caught.value as error:
            assert json.load(error) == {"error": {"message": "wait"}}
            assert error.status == int(status[:3])
            told = error.headers.get("Retry-After")
        assert ask(server, GENERATE, HELLO) == (200, ANSWER)

    assert [f"Retry-After: {told}"] == (headers or ["Retry-After: None"])
    assert [exchange.reply.status for exchange in exchanges(path)] == [200]


def test_create_recorder_records_a_refusal(path: Path) -> None:
    body = {"error": {"code": 404, "message": "no such model", "status": "NOT_FOUND"}}
    reply = canned("404 Not Found", json.dumps(body).encode())
    with recorder_of_canned(path, (reply,)) as (server, _):
        assert ask(server, GENERATE, HELLO) == (404, body)

    assert [(e.reply.status, e.reply.body) for e in exchanges(path)] == [(404, body)]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 0\r\n\r\n",
        b"gibberish\r\n\r\n",
    ],
    ids=["closed at once", "closed in the midst", "redirect", "no HTTP"],
)
def test_create_recorder_says_that_there_was_no_answer(path: Path, answer: bytes) -> None:
    with recorder_of_canned(path, (answer,)) as (server, _):
        status, reply = ask(server, GENERATE, HELLO)

    assert (status, reply["error"]["status"]) == (502, "BAD_GATEWAY")
    assert "Gemini" in reply["error"]["message"]
    assert "example.org" not in reply["error"]["message"]
    assert not path.exists()


def test_create_recorder_asks_an_address_with_a_password(upstream: Upstream, path: Path) -> None:
    with (
        EmbeddedServer(app=upstream) as gemini,
        recorder_of(gemini.base_url.replace("//", "//me:secret@"), path) as server,
    ):
        assert ask(server, GENERATE, HELLO)[0] == 200


def test_create_recorder_goes_where_gemini_redirects_to_itself(path: Path) -> None:
    # As downloads of films are said to be: BerriAI/litellm issue 13686.
    moved_to = canned("302 Found", b"", "Location: /v1beta/files/film:download?alt=media&x=1")
    film = canned("200 OK", bytes(range(100)), kind="video/mp4")
    with recorder_of_canned(path, (moved_to,), (film,)) as (server, gemini):
        address = f"{server.base_url}/v1beta/files/film:download?alt=media&key=any"
        with urllib.request.urlopen(address, timeout=30) as reply:
            assert reply.read() == bytes(range(100))

    assert gemini.seen.count(f"x-goog-api-key: {OUR_KEY}".encode()) == 2
    assert [exchange.request.path for exchange in exchanges(path)] == ["files/film:download"]


def test_create_recorder_says_that_nobody_listens(path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with recorder_of(address, path) as server:
        assert ask(server, GENERATE, HELLO)[0] == 502


def test_create_recorder_gives_the_sdk_its_errors(path: Path) -> None:
    failure = canned("429 Too Many Requests", b'{"error": {"code": 429, "message": "wait"}}')
    with recorder_of_canned(path, (failure,)) as (server, _):
        client = genai.Client(api_key="any", http_options={"base_url": server.base_url})
        with client, pytest.raises(errors.ClientError, match="429"):
            client.models.generate_content(model=MODEL, contents="Hello")


def test_create_recorder_passes_the_first_event_before_the_last_has_come(path: Path) -> None:
    may_end = threading.Event()
    answer = (SSE + chunk(EVENT), may_end, chunk(EVENT) + chunk(b""))
    with (
        recorder_of_canned(path, answer) as (server, _),
        urllib.request.urlopen(post(server, f"{STREAM}?alt=sse"), timeout=30) as reply,
    ):
        assert reply.read(len(EVENT)) == EVENT
        may_end.set()
        assert reply.read() == EVENT

    (exchange,) = exchanges(path)
    assert exchange.reply.events is not None
    assert [event.data for event in exchange.reply.events] == [ANSWER, ANSWER]


def test_create_recorder_reads_events_cut_anywhere(path: Path) -> None:
    data = json.dumps({"text": "für\u2028 ☃"}, ensure_ascii=False).encode()
    stream = b": hello\n\nevent: a\r\ndata: " + data + b"\r\n\r\ndata: [DONE]\n\n"
    pieces = b"".join(chunk(bytes([byte])) for byte in stream)
    with recorder_of_canned(path, (SSE + pieces + chunk(b""),)) as (server, _):
        reply = urllib.request.urlopen(post(server, f"{STREAM}?alt=sse"), timeout=30)
        with reply:
            assert reply.read() == b"event: a\ndata: " + data + b"\n\ndata: [DONE]\r\n\r\n"

    (exchange,) = exchanges(path)
    assert exchange.reply.events is not None
    assert [(event.name, event.data) for event in exchange.reply.events] == [
        ("a", {"text": "für\u2028 ☃"}),
        ("", "[DONE]"),
    ]


def test_create_recorder_records_a_stream_that_its_client_has_left(path: Path) -> None:
    may_end, next_answer = threading.Event(), canned("200 OK", json.dumps(ANSWER).encode())
    answer = (SSE + chunk(EVENT), may_end, chunk(EVENT) * 3 + chunk(b""))
    with recorder_of_canned(path, answer, (next_answer,)) as (server, _):
        reply = urllib.request.urlopen(post(server, f"{STREAM}?alt=sse"), timeout=30)
        assert reply.read(len(EVENT)) == EVENT
        reply.close()
        may_end.set()
        ask(server, GENERATE, HELLO)  # the upstream takes one connection after the other
        wait_for(path, 2)

    streamed = [e.reply.events for e in exchanges(path) if e.reply.events is not None]
    assert [len(events) for events in streamed] == [4]


def wait_for(path: Path, count: int) -> None:
    """Until so many answers are recorded."""
    written = threading.Event()
    for _ in range(3000):
        if path.exists() and path.read_bytes().count(b'"recorded"') >= count:
            return
        written.wait(0.01)
    raise AssertionError("was not recorded")


@pytest.mark.parametrize(
    ("rest", "ending"),
    [
        (b"", "breaks"),
        (chunk(b"data: {"), "breaks"),
        (chunk(b"data: {") + chunk(b""), "breaks"),
        (chunk(b'data: {"error": {"code": 503, "message": "busy"}}\r\n\r\n') + chunk(b""), "tells"),
        (chunk(b'event: error\ndata: {"error": {"code": "busy"}}\n\n') + chunk(b""), "tells"),
        (chunk(b'data: {"error": "busy"}\n\n') + chunk(b""), "tells"),
        (chunk(b'data: {"error": {}}\n\ndata: [DONE]\n\n') + chunk(b""), "tells"),
    ],
    ids=["closed", "closed in event", "ended in event", "error", "named", "in words", "done"],
)
def test_create_recorder_does_not_record_a_stream_that_fails(
    path: Path, rest: bytes, ending: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with recorder_of_canned(path, (SSE + chunk(EVENT) + rest,)) as (server, _):
        reply = urllib.request.urlopen(post(server, f"{STREAM}?alt=sse"), timeout=30)
        with reply:
            assert reply.read(len(EVENT)) == EVENT
            if ending == "tells":
                assert b'"error"' in reply.read()
            else:
                with pytest.raises(http.client.IncompleteRead):
                    reply.read()

    assert not path.exists()
    assert capfd.readouterr() == ("", "")


def test_create_recorder_records_files_that_are_downloaded(path: Path) -> None:
    film = bytes(range(100))
    reply = canned("200 OK", film, kind="video/mp4")
    with recorder_of_canned(path, (reply,)) as (server, _):
        address = f"{server.base_url}/v1beta/files/film:download?alt=media&key=any"
        with urllib.request.urlopen(address, timeout=30) as reply:
            assert (reply.read(), reply.headers["content-type"]) == (film, "video/mp4")

    (exchange,) = exchanges(path)
    assert exchange.request.path == "files/film:download"
    assert exchange.reply.mime_type == "video/mp4"
    assert recording.read(path).media == {exchange.reply.body: film}


def test_create_recorder_records_what_only_claims_to_be_json(path: Path) -> None:
    with recorder_of_canned(path, (canned("200 OK", b"<html>"),)) as (server, _):
        reply = urllib.request.urlopen(post(server, GENERATE), timeout=30)
        with reply:
            assert reply.read() == b"<html>"

    (exchange,) = exchanges(path)
    assert exchange.reply.mime_type == "application/json"


MARKERS = [f"marker-{place}-83615724" for place in ("head", "query", "bearer", "cookie", "token")]
HEAD_KEY, QUERY_KEY, BEARER, COOKIE, TOKEN = MARKERS
CARRYING = {
    "x-goog-api-key": HEAD_KEY,
    "Authorization": f"Bearer {BEARER}",
    "Cookie": f"session={COOKIE}; other=1",
    "x-goog-user-project": "project-of-mine",
    "x-goog-api-client": f"sdk {HEAD_KEY}",
}
ALL_KEYS = f"{' and '.join(MARKERS)}, AIza{'x' * 35}, {OUR_KEY}"
TELLING = {"contents": [{"parts": [{"text": ALL_KEYS}, {"text": f"?key={QUERY_KEY}"}]}]}


def test_create_recorder_lets_no_key_through(
    server: EmbeddedServer, upstream: Upstream, path: Path
) -> None:
    upstream.seen = b""
    query = f"?key={QUERY_KEY}&access_token={TOKEN}&pageToken={HEAD_KEY}"
    for address in (GENERATE, STREAM, "/v1beta/interactions", f"/v1beta/files/{HEAD_KEY}"):
        request = post(server, address + query, TELLING, **CARRYING)
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            error.close()
    start = post(
        server,
        f"/upload/v1beta/files{query}",
        {"file": {"displayName": f"of {HEAD_KEY}"}},
        **CARRYING,
        **{"X-Goog-Upload-Command": "start", "X-Goog-Upload-File-Name": f"{HEAD_KEY}.txt"},
    )
    with urllib.request.urlopen(start, timeout=30) as reply:
        url = reply.headers["X-Goog-Upload-URL"]
    fields = {"X-Goog-Upload-Command": "upload, finalize"}
    file = urllib.request.Request(url, f"It says {QUERY_KEY}".encode(), fields)
    with urllib.request.urlopen(file, timeout=30) as reply:
        reply.read()

    written = path.read_text()
    hidden = (*MARKERS, f"AIza{'x' * 35}", OUR_KEY, "project-of-mine")
    assert not [key for key in hidden if key in written]
    told = upstream.seen.decode().replace(f"(b'x-goog-api-key', b'{OUR_KEY}')", "")
    told = told.replace(f"It says {QUERY_KEY}", "")  # the file itself
    assert not [key for key in (*MARKERS, OUR_KEY, "project-of-mine") if key in told]
    assert f"AIza{'x' * 35}" in told  # which is no key in use, but a part of the question
    assert len(exchanges(path)) == 5
    assert base64.b64encode(f"It says {QUERY_KEY}".encode()).decode() not in written


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_create_recorder_takes_keys_out_of_what_comes_back(path: Path, kind: str) -> None:
    body = json.dumps({"error": {"code": 400, "message": f"bad key {OUR_KEY}"}}).encode()
    with recorder_of_canned(path, (canned("400 Bad", body, kind=kind),)) as (server, _):
        status, reply = ask(server, GENERATE, HELLO)

    assert (status, reply["error"]["message"]) == (400, "bad key [key redacted]")
    assert OUR_KEY not in path.read_text()


@pytest.mark.parametrize("address", [GENERATE, STREAM + "?alt=sse"])
def test_create_recorder_shows_what_is_replayed(path: Path, address: str) -> None:
    # As Google's JSON escapes it, and after a line break, a key is found only in the text itself.
    text = r"so:\nBearer abc.def-123 or ?key\u003dabc123, a half \ud83d, \u00e9"
    body = b'{"candidates": [{"content": {"parts": [{"text": "%b"}]}}]}' % text.encode()
    whole = (canned("200 OK", body),)
    if "sse" in address:
        whole = (canned("200 OK", b"data: %b\n\n" % body, kind="text/event-stream"),)
    with recorder_of_canned(path, whole) as (server, _):
        while_recording = urllib.request.urlopen(post(server, address, HELLO)).read()
    with EmbeddedServer(app=create_player(recording.read(path))) as server:
        replayed = urllib.request.urlopen(post(server, address, HELLO)).read()

    assert while_recording == replayed
    assert b"abc" not in replayed


def test_create_recorder_does_not_change_pictures_that_hold_a_key_by_chance(
    server: EmbeddedServer, upstream: Upstream
) -> None:
    data = "A" * 996 + "AIza" + "x" * 40 + "AAAA"
    part = {"inlineData": {"mimeType": "image/png", "data": data}}
    ask(server, GENERATE, {"contents": [{"parts": [part]}]})

    assert data.encode() in upstream.seen


@pytest.mark.parametrize("target", ["@example.org/v1beta/models", "http://example.org/models"])
def test_create_recorder_asks_no_other_host(path: Path, target: str) -> None:
    # Appended to Gemini's address, this would name another host.
    with recorder_of("http://127.0.0.1:9", path) as server:
        host = server.base_url.removeprefix("http://")
        with socket.create_connection(
            ("127.0.0.1", int(host.partition(":")[2])), timeout=30
        ) as connection:
            fields = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nx-goog-api-key: any\r\n\r\n"
            connection.sendall(fields.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 404 ")  # not asked of anybody


def test_create_recorder_reads_lenient_json(server: EmbeddedServer, path: Path) -> None:
    status, _ = ask(server, GENERATE, b"{contents: [{'parts': [{'text': 'Hello'}],}]}")

    (exchange,) = exchanges(path)
    assert status == 200
    assert exchange.request.body == HELLO


def test_create_recorder_passes_on_a_body_that_is_no_json(
    server: EmbeddedServer, path: Path
) -> None:
    assert ask(server, GENERATE, b"{")[0] == 400
    assert [exchange.request.body for exchange in exchanges(path)] == ["{"]


RECORDER = """
import sys
from pathlib import Path
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.recordings.recorder import create_recorder
from gemini_nb.redaction import Secret
app = create_recorder(Path(sys.argv[1]), upstream=sys.argv[2], key=Secret("our-key-4711-0815"))
with EmbeddedServer(app=app) as server:
    print(server.base_url, flush=True)
    server.wait()
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_create_recorder_has_recorded_whatever_was_answered_whole(
    path: Path, signum: signal.Signals
) -> None:
    answered: list[str] = []
    with EmbeddedServer() as upstream:
        command = [sys.executable, "-c", RECORDER, str(path), upstream.base_url]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            enough = threading.Event()

            def talk(name: int) -> None:
                for count in range(1000):
                    text = f"Hello {name} {count}"
                    body = json.dumps({"contents": [{"parts": [{"text": text}]}]}).encode()
                    request = urllib.request.Request(
                        address + GENERATE, body, {"x-goog-api-key": "any"}
                    )
                    request.add_header("Content-Type", "application/json")
                    try:
                        with urllib.request.urlopen(request, timeout=30) as reply:
                            reply.read()
                    except (OSError, http.client.HTTPException):
                        return
                    answered.append(text)
                    if len(answered) > 20:
                        enough.set()

            with ThreadPoolExecutor(8) as pool:
                talking = [pool.submit(talk, name) for name in range(8)]
                assert enough.wait(60)
                process.send_signal(signum)
            assert all(each.exception() is None for each in talking)

    recorded = {e.request.body["contents"][0]["parts"][0]["text"] for e in exchanges(path)}
    assert set(answered) <= recorded


def test_moved_leaves_addresses_in_somebodys_code_alone() -> None:
    code = 'curl "https://generativelanguage.googleapis.com/v1beta/files/abc"'
    sent = {"text": code, "fileData": {"file_uri": f"{GEMINI_URL}/v1beta/files/abc"}}

    sent["also"] = f"{{'uri': '{GEMINI_URL}/v1beta/files/abc'}}"
    changed = json.loads(moved(json.dumps(sent).encode(), "http://127.0.0.1:9/"))

    assert (changed["text"], changed["also"]) == (code, sent["also"])
    assert changed["fileData"]["file_uri"] == "http://127.0.0.1:9/v1beta/files/abc"
