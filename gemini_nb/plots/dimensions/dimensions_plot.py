"""`plot_dimensions`: how short the vectors of a set may be before they say something else."""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from gemini_nb.display import counted
from gemini_nb.embeddings.embedded_items import require_set
from gemini_nb.plots.dimensions import truncation_curves
from gemini_nb.plots.dimensions.amounts import correlation_of, percent, room
from gemini_nb.plots.dimensions.truncations import Truncation, Truncations, truncations
from gemini_nb.plots.origin import origin
from gemini_nb.plots.plot import Plot
from gemini_nb.plots.wording import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.embeddings.embeddings import Embeddings

ENOUGH: Final = 0.9
"""The share of true neighbours that a recommended length keeps."""

_PARTS: Final = {2: "half the bytes", 4: "a quarter of the bytes", 8: "an eighth of the bytes"}


def plot_dimensions(
    embeddings: Embeddings, *, dimensions: Sequence[int] | int | None = None, k: int = 10
) -> Plot:
    """A plot of what shorter vectors keep: nearest neighbours, the order of pairs, and the room.

    Vectors of models trained by Matryoshka representation learning (Kusupati et al. 2022,
    https://arxiv.org/abs/2205.13147) may be cut: see `Embeddings.truncate`. For each length this
    measures, on your own items and against their full vectors, the share of the `k` nearest
    neighbours that are true ones and Spearman's rank correlation of the cosines of all pairs.

    Of more than 2,000 items, 2,000 evenly spread ones are compared, and of these 500 in pairs.
    Of few items, at most half of the others count as near.

    Args:
        embeddings: at least 3 items.
        dimensions: the length or lengths to compare with the full one; those of 64, 128, 256,
            512, 768 and 1536 that are shorter, by default.
        k: how many nearest neighbours of each item to compare.

    Raises:
        EmbeddingError: there are fewer than 3 items, or no vectors of such a length.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> vectors = [[4, 1, 0, 1], [3, 2, 1, 0], [1, 4, 0, 1], [0, 3, 1, 1]]
        >>> kites = Embeddings(vectors, ["red", "pink", "blue", "navy"], model="a-model")
        >>> plot_dimensions(kites, dimensions=[2])
        2 of 4 dimensions keep 100 % of the true nearest neighbours at half the bytes
        4 items · by chance 33 % · the shortest that keeps 90 % is named · each unit length again
        dimensions  neighbours kept  rank correlation  per 1,000 items
                 2            100 %              1.00             8 kB
                 4            100 %              1.00            16 kB
    """
    require_set(embeddings)
    measured = truncations(embeddings.vectors, dimensions, k)
    title = recommendation(measured)
    footnote = _footnote(measured, len(embeddings), embeddings.answered_by)
    rows = ["dimensions  neighbours kept  rank correlation  per 1,000 items"]
    rows += [
        f"{length.dimensions:>10,}{percent(length.kept):>17}"
        f"{correlation_of(length):>18}{room(length.bytes_per_thousand):>17}"
        for length in measured.lengths
    ]
    return Plot(
        "\n".join((title, footnote, *rows)),
        partial(truncation_curves.figure, measured, title, footnote),
        truncation_curves.specification(measured, title, footnote),
    )


def recommendation(measured: Truncations) -> str:
    """In words: the shortest length from which on enough is kept, or what the best one loses."""
    *shorter, full = measured.lengths
    true = (
        f"of the true {measured.neighbours} nearest neighbours"
        if measured.neighbours > 1
        else "of the true nearest neighbours"
    )
    if not shorter:
        return f"All {full.dimensions:,} dimensions: there is no shorter length to compare with"
    enough = list(takewhile(lambda length: length.kept >= ENOUGH, reversed(shorter)))
    if enough:
        chosen = enough[-1]
        return (
            f"{chosen.dimensions:,} of {full.dimensions:,} dimensions keep "
            f"{percent(chosen.kept)} {true} at {_part_of(chosen, full)}"
        )
    best = max(shorter, key=lambda length: length.kept)
    return (
        f"All {full.dimensions:,} dimensions are needed: the best shorter length, "
        f"{best.dimensions:,}, keeps {percent(best.kept)} {true}"
    )


def _part_of(chosen: Truncation, full: Truncation) -> str:
    parts, rest = divmod(full.dimensions, chosen.dimensions)
    if not rest and parts in _PARTS:
        return _PARTS[parts]
    return f"{percent(chosen.dimensions / full.dimensions)} of the bytes"


def _footnote(measured: Truncations, count: int, answered_by: str) -> str:
    sample = "" if measured.items == count else f", {measured.items:,} evenly spread ones compared"
    pairs = measured.items_for_pairs
    return statement(
        counted(count, "item") + sample,
        f"pairs of {pairs:,} of them" if pairs < measured.items else "",
        f"by chance {percent(measured.chance)}",
        f"the shortest that keeps {percent(ENOUGH)} is named",
        "each unit length again",
        origin(answered_by),
    )
