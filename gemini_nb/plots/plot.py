"""A plot as every front end can show it: interactive, as pixels, and in words."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from gemini_nb.errors import PictureError
from gemini_nb.plots.figures import PIXELS_AN_INCH

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import BinaryIO

    from matplotlib.figure import Figure

VEGA_LITE: Final = "application/vnd.vegalite.v5+json"
"""What JupyterLab shows without a kernel, network or trust; it knows no newer one."""

_MOST_COLOURS: Final = 128
"""Of a PNG: the steps of a scale and the edges of letters need fewer."""


@dataclass(frozen=True, eq=False, repr=False)
class Plot:
    """A plot that shows itself as the last line of a cell, and says in words what it shows.

    JupyterLab makes it interactive, in saved notebooks too; others show a PNG.

    Example:
        >>> from matplotlib.figure import Figure
        >>> Plot("two points", make_figure=Figure, specification=None)
        two points
    """

    text: str
    """What the plot shows, in a line and perhaps a small table."""
    make_figure: Callable[[], Figure]
    """Draws it, each time anew."""
    specification: dict[str, Any] | None
    """The same in Vega-Lite, version 5; None where only pixels will do."""

    @property
    def figure(self) -> Figure:
        """A new matplotlib figure, free of `pyplot`: yours to change."""
        from matplotlib import style  # noqa: PLC0415 - heavy

        # What a notebook set for its own figures, such as a dark style, does not reach into these.
        with style.context("default"):
            return self.make_figure()

    @cached_property
    def png(self) -> bytes:
        """The picture that is shown where nothing interactive can be; the same bytes each time."""
        stream = io.BytesIO()
        _write_png(self.figure, stream)
        return stream.getvalue()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: PNG, SVG, PDF, or JSON for Vega-Lite, by the name's ending.

        Raises:
            PictureError: the name has another ending, or there is no Vega-Lite to save.
        """
        target = Path(path)
        match target.suffix.lower():
            case ".png":
                target.write_bytes(self.png)
            case ".svg":
                _write_drawing(self.figure, target, "svg")
            case ".pdf":
                _write_drawing(self.figure, target, "pdf")
            case ".json" if self.specification is not None:
                target.write_text(json.dumps(self.specification), encoding="utf-8")
            case ".json":
                raise PictureError(
                    "This plot holds too much to be interactive, so there is no Vega-Lite to save; "
                    "save a .png, .svg or .pdf."
                )
            case _:
                raise PictureError(
                    f"{target.name!r} ends in none of .png, .svg, .pdf and, where the plot is "
                    "interactive, .json; choose one of them."
                )
        return target

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


def _write_png(figure: Figure, stream: BinaryIO) -> None:
    """As `savefig` does, but with one byte a pixel, which takes a third of the room."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy
    from matplotlib import style  # noqa: PLC0415 - heavy
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from PIL import Image, PngImagePlugin  # noqa: PLC0415 - where matplotlib is needed too

    with style.context("default"):
        figure.set_dpi(PIXELS_AN_INCH)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = picture.quantize(
        _MOST_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    software = PngImagePlugin.PngInfo()
    software.add_text(
        "Software", f"Matplotlib version {mpl.__version__}, https://matplotlib.org/"
    )  # by which matplotlib's figures are known
    dpi = (PIXELS_AN_INCH, PIXELS_AN_INCH)
    few.save(stream, "PNG", pnginfo=software, dpi=dpi, compress_level=9)


def _write_drawing(figure: Figure, target: Path, form: Literal["svg", "pdf"]) -> None:
    """A drawing without dates, with ids that come from its content."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy
    from matplotlib import style  # noqa: PLC0415 - heavy

    dates = {"Date": None} if form == "svg" else {"CreationDate": None}
    with style.context("default"), mpl.rc_context({"svg.hashsalt": "gemini_nb"}):
        figure.savefig(target, format=form, metadata=dates)
