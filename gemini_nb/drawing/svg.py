"""A scene as SVG: a whole document, with the picture beneath.

Looks are presentation attributes, which every program that draws SVG knows. Model text is always
escaped. What many marks share stands on a group around them, since each byte is saved with the
notebook: there are no more than some 150 of SVG for a mark and its label.
"""

from __future__ import annotations

import base64
import io
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from PIL import Image

from gemini_nb.drawing.colours import BLACK, WHITE
from gemini_nb.drawing.labels import legend_labels
from gemini_nb.drawing.lettering import text_width
from gemini_nb.drawing.scene import Disc, Path, Rectangle, Tint
from gemini_nb.spatial.masks import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.drawing.scene import Label, Mark, Primitive, Scene

_FONTS: Final = "DejaVu Sans,Verdana,Noto Sans,Noto Color Emoji,Apple Color Emoji,sans-serif"
"""Labels are measured in the first; the next are nearest to it."""

_FINE: Final = 10  # units to a pixel of a small picture, which is likely to be enlarged
_LARGE: Final = 1500  # pixels, width and height together, from which on whole ones do


def document(scene: Scene, picture_href: str | None = None, *, legend: bool = False) -> str:
    """A whole SVG document of `scene`, over the picture at `picture_href` if there is one.

    Where there is no picture, the document is transparent.

    Args:
        scene: what is drawn.
        picture_href: an address of the picture, or a data URI.
        legend: whether what the numbers stand for is listed below the picture.
    """
    width, height = scene.width, scene.height
    listed, below = legend_labels(scene) if legend else ([], 0)
    picture = ""
    if picture_href is not None:
        picture = (
            f"<image href='{escape(picture_href)}' width='{width}' height='{height}'"
            " preserveAspectRatio='none'/>"
        )
    ground = (
        f"<rect y='{height}' width='{width}' height='{below}' fill='{WHITE}'/>" if below else ""
    )
    units = 1 if width + height >= _LARGE else _FINE
    scaled = "" if units == 1 else f" transform='scale({1 / units:g})'"
    marks = [_marks(look, run, units) for look, run in groupby(scene.marks, _look)]
    labels = [_labels(size, run, units) for size, run in groupby([*scene.labels, *listed], _size)]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height + below}'"
        f" viewBox='0 0 {width} {height + below}' role='img'>"
        f"<title>{escape(scene.description, quote=False)}</title>{picture}{ground}"
        f"<g fill='none' stroke-linejoin='round' stroke-linecap='round'{scaled}>"
        f"{''.join(marks)}</g>"
        f"<g font-family='{_FONTS}' text-anchor='middle'{scaled}>{''.join(labels)}</g></svg>"
    )


def _look(mark: Mark) -> tuple[type, float] | None:
    """What a plain box or a plain point shares with others: the width of its edges."""
    plain = mark.primitives[0] if len(mark.primitives) == 1 else None
    if not isinstance(plain, Rectangle | Disc) or plain.stroke.dashed:
        return None
    _, width, _, halo_width, _ = plain.stroke
    return type(plain), (halo_width - width) / 2 if isinstance(plain, Rectangle) else width


def _marks(look: tuple[type, float] | None, marks: Iterable[Mark], units: int) -> str:
    """Marks of the same look, within a group that has what they share."""
    primitives = [primitive for mark in marks for primitive in mark.primitives]
    if look is None:
        return "".join([_drawn(primitive, units) for primitive in primitives])
    drawn: list[str] = []
    for each in primitives:
        if isinstance(each, Rectangle):
            shape, fill, edge = _ring(each, units), each.stroke.colour, each.stroke.halo
        elif isinstance(each, Disc):
            shape, fill, edge = _circle(each, units), each.fill, each.stroke.colour
        else:
            continue
        own = f" stroke='{_brief(edge)}'" if edge and edge != BLACK else ""
        drawn.append(f"{shape} fill='{fill}'{own}/>")
    return f"<g stroke='{BLACK}' stroke-width='{units * look[1]:g}'>{''.join(drawn)}</g>"


def _ring(rectangle: Rectangle, units: int) -> str:
    """A box as a ring to be filled, whose edges are the halo: the shape is written only once."""
    (left, top, right, bottom), (_, line, _, halo_width, _) = rectangle
    thickness = (line + halo_width) / 2  # up to the middle of the halo on either side
    x, y = round(units * (left - thickness / 2)), round(units * (top - thickness / 2))
    ring = round(units * thickness) or 1
    width, height = round(units * (right - left)) + ring, round(units * (bottom - top)) + ring
    hole = ""
    if min(width, height) > 2 * ring:
        down = height - 2 * ring
        hole = f"m{ring} {ring}v{down}h{width - 2 * ring}v-{down}z"
    return f"<path d='M{x} {y}h{width}v{height}h-{width}z{hole}'"


def _circle(disc: Disc, units: int) -> str:
    (x, y), radius, *_ = disc
    return f"<circle cx='{round(units * x)}' cy='{round(units * y)}' r='{units * radius:g}'"


def _brief(colour: str) -> str:
    """A colour in as few letters as it can be written with."""
    return "#fff" if colour == WHITE else colour


def _drawn(primitive: Primitive, units: int) -> str:
    """The elements that draw `primitive`: where its line has a halo, that comes first."""
    if isinstance(primitive, Tint):
        return _tint(primitive, units)
    fill, opacity, stroke = None, 1.0, primitive.stroke
    if isinstance(primitive, Path):
        spots = "L".join([f"{round(units * x)} {round(units * y)}" for x, y in primitive.points])
        shape = f"<path d='M{spots}{'Z' * primitive.closed}'"
        fill, opacity = primitive.fill, primitive.fill_opacity
    elif isinstance(primitive, Rectangle):
        left, top, right, bottom = (round(units * side) for side in primitive.box)
        shape = f"<path d='M{left} {top}H{right}V{bottom}H{left}Z'"
    else:
        shape, fill = _circle(primitive, units), primitive.fill
    width = units * stroke.width
    dashes = f" stroke-dasharray='{3 * width:g} {2.5 * width:g}'" if stroke.dashed else ""
    filled = f" fill='{fill}' fill-opacity='{opacity:g}'" if fill else ""
    line = f"{shape}{filled} stroke='{stroke.colour}' stroke-width='{width:g}'{dashes}/>"
    if not stroke.halo:
        return line
    return f"{shape} stroke='{stroke.halo}' stroke-width='{units * stroke.halo_width:g}'/>{line}"


def _tint(tint: Tint, units: int) -> str:
    """The mask as a picture of one colour, transparent where it does not cover."""
    left, top, right, bottom = (units * side for side in tint.box)
    with Image.open(io.BytesIO(tint.png)) as mask:
        opaque = round(255 * tint.opacity)
        covered = mask.convert("L").point([opaque * (level > THRESHOLD) for level in range(256)])
    flat = Image.new("RGBA", covered.size, tint.colour)
    flat.putalpha(covered)
    encoded = io.BytesIO()
    flat.save(encoded, "PNG", optimize=True)
    data = base64.b64encode(encoded.getvalue()).decode()
    return (
        f"<image href='data:image/png;base64,{data}' x='{left:g}' y='{top:g}'"
        f" width='{right - left:g}' height='{bottom - top:g}' preserveAspectRatio='none'/>"
    )


def _size(label: Label) -> tuple[float, float]:
    """What labels share: the size of their letters, and the height of their plates."""
    return label.font_size, round(label.box.bottom - label.box.top, 1)


def _labels(size: tuple[float, float], labels: Iterable[Label], units: int) -> str:
    """Labels of one size. A plate is a thick line, which takes fewer bytes than a rectangle."""
    parts: list[str] = []
    font_size, height = size
    for label in labels:
        left, top, right, bottom = label.box
        parts.append(
            f"<path stroke='{label.fill}' d='M{round(units * left)}"
            f" {round(units * (top + bottom) / 2)}h{round(units * (right - left))}'/>"
        )
        colour = f" fill='{_brief(label.colour)}'" if label.colour != BLACK else ""
        for line, (x, y) in zip(label.lines, label.baselines, strict=True):
            shown, length = line, ""
            if not line.isdecimal():
                # Whichever font the browser has, words are made as long as they were measured.
                length = f" textLength='{round(units * text_width(line) * font_size)}'"
                shown = escape(line, quote=False)
            place = f"x='{round(units * x)}' y='{round(units * y)}'"
            parts.append(f"<text {place}{colour}{length}>{shown}</text>")
    shared = f"font-size='{units * font_size:g}' stroke-width='{units * height:g}'"
    return f"<g {shared}>{''.join(parts)}</g>"
