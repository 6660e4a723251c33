"""Two orders side by side, with a line for each item from its old place to its new one."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.colours import PALETTE
from gemini_nb.drawing.lettering import text_width
from gemini_nb.embeddings.labels import shortened
from gemini_nb.plots.figures import INK, LABEL_SIZE, MUTED, inches_of, new_figure
from gemini_nb.plots.rankings.queries import fitted
from gemini_nb.plots.vega import Specification, table, top_level
from gemini_nb.plots.wording import drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gemini_nb.plots.rankings.reranking import Kind, Move, Reranking

COLOURS: Final[dict[Kind, str]] = {
    "up": PALETTE[0],
    "entered": PALETTE[0],
    "down": PALETTE[4],
    "left": PALETTE[4],
    "same": "#9aa0a6",
}
_WIDTH: Final = 320  # pixels, of 1/100 inch
_ROW: Final = 27
_HEADER: Final = 22
_HEAD: Final = 0.25  # where the columns' names stand, in rows
_STUB: Final = 0.12  # of the width, of lines to and from what is not shown
_STUB_DROP: Final = 0.7  # rows
_SIDES: Final = "before", "after"
_LETTER: Final = 11
_LABEL: Final = 28  # characters


def words(move: Move) -> str:
    """What became of an item, from its place before.

    Example:
        >>> from gemini_nb.plots.rankings.reranking import Move
        >>> words(Move("red", before=5, after=2, first=3)), words(Move("red", 1, 2, 3))
        ('from 5', '▼ 1')
    """
    if move.kind == "entered":
        return f"from {move.before}" if move.before else "new"
    if move.kind == "left":
        return f"to {move.after}" if move.after else "gone"
    if move.before is None or move.after is None or move.kind == "same":
        return "="
    return f"▲ {move.before - move.after}" if move.kind == "up" else f"▼ {move.after - move.before}"


def figure(reranking: Reranking, title: str, footnote: str) -> Figure:
    """Both orders as a matplotlib figure."""
    lines = _lines(reranking)
    widest = [max(text_width(drawable(line.labels[side])) for line in lines) for side in (0, 1)]
    page, axes = new_figure(
        _WIDTH / 100,
        _height(reranking) / 100,
        title=title,
        footnote=footnote,
        left=inches_of(widest[0]) + 0.2,
        right=inches_of(widest[1]) + 0.2,
        above=_HEADER / 100,
        below=0.15,
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(reranking.places + 1, 0.5)
    axes.set_axis_off()
    for line in lines:
        axes.plot(line.across, line.places, color=line.colour, linewidth=1.8)
        for x, place, label in zip((0, 1), line.places, line.labels, strict=True):
            if label:
                axes.plot([x], [place], "o", color=line.colour, markersize=6, clip_on=False)
                _write(axes, (x, place), drawable(label), INK)
    for x, name in enumerate(_SIDES):
        _write(axes, (x, _HEAD), name, MUTED)
    return page


def _write(axes: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    is_left = place[0] == 0
    axes.annotate(
        text,
        place,
        (-8 if is_left else 8, 0),
        textcoords="offset points",
        color=colour,
        fontsize=LABEL_SIZE,
        ha="right" if is_left else "left",
        va="center",
        annotation_clip=False,
        parse_math=False,
    )


def specification(
    reranking: Reranking, title: str, footnote: str, *, longest: int
) -> Specification:
    """Both orders in Vega-Lite: the text, to `longest` characters, and ranks under the pointer."""
    lines = _lines(reranking)
    return top_level(
        _WIDTH,
        _height(reranking),
        title=title,
        footnote=footnote,
        data=table(
            text=[shortened(line.move.label, longest) for line in lines],
            was=[_rank(line.move.before) for line in lines],
            now=[_rank(line.move.after) for line in lines],
            x=[line.across[0] for line in lines],
            x2=[line.across[1] for line in lines],
            start=[line.places[0] for line in lines],
            end=[line.places[1] for line in lines],
            before=[line.labels[0] for line in lines],
            after=[line.labels[1] for line in lines],
            colour=[line.colour for line in lines],
        ),
        encoding={
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "tooltip": [
                {"field": "text", "title": "text"},
                {"field": "was", "title": "rank before"},
                {"field": "now", "title": "rank after"},
            ],
        },
        layer=_layers(reranking),
    )


def _layers(reranking: Reranking) -> list[Specification]:
    def y(field: str) -> Specification:
        scale = {"domain": [0.5, reranking.places + 1], "reverse": True, "zero": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": None}

    x = {"field": "x", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None}
    across = {"x": x, "x2": {"field": "x2"}, "y": y("start"), "y2": {"field": "end"}}
    layers: list[Specification] = [
        {"mark": {"type": "rule", "strokeWidth": 2.5}, "encoding": across}
    ]
    dot = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    sides = (("start", 0, "right", -10), ("end", _WIDTH, "left", 10))
    for name, (field, at, align, dx) in zip(_SIDES, sides, strict=True):
        text = {"type": "text", "align": align, "dx": dx, "fontSize": _LETTER}
        seen = [{"filter": f"datum.{name}"}]
        place = {"x": {"value": at}, "y": y(field)}
        inked = {**place, "text": {"field": name}, "color": {"value": INK}}
        muted = {**place, "y": y("head"), "text": {"field": "name"}, "color": {"value": MUTED}}
        layers += [
            {"transform": seen, "mark": dot, "encoding": place},
            {"transform": seen, "mark": text, "encoding": inked},
            {
                "data": {"values": [{"head": _HEAD, "name": name}]},
                "mark": text,
                "encoding": {**muted, "tooltip": None},
            },
        ]
    return layers


@dataclass(frozen=True, slots=True)
class _Line:
    """A move as it is drawn."""

    move: Move

    @property
    def across(self) -> tuple[float, float]:
        """From where to where it goes, 0 at the left and 1 at the right."""
        return 0 if self.move.was_shown else 1 - _STUB, 1 if self.move.is_shown else _STUB

    @property
    def places(self) -> tuple[float, float]:
        """Where it starts and ends, counted from 1 at the top; a stub points down."""
        before, after = self.move.before or 0, self.move.after or 0
        start = before if self.move.was_shown else after + _STUB_DROP
        return start, after if self.move.is_shown else before + _STUB_DROP

    @property
    def labels(self) -> tuple[str, str]:
        """What stands at its start and at its end; "" where it is out of sight."""
        move, text = self.move, fitted(self.move.label, _LABEL)
        gone = f" ({words(move)})" if move.kind == "left" else ""
        start = f"{text}{gone} · {move.before}" if move.was_shown else ""
        return start, f"{move.after} · {text}  {words(move)}" if move.is_shown else ""

    @property
    def colour(self) -> str:
        return COLOURS[self.move.kind]


def _lines(reranking: Reranking) -> list[_Line]:
    return [_Line(move) for move in reranking.moves]


def _height(reranking: Reranking) -> int:
    return _ROW * (reranking.places + 1)


def _rank(rank: int | None) -> str:
    return "unknown" if rank is None else str(rank)
