"""`plot_map`: items on a plane, and how far such a map may be believed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.display import counted
from gemini_nb.embeddings.embedded_items import require_set
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.centring import centred, chosen_centre
from gemini_nb.plots.maps.faithfulness import Surroundings, surroundings
from gemini_nb.plots.maps.figure import MOST_POINTS, map_figure
from gemini_nb.plots.maps.groups import Group, map_groups
from gemini_nb.plots.maps.projection import NAMES, Method, Projection, projection
from gemini_nb.plots.maps.specification import map_specification
from gemini_nb.plots.maps.view import MapView
from gemini_nb.plots.origin import origin
from gemini_nb.plots.plot import Plot
from gemini_nb.plots.wording import statement

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.centring import Centre

_MOST_WITH_LINES: Final = 1_000
_LINES: Final = 5
_WORTH_TELLING: Final = 0.02
_LEAST_WRITTEN: Final = 0.01
_AT_ONE_PLACE: Final = "nothing sets the items apart"
_DENSITY: Final = "the colour counts items, of all groups"
_CENTRED: Final = {
    "none": "",
    "mean": "less the mean of all",
    "modality": "each modality centred on its own",
}
_CAUTION: Final[dict[Method, str]] = {
    "pca": "what looks near may be far",
    "tsne": "gaps between groups mean little",
    "umap": "gaps between groups mean little",
}


def plot_map(  # noqa: PLR0913 - each of them changes what is seen
    embeddings: Embeddings,
    *,
    method: Method = "pca",
    groups: Sequence[Hashable] | None = None,
    centre: Centre | Literal["auto"] = "auto",
    seed: int = 0,
    title: str | None = None,
) -> Plot:
    """A map of the items, like near like, and how many true neighbours it keeps together.

    Up to 5,000 items it is interactive: whole texts under the pointer, a search, a legend that
    filters, and up to 1,000 items lines to the 5 nearest in the full space. Beyond 50,000 it shows
    how many items are where. Nothing is measured on the map but the map itself: neighbours, and
    the share of each group's items whose nearest neighbour is of that group, are those of the full
    space.

    Args:
        embeddings: one item or more; t-SNE and UMAP need 5.
        method: "pca" is quick and the same everywhere, "tsne" and "umap" keep more neighbours; they
            take seconds for 1,000 items and need `pip install "gemini-nb[maps]"`.
        groups: a label for each item to colour by; modalities by default, where there are several.
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
        PCA · keeps 100 % of the true nearest neighbour (50 % by chance) · 100 % of the variance ·
        what looks near may be far
    """
    require_set(embeddings)
    count = len(embeddings)
    if not count:
        raise EmbeddingError("This set has no items, so there is nothing to map; embed some.")
    labels = _labels(embeddings, groups)
    way = chosen_centre(embeddings.modalities, centre)
    vectors = centred(embeddings.vectors, embeddings.modalities, way)
    projected = projection(vectors, method, seed)
    shown = map_groups(labels)
    around = surroundings(vectors, projected.coordinates, _names(shown, count))
    view = MapView(
        coordinates=projected.coordinates,
        labels=embeddings.labels,
        groups=shown,
        neighbours=around.indices[: count if count <= _MOST_WITH_LINES else 0, :_LINES],
        axis_titles=_axis_titles(projected),
        title=title or f"Map of {counted(count, 'item')}",
        statement=statement(
            NAMES[method],
            *projected.remarks,
            _kept(around, count),
            _variance(projected),
            _CAUTION[method] if around.k else "",
            "" if projected.coordinates.any() else _AT_ONE_PLACE,
            _CENTRED[way],
            _DENSITY if count > MOST_POINTS else "",
            origin(embeddings.answered_by),
        ),
    )
    return Plot(
        "\n".join((view.statement, *_told(shown, around))),
        make_figure=partial(map_figure, view),
        specification=map_specification(view),
    )


def _labels(embeddings: Embeddings, groups: Sequence[Hashable] | None) -> list[Hashable]:
    if groups is None:
        return list(embeddings.modalities)
    try:
        labels = list(groups)
    except TypeError:
        raise EmbeddingError(
            f"groups= must be a list with one label for each item, not {groups!r}."
        ) from None
    if len(labels) != len(embeddings):
        raise EmbeddingError(
            f"groups= has {counted(len(labels), 'label')} for {counted(len(embeddings), 'item')}; "
            "pass one for each."
        )
    return labels


def _names(groups: tuple[Group, ...], count: int) -> list[str]:
    """Of each item's group."""
    names = np.empty(count, object)
    for group in groups:
        names[group.items] = group.name
    return names.tolist()


def _kept(around: Surroundings, count: int) -> str:
    if not around.k:
        return ""
    nearest = f"{around.k} nearest neighbours" if around.k > 1 else "nearest neighbour"
    chance = around.k / (count - 1)
    measured = len(around.measured)
    return (
        f"keeps {_percent(around.share_kept)} of the true {nearest}"
        + (f" ({_percent(chance)} by chance)" if chance >= _WORTH_TELLING else "")
        + (f" of {measured:,} items looked at" if measured < count else "")
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share == 0 or share >= _LEAST_WRITTEN else "under 1 %"


def _variance(projected: Projection) -> str:
    if projected.shares is None:
        return ""
    kept = sum(projected.shares)
    return f"{_percent(kept)} of the variance" if kept else ""


def _axis_titles(projected: Projection) -> tuple[str, str]:
    if projected.shares is None:
        return "", ""
    across, up = (f"{_percent(share)} of the variance" for share in projected.shares)
    return f"component 1 ({across})", f"component 2 ({up})"


def _told(groups: tuple[Group, ...], around: Surroundings) -> list[str]:
    """A line for each group: how many items, and how many of them have their like beside them."""
    if len(groups) < 2 or not around.k:  # noqa: PLR2004 - one group is not told apart
        return [group.title for group in groups] if len(groups) > 1 else []
    width = max(len(group.title) for group in groups)
    lines = ["nearest neighbour, in the full space, is of the same group:"]
    for group in groups:
        share = around.beside_their_like.get(group.name)
        told = "not looked at" if share is None else f"{_percent(share)} of them"
        lines.append(f"{group.title:<{width}}  {told}")
    return lines
