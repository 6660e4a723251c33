"""One thing, place or step that an answer tells of, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.offline.vision.pixel_operations import Flags
    from gemini_nb.offline.vision.pointing import Bounds, Place
    from gemini_nb.offline.vision.scene import Region
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What is said of one thing; a step of a way has only a place."""

    label: str
    point: Place | None = None
    """None if there is no such thing."""
    box: Bounds | None = None
    mask: Flags | None = None
    region: Region | None = None
    line: tuple[Place, ...] = ()
    """The places of a way, for an answer that holds it as one thing."""
    angle: int | None = None
    """Of a grasp, in degrees."""
    confidence: float = 0.0
    step: int | None = None
    action: str = ""
    frame: int = 0
    """Which of several images it is in, from 0."""

    @property
    def present(self) -> bool:
        """Whether it is in the image."""
        return self.point is not None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one image, and what was not."""

    findings: tuple[Finding, ...] = ()
    absent: tuple[ThingPhrase, ...] = ()
    """What was asked for and can be told, but isn't there."""
    unknown: tuple[ThingPhrase, ...] = ()
    """What colours and shapes can't tell."""
