"""What an answer says about an image, as one immutable sequence, and what was done to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, overload

from gemini_nb.errors import GeometryError
from gemini_nb.spatial import tables
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Item, Point, Span, Trajectory
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.label_search import matching
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.number_order import in_number_order, numbered_runs
from gemini_nb.spatial.statements import Grasp, Segment, grasps_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ItemT = TypeVar("ItemT", bound=Item)
SpannedT = TypeVar("SpannedT", bound=Item | Issue)


@dataclass(frozen=True, slots=True)
class Annotations(Sequence[Item]):
    """The things that an answer names, in its order; an immutable sequence that shows itself.

    Example:
        >>> found = Annotations((Point(1, 2, label="stem of the banana"), Box(0, 0, 9, 9)))
        >>> found.points
        (Point(y=1, x=2, label='stem of the banana'),)
        >>> found.find("banana stem").labels
        ('stem of the banana',)
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
        """The paths: those given as such, then those given as points with numbers for labels."""
        return self.of(Trajectory) + numbered_runs(self.items)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """The segmentation masks."""
        return self.of(Mask)

    @property
    def boxes_3d(self) -> tuple[Box3D, ...]:
        """The three-dimensional boxes."""
        return self.of(Box3D)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of time in a video."""
        return self.of(Segment)

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
        return replace(self, items=tuple(self.items[i] for i in matching(label, self.labels)))

    def map(self, change: Callable[[Item], Item]) -> Annotations:
        """All items, each as `change(item)` returns it."""
        return replace(self, items=tuple(change(item) for item in self.items))

    def as_trajectory(self) -> Trajectory:
        """All points as one path: by number where all have one, in their order otherwise.

        Raises:
            GeometryError: there are no points.
        """
        if not self.points:
            raise GeometryError("There are no points in this answer to make a trajectory of.")
        return in_number_order(self.points)

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
            if item.span is not None and item.span == before and not _clash(merged[-1], said):
                merged[-1] = {**merged[-1], **said}
            else:
                merged.append(said)
            before = item.span
        return merged

    def __repr__(self) -> str:
        return tables.plain(self.items, self.issues)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": tables.html(self.items, self.issues)}


def _moved(value: SpannedT, shift: int) -> SpannedT:
    """`value` with its span moved on by `shift` characters."""
    if value.span is None:
        return value
    return replace(value, span=Span(value.span.start + shift, value.span.end + shift))


def _clash(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(one[key] != other[key] for key in one.keys() & other.keys())
