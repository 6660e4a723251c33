"""Where an answer is shown while it comes: a cell, a terminal, plain text, or nowhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from gemini_nb.errors import InvalidOptionError
from gemini_nb.streaming.notebook import in_kernel, in_output_widget

if TYPE_CHECKING:
    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.run import Screen

Display = Literal["auto", "cell", "terminal", "plain", "final", "off"]

DISPLAY_VARIABLE: Final = "GEMINI_NB_DISPLAY"
"""Takes the place of "auto" where it is set: "final" for tools that compare saved outputs."""


def screen(display: Display, *, image: object | None, badge: bool, timing: bool) -> Screen:
    """The screen that `display` asks for, or that fits this place.

    Raises:
        InvalidOptionError: `display`, or GEMINI_NB_DISPLAY for "auto", is none of the words.
        PictureError: the image can't be read.
    """
    chosen = chosen_display(display)
    if chosen == "off":
        return FinalScreen(None)
    if chosen == "terminal":
        from gemini_nb.streaming.terminal import TerminalScreen  # noqa: PLC0415 - loads rich

        return TerminalScreen(has_badge=badge, has_timing=timing)
    if chosen == "plain":
        from gemini_nb.streaming.script import PlainScreen  # noqa: PLC0415 - as its siblings

        return PlainScreen(has_badge=badge, has_timing=timing)
    from gemini_nb.streaming.cell import CellScreen  # noqa: PLC0415 - drawing loads Pillow

    overlay = None
    if image is not None:
        from gemini_nb.streaming.live_overlay import LiveOverlay  # noqa: PLC0415 - loads Pillow

        overlay = LiveOverlay(image)
    cell = CellScreen(overlay, has_badge=badge, has_timing=timing)
    return FinalScreen(cell) if chosen == "final" else cell


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


def chosen_display(display: Display) -> Display:
    """How to show an answer here: what is asked for, else what fits this place; never "auto".

    Raises:
        InvalidOptionError: `display`, or GEMINI_NB_DISPLAY for "auto", is none of the words.

    Example:
        >>> chosen_display("final")
        'final'
    """
    chosen = os.environ.get(DISPLAY_VARIABLE, "").strip() if display == "auto" else display
    chosen = chosen or "auto"
    if chosen not in get_args(Display):
        name = DISPLAY_VARIABLE if display == "auto" else "display"
        choices = ", ".join(get_args(Display))
        raise InvalidOptionError(f"{name} must be one of {choices}, not {chosen!r}.")
    if chosen != "auto":
        return cast("Display", chosen)
    if in_kernel():
        return "final" if in_output_widget() else "cell"
    return "terminal" if sys.stdout.isatty() else "plain"
