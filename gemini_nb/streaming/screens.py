"""Where an answer is shown while it comes: a cell, a terminal, plain text, or nowhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, get_args

from gemini_nb.errors import InvalidOptionError
from gemini_nb.streaming import executions

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.run import Screen

Display = Literal["auto", "cell", "terminal", "plain", "final", "off"]


def screen(display: Display, *, image: object | None, badge: bool, timing: bool) -> Screen:
    """The screen that `display` asks for, or that fits this place.

    Raises:
        InvalidOptionError: `display` is none of the words.
        PictureError: the image can't be read.
    """
    if display not in get_args(Display):
        choices = ", ".join(get_args(Display))
        raise InvalidOptionError(f"display must be one of {choices}, not {display!r}.")
    if display == "auto":
        display = _fitting()
    if display == "off":
        return FinalScreen(None)
    if display == "terminal":
        from gemini_nb.streaming.terminal import TerminalScreen  # noqa: PLC0415 - loads rich

        return TerminalScreen(has_badge=badge, has_timing=timing)
    if display == "plain":
        from gemini_nb.streaming.script import PlainScreen  # noqa: PLC0415 - as its siblings

        return PlainScreen(has_badge=badge, has_timing=timing)
    from gemini_nb.streaming.cell import CellScreen  # noqa: PLC0415 - drawing loads Pillow

    marks = None
    if image is not None:
        from gemini_nb.streaming.marks import Marks  # noqa: PLC0415 - drawing loads Pillow

        marks = Marks(image)
    cell = CellScreen(marks, has_badge=badge, has_timing=timing)
    return FinalScreen(cell) if display == "final" else cell


class FinalScreen:
    """Shows only the final state: for front ends that mix up displays which change."""

    def __init__(self, inner: Screen | None) -> None:
        """With None for `inner`, it shows nothing at all."""
        self._inner = inner

    @property
    def shown_in(self) -> str:
        """The execution of a cell in which the answer can be seen."""
        return self._inner.shown_in if self._inner is not None else ""

    def draw(self, reply: Reply, status: str) -> int:
        """Nothing is shown yet."""
        del reply, status
        return 0

    def finish(self, answer: Answer) -> None:
        """Show the final state."""
        if self._inner is not None:
            self._inner.finish(answer)


def _fitting() -> Display:
    if executions.in_kernel():
        return "cell"
    return "terminal" if sys.stdout.isatty() else "plain"
