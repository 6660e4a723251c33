from __future__ import annotations

import http.client
import io
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from google import genai

from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.recordings.player import create_player
from gemini_nb.recordings.recording import Event, Exchange, Recording, Reply, Request, reference
from http_requests import GENERATE, HELLO, KEY, MODEL

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = "2026-11-28"
MODE = "x-gemini-nb-mode"
REPLAYED = f"replay; recorded={DAY}"
GEMINI = "https://generativelanguage.googleapis.com"
STREAM = f"/v1beta/models/{MODEL}:streamGenerateContent"
PHOTO = b"\x89PNG of a photo"
NOTES = b"Herons fish in the river. Otters sleep on the bank."
FILE = {"name": "files/a1", "mimeType": "image/png", "uri": f"{GEMINI}/v1beta/files/a1"}


def answer(text: str) -> dict[str, Any]:
    return {
        "candidates": [{"content": {"parts": [{"text": text}], "role": "model"}}],
        "modelVersion": "gemini-3.8-flash",
    }


def exchange(
    reply: Reply, path: str = f"models/{MODEL}:generateContent", body: Any = HELLO
) -> Exchange:
    return Exchange(Request("POST" if body else "GET", path, body), reply, DAY)


def uploaded(name: str = "a1", data: bytes = PHOTO) -> Exchange:
    body = {"mime_type": "image/png", "display_name": "photo", "data": reference(data)}
    file = {**FILE, "name": f"files/{name}", "uri": f"{GEMINI}/v1beta/files/{name}"}
    return exchange(Reply(200, {"file": file}), "upload/files", body)


def recording_of(*exchanges: Exchange) -> Recording:
    return Recording(exchanges, {reference(PHOTO): PHOTO}, (), "lesson.gnb")


@contextmanager
def playing(*exchanges: Exchange, **options: Any) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(app=create_player(recording_of(*exchanges), **options)) as server:
        yield server


def ask(
    server: EmbeddedServer, path: str = GENERATE, body: Any = HELLO, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """The reply, and the bytes of its body."""
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=30)
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    connection.request(method, path, data, KEY | {n.replace("_", "-"): headers[n] for n in headers})
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply, text


def said(server: EmbeddedServer, path: str = GENERATE, body: Any = HELLO) -> str:
    told = json.loads(ask(server, path, body)[1])
    return told["candidates"][0]["content"]["parts"][0]["text"]


def message(server: EmbeddedServer, path: str = GENERATE, body: Any = HELLO) -> str:
    return json.loads(ask(server, path, body)[1])["error"]["message"]


def upload(
    server: EmbeddedServer, data: bytes, mode: str = "replay", **metadata: str
) -> tuple[int, dict[str, Any]]:
    body = {"file": metadata}
    start, _ = ask(server, "/upload/v1beta/files", body, x_goog_upload_command="start")
    path = start.headers["x-goog-upload-url"].removeprefix(server.base_url)
    headers = {"x_goog_upload_command": "upload, finalize", "x_goog_upload_offset": "0"}
    reply, text = ask(server, path, data, **headers)
    assert start.headers[MODE] == reply.headers[MODE] == mode
    return reply.status, json.loads(text)


def test_create_player_plays_the_next_answer_and_then_the_last() -> None:
    first, second = exchange(Reply(200, answer("one"))), exchange(Reply(200, answer("two")))
    with playing(first, second) as server:
        assert [said(server) for _ in range(4)] == ["one", "two", "two", "two"]


def test_create_player_plays_one_recording_to_each_student_from_the_beginning() -> None:
    recording = recording_of(
        exchange(Reply(200, answer("one"))), exchange(Reply(200, answer("two")))
    )
    for _ in range(2):
        with EmbeddedServer(app=create_player(recording)) as server:
            assert [said(server), said(server)] == ["one", "two"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE.replace("v1beta", "v1"), HELLO),  # SDK 3
        (GENERATE.removeprefix("/v1beta"), HELLO),  # litellm
        (f"{GENERATE}?key=any&alt=json", HELLO),
        (GENERATE, {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}),
        (GENERATE, b"{contents: {parts: {text: 'Hello'}},}"),  # as curl's tutorials write it
    ],
)
def test_create_player_answers_who_asks_the_same_in_other_words(path: str, body: Any) -> None:
    with playing(exchange(Reply(200, answer("one")))) as server:
        assert said(server, path, body) == "one"


@pytest.mark.parametrize(
    ("answered_by", "mode"),
    [("", f"replay; recorded={DAY}"), ("offline", f"replay; recorded={DAY}; of=offline")],
)
def test_create_player_says_who_answered_and_when(answered_by: str, mode: str) -> None:
    recorded = exchange(Reply(200, answer("one"), answered_by=answered_by))
    with playing(recorded) as server:
        reply, text = ask(server)

    assert reply.headers[MODE] == mode
    assert json.loads(text) == answer("one")
    assert text.decode() == json.dumps(answer("one"), indent=2) + "\n"


def test_create_player_plays_the_errors_that_are_recorded() -> None:
    error = {"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}
    malformed = exchange(Reply(400, error), body="{contents: [")
    with playing(malformed) as server:
        reply, text = ask(server, body=b"{contents: [")

    assert (reply.status, json.loads(text)) == (400, error)


CHUNKS = (Event(answer("Once")), Event(answer(" upon"), after=1000.0))


def test_create_player_keeps_the_events_of_a_stream() -> None:
    with playing(exchange(Reply(200, events=CHUNKS), STREAM.removeprefix("/v1beta/"))) as server:
        reply, sse = ask(server, f"{STREAM}?alt=sse")
        array_reply, array = ask(server, STREAM)

    assert reply.headers["content-type"].startswith("text/event-stream")
    once, upon = (json.dumps(answer(text)) for text in ("Once", " upon"))
    assert sse.decode() == f"data: {once}\r\n\r\ndata: {upon}\r\n\r\n"
    assert array_reply.headers["content-type"] == "application/json; charset=UTF-8"
    assert json.loads(array) == [answer("Once"), answer(" upon")]


def test_create_player_with_pace_waits_for_each_event() -> None:
    recorded = exchange(Reply(200, events=CHUNKS), STREAM.removeprefix("/v1beta/"))
    with playing(recorded, pace=True) as server:
        address = server.base_url.removeprefix("http://")
        connection = http.client.HTTPConnection(address, timeout=0.3)  # the next takes 1000 s
        connection.request("POST", f"{STREAM}?alt=sse", json.dumps(HELLO), KEY)
        reply = connection.getresponse()
        assert b"Once" in reply.readline()
        assert reply.readline() == b"\r\n"
        with pytest.raises(TimeoutError):
            reply.readline()
        reply.close()
        connection.close()


def test_create_player_keeps_the_names_of_events() -> None:
    events = (
        Event({"event_type": "step.delta", "index": 0}, "step.delta"),
        Event("[DONE]", "done"),
    )
    body = {"model": MODEL, "input": "Hello", "stream": True}
    with playing(exchange(Reply(200, events=events), "interactions", body)) as server:
        _, text = ask(server, "/v1beta/interactions", body)

    delta = 'event: step.delta\ndata: {"event_type": "step.delta", "index": 0}\n\n'
    assert text.decode() == f"{delta}event: done\ndata: [DONE]\n\n"


def test_create_player_plays_what_is_no_json() -> None:
    body = Reply(200, reference(PHOTO), mime_type="image/png")
    with playing(exchange(body, "files/a1:download", None)) as server:
        reply, data = ask(server, "/v1beta/files/a1:download?alt=media", None)

    assert (reply.headers["content-type"], data) == ("image/png", PHOTO)


def test_create_player_gives_back_the_media_of_an_answer() -> None:
    recorded = answer("")
    blob = {"mimeType": "image/png", "data": reference(PHOTO)}
    recorded["candidates"][0]["content"]["parts"] = [{"inlineData": blob}]
    with (
        playing(exchange(Reply(200, recorded))) as server,
        genai.Client(api_key="any", http_options={"base_url": server.base_url}) as client,
    ):
        reply = client.models.generate_content(model=MODEL, contents="Hello")

    assert reply.parts
    assert reply.parts[0].inline_data
    assert reply.parts[0].inline_data.data == PHOTO


def test_create_player_takes_a_file_by_what_it_holds_however_it_is_called() -> None:
    with playing(uploaded()) as server:
        here = f"{server.base_url}/v1beta/files/a1"
        status, reply = upload(server, PHOTO, display_name="my photo", mime_type="image/x-png")

    assert status == 200
    assert reply == {"file": {**FILE, "uri": here}}


def test_create_player_takes_a_named_file_again() -> None:
    with playing(uploaded("my-photo")) as server:
        replies = [upload(server, PHOTO, name="files/my-photo") for _ in range(2)]

    assert [reply["file"]["name"] for _, reply in replies] == ["files/my-photo"] * 2


def test_create_player_knows_a_file_by_any_address_of_it() -> None:
    def asked(uri: str) -> dict[str, Any]:
        return {"contents": [{"parts": [{"fileData": {"fileUri": uri}}, {"text": "What is it?"}]}]}

    told = exchange(Reply(200, answer("A photo.")), body=asked(f"{GEMINI}/v1beta/files/a1"))
    with playing(uploaded(), uploaded("a2"), told) as server:
        for uri in ("http://127.0.0.1:9/v1/files/a1", "files/a1", f"{GEMINI}/v1/files/a2"):
            assert said(server, body=asked(uri)) == "A photo."


def test_create_player_refuses_the_sdk_a_file_that_is_not_recorded() -> None:
    with (
        playing(uploaded()) as server,
        genai.Client(api_key="any", http_options={"base_url": server.base_url}) as client,
        pytest.raises(genai.errors.ClientError, match=r"404.*another picture or file"),
    ):
        client.files.upload(file=io.BytesIO(b"another photo"), config={"mime_type": "image/png"})


def test_create_player_refuses_with_the_nearest_request_and_what_differs() -> None:
    near = {"contents": [{"parts": [{"text": "How many mugs?"}]}]}
    recorded = (exchange(Reply(200, answer("3")), body=near), exchange(Reply(200, answer("Hi"))))
    with playing(*recorded) as server:
        reply, _ = ask(server, body={"contents": [{"parts": [{"text": "How many cups?"}]}]})
        told = message(server, body={"contents": [{"parts": [{"text": "How many cups?"}]}]})

    assert (reply.status, reply.headers[MODE]) == (404, "replay")
    assert told.startswith("lesson.gnb holds no answer to this")
    assert f"POST models/{MODEL}:generateContent" in told
    assert "contents[0].parts[0].text: recorded 'How many mugs?', asked 'How many cups?'" in told
    assert 'unmatched="offline"' in told


def test_create_player_refuses_interactions_in_their_own_words() -> None:
    with playing(exchange(Reply(200, answer("Hi")))) as server:
        _, text = ask(server, "/v1beta/interactions", {"model": MODEL, "input": "Hello"})

    assert json.loads(text)["error"]["code"] == "not_found"


def test_create_player_lets_the_offline_models_answer_the_rest() -> None:
    with playing(exchange(Reply(200, answer("Hi"))), unmatched="offline") as server:
        reply, text = ask(server, body={"contents": [{"parts": [{"text": "Write a poem."}]}]})
        status, own = upload(server, b"a text", "offline", name="files/own", mime_type="text/plain")
        listed, _ = ask(server, "/v1/models?pageSize=2", None)
        assert said(server) == "Hi"

    assert json.loads(text)["modelVersion"].startswith("offline/")
    assert reply.headers[MODE] == listed.headers[MODE] == "offline"
    assert (status, own["file"]["name"]) == (200, "files/own")


def test_create_player_gives_offline_models_the_files_that_are_uploaded_again() -> None:
    about = {"fileData": {"fileUri": "files/a1", "mimeType": "text/plain"}}
    question = {"text": "Where do herons fish?"}
    with playing(uploaded(data=NOTES), unmatched="offline") as server:
        upload(server, NOTES, "offline")
        reply, text = ask(server, "/v1beta/files/a1", None)
        answered = said(server, body={"contents": [{"parts": [about, question]}]})
        here = f"{server.base_url}/v1beta/files/a1"

    assert reply.headers[MODE] == "offline"
    assert json.loads(text) == {**FILE, "uri": here}
    assert "Herons fish in the river." in answered


def test_create_player_asks_for_some_key_and_for_no_web_page() -> None:
    with playing(exchange(Reply(200, answer("Hi")))) as server:
        keyless, _ = ask(server, x_goog_api_key="")
        foreign, _ = ask(server, origin="https://example.com")

    assert (keyless.status, foreign.status) == (403, 403)
    assert keyless.headers[MODE] == foreign.headers[MODE] == "replay"


def test_create_player_lets_the_offline_models_read_another_file_of_a_recorded_name() -> None:
    about = {"fileData": {"fileUri": "files/a1", "mimeType": "text/plain"}}
    body = {"contents": [{"parts": [about, {"text": "Where do herons fish?"}]}]}
    told = exchange(Reply(200, answer("On the photo.")), body=body)
    with playing(uploaded(), told, unmatched="offline") as server:
        before = said(server, body=body)
        upload(server, NOTES, "offline", name="files/a1", mime_type="text/plain")
        after = said(server, body=body)

    assert before == "On the photo."
    assert "Herons fish in the river." in after


def test_create_player_answers_others_while_it_looks_for_what_is_nearest() -> None:
    strange = {"contents": [{"parts": [{"text": "Hi"}]}], "x": list(range(400_000))}
    with playing(exchange(Reply(200, answer("Hi")))) as server:
        looking = threading.Thread(target=message, args=[server], kwargs={"body": strange})
        looking.start()
        assert [said(server) for _ in range(3)] == ["Hi"] * 3
        has_others_answered_first = looking.is_alive()
        looking.join()

    assert has_others_answered_first
