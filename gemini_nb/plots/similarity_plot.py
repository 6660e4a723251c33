"""`plot_similarity`: how alike each two items are, in an order that puts like beside like."""

# SciPy ships no type information for its clustering.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.display import counted
from gemini_nb.embeddings.embeddings import require_set
from gemini_nb.embeddings.similarity import cosine_similarity
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots import heatmap
from gemini_nb.plots.centring import centred
from gemini_nb.plots.plot import Plot, numbered, statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.embeddings.similarity import Vectors
    from gemini_nb.plots.centring import Centre

OrderName = Literal["linkage", "input"]

_MOST_ITEMS: Final = 5000  # whose cosines take 100 MB
_MOST_CELLS: Final = 1000  # rows, up to which each pair has a cell of its own
_MOST_OPTIMAL: Final = 500  # rows: of 1,000 the best order of leaves takes a second
_BLOCKS: Final = 500  # a side, of more items
_DECIMALS: Final = 6  # what float32 knows; with more, ties are no ties on other machines
_RANKED: Final = 4  # decimals by which pairs are ranked
_FEW: Final = 45  # pairs, of ten items: below, the range is that of all


def plot_similarity(
    embeddings: Embeddings,
    *,
    order: OrderName = "linkage",
    value_range: tuple[float, float] | None = None,
    centre: Centre = "auto",
    title: str | None = None,
) -> Plot:
    """A heatmap of the cosines of all pairs of items, and in words the most and least alike.

    The colours span the cosines of different items, from their 1st to their 99th percentile; what
    lies outside is counted. Up to 60 items it is interactive, and shows whole texts under the
    pointer. Beyond 1,000 items, a cell shows the mean of a block of pairs, in which duplicates are
    lost: `Embeddings.duplicates` finds them.

    Args:
        embeddings: 2 to 5,000 items.
        order: "linkage" puts like beside like, by average linkage; items of several modalities
            stay grouped. "input" keeps the order that they have.
        value_range: the cosines at the ends of the colours, to compare several plots.
        centre: "modality" subtracts the mean vector of each modality's items first, "mean" that
            of all, "none" none; "auto" is "modality" where several have 3 items or more each.
        title: instead of one that tells the number of items.

    Raises:
        EmbeddingError: there are too few or too many items, or an argument is none of the above.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = [[1, 0], [0.8, 0.6], [0, 1]]
        >>> plot_similarity(Embeddings(kites, ["red", "pink", "blue"], model="a-model"))
        colours from cosine 0.00 to 0.80 · diagonal hidden · linkage order, optimal leaves
        most alike   0.80  0 · red | 1 · pink
                     0.60  1 · pink | 2 · blue
        least alike  0.00  0 · red | 2 · blue
    """
    count = len(require_set(embeddings))
    if not 1 < count <= _MOST_ITEMS:
        part = f"Plot a part of it, as embeddings[::{-(-count // _MOST_ITEMS)}]."
        raise EmbeddingError(
            f"A similarity plot compares 2 to {_MOST_ITEMS:,} items, and this set has {count:,}. "
            + (part if count > 1 else "Embed more.")
        )
    vectors, taken_away = centred(embeddings, centre)
    cosines = cosine_similarity(vectors)
    cosines.round(_DECIMALS, out=cosines)
    positions, order_name = order_of(cosines, order, embeddings.modalities)
    np.fill_diagonal(cosines, np.nan)
    cells, starts = _cells(cosines[np.ix_(positions, positions)])
    values = above_diagonal(cells)
    scale = _scale(values, value_range, is_centred=bool(taken_away))
    lost = int(np.count_nonzero(~vectors.any(axis=1)))
    items: list[int] = positions[starts].tolist()
    kinds = [embeddings.modalities[item] for item in items]
    edges = [row for row, kind in enumerate(kinds) if not row or kind != kinds[row - 1]]
    groups = [(kinds[row], row, end) for row, end in pairwise([*edges, len(kinds)])]
    side, is_interactive = -(-count // len(cells)), count <= heatmap.MOST_NAMED
    outside = int(np.count_nonzero(scale.outside(values)))
    told_outside = f"{counted(outside, 'pair' if side == 1 else 'cell')} outside this range"
    blocks = f"each cell the mean of up to {side} x {side} pairs of different items"
    shown = heatmap.Heatmap(
        cosines=cells,
        items=[(item, embeddings.labels[item]) for item in items],
        groups=groups if order == "linkage" and len(groups) > 1 else [],
        scale=scale,
        title=title or f"Cosine similarity of {count:,} items",
        statement=statement(
            f"colours from cosine {scale.told(scale.low)} to {scale.told(scale.high)}",
            told_outside if outside else "",
            "diagonal hidden" if side == 1 else blocks,
            order_name,
            taken_away,
            f"cosine 0 with all for {counted(lost, 'item')} equal to that mean" if lost else "",
            # similarity() takes no mean away.
            "" if is_interactive or taken_away else "for two items, ask .similarity()[3, 7]",
            answered_by=embeddings.answered_by,
        ),
    )
    return Plot(
        f"{shown.statement}\n{_extremes(cosines, embeddings)}",
        draw=partial(heatmap.figure, shown),
        specification=heatmap.specification(shown) if is_interactive else None,
        letters="".join((shown.title, *(numbered(*item) for item in shown.items))),
    )


def order_of(
    cosines: Vectors, order: OrderName, groups: tuple[str, ...]
) -> tuple[NDArray[np.intp], str]:
    """Which row to show first, second, ..., and in a few words how that was found.

    "linkage" is the order of the leaves of an average-linkage tree of cosine distances, from
    SciPy; up to 500 rows its branches are turned so that neighbours are as alike as can be
    (Bar-Joseph, Gifford and Jaakkola 2001, doi:10.1093/bioinformatics/17.suppl_1.S22). The rows
    of each group stay together.

    Example:
        >>> order_of(np.float32([[1, 0, 0.8], [0, 1, 0], [0.8, 0, 1]]), "linkage", ("text",) * 3)
        (array([0, 2, 1]), 'linkage order, optimal leaves')
    """
    if order == "input":
        return np.arange(len(cosines)), "input order"
    if order != "linkage":
        raise EmbeddingError(f'order={order!r} is neither "linkage" nor "input"; choose one.')
    members = [np.flatnonzero(np.array(groups) == kind) for kind in dict.fromkeys(groups)]
    found = [rows[_linkage_order(cosines[np.ix_(rows, rows)])] for rows in members]
    name = "linkage order" + (", optimal leaves" * (max(map(len, members)) <= _MOST_OPTIMAL))
    return np.concatenate(found), name + (" within each modality" if len(members) > 1 else "")


def above_diagonal(square: Vectors) -> Vectors:
    """What stands above the diagonal, row after row: each pair once, as SciPy wants them."""
    return np.concatenate([row[position + 1 :] for position, row in enumerate(square)])


def _linkage_order(cosines: Vectors) -> NDArray[np.intp]:
    if len(cosines) < 3:  # noqa: PLR2004 - two rows are alike in either order
        return np.arange(len(cosines))
    from scipy.cluster import hierarchy  # noqa: PLC0415 - heavy

    distances = 1 - above_diagonal(cosines).astype(np.float64)
    tree = hierarchy.linkage(distances, "average")
    if len(cosines) <= _MOST_OPTIMAL:
        tree = hierarchy.optimal_leaf_ordering(tree, distances)
    leaves = hierarchy.leaves_list(tree).astype(np.intp)
    # Of the two directions, the one in which the first row comes earlier.
    return leaves if leaves.argmin() <= leaves[::-1].argmin() else leaves[::-1]


def _cells(ordered: Vectors) -> tuple[Vectors, NDArray[np.intp]]:
    """What is shown, and at which place in the order each row begins: means of blocks of many."""
    count = len(ordered)
    if count <= _MOST_CELLS:
        return ordered, np.arange(count)
    starts = np.linspace(0, count, _BLOCKS, endpoint=False).astype(np.intp)
    sizes = np.diff(starts, append=count)
    sums = np.add.reduceat(np.add.reduceat(np.nan_to_num(ordered), starts), starts, axis=1)
    means = sums / (np.outer(sizes, sizes) - np.diag(sizes))
    return means.round(_DECIMALS).astype(np.float32), starts


def _scale(
    values: Vectors, value_range: tuple[float, float] | None, *, is_centred: bool
) -> heatmap.Scale:
    """As it was given, or fitted to the values, from hundredth to hundredth.

    For centred vectors, a cosine of 0 has a meaning, and if it can, the middle of the scale.
    """
    if value_range is None:
        ends = (0, 100) if len(values) < _FEW else (1, 99)
        least, most = (np.percentile(values, ends).astype(float) * 100).round(_DECIMALS - 2)
        low, high = math.floor(least), max(math.ceil(most), -99)
        high = max(-low, high, 1) if is_centred else high
        low = -high if is_centred else min(low, high - 1)
        value_range = low / 100, high / 100
    try:
        low, high = map(float, value_range)
    except (TypeError, ValueError):
        low = high = math.nan
    if not -1 <= low < high <= 1:
        raise EmbeddingError(f"value_range={value_range!r} is no range; pass one, as (0.3, 0.9).")
    return heatmap.Scale(low, high, is_diverging=is_centred and low == -high)


def _extremes(cosines: Vectors, embeddings: Embeddings) -> str:
    """The most and the least alike pairs, in lines; of equal ones those of the first items."""
    ranked, count = cosines.round(_RANKED), len(embeddings)
    names = ["most alike", *[""] * (min(count, 4) - 2), "least alike"]
    lines: list[str] = []
    for name in names[: count * (count - 1) // 2]:
        place = np.nanargmin(ranked) if name == names[-1] else np.nanargmax(ranked)
        pair = divmod(int(place), count)
        ranked[pair] = ranked[pair[::-1]] = np.nan
        both = " | ".join(numbered(item, embeddings.labels[item]) for item in pair)
        lines.append(f"{name:<11}{cosines[pair]:>z6.2f}  {both}")
    return "\n".join(lines)
