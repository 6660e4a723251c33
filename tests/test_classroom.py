from __future__ import annotations

import asyncio
import http.client
import io
import json
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from google import genai
from google.genai import types

from gemini_nb import classroom
from gemini_nb.classroom import Classroom, create_classroom, new_code
from gemini_nb.offline.server import EmbeddedServer, create_app
from gemini_nb.recordings.player import create_player
from gemini_nb.recordings.recording import Exchange, Recording, Reply, Request
from gemini_nb.tokens.usage import usage_of
from http_requests import COUNT, GENERATE, HELLO, MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

# google-genai 2.12 warns of its own fields.
pytestmark = pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")

CODE = "maple-4821-raven-0107"
STUDENTS = 30
ADDRESSES = ("127.0.0.1", "127.0.0.2")
STREAM = f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
START = {"x-goog-upload-command": "start", "content-type": "application/json"}
FINISH = {"x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0"}


@dataclass(frozen=True)
class Room:
    """A class that is being served."""

    app: Classroom
    base_url: str
    clients: list[genai.Client] = field(default_factory=list[genai.Client])

    def ask(
        self, path: str = COUNT, body: Any = None, sender: str = "127.0.0.1", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text of the reply to a POST, or a GET where there is no body."""
        host = self.base_url.removeprefix("http://")
        asking = http.client.HTTPConnection(host, timeout=30, source_address=(sender, 0))
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        asking.request("GET" if body is None else "POST", path, data, sent)
        reply = asking.getresponse()
        text = reply.read().decode()
        asking.close()
        return reply.status, reply.headers, text

    def status(self, key: str, **options: Any) -> int:
        """That of a count of tokens with `key`."""
        return self.ask(COUNT, HELLO, x_goog_api_key=key, **options)[0]

    def student(self, name: str, **options: Any) -> Any:
        """The SDK's client of one."""
        return self.client(f"{CODE}-{name}", **options)

    def client(self, key: str, **options: Any) -> Any:
        """The SDK's client with any key."""
        sdk = types.HttpOptions(base_url=self.base_url, **options)
        self.clients.append(genai.Client(api_key=key, http_options=sdk))
        return self.clients[-1]

    def close(self) -> None:
        """Have all clients hang up."""
        for client in self.clients:
            client.close()

    def page(self) -> str:
        """What the teacher sees."""
        status, _, text = self.ask(self.app.page_path)
        assert status == 200
        return text

    def rows(self) -> dict[str, list[str]]:
        """The cells of the page, by who they tell of."""
        rows = [re.findall("<td[^>]*>(.*?)</td>", row) for row in self.page().split("<tr>")]
        return {row[0]: row[1:] for row in rows if row}


def offline() -> ASGIApp:
    return create_app(seconds_per_chunk=0)


@contextmanager
def serving(make_app: Callable[[], ASGIApp] = offline, **options: Any) -> Generator[Room]:
    app = create_classroom(make_app, code=CODE, **options)
    with EmbeddedServer(app=app) as server:
        room = Room(app, server.base_url)
        yield room
        room.close()


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    """One for all tests that only ask it; what they do reaches no other."""
    with serving() as served:
        yield served


def message(text: str) -> str:
    return json.loads(text)["error"]["message"]


# One student and another


def lesson(room: Room, number: int) -> list[str]:
    """What one student is answered about what only this student has said, in five ways."""
    client, fact = room.student(f"s{number}"), f"The harbour of Port {number} opens at {number}."
    notes = io.BytesIO(f"Notes. {fact}".encode())
    ask, question = client.models.generate_content, "When does the harbour open?"
    kind = types.UploadFileConfig(name="notes", mime_type="text/plain")
    file = client.files.upload(file=notes, config=kind)
    long = types.CreateCachedContentConfig(contents=f"{fact} " + "The tide is out. " * 1200)
    cache = client.caches.create(model=MODEL, config=long)
    chat = client.chats.create(model=MODEL)
    chat.send_message(f"My number is {number}.")
    first = client.interactions.create(model=MODEL, input=f"My number is {number}.")
    second = client.interactions.create(
        model=MODEL, input="What is my number?", previous_interaction_id=first.id
    )
    config = types.GenerateContentConfig(cached_content=cache.name)
    stream = client.models.generate_content_stream(model=MODEL, contents=[file, question])
    assert [each.name for each in client.files.list()] == ["files/notes"]
    return [
        ask(model=MODEL, contents=[file, question]).text or "",
        ask(model=MODEL, contents=question, config=config).text or "",
        chat.send_message("What is my number?").text or "",
        second.output_text or "",
        "".join(chunk.text or "" for chunk in stream),
    ]


def test_create_classroom_answers_thirty_at_once_and_mixes_up_nothing() -> None:
    with serving() as room, ThreadPoolExecutor(STUDENTS) as together:
        answers = list(together.map(partial(lesson, room), range(100, 100 + STUDENTS)))
        rows = room.rows()
    for number, texts in enumerate(answers, 100):
        assert [set(re.findall(r"\d{3}", text)) for text in texts] == [{str(number)}] * 5
    assert len(rows) == STUDENTS
    assert len({tuple(row) for row in rows.values()}) == 1  # all have asked the same number


def test_students_who_share_an_address_can_reach_nothing_of_each_other(room: Room) -> None:
    anna, bob = room.student("anna"), room.student("bob")
    kind = types.UploadFileConfig(name="secret", mime_type="text/plain")
    file = anna.files.upload(file=io.BytesIO(b"The word is heron."), config=kind)
    said = anna.interactions.create(model=MODEL, input="The word is heron.")
    assert file.name
    with pytest.raises(genai.errors.ClientError, match="403"):
        bob.files.get(name=file.name)
    with pytest.raises(genai.errors.ClientError, match="403"):
        bob.models.generate_content(model=MODEL, contents=[file, "What is the word?"])
    with pytest.raises(Exception, match="not found"):
        bob.interactions.get(said.id)
    with pytest.raises(genai.errors.ClientError, match="403"):
        bob.files.delete(name=file.name)
    assert anna.files.get(name=file.name).sha256_hash == file.sha256_hash


def test_students_without_a_name_are_told_apart_by_their_address(room: Room) -> None:
    made = {"file": {"name": "files/of-one"}}
    one, other = ({"sender": address, "x_goog_api_key": CODE} for address in ADDRESSES)
    status, headers, _ = room.ask("/upload/v1beta/files", made, **one, **START)
    path = headers["x-goog-upload-url"].removeprefix(room.base_url)
    assert status == 200
    assert room.ask(path, b"text", sender=ADDRESSES[0], **FINISH)[0] == 200
    assert room.ask("/v1beta/files/of-one", **one)[0] == 200
    assert room.ask("/v1beta/files/of-one", **other)[0] == 403
    assert set(ADDRESSES) <= set(room.rows())


def test_later_chunks_of_uploads_carry_no_key_and_reach_their_student(room: Room) -> None:
    paths: dict[str, str] = {}
    for name in ("carla", "dora"):
        key = {"x_goog_api_key": f"{CODE}-{name}"}
        _, headers, _ = room.ask("/upload/v1beta/files", {"file": {}}, **key, **START)
        paths[name] = headers["x-goog-upload-url"].removeprefix(room.base_url)
    texts = {n: room.ask(path, n.encode() * 9, **FINISH)[2] for n, path in paths.items()}
    for name, text in texts.items():
        assert json.loads(text)["file"]["sizeBytes"] == str(9 * len(name))
        kept = room.student(name).files.list()
        assert [file.name for file in kept] == [json.loads(text)["file"]["name"]]
    guess = "/upload/v1beta/files?upload_id=guessed&upload_protocol=resumable"
    assert room.ask(guess, b"text", **FINISH)[0] == 404
    erik = {"x_goog_api_key": f"{CODE}-erik"}
    assert room.ask(paths["carla"], b"text", **erik, **FINISH)[0] == 404
    assert not list(room.student("erik").files.list())


def test_create_classroom_with_a_player_gives_each_student_the_whole_sequence() -> None:
    asked = Request("POST", f"models/{MODEL}:generateContent", HELLO)
    replies = [Reply(200, {"candidates": [{"content": {"parts": [{"text": n}]}}]}) for n in "123"]
    exchanges = tuple(Exchange(asked, reply, "2026-11-28") for reply in replies)
    recording = Recording(exchanges, {}, (), "lesson.gnb")

    def play(number: int) -> list[str]:
        headers = {"x_goog_api_key": f"{CODE}-{number}"}
        texts = [room.ask(GENERATE, HELLO, **headers)[2] for _ in range(4)]
        return [json.loads(t)["candidates"][0]["content"]["parts"][0]["text"] for t in texts]

    with (
        serving(partial(create_player, recording)) as room,
        ThreadPoolExecutor(STUDENTS) as together,
    ):
        assert list(together.map(play, range(STUDENTS))) == [["1", "2", "3", "3"]] * STUDENTS


# The code


@pytest.mark.parametrize(
    ("key", "status", "told"),
    [
        ("", 403, "unregistered callers"),
        ("AIza-something-else", 400, "API key not valid"),
        (CODE[:-1], 400, "API key not valid"),
        (f"{CODE}5", 400, "API key not valid"),
        (f"{CODE}anna", 400, "a dash and your name"),
        (f"{CODE}-{'x' * 65}", 400, "64 letters at most"),
        (f"{CODE}-{'x' * 64}", 200, "totalTokens"),
        (CODE, 200, "totalTokens"),
        (CODE.upper(), 200, "totalTokens"),
        (f"{CODE}-anna", 200, "totalTokens"),
    ],
)
def test_the_code_is_asked_for_wherever_keys_are_sent(
    room: Room, key: str, status: int, told: str
) -> None:
    ways = [{"x_goog_api_key": key}, {"authorization": f"Bearer {key}"}]
    replies = [room.ask(COUNT, HELLO, **headers) for headers in ways]
    replies.append(room.ask(f"{COUNT}?key={key}", HELLO))
    assert [reply[0] for reply in replies] == [status] * 3
    assert all(told in reply[2] for reply in replies)


def test_a_wrong_code_is_an_error_of_the_key_for_the_sdk(room: Room) -> None:
    client = room.client("wrong")
    with pytest.raises(genai.errors.ClientError, match="API_KEY_INVALID"):
        client.models.count_tokens(model=MODEL, contents="Hello")


def test_new_code_is_another_each_time() -> None:
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(re.fullmatch(r"[a-z]+-\d{4}-[a-z]+-\d{4}", code) for code in codes)


# Limits


def test_too_many_requests_in_a_minute_are_refused_until_the_sdk_tries_again() -> None:
    with serving(per_minute=60) as room:
        statuses = [room.status(f"{CODE}-anna") for _ in range(60)]
        status, headers, text = room.ask(COUNT, HELLO, x_goog_api_key=f"{CODE}-anna")
        path = "/v1beta/interactions"
        refused = room.ask(path, {"model": MODEL, "input": "a"}, x_goog_api_key=f"{CODE}-anna")
        retrying = types.HttpRetryOptions(attempts=5, initial_delay=0.5)
        client = room.student("anna", retry_options=retrying)
        count = client.models.count_tokens(model=MODEL, contents="Hello")
        others = room.status(f"{CODE}-bob")
    assert statuses == [200] * 60
    error = json.loads(text)["error"]
    kind = "type.googleapis.com/google.rpc.RetryInfo"
    assert (status, error["status"], headers["retry-after"]) == (429, "RESOURCE_EXHAUSTED", "1")
    assert error["details"] == [{"@type": kind, "retryDelay": "1s"}]
    assert (refused[0], refused[1]["retry-after"]) == (429, "1")
    assert (bool(count.total_tokens), others) == (True, 200)


class Held:
    """An application whose requests wait until they are let go."""

    def __init__(self, begun: threading.Semaphore, go: threading.Event) -> None:
        self._app, self._begun, self._go = offline(), begun, go

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count it as begun, wait, answer."""
        self._begun.release()
        await asyncio.to_thread(self._go.wait)
        await self._app(scope, receive, send)


def test_two_requests_of_a_student_are_computed_at_a_time_and_sixty_four_wait() -> None:
    begun, go = threading.Semaphore(0), threading.Event()
    with serving(lambda: Held(begun, go)) as room, ThreadPoolExecutor(80) as together:
        asked = [together.submit(room.status, f"{CODE}-anna") for _ in range(70)]
        for _ in range(2):
            assert begun.acquire(timeout=30)
        early = [each.result() for _, each in zip(range(4), as_completed(asked, 30), strict=False)]
        assert not begun.acquire(blocking=False)  # a third has not begun
        go.set()
        statuses = [done.result() for done in asked]
    assert early == [429] * 4
    assert sorted(statuses) == [200] * 66 + [429] * 4


def test_streams_that_are_on_their_way_hold_up_nobody() -> None:
    slow = partial(create_app, seconds_per_chunk=1, words_per_chunk=1)
    story = {"contents": [{"parts": [{"text": "Tell me a long story about windmills."}]}]}
    with serving(slow) as room:
        host = room.base_url.removeprefix("http://")
        streams = [http.client.HTTPConnection(host, timeout=10) for _ in range(3)]
        for stream in streams:
            stream.request("POST", STREAM, json.dumps(story), {"x-goog-api-key": CODE})
        assert [stream.getresponse().status for stream in streams] == [200] * 3
        assert room.status(CODE) == 200
        for stream in streams:
            stream.close()


def test_a_file_beyond_the_limit_is_refused_and_the_oldest_make_room() -> None:
    small = partial(create_app, most_stored_bytes=300_000)
    with serving(small) as room:
        client = room.student("anna")
        for name in ("a", "b"):
            kind = types.UploadFileConfig(name=name, mime_type="text/plain")
            client.files.upload(file=io.BytesIO(b"x" * 200_000), config=kind)
        with pytest.raises(genai.errors.ClientError, match="offline limit of 300000 bytes"):
            client.files.upload(file=io.BytesIO(b"x" * 300_001), config={"mime_type": "text/plain"})
        assert [file.name for file in client.files.list()] == ["files/b"]


def test_who_takes_all_names_makes_room_for_others_and_costs_them_nothing() -> None:
    with serving() as room:
        anna = room.student("anna")
        anna.files.upload(file=io.BytesIO(b"heron"), config={"mime_type": "text/plain"})
        for number in range(classroom.MOST_STUDENTS + 10):
            assert room.status(f"{CODE}-{number}", sender=ADDRESSES[1]) == 200
        late = [room.status(f"{CODE}-late{number}") for number in range(29)]
        assert len(anna.files.list()) == 1
        rows = room.rows()
    assert late == [200] * 29
    assert len(rows) == classroom.MOST_STUDENTS
    assert {"anna", "late0", "late28", "109"} < set(rows)
    assert not {"0", "38"} & set(rows)  # the longest silent of who took most


def test_at_one_address_who_has_asked_but_once_makes_room_before_others() -> None:
    students = [f"s{number}" for number in range(STUDENTS)]
    with serving() as room:
        for name in students * 2:
            assert room.status(f"{CODE}-{name}") == 200
        for number in range(classroom.MOST_STUDENTS):
            assert room.status(f"{CODE}-{number}") == 200
        rows = room.rows()
    assert {name: rows[name][0] for name in students} == dict.fromkeys(students, "2")


def test_who_makes_room_is_none_with_a_request_under_way() -> None:
    begun, go = threading.Semaphore(0), threading.Event()
    apps: Iterator[ASGIApp] = iter([Held(begun, go)])
    with serving(lambda: next(apps, None) or offline()) as room, ThreadPoolExecutor() as aside:
        held = aside.submit(room.status, f"{CODE}-anna")
        has_begun = begun.acquire(timeout=30)
        statuses = {room.status(f"{CODE}-{number}") for number in range(classroom.MOST_STUDENTS)}
        rows = room.rows()
        go.set()
        assert (has_begun, held.result(), statuses) == (True, 200, {200})
    assert len(rows) == classroom.MOST_STUDENTS
    assert "anna" in rows


def test_students_who_are_long_silent_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "_FORGOTTEN_AFTER", 0.0)
    with serving() as room:
        for name in ("anna", "bob"):
            assert room.status(f"{CODE}-{name}") == 200
        assert set(room.rows()) == {"bob"}


# The page


def test_the_page_shows_tokens_that_add_up_to_those_of_the_badges() -> None:
    with serving() as room:
        client, text = room.student("anna"), "Tell me a story about a secret lighthouse."
        stored = client.interactions.create(model=MODEL, input=text)
        client.interactions.get(stored.id)  # tells its tokens again, but takes none
        client.models.count_tokens(model=MODEL, contents=text)
        answers: list[Any] = [
            client.models.generate_content(model=MODEL, contents=text),
            list(client.models.generate_content_stream(model=MODEL, contents=text)),
            stored,
            list(client.interactions.create(model=MODEL, input=text, stream=True)),
        ]
        page, (row,) = room.page(), room.rows().values()
    usages = [usage for answer in answers if (usage := usage_of(answer))]
    tokens_in = sum(usage.prompt + usage.tool_use for usage in usages)
    tokens_out = sum(usage.output + usage.thoughts for usage in usages)
    assert len(usages) == 4
    assert row[:4] == ["6", "0", f"{tokens_in:,}", f"{tokens_out:,}"]
    assert "≈ $" in row[4]
    assert not re.search(f"lighthouse|{CODE}|{stored.id}", page)
    assert row[5] == "now"
    assert "Refused are requests beyond" in page


def test_the_page_of_a_model_without_a_price_says_so() -> None:
    async def canned(scope: Scope, _: Receive, send: Send) -> None:
        body = b'{"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": %b}}'
        body %= b'"many"' if scope["query_string"] else b"null"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    with serving(lambda: canned) as room:
        for query in ("", "?text=1"):
            path = f"/v1beta/models/gemini-of-somebody:generateContent{query}"
            assert room.ask(path, HELLO, x_goog_api_key=f"{CODE}-anna")[0] == 200
        assert room.rows()["anna"][:5] == ["2", "0", "14", "0", "unknown"]


def test_the_page_has_a_secret_address() -> None:
    with serving() as one, serving() as other:
        assert one.app.page_path != other.app.page_path
        for path in ("/class", "/class/", other.app.page_path, f"{one.app.page_path}x", "/"):
            status, _, text = one.ask(path)
            assert status == 403, path
            assert "<html" not in text
        assert one.ask(one.app.page_path)[1]["cache-control"] == "no-store"
        assert "3 requests" not in one.page()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\N{GRINNING FACE} zoë", "\N{GRINNING FACE} zoë"),
        ("a\x1b[2Jb\x00", "a\N{SYMBOL FOR ESCAPE}[2jb\N{SYMBOL FOR NULL}"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}anna", "anna"),
        ("{heading}%s", "{heading}%s"),
    ],
)
def test_the_page_shows_hostile_names_as_text(name: str, shown: str) -> None:
    with serving() as room:
        assert room.ask(f"{COUNT}?key={CODE}-{quote(name)}", HELLO)[0] == 200
        assert list(room.rows()) == [shown]


def test_the_page_counts_wrong_codes_but_neither_long_names_nor_requests_without_a_key() -> None:
    with serving() as room:
        for key in ("AIza-something-else", f"{CODE}5", f"{CODE}-{'x' * 500}", ""):
            assert room.status(key) in {400, 403}
        assert "2 requests came with a wrong code" in room.page()


# Hosts and web pages


@pytest.mark.parametrize("at_page", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"host": "room.example", "origin": "https://evil.example"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_other_web_pages_are_refused(room: Room, headers: dict[str, str], *, at_page: bool) -> None:
    path = room.app.page_path if at_page else COUNT
    status, _, text = room.ask(path, None if at_page else HELLO, x_goog_api_key=CODE, **headers)
    assert (status, "other web pages" in message(text)) == (403, True)


@pytest.mark.parametrize("host", ["router.example:80", "10.0.0.7", "teachers-pc.school.example"])
def test_a_class_answers_by_any_name_that_leads_to_it(room: Room, host: str) -> None:
    key = {"x_goog_api_key": f"{CODE}-fred", "host": host}
    status, headers, _ = room.ask("/upload/v1beta/files", {"file": {}}, **key, **START)
    assert status == 200
    address, _, path = headers["x-goog-upload-url"].partition("/upload")
    assert address == f"http://{host}"
    assert room.ask(f"/upload{path}", b"text", host=host, **FINISH)[0] == 200
    assert room.ask(GENERATE, HELLO, **key)[0] == 200
    assert room.ask(room.app.page_path, host=host)[0] == 200


def test_a_web_page_whose_name_leads_here_gets_nothing_without_the_code(room: Room) -> None:
    page = {
        "host": "evil.example",
        "origin": "http://evil.example",
        "sec_fetch_site": "same-origin",
    }
    for key, status in ({"": 403, "guess": 400}).items():
        sent = {**page, "x_goog_api_key": key}
        for path, body in ((GENERATE, HELLO), ("/upload/v1beta/files", {}), ("/class/", None)):
            assert room.ask(path, body, **sent)[0] == status


# Connections


FLOOD = 400
LINE = f"GET /v1beta/models/{MODEL} HTTP/1.1\r\n"
BODY = json.dumps(HELLO)
JSON = f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"


@pytest.mark.parametrize(
    ("limit", "begun", "is_cut"),
    [
        ("-n", "", True),
        ("-n", LINE, True),
        ("-S -n", LINE, False),  # which a class raises
    ],
)
def test_connections_that_one_machine_leaves_idle_shut_nobody_out(
    tmp_path: Path, limit: str, begun: str, *, is_cut: bool
) -> None:
    serve = f"{sys.executable} -m gemini_nb.command_line serve --class --port 0"
    command, told = ["sh", "-c", f"ulimit {limit} 256; exec {serve}"], tmp_path / "told.txt"
    with (
        told.open("w") as file,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True) as process,
        ExitStack() as ending,
    ):
        ending.callback(process.communicate, timeout=30)
        ending.callback(process.terminate)
        assert process.stdout
        address, key = (process.stdout.readline().partition("=")[2].strip() for _ in range(2))
        port = int(address.rpartition(":")[2])
        headers = f"Host: here\r\nx-goog-api-key: {key}\r\n\r\n"

        def connect(sender: str, sent: str) -> socket.socket:
            made = socket.create_connection(("127.0.0.1", port), 30, source_address=(sender, 0))
            made.sendall(sent.encode())
            return ending.enter_context(made)

        of_other = connect(ADDRESSES[0], begun)
        asked = connect(ADDRESSES[1], f"POST {COUNT} HTTP/1.1\r\n{JSON}{headers}{BODY[:-1]}")
        first, *_, last = (connect(ADDRESSES[1], begun) for _ in range(FLOOD))
        room = Room(create_classroom(offline, code=key), address)
        assert [room.status(f"{key}-{number}") for number in range(STUDENTS)] == [200] * STUDENTS
        rest = (LINE + headers).removeprefix(begun)
        kept = {asked: BODY[-1], of_other: rest, last: rest, **({} if is_cut else {first: rest})}
        for connection, sent in kept.items():
            connection.sendall(sent.encode())
            assert connection.recv(2**12).startswith(b"HTTP/1.1 200 ")
        assert not is_cut or first.recv(1) == b""
    assert told.read_text() == ""


WATCHED = """
import sys
made = []
sys.addaudithook(lambda event, values: made.append((event, values[1:])) if event in
                 {"socket.connect", "socket.sendto", "socket.getaddrinfo"} else None)
from gemini_nb.classroom import create_classroom
from gemini_nb.offline.server import EmbeddedServer, create_app
room = create_classroom(create_app, code="CODE")
with EmbeddedServer(app=room) as server:
    print(server.base_url + room.page_path, flush=True)
    sys.stdin.read()
print(made)
"""


def test_nothing_leaves_the_room() -> None:
    command = [sys.executable, "-c", WATCHED.replace('"CODE"', repr(CODE))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        base_url, _, page = process.stdout.readline().strip().partition("/class")
        room = Room(create_classroom(offline, code=CODE), base_url)
        assert "100" in lesson(room, 100)[0]
        assert room.ask(f"/class{page}")[0] == 200
        address = {"fileData": {"fileUri": "https://example.com/a.png", "mimeType": "image/png"}}
        asked = {"contents": [{"parts": [address, {"text": "What is this?"}]}]}
        assert room.ask(GENERATE, asked, x_goog_api_key=CODE)[0] == 400
        room.close()
        made, _ = process.communicate(timeout=30)
    assert made.strip() == "[]"
