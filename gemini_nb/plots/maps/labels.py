"""Text beside the points of a map, where there is room: never on a point, or on other text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.lettering import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE: Final = 7.5
"""Of the letters, in points."""

_PIXELS_A_POINT: Final = 100 / 72
_HEIGHT: Final = 1.25  # of a line, in font sizes
_POINT: Final = 6.0  # half the side of a point with some air, in pixels


class Placed(NamedTuple):
    """A text and the left end of its line's middle, in pixels from the lower left corner."""

    text: str
    x: float
    y: float


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


def placed(
    points: Sequence[tuple[float, float]],
    texts: Sequence[Sequence[str]],
    size: tuple[float, float],
) -> tuple[Placed, ...]:
    """The texts that fit beside their points, each where it was found to fit first.

    Args:
        points: in pixels from the lower left corner of the plotting area.
        texts: for each point, what may stand beside it, the most telling first.
        size: width and height of the plotting area, in pixels.

    Example:
        >>> placed([(20, 20)], [("12 · a red kite", "12")], (60, 40))
        (Placed(text='12', x=27.0, y=20.0),)
    """
    taken = [_Box(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in points]
    found: list[Placed] = []
    for point, choices in zip(points, texts, strict=True):
        for text, box in _choices(point, choices):
            is_inside = min(box.left, box.bottom) >= 0 and box.right <= size[0]
            if is_inside and box.top <= size[1] and not any(map(box.meets, taken)):
                taken.append(box)
                found.append(Placed(text, box.left, (box.bottom + box.top) / 2))
                break
    return tuple(found)


def _choices(point: tuple[float, float], texts: Sequence[str]) -> Iterator[tuple[str, _Box]]:
    """Right, left, above, below, then the corners; for the longest text first."""
    x, y = point
    high = SIZE * _HEIGHT * _PIXELS_A_POINT
    aside = _POINT + 1
    for text in texts:
        wide = text_width(text) * SIZE * _PIXELS_A_POINT
        right, left, middle = x + aside, x - aside - wide, x - wide / 2
        above, below, level = y + _POINT, y - _POINT - high, y - high / 2
        for start, bottom in (
            (right, level),
            (left, level),
            (middle, above),
            (middle, below),
            (right, above),
            (right, below),
            (left, above),
            (left, below),
        ):
            yield text, _Box(start, bottom, start + wide, bottom + high)
