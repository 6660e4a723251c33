"""Whether an answer's numbers are in thousandths: what is certainly not is put right.

Models are asked for 0 to 1000, y before x, and at times give shares of 1, or pixels, or x first.
One coordinate does not show it; all of them together often do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from gemini_nb.spatial.geometry import SCALE, Box, Point, Span, Trajectory, pair
from gemini_nb.spatial.issues import Issue, excerpt
from gemini_nb.spatial.masks import Mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gemini_nb.spatial.geometry import Item

    Change = Callable[[float, float], tuple[float, float]]  # of y and x
ItemT = TypeVar("ItemT", bound="Item")

_OVER: Final = 0.05  # models pass the edge by a little, on any scale
_REACH: Final = 0.5  # pixels of a whole picture fill more of it than this, in one direction
_OFTEN: Final = 0.2  # the share of items from which going beyond 1000 is no slip
_EDGE: Final = 20.0  # thousandths from its box up to which a point is on its edge


def examine(
    items: tuple[Item, ...], image_size: tuple[int, int] | None = None
) -> tuple[tuple[Item, ...], tuple[Issue, ...]]:
    """The items in thousandths, [y, x], and what was put right or looks wrong, with the evidence.

    Needs the coordinates as the model gave them: clip afterwards, since a clipped pixel is gone.
    An answer is changed as a whole, and only where nothing else can be meant: shares of 1, and,
    where `image_size` is given, pixels, in either order. All else is "suspected" and left alone.

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
    bounds = [box for item in items if (box := item.bounds) is not None]
    if not bounds:
        return items, ()
    changed, issue = _in_thousandths(items, bounds, image_size)
    if issue is not None:
        spans = [item.span for item in items if item.span is not None]
        whole = Span(min(spans)[0], max(span.end for span in spans)) if spans else None
        issue = replace(issue, span=whole)
    found = tuple(each for each in (issue, _swapped(changed)) if each is not None)
    return changed, found


def from_pixels(
    items: Iterable[Item], width: float, height: float, *, x_first: bool = False
) -> tuple[Item, ...]:
    """Items in pixels of a picture of that size, in thousandths; `x_first` if they are [x, y].

    Example:
        >>> from_pixels([Point(240, 80)], 320, 480)
        (Point(y=500.0, x=250.0),)
    """

    # Three decimals are what an answer keeps, and 0.57 * 1000 would be 569.9999999999999.
    def change(y: float, x: float) -> tuple[float, float]:
        y, x = (x, y) if x_first else (y, x)
        return round(y * SCALE / height, 3), round(x * SCALE / width, 3)

    return tuple(_moved(item, change) for item in items)


def _in_thousandths(
    items: tuple[Item, ...], bounds: list[Box], image_size: tuple[int, int] | None
) -> tuple[tuple[Item, ...], Issue | None]:
    """The items in thousandths, where it is certain how, and what is to be said of that."""
    sides = [(box.ymin, box.xmin, box.ymax, box.xmax) for box in bounds]
    ymins, xmins, ymaxs, xmaxs = zip(*sides, strict=True)
    ymax, xmax = max(ymaxs), max(xmaxs)
    extent = f"y from {min(ymins):g} to {ymax:g} and x from {min(xmins):g} to {xmax:g}"

    def fits(height: float, width: float) -> bool:
        within = -_OVER * height <= min(ymins) and -_OVER * width <= min(xmins)
        return within and ymax <= (1 + _OVER) * height and xmax <= (1 + _OVER) * width

    if fits(1, 1):
        if not all(float(side).is_integer() for four in sides for side in four):
            said = f"{extent} are shares of 1: multiplied by 1000"
            return from_pixels(items, 1, 1), Issue("rescaled", said)
        several = len(sides) > 1 or sides[0][:2] != sides[0][2:]
        said = f"{extent} are next to nothing: shares of 1?"
        return items, Issue("suspected", said) if several else None
    far = sum(max(four) > (1 + _OVER) * SCALE for four in sides)
    if image_size is None or not far:
        told = "pass image_size=(width, height) to have them read as pixels"
        said = f"{far} of {len(sides)} items reach beyond 1000, with {extent}: {told}"
        return items, Issue("suspected", said) if far and far >= _OFTEN * len(sides) else None
    width, height = image_size
    size = f"the image of {width} x {height} pixels"
    straight, turned = fits(height, width), fits(width, height)
    tall, wide = (height, width) if straight else (width, height)
    if not straight and not turned:
        said = f"{extent} fit neither 0 to 1000 nor {size}"
    elif ymax < _REACH * tall and xmax < _REACH * wide:
        said = f"{extent} pass 1000, and are a small part of {size}: pixels?"
    else:
        order = "" if straight else " only with x first"
        said = f"{extent} pass 1000 and fit {size}{order}: taken for pixels"
        return from_pixels(items, width, height, x_first=not straight), Issue("rescaled", said)
    return items, Issue("suspected", said)


def _moved(item: ItemT, change: Change) -> ItemT:
    """`item` with `change` applied to each of its places; what has none as it is."""
    match item:
        case Point():
            y, x = change(item.y, item.x)
            return replace(item, y=y, x=x)
        case Box():
            (ymin, xmin), (ymax, xmax) = change(item.ymin, item.xmin), change(item.ymax, item.xmax)
            return replace(item, ymin=ymin, xmin=xmin, ymax=ymax, xmax=xmax)
        case Trajectory():
            return replace(item, points=tuple(_moved(point, change) for point in item.points))
        case Mask():
            polygons = tuple(tuple(_moved(p, change) for p in each) for each in item.polygons)
            return replace(item, box=_moved(item.box, change), polygons=polygons)
        case _:
            return item


def _swapped(items: Iterable[Item]) -> Issue | None:
    """Points that lie in the box of their name only with swapped axes."""
    boxes: dict[tuple[object, str], list[Box]] = {}
    for item in items:
        if isinstance(item, Box) and item.label:
            boxes.setdefault((item.image, item.label), []).append(item)
    own = ((item, boxes.get((item.image, item.label), [])) for item in items if boxes)
    pairs = [(it, named[0]) for it, named in own if isinstance(it, Point) and len(named) == 1]
    swapped = [point for point, box in pairs if _holds(box, point.x, point.y, 0)]
    # Where any point is in place, the order is not what is wrong.
    if not swapped or any(_holds(box, point.y, point.x, _EDGE) for point, box in pairs):
        return None
    such = f"{excerpt(swapped[0].label)!r} at {pair(swapped[0])}"
    told = f"only with x and y swapped lies {such} in the box of its name: [x, y] for [y, x]?"
    more = f" ({len(swapped) - 1} more)" if swapped[1:] else ""
    return Issue("suspected", told + more, span=swapped[0].span)


def _holds(box: Box, y: float, x: float, margin: float) -> bool:
    high = box.ymin - margin <= y <= box.ymax + margin
    return high and box.xmin - margin <= x <= box.xmax + margin
