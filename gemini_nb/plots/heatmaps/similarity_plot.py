"""`plot_similarity`: how alike each two items are, in an order that puts like beside like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from gemini_nb.display import counted
from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.embedded_items import require_set
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.centring import centred, chosen_centre
from gemini_nb.plots.heatmaps.cosine_blocks import cosine_blocks, extremes
from gemini_nb.plots.heatmaps.cosine_scale import fitted_scale
from gemini_nb.plots.heatmaps.figure import heatmap_figure
from gemini_nb.plots.heatmaps.heatmap import Heatmap
from gemini_nb.plots.heatmaps.ordering import order_of
from gemini_nb.plots.heatmaps.specification import heatmap_specification
from gemini_nb.plots.origin import origin
from gemini_nb.plots.plot import Plot
from gemini_nb.plots.wording import number, numbered, statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.centring import Centre
    from gemini_nb.plots.heatmaps.cosine_blocks import AlikePair, Extremes
    from gemini_nb.plots.heatmaps.cosine_scale import CosineScale
    from gemini_nb.plots.heatmaps.ordering import Order, OrderName

    Positions = NDArray[np.intp]
    Values = NDArray[np.float32]

MOST_CELLS: Final = 1000
"""Rows, up to which each pair has a cell of its own."""

MOST_ITEMS: Final = 100_000
"""Five thousand million pairs: minutes of work."""

_DECIMALS: Final = 6  # what float32 knows; more would differ between machines
_CENTRED: Final = {
    "none": "",
    "mean": "less the mean of all",
    "modality": "less each modality's mean",
}


def plot_similarity(
    embeddings: Embeddings,
    *,
    order: OrderName = "linkage",
    value_range: tuple[float, float] | None = None,
    centre: Centre | Literal["auto"] = "auto",
    title: str | None = None,
) -> Plot:
    """A heatmap of the cosines of all pairs of items, and in words the most and least alike.

    The colours span the cosines of different items, from their 1st to their 99th percentile; what
    lies outside is marked and counted. Beyond 1,000 items, a cell stands for a block of pairs: one
    panel shows the mean of each, one the largest, since a mean hides duplicates. Up to 60 items it
    is interactive, and shows whole texts under the pointer.

    Args:
        embeddings: 2 to 100,000 items.
        order: "linkage" puts like beside like, by average linkage; items of several modalities
            stay grouped. "input" keeps the order that they have.
        value_range: the cosines at the ends of the colours, to compare several plots.
        centre: "modality" subtracts the mean vector of each modality's items first, "mean" that
            of all, "none" none; "auto" is "modality" where there are several, each with 3 items
            or more.
        title: instead of one that tells the number of items.

    Raises:
        EmbeddingError: there are too few or too many items, or an argument is none of the above.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = [[1, 0], [0.8, 0.6], [0, 1]]
        >>> plot_similarity(Embeddings(kites, ["red", "pink", "blue"], model="a-model"))
        cosine 0.00 to 0.80 · diagonal hidden · linkage order, optimal leaves
        most alike   0.80  0 · red | 1 · pink
                     0.60  1 · pink | 2 · blue
        least alike  0.00  0 · red | 2 · blue
    """
    require_set(embeddings)
    count = len(embeddings)
    if not 1 < count <= MOST_ITEMS:
        raise EmbeddingError(
            f"A similarity plot compares 2 to {MOST_ITEMS:,} items, and this set has {count:,}. "
            + ("Plot a part of it, as embeddings[::10]." if count > 1 else "Embed more.")
        )
    way = chosen_centre(embeddings.modalities, centre)
    vectors = centred(embeddings.vectors, embeddings.modalities, way)
    rows = order_of(vectors, order, embeddings.modalities)
    shown = (_cells if count <= MOST_CELLS else _blocks)(vectors, rows)
    scale = fitted_scale(shown.values, value_range, is_diverging=way != "none")
    items = tuple(map(int, rows.positions[shown.starts]))
    heatmap = Heatmap(
        panels=shown.panels,
        captions=shown.captions,
        items=items,
        labels=tuple(embeddings.labels[item] for item in items),
        scale=scale,
        groups=_groups(embeddings, rows, shown.starts),
        title=title or f"Cosine similarity of {count:,} items{shown.resolution}",
        statement=statement(
            _span(scale, shown),
            "diagonal hidden" if shown.noun == "pair" else "items with themselves left out",
            rows.name,
            _CENTRED[way],
            _without_direction(vectors),
            origin(embeddings.answered_by),
            _outside(scale, shown),
        ),
    )
    return Plot(
        f"{heatmap.statement}\n{_told(shown.extremes, embeddings)}",
        make_figure=partial(heatmap_figure, heatmap),
        specification=heatmap_specification(heatmap),
    )


class _Shown(NamedTuple):
    """The numbers behind a heatmap."""

    panels: tuple[Values, ...]
    captions: tuple[str, ...]
    starts: Positions
    """Where in the order each row begins."""
    values: Values
    """Each number that is shown, once."""
    noun: str
    """What a cell is."""
    resolution: str
    """How the title goes on."""
    extremes: Extremes


def _cells(vectors: Values, rows: Order) -> _Shown:
    """A cell for each pair."""
    cosines = cosine_similarity(vectors).round(_DECIMALS)
    everything = np.arange(len(vectors))
    above = cosines.copy()
    above[np.tril_indices(len(vectors))] = np.nan
    np.fill_diagonal(cosines, np.nan)
    return _Shown(
        panels=(cosines[np.ix_(rows.positions, rows.positions)],),
        captions=("",),
        starts=everything,
        values=above[~np.isnan(above)],
        noun="pair",
        resolution="",
        extremes=extremes(above, everything, everything),
    )


def _blocks(vectors: Values, rows: Order) -> _Shown:
    """A cell for the pairs of two blocks of items."""
    blocks = cosine_blocks(vectors, rows.positions)
    starts = blocks.edges[:-1]
    side = int(np.diff(blocks.edges).max())
    panels = (blocks.means.round(_DECIMALS), blocks.maxima.round(_DECIMALS))
    above = np.triu_indices(len(starts))
    return _Shown(
        panels=panels,
        captions=("mean of each block", "largest of each block"),
        starts=starts,
        values=np.concatenate([panel[above] for panel in panels]),
        noun="block",
        resolution=f", in blocks of up to {side} x {side}: mean and largest",
        extremes=blocks.extremes,
    )


def _groups(embeddings: Embeddings, rows: Order, starts: Positions) -> tuple[tuple[int, str], ...]:
    if len(rows.starts) == 1:
        return ()
    return tuple(
        (int(np.searchsorted(starts, start)), embeddings.modalities[int(rows.positions[start])])
        for start in rows.starts
    )


def _without_direction(vectors: Values) -> str:
    """The items that are what was taken away, and so have a cosine of 0 with all."""
    count = int(np.count_nonzero(~vectors.any(axis=1)))
    return f"0 with all for {counted(count, 'item')} equal to that mean" if count else ""


def _span(scale: CosineScale, shown: _Shown) -> str:
    """The range of the colours, or the cosine that all have."""
    lowest, highest = (number(float(end)) for end in (shown.values.min(), shown.values.max()))
    if lowest == highest:
        return f"cosine {lowest} everywhere"
    return f"cosine {number(scale.low)} to {number(scale.high)}"


def _outside(scale: CosineScale, shown: _Shown) -> str:
    count = int(sum(np.count_nonzero(end) for end in scale.outside(shown.values)))
    return f"{counted(count, shown.noun)} outside the colours' range" if count else ""


def _told(found: Extremes, embeddings: Embeddings) -> str:
    """The pairs at both ends, in lines."""
    if len(found.most) > 1 and found.most[0].cosine == found.least.cosine:
        return f"all alike  {number(found.least.cosine):>6}  every pair"
    most = [pair for pair in found.most if pair != found.least]
    names = [*["most alike", "", ""][: len(most)], "least alike" if most else "the pair"]
    pairs = (*most, found.least)
    return "\n".join(
        f"{name:<11}{number(pair.cosine):>6}  {_both(pair, embeddings)}"
        for name, pair in zip(names, pairs, strict=True)
    )


def _both(pair: AlikePair, embeddings: Embeddings) -> str:
    items = (pair.first, pair.second)
    return " | ".join(numbered(item, embeddings.labels[item]) for item in items)
