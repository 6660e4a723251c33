"""The pixels of a thing as an answer carries them: a small PNG, or a polygon."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from gemini_nb.offline.vision.pixel_operations import Flags, Numbers
    from gemini_nb.offline.vision.pointing import Bounds, Place

_SIDE: Final = 256  # pixels of a mask, whatever its box; as Gemini's are
_TOLERANCE: Final = 0.75  # pixels that a polygon may stray from the outline
_TRIANGLE: Final = 3


def mask_png(mask: Flags, box: Bounds) -> str:
    """`mask` inside `box` as a data URI: an 8-bit grey PNG of 256 x 256 pixels.

    The greys are probabilities: above 127 a pixel belongs to the thing.

    Example:
        >>> mask_png(np.ones((40, 40), bool), (0, 0, 1000, 1000))[:22]
        'data:image/png;base64,'
    """
    rows, columns = mask.shape
    ymin, xmin, ymax, xmax = box
    frame = (xmin * columns / 1000, ymin * rows / 1000, xmax * columns / 1000, ymax * rows / 1000)
    grey = Image.fromarray(mask.astype(np.uint8) * 255)
    buffer = io.BytesIO()
    sized = grey.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=frame)
    sized.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def polygon(mask: Flags) -> list[Place]:
    """The outline of the largest connected part of `mask`, simplified, as places in order.

    Example:
        >>> square = np.zeros((10, 10), bool)
        >>> square[2:6, 5:9] = True
        >>> polygon(square)
        [(200.0, 500.0), (200.0, 900.0), (600.0, 900.0), (600.0, 500.0)]
    """
    rows, columns = mask.shape
    outline = _simplified(_outline(mask))
    return [(float(1000 * y / rows), float(1000 * x / columns)) for y, x in outline]


def _outline(mask: Flags) -> Numbers:
    """The longest closed line along the sides of pixels that has `mask` on its right."""
    padded = np.pad(mask, 1)
    steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (down, right), start, end in (
        ((-1, 0), (0, 0), (0, 1)),
        ((0, 1), (0, 1), (1, 1)),
        ((1, 0), (1, 1), (1, 0)),
        ((0, -1), (1, 0), (0, 0)),
    ):
        border = mask & ~np.roll(padded, (-down, -right), (0, 1))[1:-1, 1:-1]
        for y, x in np.argwhere(border).tolist():
            steps.setdefault((y + start[0], x + start[1]), []).append((y + end[0], x + end[1]))
    loops: list[list[tuple[int, int]]] = []
    while steps:
        here = min(steps)
        loop: list[tuple[int, int]] = []
        while here in steps:
            loop.append(here)
            ends = steps[here]
            there = ends.pop()
            if not ends:
                del steps[here]
            here = there
        loops.append(loop)
    return np.array(max(loops, key=len), np.float64)


def _simplified(loop: Numbers) -> Numbers:
    """`loop` with only the corners that matter (Douglas and Peucker, 1973), at least three."""
    opposite = int(np.linalg.norm(loop - loop[0], axis=1).argmax())
    halves = (loop[: opposite + 1], np.concatenate([loop[opposite:], loop[:1]]))
    kept = np.concatenate([_corners(half)[:-1] for half in halves])
    return kept if len(kept) >= _TRIANGLE else loop


def _corners(line: Numbers) -> Numbers:
    pending, kept = [(0, len(line) - 1)], {0, len(line) - 1}
    while pending:
        first, last = pending.pop()
        between = line[first + 1 : last] - line[first]
        if not len(between):
            continue
        along = line[last] - line[first]
        length = float(np.linalg.norm(along)) or 1.0
        away = np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length
        furthest = int(away.argmax())
        if away[furthest] > _TOLERANCE:
            middle = first + 1 + furthest
            kept.add(middle)
            pending += [(first, middle), (middle, last)]
    return line[sorted(kept)]
