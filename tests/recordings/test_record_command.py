from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gemini_nb.command_line import main
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.recordings.recording import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "marker-key-of-the-teacher"
HEADER = "# gemini_nb recording, format 1\n"
CONNECT = "import gemini_nb as gnb\n\nclient = gnb.connect()"
ASK = 'gnb.badge(client.models.generate_content(model="gemini-3.8-flash", contents="Hello!"))'
STREAM = """\
import os

chunks = client.models.generate_content_stream(
    model="gemini-3.8-flash", contents="Tell me of rain."
)
for chunk in chunks:
    print(chunk.text, end="|")
open("worked_in.txt", "w").write(os.getcwd());"""


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedServer]:
    """A second server, which the environment names as Gemini."""
    with EmbeddedServer() as running:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", running.base_url)
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        yield running


def notebook_of(path: Path, *cells: str) -> Path:
    """A notebook at `path`: a heading, and code cells."""
    code = [new_code_cell(source, id=str(n)) for n, source in enumerate(cells)]
    notebook = new_notebook(cells=[new_markdown_cell("# A lesson", id="top"), *code])
    nbformat.write(notebook, path)
    return path


@pytest.mark.usefixtures("upstream")
def test_record_writes_the_answers_beside_the_notebook_which_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = notebook_of(tmp_path / "lesson.ipynb", CONNECT, ASK, STREAM)
    before = lesson.read_bytes()

    assert main(["record", str(lesson)]) == 0
    told = capsys.readouterr().out
    assert "with the key from GEMINI_API_KEY" in told
    assert "2 answers recorded on 20" in told
    assert "in lesson.gnb" in told
    assert lesson.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "lesson.gnb",
        "lesson.ipynb",
        "worked_in.txt",
    ]
    assert (tmp_path / "worked_in.txt").read_text() == str(tmp_path.resolve())
    recording = tmp_path / "lesson.gnb"
    assert [exchange.reply.status for exchange in read(recording).exchanges] == [200, 200]
    assert KEY not in recording.read_text()


@pytest.mark.usefixtures("upstream")
def test_record_of_a_notebook_that_fails_says_where_and_keeps_the_former_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = notebook_of(tmp_path / "lesson.ipynb", CONNECT, ASK, f"raise ValueError('{KEY}')", ASK)
    former = tmp_path / "lesson.gnb"
    former.write_text(HEADER)

    assert main(["record", str(lesson)]) == 1
    told = capsys.readouterr().err
    assert "Cell 4 failed: ValueError: [key redacted]" in told
    assert "1 answer recorded on 20" in told
    assert "in lesson.gnb.unfinished" in told
    assert former.read_text() == HEADER
    assert len(read(tmp_path / "lesson.gnb.unfinished").exchanges) == 1


@pytest.mark.usefixtures("upstream")
def test_record_keeps_at_ctrl_c_what_it_has(tmp_path: Path) -> None:
    # The kernel's parent is the command.
    waits = "import os, signal, threading\nos.kill(os.getppid(), signal.SIGINT)"
    cells = (CONNECT, ASK, f"{waits}\nthreading.Event().wait()")
    lesson = notebook_of(tmp_path / "lesson.ipynb", *cells)
    command = [sys.executable, "-m", "gemini_nb.command_line", "record", str(lesson)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "Stopped; 1 answer recorded on 20" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(read(tmp_path / "lesson.gnb.unfinished").exchanges) == 1


def test_record_without_a_key_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    lesson = notebook_of(tmp_path / "lesson.ipynb", CONNECT)

    assert main(["record", str(lesson)]) == 1
    assert "needs a key: set GEMINI_API_KEY" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [lesson]


@pytest.mark.usefixtures("upstream")
def test_record_of_what_asks_nothing_says_so_and_keeps_the_former_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = notebook_of(tmp_path / "lesson.ipynb", "1 + 1")
    former = lesson.with_suffix(".gnb")
    former.write_text(HEADER)

    assert main(["record", str(lesson)]) == 1
    told = "No cell asked anything through gnb.connect(); nothing was recorded\n"
    assert capsys.readouterr().err == told
    assert former.read_text() == HEADER


@pytest.mark.usefixtures("upstream")
def test_record_overwrites_nothing_but_a_recording_and_says_so_before_it_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = notebook_of(tmp_path / "lesson.ipynb", CONNECT)
    before = lesson.read_bytes()
    for place, told in ((lesson, "it is no recording"), (tmp_path, "Is a directory")):
        assert main(["record", str(lesson), "--recording", str(place)]) == 1
        assert told in capsys.readouterr().err

    assert lesson.read_bytes() == before
    assert list(tmp_path.iterdir()) == [lesson]


@pytest.mark.usefixtures("upstream")
@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"cells": 1}'])
def test_record_of_what_is_no_notebook_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    lesson = tmp_path / "lesson.ipynb"
    lesson.write_text(text)

    assert main(["record", str(lesson)]) == 1
    assert "lesson.ipynb is no notebook" in capsys.readouterr().err

    lesson.unlink()
    assert main(["record", str(lesson)]) == 1
    assert capsys.readouterr() == (
        "",
        "gemini-nb: lesson.ipynb is not there: give the path of an .ipynb file.\n",
    )
