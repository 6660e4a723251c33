from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import gemini_nb as gnb
from gemini_nb.client import decide
from gemini_nb.errors import (
    DisconnectedError,
    InvalidKeyError,
    InvalidModeError,
    InvalidOptionError,
    MissingKeyError,
)
from gemini_nb.offline.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.genai import Client

MODEL = "gemini-3.8-flash"


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY", "GEMINI_NB_MODE", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield
    gnb.disconnect()


@pytest.fixture
def gemini() -> Iterator[EmbeddedServer]:
    """A server that stands where Gemini would be."""
    with EmbeddedServer() as server:
        yield server


def test_without_a_key_the_embedded_server_answers(capsys: pytest.CaptureFixture[str]) -> None:
    client = gnb.connect()

    reply = client.models.generate_content(model=MODEL, contents="Hello")
    assert reply.model_version.startswith("offline/")
    assert capsys.readouterr().out == (
        "gemini_nb: offline, answered by the embedded server (no API key found)\n"
    )


def test_a_key_means_live_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], gemini: EmbeddedServer
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", gemini.base_url)
    monkeypatch.setenv("GEMINI_API_KEY", "marker-key-0001")
    gnb.connect().models.list()

    said = capsys.readouterr().out
    host = gemini.base_url.removeprefix("http://")
    asked = f"asking {host} (from GOOGLE_GEMINI_BASE_URL)"
    assert said == f"gemini_nb: live, {asked} with the key from GEMINI_API_KEY\n"


@pytest.mark.parametrize(
    ("argument", "google", "gemini_key", "source"),
    [
        ("a-given-key", "b-key", "c-key", "the api_key argument"),
        (None, "b-key", "c-key", "GOOGLE_API_KEY"),
        (None, "", "c-key", "GEMINI_API_KEY"),
        (None, "   ", "c-key", "GEMINI_API_KEY"),
        (None, None, "c-key", "GEMINI_API_KEY"),
    ],
)
def test_keys_are_looked_for_in_the_order_of_the_sdk(
    monkeypatch: pytest.MonkeyPatch,
    argument: str | None,
    google: str | None,
    gemini_key: str,
    source: str,
) -> None:
    if google is not None:
        monkeypatch.setenv("GOOGLE_API_KEY", google)
    monkeypatch.setenv("GEMINI_API_KEY", gemini_key)

    assert decide(api_key=argument).summary.endswith(f"the key from {source}")


def test_curl_cells_reach_the_same_place_and_the_environment_comes_back() -> None:
    before = dict(os.environ)
    gnb.connect()

    address = (
        f"{os.environ['GOOGLE_GEMINI_BASE_URL']}/v1beta/models/{os.environ['GEMINI_NB_MODEL']}"
    )
    asked = urllib.request.Request(
        address, headers={"x-goog-api-key": os.environ["GEMINI_API_KEY"]}
    )
    with urllib.request.urlopen(asked) as reply:
        assert reply.headers["x-gemini-nb-mode"] == "offline"
    gnb.disconnect()
    assert dict(os.environ) == before


def test_a_variable_changed_meanwhile_stays_changed() -> None:
    gnb.connect()
    os.environ["GEMINI_NB_MODEL"] = "gemini-3.5-flash"
    gnb.disconnect()

    assert os.environ.pop("GEMINI_NB_MODEL") == "gemini-3.5-flash"


def test_the_placeholder_is_never_taken_for_a_key() -> None:
    gnb.connect()

    assert not decide().is_live
    with pytest.raises(MissingKeyError, match="GEMINI_API_KEY"):
        gnb.connect("live")


def test_offline_on_request_keeps_a_real_key_away_from_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "marker-key-0002")
    gnb.connect("offline")

    assert os.environ["GOOGLE_API_KEY"] == os.environ["GEMINI_API_KEY"] == "offline-not-a-key"
    gnb.disconnect()
    assert os.environ["GOOGLE_API_KEY"] == "marker-key-0002"


def test_connecting_twice_reuses_the_server_and_both_clients_work() -> None:
    first = gnb.connect()
    address = os.environ["GOOGLE_GEMINI_BASE_URL"]
    second = gnb.connect()

    assert os.environ["GOOGLE_GEMINI_BASE_URL"] == address
    assert first.models.count_tokens(model=MODEL, contents="one").total_tokens == 1
    assert second.models.count_tokens(model=MODEL, contents="one").total_tokens == 1


def test_a_client_used_in_one_expression_stays_open() -> None:
    assert gnb.connect().models.count_tokens(model=MODEL, contents="four").total_tokens == 1
    models = gnb.connect(timeout=9).models
    assert models.count_tokens(model=MODEL, contents="four").total_tokens == 1


def test_a_proxy_in_the_environment_does_not_capture_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    client = gnb.connect()

    assert client.models.count_tokens(model=MODEL, contents="four").total_tokens == 1
    curl = '"$GOOGLE_GEMINI_BASE_URL/v1beta/models?key=$GEMINI_API_KEY"'
    done = subprocess.run(["sh", "-c", f"curl -sf {curl}"], check=True, capture_output=True)
    assert b"models/gemini" in done.stdout


@pytest.mark.parametrize("switch", ["GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"])
def test_an_ambient_vertex_switch_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    monkeypatch.setenv(switch, "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "some-project")
    client = gnb.connect()

    assert client.models.count_tokens(model=MODEL, contents="four").total_tokens == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_connects_and_the_parent_goes_on() -> None:
    client = gnb.connect()
    code = """if True:
        import os, sys
        import gemini_nb as gnb
        client = gnb.connect()
        child = os.fork()
        if child == 0:
            reply = gnb.connect().models.count_tokens(model="gemini-3.8-flash", contents="four")
            os._exit(0 if reply.total_tokens == 1 else 1)
        _, status = os.waitpid(child, 0)
        reply = client.models.count_tokens(model="gemini-3.8-flash", contents="four")
        sys.exit(status or reply.total_tokens != 1)
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=60)
    assert client.models.count_tokens(model=MODEL, contents="four").total_tokens == 1


def test_a_child_process_finds_its_own_way_offline() -> None:
    gnb.connect()
    stale = os.environ["GOOGLE_GEMINI_BASE_URL"]
    code = "import os, gemini_nb as g; g.connect(); print(os.environ['GOOGLE_GEMINI_BASE_URL'])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert "no API key found" in done.stdout
    assert stale not in done.stdout


def test_a_live_child_of_an_offline_parent_goes_to_gemini() -> None:
    gnb.connect()
    code = "import gemini_nb.client as c; print(c.live_url())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "https://generativelanguage.googleapis.com"


def test_a_server_that_never_answers_is_given_up() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as stuck:
        address = f"http://127.0.0.1:{stuck.getsockname()[1]}"
        client = gnb.connect(
            "live", api_key="marker-key-0003", timeout=0.3, http_options={"base_url": address}
        )
        with pytest.raises(Exception, match=r"(?i)timed? ?out"):
            client.models.generate_content(model=MODEL, contents="Hello?")


def test_the_callers_options_win(gemini: EmbeddedServer) -> None:
    seen: list[str] = []
    client = gnb.connect(
        "live",
        api_key="marker-key-0004",
        http_options={
            "base_url": gemini.base_url,
            "client_args": {"event_hooks": {"request": [lambda r: seen.append(r.url.path)]}},
        },
    )
    client.models.get(model=MODEL)

    assert seen == [f"/v1beta/models/{MODEL}"]


@pytest.mark.parametrize("key", ["two\nlines", "a b", "schl\u00fcssel-1", "tab\there"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(InvalidKeyError, match="the api_key argument") as caught:
        gnb.connect(api_key=key)

    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [b"marker-0006", bytearray(b"marker-0007"), ["marker-0008\n"], {"k": "marker-0009"}, 10006],
)
def test_connect_refuses_a_key_that_is_no_str(key: Any) -> None:
    kind = type(key).__name__
    with pytest.raises(InvalidKeyError, match=f"not {kind}: pass api_key=Path") as caught:
        gnb.connect(api_key=key)

    assert not re.search("marker|10006", f"{caught.value} {gnb.redact(f'key = {key!r}')}")


@pytest.mark.parametrize("key", ["AIza" + "Sy0_-" * 7, "marker-key-of-no-known-form"])
def test_connect_told_a_key_as_its_mode_names_api_key_and_not_the_key(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    with pytest.raises(InvalidModeError, match=r"pass api_key=") as caught:
        gnb.connect(key)  # type: ignore[arg-type]
    monkeypatch.setenv("GEMINI_NB_MODE", key)
    with pytest.raises(
        InvalidModeError, match=r"GEMINI_NB_MODE .* set GEMINI_API_KEY"
    ) as in_variable:
        gnb.connect()

    assert key.lower() not in f"{caught.value} {in_variable.value}".lower()


@pytest.mark.parametrize("option", ["key", "apikey", "token"])
def test_connect_told_a_key_by_another_name_names_api_key_and_not_the_key(option: str) -> None:
    with pytest.raises(InvalidOptionError, match=f"no option '{option}': pass api_key=") as caught:
        gnb.connect(**{option: "marker-key-0007"})

    assert "marker" not in str(caught.value)


def test_connect_names_other_mistakes() -> None:
    with pytest.raises(InvalidModeError, match=r"adc, record, replay, not 'onlin'"):
        gnb.connect("onlin")  # type: ignore[arg-type]
    with pytest.raises(InvalidModeError, match="not '5'"):
        gnb.connect(mode=5)  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match="above 0"):
        gnb.connect(timeout=0)
    with pytest.raises(InvalidOptionError, match="above 0, not '9'"):
        gnb.connect(timeout="9")  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match="Vertex"):
        gnb.connect(vertexai=True)
    with pytest.raises(InvalidOptionError, match=r"(?s)http_options can't be read.*timeot"):
        gnb.connect(http_options={"timeot": 3})


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8765",
        "ftp://a",
        "http:///b",
        "http://[::1",
        "http://a:b",
        "http://me:p#w@a",
        "a b",
    ],
)
def test_connect_names_an_address_that_is_none_where_it_is_to_be_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", address)

    assert gnb.connect().models.count_tokens(model=MODEL, contents="one").total_tokens == 1
    gnb.disconnect()
    with pytest.raises(
        InvalidOptionError, match="GOOGLE_GEMINI_BASE_URL is no address: it must"
    ) as told:
        gnb.connect(api_key="marker-key-0010")
    assert address not in str(told.value)


def test_a_failing_connect_says_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidOptionError):
        gnb.connect(http_options={"timeot": 3})

    assert capsys.readouterr().out == ""
    assert "GOOGLE_GEMINI_BASE_URL" not in os.environ


def _stream(client: Client) -> object:
    return list(client.models.generate_content_stream(model=MODEL, contents="Hello"))


def _ask_asynchronously(client: Client) -> object:
    return asyncio.run(client.aio.models.generate_content(model=MODEL, contents="Hello"))


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
@pytest.mark.parametrize(
    "use",
    [
        lambda client: client.models.count_tokens(model=MODEL, contents="Hello"),
        _stream,
        _ask_asynchronously,
        lambda client: client.interactions.create(model=MODEL, input="Hello"),
    ],
)
def test_a_client_used_after_disconnect_says_to_connect_again(use: Any) -> None:
    client = gnb.connect()
    gnb.disconnect()

    with pytest.raises(DisconnectedError, match=r"run client = gnb\.connect\(\) again"):
        use(client)


def test_a_client_of_an_earlier_connection_stays_disconnected() -> None:
    earlier = gnb.connect()
    gnb.disconnect()
    later = gnb.connect()

    assert later.models.count_tokens(model=MODEL, contents="one").total_tokens == 1
    with pytest.raises(DisconnectedError):
        earlier.models.count_tokens(model=MODEL, contents="one")


def test_connect_from_many_threads_starts_one_server() -> None:
    def servers() -> int:
        return sum(thread.name == "gemini-nb-offline" for thread in threading.enumerate())

    before, others = dict(os.environ), servers()
    at_once = threading.Barrier(20)

    def connected(_: int) -> Client:
        at_once.wait()
        return gnb.connect()

    with ThreadPoolExecutor(20) as pool:
        clients = list(pool.map(connected, range(20)))

    assert servers() == others + 1
    assert len({id(client) for client in clients}) == 1
    assert clients[0].models.count_tokens(model=MODEL, contents="one").total_tokens == 1
    gnb.disconnect()
    assert dict(os.environ) == before


def test_a_colab_secret_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    class SecretNotFoundError(Exception):
        pass

    secrets = {"GEMINI_API_KEY": "marker-key-0005"}

    def get(name: str) -> str:
        if name not in secrets:
            raise SecretNotFoundError
        return secrets[name]

    colab = types.ModuleType("google.colab")
    userdata = types.ModuleType("google.colab.userdata")
    userdata.get = get  # type: ignore[attr-defined]
    userdata.SecretNotFoundError = SecretNotFoundError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setitem(sys.modules, "google.colab.userdata", userdata)

    assert decide().summary.endswith("the key from the Colab secret GEMINI_API_KEY")
    secrets.clear()
    assert not decide().is_live


def test_the_asynchronous_client_works_in_a_running_loop() -> None:
    client = gnb.connect()

    async def ask() -> str:
        reply = await client.aio.models.generate_content(model=MODEL, contents="Hello")
        await client.aio.aclose()
        return reply.model_version

    assert asyncio.run(ask()).startswith("offline/")
