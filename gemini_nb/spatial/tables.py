"""Annotations as a table, for a terminal and for a notebook cell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gemini_nb.display import html as escape
from gemini_nb.display import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.issues import Issue

KIND_NAMES: Final = {
    "Point": ("point", "points"),
    "Box": ("box", "boxes"),
    "Trajectory": ("trajectory", "trajectories"),
    "Mask": ("mask", "masks"),
    "Box3D": ("3-D box", "3-D boxes"),
    "Angle": ("angle", "angles"),
    "Absence": ("thing not in frame", "things not in frame"),
    "Segment": ("segment", "segments"),
    "Moment": ("moment", "moments"),
    "Progress": ("progress level", "progress levels"),
    "Call": ("call", "calls"),
    "Grasp": ("grasp", "grasps"),
}
"""What one, and what several, of each kind are called, by the name of its class."""
_LONGEST: Final = 60
_ROWS: Final = 200  # a longer table is no longer read, and makes a notebook heavy


def summary(items: Sequence[Item], issues: Sequence[Issue]) -> str:
    """How much there is of each kind, in one line.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> from gemini_nb.spatial.issues import Issue
        >>> summary([Point(1, 2), Point(3, 4)], [Issue("repaired", "a trailing comma")])
        '2 points, 1 repaired'
    """
    kinds = Counter(type(item).__name__ for item in items)
    counted = [f"{n} {KIND_NAMES[kind][n != 1]}" for kind, n in kinds.items()]
    done = [f"{n} {kind}" for kind, n in Counter(issue.kind for issue in issues).items()]
    return ", ".join([*(counted or ["nothing found"]), *done])


def plain(items: Sequence[Item], issues: Sequence[Issue]) -> str:
    """The table as lines of text, the summary first."""
    rows = [(label, kind, place) for label, kind, place in map(_row, items[:_ROWS])]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    lines = [
        f"  {label:<{widths[0]}}  {kind:<{widths[1]}}  {place}".rstrip()
        for label, kind, place in rows
    ]
    noted = [f"  {issue.kind}: {words(_told(issue), 2 * _LONGEST)}" for issue in issues[:_ROWS]]
    return "\n".join([summary(items, issues), *lines, *_rest(items), *noted, *_rest(issues)])


def html(items: Sequence[Item], issues: Sequence[Issue]) -> str:
    """The table as HTML without style sheets or scripts; the answer's words stay words."""
    head = "".join(
        f"<th style='text-align:left'>{name}</th>" for name in ("label", "kind", "place")
    )
    body = "".join(f"<tr>{_cells(_row(item))}</tr>" for item in items[:_ROWS])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if items else ""
    noted = "".join(
        f"<li>{escape(issue.kind)}: {escape(_told(issue))}</li>" for issue in issues[:_ROWS]
    )
    listed = f"<details><summary>What was done to read it</summary><ul>{noted}</ul></details>"
    rest = "".join(f"<p>{escape(line)}</p>" for line in (*_rest(items), *_rest(issues)))
    # Without these classes JupyterLab would set what stands between dollar signs as mathematics.
    return (
        "<div class='tex2jax_ignore mathjax_ignore'>"
        f"<p>{escape(summary(items, issues))}</p>{table}{listed if issues else ''}{rest}</div>"
    )


def _row(item: Item) -> tuple[str, str, str]:
    kind = KIND_NAMES[type(item).__name__][0]
    said = {**item.geometry(), **item.details}
    values = [f"{key} {_value(value)}" for key, value in said.items()]
    return words(item.label or "(no label)", _LONGEST), kind, words(", ".join(values), 2 * _LONGEST)


def _value(value: object) -> str:
    said = value if isinstance(value, str) else str(value)
    return "as PNG" if said.startswith("data:") else said


def _told(issue: Issue) -> str:
    return f"{issue.reason} ({issue.text!r})" if issue.text else issue.reason


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in row)


def _rest(rows: Sequence[object]) -> list[str]:
    return [f"  and {len(rows) - _ROWS} more"] if len(rows) > _ROWS else []
