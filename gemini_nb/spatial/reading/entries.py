"""One object of an answer while it is made into items: what it says, and what of it is used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gemini_nb.spatial.reading.json_strings import without_lone_surrogates
from gemini_nb.spatial.reading.json_values import is_list, plain
from gemini_nb.spatial.reading.keys import LABEL_KEYS, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, KeysView

    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.issues import IssueKind
    from gemini_nb.spatial.reading.json_values import JsonObject
    from gemini_nb.spatial.reading.notes import Notes

    Maker = Callable[..., Item]
    """Makes an item once its label, details and span are known."""


class Entry:
    """One JSON object: its members by canonical key, and which of them have been used."""

    def __init__(self, value: JsonObject, notes: Notes) -> None:
        members = value.members
        self.members = members
        self.span = value.span
        self.closed = value.closed
        self._notes = notes
        self.shape = shape_of(tuple(members))
        self._keys = self.shape.names
        self._used: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._added: dict[str, Any] = {}

    @property
    def values(self) -> dict[str, Any]:
        """All members, by canonical key."""
        return {name: self.members[key] for name, key in self._keys.items()}

    def names(self) -> KeysView[str]:
        """The canonical keys."""
        return self._keys.keys()

    def get(self, name: str) -> Any:  # noqa: ANN401 - JSON may be anything
        """The member of that canonical key; None where there is none."""
        key = self._keys.get(name)
        return None if key is None else self.members[key]

    def among(self, names: frozenset[str]) -> Iterator[tuple[str, Any]]:
        """Canonical key and value of those members whose canonical key is in `names`."""
        for name, key in self._keys.items():
            if name in names and key not in self._used:
                yield name, self.members[key]

    def use(self, *names: str) -> None:
        """These members are part of an item now, and no details."""
        self._used.update(self._keys[name] for name in names if name in self._keys)

    def note(self, kind: IssueKind, reason: str) -> None:
        """Note something about this object, once."""
        if (kind, reason) not in self._told:
            self._told.add((kind, reason))
            self._notes.add(kind, reason, self.span)

    def repair(self, reason: str) -> None:
        """Note something about this object that was mended."""
        self.note("repaired", reason)

    def drop(self, reason: str) -> None:
        """Note something about this object that is lost."""
        self.note("dropped", reason)

    def add(self, key: str, value: float) -> None:
        """Keep a number that stands under no key of its own as a detail."""
        if key not in self.members:
            self._added[key] = value

    def tells_of(self, kind: IssueKind) -> bool:
        """Whether something of this kind is noted about this object."""
        return any(told == kind for told, _ in self._told)

    def unused(self) -> Iterator[tuple[str, str, Any]]:
        """Key, canonical key and value of the members that no item has used so far."""
        for name, key in self._keys.items():
            if key not in self._used:
                yield key, name, self.members[key]

    def label(self) -> str:
        """What the object calls its thing: the first of label, name, class and the like."""
        for name in LABEL_KEYS:
            if name in self._keys and self._keys[name] not in self._used:
                said = label_text(self.get(name))
                if said is not None:
                    self.use(name)
                    if said:
                        return said
        return label_text(self.get("action")) or ""

    def details(self) -> dict[str, Any]:
        """All that no item has used, by the object's own keys, as plain JSON."""
        said = {key: plain(self.members[key]) for key in self.members if key not in self._used}
        return {**said, **self._added}


def label_text(value: object) -> str | None:
    """A label as text: a number as its digits, a list as its parts; None for what is no label.

    Example:
        >>> label_text("mug"), label_text(3), label_text(None), label_text(["red", "mug"])
        ('mug', '3', '', 'red, mug')
    """
    if isinstance(value, str):
        return without_lone_surrogates(value)
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if is_list(value) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return None
