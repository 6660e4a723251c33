"""What is nearest to a query, as a plot: what it says, in words, in pixels and in Vega-Lite."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.neighbors_plot import plot_neighbors

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from gemini_nb.plots.plot import Plot

QUIET = settings(derandomize=True, deadline=None, max_examples=30)
HOSTILE = ("$x_1^2$", "<script>alert(1)</script>", "two\nlines", "k" * 10_000, "[a" * 5_000, "")


def some(count: int, *, seed: int = 0, **changed: Any) -> Embeddings:
    """Items of a model in which all are somewhat alike."""
    vectors = np.random.default_rng(seed).normal(size=(count, 16)) + 0.7
    labels = [f"text {i}" for i in range(count)]
    made: dict[str, Any] = {"vectors": vectors, "items": labels, "model": "a-model", **changed}
    return Embeddings(**made)


def query_for(embeddings: Embeddings, seed: int = 1) -> Embeddings:
    vector = np.random.default_rng(seed).normal(size=(1, embeddings.dimensions)) + 0.7
    return some(1, vectors=vector, items=["what is sought"])


def ranked(plot: Plot) -> list[tuple[str, str]]:
    """Score and label of each row of the table."""
    lines = re.findall(r"^ +\d+  (.+?) +([+-]?\d\.\d+)(?:  \w+)?$", plot.text, re.MULTILINE)
    return [(score, label) for label, score in lines]


def rows(plot: Plot) -> list[dict[str, str]]:
    assert plot.specification is not None
    return list(csv.DictReader(io.StringIO(plot.specification["data"]["values"])))


def layers(plot: Plot, mark: str) -> list[dict[str, Any]]:
    """Those that are drawn so and have one place of their own, not one in each row."""
    assert plot.specification is not None
    return [
        layer
        for layer in plot.specification["layer"]
        if layer["mark"]["type"] == mark and "data" in layer
    ]


def written(plot: Plot) -> list[str]:
    return [text.get_text() for text in plot.figure.findobj(Text)]


def places_of_words(figure: Figure) -> list[Bbox]:
    FigureCanvasAgg(figure).draw()
    [axes] = figure.axes
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticklabels() if low <= tick.get_position()[0] <= high]
    words = [*figure.texts, *axes.texts, *axes.get_yticklabels(), *ticks, axes.xaxis.label]
    return [text.get_window_extent() for text in words]


def test_the_items_are_listed_by_their_cosine_to_the_query() -> None:
    embeddings = some(30)
    query = query_for(embeddings)
    cosines = embeddings.similarity(query)[:, 0]
    best = np.argsort(-cosines)[:5]
    plot = plot_neighbors(embeddings, query, k=5)
    assert plot.text.startswith("5 nearest to 'what is sought'\n")
    assert ranked(plot) == [(f"{cosines[item]:.3f}", f"text {item}") for item in best]


def test_words_pixels_and_vega_lite_hold_the_numbers_of_the_ranking() -> None:
    embeddings = some(30)
    ranking = embeddings.nearest(query_for(embeddings), k=7)
    plot = plot_neighbors(embeddings, ranking)
    expected = [(f"{hit.score:.3f}", hit.label) for hit in ranking]
    assert ranked(plot) == expected
    assert [(f"{float(row['score']):.3f}", row["text"]) for row in rows(plot)] == expected
    labels = [f"\u200e{hit.index} · {hit.label}\u200e\u2003{hit.score:.3f}" for hit in ranking]
    assert [row["row"] for row in rows(plot)] == labels
    assert {*labels} <= {*written(plot)}


def test_the_statement_is_that_of_the_ranking_in_the_picture_and_in_vega_lite() -> None:
    embeddings = some(30)
    plot = plot_neighbors(embeddings, query_for(embeddings))
    assert plot.specification is not None
    told = " ".join(plot.specification["title"]["subtitle"])
    remarks = embeddings.nearest(query_for(embeddings), 10).remarks
    assert told == " · ".join((*remarks, "shaded: where 9 of 10 pairs taken at random are"))
    assert told in [text.replace("\n", " ") for text in written(plot)]
    assert all(remark in plot.text for remark in remarks)


@QUIET
@given(st.integers(0, 2**16), st.floats(0.01, 100))
def test_the_order_of_the_items_and_the_lengths_of_vectors_change_nothing(
    seed: int, length: float
) -> None:
    embeddings = some(20, seed=seed)
    query = query_for(embeddings, seed + 1)
    shuffled = embeddings[np.random.default_rng(seed).permutation(20)]
    longer = some(20, vectors=embeddings.vectors * np.float32(length), items=embeddings.items)
    found = ranked(plot_neighbors(embeddings, query))
    assert ranked(plot_neighbors(shuffled, query)) == found
    assert ranked(plot_neighbors(longer, query)) == found


def test_what_is_usual_in_the_set_stands_behind_the_dots() -> None:
    embeddings = some(40)
    usual = embeddings.typical
    assert usual is not None
    plot = plot_neighbors(embeddings, query_for(embeddings))
    [band] = layers(plot, "rect")
    ends = [band["encoding"][side]["datum"] for side in ("x", "x2")]
    assert ends == pytest.approx([usual.low, usual.high], abs=5e-4)
    names = {each["mark"]["text"]: each["encoding"]["x"]["datum"] for each in layers(plot, "text")}
    assert names == pytest.approx({"at random": usual.median, "nearest": usual.nearest}, abs=5e-4)
    assert {*names} <= {*written(plot)}


def test_a_set_of_several_kinds_is_placed_by_score_and_compared_with_no_pairs() -> None:
    mixed = some(12, modalities=["text", "image"] * 6)
    plot = plot_neighbors(mixed, query_for(mixed), k=3)
    ranking = mixed.nearest(query_for(mixed), k=3)
    assert [score for score, _ in ranked(plot)] == [f"{hit.score:+.3f}" for hit in ranking]
    assert "score: " in plot.text
    assert not layers(plot, "rect")
    assert "mean of its kind" in written(plot)


def test_a_query_of_another_kind_is_compared_with_no_pairs() -> None:
    texts = some(12)
    picture = some(1, seed=3, modalities=["image"])
    plot = plot_neighbors(texts, picture)
    assert "shaded" not in plot.text
    assert not layers(plot, "rect")


def test_one_item_two_equal_ones_and_many_can_be_shown() -> None:
    one = some(1)
    assert ranked(plot_neighbors(one, query_for(one)))[0][1] == "text 0"
    assert plot_neighbors(one + one, query_for(one)).png
    equal = some(5, vectors=np.ones((5, 4)))
    plot = plot_neighbors(equal, equal[0])
    assert [score for score, _ in ranked(plot)] == ["1.000"] * 5
    [axes] = plot.figure.axes
    assert axes.get_xlim()[1] <= 1.01


@pytest.mark.parametrize(
    ("k", "label"),
    [(1, "kite "), (3, ""), (10, "a long word " * 9), (10, "\U0001f6d8" * 40), (30, "")],
)
@pytest.mark.filterwarnings("ignore:no installed font has")
def test_no_word_is_outside_the_picture_and_none_on_another(k: int, label: str) -> None:
    embeddings = some(40, labels=[f"{label}{i}" for i in range(40)])
    unlike = some(1, vectors=-embeddings.vectors[:1])
    for query in (query_for(embeddings), embeddings[3], unlike):
        figure = plot_neighbors(embeddings, query, k=k).figure
        boxes = places_of_words(figure)
        assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
        assert all(box.y0 >= 0 and box.y1 <= figure.bbox.height for box in boxes)
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("k", [0, -1, 31, 1.5, None])
def test_a_number_of_rows_that_no_plot_can_show_is_refused(k: Any) -> None:
    with pytest.raises(EmbeddingError, match=f"k={k} is not 1 to 30"):
        plot_neighbors(some(3), query_for(some(3)), k=k)


def test_nothing_to_search_and_a_ranking_of_other_items_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="no items"):
        plot_neighbors(some(2)[:0], query_for(some(2)))
    with pytest.raises(EmbeddingError, match="of other items"):
        plot_neighbors(some(10), some(20).nearest(query_for(some(20))))


def test_a_label_from_right_to_left_stands_between_its_number_and_its_score() -> None:
    embeddings = some(1, labels=["\u05e9\u05dc\u05d5\u05dd"])
    assert rows(plot_neighbors(embeddings, embeddings[0]))[0]["row"] == (
        "\u200e0 · \u05e9\u05dc\u05d5\u05dd\u200e\u20031.000"
    )


def test_vectors_made_offline_say_so() -> None:
    offline = some(4, answered_by="offline")
    asked = some(1, answered_by="offline")
    assert plot_neighbors(offline, asked).text.endswith("offline, lexical")


def test_hostile_texts_are_shown_as_they_are_and_the_plot_stays_light() -> None:
    labels = [HOSTILE[i % 6] + str(i) * (i % 6 < 5) for i in range(90)]
    embeddings = some(90, items=range(90), labels=labels)
    plot = plot_neighbors(embeddings, query_for(embeddings), k=30, title="$x_1^2$ </script>")
    bundle = plot._repr_mimebundle_()
    saved = json.dumps(bundle["application/vnd.vegalite.v5+json"], ensure_ascii=False)
    assert len(saved.encode()) < 30_000
    assert len(plot.png) < 50_000
    assert any("<script>alert(1)</script>" in row["text"] for row in rows(plot))
    assert "$x_1^2$ </script>" in written(plot)


def test_the_same_plot_has_the_same_bytes() -> None:
    embeddings = some(9)
    one, other = (plot_neighbors(embeddings, query_for(embeddings)) for _ in range(2))
    assert one.png == other.png
    assert one.specification == other.specification
