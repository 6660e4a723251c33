"""A scene as pixels, drawn by Pillow over a copy of the picture.

Pillow draws without anti-aliasing. Here shapes are drawn larger on a small tile around them and
reduced, so that a picture never has to be enlarged as a whole.
"""

from __future__ import annotations

import io
import math
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from gemini_nb.drawing.labels import legend_labels
from gemini_nb.drawing.lettering import typeset, warn_of_missing
from gemini_nb.drawing.scene import Disc, Path, Rectangle, Stroke, Tint
from gemini_nb.spatial.geometry import PixelPoint
from gemini_nb.spatial.masks import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.drawing.scene import Label, Primitive, Scene

_DASHES: Final = (3.0, 2.5)  # length of a dash and of the gap after it, in line widths: as in SVG
_FEWEST_CORNERS, _MOST_CORNERS = 16, 72  # of the polygon that stands for a circle
_FEW: Final = range(2, 9)  # points of a line: with more, one tile is cheaper than one for each part
_FINE, _COARSE = 4, 2  # how many times larger a tile is; less where it is large, to save memory
_LARGE: Final = 500_000  # pixels of a tile


def render(scene: Scene, picture: Image.Image, *, legend: bool = False) -> Image.Image:
    """A new image: `picture` with the scene drawn over it, in mode "RGB" or "RGBA".

    Args:
        scene: what is drawn.
        picture: in mode "RGB" or "RGBA"; it is left as it is. One of another size than the
            scene's is resized.
        legend: whether what the numbers stand for is listed below the picture.

    Warns:
        MissingGlyphWarning: no installed font has some characters of a label.

    Example:
        >>> from gemini_nb.drawing.scene import Mark, Scene
        >>> from gemini_nb.spatial.geometry import PixelBox
        >>> box = PixelBox(2, 2, 9, 7)
        >>> mark = Mark((Rectangle(box, Stroke("#ff0000", 2)),), "#ff0000", "mug", box)
        >>> drawn = render(Scene(12, 9, (mark,)), Image.new("RGB", (12, 9)))
        >>> drawn.getpixel((5, 2)), drawn.getpixel((5, 5))
        ((255, 0, 0), (0, 0, 0))
    """
    size = scene.width, scene.height
    canvas = picture.copy() if picture.size == size else picture.resize(size)
    below, height = legend_labels(scene) if legend else ((), 0)
    warn_of_missing(line for label in (*scene.labels, *below) for line in label.lines)
    for mark in scene.marks:
        for primitive in mark.primitives:
            _draw(canvas, primitive)
    for label in scene.labels:
        _draw_label(canvas, label)
    if height:
        taller = Image.new(canvas.mode, (canvas.width, canvas.height + height), "white")
        taller.paste(canvas)
        canvas = taller
    for label in below:
        _draw_label(canvas, label)
    return canvas


def _draw(canvas: Image.Image, primitive: Primitive) -> None:
    if isinstance(primitive, Tint):
        _draw_tint(canvas, primitive)
        return
    points, fill, opacity, is_closed = _outline(primitive)
    stroke = primitive.stroke
    line = (*points, points[0]) if is_closed else points
    if stroke.halo is not None:
        _draw_line(canvas, line, Stroke(stroke.halo, stroke.halo_width))
    if fill is not None:
        _fill(canvas, [points], fill, opacity)
    _draw_line(canvas, line, stroke)


def _outline(
    shape: Disc | Rectangle | Path,
) -> tuple[Sequence[PixelPoint], str | None, float, bool]:
    """The corners of a shape, what fills it and how opaquely, and whether it is closed."""
    if isinstance(shape, Path):
        return shape.points, shape.fill, shape.fill_opacity, shape.closed
    if isinstance(shape, Disc):
        return _circle(shape.centre, shape.radius), shape.fill, 1.0, True
    left, top, right, bottom = shape.box
    around = (left, top), (right, top), (right, bottom), (left, bottom)
    return [PixelPoint(*corner) for corner in around], None, 0.0, True


def _circle(centre: PixelPoint, radius: float) -> list[PixelPoint]:
    """The corners of a polygon that stands for a circle."""
    corners = round(min(max(6 * math.sqrt(radius), _FEWEST_CORNERS), _MOST_CORNERS))
    steps = (math.tau * step / corners for step in range(corners))
    x, y = centre
    return [PixelPoint(x + radius * math.cos(at), y + radius * math.sin(at)) for at in steps]


def _draw_line(canvas: Image.Image, points: Sequence[PixelPoint], stroke: Stroke) -> None:
    """Draw from point to point, with round ends and corners."""
    # In parts that each need a small tile; whole where parts would show or be many.
    is_whole = stroke.dashed or len(points) not in _FEW
    for part in (points,) if is_whole else pairwise(points):
        pieces = _dashes(part, stroke.width) if stroke.dashed else (part,)
        # Pillow's shapes hold the pixels on their edges, half of one on either side.
        radius = max(stroke.width - 1 / _FINE, 0) / 2
        areas = [area for piece in pieces for area in _swept(piece, radius)]
        _fill(canvas, areas, stroke.colour)


def _swept(points: Sequence[PixelPoint], radius: float) -> Iterator[list[PixelPoint]]:
    """The polygons that a round pen covers on its way from point to point."""
    for (ax, ay), (bx, by) in pairwise(points):
        if length := math.hypot(bx - ax, by - ay):
            x, y = (ay - by) / length * radius, (bx - ax) / length * radius
            corners = (ax + x, ay + y), (bx + x, by + y), (bx - x, by - y), (ax - x, ay - y)
            yield [PixelPoint(*corner) for corner in corners]
    for point in points:
        yield _circle(point, radius)


def _fill(
    canvas: Image.Image, areas: Sequence[Sequence[PixelPoint]], colour: str, opacity: float = 1.0
) -> None:
    """Colour what lies within any of `areas`, on a tile that is never larger than the picture."""
    xs, ys = zip(*(point for area in areas for point in area), strict=True)
    left, top = (max(math.floor(min(along) - 0.5), 0) for along in (xs, ys))
    width = min(math.ceil(max(xs) + 0.5), canvas.width) - left
    height = min(math.ceil(max(ys) + 0.5), canvas.height) - top
    if width <= 0 or height <= 0:
        return
    scale = _COARSE if width * height > _LARGE else _FINE
    tile = Image.new("L", (width * scale, height * scale))
    pen = ImageDraw.Draw(tile)
    for area in areas:
        corners = [((x - left) * scale - 0.5, (y - top) * scale - 0.5) for x, y in area]
        pen.polygon([(round(x), round(y)) for x, y in corners], fill=255)
    _paint(canvas, tile.reduce(scale), (left, top), colour, opacity)


def _dashes(points: Sequence[PixelPoint], width: float) -> Iterator[Sequence[PixelPoint]]:
    """The line from point to point in dashes, `_DASHES` line widths long and apart."""
    drawn, gap = (part * width for part in _DASHES)
    along = [0.0, *accumulate(math.dist(start, end) for start, end in pairwise(points))]
    xs, ys = zip(*points, strict=True)
    for start in np.arange(0, along[-1], drawn + gap):
        end = min(start + drawn, along[-1])
        stops = [start, *(corner for corner in along if start < corner < end), end]
        dash = zip(np.interp(stops, along, xs), np.interp(stops, along, ys), strict=True)
        yield [PixelPoint(float(x), float(y)) for x, y in dash]


def _draw_tint(canvas: Image.Image, tint: Tint) -> None:
    """Colour the mask's pixels."""
    left, top, right, bottom = (round(side) for side in tint.box)
    with Image.open(io.BytesIO(tint.png)) as image:
        size = max(right - left, 1), max(bottom - top, 1)
        levels = image.convert("L").resize(size, Image.Resampling.BILINEAR)
    covered = levels.point([255 * (level > THRESHOLD) for level in range(256)])
    _paint(canvas, covered, (left, top), tint.colour, tint.opacity)


def _draw_label(canvas: Image.Image, label: Label) -> None:
    left, top, right, bottom = label.box
    pen = ImageDraw.Draw(canvas)
    start, end = (round(left), round(top)), (round(right) - 1, round(bottom) - 1)
    pen.rectangle((start, tuple(map(max, start, end))), fill=label.fill)
    for line, (middle, baseline) in zip(label.lines, label.baselines, strict=True):
        for x, text, font in typeset(line, label.font_size, right - left):
            pen.text((middle + x, baseline), text, fill=label.colour, font=font, anchor="ls")


def _paint(
    canvas: Image.Image, alpha: Image.Image, corner: tuple[int, int], colour: str, opacity: float
) -> None:
    seen = alpha if opacity >= 1 else alpha.point([level * opacity for level in range(256)])
    (left, top), (width, height) = corner, alpha.size
    canvas.paste(ImageColor.getrgb(colour), (left, top, left + width, top + height), seen)
