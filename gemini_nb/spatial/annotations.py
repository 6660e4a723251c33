"""What an answer says about an image, as one immutable sequence that shows itself as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar, overload

from gemini_nb.display import Table, clean, counted, words
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.geometry import Box, Item, Point, Span, Trajectory
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.label_search import matching
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Grasp, grasps_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ItemT = TypeVar("ItemT", bound=Item)
SpannedT = TypeVar("SpannedT", bound=Item | Issue)

KIND_NAMES: Final = {
    "Point": ("point", "points"),
    "Box": ("box", "boxes"),
    "Trajectory": ("trajectory", "trajectories"),
    "Mask": ("mask", "masks"),
    "Box3D": ("3-D box", "3-D boxes"),
    "Angle": ("angle", "angles"),
    "Absence": ("thing not in frame", "things not in frame"),
    "Segment": ("segment", "segments"),
    "Moment": ("moment", "moments"),
    "Progress": ("progress level", "progress levels"),
    "Call": ("call", "calls"),
    "Grasp": ("grasp", "grasps"),
}
"""What one, and what several, of each kind are called, by the name of its class."""

_PLAIN_ROWS: Final = 20  # what a terminal shows of a long answer
_RICH_ROWS: Final = 200  # a longer table is no longer read, and makes a notebook heavy
_LABEL: Final = 60  # characters of a cell
_PLACE: Final = 120
_FEWEST: Final = 3  # two points labelled 0 and 1 are no path


@dataclass(frozen=True, slots=True)
class Annotations(Sequence[Item]):
    """The things that an answer names, in its order; an immutable sequence that shows itself.

    Example:
        >>> found = Annotations((Point(1, 2, label="stem of the banana"), Box(0, 0, 9, 9)))
        >>> found
        1 point, 1 box
          stem of the banana  point [1, 2]
          (no label)          box_2d [0, 0, 9, 9]
        >>> found.find("banana stem").points
        (Point(y=1, x=2, label='stem of the banana'),)
    """

    items: tuple[Item, ...] = ()
    issues: tuple[Issue, ...] = ()
    """All that was repaired, clipped, rescaled, taken for a repetition, dropped or suspected."""
    text: str = field(default="", compare=False)
    """The whole answer as it was written; the items' spans point into it."""

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Annotations: ...
    def __getitem__(self, index: int | slice) -> Item | Annotations:
        if isinstance(index, slice):
            return replace(self, items=self.items[index])
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __add__(self, other: Annotations) -> Annotations:
        """Both, this one first; the other's spans move on by the length of this one's text."""
        glue = "\n" if self.text and other.text else ""
        shift = len(self.text + glue)
        return Annotations(
            self.items + tuple(_moved(item, shift) for item in other.items),
            self.issues + tuple(_moved(issue, shift) for issue in other.issues),
            f"{self.text}{glue}{other.text}",
        )

    @property
    def points(self) -> tuple[Point, ...]:
        """The keypoints, numbered ones included."""
        return self.of(Point)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The bounding boxes, without those that masks carry."""
        return self.of(Box)

    @property
    def trajectories(self) -> tuple[Trajectory, ...]:
        """The paths: those given as such, then those of points numbered by step, or from 0 on."""
        return self.of(Trajectory) + numbered_paths(self.items)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """The segmentation masks."""
        return self.of(Mask)

    @property
    def grasps(self) -> tuple[Grasp, ...]:
        """The grasps: each angle joined with the point and the box that it belongs to."""
        return grasps_in(self.items)

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each item, in order; empty where it has none."""
        return tuple(item.label for item in self.items)

    def of(self, kind: type[ItemT]) -> tuple[ItemT, ...]:
        """The items of one kind: `found.of(Call)`."""
        return tuple(item for item in self.items if isinstance(item, kind))

    def filter(self, keep: Callable[[Item], bool]) -> Annotations:
        """Those items for which `keep(item)` is true; issues and text stay."""
        return replace(self, items=tuple(item for item in self.items if keep(item)))

    def find(self, label: str) -> Annotations:
        """The items that `label` means: word order, articles, plurals and case do not count."""
        return replace(self, items=tuple(self.items[at] for at in matching(label, self.labels)))

    def as_trajectory(self) -> Trajectory:
        """All points as one path: by number where each has its own, in their order otherwise.

        Example:
            >>> found = Annotations((Point(9, 9, label="2"), Point(5, 5, label="1")))
            >>> found.trajectories, found.as_trajectory().to_dict()
            ((), {'trajectory': [[5, 5], [9, 9]], 'label': ''})

        Raises:
            GeometryError: there are no points, or those of several pictures.
        """
        points = self.points
        if len({point.image for point in points}) != 1:
            said = "those of several; use .filter() first" if points else "none"
            raise GeometryError(f"A trajectory takes points of one picture, and here are {said}.")
        numbers = {number: p for p in points if (number := _number(p)) is not None}
        if len(numbers) == len(points):
            points = tuple(numbers[number] for number in sorted(numbers))
        return _path(points)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Plain dicts by Gemini's keys, 0 to 1000, [y, x]; what was one object is one again.

        Example:
            >>> from gemini_nb.spatial.statements import Angle
            >>> Annotations((Box(1, 2, 3, 4, label="lid"), Angle(90, label="lid"))).to_dicts()
            [{'box_2d': [1, 2, 3, 4], 'label': 'lid'}, {'angle': 90, 'label': 'lid'}]
        """
        merged: list[dict[str, Any]] = []
        before: Span | None = None
        for item in self.items:
            said = item.to_dict()
            is_same = item.span is not None and item.span == before
            if is_same and all(merged[-1].get(key, value) == value for key, value in said.items()):
                merged[-1].update(said)
            else:
                merged.append(said)
            before = item.span
        return merged

    def __repr__(self) -> str:
        return plain(self.items, self.issues)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": rich(self.items, self.issues)}


class Composite(NamedTuple):
    """One thing that several items make together, and the positions of these items."""

    thing: Trajectory | Grasp
    parts: tuple[int, ...]


def composites(items: Sequence[Item]) -> list[Composite]:
    """What is one thing to a reader, and several items of an answer: numbered paths, and grasps.

    Example:
        >>> path = [Point(500, 100 * step, label=str(step)) for step in range(3)]
        >>> [composite.parts for composite in composites([Box(0, 0, 9, 9), *path])]
        [(1, 2, 3)]
    """
    runs = [run for run, verdict in _runs(items) if verdict]
    paths = [Composite(_path([items[at] for at in run]), tuple(sorted(run))) for run in runs]
    taken = {part for path in paths for part in path.parts}
    grasps = [Composite(grasp, grasp.parts) for grasp in grasps_in(items)]
    return paths + [grasp for grasp in grasps if taken.isdisjoint(grasp.parts)]


def numbered_paths(items: Sequence[Item]) -> tuple[Trajectory, ...]:
    """The paths that `items` give as points: numbered by `step`, or labelled "0", "1", "2" and on.

    Gemini's guide asks for labels that count from 0, the start. Points labelled 1 to 9 may as well
    be keys of a keypad: they stay points. A number that was there before begins another path.

    Example:
        >>> numbered_paths([Point(10 * n, 0, label=str(n)) for n in range(3)])[0].to_dict()
        {'trajectory': [[0, 0], [10, 0], [20, 0]], 'label': ''}

    Source: https://ai.google.dev/gemini-api/docs/robotics-overview
    """
    return tuple(_path([items[at] for at in run]) for run, verdict in _runs(items) if verdict)


def numbering_issues(items: Sequence[Item]) -> tuple[Issue, ...]:
    """For which points their labels alone decide whether they are a path, and how."""
    verdicts = {"labels": "one path", "": "points, as_trajectory() makes a path of them"}
    issues: list[Issue] = []
    for run, verdict in _runs(items):
        if verdict in verdicts:
            first, last = items[run[0]], items[run[-1]]
            said = f"{len(run)} points numbered {first.label} to {last.label}"
            reason = f"{said}: taken for {verdicts[verdict]}"
            issues.append(Issue("suspected", reason, span=first.span))
    return tuple(issues)


def _runs(items: Sequence[Item]) -> Iterator[tuple[list[int], Literal["steps", "labels", ""]]]:
    """Positions of points that are numbered through, by number, and what makes them a path."""
    runs: dict[tuple[str | int | None, bool], list[dict[int, int]]] = {}
    for at, item in enumerate(items):
        if (number := _number(item)) is not None:
            several = runs.setdefault((item.image, "step" in item.details), [{}])
            if number in several[-1]:
                several.append({})
            several[-1][number] = at
    for (_, by_step), several in runs.items():
        for run in several:
            positions = [run[number] for number in sorted(run)]
            if by_step and len(run) > 1:
                yield positions, "steps"
            elif len(run) >= _FEWEST and list(run) == list(range(len(run))):
                yield positions, "labels"
            elif len(run) >= _FEWEST and min(run) <= 1:  # others are no count: years, classes
                yield positions, ""


def _number(item: Item) -> int | None:
    """The number by which a point is ordered: its step, or its label."""
    if type(item) is not Point:
        return None
    said = str(item.details.get("step", item.label))
    # Not all that is a digit to Unicode is a number to `int`.
    return int(said) if said.isdecimal() and len(said) <= len("9999") else None


def _path(items: Iterable[Item]) -> Trajectory:
    points = tuple(item for item in items if isinstance(item, Point))
    labels = {point.label for point in points}
    return Trajectory(points, label=labels.pop() if len(labels) == 1 else "", image=points[0].image)


def summary(items: Sequence[Item], issues: Sequence[Issue] = ()) -> str:
    """How much there is of each kind, in one line; a path of numbered points is one trajectory.

    Example:
        >>> path = [Point(500, 100 * step, label=str(step)) for step in range(12)]
        >>> summary([*path, Box(0, 0, 9, 9)], [Issue("repaired", "a trailing comma")])
        '1 box, 1 trajectory, 1 repaired'
    """
    joined = composites(items)
    taken = {part for each in joined for part in each.parts}
    kinds = Counter(type(item).__name__ for at, item in enumerate(items) if at not in taken)
    kinds.update(type(each.thing).__name__ for each in joined)
    found = [counted(count, *KIND_NAMES[kind]) for kind, count in kinds.items()]
    done = [f"{count:,} {kind}" for kind, count in Counter(i.kind for i in issues).items()]
    return ", ".join([*(found or ["nothing found"]), *done])


def told(issue: Issue) -> str:
    """An issue on one clean line: its kind, the reason, and the text that it is about."""
    about = f" ({issue.text!r})" if issue.text else ""
    return f"{issue.kind}: {words(issue.reason + about, _PLACE)}"


def plain(items: Sequence[Item], issues: Sequence[Issue] = (), heading: str = "") -> str:
    """Label and place of each item as lines of text, at most 20, then the issues, likewise.

    They stand under the summary, or under `heading`, which must be clean.
    """
    table = _table(items, issues, heading, _PLAIN_ROWS)
    width = max((len(label) for label, _ in table.rows), default=0)
    lines = [f"{label.ljust(width)}  {place}".rstrip() for label, place in table.rows]
    return "\n  ".join([table.heading, *lines, *table.remarks])


def rich(items: Sequence[Item], issues: Sequence[Issue] = (), heading: str = "") -> str:
    """As `plain`, as HTML with at most 200 rows; the answer's words stay words."""
    return _table(items, issues, heading, _RICH_ROWS).rich()


def _table(items: Sequence[Item], issues: Sequence[Issue], heading: str, most: int) -> Table:
    labels = _cells([item.label or "(no label)" for item in items[:most]], _LABEL)
    places = _cells([_place(item) for item in items[:most]], _PLACE)
    more_items, more_issues = (
        [f"and {len(rows) - most:,} more"] if len(rows) > most else [] for rows in (items, issues)
    )
    remarks = *more_items, *map(told, issues[:most]), *more_issues
    rows = tuple(zip(labels, places, strict=True))
    return Table(heading or summary(items, issues), ("label", "place"), rows, remarks)


def _place(item: Item) -> str:
    said = {key: str(value) for key, value in item.to_dict().items() if key != "label"}
    return ", ".join(
        f"{key} {'as PNG' if value.startswith('data:') else value}" for key, value in said.items()
    )


def _cells(texts: list[str], longest: int) -> list[str]:
    """Each as `words` has it. Mostly that is as it is, which one call tells for all of them."""
    row = " | ".join(texts)
    if row.isprintable() and clean(row) == row and max(map(len, texts), default=0) <= longest:
        return texts
    return [words(text, longest) for text in texts]


def _moved(value: SpannedT, shift: int) -> SpannedT:
    """`value` with its span moved on by `shift` characters."""
    if value.span is None:
        return value
    return replace(value, span=Span(value.span.start + shift, value.span.end + shift))
