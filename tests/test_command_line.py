from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from gemini_nb.command_line import main, tutorials_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path

    from gemini_nb.offline.server import EmbeddedServer

    Serving = Callable[..., tuple[Message, str, str]]

PROGRAM = [sys.executable, "-m", "gemini_nb.command_line"]
KEY = "marker-key-for-doctor"
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_help_teaches_each_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("lab", "serve", "doctor", "Start with"))


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["serve", "--prot", "1"]])
def test_a_mistyped_command_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2


@pytest.mark.parametrize("key", ["AIza" + "Sy0_-" * 7, KEY])
@pytest.mark.parametrize("command", [[], ["serve", "--port"], ["doctor"]])
def test_a_key_in_a_mistyped_command_is_not_repeated(
    capsys: pytest.CaptureFixture[str], command: list[str], key: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, key])

    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "[key redacted]" in told
    assert key not in told


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_lines_that_work_when_pasted(ending: signal.Signals) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    exports = [process.stdout.readline() for _ in range(2)]
    assert all(line.startswith("export ") for line in exports)
    script = "".join(exports) + (
        'curl -sf "$GOOGLE_GEMINI_BASE_URL/v1beta/models" -H "x-goog-api-key: $GEMINI_API_KEY"'
    )
    done = subprocess.run(["sh", "-c", script], check=True, capture_output=True)
    assert json.loads(done.stdout)["models"]
    process.send_signal(ending)
    rest, _ = process.communicate(timeout=20)
    assert "Stopped" in rest
    assert process.returncode == 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    """Starts `gemini-nb serve`, asks it once with what it prints, and ends it."""
    running: list[subprocess.Popen[str]] = []

    def ask(*options: str, text: str = "Hello!") -> tuple[Message, str, str]:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0", *options],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        running.append(process)
        assert process.stdout is not None
        printed = []
        while "Ctrl-C ends it." not in "".join(printed):
            printed.append(process.stdout.readline())
        address, key = (line.partition("=")[2].strip() for line in printed[:2])
        headers = {"x-goog-api-key": key, "content-type": "application/json"}
        body = json.dumps({"contents": [{"parts": [{"text": text}]}]}).encode()
        path = "/v1beta/models/gemini-3.8-flash:generateContent"
        request = urllib.request.Request(address + path, body, headers)
        try:
            with direct.open(request, timeout=20) as reply:
                return reply.headers, reply.read().decode(), "".join(printed)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.headers, refused.read().decode(), "".join(printed)

    yield ask
    for process in running:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_serve_records_and_replays(
    served: Serving, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as live:
        live.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
        live.setenv("GEMINI_API_KEY", KEY)
        headers, recorded, printed = served("--record", "lesson.gnb")
    assert headers["x-gemini-nb-mode"].startswith("record")
    assert "with the key from GEMINI_API_KEY, and records into lesson.gnb." in printed
    assert KEY not in printed

    headers, replayed, printed = served("--replay", "lesson.gnb")
    assert headers["x-gemini-nb-mode"].startswith("replay; recorded=20")
    assert replayed == recorded
    assert "1 answer recorded on 20" in printed
    assert "replayed from lesson.gnb; what is not in it is refused." in printed

    headers, refused, _ = served("--replay", "lesson.gnb", text="Goodbye!")
    assert json.loads(refused)["error"]["code"] == 404
    headers, _, _ = served("--replay", "lesson.gnb", "--unmatched", "offline", text="Goodbye!")
    assert headers["x-gemini-nb-mode"] == "offline"


def test_serve_of_a_class_prints_a_code_that_is_the_key(served: Serving) -> None:
    _, answer, printed = served("--host", "0.0.0.0", "--class")  # noqa: S104 - it is for a room

    assert json.loads(answer)["candidates"]
    key = re.findall("export GEMINI_API_KEY=(.*)", printed)[0]
    assert f"A name may follow: {key}-anna." in printed
    page = re.findall("Who asks: (http.*)", printed)[0]
    with direct.open(page, timeout=20) as shown:
        assert b"Class" in shown.read()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0 lets others in: add --class"),  # noqa: S104
        (["--class", "--record", "a.gnb"], "With --class nothing leaves the room"),
        (["--record", "a.gnb", "--replay", "b.gnb"], "choose one"),
        (["--pace"], "add --replay FILE"),
        (["--unmatched", "offline"], "add --replay FILE"),
        (["--replay", "none.gnb"], "none.gnb"),
    ],
)
def test_serve_refuses_what_would_not_work(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main(["serve", *options]) == 1
    assert told in capsys.readouterr().err


def test_a_taken_port_is_explained() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*PROGRAM, "serve", "--port", port], capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "--port 0" in done.stderr


def test_a_port_that_cannot_be_is_explained_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["serve", "--port", "99999"]) == 1
    assert capsys.readouterr().err == (
        "gemini-nb: cannot listen on 127.0.0.1, port 99999: a port is a number from 0 to 65535. "
        "Try --port 0 for a free one.\n"
    )


def test_doctor_says_what_connect_would_do_and_never_the_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    monkeypatch.delenv("GEMINI_NB_MODE", raising=False)

    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "API key       GOOGLE_API_KEY" in shown
    assert "live, answered by Gemini" in shown
    assert "the embedded server answers" in shown
    assert KEY not in shown


def test_doctor_fails_where_connect_would(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_NB_MODE", "sideways")

    assert main(["doctor"]) == 1
    assert "GEMINI_NB_MODE must be one of" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://proxy.example/v1?key=SECRET", "https://proxy.example/... (from"),
        ("http://me:SECRET@proxy.example:8080", "http://proxy.example:8080 (from"),
        ("https://proxy.example/SECRET/gemini", "https://proxy.example/... (from"),
        (f"https://{KEY}.example", "https://[key redacted].example (from"),
    ],
)
def test_doctor_shows_an_address_without_what_is_secret_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str, shown: str
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    monkeypatch.delenv("GEMINI_NB_MODE", raising=False)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", address)

    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert shown in told
    assert "SECRET" not in told
    assert KEY not in told


@pytest.mark.parametrize("address", ["SECRET", "http://", "//host"])
def test_doctor_says_that_an_address_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", address)
    monkeypatch.delenv("GEMINI_NB_MODE", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    assert main(["doctor"]) == 0

    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.endswith(
        "connect()     fails: GOOGLE_GEMINI_BASE_URL is no address: it must be like "
        "https://example.com or http://127.0.0.1:8765\n"
    )


def test_doctor_says_that_a_recording_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("GEMINI_NB_MODE", "replay")
    monkeypatch.setenv("GEMINI_NB_RECORDING", str(tmp_path / "lesson.gnb"))
    assert main(["doctor"]) == 1
    told = "connect()     fails: lesson.gnb: No such file or directory.\n"
    assert capsys.readouterr().out.endswith(told)


def test_doctor_does_not_repeat_a_key_that_stands_in_the_mode(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_NB_MODE", "Marker-Key-In-The-Wrong-Place")

    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "set GEMINI_API_KEY" in told
    assert "marker-key" not in told.lower()


def test_in_a_checkout_its_own_notebooks_are_opened(tmp_path: Path) -> None:
    for name in ("notebooks", "gemini_nb", "docs"):
        (tmp_path / name).mkdir()

    assert tutorials_folder(tmp_path / "docs") == tmp_path / "notebooks"


def test_elsewhere_the_tutorials_are_copied_and_edits_kept(tmp_path: Path) -> None:
    folder = tutorials_folder(tmp_path)
    notebook = folder / "01_rest_api.ipynb"
    assert folder == tmp_path / "gemini_nb_tutorials"
    notebook.write_text("mine")

    tutorials_folder(tmp_path)
    assert notebook.read_text() == "mine"


def test_lab_serves_the_tutorials_and_says_which_have_a_recording(tmp_path: Path) -> None:
    pytest.importorskip("jupyterlab")
    (tutorials_folder(tmp_path) / "01_rest_api.gnb").touch()
    runtime = tmp_path / "runtime"
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime)}
    arguments = ["lab", "--replay", "--no-browser", "--port=0", "--IdentityProvider.token=t"]
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "With a recording: 01_rest_api\n"
        address = wait_for_address(runtime)
        with urllib.request.urlopen(f"{address}api/contents?token=t", timeout=20) as reply:
            names = [item["name"] for item in json.load(reply)["content"]]
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert "01_rest_api.ipynb" in names


def wait_for_address(runtime: Path) -> str:
    """Where the Jupyter server that writes into `runtime` answers."""
    for _ in range(600):
        with contextlib.suppress(ValueError, OSError):  # not there, or half written
            for written in runtime.glob("jpserver-*.json"):
                address = json.loads(written.read_text())["url"]
                urllib.request.urlopen(f"{address}api?token=t", timeout=5).close()
                return address
        time.sleep(0.1)
    pytest.fail("JupyterLab did not start within a minute")
