"""The words of a scene: model text made safe to show, titles of marks, the picture described."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gemini_nb.display import words
from gemini_nb.drawing.lettering import ELLIPSIS
from gemini_nb.spatial.statements import Absence
from gemini_nb.spatial.tables import KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.spatial.geometry import Item

LONGEST: Final = 1000
"""Of a title, or a name in a legend, in characters: more, nobody reads."""

_LONGEST_NAME: Final = 40
_MOST_NAMES: Final = 8


def clean(text: str) -> str:
    r"""`text` on one line, as `display.clean` has it.

    Example:
        >>> clean("mug\n of tea\0")
        'mug of tea␀'
    """
    return words(text, len(text) + 1)


def title(item: Item, geometry: str) -> str:
    """The whole label, the geometry, and what else the model said, between dots.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> title(Point(412, 305, label="mug", details={"confidence": 0.9}), "point [412, 305]")
        'mug · point [412, 305] · confidence 0.9'
    """
    told = geometry
    if item.label:
        told = f"{clean(item.label[:LONGEST])} · {geometry}"
    if item.details:
        said = (f"{key} {value}"[:LONGEST] for key, value in item.details.items())
        told = " · ".join((told, *map(clean, said)))
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + ELLIPSIS


def description(
    width: int, height: int, kinds: Iterable[tuple[str, str]], items: Sequence[Item]
) -> str:
    """The picture's size and what is marked on it, in a line: the text for a screen reader.

    Args:
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        kinds: kind and name of each mark, made safe to show.
        items: all that the answer said, of which the things that are absent are told.

    Example:
        >>> description(800, 533, [("Box", "mug"), ("Box", "pen"), ("Box", "mug")], ())
        '800 x 533, 3 boxes: mug (2), pen'
    """
    by_kind: dict[str, list[str]] = {}
    for kind, label in kinds:
        by_kind.setdefault(kind, []).append(label)
    told = [_counted(kind, labels) for kind, labels in by_kind.items()]
    absent = [clean(item.label[:LONGEST]) for item in items if isinstance(item, Absence)]
    if absent:
        told.append(f"not in the picture: {_listed(absent) or len(absent)}")
    return f"{width} x {height}, {'; '.join(told) or 'nothing marked'}"


def _counted(kind: str, labels: list[str]) -> str:
    counted = f"{len(labels)} {KIND_NAMES[kind][len(labels) != 1]}"
    named = _listed(labels)
    return f"{counted}: {named}" if named else counted


def _listed(labels: Iterable[str]) -> str:
    counts = Counter(_short(label) for label in labels if label)
    shown = list(counts.items())[:_MOST_NAMES]
    names = [name if count == 1 else f"{name} ({count})" for name, count in shown]
    if len(counts) > _MOST_NAMES:
        names.append(f"and {len(counts) - _MOST_NAMES} more")
    return ", ".join(names)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1].rstrip() + ELLIPSIS
