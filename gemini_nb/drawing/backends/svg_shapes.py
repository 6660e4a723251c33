"""The primitives of a scene as SVG elements."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from PIL import Image

from gemini_nb.drawing.scene import Disc, Ellipse, Path, Tint
from gemini_nb.spatial.masks import THRESHOLD

if TYPE_CHECKING:
    from gemini_nb.drawing.scene import Primitive, Stroke
    from gemini_nb.spatial.geometry import PixelPoint

FONTS: Final = "DejaVu Sans,Verdana,Noto Sans,Noto Color Emoji,Apple Color Emoji,sans-serif"
"""Labels are measured in the first; the next are nearest to it."""


def drawn(primitive: Primitive) -> str:
    """The elements that draw `primitive`: where its line has a halo, that comes first."""
    if isinstance(primitive, Tint):
        return _tint(primitive)
    if isinstance(primitive, Path):
        shape = f'<path d="{outline(primitive.points, closed=primitive.closed)}"'
        fill = _fill(primitive.fill, primitive.fill_opacity)
    elif isinstance(primitive, Disc):
        x, y = primitive.centre
        shape = tenths(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{primitive.radius:.1f}"')
        fill = _fill(primitive.fill, 1.0)
    else:
        shape = _ellipse(primitive)
        fill = _fill(primitive.fill, primitive.fill_opacity)
    halo, line = _line(primitive.stroke)
    beneath = f"{shape}{halo}/>" if halo else ""
    return f"{beneath}{shape}{fill}{line}/>"


def tenths(markup: str) -> str:
    """`markup`, in which every number has one decimal, without the decimals that say nothing."""
    return markup.replace(".0", "")


def outline(points: tuple[PixelPoint, ...], *, closed: bool = False) -> str:
    """The `d` of a path."""
    return tenths(_template(len(points), closed) % tuple(chain.from_iterable(points)))


@lru_cache(maxsize=256)
def _template(count: int, closed: bool) -> str:  # noqa: FBT001 - a cache's key
    """One format for all points: a single step, where most of the time would be spent."""
    return "M" + "L".join(["%.1f %.1f"] * count) + ("Z" if closed else "")


def _ellipse(ellipse: Ellipse) -> str:
    x, y = ellipse.centre
    turned = (
        f' transform="rotate({ellipse.degrees:.1f} {x:.1f} {y:.1f})"' if ellipse.degrees else ""
    )
    return tenths(
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{ellipse.x_radius:.1f}"'
        f' ry="{ellipse.y_radius:.1f}"{turned}'
    )


def _fill(colour: str | None, opacity: float) -> str:
    if colour is None:
        return ""
    return f' fill="{colour}"' + (f' fill-opacity="{opacity:g}"' if opacity < 1 else "")


@lru_cache(maxsize=1024)
def _line(stroke: Stroke) -> tuple[str, str]:
    """The attributes of the halo, empty where there is none, and those of the line itself."""
    width = stroke.width
    faint = f' stroke-opacity="{stroke.opacity:g}"' if stroke.opacity < 1 else ""
    dashes = f' stroke-dasharray="{3 * width:g} {2.5 * width:g}"' if stroke.dashed else ""
    halo = f' stroke="{stroke.halo}" stroke-width="{stroke.halo_width:g}"{faint}'
    line = f' stroke="{stroke.colour}" stroke-width="{width:g}"{dashes}{faint}'
    return halo if stroke.halo else "", line


def _tint(tint: Tint) -> str:
    """The mask as a picture of one colour, transparent where it does not cover."""
    left, top, right, bottom = tint.box
    with Image.open(io.BytesIO(tint.png)) as mask:
        covered = mask.convert("L").point(
            [round(255 * tint.opacity) * (value > THRESHOLD) for value in range(256)]
        )
    flat = Image.new("RGBA", covered.size, tint.colour)
    flat.putalpha(covered)
    encoded = io.BytesIO()
    flat.save(encoded, "PNG", optimize=True)
    data = base64.b64encode(encoded.getvalue()).decode()
    return (
        f'<image href="data:image/png;base64,{data}" x="{left:.1f}" y="{top:.1f}"'
        f' width="{right - left:.1f}" height="{bottom - top:.1f}"'
        ' preserveAspectRatio="none"/>'
    )
