"""A plot as every front end can show it: interactive, as pixels, and in words.

In a cell it has no ground, and letters of a grey that is read on white and on black alike; what is
saved is dark on white paper.
"""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import base64
import io
import json
import math
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.display import clean
from gemini_nb.drawing.lettering import font_families, lettering, runs, text_width
from gemini_nb.embeddings.items import shortened
from gemini_nb.errors import PictureError
from gemini_nb.plots.vega import MIDDLE, Specification
from gemini_nb.tokens.usage import is_gemini

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VEGA_LITE: Final = "application/vnd.vegalite.v5+json"
"""What JupyterLab shows without a kernel, network or trust; it knows no newer one."""

_DPI: Final = 100
POINTS: Final = 72 / _DPI
"""In a pixel."""

_LABEL_SIZE: Final = 8.5  # points
_TITLE_SIZE: Final = 11.0
_LEADING: Final = 1.35  # from line to line, in font sizes
_MARGIN: Final = 12  # pixels
_BOLD: Final = 1.15  # how much wider than plain letters
_SAFE: Final = 0.97  # of a line, since letters are drawn on whole pixels
_SOLID: Final = 200  # colours of a PNG, of 256, for what is opaque
_EDGES: Final = 56  # for the edges of letters

_LOOK: Final = {
    "font.size": _LABEL_SIZE,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "text.parse_math": False,  # a pair of dollars in a label is no formula
    "svg.hashsalt": "gemini_nb",  # ids that come from the content
}
_INKED: Final = ["axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"]
_GROUNDS: Final = ["figure.facecolor", "axes.facecolor"]
_ON_PAPER: Final = dict.fromkeys(_INKED, "#1f1f1f")
_IN_A_CELL: Final = dict.fromkeys(_INKED, MIDDLE) | dict.fromkeys(_GROUNDS, "none")
_UNDATED: Final = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}


@dataclass(frozen=True, eq=False, repr=False)
class Plot:
    """A plot that shows itself as the last line of a cell, and says in words what it shows.

    JupyterLab makes it interactive, in saved notebooks too; others show a PNG.

    Example:
        >>> from matplotlib.figure import Figure
        >>> Plot("two points", draw=Figure, specification=None)
        two points
    """

    text: str
    """What the plot shows, in a line and perhaps a small table."""
    draw: Callable[[], Figure]
    """Draws it anew, in the colours that matplotlib has at that moment."""
    specification: Specification | None
    """The same in Vega-Lite, version 5; None where only pixels will do."""
    letters: str = ""
    """Every character that it may write, for which fonts are looked for."""

    @property
    def figure(self) -> Figure:
        """A new matplotlib figure, dark on white, free of `pyplot`: yours to change."""
        with self._drawn(_ON_PAPER) as figure:
            figure.draw_without_rendering()  # which makes ticks, in the colours of now
        return figure

    @cached_property
    def png(self) -> bytes:
        """The picture that is shown where nothing interactive can be; the same bytes each time."""
        with self._drawn(_IN_A_CELL) as figure:
            return _png(figure)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: PNG, SVG, PDF, or JSON for Vega-Lite, by the name's ending.

        Raises:
            PictureError: the name has another ending, or there is no Vega-Lite to save.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending in _UNDATED:
            with self._drawn(_ON_PAPER) as figure:
                figure.savefig(target, format=ending[1:], metadata=_UNDATED[ending])
        elif ending == ".json" and self.specification is not None:
            target.write_text(json.dumps(self.specification), encoding="utf-8")
        else:
            raise PictureError(
                f"A plot is saved as .png, .svg or .pdf, not as {target.name!r}; as .json, for "
                "Vega-Lite, too, unless it holds too much to be interactive."
            )
        return target

    @contextmanager
    def _drawn(self, colours: dict[str, str]) -> Generator[Figure]:
        """A new figure, to be used while none of the notebook's own settings reach into it."""
        from matplotlib import style  # noqa: PLC0415 - heavy

        fonts = {"font.family": font_families(self.letters)}
        with style.context(["default", _LOOK | colours | fonts]):
            yield self.draw()

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "text/plain": self.text,
            "image/png": base64.b64encode(self.png).decode("ascii"),
        }
        if self.specification is not None:
            shown[VEGA_LITE] = self.specification
        return shown


def page(  # noqa: PLR0913 - the sides of a page
    width: float,
    height: float,
    *,
    title: str,
    statement: str,
    left: float = 75,
    right: float = 30,
    above: float = 0,
    below: float = 50,
) -> tuple[Figure, Axes]:
    """A page, and axes on it, under a title and a statement that are wrapped to its width.

    All lengths are in pixels: those of the axes, and of the room around them for ticks and names.

    Example:
        >>> figure, axes = page(400, 300, title="Two kites", statement="cosine 0.41")
        >>> round(float(axes.get_position().width * figure.get_figwidth()), 6)
        4.0
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    left = _MARGIN + math.ceil(left)  # where a pixel begins, so that small cells stay even
    whole = left + width + right + _MARGIN
    room = _SAFE * POINTS * (whole - 2 * _MARGIN)
    title, statement = drawable(clean(title)), drawable(statement)
    heading = lettering(title, line_width=room / _BOLD / _TITLE_SIZE, most_lines=8).lines
    notes = lettering(statement, line_width=room / _LABEL_SIZE, most_lines=8).lines
    second = _MARGIN + len(heading) * _LEADING * _TITLE_SIZE / POINTS
    over = second + len(notes) * _LEADING * _LABEL_SIZE / POINTS + _MARGIN + above
    high = over + height + below + _MARGIN
    figure = Figure(figsize=(whole / _DPI, high / _DPI), dpi=_DPI)
    look: dict[str, Any] = {"size": _TITLE_SIZE, "weight": "bold"}
    figure.text(_MARGIN / whole, 1 - _MARGIN / high, "\n".join(heading), look, va="top")
    figure.text(_MARGIN / whole, 1 - second / high, "\n".join(notes), size=_LABEL_SIZE, va="top")
    place = (left / whole, (below + _MARGIN) / high, width / whole, height / high)
    return figure, figure.add_axes(place)


def drawable(text: str) -> str:
    """`text` as pixels can show it: with U+FFFD for each character that no installed font has.

    What matplotlib draws there is wider than `text_width` says: names would overlap or be cut off.

    Example:
        >>> drawable("a red kite"), drawable("\U000e0fff") == "\ufffd"
        ('a red kite', True)
    """
    return "\n".join("".join(run for run, _ in runs(line)) for line in text.split("\n"))


def pixels_of(text: str, size: float = _LABEL_SIZE / POINTS) -> float:
    """How wide `text` is where it is drawn on one line, in letters of `size` pixels."""
    return text_width(drawable(text)) * size


def statement(*parts: str, answered_by: str = "") -> str:
    """One line that says what a plot shows, of the parts that are not empty.

    Where the embedded server made the vectors, it says so: its model compares letters and words,
    not meanings.

    Example:
        >>> statement("cosine 0.41 to 0.78", "", "linkage order", answered_by="offline")
        'cosine 0.41 to 0.78 · linkage order · offline, lexical'
    """
    origin = "" if is_gemini(answered_by) else "offline, lexical"
    return " · ".join(part for part in (*parts, origin) if part)


def numbered(position: int, label: str, length: int = 28) -> str:
    """`label` after its item's number, from 0 as the set is indexed.

    Example:
        >>> numbered(12, "a red kite")
        '12 · a red kite'
    """
    return f"{position} · {shortened(label, length)}"


def _png(figure: Figure) -> bytes:
    """As `savefig` does, but with one byte a pixel, which takes a third of the room."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from PIL import Image, PngImagePlugin  # noqa: PLC0415 - where matplotlib is needed too

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    picture = Image.fromarray(pixels)
    # Pillow's one way for pixels that let the ground through is too coarse for a scale of colours.
    solid = picture.convert("RGB").quantize(_SOLID, dither=Image.Dither.NONE)
    edges = picture.quantize(_EDGES, dither=Image.Dither.NONE)
    is_solid = pixels[..., 3] == np.iinfo(np.uint8).max
    few = Image.fromarray(np.where(is_solid, np.asarray(solid), np.asarray(edges) + _SOLID))
    colours = [bytes(each.getpalette("RGBA") or ()) for each in (solid, edges)]
    few.putpalette(colours[0][: 4 * _SOLID].ljust(4 * _SOLID, b"\0") + colours[1], "RGBA")
    maker, stream = PngImagePlugin.PngInfo(), io.BytesIO()
    maker.add_text("Software", "Matplotlib")  # as in its own files
    few.save(stream, "PNG", pnginfo=maker, dpi=(_DPI, _DPI), compress_level=9)
    return stream.getvalue()
