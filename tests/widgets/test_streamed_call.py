"""A streamed call in its thread: stopped, failed, waited for."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from gemini_nb.replies.page import markdown_of
from gemini_nb.widgets.streamed_call import STOPPED, StreamedCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer


class Screen:
    """Keeps what it is given to show."""

    shown_in = ""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.is_drawn = threading.Event()
        self.finished: list[Answer] = []

    def draw(self, reply: Reply, status: str) -> int:
        self.drawn.append(f"{reply.candidates[0].text} {status}")
        self.is_drawn.set()
        return 0

    def finish(self, answer: Answer) -> None:
        self.finished.append(answer)


class Source:
    """Says a word, and then nothing until it is let go."""

    def __init__(self) -> None:
        self.is_free = threading.Event()

    def __iter__(self) -> Iterator[str]:
        yield "Kites "
        self.is_free.wait(30)
        yield "fly."


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.is_free.set()


def test_stop_keeps_what_came_and_waits_for_nothing(source: Source) -> None:
    call = StreamedCall(source, screen := Screen())
    assert screen.is_drawn.wait(30)
    assert call.is_running
    began = time.monotonic()
    call.stop()
    answer = call.wait()
    assert time.monotonic() - began < 1
    assert (answer.text, answer.stopped, call.is_running) == ("Kites ", STOPPED, False)
    assert screen.finished == [answer]


def test_wait_stops_at_ctrl_c(source: Source) -> None:
    call = StreamedCall(source, screen := Screen())
    assert screen.is_drawn.wait(30)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    assert call.wait().stopped is STOPPED


def test_an_error_becomes_a_notice_below_what_came() -> None:
    def failing() -> Iterator[str]:
        yield "Kites "
        raise ConnectionError("The line is <b>cut</b>.")

    answer = StreamedCall(failing(), Screen()).wait()
    assert markdown_of(answer.reply, answer.stopped) == (
        "Kites\n\n> **Stopped by an error.** ConnectionError: The line is "
        "&lt;b&gt;cut&lt;/b&gt;&#46;"
    )


def test_wait_tells_of_a_screen_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Screen):
        def finish(self, answer: Answer) -> None:
            raise OSError(f"no page for {answer.text}")

    monkeypatch.setattr(threading, "excepthook", print)
    with pytest.raises(RuntimeError, match="could not be shown"):
        StreamedCall(["Kites"], Broken()).wait()


def test_a_call_that_falls_silent_is_given_up(source: Source) -> None:
    answer = StreamedCall(source, Screen(), timeout=0.05).wait()
    assert answer.text == "Kites "
    assert "Nothing came" in str(answer.stopped)
