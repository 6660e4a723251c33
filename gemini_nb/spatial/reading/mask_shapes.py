"""Masks in every form in which models give them: PNG, base64, polygons in either order, tokens."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gemini_nb.spatial.geometry import SCALE, Box, Point, around
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.reading.coordinates import members_of, pairs, quantities
from gemini_nb.spatial.reading.json_values import JsonArray, is_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.spatial.issues import IssueKind

    Note = Callable[[IssueKind, str], None]
    Outline = list[tuple[float, float]]

_TOKENS: Final = re.compile(r"<seg_?\d|<start_of_mask>|<loc\d")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\s]{40,}+={0,2}\s*\Z")
_DATA_URI: Final = re.compile(r"data:image/[\w.+-]+;base64,")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LARGEST: Final = 4096 * 4096  # pixels; a probability map has 256 by 256
_FEWEST: Final = 3  # corners


def png_of(value: str, note: Note) -> bytes | None:
    """The PNG in a data URI or in bare base64, checked by decoding it; None if there is none."""
    if _TOKENS.search(value):
        note("unsupported", "a mask of segment tokens, which only the model can decode")
        return None
    prefix = _DATA_URI.match(value)
    body = value[prefix.end() :] if prefix else value
    if not prefix and not _BASE64.match(body):
        note("dropped", "the mask is neither a picture nor an outline")
        return None
    plain = "".join(body.split()).replace("-", "+").replace("_", "/").rstrip("=")
    padded = plain + "=" * (-len(plain) % 4)
    try:
        data = base64.b64decode(padded, validate=True)
    except ValueError:  # binascii.Error is one, and so is what is not ASCII
        note("dropped", "the mask is cut off or no base64")
        return None
    if not _is_readable(data):
        note("dropped", "the mask is no PNG that can be read")
        return None
    if padded != body:
        note("repaired", "the base64 of a mask")
    return data


def outlines(value: object, box: Box | None, note: Note) -> tuple[tuple[Point, ...], ...]:
    """The polygons in `value`: pairs, flat lists, chunks of one flat list, or text; () if none.

    The order of their axes is [y, x], or [x, y] where that fits the thing's own `box` better: the
    bounds of the polygon have the larger intersection over union with it.

    Example:
        >>> square = [[100, 500], [100, 900], [300, 900], [300, 500]]
        >>> outlines(square, Box(500, 100, 900, 300), print)[0][1]
        rescaled an outline in [x, y], by its own box
        Point(y=900, x=100)
    """
    found = [outline for outline in _polygons(value, note) if len(outline) >= _FEWEST]
    if not found:
        return ()
    straight = tuple(tuple(Point(a, b) for a, b in outline) for outline in found)
    turned = tuple(tuple(Point(b, a) for a, b in outline) for outline in found)
    if box is not None and _fit(turned, box) > _fit(straight, box):
        note("rescaled", "an outline in [x, y], by its own box")
        return turned
    return straight


def within_image(mask: Mask) -> Mask | Box:
    """`mask` with what lies outside the image cut off; its box alone where nothing remains."""
    box, inside = mask.box, mask.box.intersection(Box(0, 0, SCALE, SCALE))
    if mask.png is None or inside == box:
        return mask.clip()
    with Image.open(io.BytesIO(mask.png)) as image:
        grey = image.convert("L")
    rows, columns = grey.height / (box.height or 1), grey.width / (box.width or 1)
    left = round(((inside or box).xmin - box.xmin) * columns)
    top = round(((inside or box).ymin - box.ymin) * rows)
    right = round(((inside or box).xmax - box.xmin) * columns)
    bottom = round(((inside or box).ymax - box.ymin) * rows)
    alone = Box(*_sides(box), label=mask.label, details=mask.details, span=mask.span).clip()
    if inside is None or right <= left or bottom <= top:
        return alone
    buffer = io.BytesIO()
    grey.crop((left, top, right, bottom)).save(buffer, "PNG")
    clipped = Box(*_sides(alone))
    return Mask(clipped, buffer.getvalue(), label=mask.label, details=mask.details, span=mask.span)


def _is_readable(data: bytes) -> bool:
    if not data.startswith(_PNG):
        return False
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > _LARGEST:
                return False
            image.load()
    except Exception:  # noqa: BLE001 - Pillow's decoders raise whatever they stumble over
        return False
    return True


def _polygons(value: object, note: Note) -> list[Outline]:
    members = members_of(value)
    if members is not None:
        named = (members[key] for key in ("points", "polygon", "vertices") if key in members)
        return _polygons(next(named, None), note)
    if isinstance(value, str):
        return _paired(quantities(value, lambda reason: note("repaired", reason)))
    if not is_list(value) or (isinstance(value, JsonArray) and not value.closed):
        return []
    return _from_lists(value, note)


def _from_lists(value: list[Any], note: Note) -> list[Outline]:
    """Outlines given as pairs, as lists of outlines, or as flat lists, in chunks or whole."""

    def repair(reason: str) -> None:
        note("repaired", reason)

    if (outline := pairs(value, repair)) is not None:
        return [outline]
    lists = [element for element in value if is_list(element)]
    if len(lists) == len(value) and any(map(_is_nested, lists)):
        return [outline for element in lists for outline in _polygons(element, note)]
    flat = [quantities(element, repair) for element in lists]
    if flat and all(chunk and len(chunk) >= 2 * _FEWEST for chunk in flat):
        return [outline for chunk in flat for outline in _paired(chunk)]
    return _paired(quantities(value, repair))


def _is_nested(value: list[Any]) -> bool:
    return any(is_list(element) or members_of(element) is not None for element in value)


def _paired(numbers: list[float] | None) -> list[Outline]:
    if not numbers or len(numbers) % 2:
        return []
    return [list(zip(numbers[::2], numbers[1::2], strict=True))]


def _fit(polygons: tuple[tuple[Point, ...], ...], box: Box) -> float:
    return around([point for polygon in polygons for point in polygon]).iou(box)


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.ymin, box.xmin, box.ymax, box.xmax
