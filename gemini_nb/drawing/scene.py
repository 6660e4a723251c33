"""A scene: everything that is to be drawn over a picture, decided once for every backend.

All lengths are pixels of the scene, whose origin is its top left corner, x to the right and y
down. Colours are "#rrggbb". Nothing here knows how a backend draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from gemini_nb.spatial.geometry import PixelBox, PixelPoint

LINE_HEIGHT: Final = 1.2
"""From the baseline of one line of a label to the next, in font sizes."""

_MIDDLE: Final = 0.36  # in font sizes: half the height of a capital letter of DejaVu Sans


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
    items: tuple[int, ...] = ()
    """Positions in the annotations of what it shows: several for a grasp, or numbered points."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its mark: lines of text, each in the middle of a filled box."""

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

    @property
    def baselines(self) -> tuple[PixelPoint, ...]:
        """Where each line of text stands: the middle of its baseline.

        Example:
            >>> name = Label(0, ("tea", "pot"), PixelBox(0, 0, 40, 30), 10, "#000000", "#ffffff")
            >>> name.baselines
            (PixelPoint(x=20.0, y=12.6), PixelPoint(x=20.0, y=24.6))
        """
        left, top, right, bottom = self.box
        step = LINE_HEIGHT * self.font_size
        first = (top + bottom - step * (len(self.lines) - 1)) / 2 + _MIDDLE * self.font_size
        middle = (left + right) / 2
        return tuple(
            PixelPoint(middle, round(first + step * row, 1)) for row in range(len(self.lines))
        )


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a numbered marker stands for."""

    number: int
    """The item's place in the answer, from 1 on."""
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Marks and labels over a picture of `width` by `height` pixels."""

    width: int
    height: int
    marks: tuple[Mark, ...] = ()
    """In the order in which they are drawn, each with its label: the large ones first, so that no
    small one is hidden; but a label after the lines that would run over it."""
    labels: tuple[Label, ...] = ()
    """Each drawn over its mark."""
    legend: tuple[LegendEntry, ...] = ()
    """Shown beside the picture, where labels on it are only numbers."""
    unplaced: tuple[int, ...] = ()
    """Positions of the marks whose label found no room on the picture: only their title names
    them."""
    description: str = ""
    """The picture in words: the text for those who do not see it."""
