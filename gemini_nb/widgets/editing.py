"""What a person edits in the annotator: items as plain rows, and what the rows make of an answer.

A row is {"id", "kind", "at", "label", "accepted"}: "at" has [y, x] of a point, of two corners of a
box, or of each point of a path, there with its number in the path that was given, if it was. The id
of an item that was given is "m" and its position. The page changes rows; the values are made here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import Table, well_formed, words
from gemini_nb.drawing.colours import colours_of, text_on
from gemini_nb.spatial.annotations import composites
from gemini_nb.spatial.geometry import Box, Item, Point, Trajectory
from gemini_nb.spatial.statements import Grasp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.spatial.comparison import Pair

Row = dict[str, Any]

_KINDS: Final[dict[str, type[Any]]] = {"point": Point, "box": Box, "path": Trajectory}
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
        if isinstance(item, Trajectory):
            kind, at = "path", [[point.y, point.x, n] for n, point in enumerate(item.points)]
        elif isinstance(item, Box):
            kind, at = "box", [[item.ymin, item.xmin], [item.ymax, item.xmax]]
        else:
            kind, at = "point", [[item.y, item.x]]
        label = well_formed(item.label)
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
            named = {} if row["label"] == was["label"] else {"label": row["label"]}
            stands[key] = replace(item, **fields, **named) if fields or named else item
    images = {item.image for item in given}
    image = images.pop() if len(images) == 1 else None
    new = [row for key, row in now.items() if key not in before]
    for row in new:
        kind = _KINDS[row["kind"]]
        stands[row["id"]] = kind(**_place_in(row), label=row["label"], image=image)
    return stands


def looks_of(stands: Mapping[str, Item]) -> tuple[dict[str, str], dict[str, Any]]:
    """The colours by label, as the overlay has them; and, by id, what the page needs to know.

    That is the colours of each item and of letters on it, and which points are one path, in order.
    """
    keys, items = [*stands], [*stands.values()]
    joined = composites(items)
    whole = {keys[at]: thing.label for thing, parts in joined for at in parts}
    labels = {key: whole.get(key, item.label) for key, item in stands.items()}
    colours = colours_of(labels.values())
    by_id = {key: [colours[label], text_on(colours[label])] for key, label in labels.items()}
    key_of = {id(item): key for key, item in stands.items()}
    paths = [thing.points for thing, _ in joined if isinstance(thing, Trajectory)]
    in_order = [[key_of[id(point)] for point in points] for points in paths]
    return colours, {"colours": by_id, "paths": in_order}


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
            boxes = [each for each in (a, b) if isinstance(each, Box)]
            far = f"IoU {boxes[0].iou(boxes[1]):.2f}" if boxes else f"{gap:.1f} thousandths"
            rows.append(("moved", _name(b), _where(a), _where(b), far))
        rows += [("relabelled", _name(b), _name(a), _name(b), "") for a, b, _ in self.relabelled]
        rows += [("added", _name(each), "", _where(each), "") for each in self.added]
        rows += [("deleted", _name(each), _where(each), "", "") for each in self.deleted]
        names = ("accepted", "moved", "relabelled", "added", "deleted")
        counts = [f"{len(done):,} {name}" for name in names if (done := getattr(self, name))]
        heading = ", ".join([*(counts or ["nothing changed"]), f"{self.untouched:,} untouched"])
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
    from gemini_nb.spatial.comparison import Pair, nearest_pairs, places  # noqa: PLC0415 - SciPy

    was, now = _by_id(given), standing(given, rows)
    both = [(key, item, now[key]) for key, item in was.items() if key in now]
    accepted = {row["id"] for row in rows if row["accepted"]}
    right = tuple(a for key, a, b in both if a is b and key in accepted)
    far = [nearest_pairs([places(a)], [places(b)], inf)[0][2] for _, a, b in both]
    pairs = [Pair(a, b, gap) for (_, a, b), gap in zip(both, far, strict=True) if a is not b]
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
    known = before.points if isinstance(before, Trajectory) else ()
    return {"points": tuple(_vertex(known, *place) for place in at)}


def _vertex(known: Sequence[Point], y: float, x: float, number: int | None = None) -> Point:
    vertex = Point(y, x) if number is None or not known else known[number]
    return vertex if (vertex.y, vertex.x) == (y, x) else replace(vertex, y=y, x=x)


def _name(item: Item) -> str:
    return words(item.label, _LABEL) or "(no label)"


def _where(item: Item) -> str:
    return words(", ".join(map(str, item.geometry().values())), _PLACE)
