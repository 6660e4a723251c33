"""A scene as pixels, drawn by Pillow over a copy of the picture."""

from __future__ import annotations

import io
import math
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageColor, ImageDraw

from gemini_nb.drawing.backends import fonts
from gemini_nb.drawing.backends.raster_legend import legend_labels, on_white
from gemini_nb.drawing.backends.stencils import Stencil, Tile, dashes, ellipse_outline
from gemini_nb.drawing.scene import Disc, Ellipse, Path, Stroke
from gemini_nb.spatial.geometry import PixelPoint
from gemini_nb.spatial.masks import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gemini_nb.drawing.scene import Label, Primitive, Scene, Tint

LABEL_CORNER: Final = 0.2
"""Radius of a label's corners, in font sizes."""

_FEW: Final = 9  # points of a line: with more, one tile is cheaper than one for each part

Layer = tuple[Stencil, str, float]
"""What is coloured, in which colour, and how opaquely."""


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
        >>> from gemini_nb.drawing.scene import Mark, Scene, Stroke
        >>> box = [PixelPoint(2, 2), PixelPoint(9, 2), PixelPoint(9, 7), PixelPoint(2, 7)]
        >>> outline = Path(tuple(box), Stroke("#ff0000", 2), closed=True)
        >>> scene = Scene(12, 9, (Mark((outline,), "#ff0000", "mug", (2, 2, 9, 7)),))
        >>> drawn = render(scene, Image.new("RGB", (12, 9)))
        >>> drawn.getpixel((5, 2)), drawn.getpixel((5, 5))
        ((255, 0, 0), (0, 0, 0))
    """
    size = scene.width, scene.height
    canvas = picture.copy() if picture.size == size else picture.resize(size)
    below, height = legend_labels(scene) if legend else ((), 0)
    fonts.warn_of_missing(line for label in (*scene.labels, *below) for line in label.lines)
    names: defaultdict[int, list[Label]] = defaultdict(list)
    for label in scene.labels:
        names[label.mark].append(label)
    for at, mark in enumerate(scene.marks):
        for primitive in mark.primitives:
            _paint(canvas, _layers(primitive, size))
        for label in names[at]:
            _paint(canvas, _label_layers(label, size))
    if below:
        canvas = on_white(canvas, height)
    for label in below:
        _paint(canvas, _label_layers(label, canvas.size))
    return canvas


def leader_stroke(label: Label) -> Stroke:
    """How the line looks from a mark to a label that had to move away."""
    return Stroke(label.fill, label.font_size / 9)


def _paint(canvas: Image.Image, layers: Iterator[Layer]) -> None:
    for (alpha, left, top), colour, opacity in layers:
        seen = alpha if opacity >= 1 else alpha.point([level * opacity for level in range(256)])
        right, bottom = left + alpha.width, top + alpha.height
        canvas.paste(ImageColor.getrgb(colour), (left, top, right, bottom), seen)


def _layers(primitive: Primitive, size: tuple[int, int]) -> Iterator[Layer]:
    """The layers of a primitive, the lowest first."""
    if isinstance(primitive, Path):
        return _path_layers(primitive, size)
    if isinstance(primitive, Disc):
        (centre, radius, fill, stroke) = primitive
        return _ellipse_layers(Ellipse(centre, radius, radius, 0, stroke, fill, 1.0), size)
    if isinstance(primitive, Ellipse):
        return _ellipse_layers(primitive, size)
    return _tint_layers(primitive, size)


def _path_layers(path: Path, size: tuple[int, int]) -> Iterator[Layer]:
    points = (*path.points, path.points[0]) if path.closed else path.points
    yield from _halo(points, path.stroke, size)
    if path.fill is not None:
        yield _area(path.points, size), path.fill, path.fill_opacity
    yield from _line(points, path.stroke, size)


def _ellipse_layers(ellipse: Ellipse, size: tuple[int, int]) -> Iterator[Layer]:
    stroke = ellipse.stroke
    outline = _around(ellipse, 0.0)
    if stroke.halo is not None:
        yield _ring(ellipse, stroke.halo_width, size), stroke.halo, stroke.opacity
    if ellipse.fill is not None:
        yield _area(outline, size), ellipse.fill, ellipse.fill_opacity
    if stroke.dashed:
        yield from _line((*outline, outline[0]), stroke, size)
    else:
        yield _ring(ellipse, stroke.width, size), stroke.colour, stroke.opacity


def _ring(ellipse: Ellipse, width: float, size: tuple[int, int]) -> Stencil:
    outer = _around(ellipse, width / 2)
    tile = Tile(outer, 1, size)
    tile.polygon(outer)
    if min(ellipse.x_radius, ellipse.y_radius) > width / 2:
        tile.polygon(_around(ellipse, -width / 2), level=0)
    return tile.stencil()


def _around(ellipse: Ellipse, margin: float) -> tuple[PixelPoint, ...]:
    x_radius, y_radius = ellipse.x_radius + margin, ellipse.y_radius + margin
    return ellipse_outline(ellipse.centre, x_radius, y_radius, ellipse.degrees)


def _area(points: Sequence[PixelPoint], size: tuple[int, int]) -> Stencil:
    tile = Tile(points, 1, size)
    tile.polygon(points)
    return tile.stencil()


def _halo(points: Sequence[PixelPoint], stroke: Stroke, size: tuple[int, int]) -> Iterator[Layer]:
    if stroke.halo is not None:
        under = Stroke(stroke.halo, stroke.halo_width, opacity=stroke.opacity)
        yield from _line(points, under, size)


def _line(points: Sequence[PixelPoint], stroke: Stroke, size: tuple[int, int]) -> Iterator[Layer]:
    for part in _parts(points, stroke):
        tile = Tile(part, stroke.width, size)
        for piece in dashes(part, stroke.width) if stroke.dashed else (part,):
            tile.line(piece, stroke.width)
        yield tile.stencil(), stroke.colour, stroke.opacity


def _parts(points: Sequence[PixelPoint], stroke: Stroke) -> Iterable[Sequence[PixelPoint]]:
    """The line in parts that each need a small tile; whole where parts would show or be many."""
    if stroke.dashed or stroke.opacity < 1 or not 2 < len(points) < _FEW:  # noqa: PLR2004 - ends
        return (points,)
    return pairwise(points)


def _tint_layers(tint: Tint, size: tuple[int, int]) -> Iterator[Layer]:
    stencil = _mask_stencil(tint, size)
    if stencil is not None:
        yield stencil, tint.colour, tint.opacity


def _mask_stencil(tint: Tint, size: tuple[int, int]) -> Stencil | None:
    """The mask's pixels, as far as its box lies on the picture; None where it does not."""
    left, top, right, bottom = (round(side) for side in tint.box)
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    seen = max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])
    if seen[0] >= seen[2] or seen[1] >= seen[3]:
        return None
    with Image.open(io.BytesIO(tint.png)) as image:
        grey = image.convert("L")
    x_scale, y_scale = grey.width / (right - left), grey.height / (bottom - top)
    part = (
        (seen[0] - left) * x_scale,
        (seen[1] - top) * y_scale,
        (seen[2] - left) * x_scale,
        (seen[3] - top) * y_scale,
    )
    shape = seen[2] - seen[0], seen[3] - seen[1]
    levels = grey.resize(shape, Image.Resampling.BILINEAR, box=part)
    return Stencil(levels.point([255 * (level > THRESHOLD) for level in range(256)]), *seen[:2])


def _label_layers(label: Label, size: tuple[int, int]) -> Iterator[Layer]:
    if label.leader is not None:
        yield from _line(label.leader, leader_stroke(label), size)
    left, top, right, bottom = label.box
    plate = Tile((PixelPoint(left, top), PixelPoint(right, bottom)), 1, size)
    plate.rounded_box(label.box, LABEL_CORNER * label.font_size)
    yield plate.stencil(), label.fill, 1.0
    for line, baseline in zip(label.lines, label.baselines, strict=True):
        text = _text_stencil(line, baseline, label.font_size, right - left)
        if text is not None:
            yield text, label.colour, 1.0


def _text_stencil(line: str, baseline: PixelPoint, size: float, room: float) -> Stencil | None:
    """A line of text around the middle of its baseline; smaller where a font runs wide."""
    size = fonts.fitting_size(line, size, room)
    runs = fonts.runs(line)
    width = fonts.text_length(line, size)
    if not runs:
        return None
    left, top = math.floor(baseline.x - width / 2) - 1, math.floor(baseline.y - 1.2 * size)
    alpha = Image.new("L", (math.ceil(width) + 4, math.ceil(1.7 * size)))
    draw = ImageDraw.Draw(alpha)
    x = baseline.x - width / 2 - left
    for run in runs:
        letters = fonts.font(run, size)
        draw.text((x, baseline.y - top), run.text, fill=255, font=letters, anchor="ls")
        x += letters.getlength(run.text)
    return Stencil(alpha, left, top)
