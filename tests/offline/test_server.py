from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from functools import partial
from typing import Any

import pytest

from gemini_nb import command_line
from gemini_nb.offline.server import EmbeddedServer, create_app

MODEL = "gemini-3.8-flash"


def post(server: EmbeddedServer, path: str, body: Any) -> Any:
    request = urllib.request.Request(
        f"{server.base_url}{path}",
        json.dumps(body).encode(),
        {"x-goog-api-key": "any", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def said(text: str) -> dict[str, Any]:
    """A request whose answer is the same each time."""
    return {"contents": [{"parts": [{"text": text}]}], "generationConfig": {"seed": 7}}


def test_it_listens_on_loopback_only_and_stops() -> None:
    with EmbeddedServer() as server:
        host, _, port = server.base_url.removeprefix("http://").partition(":")
        assert host == "127.0.0.1"
        assert server.is_running
    assert not server.is_running
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection((host, int(port)), timeout=2)


def start_stream(server: EmbeddedServer) -> Any:
    """The reply to a request for a stream, of which some has come."""
    request = urllib.request.Request(
        f"{server.base_url}/v1beta/models/{MODEL}:streamGenerateContent?alt=sse",
        json.dumps(said("Tell me a long story about windmills.")).encode(),
        {"x-goog-api-key": "any", "Content-Type": "application/json"},
    )
    reply = urllib.request.urlopen(request, timeout=30)
    assert reply.read(6) == b"data: "
    return reply


def is_listening(address: str) -> bool:
    port = int(address.rpartition(":")[2])
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def test_stopping_cuts_a_stream_quietly(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(words_per_chunk=1, seconds_per_chunk=0.5)
    with EmbeddedServer(app=app) as server:
        reply = start_stream(server)
    with pytest.raises(http.client.IncompleteRead):
        reply.read()
    reply.close()
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_while_one_stops_others_can_be_heard(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error")
    app = create_app(words_per_chunk=1, seconds_per_chunk=0.5)
    server = EmbeddedServer(app=app)
    address = server.base_url  # which it has no more once it is stopped
    with start_stream(server):
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        while is_listening(address):  # then its stream keeps it busy for a second
            pass
        log.error("of another server")
        stopping.join()
    log.error("of a later one")
    assert caplog.messages == ["of another server", "of a later one"]


def test_several_run_side_by_side_and_share_nothing() -> None:
    long = {"contents": [{"parts": [{"text": "The tide table of Port Almond. " * 600}]}]}
    with EmbeddedServer() as one, EmbeddedServer() as other:
        cache = post(one, "/v1beta/cachedContents", {"model": f"models/{MODEL}", **long})
        asked = {**said("And?"), "cachedContent": cache["name"]}
        assert post(one, f"/v1/models/{MODEL}:generateContent", asked)["candidates"]
        with pytest.raises(urllib.error.HTTPError, match="403"):
            post(other, f"/v1/models/{MODEL}:generateContent", asked)


def test_concurrent_requests_are_not_mixed_up(server: EmbeddedServer) -> None:
    subjects = ["boats", "bells", "birds", "books", "bread", "bridges", "brooms", "bulbs"]
    path = f"/v1beta/models/{MODEL}:generateContent"
    alone = {s: post(server, path, said(f"Write a story about {s}.")) for s in subjects}
    together: dict[str, Any] = {}

    def ask(subject: str) -> None:
        together[subject] = post(server, path, said(f"Write a story about {subject}."))

    threads = [threading.Thread(target=ask, args=(subject,)) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_the_prompt_grows_with_the_history(server: EmbeddedServer) -> None:
    path = f"/v1beta/models/{MODEL}:generateContent"
    contents: list[Any] = []
    counts: list[int] = []
    for text in ["Tell me about rivers.", "And lakes?", "And seas?"]:
        contents.append({"role": "user", "parts": [{"text": text}]})
        reply = post(server, path, {"contents": contents})
        counts.append(reply["usageMetadata"]["promptTokenCount"])
        contents.append(reply["candidates"][0]["content"])
    assert counts == sorted(set(counts))


def test_pages_join_up_to_the_whole_list(server: EmbeddedServer) -> None:
    names: list[str] = []
    token = ""
    while True:
        address = f"{server.base_url}/v1beta/models?key=k&pageSize=5{token}"
        with urllib.request.urlopen(address) as reply:
            page = json.load(reply)
        names += [model["name"] for model in page["models"]]
        if "nextPageToken" not in page:
            break
        token = f"&pageToken={page['nextPageToken']}"
    with urllib.request.urlopen(f"{server.base_url}/v1beta/models?key=k") as reply:
        assert [model["name"] for model in json.load(reply)["models"]] == names


@pytest.mark.parametrize("port", [-1, 99_999_999])
def test_a_number_that_is_no_port_is_an_error_of_one_line(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["serve", f"--port={port}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"gemini-nb: cannot listen on 127.0.0.1, port {port}: ")


def test_embedded_server_on_all_addresses_names_the_loopback_one() -> None:
    with EmbeddedServer(host="0.0.0.0") as server:  # noqa: S104 - as a class does
        assert server.base_url.startswith("http://127.0.0.1:")
        assert post(server, f"/v1beta/models/{MODEL}:generateContent", said("Hello"))


CHUNKED = "POST /{} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a browser that tries https
        b"hello\r\n\r\n",
        "GET /v1beta/models/é HTTP/1.1\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
        CHUNKED.format("").encode() + b"no length\r\n",
        CHUNKED.format("?key=any").encode() + b"no length\r\n",
    ],
)
def test_what_is_no_request_is_answered_and_told_to_nobody(
    server: EmbeddedServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    sent: bytes,
) -> None:
    with connected(server) as connection:
        connection.sendall(sent)
        reply = read_all(connection)
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_body_that_is_none_after_a_reply_ends_the_connection_and_is_told_to_nobody(
    server: EmbeddedServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with connected(server) as connection:
        connection.sendall(CHUNKED.format("").encode())
        assert connection.recv(2**16).startswith(b"HTTP/1.1 403 ")
        connection.sendall(b"no length\r\n")
        assert b"HTTP" not in read_all(connection)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def connected(server: EmbeddedServer) -> socket.socket:
    return socket.create_connection(
        ("127.0.0.1", int(server.base_url.rpartition(":")[2])), timeout=20
    )


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(partial(connection.recv, 2**16), b""))
