"""A scene: everything that is to be drawn over a picture, decided once for every renderer.

All lengths are pixels of the picture, whose origin is its top left corner, x to the right and y
down. Colours are "#rrggbb". Nothing here knows how a renderer draws.
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


class Disc(NamedTuple):
    """A filled circle; hollow where `fill` is None."""

    centre: PixelPoint
    radius: float
    fill: str | None
    stroke: Stroke


class Rectangle(NamedTuple):
    """The outline of a bounding box."""

    box: PixelBox
    stroke: Stroke


class Path(NamedTuple):
    """Straight lines from point to point; closed and filled where `fill` is given."""

    points: tuple[PixelPoint, ...]
    stroke: Stroke
    closed: bool = False
    fill: str | None = None
    fill_opacity: float = 0.0


class Tint(NamedTuple):
    """A mask: `colour` over a box, wherever the mask's values are above the threshold."""

    box: PixelBox
    png: bytes
    """A grey PNG of 0 to 255, stretched over the box."""
    colour: str
    opacity: float


Primitive = Disc | Rectangle | Path | Tint


class Mark(NamedTuple):
    """One thing of an answer on the picture."""

    primitives: tuple[Primitive, ...]
    """In the order in which they are drawn."""
    colour: str
    title: str
    """What a reader sees who points at it: the whole label, and what else was said."""
    hot_spot: PixelBox
    """Where pointing at it counts."""
    items: tuple[int, ...] = ()
    """Positions in the annotations of what it shows: several for a grasp, or numbered points."""


class Label(NamedTuple):
    """A name beside its mark: lines of text, each in the middle of a filled box."""

    mark: int
    """Position in `Scene.marks` of what it names; -1 for what stands in a legend."""
    lines: tuple[str, ...]
    """What is shown, shortened and wrapped; a number where there is no room for words."""
    box: PixelBox
    font_size: float
    colour: str
    """Of the text."""
    fill: str

    @property
    def baselines(self) -> tuple[PixelPoint, ...]:
        """Where each line of text stands: the middle of its baseline.

        Example:
            >>> name = Label(0, ("tea", "pot"), PixelBox(0, 0, 40, 30), 10, "#000000", "#ffffff")
            >>> [(x, round(y, 1)) for x, y in name.baselines]
            [(20.0, 12.6), (20.0, 24.6)]
        """
        left, top, right, bottom = self.box
        middle, step, count = (left + right) / 2, LINE_HEIGHT * self.font_size, len(self.lines)
        first = (top + bottom - step * (count - 1)) / 2 + _MIDDLE * self.font_size
        return tuple([PixelPoint(middle, first + step * row) for row in range(count)])


class LegendLine(NamedTuple):
    """What numbers stand for."""

    numbers: str
    """The items' places in the answer, from 1 on, as a reader writes them: "1, 4-6"."""
    text: str
    colour: str
    placed: bool = True
    """Whether they are on the picture; where there was no room, only the legend tells."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Marks and labels over a picture of `width` by `height` pixels."""

    width: int
    height: int
    marks: tuple[Mark, ...] = ()
    """In the order in which they are drawn, large ones first, so that no small one is hidden."""
    labels: tuple[Label, ...] = ()
    """Drawn over all marks, so that no line runs through their words."""
    legend: tuple[LegendLine, ...] = ()
    """Shown beside the picture, where labels on it are only numbers."""
    description: str = ""
    """The picture in words: the text for those who do not see it."""
