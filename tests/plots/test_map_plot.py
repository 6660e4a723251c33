"""A map says how far it may be believed, and measures nothing on itself but what it keeps."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gemini_nb.drawing.colours import PALETTE, contrast
from gemini_nb.drawing.lettering import MissingGlyphWarning, text_width
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.map_plot import plot_map
from gemini_nb.plots.plot import MIDDLE, VEGA_LITE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.plots.plot import Plot

TOPICS = ["bread", "stars", "rivers"]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[unclosed (regexp",
    "a, comma and \"quotes\" and 'more'",
    "$x^2$ and $\\frac{1}$",
    "line\nbreak\ttab \u202e turned \0",
    "datum.text; alert(1)",
    "{{ mustache }} ${dollar} `tick`",
    "",
]


def a_set(items: int, *, groups: int = 3, dimensions: int = 32, **told: Any) -> Embeddings:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((groups, dimensions))
    vectors = centres[np.arange(items) % groups] + rng.standard_normal((items, dimensions)) * 0.4
    return Embeddings(vectors, [f"a text of 27 letters, {n:5d}" for n in range(items)], "m", **told)


def topics(items: int) -> list[str]:
    return [TOPICS[item % 3] for item in range(items)]


def rows_of(plot: Plot) -> list[dict[str, str]]:
    assert plot.specification is not None
    return list(csv.DictReader(io.StringIO(plot.specification["data"]["values"])))


def nodes(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from nodes(child)


def legend_of(plot: Plot) -> list[str]:
    legend = plot.figure.axes[0].get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def test_the_line_tells_what_the_map_keeps_and_how_much_variance_it_shows() -> None:
    embeddings = a_set(300)
    plot = plot_map(embeddings)
    places = np.array([(float(row["x"]), float(row["y"])) for row in rows_of(plot)])
    near = []
    for space in (embeddings.vectors.astype(float), places):
        distances = np.linalg.norm(space[:, None] - space, axis=2) + np.eye(300) * 99
        near.append(np.argsort(distances, axis=1)[:, :10].tolist())
    kept = 10 * np.mean([len({*true} & {*seen}) for true, seen in zip(*near, strict=True)])
    told = re.search(
        r"of each item's 10 nearest neighbours, (\d+) % are among its 10 nearest on the map "
        r"\(by chance 3 %\) · the map shows (\d+) % of the variance",
        plot.text,
    )
    assert told
    assert int(told[1]) == pytest.approx(kept, abs=2)
    sizes = np.linalg.svd(embeddings.vectors - embeddings.vectors.mean(axis=0), compute_uv=False)
    assert int(told[2]) == int(100 * (sizes[:2] ** 2).sum() / (sizes**2).sum())


def test_only_items_are_drawn_never_centroids_or_radii() -> None:
    plot = plot_map(a_set(60), groups=topics(60))
    assert len(rows_of(plot)) == 60
    assert plot.specification is not None
    marks = [layer["mark"]["type"] for layer in plot.specification["layer"]]
    assert marks == ["point", "rule"]
    axes = plot.figure.axes[0]
    assert sum(len(line.get_xdata()) for line in axes.lines) == 60
    assert not axes.patches
    assert not axes.collections


def test_lines_lead_to_the_five_nearest_in_the_full_space() -> None:
    embeddings = a_set(50)
    cosines = embeddings.vectors.astype(np.float64) @ embeddings.vectors.T
    np.fill_diagonal(cosines, -2)
    found = [[int(item) for item in row["near"].split()] for row in rows_of(plot_map(embeddings))]
    np.testing.assert_array_equal(found, np.argsort(-cosines, axis=1)[:, :5])


def test_matching_texts_and_pictures_come_together_once_each_modality_is_centred() -> None:
    rng = np.random.default_rng(2)
    things = rng.standard_normal((12, 24))
    texts, pictures = rng.standard_normal((2, 24)) * 4
    mixed = Embeddings(
        np.concatenate((things + texts, things + pictures)) + rng.standard_normal((24, 24)) * 0.1,
        [f"thing {number % 12}" for number in range(24)],
        "m",
        modalities=["text"] * 12 + ["image"] * 12,
    )
    plot = plot_map(mixed)
    assert "less the mean of each kind of content" in plot.text
    assert legend_of(plot) == ["text", "image"]
    near = [int(row["near"].split()[0]) for row in rows_of(plot)[:12]]
    assert near == list(range(12, 24))
    raw = plot_map(mixed, centre="none")
    assert "less the mean" not in raw.text
    assert all(int(row["near"].split()[0]) < 12 for row in rows_of(raw)[:12])


@pytest.mark.filterwarnings("ignore:no installed font has")
def test_hostile_texts_and_labels_are_data_alone() -> None:
    def expressions(plot: Plot) -> list[Any]:
        keys = {"calculate", "expr", "labelExpr", "test", "filter", "update"}
        return [value for key, value in nodes(plot.specification) if key in keys]

    items = HOSTILE * 2
    vectors = np.random.default_rng(0).standard_normal((len(items), 8))
    plot = plot_map(Embeddings(vectors, items, "m"), groups=items)
    assert plot.png
    assert expressions(plot) == expressions(plot_map(a_set(18), groups=topics(18)))
    assert "indexof(lower(datum.text), lower(searched))" in json.dumps(plot.specification)
    assert [row["text"] for row in rows_of(plot)][1] == HOSTILE[1]
    assert not any(character in plot.text for character in "\0\u202e\t")


@pytest.mark.parametrize("text", ["kite", "a long red kite " * 200, "茶" * 500, "\N{KITE}" * 500])
def test_a_thousand_points_with_their_texts_stay_light(text: str) -> None:
    labels = tuple(f"{item} {text}" for item in range(1000))
    bundle = plot_map(a_set(1000, labels=labels), groups=topics(1000))._repr_mimebundle_()
    saved = json.dumps(bundle, indent=1, ensure_ascii=False)  # as notebooks are
    assert len(saved.encode()) < 145_000


def test_few_texts_are_whole_under_the_pointer() -> None:
    text = "long " * 70 + "end"
    assert rows_of(plot_map(Embeddings(a_set(72).vectors, [text] * 72, "m")))[0]["text"] == text


@pytest.mark.parametrize(
    ("items", "is_interactive"), [(1_001, True), (5_000, True), (5_001, False)]
)
def test_beyond_five_thousand_items_there_are_pixels_only(
    items: int, *, is_interactive: bool
) -> None:
    plot = plot_map(Embeddings(a_set(items, dimensions=8).vectors, ["a"] * items, "m"))
    bundle = plot._repr_mimebundle_()
    assert (VEGA_LITE in bundle) == is_interactive
    assert bundle["image/png"]
    if is_interactive:
        assert "near" not in rows_of(plot)[0]


def test_beyond_fifty_thousand_items_are_counted_and_none_is_lost() -> None:
    items = 50_001
    plot = plot_map(Embeddings(a_set(items, dimensions=4).vectors, ["a"] * items, "m"))
    assert "as measured on 1,000 items" in plot.text
    assert "the colour counts items" in plot.text
    counts = plot.figure.axes[0].collections[0].get_array()
    assert counts is not None
    assert int(counts.sum()) == items


def test_items_that_nothing_sets_apart_stand_in_the_middle() -> None:
    plot = plot_map(a_set(1))
    assert plot.text == "PCA · nothing sets the items apart"
    assert [(row["x"], row["y"]) for row in rows_of(plot)] == [("0.0", "0.0")]
    same = plot_map(Embeddings(np.ones((30, 4)), ["same"] * 30, "m"))
    assert "100 % are among its 10 nearest" in same.text
    assert "nothing sets the items apart" in same.text
    assert same.png


def test_what_can_not_be_mapped_is_refused() -> None:
    unknown: Any = "median"
    for given, options, said in (
        (a_set(3)[:0], {}, "no items, so there is nothing to map"),
        (a_set(3), {"groups": ["a", "b"]}, "2 labels for 3 items; pass one for each"),
        (a_set(3), {"groups": 5}, "groups=5 is no list of labels"),
        (a_set(2), {"groups": [["a"], ["b"]]}, "pass one str, int or None for each item"),
        (a_set(2), {"groups": np.ones((2, 2))}, "pass one str, int or None for each item"),
        (a_set(3), {"centre": unknown}, "centre='median'"),
    ):
        with pytest.raises(EmbeddingError, match=said):
            plot_map(given, **options)


def test_vectors_made_offline_say_so() -> None:
    assert "offline, lexical" in plot_map(a_set(9, answered_by="offline")).text
    assert "offline" not in plot_map(a_set(9)).text


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_the_same_map_is_the_same_bytes(method: Any) -> None:
    if method == "tsne":
        pytest.importorskip("sklearn")
    one, other = (plot_map(a_set(40), groups=topics(40), method=method) for _ in range(2))
    assert one.png == other.png
    assert one.specification == other.specification
    axes = one.figure.axes[0]
    assert bool(axes.get_xlabel()) == (method == "pca")  # others have no meaning
    assert not axes.get_xticks().size


def test_units_are_equally_long_on_both_axes() -> None:
    axes = plot_map(a_set(60)).figure.axes[0]
    box = axes.get_window_extent()
    assert box.width == pytest.approx(box.height)
    assert axes.get_xlim() == axes.get_ylim()


@pytest.mark.filterwarnings("ignore:no installed font has")
@pytest.mark.parametrize("word", ["a name that goes on and on, ", "\U0001f6d8" * 18])
@pytest.mark.parametrize("items", [1, 2, 12, 40])
def test_everything_written_lies_on_the_page_and_on_nothing_else(items: int, word: str) -> None:
    labels = [f"{word} {item}" for item in range(items)]
    names = [f"{word}{item % 3}" for item in range(items)]
    figure = plot_map(a_set(items, labels=labels), groups=names, title="A map " * 20).figure
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert 0 <= drawn.x0 < drawn.x1 <= figure.get_figwidth()
    assert 0 <= drawn.y0 < drawn.y1 <= figure.get_figheight()
    axes = figure.axes[0]
    boxes = [text.get_window_extent() for text in axes.texts]
    points = axes.transData.transform(np.concatenate([line.get_xydata() for line in axes.lines]))
    assert len(boxes) > items / 2
    for number, box in enumerate(boxes):
        # To a pixel: matplotlib 3.10 and 3.11 draw letters with different font engines.
        assert axes.bbox.x0 - 1 < box.x0 < box.x1 < axes.bbox.x1 + 1
        assert not any(box.contains(*point) for point in points)
        assert not any(box.overlaps(other) for other in boxes[:number])


def test_labels_stand_in_the_interactive_map_where_they_stand_in_the_picture() -> None:
    plot = plot_map(a_set(12))
    written = [row["label"] for row in rows_of(plot) if row["label"]]
    assert written == [text.get_text() for text in plot.figure.axes[0].texts]
    assert "label" not in rows_of(plot_map(a_set(41)))[0]
    crowded = plot_map(Embeddings(np.ones((30, 4)), ["same"] * 30, "m"))
    assert [row["label"] for row in rows_of(crowded)].count("") > 20
    assert crowded.specification is not None
    # An empty field of a table is null in Vega, which writes that word.
    [texts] = [x for x in crowded.specification["layer"] if x["mark"]["type"] == "text"]
    assert texts["transform"] == [{"filter": "datum.label"}]
    for row in rows_of(plot):
        width = text_width(row["label"]) * 10.4
        assert float(row["right"]) >= 6 or float(row["right"]) + width <= -6 or row["down"] != "0.0"


def test_groups_differ_in_colour_and_no_point_is_lost_on_white_or_black() -> None:
    plot = plot_map(a_set(44), groups=[item % 11 for item in range(44)])
    lines = plot.figure.axes[0].lines
    assert [line.get_color() for line in lines] == [*reversed(PALETTE)]
    assert {line.get_markeredgecolor() for line in lines} == {MIDDLE}
    assert {line.get_markeredgewidth() for line in lines} == {0.6}
    for ground in ("#ffffff", "#111111"):
        assert all(max(contrast(ink, ground) for ink in (c, MIDDLE)) > 4 for c in PALETTE)


def test_names_of_groups_may_start_with_what_matplotlib_hides() -> None:
    assert legend_of(plot_map(a_set(4), groups=["_a", "b", "_c", "b"])) == ["_a", "b", "_c"]


def test_the_smallest_of_many_groups_are_one() -> None:
    labels = [label for label in range(13) for _ in range(14 - label)]
    legend = legend_of(plot_map(a_set(len(labels)), groups=labels))
    assert legend == [*map(str, range(11)), "2 other groups"]


def test_items_of_no_group_lie_below_those_of_groups() -> None:
    plot = plot_map(a_set(6), groups=["tea", None, None, "bread", None, "tea"])
    assert plot.figure.axes[0].lines[0].get_color() == MIDDLE
    assert [row["item"] for row in rows_of(plot)] == [*"124035"]
    assert legend_of(plot) == ["tea", "bread", "no group"]


def test_names_that_are_cut_alike_still_differ() -> None:
    legend = legend_of(plot_map(a_set(2), groups=["a very long name " * 3 + end for end in "xy"]))
    assert len({*legend}) == 2


def test_every_kind_of_missing_label_is_no_group() -> None:
    pandas = pytest.importorskip("pandas")
    nothing: list[Any] = [None, float("nan"), np.nan, np.float32("nan"), Decimal("nan")]
    nothing += [np.datetime64("NaT", "s"), pandas.NA, pandas.NaT]
    plot = plot_map(a_set(len(nothing) + 2), groups=["tea", *nothing, "tea"])
    assert legend_of(plot) == ["tea", "no group"]
    for column in (
        pandas.Series(["tea", None, "bread"]),
        pandas.Series(["tea", None, "bread"], dtype="category"),
        pandas.Categorical(["tea", None, "bread"]),
        pandas.array(["tea", pandas.NA, "bread"], dtype="string"),
    ):
        assert legend_of(plot_map(a_set(3), groups=column)) == ["tea", "bread", "no group"]


def test_letters_that_no_font_has_are_told_once() -> None:
    plot = plot_map(a_set(3, labels=("\U0001f6d8 a", "b", "c")))  # not in any font as yet
    with pytest.warns(MissingGlyphWarning, match="no installed font has") as told:
        assert plot.png
    assert len(told) == 1
