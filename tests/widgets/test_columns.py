"""What playground and studio share: an answer in its thread, stopped, failed, waited for."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

import gemini_nb as gnb
from gemini_nb.errors import InvalidOptionError
from gemini_nb.widgets import columns
from gemini_nb.widgets.run_settings import RunSettings
from gemini_nb.widgets.studio import ChatColumn, Studio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google import genai


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    with contextlib.redirect_stdout(None):
        connected = gnb.connect("offline")
    yield connected
    gnb.disconnect()


def chunk(text: str) -> types.GenerateContentResponse:
    content = types.Content(role="model", parts=[types.Part(text=text)])
    return types.GenerateContentResponse(candidates=[types.Candidate(content=content)])


class Source:
    """Says a word, and then nothing until it is let go."""

    def __init__(self) -> None:
        self.is_heard, self.is_free = threading.Event(), threading.Event()

    def __call__(self, **_: object) -> Iterator[types.GenerateContentResponse]:
        yield chunk("Kites ")
        self.is_heard.set()
        self.is_free.wait(300)
        yield chunk("fly.")


@pytest.fixture
def source(client: genai.Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    made = Source()
    monkeypatch.setattr(client.models, "generate_content_stream", made)
    yield made
    made.is_free.set()


def press(studio: Studio, name: str) -> None:
    controls: list[Any] = [*studio.page.children[4].children]
    next(each for each in controls if getattr(each, "description", "") == name).click()


def begun(client: genai.Client, text: str = "Why?") -> Studio:
    """A studio that waits for the end of an answer."""
    studio = gnb.studio(client)
    studio.page.children[3].value = text
    press(studio, "Run")
    return studio


def test_stop_keeps_what_came_and_waits_for_nothing(client: genai.Client, source: Source) -> None:
    studio = begun(client)
    assert source.is_heard.wait(30)
    studio.stop()
    studio.wait()  # the source is still held: a wait for its next chunk would never end
    answer = studio.conversations[0].turns[1].answer
    assert answer is not None
    assert (answer.text, answer.stopped) == ("Kites ", columns.STOPPED)
    studio.stop()  # nothing is left to be stopped


@pytest.mark.usefixtures("source")
def test_stop_right_after_run_is_heard(client: genai.Client) -> None:
    studio = begun(client)
    studio.stop()
    studio.wait()
    assert "Stopped." in repr(studio)


def test_wait_stops_at_ctrl_c(client: genai.Client, source: Source) -> None:
    studio = begun(client)
    assert source.is_heard.wait(30)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    studio.wait()
    assert "Stopped." in repr(studio)


def test_nothing_is_changed_while_an_answer_is_coming(client: genai.Client, source: Source) -> None:
    studio = begun(client)
    acts: list[Callable[[], object]] = [
        lambda: studio.send("Another."),
        lambda: studio.edit(0, "No."),
        lambda: studio.rerun(0),
        lambda: studio.show_columns(2),
        lambda: setattr(studio, "settings", RunSettings("gemini-3.8-flash")),
        studio.clear,
        studio.keep,
    ]
    for act in acts:
        with pytest.raises(InvalidOptionError, match="still coming"):
            act()
    press(studio, "Run")  # a double click is one
    assert studio.problem.value == ""
    press(studio, "New chat")
    assert "still coming" in studio.problem.value
    source.is_free.set()
    studio.wait()
    assert [turn.text for turn in studio.conversations[0].turns] == ["Why?", "Kites fly."]


def test_a_page_is_drawn_again_at_most_every_80_ms(
    client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quick(**_: object) -> Iterator[types.GenerateContentResponse]:
        for number in range(80):
            yield chunk(f"word{number} ")
            time.sleep(0.005)

    drawn: list[float] = []

    def draw(*_: object) -> int:
        drawn.append(time.monotonic())
        return 5

    monkeypatch.setattr(client.models, "generate_content_stream", quick)
    monkeypatch.setattr(ChatColumn, "draw", draw)
    begun(client).wait()
    assert len(drawn) > 1
    assert min(later - before for before, later in pairwise(drawn)) > 0.08


def test_an_error_becomes_a_notice_below_what_came(
    client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_: object) -> Iterator[types.GenerateContentResponse]:
        yield chunk("Kites ")
        raise ConnectionError("The line is <b>cut</b>.")

    monkeypatch.setattr(client.models, "generate_content_stream", failing)
    studio = begun(client)
    studio.wait()
    assert "Stopped by an error. ConnectionError: The line is <b>cut</b>." in repr(studio)
    assert "<b>" not in studio.transcript.bundle()["text/html"]


@pytest.mark.usefixtures("source")
def test_a_call_that_falls_silent_is_given_up(
    client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "PATIENCE", 0.05)
    studio = begun(client)
    studio.wait()
    assert (
        "Model: Kites \n\nStopped by an error. StreamStalledError: Nothing came from the stream"
        in repr(studio)
    )


def test_what_fails_in_the_thread_is_told_and_the_next_call_can_be_made(
    client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no page")

    with monkeypatch.context() as patch:
        patch.setattr(ChatColumn, "finish", broken)
        studio = begun(client)
        studio.wait()
    assert "OSError: no page" in studio.problem.value
    studio.rerun(0)
    assert studio.conversations[0].turns[1].text
