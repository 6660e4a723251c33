"""`plot_neighbors`: what is nearest to a query, and whether that is near for items of this set."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.colours import PALETTE
from gemini_nb.embeddings.embeddings import require_set
from gemini_nb.embeddings.items import shortened
from gemini_nb.embeddings.ranking import Ranking
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.plot import Plot, drawable, numbered, page, pixels_of, statement
from gemini_nb.plots.vega import LETTERS, MIDDLE, Specification, table, top_level

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gemini_nb.embeddings.embeddings import Embeddings

_MOST: Final = 30
_WIDTH: Final = 420  # pixels, as is a row
_ROW: Final = 27
_TEXTS: Final = 8_000  # characters under the pointer in all, so that a saved plot stays light
_DOT: Final = PALETTE[0]
_SHADE: Final = 0.18  # of grey, so that it shows on any ground
_MARK: Final = "\N{LEFT-TO-RIGHT MARK}"  # keeps number and score beside a label in Hebrew
_SIDES: Final = (("right", -3), ("left", 3))  # of a rule its name stands, and how far


def plot_neighbors(
    embeddings: Embeddings, query: object, *, k: int = 10, title: str | None = None
) -> Plot:
    """A plot of the items nearest to a query: how near, near for this set, and how clear the first.

    Each item is a dot at its cosine with the query, to compare with those of two items of the set
    taken at random, and of an item and its nearest. Lines start at the median of the former, not at
    0, which means nothing where all vectors of a model share a direction.

    In a set of several kinds of content, dots are at the score, the cosine less the query's mean
    with the items of that kind, and lines start at 0: see `Embeddings.nearest`.

    Args:
        embeddings: what is searched.
        query: text, an image or other content; one embedded item; or a `Ranking` of these items.
        k: how many items to show, 1 to 30.
        title: stands above; the query, by default.

    Raises:
        EmbeddingError: there is nothing to search, `k` is not 1 to 30, or the ranking is of
            other items.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = Embeddings([[1, 0], [3, 4], [0, 1]], ["red", "pink", "blue"], model="a-model")
        >>> plot_neighbors(kites, kites[0], k=2)
        2 nearest to 'red'
             item  cosine
          0  red    1.000
          1  pink   0.600
          the first is equal to the query
          for comparison: two items of this set taken at random have a cosine of about 0.60, an...
          shaded: where 9 of 10 pairs taken at random are
    """
    require_set(embeddings)
    if k not in range(1, _MOST + 1):
        raise EmbeddingError(f"k={k!r} is not 1 to {_MOST}; Embeddings.nearest lists more.")
    ranking = query if isinstance(query, Ranking) else embeddings.nearest(query, k=k)
    if ranking.searched.labels != embeddings.labels:
        raise EmbeddingError("The ranking is of other items; pass the set that it was made of.")
    shown = replace(ranking, hits=ranking.hits[:k])
    dots = _dots(shown)
    key = statement(
        "shaded: where 9 of 10 pairs taken at random are" if dots.band else "",
        answered_by=embeddings.answered_by,
    )
    told = statement(*shown.remarks, key)
    heading = title or f"Nearest to “{shortened(ranking.query, 60)}”"
    return Plot(
        "\n  ".join(filter(None, (repr(shown), key))),
        partial(_draw, dots, heading, told),
        _specification(dots, heading, told),
        "".join((heading, told, *dots.labels)),
    )


class _Dots(NamedTuple):
    """The first of a ranking, the best on top, as they are drawn."""

    labels: list[str]
    """What stands at the left; no two are the same."""
    texts: list[str]
    scores: list[float]
    scale: str
    """What the scores are."""
    rules: dict[str, float]
    """Scores to compare with, by name; lines start at the first."""
    band: tuple[float, ...]
    """From which score to which most pairs of items are; empty where that says nothing."""


def _dots(ranking: Ranking) -> _Dots:
    hits, usual = ranking.hits, ranking.searched.typical
    rules, band = dict[str, float](), ()
    if ranking.is_centred:
        rules = {"mean of its kind": 0.0}
    elif usual and ranking.query_modality == hits[0].modality:
        rules = {"at random": round(usual.median, 3), "nearest": round(usual.nearest, 3)}
        band = (round(usual.low, 3), round(usual.high, 3))
    return _Dots(
        [
            f"{_MARK}{numbered(hit.index, hit.label, 36)}{_MARK}\N{EM SPACE}{hit.score:z.3f}"
            for hit in hits
        ],
        [shortened(hit.label, min(400, _TEXTS // len(hits))) for hit in hits],
        [round(hit.score, 3) for hit in hits],
        "cosine, less that mean" if ranking.is_centred else "cosine",
        rules,
        band,
    )


def _draw(dots: _Dots, title: str, told: str) -> Figure:
    left = max(max(map(pixels_of, dots.labels)) + 15, 100)
    sides = {"left": left, "right": 60, "above": 15}  # where names of rules may reach over
    height = _ROW * len(dots.scores)
    figure, axes = page(_WIDTH, height, title=title, statement=told, **sides)
    names = [_MARK.join(map(drawable, label.split(_MARK))) for label in dots.labels]
    if dots.band:
        axes.axvspan(*dots.band, color=MIDDLE, alpha=_SHADE, linewidth=0)
    on_top = axes.get_xaxis_transform()
    for (name, at), (side, apart) in zip(dots.rules.items(), _SIDES, strict=False):
        axes.axvline(at, color=MIDDLE, linewidth=1)
        axes.annotate(name, (at, 1), (apart, 4), on_top, "offset points", ha=side)
    for start in [*dots.rules.values()][:1]:
        axes.hlines(range(len(dots.scores)), start, dots.scores, color=_DOT)
    axes.plot(dots.scores, range(len(dots.scores)), "o", color=_DOT, markersize=7, clip_on=False)
    axes.set_xlim(right=min(axes.get_xlim()[1], 1.01))  # no tick where no cosine can be
    axes.set(ylim=(len(names) - 0.5, -0.5), xlabel=dots.scale)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure


def _specification(dots: _Dots, title: str, told: str) -> Specification:
    """The same in Vega-Lite: the whole text under the pointer, anywhere in a row."""
    height = _ROW * len(dots.scores)
    score: Specification = {"field": "score", "type": "quantitative", "title": dots.scale}
    scale = {"zero": False, "nice": False, "padding": 10}
    x: Specification = {"x": {**score, "scale": scale, "axis": {"tickCount": 6}}}
    y: Specification = {"field": "row", "type": "ordinal", "sort": None, "title": None}
    y |= {"scale": {"type": "band"}, "axis": {"labelLimit": 400, "domain": False, "ticks": False}}
    high = {"y": {"value": 0}, "y2": {"value": height}}
    layers, once = list[Specification](), table(row=[0])  # a row, to draw a mark once
    if dots.band:
        low, end = ({"datum": score} for score in dots.band)
        shade = {"type": "rect", "color": MIDDLE, "opacity": _SHADE}
        layers.append({"data": once, "mark": shade, "encoding": {"x": low, "x2": end, **high}})
    for (name, at), (side, apart) in zip(dots.rules.items(), _SIDES, strict=False):
        there, rule = {"x": {"datum": at}}, {"type": "rule", "color": MIDDLE}
        named = {**LETTERS, "text": name, "align": side, "dx": apart}
        layers.append({"data": once, "mark": rule, "encoding": there | high})
        layers.append({"data": once, "mark": named, "encoding": {**there, "y": {"value": -8}}})
    for start in [*dots.rules.values()][:1]:
        line = {"type": "rule", "color": _DOT, "strokeWidth": 2}
        layers.append({"mark": line, "encoding": {**x, "x2": {"datum": start}}})
    dot = {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": _DOT}
    hover = {"x": {"value": 0}, "x2": {"value": _WIDTH}, "tooltip": [{"field": "text"}, score]}
    layers.append({"mark": dot, "encoding": x})
    layers.append({"mark": {"type": "bar", "opacity": 0}, "encoding": hover})
    data = table(row=dots.labels, text=dots.texts, score=dots.scores)
    return top_level(
        _WIDTH, height, title=title, statement=told, data=data, encoding={"y": y}, layer=layers
    )
