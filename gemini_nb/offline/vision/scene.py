"""What is seen in an image, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.shapes import Shape


@dataclass(frozen=True, slots=True)
class Ground:
    """A surface that fills part of the image's border: background, table, wall."""

    colour: ColourName
    share: float
    """Part of the image's area, 0 to 1; shadows on it count."""
    centre: tuple[int, int]
    """y and x of its centre of mass, in thousandths of the image's height and width."""


@dataclass(frozen=True, slots=True)
class Region:
    """One thing in an image: connected, of one colour, apart from the ground."""

    colour: ColourName
    shape: Shape
    box: tuple[int, int, int, int]
    """ymin, xmin, ymax and xmax, in thousandths of the image's height and width."""
    centre: tuple[int, int]
    """y and x of its centre of mass, in thousandths."""
    share: float
    """Part of the image's area, 0 to 1."""
    elongation: float
    """Long side over short side, at least 1, whichever way it is turned."""
    lightness: float
    """0 (black) to 1 (white), of its lit side."""
    inside: int | None = None
    """Position in `Scene.regions` of the smallest thing whose outline holds it, if any."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that was seen in an image."""

    width: int
    """Of the image, in pixels."""
    height: int
    grounds: tuple[Ground, ...]
    """At least one, the largest first."""
    regions: tuple[Region, ...]
    """The things on them, the largest first."""

    @property
    def background(self) -> Ground:
        """The ground that covers most of the image."""
        return self.grounds[0]
