"""A scene as SVG: marks and labels alone, or a whole document with the picture beneath.

Looks are given as presentation attributes: where a notebook shows only what it has made safe,
style sheets, ids and scripts are lost, and the marks must not be. Model text is always escaped.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.backends.svg_legend import legend_markup
from gemini_nb.drawing.backends.svg_shapes import FONTS, drawn, tenths
from gemini_nb.drawing.lettering import text_width
from gemini_nb.drawing.scene import Path, Stroke

if TYPE_CHECKING:
    from gemini_nb.drawing.scene import Label, Mark, Scene

_CORNER: Final = 0.2  # radius of a label's corners, in font sizes


def overlay_markup(scene: Scene, *, titles: bool = True) -> str:
    """The marks and labels of `scene`, one group each, for an `<svg>` whose units are its pixels.

    Args:
        scene: what is drawn.
        titles: whether each group tells what it is when pointed at.

    Example:
        >>> from gemini_nb.drawing.composition import compose
        >>> from gemini_nb.spatial.geometry import Point
        >>> overlay_markup(compose([Point(500, 500, label="<mug>")], 80, 60)).count("&lt;mug&gt;")
        2
    """
    labels: defaultdict[int, list[Label]] = defaultdict(list)
    for label in scene.labels:
        labels[label.mark].append(label)
    groups = "".join(_group(mark, labels[at], titles=titles) for at, mark in enumerate(scene.marks))
    return (
        f'<g fill="none" stroke-linejoin="round" stroke-linecap="round" font-family="{FONTS}"'
        f' text-anchor="middle">{groups}</g>'
    )


def document(
    scene: Scene, picture_href: str | None = None, *, legend: bool = False, titles: bool = True
) -> str:
    """A whole SVG document of `scene`, over the picture at `picture_href` if there is one.

    Where there is no picture, the document is transparent.

    Args:
        scene: what is drawn.
        picture_href: an address of the picture, or a data URI.
        legend: whether what the numbers stand for is listed below the picture.
        titles: whether marks tell what they are when pointed at, which they never are in an image.
    """
    width, height = scene.width, scene.height
    listed, below = legend_markup(scene) if legend else ("", 0)
    told, picture = escape(scene.description, quote=False), ""
    if picture_href is not None:
        href = escape(picture_href)
        picture = (
            f'<image href="{href}" width="{width}" height="{height}" preserveAspectRatio="none"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + below}"'
        f' viewBox="0 0 {width} {height + below}" role="img"><title>{told}</title>'
        f"{picture}{overlay_markup(scene, titles=titles)}{listed}</svg>"
    )


def _group(mark: Mark, labels: list[Label], *, titles: bool) -> str:
    shapes = "".join(map(drawn, mark.primitives))
    names = "".join(map(_label, labels))
    told = f"<title>{escape(mark.title, quote=False)}</title>" if titles else ""
    return f"<g>{told}{shapes}{names}</g>"


def _label(label: Label) -> str:
    left, top, right, bottom = label.box
    size = label.font_size
    plate = tenths(
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}"'
        f' height="{bottom - top:.1f}" rx="{_CORNER * size:.1f}" fill="{label.fill}"/>'
    )
    words = "".join(
        f"{_text_at(x, y, text_width(line) * size, label)}{escape(line, quote=False)}</text>"
        for line, (x, y) in zip(label.lines, label.baselines, strict=True)
    )
    return f"{_leader(label)}{plate}{words}"


def _text_at(x: float, y: float, length: float, label: Label) -> str:
    """Whichever font the browser has, the text is made as long as it was measured."""
    return tenths(
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{label.font_size:.1f}" fill="{label.colour}"'
        f' textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs">'
    )


def _leader(label: Label) -> str:
    if label.leader is None:
        return ""
    return drawn(Path(label.leader, Stroke(label.fill, round(label.font_size / 9, 1))))
