"""What a person edits in the annotator: items as plain rows, and what the rows make of an answer.

A row is {"id", "kind", "at", "label", "accepted"}: "at" has [y, x] of a point, of two corners of a
box, or of each point of a path, there with its number in the path that was given, if it was. The id
of an item that was given is "m" and its position. The page changes rows; the values are made here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.display import Table, words
from gemini_nb.drawing.colours import colours_of, text_on
from gemini_nb.spatial.annotations import composites
from gemini_nb.spatial.geometry import Box, Item, Point, Trajectory
from gemini_nb.spatial.statements import Grasp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.spatial.comparison import Pair

Row = dict[str, Any]

_KINDS: Final[dict[str, type[Any]]] = {"point": Point, "box": Box, "path": Trajectory}
_LONGEST: Final = 1000  # characters of a label in the page
_LABEL, _PLACE = 60, 120  # characters of a cell of the table


def rows_of(items: Sequence[Item]) -> list[Row]:
    """A row for each item that can be edited: points, boxes, paths; but not the parts of a grasp.

    Example:
        >>> rows_of([Box(1, 2, 3, 4, label="mug")])
        [{'id': 'm0', 'kind': 'box', 'at': [[1, 2], [3, 4]], 'label': 'mug', 'accepted': False}]
    """
    grasped = {at for thing, parts in composites(items) if isinstance(thing, Grasp) for at in parts}
    rows: list[Row] = []
    for number, item in enumerate(items):
        if number in grasped or not isinstance(item, Point | Box | Trajectory):
            continue
        place: list[Any] = next(iter(item.geometry().values()))
        if isinstance(item, Trajectory):
            kind, at = "path", [[*point, n] for n, point in enumerate(place)]
        elif isinstance(item, Box):
            kind, at = "box", [place[:2], place[2:]]
        else:
            kind, at = "point", [place]
        label = words(item.label, _LONGEST)
        rows.append({"id": f"m{number}", "kind": kind, "at": at, "label": label, "accepted": False})
    return rows


def standing(given: Sequence[Item], rows: Iterable[Row]) -> dict[str, Item]:
    """What stands after all edits, by id: the given items in their order, then the new ones.

    What nobody touched, and what can't be edited, is the very object that was given.

    Example:
        >>> given = [Point(1, 2, label="mug", details={"colour": "red"})]
        >>> standing(given, [{**row, "at": [[5, 6]]} for row in rows_of(given)])
        {'m0': Point(y=5, x=6, label='mug', details={'colour': 'red'})}
    """
    before, now = ({row["id"]: row for row in each} for each in (rows_of(given), rows))
    stands: dict[str, Item] = {}
    for key, item in _by_id(given).items():
        if (was := before.get(key)) is None:
            stands[key] = item
        elif row := now.get(key):
            fields = {} if row["at"] == was["at"] else _place_in(row, item)
            if row["label"] != was["label"]:
                fields["label"] = row["label"]
            stands[key] = replace(item, **fields) if fields else item
    images = {item.image for item in given}
    image = images.pop() if len(images) == 1 else None
    for key, row in now.items():
        if key not in before:
            kind = _KINDS[row["kind"]]
            stands[key] = kind(**_place_in(row), label=row["label"], image=image)
    return stands


def looks_of(
    stands: Mapping[str, Item], rows: Iterable[Row]
) -> tuple[dict[str, str], dict[str, list[str]], list[Item]]:
    """How what stands is seen, as in the overlay, while `rows` are edited.

    That is the colours by label; by id those of an item and of letters on it; and what is beneath:
    all that can't be edited, and the paths that points make together.
    """
    keys, joined = [*stands], composites([*stands.values()])
    whole = {keys[at]: thing.label for thing, parts in joined for at in parts}
    labels = {key: whole.get(key, item.label) for key, item in stands.items()}
    colours = colours_of(labels.values())
    by_id = {key: [colours[label], text_on(colours[label])] for key, label in labels.items()}
    edited = {row["id"] for row in rows}
    fixed = [item for key, item in stands.items() if key not in edited]
    return colours, by_id, fixed + [path for path, _ in joined if isinstance(path, Trajectory)]


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """What a person made of what was given; shows itself as a table."""

    accepted: tuple[Item, ...] = ()
    """Marked as right, and left as they were."""
    moved: tuple[Pair, ...] = ()
    """Before, after, and how far: in thousandths, of a box its farther corner."""
    relabelled: tuple[Pair, ...] = ()
    """They may have been moved, too."""
    added: tuple[Item, ...] = ()
    deleted: tuple[Item, ...] = ()
    untouched: int = 0
    """How many others were given."""

    def __repr__(self) -> str:
        return self._table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table().bundle()

    def _table(self) -> Table:
        rows = [("accepted", _name(each), _where(each), "", "") for each in self.accepted]
        for a, b, gap in self.moved:
            far = f"{gap:.1f} thousandths"
            if isinstance(a, Box) and isinstance(b, Box):
                far = f"IoU {a.iou(b):.2f}"
            rows.append(("moved", _name(b), _where(a), _where(b), far))
        rows += [("relabelled", _name(b), _name(a), _name(b), "") for a, b, _ in self.relabelled]
        rows += [("added", _name(each), "", _where(each), "") for each in self.added]
        rows += [("deleted", _name(each), _where(each), "", "") for each in self.deleted]
        counts = Counter(row[0] for row in rows)
        done = [f"{count:,} {what}" for what, count in counts.items()] or ["nothing changed"]
        heading = ", ".join([*done, f"{self.untouched:,} untouched"])
        return Table(heading, ("what", "label", "from", "to", "how far"), tuple(rows))


def changes_of(given: Sequence[Item], rows: Sequence[Row]) -> Changes:
    """What `rows` change in the given items.

    Example:
        >>> given = [Box(0, 0, 100, 100, label="mug"), Point(1, 2, label="pen")]
        >>> changes_of(given, [{**rows_of(given)[0], "at": [[0, 0], [100, 50]]}])
        1 moved, 1 deleted, 0 untouched
          what     label  from              to               how far
          moved    mug    [0, 0, 100, 100]  [0, 0, 100, 50]  IoU 0.50
          deleted  pen    [1, 2]
    """
    from gemini_nb.spatial.comparison import Pair, places  # noqa: PLC0415 - it loads SciPy

    was, now = _by_id(given), standing(given, rows)
    both = [(key, item, now[key]) for key, item in was.items() if key in now]
    accepted = {row["id"] for row in rows if row["accepted"]}
    right = tuple(a for key, a, b in both if a is b and key in accepted)
    edited = [(a, b, places(a) - places(b)) for _, a, b in both if a is not b]
    pairs = [Pair(a, b, float(np.hypot(*gaps.T).max())) for a, b, gaps in edited]
    return Changes(
        accepted=right,
        moved=tuple(each for each in pairs if each.before.geometry() != each.after.geometry()),
        relabelled=tuple(each for each in pairs if each.before.label != each.after.label),
        added=tuple(item for key, item in now.items() if key not in was),
        deleted=tuple(item for key, item in was.items() if key not in now),
        untouched=len(both) - len(right) - len(pairs),
    )


def _by_id(items: Iterable[Item]) -> dict[str, Item]:
    return {f"m{number}": item for number, item in enumerate(items)}


def _place_in(row: Row, before: Item | None = None) -> dict[str, Any]:
    """The fields that say where it is; points of a path keep what was said of them."""
    at: list[list[Any]] = row["at"]
    if row["kind"] == "point":
        return dict(zip("yx", at[0], strict=True))
    if row["kind"] == "box":
        return dict(zip(("ymin", "xmin", "ymax", "xmax"), at[0] + at[1], strict=True))
    known: tuple[Any, ...] = before.points if isinstance(before, Trajectory) else ()
    points = (replace(known[n[0]], y=y, x=x) if n else Point(y, x) for y, x, *n in at)
    return {"points": tuple[Any, ...](points)}


def _name(item: Item) -> str:
    return words(item.label, _LABEL) or "(no label)"


def _where(item: Item) -> str:
    return words(", ".join(map(str, item.geometry().values())), _PLACE)
