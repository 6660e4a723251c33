"""Marks on a picture while the answer that names them is still arriving."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.picture import load
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from gemini_nb.drawing.overlay import Overlay
    from gemini_nb.replies.reply import Reply

_SHARE_OF_TIME: Final = 4  # it waits so many times as long as the last drawing took
_SHORTEST_WAIT: Final = 0.5  # seconds: each drawing sends the picture again


class LiveOverlay:
    """Draws what an answer points at, as far as it has come."""

    def __init__(self, image: object) -> None:
        self._picture = load(image)
        self._read = 0  # characters of the text that were read, up to a complete item
        self._items = -1
        self._next_drawing = 0.0

    def fresh(self, reply: Reply) -> Overlay | None:
        """The picture with its marks, if there are more than when it was drawn last."""
        began = time.monotonic()
        if began < self._next_drawing:
            return None
        text = reply.candidates[0].text if reply.candidates else ""
        complete = text.rfind("}") + 1  # an item that is half there could still move
        if complete == self._read and self._items >= 0:
            return None
        self._read = complete
        # What is to be said of an answer is said when it is complete: its end may be all it lacks.
        found = replace(parse(text[:complete], image_size=self._size), issues=())
        if len(found) == self._items:
            return None
        self._items = len(found)
        drawn = draw(self._picture, found)
        spent = time.monotonic() - began
        self._next_drawing = time.monotonic() + max(_SHORTEST_WAIT, _SHARE_OF_TIME * spent)
        return drawn

    def final(self, reply: Reply) -> Overlay:
        """The picture with all that the answer points at."""
        return draw(self._picture, parse(reply, image_size=self._size))

    @property
    def _size(self) -> tuple[int, int]:
        return self._picture.width, self._picture.height
