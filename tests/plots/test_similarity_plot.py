"""Heatmaps of cosines: what they show, what they say, and what they weigh."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from PIL import Image

from gemini_nb.drawing.colours import contrast
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.heatmaps.cosine_scale import fitted_scale
from gemini_nb.plots.heatmaps.heatmap import HIDDEN
from gemini_nb.plots.heatmaps.similarity_plot import plot_similarity
from gemini_nb.plots.plot import VEGA_LITE, Plot
from gemini_nb.plots.vega import stored_size

QUICK = settings(derandomize=True, deadline=None, max_examples=25)
HOSTILE = (
    "<script>alert(1)</script>",
    "$x$ and $y$",
    "datum['a']",
    "two\nlines",
    "\N{KITE} 茶",
    "x" * 10_000,
    "",
    "[(*",
    "\ud800",
)


def embeddings(count: int, *, dimensions: int = 16, seed: int = 0, **fields: Any) -> Embeddings:
    """Items in four clusters, all in one cone."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((4, dimensions))
    vectors = centres[random.integers(0, 4, count)] + 1
    vectors = vectors + 0.5 * random.standard_normal((count, dimensions))
    fields = {"items": [f"kite {number}" for number in range(count)], **fields}
    return Embeddings(vectors, model="a-model", **fields)


def cells(plot: Plot) -> list[dict[str, str]]:
    """The pairs behind the interactive heatmap, each once."""
    assert plot.specification is not None
    return list(csv.DictReader(io.StringIO(plot.specification["vconcat"][0]["data"]["values"])))


def colours(plot: Plot) -> np.ndarray:
    """What stands in the cells of the figure, shape (rows, columns, 3)."""
    return np.asarray(plot.figure.axes[0].images[0].get_array())


def row_names(plot: Plot) -> list[str]:
    return [label.get_text() for label in plot.figure.axes[0].get_yticklabels()]


def statement(plot: Plot) -> str:
    return plot.text.splitlines()[0]


def test_a_plot_tells_range_order_and_the_pairs_at_both_ends() -> None:
    plot = plot_similarity(
        Embeddings([[1, 0], [0.8, 0.6], [0, 1], [0.6, 0.8]], "abcd", model="a-model")
    )
    assert plot.text.splitlines() == [
        "cosine 0.00 to 0.96 · diagonal hidden · linkage order, optimal leaves",
        "most alike   0.96  1 · b | 3 · d",
        "             0.80  0 · a | 1 · b",
        "             0.80  2 · c | 3 · d",
        "least alike  0.00  0 · a | 2 · c",
    ]


def test_the_interactive_heatmap_holds_the_cosines_of_all_pairs_of_two_items() -> None:
    made = embeddings(7)
    found = {
        tuple(sorted((int(pair["row"]), int(pair["column"])))): float(pair["cosine"])
        for pair in cells(plot_similarity(made))
    }
    cosines = made.vectors @ made.vectors.T
    assert set(found) == {(j, i) for i in range(7) for j in range(i)}
    for (row, column), cosine in found.items():
        assert cosine == pytest.approx(cosines[row, column], abs=6e-4)


def test_the_interactive_heatmap_names_rows_in_the_order_of_the_picture() -> None:
    plot = plot_similarity(embeddings(12))
    assert plot.specification is not None
    view = plot.specification["vconcat"][0]
    assert view["encoding"]["y"]["scale"]["domain"] == row_names(plot)
    numbers = [int(name.partition(" ")[0]) for name in row_names(plot)]
    assert view["encoding"]["x"]["scale"]["domain"] == numbers
    assert sorted(numbers) == list(range(12))


def test_each_text_is_stored_once_and_looked_up() -> None:
    text = "the only red kite over the bay that afternoon, seen from the pier by nobody but us"
    plot = plot_similarity(embeddings(9, items=[text, *"bcdefghi"]))
    assert json.dumps(plot.specification).count(text) == 1


def test_the_diagonal_is_hidden() -> None:
    picture = colours(plot_similarity(embeddings(6)))
    hidden = (picture == tuple(bytes.fromhex(HIDDEN[1:]))).all(axis=2)
    assert (hidden == np.eye(6, dtype=bool)).all()


@pytest.mark.parametrize("count", [2, 3, 12, 25])
@pytest.mark.parametrize("centre", ["none", "mean"])
def test_the_number_in_each_cell_is_easy_to_read(count: int, centre: Any) -> None:
    plot = plot_similarity(embeddings(count), centre=centre)
    picture = colours(plot)
    texts = [
        text for text in plot.figure.axes[0].texts if re.match(r"-?\d\.\d\d$", text.get_text())
    ]
    assert len(texts) == count * (count - 1)
    for text in texts:
        column, row = (int(place) for place in text.get_position())
        fill = f"#{bytes(picture[row, column]).hex()}"
        assert contrast(to_hex(text.get_color()), fill) >= 4.5


def test_beyond_25_items_cells_have_no_numbers() -> None:
    assert not [
        text for text in plot_similarity(embeddings(26)).figure.axes[0].texts if text.get_text()
    ]


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_drawn_and_kept_out_of_expressions(label: str) -> None:
    plot = plot_similarity(embeddings(4, items=[label, "b", "c", "d"]))
    assert plot.png
    assert plot.specification is not None
    for line in plot.text.splitlines():
        assert line.isprintable()
    view = plot.specification["vconcat"][0]
    expressions = re.findall(
        r'"(?:expr|calculate|filter|test|labelExpr)": "([^"]*)"', json.dumps(view)
    )
    assert expressions == ["[datum.row, datum.column]", "[datum.column, datum.row]"]
    assert max(len(item["text"]) for item in plot.specification["datasets"]["items"]) < 410


def test_dollars_in_labels_are_dollars() -> None:
    axes = plot_similarity(embeddings(3, items=["$x$", "$y$", "$z$"])).figure.axes[0]
    assert not any(label.get_parse_math() for label in axes.get_yticklabels())


@pytest.mark.parametrize("count", [2, 3, 12, 30, 70])
def test_no_word_is_cut_off_at_the_edge_of_the_page(count: int) -> None:
    labels = [f"W{number} " + "wide " * 9 for number in range(count)]
    figure = plot_similarity(embeddings(count, items=labels, answered_by="offline")).figure
    figure.canvas.draw()
    words = [*figure.texts, *figure.axes[0].get_yticklabels(), *figure.axes[-1].get_yticklabels()]
    for text in words:
        bounds = text.get_window_extent()
        assert bounds.x0 >= 0, text
        assert bounds.x1 <= figure.bbox.width, text
        assert bounds.y0 >= 0, text
        assert bounds.y1 <= figure.bbox.height, text


@pytest.mark.parametrize("count", [12, 40, 70, 300])
def test_names_of_rows_do_not_overlap(count: int) -> None:
    figure = plot_similarity(embeddings(count)).figure
    figure.canvas.draw()
    heights = sorted(label.get_window_extent().y0 for label in figure.axes[0].get_yticklabels())
    size = figure.axes[0].get_yticklabels()[0].get_fontsize() * figure.dpi / 72
    assert np.diff(heights).min() >= size


def test_each_cell_has_the_same_whole_number_of_pixels() -> None:
    figure = plot_similarity(embeddings(130)).figure
    extent = figure.axes[0].get_window_extent()
    assert extent.width % 130 == pytest.approx(0)
    assert extent.x0 == pytest.approx(round(extent.x0))
    assert extent.y0 == pytest.approx(round(extent.y0))


def test_a_range_of_values_can_be_set_and_what_lies_outside_is_counted_and_marked() -> None:
    made = Embeddings([[1, 0], [0.8, 0.6], [0, 1]], "abc", model="a-model")
    plot = plot_similarity(made, value_range=(0.5, 0.7))
    assert statement(plot).startswith("cosine 0.50 to 0.70 · ")
    assert statement(plot).endswith("2 pairs outside the colours' range")
    below, above = plot.figure.axes[0].collections
    assert (len(below.get_offsets()), len(above.get_offsets())) == (2, 2)
    assert [tick.get_text() for tick in plot.figure.axes[-1].get_yticklabels()][::4] == [
        "0.50",
        "0.70",
    ]


def test_a_wide_enough_range_leaves_nothing_outside() -> None:
    assert "outside" not in plot_similarity(embeddings(50), value_range=(-1, 1)).text


@pytest.mark.parametrize(
    "wrong", [(1, 0), (0.5, 0.5), (0, float("nan")), 0.5, ("low", "high"), (0, 0.5, 1)]
)
def test_a_range_that_is_none_is_an_error(wrong: Any) -> None:
    with pytest.raises(EmbeddingError, match="is no range"):
        plot_similarity(embeddings(3), value_range=wrong)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_items_are_an_error_that_says_so(count: int) -> None:
    with pytest.raises(EmbeddingError, match=f"2 to 100,000 items, and this set has {count}"):
        plot_similarity(embeddings(2)[:count])


@pytest.mark.parametrize("count", [2, 12, 1001])
def test_identical_items_are_said_to_be(count: int) -> None:
    plot = plot_similarity(Embeddings([[1, 2]] * count, ["kite"] * count, model="a-model"))
    assert statement(plot).startswith("cosine 1.00 everywhere · ")
    assert "outside" not in plot.text
    assert plot.png


@pytest.mark.parametrize("wrong", [{"order": "size"}, {"centre": "median"}])
def test_an_option_that_there_is_not_is_an_error(wrong: Any) -> None:
    with pytest.raises(EmbeddingError, match=next(iter(wrong.values()))):
        plot_similarity(embeddings(3), **wrong)


def test_input_order_keeps_the_order_and_says_so() -> None:
    plot = plot_similarity(embeddings(8), order="input")
    assert [name.partition(" ")[0] for name in row_names(plot)] == list("01234567")
    assert "input order" in statement(plot)


def test_items_of_several_modalities_are_centred_and_grouped() -> None:
    kinds = ("text", "image", "text", "image", "image", "text", "text", "image")
    plot = plot_similarity(embeddings(8, modalities=kinds))
    order = [int(name.partition(" ")[0]) for name in row_names(plot)]
    assert [kinds[item] for item in order] == ["text"] * 4 + ["image"] * 4
    assert "less each modality's mean" in statement(plot)
    captions = [text.get_text() for text in plot.figure.axes[0].texts]
    assert {"text", "image"} <= set(captions)


def test_centred_cosines_have_a_scale_that_is_symmetric_about_zero() -> None:
    plot = plot_similarity(embeddings(20), centre="mean")
    assert plot.specification is not None
    scale = plot.specification["vconcat"][0]["layer"][0]["encoding"]["color"]["scale"]
    low, high = scale["domain"]
    assert low == -high
    assert scale["scheme"] == "redblue"


def test_a_range_without_0_in_its_middle_has_no_colour_for_0() -> None:
    def colours(value_range: tuple[float, float]) -> str:
        return fitted_scale(np.zeros(1, np.float32), value_range, is_diverging=True).colour_map

    assert colours((-0.5, 0.5)) != colours((0.2, 0.8)) == colours((-0.5, 0.6))


def test_cosines_as_they_are_have_a_scale_that_runs_one_way() -> None:
    plot = plot_similarity(embeddings(20))
    assert plot.specification is not None
    scale = plot.specification["vconcat"][0]["layer"][0]["encoding"]["color"]["scale"]
    assert scale["scheme"] == "viridis"


def test_items_that_are_the_mean_itself_are_told() -> None:
    kinds = ("text", "text", "text", "image")
    plot = plot_similarity(embeddings(4, modalities=kinds), centre="modality")
    assert "0 with all for 1 item equal to that mean" in statement(plot)


def test_vectors_that_gemini_did_not_make_are_told() -> None:
    assert "offline, lexical" in plot_similarity(embeddings(5, answered_by="offline")).text
    assert "offline" not in plot_similarity(embeddings(5)).text


def test_a_heatmap_of_40_items_weighs_less_than_100_kb() -> None:
    items = [f"{number} red kites over the bay, and a pier with gulls" * 3 for number in range(40)]
    shown = plot_similarity(embeddings(40, items=items))._repr_mimebundle_()
    assert VEGA_LITE in shown
    assert len(json.dumps(shown, indent=1)) < 100_000


@pytest.mark.parametrize("length", [10, 300, 10_000])
def test_an_interactive_heatmap_weighs_at_most_60_kb(length: int) -> None:
    plot = plot_similarity(embeddings(60, items=["k" * length] * 60))
    assert plot.specification is not None
    assert stored_size(plot.specification) <= 60_000


def test_beyond_60_items_there_are_pixels_only() -> None:
    assert plot_similarity(embeddings(61)).specification is None


def test_beyond_1000_items_blocks_show_mean_and_maximum_and_the_title_says_so() -> None:
    plot = plot_similarity(embeddings(1200))
    mean, largest, _ = plot.figure.axes
    assert [axes.texts[0].get_text() for axes in (mean, largest)] == [
        "mean of each block",
        "largest of each block",
    ]
    assert (
        "1,200 items, in blocks of up to 3 x 3: mean and largest" in plot.figure.texts[0].get_text()
    )
    assert Image.open(io.BytesIO(plot.png)).width < 1500


def test_two_duplicates_among_many_are_found() -> None:
    made = embeddings(1300, dimensions=64)
    vectors = made.vectors.copy()
    vectors[1234] = vectors[77]
    plot = plot_similarity(Embeddings(vectors, made.items, model="a-model"))
    assert "most alike   1.00  77 · kite 77 | 1234 · kite 1234" in plot.text


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
