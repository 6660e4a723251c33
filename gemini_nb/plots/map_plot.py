"""`plot_map`: items on a plane, and how far such a map may be believed."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Final

from gemini_nb.display import counted
from gemini_nb.drawing.colours import PALETTE
from gemini_nb.embeddings.embeddings import require_set
from gemini_nb.embeddings.items import shortened
from gemini_nb.embeddings.neighbors import exact_neighbors
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.centring import centred
from gemini_nb.plots.faithfulness import Faithfulness, faithfulness, percent
from gemini_nb.plots.map_drawing import MOST_POINTS, SHAPES, Map, figure_of, specification_of
from gemini_nb.plots.plot import MIDDLE, Plot, statement
from gemini_nb.plots.projection import Method, projection

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.centring import Centre

_MOST_WITH_LINES: Final = 1_000  # items: with more, lines would weigh as much as texts
_LINES: Final = 5
_WHOLE: Final = 0.995  # of the variance: with more, the map shows things as they are
_LONGEST: Final = 24  # characters of a group's name
_NO_GROUP: Final = "no group"
_FLAT: Final = "points that look near may be far apart"
_TORN: Final = "how large groups and gaps look means little"


def plot_map(  # noqa: PLR0913 - each of them changes what is seen
    embeddings: Embeddings,
    *,
    method: Method = "pca",
    groups: Iterable[Hashable] | None = None,
    centre: Centre = "auto",
    seed: int = 0,
    title: str | None = None,
) -> Plot:
    """A map of the items, like near like, and how many true neighbours it keeps together.

    Up to 5,000 items it is interactive: whole texts under the pointer, a search, a legend that
    filters, and up to 1,000 items lines to the 5 nearest in the full space. Beyond 50,000 it shows
    how many items are where. Nothing is measured on the map but the map itself: neighbours are
    those of the full space.

    Args:
        embeddings: one item or more; t-SNE and UMAP need 5.
        method: "pca" is quick and the same everywhere, "tsne" and "umap" keep more neighbours; they
            take seconds for 1,000 items and need `pip install "gemini-nb[maps]"`.
        groups: a label for each item to colour by, as a list or a column of pandas; None, NaN, NA
            and NaT are "no group". Modalities by default, where there are several.
        centre: "modality" subtracts the mean vector of each modality's items first, "mean" that
            of all, "none" none; "auto" is "modality" where there are several, of 3 items or more.
        seed: of chance in "tsne" and "umap".
        title: instead of one that tells the number of items.

    Raises:
        EmbeddingError: the labels are not one for each item, there are too few items for the
            method, or none at all, or an argument is none of the above.
        InvalidOptionError: the package that the method needs is not installed.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = Embeddings([[1, 0], [0.9, 0.4], [0, 1]], ["red", "pink", "blue"], model="m")
        >>> plot_map(kites)
        PCA · the map shows 100 % of the variance
    """
    count = len(require_set(embeddings))
    if not count:
        raise EmbeddingError("This set has no items, so there is nothing to map; embed some.")
    names, looks = _grouped(embeddings.modalities if groups is None else groups, count)
    vectors, centring = centred(embeddings, centre)
    coordinates, name, shares = projection(vectors, method, seed)
    caution = (_FLAT if sum(shares) < _WHOLE else "") if method == "pca" else _TORN
    said = statement(
        name,
        _kept(faithfulness(vectors, coordinates), count),
        f"the map shows {percent(sum(shares))} of the variance" if shares else "",
        caution if coordinates.any() else "nothing sets the items apart",
        centring,
        "the colour counts items" if count > MOST_POINTS else "",
        answered_by=embeddings.answered_by,
    )
    nearest = exact_neighbors(vectors if count <= _MOST_WITH_LINES else vectors[:0], _LINES).indices
    parts = [f"component {n} ({percent(part)} of the variance)" for n, part in enumerate(shares, 1)]
    axes = (parts[0], parts[1]) if parts else ("", "")
    heading = title or f"Map of {counted(count, 'item')}"
    view = Map(heading, said, axes, coordinates, embeddings.labels, nearest, names, looks)
    letters = "".join((heading, *looks, *(text for text, *_ in view.texts.values())))
    return Plot(said, partial(figure_of, view), specification_of(view), letters)


def _grouped(
    labels: Iterable[Hashable], count: int
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """The name of each item's group, and how groups look, in order of first occurrence.

    Of more than eleven, the smallest are one; it and "no group" stand last, in grey.
    """
    try:
        known = [None if _is_missing(label) else label for label in labels]
        counts = Counter(label for label in known if label is not None)
    except (TypeError, ValueError):
        raise EmbeddingError(
            f"groups={labels!r:.80} is no list of labels; pass one str, int or None for each item."
        ) from None
    if len(known) != count:
        raise EmbeddingError(
            f"groups= has {counted(len(known), 'label')} for {counted(count, 'item')}; "
            "pass one for each."
        )
    largest = {label for label, _ in counts.most_common(len(PALETTE))}
    renamed: dict[Hashable, str] = {None: _NO_GROUP}
    for label in [label for label in counts if label in largest]:
        name = shortened(str(label), _LONGEST)
        renamed[label] = f"{name} #{len(renamed)}" if name in renamed.values() else name
    others = counted(len(counts) - len(largest), "other group")
    names = [renamed.get(label, others) for label in known]
    colours = dict(zip([*renamed.values()][1:], PALETTE, strict=False))
    colours |= {name: MIDDLE for name in (others, _NO_GROUP) if name in names}
    looks = zip(colours.items(), cycle(SHAPES), strict=False)
    return names, {name: (colour, shape) for (name, colour), shape in looks}


def _is_missing(label: object) -> bool:
    """Whether it is None, NaN, NaT or pandas' NA, which can't be asked if it equals itself."""
    return label is None or type(label).__name__ == "NAType" or bool(label != label)  # noqa: PLR0124


def _kept(found: Faithfulness, count: int) -> str:
    if not found.k:
        return ""
    sample = f", as measured on {found.measured:,} items" if found.measured < count else ""
    return (
        f"of each item's {found.k} nearest neighbours, {percent(found.kept)} are among its "
        f"{found.k} nearest on the map (by chance {percent(found.k / (count - 1))}){sample}"
    )
