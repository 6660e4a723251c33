"""The ways in which the SDK shows keys, each closed."""

from __future__ import annotations

import asyncio
import logging
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from google.genai import errors, types
from hypothesis import given, settings
from hypothesis import strategies as st

import gemini_nb as gnb
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.offline.wire import JSONReply
from gemini_nb.redaction import remember
from notebook_testing.front_end import FrontEnd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.genai import Client
    from nbformat import NotebookNode

KEY = "marker-key-" + "x7" * 12
MODEL = "gemini-3.8-flash"
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


async def repeats_the_key(scope: Any, receive: Any, send: Any) -> None:
    """A server whose error names the key that it was sent."""
    key = dict(scope["headers"])[b"x-goog-api-key"].decode()
    error = {"code": 400, "message": f"API key {key} not valid.", "status": "INVALID_ARGUMENT"}
    await JSONReply({"error": error}, status_code=400)(scope, receive, send)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    with EmbeddedServer(app=repeats_the_key) as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
        yield gnb.connect("live", api_key=KEY)
    gnb.disconnect()


def failing(client: Client) -> errors.APIError:
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=MODEL, contents="Hello")
    return caught.value


def test_the_message_of_the_server(client: Client) -> None:
    error = failing(client)

    assert "not valid" in str(error)
    assert KEY not in str(error) + repr(error) + str(error.details)


def test_the_message_of_the_server_asynchronously(client: Client) -> None:
    async def fail() -> str:
        with pytest.raises(errors.ClientError) as caught:
            await client.aio.models.generate_content(model=MODEL, contents="Hello")
        await client.aio.aclose()
        return str(caught.value)

    assert KEY not in asyncio.run(fail())


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_the_message_of_the_server_to_an_interaction(client: Client) -> None:
    with pytest.raises(Exception, match="not valid") as caught:
        client.interactions.create(model=MODEL, input="Hello")

    assert KEY not in str(caught.value) + repr(vars(caught.value))


def test_a_pickled_error(client: Client) -> None:
    assert KEY.encode() not in pickle.dumps(failing(client))


def test_the_request_that_an_error_carries(client: Client) -> None:
    response: Any = failing(client).response

    assert KEY not in str(response.request.headers.raw) + response.text


def test_the_options_of_the_client(client: Client) -> None:
    assert KEY not in repr(client._api_client._http_options)  # noqa: SLF001 - where the leak was


def test_the_variables_of_every_frame_of_the_sdk(client: Client) -> None:
    frame = failing(client).__traceback__
    shown: list[str] = []
    while frame is not None:
        module = frame.tb_frame.f_globals.get("__name__", "")
        if module.startswith("google.genai"):
            shown += [repr(value) for value in list(frame.tb_frame.f_locals.values())]
        frame = frame.tb_next

    assert shown
    assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize(
    "logger", ["httpx", "httpcore2.http11", "urllib3.pool", "websockets.client"]
)
def test_addresses_in_request_logs(
    client: Client, caplog: pytest.LogCaptureFixture, logger: str
) -> None:
    del client
    with caplog.at_level(logging.DEBUG, logger):
        logging.getLogger(logger).info("HTTP Request: GET %s", f"http://h/v1/models?key={KEY}&a=1")

    assert KEY not in caplog.text
    assert "&a=1" in caplog.text


async def echoes_the_key(scope: Any, receive: Any, send: Any) -> None:
    """A server that repeats the key in headers and text, in every spelling, and redirects once."""
    key = dict(scope["headers"])[b"x-goog-api-key"].decode()
    headers = {"x-echo": f"got {key.lower()}", "x-address": f"/v1?x={quote(key, safe='')}"}
    if scope["path"].endswith("/moved:generateContent"):
        address = f"/v1beta/models/{MODEL}:generateContent?key={quote(key)}"
        return await JSONReply({}, status_code=307, headers={"location": address})(
            scope, receive, send
        )
    if "bad" in scope["path"]:
        await JSONReply({"error": {"code": 400, "message": "no"}}, 400, headers)(
            scope, receive, send
        )
        return None
    part = {"text": f"Your key is {key}, a fine one."}
    reply = {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}]}
    return await JSONReply(reply, headers=headers)(scope, receive, send)


ODD_KEY = "marker/key+of=odd.Signs"


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    with EmbeddedServer(app=echoes_the_key) as server:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
        yield gnb.connect("live", api_key=ODD_KEY)
    gnb.disconnect()


def spells_the_key(text: object) -> bool:
    """Whether `text` has the key in any spelling."""
    shown = text.decode("latin-1") if isinstance(text, bytes) else str(text)
    return any(form in shown.lower() for form in (ODD_KEY.lower(), quote(ODD_KEY, "").lower()))


def test_the_headers_of_a_reply_in_a_pickled_error(echo: Client) -> None:
    with pytest.raises(errors.ClientError) as caught:
        echo.models.generate_content(model="bad", contents="Hello")

    assert not spells_the_key(pickle.dumps(caught.value))
    assert not spells_the_key(caught.value.response.headers.raw)  # type: ignore[union-attr]


def test_the_text_and_headers_of_an_answer(echo: Client) -> None:
    for model in (MODEL, "moved"):
        reply = echo.models.generate_content(model=model, contents="Hello")
        assert reply.text == "Your key is [key redacted], a fine one."
        assert not spells_the_key(repr(reply))


def test_the_text_and_headers_of_an_answer_asynchronously(echo: Client) -> None:
    async def ask() -> str:
        reply = await echo.aio.models.generate_content(model=MODEL, contents="Hello")
        await echo.aio.aclose()
        return repr(reply)

    assert not spells_the_key(asyncio.run(ask()))


def test_debug_logs_of_the_http_library(echo: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        echo.models.generate_content(model="moved", contents="Hello")

    assert "receive_response_headers" in caplog.text
    assert not spells_the_key(caplog.text)


@pytest.mark.parametrize("header", ["x-goog-api-key", "X-Goog-Api-Key", "Authorization"])
@pytest.mark.parametrize("kind", [dict, types.HttpOptions])
def test_a_key_in_the_headers_of_http_options(echo: Client, header: str, kind: type) -> None:
    del echo
    secret = "marker-key-in-a-header"  # noqa: S105 - it is none
    client = gnb.connect(api_key="marker-key-0008", http_options=kind(headers={header: secret}))
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="bad", contents="Hello")

    assert secret.encode() not in pickle.dumps(caught.value)
    assert secret not in repr(client._api_client._http_options)  # noqa: SLF001 - where it is kept
    assert secret not in gnb.redact(f"sent {secret}")


NOTEBOOK_CELLS = [
    f"client = gnb.connect('live', api_key={KEY!r})",
    "%xmode Verbose",
    "client.models.generate_content(model='gemini-3.8-flash', contents='Hello')",
    "await client.aio.models.generate_content(model='gemini-3.8-flash', contents='Hello')",
    "client.interactions.create(model='gemini-3.8-flash', input='Hello')",
    "client.models.generate_content(model='gemini-3.8-flash', contents=object())",
    "import httpx2; httpx2.get(f'http://127.0.0.1:9/?key={client._api_client.api_key}')",
    "raise RuntimeError(f'no answer from http://host/?key={client._api_client.api_key}')",
    "raise ValueError(str.__str__(client._api_client.api_key))",
]

# Each with a key of its own, which nothing has seen before.
FAILING_CONNECTIONS = [
    "key = 'marker-key-{}'; gnb.connect(api_key=key, timeout=-1)",
    "key = 'marker-key-{}\\nsecond-line-of-{}'; gnb.connect(api_key=key)",
    "from pathlib import Path; key = Path('key.txt').read_text(); gnb.connect('liv', api_key=key)",
    "key = Path('key.txt').read_bytes(); gnb.connect(api_key=key)",
    "import os; os.environ['GEMINI_NB_MODE'] = 'Marker-Key-{}'; gnb.connect()",
    "del os.environ['GEMINI_NB_MODE']; key = 'marker-key-{}'; gnb.connect(key)",
    "gnb.connect(key='marker-key-{}')",
    "gnb.connect(http_options={{'headers': {{'x-goog-api-key': 'marker-key-{}'}}, 'timeot': 1}})",
    "os.environ['GEMINI_API_KEY'] = 'marker-key-{}'; gnb.connect(timeout=0)",
    "del os.environ['GEMINI_API_KEY']; gnb.connect(api_key=open('key.txt').readlines())",
    "key = {{'key': 'marker-key-{}'}}; gnb.connect(api_key=key)",
    "key = bytearray(b'marker-key-{}'); gnb.connect(api_key=key)",
    "key = 8761348761; gnb.connect(api_key=key)",
    "key = 'my-odd-{}\\nkey-8761'; gnb.connect(api_key=key)",
    "key = 'marker-key-{}'; gnb.connect(timeout=key)",
    "key = 'marker-key-{}'; gnb.connect(api_version=key, timeout=0)",
    "key = 'marker-key-{}'; wrong = {{'timeot': 1}}",
    "here = {{**wrong, 'headers': {{'Cookie': 'sess-' + key}}}}; gnb.connect(http_options=here)",
    *(
        f"key = 'marker-key-{{}}'; gnb.connect(http_options={{{{**wrong, {option}}}}})"
        for option in (
            "'headers': {{'X-Password': key}}",
            "'headers': [('x-goog-api-key', key)]",
            "'client_args': {{'auth': ('u', key)}}",
            "'client_args': {{'proxy': 'http://u:' + key + '@p'}}",
            "'base_url': 'https://x/' + key",
        )
    ),
]


def failing_connections() -> tuple[list[str], list[str]]:
    """The cells, and what must not show; text of a cell itself is its author's."""
    secrets = [f"{number:02}" + "x7" * 9 for number in range(len(FAILING_CONNECTIONS))]
    return [
        cell.format(secret, secret)
        for cell, secret in zip(FAILING_CONNECTIONS, secrets, strict=True)
    ], secrets


@pytest.fixture(scope="module")
def front_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    """One kernel for the tests that bring nothing but cells: it takes seconds to get ready."""
    with FrontEnd(tmp_path_factory.mktemp("kernel"), cell_timeout=120) as running:
        running.run("import os\nimport gemini_nb as gnb\nbefore = dict(os.environ)")
        yield running


@pytest.fixture
def outputs_of(front_end: FrontEnd) -> Iterator[Callable[[list[str]], list[NotebookNode]]]:
    """Runs cells, also after errors; the next test finds a kernel that is not connected."""
    yield lambda cells: [output for cell in cells for output in front_end.run(cell).outputs]
    front_end.run("gnb.disconnect()\nos.environ.clear()\nos.environ.update(before)")
    front_end.run("%xmode Context")


def test_a_failing_connect_in_a_kernel_with_verbose_tracebacks(
    outputs_of: Callable[[list[str]], list[NotebookNode]],
) -> None:
    cells, secrets = failing_connections()
    file = "from pathlib import Path\nPath('key.txt').write_text('marker-key-fromafilex7x7\\n');"
    outputs = outputs_of([file, "%xmode Verbose", *cells])

    failed = [output for output in outputs if output.output_type == "error"]
    assert [len(output.traceback) > 3 for output in failed] == [True] * (len(cells) - 1)
    secrets += ["fromafilex7", "key-8761", "8761348761"]
    assert not [secret for secret in secrets if secret in str(outputs).lower()]


STOPPED = "disconnect() stopped this client's server: run client = gnb.connect() again."


def test_an_error_in_a_kernel_is_short_until_more_is_asked_for(
    outputs_of: Callable[[list[str]], list[NotebookNode]],
) -> None:
    cells = [
        "client = gnb.connect()",
        "def ask(model):\n    return client.models.get(model=model)\n\nask('gemini-pro')",
        "%tb",
        "client.interactions.get(id='none')",
        "ask = client.models.generate_content\nask(model='m', contents='', config={'bogus': 1})",
        "def fail(request):\n    raise ValueError('mine')",
        "hooks = {'client_args': {'event_hooks': {'request': [fail]}}}",
        "gnb.connect(http_options=hooks).models.get(model='gemini-3.8-flash')",
        "here = {'base_url': 'http://127.0.0.1:9'}",
        "gnb.connect('live', api_key='k-1234', http_options=here).models.get(model='gemini-pro')",
        "gnb.disconnect()\nclient.models.get(model='gemini-pro')",
        "{}['not ours']",
    ]
    shown = [
        "\n".join(output.traceback).split("\n")
        for output in outputs_of(cells)
        if output.output_type == "error"
    ]
    ours, whole, interaction, misfit, hook, connection, disconnected, other = shown
    assert any("gemini-3.8-flash" in line for line in ours)
    assert ours[-2] == "  line 2: return client.models.get(model=model)"
    assert len(whole) > 50
    assert all(len(lines) < 9 for lines in (ours, interaction, connection))
    assert misfit[0].startswith("ValidationError: 1 validation error")
    assert "bogus" in misfit
    assert misfit[-2] == "  line 2: ask(model='m', contents='', config={'bogus': 1})"
    assert len(misfit) < 9
    assert len(hook) > 50
    assert disconnected == [
        f"DisconnectedError: {STOPPED}",
        "  line 2: client.models.get(model='gemini-pro')",
        "  (%tb shows the way it took.)",
    ]
    assert "Traceback" in other[1]


def test_verbose_tracebacks_in_a_kernel(
    outputs_of: Callable[[list[str]], list[NotebookNode]],
) -> None:
    with EmbeddedServer(app=repeats_the_key) as server:
        start = f"os.environ['GOOGLE_GEMINI_BASE_URL'] = {server.base_url!r}"
        outputs = outputs_of([start, *NOTEBOOK_CELLS])

    assert len([output for output in outputs if output.output_type == "error"]) == 7
    assert KEY not in str(outputs)


def test_a_key_in_the_message_of_a_script(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import gemini_nb as gnb\n"
        f"gnb.connect('live', api_key={KEY!r})\n"
        "gnb.connect('no-such-mode-' + " + repr(KEY) + ")\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)

    assert "InvalidModeError" in done.stderr
    assert KEY not in done.stderr.replace(script.read_text().splitlines()[-1], "")


@pytest.mark.parametrize(
    "secret",
    [
        "AIza" + "Sy0_-" * 7,
        "AQ." + "Ab3_-" * 6,
        "ya29.a0Af_-B" * 3,
        "Bearer abc.def-ghi",
        "?key=short",
        "&key=also%20this",
    ],
)
@given(before=st.text(alphabet=" \n'\"(<{[", max_size=3), after=st.text(" \n'\")>}],", max_size=3))
@settings(max_examples=20, derandomize=True, deadline=None)
def test_redact_takes_out_each_form_of_key(secret: str, before: str, after: str) -> None:
    shown = gnb.redact(f"see{before} {secret}{after} end")

    assert secret.partition("=")[2] not in shown if "=" in secret else secret not in shown
    assert shown.startswith("see")
    assert shown.endswith("end")


@pytest.mark.parametrize(
    "text",
    [
        "The ring bearer walks. A bearer of good-natured news.",
        "-H 'Authorization: Bearer $TOKEN' and '...?key=$GEMINI_API_KEY', ?key=<your key>",
    ],
)
def test_redact_leaves_prose_and_code_that_hold_no_key(text: str) -> None:
    assert gnb.redact(text) == text


@given(st.text(max_size=200))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_redact_is_stable(text: str) -> None:
    once = gnb.redact(text)
    assert gnb.redact(once) == once


@pytest.mark.parametrize(
    "form", [str, str.lower, str.upper, quote, lambda key: quote(key, safe="")]
)
def test_redact_takes_out_each_spelling_of_a_key_in_use(form: Callable[[str], str]) -> None:
    key = "another/Key+of=odd.Signs"
    remember(key)

    assert gnb.redact(f"<{form(key)}>") == "<[key redacted]>"


@pytest.mark.parametrize("piece", ["first-of-two-lines", "two-9", "lines and then", "first-of-two"])
def test_redact_takes_out_pieces_of_a_key_in_use(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini_nb.redaction._in_use", set())
    remember("first-of-two-lines\ntwo-9\nlines and then")

    assert gnb.redact(f"<{piece}>") == "<[key redacted]>"
    assert gnb.redact("two lines then") == "two lines then"


def test_redact_leaves_ordinary_text_alone() -> None:
    text = "The key idea: AI models (AIza is a town?) bear no keys. monkey=7"
    assert gnb.redact(text) == text


FAILURES = [
    "%xmode Verbose",
    "client = gnb.connect()",
    "client.models.generate_content(model='gemini-pro', contents='Hello')",
    "client.models.generate_content(model=gnb.catalog.default('text').id, contents=[object()])",
    "client.interactions.get(id='none')",
    "raise RuntimeError(f'sent {dict(client._api_client._http_options.headers)}')",
]


@pytest.mark.parametrize("name", ["00_quickstart", "01_rest_api"])
def test_no_key_in_a_saved_notebook_nor_in_the_logs(
    name: str, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat
    from nbclient import NotebookClient

    shutil.copytree(NOTEBOOKS, tmp_path, dirs_exist_ok=True)
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in FAILURES]
    with EmbeddedServer() as gemini, caplog.at_level(logging.DEBUG):
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", gemini.base_url)
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        place = {"metadata": {"path": str(tmp_path)}}
        client = NotebookClient(notebook, timeout=120, allow_errors=True, resources=place)
        ran = client.execute()
    saved = nbformat.writes(ran)

    assert "(from GOOGLE_GEMINI_BASE_URL) with the key from GOOGLE_API_KEY" in saved
    assert (
        len([o for c in ran.cells for o in c.get("outputs", []) if o.output_type == "error"]) == 4
    )
    assert KEY not in saved
    assert KEY not in caplog.text
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
