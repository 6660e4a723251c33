"""A ranking as dots on lines, before the spread of all pairs: how much, and how unusual."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.colours import PALETTE
from gemini_nb.drawing.lettering import text_width
from gemini_nb.plots.figures import INK, LABEL_SIZE, MUTED, inches_of, new_figure
from gemini_nb.plots.wording import drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAND: Final = "#e9edf1"
DOT: Final = PALETTE[0]
LEAD: Final = PALETTE[4]
WIDTH: Final = 420  # pixels, of 1/100 inch
SHARE: Final = 90
"""The room for the column at the right."""

_ROW: Final = 27
_HEADER: Final = 18
_LETTER: Final = 12  # a font size in pixels
_MARGIN: Final = 0.04  # of the range of scores
_LEAST_MARGIN: Final = 0.01  # so that rounding does not look like a difference
_MOST_TICKS: Final = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One ranked item."""

    label: str
    """What stands at the left; no two rows have the same."""
    text: str
    """What is shown under the pointer."""
    score: float
    shown: str
    """What stands beside the dot."""
    share: str
    """What stands at the right; "" for nothing."""


@dataclass(frozen=True, slots=True)
class Lollipops:
    """A ranking, ready to be drawn."""

    rows: tuple[Row, ...]
    """From the best; at least one."""
    start: float | None
    """The score at which the lines start; None for dots without lines."""
    start_name: str
    band: tuple[float, float] | None
    """From which score to which most pairs are."""
    second: float | None
    """The score that the first is ahead of."""
    share_name: str
    """What the numbers at the right are; "" where there are none."""
    score_name: str

    @property
    def domain(self) -> tuple[float, float]:
        """The scores at the left and right end, wide enough for what stands beside the dots."""
        marked = [row.score for row in self.rows]
        marked += [end for end in (self.start, self.second) if end is not None]
        marked += self.band or ()
        low, high = min(marked), max(marked)
        margin = max(_MARGIN * (high - low), _LEAST_MARGIN)
        low, high = low - margin, high + margin
        for row in self.rows:
            room = min((text_width(row.shown) + 1.5) * _LETTER / WIDTH, 0.6)
            high = max(high, low + (row.score - low) / (1 - room))
        return low, high

    @property
    def ticks(self) -> list[float]:
        """Round scores, none that no cosine can have."""
        low, high = self.domain
        least = 10.0 ** floor(log10((high - low) / _MOST_TICKS))
        step = next(
            least * size for size in (1, 2, 5, 10) if high - low <= _MOST_TICKS * least * size
        )
        return [
            round(step * turn, 6)
            for turn in range(ceil(low / step), floor(min(high, 1) / step) + 1)
        ]

    @property
    def height(self) -> int:
        """In pixels."""
        return _ROW * len(self.rows)


def figure(lollipops: Lollipops, title: str, footnote: str) -> Figure:
    """The ranking as a matplotlib figure."""
    labels = [drawable(row.label) for row in lollipops.rows]
    page, axes = new_figure(
        WIDTH / 100,
        lollipops.height / 100,
        title=title,
        footnote=footnote,
        left=inches_of(max(map(text_width, labels))) + 0.15,
        right=SHARE / 100 if lollipops.share_name else 0.1,
        above=_HEADER / 100,
    )
    axes.set_xlim(*lollipops.domain)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xticks(lollipops.ticks)
    axes.set_xlabel(lollipops.score_name)
    _draw_spread(axes, lollipops)
    _draw_rows(axes, lollipops)
    return page


def _draw_spread(axes: Axes, lollipops: Lollipops) -> None:
    if lollipops.band:
        axes.axvspan(*lollipops.band, color=BAND, linewidth=0, zorder=0)
    if lollipops.start is not None:
        axes.axvline(lollipops.start, color=MUTED, linewidth=1, zorder=1)
        _write_above(axes, lollipops.start, lollipops.start_name)


def _draw_rows(axes: Axes, lollipops: Lollipops) -> None:
    for place, row in enumerate(lollipops.rows):
        if lollipops.start is not None:
            axes.plot([lollipops.start, row.score], [place, place], color=DOT, linewidth=1.6)
        axes.annotate(
            row.shown,
            (row.score, place),
            (8, 0),
            textcoords="offset points",
            color=INK,
            fontsize=LABEL_SIZE,
            va="center",
        )
        if lollipops.share_name:
            at_the_right = (1 + (SHARE / 2) / WIDTH, place)
            axes.annotate(
                row.share,
                at_the_right,
                xycoords=("axes fraction", "data"),
                color=INK,
                fontsize=LABEL_SIZE,
                va="center",
                ha="center",
                annotation_clip=False,
            )
    if lollipops.second is not None:
        lead = [lollipops.second, lollipops.rows[0].score]
        axes.plot(lead, [0, 0], color=LEAD, linewidth=5, solid_capstyle="butt")
    scores = [row.score for row in lollipops.rows]
    axes.plot(scores, range(len(scores)), "o", color=DOT, markersize=7)
    if lollipops.share_name:
        low, high = axes.get_xlim()
        centre = high + (high - low) * (SHARE / 2) / WIDTH
        _write_above(axes, centre, lollipops.share_name)


def _write_above(axes: Axes, score: float, text: str) -> None:
    axes.annotate(
        text,
        (score, 1),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=MUTED,
        fontsize=LABEL_SIZE - 1,
        ha="center",
        annotation_clip=False,
    )
