"""What every thing that an answer names has: a label, details, and its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from gemini_nb.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.spatial.geometry import Box

_LARGEST: Final = 1e300  # beyond, adding two coordinates could overflow
_BASE: Final = frozenset({"label", "details", "span"})


class Span(NamedTuple):
    """Where in a text something stands: characters `start` to `end`, the last excluded."""

    start: int
    end: int


class Affine(NamedTuple):
    """A scaling and a shift of each axis: `y * y_scale + y_shift`, and likewise for x."""

    y_scale: float
    y_shift: float
    x_scale: float
    x_shift: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Item:
    """One thing that an answer says; each kind of thing derives from this."""

    label: str = ""
    """What the model called it; empty where it gave no name."""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    """Whatever else the model said about it, by the model's own keys."""
    span: Span | None = field(default=None, compare=False)
    """Where in the answer's text it stands."""

    @property
    def bounds(self) -> Box | None:
        """The smallest box around it; None for what has no place in the image."""
        return None

    def transform(self, affine: Affine) -> Self:  # noqa: ARG002 - kinds with a place use it
        """The same item with `affine` applied to its coordinates."""
        return self

    def clip(self) -> Self:
        """The same item with all of its coordinates within 0 to 1000."""
        return self

    def geometry(self) -> dict[str, Any]:
        """Its geometry alone, by Gemini's keys."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """The item in Gemini's own JSON form: geometry, label, and what else was said.

        Example:
            >>> from gemini_nb.spatial.geometry import Point
            >>> Point(500, 250, label="mug", details={"colour": "blue"}).to_dict()
            {'point': [500, 250], 'label': 'mug', 'colour': 'blue'}
        """
        # Readers of points and boxes look for a label, as Gemini nearly always gives one.
        named = {"label": self.label} if self.label or self.bounds is not None else {}
        return {**self.geometry(), **named, **self.details}

    def __repr__(self) -> str:
        """As a call that makes it, without what is empty and without its span."""
        named = [each.name for each in fields(self) if each.name not in _BASE]
        named += [name for name in ("label", "details") if getattr(self, name)]
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in named)
        return f"{type(self).__name__}({said})"


def number(value: float) -> float:
    """`value` as it stands in JSON: an int where it is whole, at most 3 decimals otherwise."""
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


def require_finite(kind: str, **values: float) -> None:
    """Refuse coordinates that are no place at all.

    Raises:
        GeometryError: a value is infinite or not a number.
    """
    for name, value in values.items():
        # The comparison is false for NaN, and works for integers too large for a float.
        if not -_LARGEST < value < _LARGEST:
            raise GeometryError(f"{kind}({name}={value}) is no place; pass finite thousandths.")
