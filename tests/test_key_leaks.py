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

import pytest
from google.genai import errors
from hypothesis import given, settings
from hypothesis import strategies as st

import gemini_nb as gnb
from gemini_nb.offline.api.wire import JSONReply
from gemini_nb.offline.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.genai import Client

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


@pytest.mark.parametrize("logger", ["httpx", "httpx2", "urllib3.connectionpool"])
def test_addresses_in_request_logs(
    client: Client, caplog: pytest.LogCaptureFixture, logger: str
) -> None:
    del client
    with caplog.at_level(logging.DEBUG, logger):
        logging.getLogger(logger).info("HTTP Request: GET %s", f"http://h/v1/models?key={KEY}&a=1")

    assert KEY not in caplog.text
    assert "&a=1" in caplog.text


NOTEBOOK_CELLS = [
    "import gemini_nb as gnb, urllib.request",
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


def executed(notebook: Any, folder: Path) -> Any:
    """`notebook` after a run in `folder` that goes on after errors."""
    from nbclient import NotebookClient

    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=120, allow_errors=True, resources=resources).execute()


def test_verbose_tracebacks_in_a_kernel(tmp_path: Path) -> None:
    import nbformat

    with EmbeddedServer(app=repeats_the_key) as server:
        start = f"import os; os.environ['GOOGLE_GEMINI_BASE_URL'] = {server.base_url!r}"
        cells = [nbformat.v4.new_code_cell(source) for source in [start, *NOTEBOOK_CELLS]]
        notebook = nbformat.v4.new_notebook(cells=cells)
        ran = executed(notebook, tmp_path)

    outputs = [output for cell in ran.cells for output in cell.get("outputs", [])]
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


@given(st.text(max_size=200))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_redact_is_stable(text: str) -> None:
    once = gnb.redact(text)
    assert gnb.redact(once) == once


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

    shutil.copytree(NOTEBOOKS, tmp_path, dirs_exist_ok=True)
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in FAILURES]
    with EmbeddedServer() as gemini, caplog.at_level(logging.DEBUG):
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", gemini.base_url)
        monkeypatch.setenv("GOOGLE_API_KEY", KEY)
        ran = executed(notebook, tmp_path)
    saved = nbformat.writes(ran)

    assert "live, answered by Gemini with the key from GOOGLE_API_KEY" in saved
    assert (
        len([o for c in ran.cells for o in c.get("outputs", []) if o.output_type == "error"]) == 4
    )
    assert KEY not in saved
    assert KEY not in caplog.text
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
