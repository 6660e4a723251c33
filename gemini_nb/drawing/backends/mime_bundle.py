"""What a cell shows of a scene: one picture that holds the marks, and spots that name them.

Picture and marks are one SVG inside one `<img>`. Notebooks of unknown origin lose style sheets,
inline SVG and scripts, but keep images: so both are seen or neither is, and nobody takes a bare
picture for an answer. The spots over it hold no text, so that nothing runs together where
positions are lost. `docs/display.md` has what was measured.
"""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.backends import svg
from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.labels.legends import legend_lines
from gemini_nb.drawing.wording import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.pictures.picture import Encoded
    from gemini_nb.drawing.scene import Mark, Scene
    from gemini_nb.spatial.issues import Issue

_HERE: Final = "\0"  # where the picture's bytes go: no text of a scene has this character
_FRAME: Final = "position:relative;display:inline-block;overflow:hidden;max-width:100%"
_MUTED: Final = "margin:.3em 0;opacity:.8"
_CHIP: Final = "padding:0 .35em;border-radius:.3em"
_LOW, _RIGHT = 0.6, 0.5  # shares of the picture from which captions turn up, or to the left

# The class names are fixed: that the same rules stand in every output does no harm.
_STYLE: Final = (
    "<style>"
    ".gnb-spot{margin:-3px;padding:3px;border-radius:4px;outline:none}"
    ".gnb-spot:hover,.gnb-spot:focus{box-shadow:0 0 0 9999px rgba(0,0,0,.6);z-index:1}"
    ".gnb-spot:hover::after,.gnb-spot:focus::after{content:attr(title);position:absolute;"
    "top:calc(100% + 4px);left:0;width:max-content;max-width:24em;padding:2px 8px;"
    "border-radius:4px;background:#111;color:#fff;font:13px/1.5 sans-serif;white-space:normal}"
    ".gnb-up:hover::after,.gnb-up:focus::after{top:auto;bottom:calc(100% + 4px)}"
    ".gnb-left:hover::after,.gnb-left:focus::after{left:auto;right:0}"
    ".gnb-in:hover::after,.gnb-in:focus::after{top:4px;bottom:auto}"
    "</style>"
)


def html(
    scene: Scene,
    picture: Encoded,
    *,
    summary: str = "",
    issues: Sequence[Issue] = (),
    title: str | None = None,
) -> str:
    """The scene over its picture as HTML that needs no script, and survives without its styles.

    Args:
        scene: what is drawn.
        picture: what it is drawn on; its bytes go through as they are.
        summary: a line below the picture.
        issues: what was done to read the answer, folded away under the summary.
        title: a line above the picture.
    """
    before, after = _percent_encoded(svg.document(scene, _HERE, titles=False)).split(_HERE)
    data = base64.b64encode(picture.data).decode("ascii")
    heading = f'<p style="margin:.3em 0"><b>{escape(clean(title))}</b></p>' if title else ""
    opening = (
        f'<div class="gnb-overlay tex2jax_ignore mathjax_ignore">{_STYLE}{heading}'
        f'<div style="{_FRAME}"><img alt="{escape(scene.description)}" width="{picture.width}"'
        ' style="display:block;max-width:100%;height:auto" src="data:image/svg+xml,'
    )
    parts = (
        opening,
        before,
        f"data:{picture.mime_type};base64,",
        data,
        after,
        '">',
        # The small ones above the large, whatever is drawn over what.
        *(_spot(mark, scene.width, scene.height) for mark in sorted(scene.marks, key=_size)),
        f"</div>{_legend(scene, picture.width)}{_notes(summary, issues)}</div>",
    )
    return "".join(parts)


def page(content: str, title: str) -> str:
    """`content` as a whole HTML document.

    Example:
        >>> page("<p>tea</p>", "a <mug>")[:66]
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>a &lt;mug&'
    """
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body style="font-family:sans-serif">{content}</body></html>\n'
    )


def _percent_encoded(markup: str) -> str:
    """`markup` for a data URI within double quotes; in double quotes itself it has single ones."""
    return (
        markup.replace("'", "&#39;")
        .replace('"', "'")
        .replace("%", "%25")
        .replace("#", "%23")
        .replace("&", "%26")
        .replace("<", "%3C")
        .replace(">", "%3E")
        .replace("\n", "%0A")
        .replace("\r", "%0D")
        .replace("\t", "%09")
    )


def _size(mark: Mark) -> float:
    """Less for larger marks."""
    left, top, right, bottom = mark.hot_spot
    return (left - right) * (bottom - top)


def _spot(mark: Mark, width: int, height: int) -> str:
    """An empty element over the mark: pointing at it shows its title, and it alone."""
    left, top, right, bottom = mark.hot_spot
    x, y = min(max(left / width, 0.0), 1.0), min(max(top / height, 0.0), 1.0)
    x_end, y_end = min(max(right / width, x), 1.0), min(max(bottom / height, y), 1.0)
    turned = " gnb-left" if x > _RIGHT else ""
    if y_end > _LOW:
        turned += " gnb-up" if y > 1 - _LOW else " gnb-in"
    return (
        f'<span class="gnb-spot{turned}" tabindex="0" title="{escape(mark.title)}" style="position:'
        f"absolute;left:{100 * x:.1f}%;top:{100 * y:.1f}%;width:{100 * (x_end - x):.1f}%;"
        f'height:{100 * (y_end - y):.1f}%"></span>'
    )


def _legend(scene: Scene, width: int) -> str:
    """What the numbers stand for, each as coloured as on the picture."""
    if not scene.legend:
        return ""
    entries = "".join(
        f'<li style="break-inside:avoid"><span style="{_CHIP};background:{line.colour};'
        f'color:{text_on(line.colour)}">{line.numbers}</span> {escape(line.text)}</li>'
        for line in legend_lines(scene.legend)
    )
    return (
        '<ul style="list-style:none;margin:.4em 0;padding:0;columns:16em;max-width:'
        f'{width}px">{entries}</ul>'
    )


def _notes(summary: str, issues: Sequence[Issue]) -> str:
    if not issues:
        return f'<p style="{_MUTED}">{escape(summary)}</p>' if summary else ""
    told = "".join(
        f"<li>{escape(issue.kind)}: {escape(clean(_said(issue)))}</li>" for issue in issues
    )
    return (
        f'<details style="{_MUTED}"><summary>{escape(summary)}</summary><ul>{told}</ul></details>'
    )


def _said(issue: Issue) -> str:
    return f"{issue.reason} ({issue.text!r})" if issue.text else issue.reason
