"""The annotator: correct what a model marked on a picture, by mouse, touch or keyboard."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import traitlets
from anywidget import AnyWidget

from gemini_nb.display import words
from gemini_nb.drawing import svg
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.overlay import Overlay, draw
from gemini_nb.widgets.cell_display import CellDisplay
from gemini_nb.widgets.editing import Changes, changes_of, looks_of, rows_of, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gemini_nb.spatial.annotations import Annotations

_SENT_WIDTH: Final = 2000  # pixels: sharp on a large screen, and twice enlarged
_CELL_WIDTH: Final = 800  # pixels: about what a cell has, for the letters of what can't be edited
_LONGEST: Final = 500  # characters of an error


class Annotator(AnyWidget):
    """A picture whose items a person can correct; `annotate` makes it.

    Points, boxes and trajectories are edited; what is of another kind is shown, and kept.
    """

    _esm = Path(__file__).with_name("annotator.js")
    _css = Path(__file__).with_name("annotator.css")
    size: Any = traitlets.Any().tag(sync=True)  # of the picture: width and height in pixels
    image: Any = traitlets.Bytes().tag(sync=True)
    backdrop: Any = traitlets.Unicode().tag(sync=True)  # an SVG of what can't be edited
    items: Any = traitlets.Any().tag(sync=True)  # rows, see `editing`: what the page changes
    looks: Any = traitlets.Any().tag(sync=True)
    problem: Any = traitlets.Unicode().tag(sync=True)

    def __init__(self, overlay: Overlay, *callbacks: Callable[[Annotations], object]) -> None:
        self._overlay, self._callbacks = overlay, [*callbacks]
        self._picture = overlay.picture
        image = self._picture.encoded(_SENT_WIDTH).data
        super().__init__(image=image, size=[self._picture.width, self._picture.height])
        self._cell = CellDisplay(self)
        self._begin(overlay.annotations)
        widget: Any = self
        widget.observe(self._heard, "items")
        widget.on_msg(self._asked)

    @property
    def annotations(self) -> Annotations:
        """What stands now; what nobody touched is the very object that was given.

        Issues and text are those of what was given. Assigning other annotations shows them, and
        begins anew: nothing to undo, no changes.
        """
        stands = standing(self._given.items, self.items)
        return replace(self._given, items=tuple(stands.values()))

    @annotations.setter
    def annotations(self, annotations: object) -> None:
        self._begin(draw(self._picture, annotations).annotations)

    @property
    def changes(self) -> Changes:
        """What was accepted, moved, relabelled, added and deleted since the annotations came."""
        return changes_of(self._given.items, self.items)

    @property
    def overlay(self) -> Overlay:
        """What stands now, drawn on the picture."""
        drawn, given = draw(self._picture, self.annotations), self._overlay
        return replace(drawn, title=given.title, max_width=given.max_width)

    def on_change(self, callback: Callable[[Annotations], object]) -> None:
        """Call `callback` with the annotations after each edit; what it raises is shown."""
        self._callbacks.append(callback)

    def done(self) -> None:
        """Put the static overlay in the place of the widget, as the button Done does."""
        self._cell.replace(self._static())

    def __repr__(self) -> str:
        return repr(self.overlay)

    def _ipython_display_(self) -> None:
        self._cell.show(self._static())

    def _static(self) -> dict[str, Any]:
        overlay = self.overlay
        return {"text/plain": repr(overlay), "text/html": overlay.to_html()}

    def _begin(self, found: Annotations) -> None:
        self._given, self._seen = found, None
        with self.hold_sync():
            self.items = rows_of(found.items)
            self._look()

    def _look(self) -> None:
        """Tell the page the colours, and what is seen beneath that which can be edited."""
        stands = standing(self._given.items, self.items)
        colours, self.looks, beneath = looks_of(stands, self.items)
        if (colours, beneath) != self._seen:  # masks take their time
            self._seen, reduction = (colours, beneath), max(self.size[0] / _CELL_WIDTH, 1)
            scene = compose(beneath, *self.size, colours=colours, reduction=reduction)
            self.backdrop = svg.document(scene) if scene.marks else ""

    def _heard(self, _: object) -> None:
        with self._telling():
            self._look()
            for callback in self._callbacks:
                callback(self.annotations)

    def _asked(self, _: object, content: dict[str, Any], __: object) -> None:
        """Done. The rows come along: Jupyter may hold back what was edited just before."""
        with self._telling():
            self.items = content["done"]
            self.done()

    @contextmanager
    def _telling(self) -> Generator[None]:
        """Shows what is raised: Jupyter would drop it."""
        self.problem = ""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it is shown
            self.problem = words(f"{type(error).__name__}: {error}", _LONGEST)


def annotate(
    image: object,
    annotations: object = (),
    *,
    on_change: Callable[[Annotations], object] | None = None,
) -> Annotator:
    """A widget that shows `annotations` on `image`, to be corrected by a person.

    Items are edited by mouse, touch or keyboard. The button Done leaves the static overlay in the
    notebook.

    Args:
        image: as `draw` takes it.
        annotations: likewise; nothing, to begin with an empty picture.
        on_change: called with the annotations after each edit.

    Raises:
        PictureError: the image can't be read.

    Example:
        >>> from PIL import Image
        >>> from gemini_nb.spatial.geometry import Box
        >>> annotate(Image.new("RGB", (80, 60)), [Box(1, 2, 300, 400, label="mug")]).changes
        nothing changed, 1 untouched
    """
    return Annotator(draw(image, annotations), *([on_change] if on_change else []))
