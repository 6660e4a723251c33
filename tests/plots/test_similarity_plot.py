"""Heatmaps of cosines: what they show, what they say, and what they weigh."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from PIL import Image
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering

from gemini_nb.drawing.colours import contrast
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.plot import VEGA_LITE, Plot
from gemini_nb.plots.similarity_plot import above_diagonal, order_of, plot_similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUICK = settings(derandomize=True, deadline=None, max_examples=20)
NUMBER = re.compile(r"-?\d\.\d\d[▴▾]?$")
KINDS = ("text", "image", "text", "image", "image", "text", "text", "image")
HOSTILE = ("<script>", "$x$ and $y$", "datum['a']", "two\nlines", "x" * 10_000, "", "[(*", "\ud800")


def embeddings(count: int, *, dimensions: int = 16, seed: int = 0, **fields: Any) -> Embeddings:
    """Items in four clusters, all in one cone."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((4, dimensions))
    vectors = centres[random.integers(0, 4, count)] + 1
    vectors = vectors + 0.5 * random.standard_normal((count, dimensions))
    fields = {"items": [f"kite {number}" for number in range(count)], **fields}
    return Embeddings(vectors, model="a-model", **fields)


def alike(count: int) -> Embeddings:
    return Embeddings(np.array([[1, 2]] * count), ["kite"] * count, model="a-model")  # pyright: ignore[reportArgumentType]


def specification(plot: Plot) -> dict[str, Any]:
    assert plot.specification is not None
    return plot.specification


def texts(plot: Plot) -> list[str]:
    """What is written in the cells and around them."""
    return [text.get_text() for text in plot.figure.axes[0].texts]


def legend(plot: Plot) -> list[str]:
    """The cosines beside the bar of colours."""
    (bar,) = plot.figure.axes[0].child_axes
    return [text.get_text() for text in bar.texts]


def cells(plot: Plot) -> NDArray[np.uint8]:
    """Their colours."""
    image = plot.figure.axes[0].images[0]
    return image.to_rgba(image.get_array(), bytes=True)


def order(plot: Plot) -> list[int]:
    """The items of the rows, from above."""
    return [int(text.split(" · ")[0]) for text in texts(plot) if " · " in text]


def statement(plot: Plot) -> str:
    return plot.text.splitlines()[0]


def test_a_plot_tells_range_order_and_the_pairs_at_both_ends() -> None:
    vectors: Any = [[1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8]]
    assert plot_similarity(Embeddings(vectors, tuple("abcd"), "a-model")).text.splitlines() == [
        "colours from cosine 0.00 to 0.96 · diagonal hidden · linkage order, optimal leaves",
        "most alike   0.96  1 · b | 3 · d",
        "             0.80  0 · a | 1 · b",
        "             0.80  2 · c | 3 · d",
        "least alike  0.00  0 · a | 2 · c",
    ]


def test_of_two_items_the_one_pair_is_told_once() -> None:
    assert plot_similarity(alike(2)).text.splitlines()[1:] == [
        "most alike   1.00  0 · kite | 1 · kite"
    ]


def test_the_interactive_heatmap_holds_the_cosines_of_all_pairs_in_the_order_of_the_picture() -> (
    None
):
    made = embeddings(7)
    plot = plot_similarity(made)
    items, cosines = order(plot), made.similarity()
    pairs = list(csv.DictReader(io.StringIO(specification(plot)["data"]["values"])))
    assert len(pairs) == 7 * 6 / 2
    for pair in pairs:
        row, column = items[int(pair["row"])], items[int(pair["column"])]
        assert float(pair["cosine"]) == pytest.approx(cosines[row, column], abs=1e-4)
        assert pair["text"] == f"{cosines[row, column]:.2f}"
    (names,) = specification(plot)["params"]
    assert names["value"] == [f"{item} · kite {item}" for item in items]


def test_the_picture_is_symmetric_and_its_diagonal_lets_the_ground_show_through() -> None:
    pixels = cells(plot_similarity(embeddings(12)))
    assert (pixels == pixels.transpose(1, 0, 2)).all()
    hidden = pixels[..., 3] < 255
    assert (hidden == np.eye(12, dtype=bool)).all()
    assert 40 < pixels[0, 0, 3] < 90


@pytest.mark.parametrize("centre", ["none", "mean"])
@pytest.mark.parametrize("count", [5, 12, 25])
def test_each_cells_number_can_be_read(count: int, centre: Any) -> None:
    plot = plot_similarity(embeddings(count), centre=centre)
    pixels = cells(plot)
    numbers = [text for text in plot.figure.axes[0].texts if NUMBER.match(text.get_text())]
    assert len(numbers) == count * (count - 1)
    for text in numbers:
        column, row = (int(place) for place in text.get_position())
        fill = f"#{bytes(pixels[row, column, :3]).hex()}"
        assert contrast(to_hex(text.get_color()), fill) >= 4.5


def test_beyond_25_items_only_what_the_colours_dont_reach_is_written_into_cells() -> None:
    written = [text for text in texts(plot_similarity(embeddings(26))) if " · " not in text]
    assert {text for text in written if not text.isdecimal()} <= {"▴", "▾", ""}


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_drawn_and_kept_out_of_expressions(label: str) -> None:
    plot = plot_similarity(embeddings(4, items=[label, "b", "c", "d"]))
    assert plot.png
    assert all(line.isprintable() for line in plot.text.splitlines())
    (names,) = specification(plot)["params"]
    assert max(map(len, names["value"])) < 410
    rest = json.dumps({**specification(plot), "params": []})
    assert not label or json.dumps(label)[1:-1] not in rest


@pytest.mark.filterwarnings("ignore:no installed font has")
@pytest.mark.parametrize("word", ["wide ", "\U0001f6d8"])  # the second is in no font as yet
@pytest.mark.parametrize("count", [2, 3, 12, 30, 70])
def test_no_word_is_cut_off_at_the_edge_of_the_page(count: int, word: str) -> None:
    labels = [f"W{number} " + word * 40 for number in range(count)]
    figure = plot_similarity(embeddings(count, items=labels, answered_by="offline")).figure
    figure.canvas.draw()
    for text in [*figure.texts, *figure.axes[0].texts, *figure.axes[0].child_axes[0].texts]:
        bounds = text.get_window_extent()
        assert bounds.x0 >= 0, text
        assert bounds.x1 <= figure.bbox.width, text
        assert bounds.y0 >= 0, text
        assert bounds.y1 <= figure.bbox.height, text


@pytest.mark.parametrize("count", [12, 40, 70, 300])
def test_names_of_rows_do_not_overlap(count: int) -> None:
    figure = plot_similarity(embeddings(count)).figure
    figure.canvas.draw()
    names = [text for text in figure.axes[0].texts if " · " in text.get_text()]
    heights = sorted(name.get_window_extent().y0 for name in names)
    assert np.diff(heights).min() >= names[0].get_fontsize() * figure.dpi / 72


@pytest.mark.parametrize("count", [3, 25, 60, 130, 1000])
def test_each_cell_has_the_same_whole_number_of_pixels(count: int) -> None:
    extent = plot_similarity(embeddings(count)).figure.axes[0].get_window_extent()
    assert extent.width / count == pytest.approx(round(extent.width / count))
    assert extent.x0 == pytest.approx(round(extent.x0))


def test_a_range_can_be_set_and_what_lies_outside_is_counted_and_marked() -> None:
    vectors: Any = [[1, 0], [0.8, 0.6], [0, 1]]
    plot = plot_similarity(Embeddings(vectors, tuple("abc"), "a-model"), value_range=(0.5, 0.7))
    assert statement(plot).startswith(
        "colours from cosine 0.50 to 0.70 · 2 pairs outside this range · "
    )
    assert sorted(text for text in texts(plot) if NUMBER.match(text)) == [
        *["0.00▾"] * 2,
        *["0.60"] * 2,
        *["0.80▴"] * 2,
    ]
    assert legend(plot) == ["0.50", "0.55", "0.60", "0.65", "0.70"]
    assert "outside" not in plot_similarity(embeddings(50), value_range=(-1, 1)).text


@pytest.mark.parametrize(
    "wrong", [(1, 0), (0.5, 0.5), (0, float("nan")), 0.5, ("low", "high"), (0, 0.5, 1), (2, 3)]
)
def test_a_range_that_is_none_is_an_error(wrong: Any) -> None:
    with pytest.raises(EmbeddingError, match="is no range"):
        plot_similarity(embeddings(3), value_range=wrong)


@pytest.mark.parametrize(
    ("count", "advice"), [(0, "Embed more"), (1, "Embed more"), (5001, r"as embeddings\[::2\]")]
)
def test_too_few_or_too_many_items_are_an_error_that_says_what_to_do(
    count: int, advice: str
) -> None:
    with pytest.raises(EmbeddingError, match=f"2 to 5,000 items, and this set .*{advice}"):
        plot_similarity(alike(5001)[:count])


@pytest.mark.parametrize("count", [2, 12, 1001])
def test_identical_items_have_one_colour(count: int) -> None:
    plot = plot_similarity(alike(count))
    assert statement(plot).startswith("colours from cosine 0.990 to 1.000 · ")
    assert "outside" not in plot.text
    assert plot.png


@QUICK
@given(st.integers(2, 60), st.integers(0, 1000))
def test_the_range_leaves_out_at_most_a_hundredth_at_each_end(count: int, seed: int) -> None:
    plot = plot_similarity(embeddings(count, seed=seed))
    pairs = count * (count - 1) // 2
    found = re.search(r"([\d,]+) pairs? outside", plot.text)
    assert int(found[1] if found else 0) <= (0 if pairs < 45 else 0.02 * pairs + 2)


def test_input_order_keeps_the_order_and_says_so() -> None:
    plot = plot_similarity(embeddings(8, modalities=KINDS), order="input")
    assert order(plot) == list(range(8))
    assert "input order" in statement(plot)
    assert not {"text", "image"} & set(texts(plot))


def test_items_of_several_modalities_are_centred_and_grouped() -> None:
    plot = plot_similarity(embeddings(8, modalities=KINDS))
    assert [KINDS[item] for item in order(plot)] == ["text"] * 4 + ["image"] * 4
    assert "less the mean of each kind of content" in statement(plot)
    assert {"text", "image"} <= set(texts(plot))
    guides = [layer for layer in specification(plot)["layer"] if layer.get("data")]
    assert [guide["mark"].get("text", "line") for guide in guides] == [
        *("text", "image"),
        *["line"] * 2,
    ]
    assert guides[1]["encoding"]["x"] == guides[2]["encoding"]["x"] == {"value": 4 * 60}


@pytest.mark.parametrize(
    ("centre", "start"), [("mean", "#053061"), ("modality", "#053061"), ("none", "#440154")]
)
def test_only_of_centred_vectors_the_scale_has_a_colour_for_0(centre: Any, start: str) -> None:
    plot = plot_similarity(embeddings(20), centre=centre)
    scale = specification(plot)["layer"][0]["encoding"]["color"]["scale"]
    assert scale["range"][0] == start
    assert (scale["domain"][0] == -scale["domain"][1]) == (centre != "none")
    told = plot_similarity(embeddings(20), centre=centre, value_range=(0.2, 0.8))
    scale = specification(told)["layer"][0]["encoding"]["color"]["scale"]
    assert (scale["range"][0], scale["domain"]) == ("#440154", [0.2, 0.8])


def test_items_that_are_the_mean_itself_are_told() -> None:
    plot = plot_similarity(embeddings(4, modalities=("text", *["image"] * 3)), centre="modality")
    assert "cosine 0 with all for 1 item equal to that mean" in statement(plot)


def test_vectors_that_gemini_did_not_make_are_told() -> None:
    assert "offline, lexical" in plot_similarity(embeddings(5, answered_by="offline")).text
    assert "offline" not in plot_similarity(embeddings(5)).text


def test_a_heatmap_of_40_items_weighs_at_most_70_kb() -> None:
    items = [f"{number} red kites over the bay, and a pier with gulls" * 3 for number in range(40)]
    shown = plot_similarity(embeddings(40, items=items))._repr_mimebundle_()
    assert VEGA_LITE in shown
    assert len(json.dumps(shown, indent=1)) <= 70_000


@pytest.mark.parametrize("letter", ["k", "\N{KITE}"])
def test_an_interactive_heatmap_weighs_at_most_60_kb(letter: str) -> None:
    shown = specification(plot_similarity(embeddings(60, items=[letter * 10_000] * 60)))
    assert len(json.dumps(shown, indent=1, ensure_ascii=False).encode()) <= 60_000


def test_beyond_60_items_there_are_pixels_only_and_words_on_how_to_find_a_pair() -> None:
    plot = plot_similarity(embeddings(61))
    assert plot.specification is None
    assert "for two items, ask .similarity()[3, 7]" in statement(plot)
    for other in (plot_similarity(embeddings(60)), plot_similarity(embeddings(61), centre="mean")):
        assert "similarity()" not in other.text


def test_beyond_1000_items_cells_show_the_mean_of_blocks_and_say_so() -> None:
    plot = plot_similarity(embeddings(1200), order="input", value_range=(0, 0.1))
    assert "each cell the mean of up to 3 x 3 pairs of different items" in statement(plot)
    assert re.search(r"[\d,]+ cells outside this range", statement(plot))
    assert Image.open(io.BytesIO(plot.png)).width < 900


@pytest.mark.parametrize("count", [1001, 1500])
def test_blocks_hold_the_mean_of_their_pairs(count: int) -> None:
    made = embeddings(count)
    axes = plot_similarity(made, order="input").figure.axes[0]
    mean = np.asarray(axes.images[0].get_array())
    cosines = made.vectors.astype(float) @ made.vectors.T
    np.fill_diagonal(cosines, np.nan)
    edges = np.linspace(0, count, 501).astype(int)
    for row, column in [(0, 0), (0, 1), (7, 3), (499, 499), (3, 200)]:
        block = cosines[edges[row] : edges[row + 1], edges[column] : edges[column + 1]]
        assert mean[row, column] == pytest.approx(np.nanmean(block), abs=1e-5)


def test_blocks_of_several_modalities_say_which_is_which() -> None:
    kinds = ("text", "image") * 550
    assert {"text", "image"} <= set(texts(plot_similarity(embeddings(1100, modalities=kinds))))


def test_opposites_have_a_scale_of_cosines_that_there_are() -> None:
    opposites: Any = [[1, 0], [-1, 0]]
    plot = plot_similarity(Embeddings(opposites, ("a", "b"), "a-model"))
    assert statement(plot).startswith("colours from cosine -1.000 to -0.990 · ")


def test_two_duplicates_among_many_are_found() -> None:
    made = embeddings(1300, dimensions=64)
    vectors = made.vectors.copy()
    vectors[1234] = vectors[77]
    plot = plot_similarity(Embeddings(vectors, made.items, model="a-model"))
    assert "most alike   1.00  77 · kite 77 | 1234 · kite 1234" in plot.text


@pytest.mark.parametrize("count", [12, 40, 100])
def test_the_same_items_give_the_same_bytes(count: int) -> None:
    one, other = (plot_similarity(embeddings(count))._repr_mimebundle_() for _ in "ab")
    assert one == other


@QUICK
@given(st.integers(2, 30), st.integers(0, 1000), st.data())
def test_the_order_in_which_items_come_does_not_change_what_is_said(
    count: int, seed: int, data: st.DataObject
) -> None:
    made = embeddings(count, seed=seed)
    turned = made[data.draw(st.permutations(range(count)))]
    one, other = plot_similarity(made), plot_similarity(turned)
    assert statement(one) == statement(other)
    listed = [re.findall(r"(-?\d\.\d\d)  ", plot.text) for plot in (one, other)]
    assert listed[0] == listed[1]


def square_of(count: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows @ rows.T).astype(np.float32).round(6)


def neighbours(order: NDArray[np.intp]) -> set[frozenset[int]]:
    return {frozenset(map(int, pair)) for pair in pairwise(order)}


@QUICK
@given(st.integers(1, 40), st.integers(0, 1000), st.sampled_from(["linkage", "input"]))
def test_every_row_has_one_place(count: int, seed: int, order: Any) -> None:
    found, _ = order_of(square_of(count, seed), order, ("text",) * count)
    assert sorted(found.tolist()) == list(range(count))


@QUICK
@given(st.integers(3, 40), st.integers(0, 1000))
def test_linkage_order_is_that_of_scipy_in_one_of_its_directions(count: int, seed: int) -> None:
    square = square_of(count, seed)
    distances = 1 - square.astype(float)[np.triu_indices(count, 1)]
    tree = optimal_leaf_ordering(linkage(distances, "average"), distances)
    expected = leaves_list(tree).tolist()
    found = order_of(square, "linkage", ("text",) * count)[0].tolist()
    assert found in (expected, expected[::-1])


@QUICK
@given(st.integers(3, 30), st.integers(0, 1000), st.data())
def test_the_same_rows_stand_beside_each_other_in_whatever_order_they_come(
    count: int, seed: int, data: st.DataObject
) -> None:
    square, kinds = square_of(count, seed), ("text",) * count
    shuffled = np.array(data.draw(st.permutations(range(count))))
    found = order_of(square[np.ix_(shuffled, shuffled)], "linkage", kinds)[0]
    assert neighbours(shuffled[found]) == neighbours(order_of(square, "linkage", kinds)[0])


def test_the_groups_of_linkage_stay_together_in_the_order_in_which_they_first_come() -> None:
    kinds = ("text", "image") * 3
    found, name = order_of(square_of(6), "linkage", kinds)
    assert [kinds[row] for row in found] == ["text"] * 3 + ["image"] * 3
    assert name == "linkage order, optimal leaves within each modality"


@pytest.mark.parametrize(
    ("count", "name"), [(500, "linkage order, optimal leaves"), (501, "linkage order")]
)
def test_the_name_of_an_order_says_whether_its_leaves_are_optimal(count: int, name: str) -> None:
    assert order_of(np.eye(count, dtype=np.float32), "linkage", ("text",) * count)[1] == name


def test_clusters_stand_together_where_leaves_are_not_optimal() -> None:
    clusters = np.random.default_rng(0).integers(0, 10, 1200)
    square = (clusters[:, None] == clusters).astype(np.float32)
    found, _ = order_of(square, "linkage", ("text",) * 1200)
    assert np.count_nonzero(np.diff(clusters[found])) == 9


def test_an_order_that_there_is_not_is_an_error() -> None:
    unknown: Any = "size"
    with pytest.raises(EmbeddingError, match="order='size' is neither"):
        order_of(square_of(3), unknown, ("text",) * 3)


@QUICK
@given(st.integers(2, 30))
def test_above_the_diagonal_each_pair_stands_once_in_scipys_order(count: int) -> None:
    square = square_of(count)
    assert (above_diagonal(square) == square[np.triu_indices(count, 1)]).all()
