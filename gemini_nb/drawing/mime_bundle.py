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

from gemini_nb.display import html as as_html
from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.svg import document
from gemini_nb.spatial.annotations import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.picture import Encoded
    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.issues import Issue

_HERE: Final = "\0"  # where the picture's bytes go: no text of a scene has this character
_FRAME: Final = "position:relative;display:inline-block;overflow:hidden;max-width:100%"
_MUTED: Final = "margin:.3em 0;opacity:.8"
_LOW, _RIGHT = 60.0, 50.0  # percent of the picture from which captions turn up, or to the left
_MOST_ISSUES: Final = 200

# The class names are fixed: that the same rules stand in every output does no harm.
_STYLE: Final = (
    "<style>"
    ".gnb-spot{margin:-3px;padding:3px;border-radius:4px;outline:none}"
    ".gnb-spot:hover,.gnb-spot:focus{box-shadow:0 0 0 9999px rgba(0,0,0,.6);z-index:1}"
    ".gnb-spot:hover::after,.gnb-spot:focus::after{content:attr(title);position:absolute;"
    "top:calc(100% + 4px);left:0;width:max-content;max-width:24em;padding:2px 8px;"
    "border-radius:4px;background:#111;color:#fff;font:13px/1.5 sans-serif;white-space:normal}"
    ".gnb-u:hover::after,.gnb-u:focus::after{top:auto;bottom:calc(100% + 4px)}"
    ".gnb-l:hover::after,.gnb-l:focus::after{left:auto;right:0}"
    ".gnb-i:hover::after,.gnb-i:focus::after{top:4px;bottom:auto}"
    "</style>"
)


def html(  # noqa: PLR0913 - what stands around the picture
    scene: Scene,
    picture: Encoded,
    *,
    summary: str = "",
    issues: Sequence[Issue] = (),
    title: str | None = None,
    words: str = "",
) -> str:
    """The scene over its picture as HTML that needs no script, and survives without its styles.

    Args:
        scene: what is drawn.
        picture: what it is drawn on; its bytes go through as they are.
        summary: a line below the picture.
        issues: what was done to read the answer, folded away under the summary.
        title: a line above the picture.
        words: what the model said, shown below the picture where there is nothing else to show.
    """
    before, after = _percent_encoded(document(scene, _HERE)).split(_HERE)
    data = base64.b64encode(picture.data).decode("ascii")
    heading = f"<p style='margin:.3em 0'><b>{as_html(title)}</b></p>" if title else ""
    said = f"<p style='margin:.3em 0;white-space:pre-wrap'>{as_html(words)}</p>" if words else ""
    opening = (
        f"<div class='gnb-overlay tex2jax_ignore mathjax_ignore'>{_STYLE}{heading}"
        f"<div class='gnb-spots' style='{_FRAME}'>"
        f"<img alt='{escape(scene.description)}' width='{picture.width}'"
        " style='display:block;max-width:100%;height:auto' src=\"data:image/svg+xml,"
    )
    spots = _spots(scene)
    below = f"</div>{_legend(scene, picture.width)}{said}{_notes(summary, issues)}</div>"
    return "".join(
        (opening, before, f"data:{picture.mime_type};base64,", data, after, '">', *spots, below)
    )


def _percent_encoded(markup: str) -> str:
    """`markup` for a data URI within double quotes."""
    for character in '%"#&<>\n\r\t':
        markup = markup.replace(character, f"%{ord(character):02X}")
    return markup


def _spots(scene: Scene) -> list[str]:
    """An empty element over each mark and its label: pointing at it shows its title, and it alone.

    They stand in the order of the marks, so that the small ones lie above the large.
    """
    areas: list[tuple[float, ...]] = [mark.hot_spot for mark in scene.marks]
    for label in scene.labels:
        left, top, right, bottom = areas[label.mark]
        x, y, x_end, y_end = label.box
        areas[label.mark] = min(x, left), min(y, top), max(x_end, right), max(y_end, bottom)
    across, down = 100 / scene.width, 100 / scene.height
    spots: list[str] = []
    for area, mark in zip(areas, scene.marks, strict=True):
        left, right = (min(max(x * across, 0.0), 100.0) for x in (area[0], area[2]))
        top, bottom = (min(max(y * down, 0.0), 100.0) for y in (area[1], area[3]))
        turned = " gnb-l" if left > _RIGHT else ""
        if bottom > _LOW:
            turned += " gnb-u" if top > 100 - _LOW else " gnb-i"
        spots.append(
            f"<span class='gnb-spot{turned}' tabindex=0 title='{escape(mark.title)}'"
            f" style='position:absolute;left:{left:.1f}%;top:{top:.1f}%;width:{right - left:.1f}%;"
            f"height:{bottom - top:.1f}%'></span>"
        )
    return spots


def _legend(scene: Scene, width: int) -> str:
    """What the numbers stand for, each as coloured as on the picture."""
    if not scene.legend:
        return ""
    entries = "".join(
        [
            f"<li><b style='background:{line.colour};color:{text_on(line.colour)[:4]}'>"
            f"\N{NO-BREAK SPACE}{line.numbers}\N{NO-BREAK SPACE}</b> {escape(line.text)}"
            if line.placed
            else f"<li>{line.numbers} {escape(line.text)}"
            for line in scene.legend
        ]
    )
    look = "list-style:none;margin:.4em 0;padding:0;display:flex;flex-wrap:wrap;gap:0 1.2em"
    return f"<ul style='{look};max-width:{width}px'>{entries}</ul>"


def _notes(summary: str, issues: Sequence[Issue]) -> str:
    if not issues:
        return f"<p style='{_MUTED}'>{as_html(summary)}</p>" if summary else ""
    listed = [told(issue) for issue in issues[:_MOST_ISSUES]]
    if len(issues) > _MOST_ISSUES:
        listed.append(f"and {len(issues) - _MOST_ISSUES:,} more")
    entries = "".join([f"<li>{escape(line)}</li>" for line in listed])
    heading = f"<summary>{as_html(summary)}</summary>"
    return f"<details style='{_MUTED}'>{heading}<ul>{entries}</ul></details>"
