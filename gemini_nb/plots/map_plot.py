"""`plot_map`: items on a plane, by group or counted, and how far such a map may be believed."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.display import counted
from gemini_nb.drawing.colours import PALETTE
from gemini_nb.drawing.layout import Layout
from gemini_nb.embeddings.embeddings import require_set
from gemini_nb.embeddings.items import shortened
from gemini_nb.embeddings.neighbors import exact_neighbors
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.centring import centred
from gemini_nb.plots.faithfulness import faithfulness, percent
from gemini_nb.plots.plot import POINTS, Plot, drawable, numbered, page, pixels_of, statement
from gemini_nb.plots.projection import Method, projection
from gemini_nb.plots.vega import LETTERS, MIDDLE, Specification, table, top_level
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.centring import Centre

_LARGE: Final = 1_000  # items: with more, points are smaller, and without lines
_NEAREST: Final = 5
_WHOLE: Final = 0.995  # of the variance: with more, the map shows things as they are
_GROUP: Final = 24  # characters of its name
_NO_GROUP: Final = "no group"
_FLAT: Final = "points that look near may be far apart"
_TORN: Final = "how large groups and gaps look means little"

_MOST_POINTS: Final = 50_000  # beyond, they would cover each other
# Colour is not all that tells groups; the names are Vega-Lite's, the letters matplotlib's.
_NAMED_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_SHAPES: Final[dict[str, str]] = dict(zip(_NAMED_SHAPES, "os^DPv", strict=True))
_SIDE: Final = 430  # of the plotting area, in pixels
_LIMIT: Final = 1.18  # where it ends, right and up: points reach 1
_UNIT: Final = _SIDE / 2 / _LIMIT  # pixels
_POINT: Final = 6.0  # half the side of a point with some air, in pixels
_MOST_LABELS: Final = 40
_LABEL: Final = 22  # characters
_LABEL_SIZE: Final = 10.4  # pixels
_KEY: Final = 55  # pixels, of a legend's point and the air around it
_SCALE: Final = 75  # pixels, of what stands beside a map of counts
_CELLS: Final = _SIDE // 2  # in which items are counted, in a row
_DARK: Final = "#1b1b1b"  # where no items are, whatever the theme
_DARKEST: Final = 0.3  # items in a cell: so that 1 stands out from it

_MOST_INTERACTIVE: Final = 5_000  # items: with more, the notebook is heavy and the page slow
_LONGEST: Final = 400  # characters of a text under the pointer
_SHORTEST: Final = 20
_ALL_TEXTS: Final = 45_000  # bytes, so that a map of many long texts stays light
_UNSEEN: Final = 0.07
_POINTS: Final = "points"


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
    places, name, shares = projection(vectors, method, seed)
    caution = (_FLAT if sum(shares) < _WHOLE else "") if method == "pca" else _TORN
    said = statement(
        name,
        faithfulness(vectors, places).told(count),
        f"the map shows {percent(sum(shares))} of the variance" if shares else "",
        caution if places.any() else "nothing sets the items apart",
        centring,
        "the colour counts items" if count > _MOST_POINTS else "",
        answered_by=embeddings.answered_by,
    )
    nearest = exact_neighbors(vectors if count <= _LARGE else vectors[:0], _NEAREST).indices
    axes = [f"component {n} ({percent(part)} of the variance)" for n, part in enumerate(shares, 1)]
    heading = title or f"Map of {counted(count, 'item')}"
    view = _Map(heading, said, axes or ["", ""], places, embeddings.labels, nearest, names, looks)
    letters = "".join((heading, *looks, *(text for text, *_ in view.texts.values())))
    return Plot(said, partial(_figure, view), _specification(view), letters)


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
        name = shortened(str(label), _GROUP)
        renamed[label] = f"{name} #{len(renamed)}" if name in renamed.values() else name
    others = counted(len(counts) - len(largest), "other group")
    names = [renamed.get(label, others) for label in known]
    colours = dict(zip([*renamed.values()][1:], PALETTE, strict=False))
    colours |= {name: MIDDLE for name in (others, _NO_GROUP) if name in names}
    looks = zip(colours.items(), cycle(_SHAPES), strict=False)
    return names, {name: (colour, shape) for (name, colour), shape in looks}


def _is_missing(label: object) -> bool:
    """Whether it is None, NaN, NaT or pandas' NA, which can't be asked if it equals itself."""
    return label is None or type(label).__name__ == "NAType" or bool(label != label)  # noqa: PLR0124


@dataclass(frozen=True, eq=False)
class _Map:
    """Where each item is drawn, and what is written about it."""

    title: str
    statement: str
    axes: list[str]
    """What they mean; empty where they mean nothing."""
    coordinates: NDArray[np.float64]
    """Shape (items, 2): right and up, -1 to 1."""
    labels: tuple[str, ...]
    nearest: NDArray[np.int32]
    """Shape (items, few): the true nearest of each; empty where they are not shown."""
    groups: list[str]
    """The group of each item."""
    looks: dict[str, tuple[str, str]]
    """Colour and shape of each group; of one where there is nothing to tell apart."""

    @cached_property
    def texts(self) -> dict[int, tuple[str, float, float]]:
        """What is written at points, where there is room: never on a point or on other text.

        By item: the text, and how many pixels right of and below the point its left end and middle
        are.
        """
        if len(self.labels) > _MOST_LABELS:
            return {}
        layout = Layout(_SIDE, _SIDE, _LABEL_SIZE)
        layout.avoid(PixelBox(0, 0, _POINT, _SIDE))  # where the axis is drawn
        places = (self.coordinates * (1, -1) * _UNIT + _SIDE / 2).tolist()
        points = [PixelBox(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in places]
        for point in points:
            layout.avoid(point)
        found: dict[int, tuple[str, float, float]] = {}
        for item, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
            for text in (numbered(item, self.labels[item], _LABEL), str(item)):
                size = pixels_of(text, _LABEL_SIZE), 1.2 * _LABEL_SIZE
                if box := layout.beside((point, *size)):
                    middle = (box.top + box.bottom) / 2
                    found[item] = text, round(box.left - x, 1), round(middle - y, 1)
                    break
        return found


def _figure(view: _Map) -> Figure:
    """The map: groups in a legend beside it, and short texts at points where they fit."""
    is_dense = len(view.labels) > _MOST_POINTS
    legend = _KEY + max(map(pixels_of, view.looks)) if len(view.looks) > 1 else 10
    sides = {"left": 25, "right": _SCALE if is_dense else legend, "below": 30}
    figure, axes = page(_SIDE, _SIDE, title=view.title, statement=view.statement, **sides)
    axes.set(xlim=(-_LIMIT, _LIMIT), ylim=(-_LIMIT, _LIMIT), xticks=[], yticks=[])
    axes.set(xlabel=view.axes[0], ylabel=view.axes[1])
    (_draw_density if is_dense else _draw_points)(axes, view)
    return figure


def _draw_points(axes: Axes, view: _Map) -> None:
    groups = np.array(view.groups)
    size = 6 if len(view.labels) <= _LARGE else 4
    for name, (colour, shape) in reversed(view.looks.items()):  # what is grey below all others
        look: Any = {"color": colour, "mec": MIDDLE, "mew": 0.6, "ms": size}
        axes.plot(*view.coordinates[groups == name].T, _SHAPES[shape], **look)
    if len(view.looks) > 1:  # not by labels of lines: those that start with "_" are left out
        beside: Any = {"loc": "upper left", "bbox_to_anchor": (1, 1), "frameon": False}
        axes.legend(axes.lines[::-1], map(drawable, view.looks), **beside)
    for item, (text, right, down) in view.texts.items():
        offset: Any = {"xytext": (right * POINTS, -down * POINTS), "textcoords": "offset points"}
        look = {"size": _LABEL_SIZE * POINTS, "va": "center"}
        axes.annotate(drawable(text), view.coordinates[item], **offset, **look)


def _draw_density(axes: Axes, view: _Map) -> None:
    """How many items each cell holds, on a logarithmic scale, light on a dark ground."""
    axes.set_facecolor(_DARK)
    look: Any = {"cmin": 1, "cmap": "viridis", "norm": "log", "vmin": _DARKEST}
    bins = np.linspace(-_LIMIT, _LIMIT, _CELLS + 1)
    image = axes.hist2d(view.coordinates[:, 0], view.coordinates[:, 1], bins, **look)[-1]
    beside = axes.inset_axes((1.03, 0, 0.03, 1))
    bar = axes.figure.colorbar(image, cax=beside, format="{x:,.0f}", label="items in a cell")
    bar.minorticks_off()
    beside.set_ylim(1)


def _specification(view: _Map) -> Specification | None:
    """The map to look into, without a kernel; None beyond 5,000 items."""
    if len(view.labels) > _MOST_INTERACTIVE:
        return None
    search = {"input": "search", "placeholder": "in the texts", "name": "search "}
    seen: list[Any] = ["indexof(lower(datum.text), lower(searched)) >= 0"]
    if len(view.looks) > 1:
        seen.append({"param": "chosen"})
    place = {
        axis: {
            "field": axis,
            "type": "quantitative",
            "scale": {"domain": [-_LIMIT, _LIMIT], "nice": False},
            "axis": {"title": title, "labels": False, "ticks": False},
        }
        for axis, title in zip("xy", view.axes, strict=True)
    }
    opacity = {"condition": {"test": {"and": seen}, "value": 1}, "value": _UNSEEN}
    return top_level(
        _SIDE,
        _SIDE,
        title=view.title,
        statement=view.statement,
        params=[{"name": "searched", "value": "", "bind": search}],
        data={"name": _POINTS, **_rows(view)},
        encoding={**place, "opacity": opacity},
        layer=[_dots(view), *[_LINES] * bool(view.nearest.size), *[_TEXTS] * bool(view.texts)],
    )


def _rows(view: _Map) -> Specification:
    count, letters = len(view.labels), "".join(view.labels)
    bytes_a_letter = (len(letters.encode("utf-8", "replace")) + 1) / (len(letters) + 1)
    length = min(max(int(_ALL_TEXTS / count / bytes_a_letter), _SHORTEST), _LONGEST)
    # What is grey comes first, and so below all others.
    items = sorted(range(count), key=lambda item: view.looks[view.groups[item]][0] != MIDDLE)
    x, y = (view.coordinates[items].round(3) + 0.0).T.tolist()
    columns: dict[str, Any] = {"item": items, "x": x, "y": y}
    columns["group"] = [view.groups[item] for item in items]
    columns["text"] = [shortened(view.labels[item], length) for item in items]
    if view.nearest.size:
        columns["near"] = [" ".join(map(str, row)) for row in view.nearest[items].tolist()]
    if texts := view.texts:
        written = zip(*(texts.get(item, ("", 0, 0)) for item in items), strict=True)
        columns |= dict(zip(("label", "right", "down"), written, strict=True))
    return table(**columns)


def _dots(view: _Map) -> Specification:
    """What the reader can do: move and zoom, point at an item, choose groups in the legend."""
    pointing = {"type": "point", "fields": ["item"], "on": "mouseover", "clear": "mouseout"}
    params = [
        {"name": "moved", "select": "interval", "bind": "scales"},
        {"name": "pointed", "select": pointing},
    ]
    tooltip = [{"field": "text"}, {"field": "item", "type": "quantitative"}]
    legend = None
    if len(view.looks) > 1:
        choosing = {"type": "point", "fields": ["group"]}
        params.append({"name": "chosen", "select": choosing, "bind": "legend"})
        tooltip.append({"field": "group"})
        legend = {"title": None, "symbolOpacity": 1, "labelLimit": 260}
    encoding: Specification = {"tooltip": tooltip}
    colours, shapes = zip(*view.looks.values(), strict=True)
    for channel, values in (("color", colours), ("shape", shapes)):
        scale = {"domain": list(view.looks), "range": values}
        encoding[channel] = {"field": "group", "type": "nominal", "scale": scale, "legend": legend}
    size = 45 if len(view.labels) <= _LARGE else 20
    mark = {"type": "point", "filled": True, "stroke": MIDDLE, "strokeWidth": 0.7, "size": size}
    return {"params": params, "mark": mark, "encoding": encoding}


_PLACES: Final = {"data": {"name": _POINTS}, "key": "item", "fields": ["x", "y"]}
_LINES: Final[Specification] = {
    "transform": [
        {"filter": {"param": "pointed", "empty": False}},
        {"calculate": "split(datum.near, ' ')", "as": "near"},
        {"flatten": ["near"]},
        {"lookup": "near", "from": _PLACES, "as": ["to_x", "to_y"]},
    ],
    "mark": {"type": "rule", "color": MIDDLE, "strokeWidth": 1.5, "tooltip": None},
    "encoding": {"x2": {"field": "to_x"}, "y2": {"field": "to_y"}},
}
"""From the item under the pointer to its nearest in the full space, wherever the map has them."""

_LEFT: Final = {"align": "left", "baseline": "middle", "fontSize": _LABEL_SIZE}
_ASIDE: Final = {"dx": {"expr": "datum.right"}, "dy": {"expr": "datum.down"}}
_TEXTS: Final[Specification] = {
    "transform": [{"filter": "datum.label"}],
    "mark": {**LETTERS, "tooltip": None, **_LEFT, **_ASIDE},
    "encoding": {"text": {"field": "label"}},
}
