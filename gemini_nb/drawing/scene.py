"""A scene: everything that is to be drawn over a picture, decided once for every backend.

All lengths are pixels of the scene, whose origin is its top left corner, x to the right and y
down. Colours are "#rrggbb". Nothing here knows how a backend draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import PixelBox, PixelPoint


class Stroke(NamedTuple):
    """How a line looks; a wider line of the halo's colour lies under it, against busy photos."""

    colour: str
    width: float
    halo: str | None = None
    halo_width: float = 0.0
    """The whole width of the line beneath; more than `width`."""
    dashed: bool = False
    """What is estimated rather than said: interpolated frames, outliers."""
    opacity: float = 1.0


class Disc(NamedTuple):
    """A filled circle; hollow where `fill` is None."""

    centre: PixelPoint
    radius: float
    fill: str | None
    stroke: Stroke


class Path(NamedTuple):
    """Straight lines from point to point; closed and filled where `fill` is given."""

    points: tuple[PixelPoint, ...]
    stroke: Stroke
    closed: bool = False
    fill: str | None = None
    fill_opacity: float = 0.0


class Ellipse(NamedTuple):
    """An ellipse, turned clockwise by `degrees`."""

    centre: PixelPoint
    x_radius: float
    y_radius: float
    degrees: float
    stroke: Stroke
    fill: str | None = None
    fill_opacity: float = 0.0


class Tint(NamedTuple):
    """A mask: `colour` over a box, as strong as each of the mask's values says."""

    box: PixelBox
    png: bytes
    """A grey PNG of 0 to 255, stretched over the box; a pixel is tinted above the threshold."""
    colour: str
    opacity: float


Primitive = Disc | Path | Ellipse | Tint


@dataclass(frozen=True, slots=True)
class Mark:
    """One item of an answer on the picture."""

    primitives: tuple[Primitive, ...]
    """In the order in which they are drawn."""
    colour: str
    title: str
    """What a reader sees who points at it: the whole label, and what else was said."""
    hot_spot: PixelBox
    """Where pointing at it counts."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its mark: lines of text on a filled box."""

    mark: int
    """Position in `Scene.marks` of what it names."""
    lines: tuple[str, ...]
    """What is shown, shortened and wrapped; a number where there is no room for words."""
    box: PixelBox
    font_size: float
    colour: str
    """Of the text."""
    fill: str
    leader: tuple[PixelPoint, PixelPoint] | None = None
    """A line from the mark to the label, where the label had to move away."""
    shortened: bool = False
    """Whether the title says more than the lines."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a numbered marker stands for."""

    number: int
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Marks and labels over a picture of `width` by `height` pixels."""

    width: int
    height: int
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    """Shown beside the picture, where labels on it are only numbers."""
    unplaced: tuple[int, ...] = ()
    """Positions of the marks without any label on the picture: only their title names them."""
    description: str = ""
    """The picture in words: the text for those who do not see it."""
