"""Two answers side by side: what is the same, what moved, what came and what went."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gemini_nb.errors import DisagreementError, GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Point
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.resemblance import by_identity, distances, nearest_pairs, one_name, places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Item

TOLERANCE: Final = 15.0
"""Thousandths by which a thing may move and still count as matched."""

MAX_JUMP: Final = 300.0
"""Thousandths: one of several things of the same name that is farther away is another."""

_ROWS: Final = 40  # of a list of differences: nobody reads more
_READABLE: Final = 120  # letters: a mask can be thousands long
_CUT: Final = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing in both answers."""

    before: Item
    after: Item
    distance: float
    """By how much it moved, in thousandths: of a box its farther corner, of a path its farthest
    place; 0 for what has no place in the image."""

    @property
    def shift(self) -> Point | None:
        """How far its centre moved: y down, x to the right; None where it has no place."""
        if self.before.bounds is None or self.after.bounds is None:
            return None
        before, after = self.before.bounds.centre, self.after.bounds.centre
        return Point(after.y - before.y, after.x - before.x)

    def __str__(self) -> str:
        shift = self.shift
        if shift is None:
            return _said(self.before)
        ways = [
            f"{abs(value):.0f} {positive if value > 0 else negative}"
            for value, positive, negative in (
                (shift.y, "down", "up"),
                (shift.x, "to the right", "to the left"),
            )
            if abs(value) >= 0.5  # noqa: PLR2004 - less is shown as 0
        ]
        how = ", ".join(ways) or "its centre stays"
        return f"{_said(self.before)}: by {self.distance:.0f} thousandths ({how})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two answers differ; `compare` makes it. It shows itself as a list of differences."""

    matched: tuple[Pair, ...]
    """Things of one kind and name, within the tolerance."""
    moved: tuple[Pair, ...]
    """Things of one kind and name, farther apart."""
    relabelled: tuple[Pair, ...]
    """Things of one kind in one place, with another name."""
    added: Annotations
    """What only the second answer has."""
    lost: Annotations
    """What only the first answer has."""

    @property
    def agrees(self) -> bool:
        """Whether all is matched."""
        return not (self.moved or self.relabelled or self.added or self.lost)

    @property
    def differences(self) -> tuple[str, ...]:
        """Each difference in a line: moved, relabelled, added, lost."""
        return (
            *(f"moved: {pair}" for pair in self.moved),
            *(
                f"relabelled: {_said(pair.before)} is now {_name(pair.after)}"
                for pair in self.relabelled
            ),
            *(f"added: {_said(item)}" for item in self.added),
            *(f"lost: {_said(item)}" for item in self.lost),
        )

    def __repr__(self) -> str:
        return "\n".join([self._summary(), *(f"  {line}" for line in _shortened(self.differences))])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        lines = "".join(f"<li>{escape(line)}</li>" for line in _shortened(self.differences))
        listed = f"<p>{escape(self._summary())}</p>{f'<ul>{lines}</ul>' if lines else ''}"
        # Without these classes JupyterLab would set what stands between dollar signs in a label.
        html = f"<div class='tex2jax_ignore mathjax_ignore'>{listed}</div>"
        return {"text/plain": repr(self), "text/html": html}

    def _summary(self) -> str:
        counts = {
            "moved": len(self.moved),
            "relabelled": len(self.relabelled),
            "added": len(self.added),
            "lost": len(self.lost),
        }
        told = [f"{len(self.matched)} matched"]
        if farthest := max((pair.distance for pair in self.matched), default=0.0):
            told[0] += f" within {farthest:.1f} thousandths"
        return ", ".join(told + [f"{count} {name}" for name, count in counts.items() if count])


def compare(a: Any, b: Any, *, tolerance: float = TOLERANCE) -> Comparison:  # noqa: ANN401 - see `parse`
    """How answer `b` differs from answer `a`: matched, moved, relabelled, added, lost.

    Things of one kind and name are paired so that they move least in all; the order of the items
    makes no difference. What is alone of its name may move anywhere; one of several that is more
    than 300 thousandths away is another. What remains, in the place of another, is relabelled.

    Args:
        a: of any form that `parse` takes.
        b: as `a`.
        tolerance: in thousandths; what moved farther is told.

    Raises:
        GeometryError: `tolerance` is below 0, or not a number.

    Example:
        >>> compare(
        ...     '[{"point": [100, 100], "label": "mug"}, {"point": [9, 9], "label": "pen"}]',
        ...     '[{"point": [104, 103], "label": "mug"}, {"point": [9, 49], "label": "pen"}]',
        ... )
        1 matched within 5.0 thousandths, 1 moved
          moved: 'pen' point [9, 9]: by 40 thousandths (40 to the right)
    """
    if not tolerance >= 0:
        raise GeometryError(f"tolerance={tolerance} is no distance; pass 0 thousandths or more.")
    before, after = parse(a), parse(b)
    names = one_name((*before.labels, *after.labels))
    farthest = max(tolerance, MAX_JUMP)
    pairs, lost, added = _paired(before.items, after.items, names, farthest)
    relabelled, lost, added = _paired(lost, added, None, tolerance)
    return Comparison(
        matched=tuple(pair for pair in pairs if pair.distance <= tolerance),
        moved=tuple(pair for pair in pairs if pair.distance > tolerance),
        relabelled=relabelled,
        added=Annotations(added),
        lost=Annotations(lost),
    )


def assert_close(a: Any, b: Any, *, tol: float = TOLERANCE) -> None:  # noqa: ANN401 - see `parse`
    """Nothing, where two answers say the same within `tol` thousandths; for tests and notebooks.

    Args:
        a: what is expected, in any form that `parse` takes.
        b: what came, likewise.
        tol: in thousandths.

    Raises:
        DisagreementError: they differ; the message lists what moved, came and went.

    Example:
        >>> assert_close('{"point": [1, 2], "label": "mug"}', '{"point": [3, 4], "label": "mug"}')
    """
    found = compare(a, b, tolerance=tol)
    if not found.agrees:
        raise DisagreementError(
            f"The answers differ by more than {tol:g} thousandths.\n{found!r}\n"
            "Raise tol= if that is close enough."
        )


class _Pairing(NamedTuple):
    pairs: tuple[Pair, ...]
    """In the order of the first answer."""
    lost: tuple[Item, ...]
    added: tuple[Item, ...]


def _paired(
    before: Sequence[Item],
    after: Sequence[Item],
    names: Mapping[str, str] | None,
    farthest: float,
) -> _Pairing:
    """Things of one identity, one from each, so that together they are nearest; and the rest.

    Without `names` these do not count, and only what has a place in the image is paired.
    """
    known = names or dict.fromkeys((item.label for item in (*before, *after)), "")
    later = by_identity(after, known)
    partners: dict[int, tuple[int, float]] = {}
    for shared, ones in by_identity(before, known).items():
        others = later.get(shared, [])
        if names is None and before[ones[0]].bounds is None:
            continue
        gaps = _gaps([before[at] for at in ones], [after[at] for at in others])
        alone = names is not None and gaps.size == 1
        for row, column, gap in nearest_pairs(gaps, math.inf if alone else farthest):
            partners[ones[row]] = others[column], gap
    taken = {partner for partner, _ in partners.values()}
    return _Pairing(
        tuple(Pair(before[at], after[partners[at][0]], partners[at][1]) for at in sorted(partners)),
        tuple(item for at, item in enumerate(before) if at not in partners),
        tuple(item for at, item in enumerate(after) if at not in taken),
    )


def _gaps(some: Sequence[Item], others: Sequence[Item]) -> NDArray[np.float64]:
    """Distances between all of `some` and all of `others`, which have one identity."""
    here = [found for item in some if (found := places(item)) is not None]
    there = [found for item in others if (found := places(item)) is not None]
    # What has no place says the same as what it shares its identity with.
    return distances(here, there) if here and there else np.zeros((len(some), len(others)))


def _said(item: Item) -> str:
    said = ", ".join(f"{key} {value}" for key, value in item.geometry().items())
    return f"{_name(item)} {textwrap.shorten(said, _READABLE, placeholder=_CUT)}"


def _name(item: Item) -> str:
    return (
        repr(textwrap.shorten(item.label, _READABLE, placeholder=_CUT))
        if item.label
        else "(no label)"
    )


def _shortened(lines: Sequence[str]) -> list[str]:
    rest = [f"and {len(lines) - _ROWS} more"] if len(lines) > _ROWS else []
    return [*lines[:_ROWS], *rest]
