"""Whether an answer's numbers are in thousandths: what is certainly not is put right.

Models are asked for 0 to 1000, y before x, and at times give shares of 1, or pixels, or x first.
One coordinate does not show it; all of them together often do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.spatial.geometry import SCALE, Box, Point, Span, Trajectory
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.suspicions import suspicions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gemini_nb.spatial.geometry import Item

    Place = tuple[float, float]  # y, x
    Change = Callable[[Place], Place]

_OVERSHOOT: Final = 0.05  # models pass the edge by a little, on any scale
_REACH: Final = 0.5  # pixels of a whole picture fill more of it than this, in one direction
_OFTEN: Final = 0.2  # the share of items from which going beyond 1000 is no slip
_SEVERAL: Final = 5  # fewer items than this may all lie in one corner by chance


class _Extent(NamedTuple):
    """What the coordinates of all items span."""

    ymin: float
    xmin: float
    ymax: float
    xmax: float

    @property
    def farthest(self) -> float:
        return max(self.ymax, self.xmax)

    def within(self, height: float, width: float) -> bool:
        """Whether it fits 0 to `height` and 0 to `width`, give or take a slip at the edges."""
        return (
            -_OVERSHOOT * height <= self.ymin <= self.ymax <= (1 + _OVERSHOOT) * height
            and -_OVERSHOOT * width <= self.xmin <= self.xmax <= (1 + _OVERSHOOT) * width
        )

    def __str__(self) -> str:
        y_range, x_range = f"{self.ymin:g} to {self.ymax:g}", f"{self.xmin:g} to {self.xmax:g}"
        return f"y from {y_range} and x from {x_range}"


def examine(
    items: tuple[Item, ...], image_size: tuple[int, int] | None = None
) -> tuple[tuple[Item, ...], tuple[Issue, ...]]:
    """The items in thousandths, [y, x], and what was put right or looks wrong, with the evidence.

    Needs the coordinates as the model gave them: clip afterwards, since a clipped pixel is gone.
    An answer is changed as a whole, and only where nothing else can be meant: shares of 1, and,
    where `image_size` is given, pixels, in either order. All else is "suspected" and left alone.
    Takes time in proportion to the number of items.

    Args:
        items: what one answer says, raw.
        image_size: width and height in pixels of the image that was sent, as a person sees it.

    Example:
        >>> found, issues = examine((Box(0.1, 0.25, 0.5, 0.75, label="mug"),))
        >>> found
        (Box(ymin=100.0, xmin=250.0, ymax=500.0, xmax=750.0, label='mug'),)
        >>> print(issues[0].kind, issues[0].reason, sep=": ")
        rescaled: y from 0.1 to 0.5 and x from 0.25 to 0.75 are shares of 1: multiplied by 1000
    """
    placed = tuple(item for item in items if _places(item))
    if not placed:
        return items, ()
    extent = _extent(placed)
    change, issue = _scale(placed, extent, image_size)
    changed = tuple(_moved(item, change) for item in items) if change else items
    noted = (replace(issue, span=_whole_span(placed)),) if issue else ()
    return changed, (*noted, *suspicions(changed))


def _scale(
    items: tuple[Item, ...], extent: _Extent, image_size: tuple[int, int] | None
) -> tuple[Change | None, Issue | None]:
    """How to turn the coordinates into thousandths, and what to say about them."""
    if extent.within(1, 1):
        return _from_shares(items, extent)
    if extent.farthest > (1 + _OVERSHOOT) * SCALE:
        return _from_pixels(items, extent, image_size)
    if len(items) >= _SEVERAL and _looks_like_per_cent(extent):
        return None, Issue(
            "suspected",
            f"{extent} put all {len(items)} items into a corner of the image: per cent?",
        )
    if image_size and len(items) >= _SEVERAL and _looks_like_pixels(extent, image_size):
        width, height = image_size
        return None, Issue(
            "suspected",
            f"{extent} end where the image of {width} x {height} pixels does: pixels?",
        )
    return None, _mixed(items)


def _from_shares(items: tuple[Item, ...], extent: _Extent) -> tuple[Change | None, Issue | None]:
    """Shares of 1, where at least two numbers, or the size of the things, can't be thousandths."""
    values = [value for item in items for place in _places(item) for value in place]
    fractions = sum(not float(value).is_integer() for value in values)
    several = len(values) > len(("y", "x"))
    if fractions > 1 or (fractions and several):
        said = f"{extent} are shares of 1: multiplied by 1000"
        return _scaled(SCALE, SCALE), Issue("rescaled", said)
    if several:
        return None, Issue("suspected", f"{extent} are next to nothing: shares of 1?")
    return None, None


def _from_pixels(
    items: tuple[Item, ...], extent: _Extent, image_size: tuple[int, int] | None
) -> tuple[Change | None, Issue | None]:
    """Pixels, where the size of the image shows that they are."""
    limit = (1 + _OVERSHOOT) * SCALE
    far = sum(any(max(place) > limit for place in _places(item)) for item in items)
    if image_size is None:
        if far < _OFTEN * len(items):
            return None, None
        told = "pass image_size=(width, height) to have them read as pixels"
        said = f"{far} of {len(items)} items reach beyond 1000, with {extent}: {told}"
        return None, Issue("suspected", said)
    width, height = image_size
    given, swapped = extent.within(height, width), extent.within(width, height)
    size = f"the image of {width} x {height} pixels"
    if not given and not swapped:
        return None, Issue("suspected", f"{extent} fit neither 0 to 1000 nor {size}")
    tall, wide = (height, width) if given else (width, height)
    if extent.ymax < _REACH * tall and extent.xmax < _REACH * wide:
        said = f"{extent} pass 1000, and are a small part of {size}: pixels?"
        return None, Issue("suspected", said)
    if given:
        change = _scaled(SCALE / height, SCALE / width)
        return change, Issue("rescaled", f"{extent} pass 1000 and fit {size}: taken for pixels")
    said = f"{extent} fit {size} only with x first: taken for pixels, [x, y]"
    turned = _scaled(SCALE / height, SCALE / width)
    return (lambda place: turned((place[1], place[0]))), Issue("rescaled", said)


def _looks_like_per_cent(extent: _Extent) -> bool:
    """Whether the things fill 0 to 100 in both directions, and go no farther."""
    spans = extent.ymax - extent.ymin, extent.xmax - extent.xmin
    hundred = SCALE / 10
    return min(extent) >= 0 and extent.farthest <= hundred and min(spans) > _REACH * hundred


def _looks_like_pixels(extent: _Extent, image_size: tuple[int, int]) -> bool:
    """Whether the things fill a small picture's pixels, and a corner of the thousandths."""
    width, height = image_size
    near = 1 - _OVERSHOOT
    small = max(width, height) < (1 - 3 * _OVERSHOOT) * SCALE
    # No overshoot here: passing the last pixel is what speaks against pixels.
    filled = near * height < extent.ymax <= height and near * width < extent.xmax <= width
    return small and filled


def _mixed(items: tuple[Item, ...]) -> Issue | None:
    """Boxes on the scale of 1 among others on that of 1000."""
    tiny = [item for item in items if isinstance(item, Box) and item.ymax <= 1 and item.xmax <= 1]
    if not tiny:
        return None
    said = f"{len(tiny)} of {len(items)} items lie within 0 to 1, the others do not: shares of 1?"
    return Issue("suspected", said)


def _scaled(y_scale: float, x_scale: float) -> Change:
    # Three decimals are what an answer keeps, and 0.57 * 1000 would be 569.9999999999999.
    return lambda place: (round(place[0] * y_scale, 3), round(place[1] * x_scale, 3))


def _places(item: Item) -> tuple[Place, ...]:
    """All of its coordinates, as pairs of y and x; none for what has no place."""
    match item:
        case Point():
            return ((item.y, item.x),)
        case Box():
            return (item.ymin, item.xmin), (item.ymax, item.xmax)
        case Trajectory():
            return tuple((point.y, point.x) for point in item.points)
        case Mask():
            outlines = (_places(Trajectory(polygon)) for polygon in item.polygons if polygon)
            return (*_places(item.box), *(place for outline in outlines for place in outline))
        case _:
            return ()


def _moved(item: Item, change: Change) -> Item:
    """`item` with `change` applied to each of its places; what has none as it is."""
    match item:
        case Point():
            y, x = change((item.y, item.x))
            return replace(item, y=y, x=x)
        case Box():
            return _moved_box(item, change)
        case Trajectory():
            return replace(item, points=_moved_points(item.points, change))
        case Mask():
            polygons = tuple(_moved_points(polygon, change) for polygon in item.polygons)
            return replace(item, box=_moved_box(item.box, change), polygons=polygons)
        case _:
            return item


def _moved_box(box: Box, change: Change) -> Box:
    ymin, xmin = change((box.ymin, box.xmin))
    ymax, xmax = change((box.ymax, box.xmax))
    return replace(box, ymin=ymin, xmin=xmin, ymax=ymax, xmax=xmax)


def _moved_points(points: Iterable[Point], change: Change) -> tuple[Point, ...]:
    changed = ((point, change((point.y, point.x))) for point in points)
    return tuple(replace(point, y=y, x=x) for point, (y, x) in changed)


def _extent(items: tuple[Item, ...]) -> _Extent:
    places = [place for item in items for place in _places(item)]
    ys, xs = [y for y, _ in places], [x for _, x in places]
    return _Extent(min(ys), min(xs), max(ys), max(xs))


def _whole_span(items: tuple[Item, ...]) -> Span | None:
    spans = [item.span for item in items if item.span is not None]
    if not spans:
        return None
    return Span(min(span.start for span in spans), max(span.end for span in spans))
