"""A button on which a picture is chosen, dropped or pasted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anywidget import AnyWidget
from traitlets import Bool, Unicode

from gemini_nb.display import words
from gemini_nb.drawing.picture import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.widgets.controls import Problem


class PictureInput(AnyWidget):
    """A button, and a place to drop on: calls `act(data, name)` with a file's own bytes.

    That a file is no picture, or that `act` failed, is told in `problem`; what the page itself
    refuses, as more than 8 MB, below the button. With `several`, more than one may be given.
    """

    # Not ipywidgets' FileUpload: nothing can be dropped there, and its value differs in 7 and 8.
    _esm = Path(__file__).with_name("picture_input.js")
    label = Unicode().tag(sync=True)
    several = Bool().tag(sync=True)

    def __init__(
        self, act: Callable[[bytes, str], object], problem: Problem, **looks: str | bool
    ) -> None:
        super().__init__(**{"label": "Picture", **looks})

        def take(data: bytes, name: str) -> None:
            load(data)  # or it raises what is wrong with it
            act(data, name)

        def hear(_: object, content: dict[str, str], buffers: list[memoryview]) -> None:
            problem.watched(lambda: take(bytes(buffers[0]), words(content["name"])))()

        listening: Any = self
        listening.on_msg(hear)
