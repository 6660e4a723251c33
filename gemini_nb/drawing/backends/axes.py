"""A scene as matplotlib artists on any axes, in pixels of the picture.

This module loads matplotlib; import it where it is used.
"""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.image import AxesImage
from matplotlib.patches import BoxStyle, Circle, FancyBboxPatch, PathPatch
from matplotlib.patches import Ellipse as EllipsePatch
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from PIL import Image, ImageColor

from gemini_nb.drawing.backends import fonts
from gemini_nb.drawing.backends.raster import LABEL_CORNER, leader_stroke
from gemini_nb.drawing.backends.stencils import DASHES
from gemini_nb.drawing.scene import Disc, Ellipse, Path, Tint
from gemini_nb.spatial.masks import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path as FilePath

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.patches import Patch

    from gemini_nb.drawing.scene import Label, Primitive, Scene

_ABOVE: Final = 3.0  # pictures lie at 0, patches at 1, lines at 2
_SMALLEST: Final = 0.1  # points: matplotlib refuses letters of no size
_POINTS_AN_INCH: Final = 72
_PIXELS_AN_INCH: Final = 100  # on a page that holds a whole picture


def add_to(axes: Axes, scene: Scene) -> tuple[Artist, ...]:
    """The artists that now draw `scene` on `axes`, the lowest first.

    They stand in data coordinates, those of a picture shown with
    `imshow(picture, extent=(0, width, height, 0))`; lines and letters keep their size in pixels
    of the picture, however large the figure becomes. Limits and aspect stay as they are.

    Warns:
        MissingGlyphWarning: no installed font has some characters of a label.

    Example:
        >>> from matplotlib.figure import Figure
        >>> from gemini_nb.drawing.composition import compose
        >>> from gemini_nb.spatial.geometry import Box
        >>> axes = Figure().add_subplot()
        >>> artists = add_to(axes, compose([Box(0, 0, 500, 500, label="mug")], 80, 60))
        >>> [text.get_text() for text in axes.texts]
        ['mug']
    """
    fonts.warn_of_missing(line for label in scene.labels for line in label.lines)
    names: defaultdict[int, list[Label]] = defaultdict(list)
    for label in scene.labels:
        names[label.mark].append(label)
    ruler = _Ruler()
    artists: list[Artist] = [ruler]
    for at, mark in enumerate(scene.marks):
        for primitive in mark.primitives:
            artists += _artists(primitive, axes, ruler)
        for label in names[at]:
            artists += _label_artists(label, ruler)
    for artist in artists:
        artist.set_zorder(_ABOVE)
        axes.add_artist(artist)
    return tuple(artists)


def show(
    axes: Axes, scene: Scene, picture: Image.Image, *, title: str | None = None
) -> tuple[Artist, ...]:
    """The artists that now show `picture` and, over it, the scene on `axes`."""
    shown = axes.imshow(picture, extent=(0, scene.width, scene.height, 0))
    if title:
        axes.set_title(title, parse_math=False)
    return (shown, *add_to(axes, scene))


def save_pdf(target: FilePath, scene: Scene, picture: Image.Image) -> None:
    """Write a page as large as the picture, with the marks as lines and letters."""
    figure = Figure(figsize=(scene.width / _PIXELS_AN_INCH, scene.height / _PIXELS_AN_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    show(axes, scene, picture)
    # Without the time, so that the same overlay is the same file.
    figure.savefig(target, format="pdf", metadata={"CreationDate": None})


class _Ruler(Artist):
    """Sets lines and letters, which matplotlib measures in points, to pixels of the picture.

    It is drawn before the artists that it knows of, and shows nothing itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[Patch, float]] = []
        self._texts: list[tuple[Text, float]] = []

    def line(self, patch: Patch, width: float) -> Patch:
        """`patch`, whose line will be `width` pixels of the picture wide."""
        self._lines.append((patch, width))
        return patch

    def text(self, text: Text, size: float) -> Text:
        """`text`, whose letters will be `size` pixels of the picture large."""
        self._texts.append((text, size))
        return text

    def draw(self, renderer: RendererBase) -> None:  # noqa: ARG002 - matplotlib's signature
        points = self._points_a_pixel()
        for patch, width in self._lines:
            patch.set_linewidth(width * points)
        for text, size in self._texts:
            text.set_fontsize(max(size * points, _SMALLEST))
        self.stale = False

    def _points_a_pixel(self) -> float:
        axes = self.axes
        figure = axes.get_figure(root=True) if axes else None
        if axes is None or figure is None:
            return 1.0
        corners = axes.transData.transform([(0, 0), (1, 0), (0, 1)])
        area = abs(float(np.linalg.det(corners[1:] - corners[0])))
        return math.sqrt(area) * _POINTS_AN_INCH / figure.dpi


def _artists(primitive: Primitive, axes: Axes, ruler: _Ruler) -> Iterator[Artist]:
    """The artists of a primitive, the lowest first."""
    if isinstance(primitive, Tint):
        yield _tint(primitive, axes)
        return
    stroke = primitive.stroke
    if stroke.halo is not None:
        halo = _patch(primitive, fill=False)
        halo.set_edgecolor(_colour(stroke.halo, stroke.opacity))
        yield ruler.line(halo, stroke.halo_width)
    patch = _patch(primitive, fill=primitive.fill is not None)
    if primitive.fill is not None:
        opacity = 1.0 if isinstance(primitive, Disc) else primitive.fill_opacity
        patch.set_facecolor(_colour(primitive.fill, opacity))
    patch.set_edgecolor(_colour(stroke.colour, stroke.opacity))
    if stroke.dashed:
        patch.set_linestyle((0, DASHES))
    yield ruler.line(patch, stroke.width)


def _patch(shape: Disc | Path | Ellipse, *, fill: bool) -> Patch:
    if isinstance(shape, Disc):
        patch: Patch = Circle(shape.centre, shape.radius, fill=fill)
    elif isinstance(shape, Ellipse):
        # Angles grow with the axes: clockwise where y points down.
        sizes = 2 * shape.x_radius, 2 * shape.y_radius
        patch = EllipsePatch(shape.centre, *sizes, angle=shape.degrees, fill=fill)
    else:
        points = (*shape.points, shape.points[0]) if shape.closed else shape.points
        patch = PathPatch(Outline(points, closed=shape.closed), fill=fill)
    patch.set_capstyle("round")
    patch.set_joinstyle("round")
    return patch


def _tint(tint: Tint, axes: Axes) -> AxesImage:
    left, top, right, bottom = tint.box
    with Image.open(io.BytesIO(tint.png)) as mask:
        covered = np.asarray(mask.convert("L")) > THRESHOLD
    colours = np.empty((*covered.shape, 4))
    colours[:] = _colour(tint.colour, tint.opacity)
    colours[..., 3] *= covered
    image = AxesImage(axes, extent=(left, right, bottom, top), interpolation="nearest")
    image.set_data(colours)
    return image


def _label_artists(label: Label, ruler: _Ruler) -> Iterator[Artist]:
    if label.leader is not None:
        stroke = leader_stroke(label)
        line = PathPatch(Outline(label.leader), fill=False, edgecolor=stroke.colour)
        yield ruler.line(line, stroke.width)
    left, top, right, bottom = label.box
    style = BoxStyle("round", pad=0, rounding_size=LABEL_CORNER * label.font_size)
    yield FancyBboxPatch(
        (left, top), right - left, bottom - top, boxstyle=style, color=label.fill, linewidth=0
    )
    for line, (x, y) in zip(label.lines, label.baselines, strict=True):
        text = Text(
            x,
            y,
            _drawn(line),
            color=label.colour,
            horizontalalignment="center",
            fontfamily=_families(line),
            parse_math=False,
            usetex=False,
            clip_on=True,
        )
        yield ruler.text(text, fonts.fitting_size(line, label.font_size, right - left))


def _drawn(line: str) -> str:
    return "".join(run.text for run in fonts.runs(line))


def _families(line: str) -> list[str]:
    """The names of the fonts that have the line's characters."""
    return list(dict.fromkeys(FT2Font(str(run.file)).family_name for run in fonts.runs(line)))


def _colour(colour: str, opacity: float) -> tuple[float, float, float, float]:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red / 255, green / 255, blue / 255, opacity
