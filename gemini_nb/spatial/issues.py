"""What was done to an answer while it was read: nothing is lost in silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Span

IssueKind = Literal[
    "repaired", "clipped", "rescaled", "duplicate", "dropped", "suspected", "unsupported"
]
"""repaired: the JSON was mended, or a number read from a string. clipped: coordinates were brought
back into the image. rescaled: another scale or order was turned into Gemini's. duplicate: a
repetition was left out. dropped: nothing could be made of it. suspected: something looks wrong
and was left as it is. unsupported: it is understood, but can't be decoded."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that was done to an answer, or found wrong with it, while it was read."""

    kind: IssueKind
    reason: str
    text: str = ""
    """What it is about, as it stands in the answer; shortened where it is long."""
    span: Span | None = None
    """Where in the answer's text that stands."""
