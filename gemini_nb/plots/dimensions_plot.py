"""`plot_dimensions`: how short the vectors of a set may be before they say something else."""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.display import Table, byte_size
from gemini_nb.drawing.colours import PALETTE
from gemini_nb.embeddings.embeddings import require_set
from gemini_nb.embeddings.neighbors import at_least_one
from gemini_nb.embeddings.similarity import Vectors, evenly_spread
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.faithfulness import kept_neighbors, percent
from gemini_nb.plots.plot import Plot, page, statement
from gemini_nb.plots.vega import Specification, table, top_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from gemini_nb.embeddings.embeddings import Embeddings

_FAMILIAR: Final = (64, 128, 256, 512, 768, 1536)
_MOST: Final = 1_000  # items that are compared
_ENOUGH: Final = 0.9  # of the true neighbours, for a length to be recommended
_BYTES: Final = 4 * 1_000  # of one dimension, as float32
_COLUMNS: Final = ("dimensions", "1,000 items take", "neighbours kept")
_SCALE: Final = " · ".join(_COLUMNS)
_TICKS: Final = [0, 0.2, 0.4, 0.6, 0.8, 1]
_LINE: Final = PALETTE[0]


def plot_dimensions(
    embeddings: Embeddings, *, dimensions: Sequence[int] | int | None = None, k: int = 10
) -> Plot:
    """A plot of what shorter vectors keep of who is nearest to whom, and of the room they take.

    Vectors of models trained by Matryoshka representation learning (Kusupati et al. 2022,
    https://arxiv.org/abs/2205.13147) may be cut: see `Embeddings.truncate`. For each length this
    measures, on your own items, the share of the `k` nearest neighbours that are those by the full
    vectors too.

    Args:
        embeddings: at least 3 items. Of more than 1,000, so many evenly spread ones are compared.
            Of few, at most half of the others count as near.
        dimensions: the length or lengths to compare with the full one; those of 64, 128, 256,
            512, 768 and 1536 that are shorter, by default, or halves of a length up to 64.
        k: how many nearest neighbours of each item to compare.

    Raises:
        EmbeddingError: there are fewer than 3 items, or no vectors of such a length.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> vectors = [[4, 1, 0, 1], [3, 2, 1, 0], [1, 4, 0, 1], [0, 3, 1, 1]]
        >>> kites = Embeddings(vectors, ["red", "pink", "blue", "navy"], model="a-model")
        >>> plot_dimensions(kites, dimensions=2)
        2 of 4 dimensions keep 100 % of the true nearest neighbours at 50 % of the size
          dimensions  1,000 items take  neighbours kept
                   2            8.0 kB            100 %
                   4           16.0 kB            100 %
          the nearest neighbour of each of 4 items · by chance 33 % · the title names...
    """
    require_set(embeddings)
    count = min(len(embeddings), _MOST)
    near = min(at_least_one(k), (count - 1) // 2)
    if near < 1:
        raise EmbeddingError(f"Neighbours are compared between 3 items or more, not {count}.")
    kept = _measured(embeddings[evenly_spread(len(embeddings), _MOST)], dimensions, near)
    nearest = "nearest neighbour" if near == 1 else f"{near} nearest neighbours"
    told = statement(
        f"the {nearest} of each of {len(embeddings):,} items",
        f"by chance {percent(near / (count - 1))}",
        f"measured on {count:,} of them, evenly spread" if count < len(embeddings) else "",
        f"the title names the shortest vectors that keep {percent(_ENOUGH)}",
        answered_by=embeddings.answered_by,
    )
    title = _recommendation(kept)
    rows = tuple(
        (f"{length:,}", byte_size(_BYTES * length), percent(share))
        for length, share in kept.items()
    )
    return Plot(
        Table(title, _COLUMNS, rows, (told,), frozenset(_COLUMNS)).plain(),
        partial(_draw, [*kept.values()], rows, title, told),
        _specification([*kept.values()], rows, title, told),
    )


def _measured(sample: Embeddings, dimensions: Any, near: int) -> dict[int, float]:  # noqa: ANN401 - one or several
    """By length, the shortest first: the share, 0 to 1, of the nearest by full length it keeps."""
    whole = sample.dimensions
    if dimensions is None:
        halves = [whole // parts for parts in (8, 4, 2) if whole >= 2 * parts]
        dimensions = [length for length in _FAMILIAR if length < whole] or halves
    wanted = np.atleast_1d(np.array(dimensions, dtype=object)).tolist()
    shortened = {short.dimensions: short for short in map(sample.truncate, (*wanted, whole))}
    full = _cosines(shortened[whole])
    return {
        length: float(kept_neighbors(full, _cosines(short), near).mean())
        for length, short in sorted(shortened.items())
    }


def _cosines(embeddings: Embeddings) -> Vectors:
    cosines = embeddings.similarity()
    np.fill_diagonal(cosines, -np.inf)  # no item is its own neighbour
    return cosines


def _recommendation(kept: dict[int, float]) -> str:
    """In words: the shortest length from which on enough is kept, or what the best one loses."""
    *shorter, full = kept
    if not shorter:
        return f"All {full:,} dimensions: there is no shorter length to compare with"
    enough = list(takewhile(lambda length: kept[length] >= _ENOUGH, reversed(shorter)))
    best = enough[-1] if enough else max(shorter, key=lambda length: kept[length])
    true = f"{percent(kept[best])} of the true nearest neighbours"
    if not enough:
        return f"All {full:,} dimensions are needed: {best:,} keep only {true}"
    return f"{best:,} of {full:,} dimensions keep {true} at {percent(best / full)} of the size"


def _draw(shares: Sequence[float], rows: Sequence[Sequence[str]], title: str, told: str) -> Figure:
    width, sides = max(70 * len(rows), 450), {"left": 45, "above": 10, "below": 75}
    figure, axes = page(width, 240, title=title, statement=told, **sides)
    axes.plot(shares, "o-", color=_LINE)  # pyright: ignore[reportUnknownMemberType] - matplotlib's
    axes.set(xlim=(-0.5, len(rows) - 0.5), ylim=(0, 1.05), xlabel=_SCALE)
    axes.set(yticks=_TICKS, yticklabels=map(percent, _TICKS))
    axes.set(xticks=range(len(rows)), xticklabels=map("\n".join, rows))
    return figure


def _specification(
    shares: Sequence[float], rows: Sequence[Sequence[str]], title: str, told: str
) -> Specification:
    """The same in Vega-Lite, with each share under the pointer."""
    data = table(length=map(" · ".join, rows), kept=[round(share, 4) for share in shares])
    x: Specification = {"field": "length", "type": "ordinal", "sort": None, "title": _SCALE}
    x["axis"] = {"labelExpr": "split(datum.label, ' · ')", "labelAngle": 0}
    y: Specification = {"field": "kept", "type": "quantitative", "title": None}
    y |= {"axis": {"labelExpr": "round(100 * datum.value) + ' %'"}, "scale": {"domain": [0, 1]}}
    return top_level(
        max(70 * len(rows), 450),
        240,
        title=title,
        statement=told,
        data=data,
        mark={"type": "line", "color": _LINE, "point": {"size": 60, "color": _LINE}},
        encoding={"x": x, "y": y, "tooltip": [x, {**y, "format": ".1%"}]},
    )
