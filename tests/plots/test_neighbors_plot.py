"""What is nearest to a query, as a plot: what it says, in words, in pixels and in Vega-Lite."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.rankings.lollipops import Lollipops, Row
from gemini_nb.plots.rankings.neighbors_plot import plot_neighbors
from gemini_nb.plots.rankings.reranking import compared

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gemini_nb.plots.plot import Plot

QUIET = settings(derandomize=True, deadline=None, max_examples=40)
HOSTILE = ("$x_1^2$", "<script>alert(1)</script>", "two\nlines", "😀" * 10_000, "[a" * 5_000, "")


def some(count: int, *, seed: int = 0, labels: list[str] | None = None) -> Embeddings:
    """Items of a model in which all are somewhat alike."""
    vectors = np.random.default_rng(seed).normal(size=(count, 16)) + 0.7
    return Embeddings(vectors, labels or [f"text {i}" for i in range(count)], model="a-model")


def query_for(embeddings: Embeddings, seed: int = 1) -> Embeddings:
    vector = np.random.default_rng(seed).normal(size=(1, embeddings.dimensions)) + 0.7
    return Embeddings(vector, ["what is sought"], model="a-model")


def ranked(plot: Plot) -> list[tuple[str, str]]:
    """Score and label of each line below the first two."""
    lines = [line.split(maxsplit=4) for line in plot.text.splitlines()[2:]]
    return [(line[1], line[4]) for line in lines]


def labels_after(plot: Plot) -> list[str]:
    return [line[line.index("text") :] for line in plot.text.splitlines()[2:] if line[1] != "-"]


def rows(plot: Plot) -> list[dict[str, str]]:
    assert plot.specification is not None
    return list(csv.DictReader(io.StringIO(view(plot)["data"]["values"])))


def view(plot: Plot) -> dict[str, Any]:
    assert plot.specification is not None
    return plot.specification["vconcat"][0]


def without_data(specification: Any) -> Any:
    if isinstance(specification, dict):
        return {
            name: without_data(member) for name, member in specification.items() if name != "data"
        }
    if isinstance(specification, list):
        return [without_data(member) for member in specification]
    return specification


def written(figure: Figure) -> list[str]:
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text)]


def test_the_items_are_listed_by_their_cosine_to_the_query() -> None:
    embeddings = some(30)
    query = query_for(embeddings)
    cosines = embeddings.similarity(query)[:, 0]
    best = np.argsort(-cosines)[:5]
    plot = plot_neighbors(embeddings, query, k=5)
    assert plot.text.startswith("query: what is sought\n")
    assert ranked(plot) == [(f"{cosines[item]:.2f}", f"text {item}") for item in best]


def test_what_is_shown_is_the_same_in_words_in_pixels_and_in_vega_lite() -> None:
    plot = plot_neighbors(some(30), query_for(some(30)), k=7)
    in_words = ranked(plot)
    in_vega = [(row["shown"].partition(",")[0], row["text"]) for row in rows(plot)]
    assert in_vega == in_words
    texts = written(plot.figure)
    for rank, (score, label) in enumerate(in_words, 1):
        assert f"{rank} · {label}" in texts
        assert any(text.partition(",")[0] == score for text in texts)


def test_the_line_below_says_the_same_in_all_three() -> None:
    plot = plot_neighbors(some(30), query_for(some(30)))
    footnote = plot.text.splitlines()[1]
    assert "lines start at the median of this set's 435 pairs" in footnote
    assert plot.specification is not None
    below = plot.specification["vconcat"][1]
    assert " ".join(below["data"]["values"][0]["text"]) == footnote
    assert footnote in [text.replace("\n", " ") for text in written(plot.figure)]


@QUIET
@given(st.integers(0, 2**16))
def test_the_order_of_the_items_changes_nothing(seed: int) -> None:
    embeddings = some(20, seed=seed)
    query = query_for(embeddings, seed + 1)
    shuffled = embeddings[np.random.default_rng(seed).permutation(20)]
    assert plot_neighbors(shuffled, query).text == plot_neighbors(embeddings, query).text


def test_a_second_copy_of_the_winner_takes_its_lead() -> None:
    embeddings = some(20)
    query = query_for(embeddings)
    before = plot_neighbors(embeddings, query)
    assert "leads by 0." in before.text
    winner = embeddings.nearest(query, k=1).hits[0].index
    after = plot_neighbors(embeddings + embeddings[winner], query)
    assert "the first two are equally near" in after.text
    assert "leads" not in after.text


def test_the_lead_is_that_of_the_first_two_also_when_one_is_shown() -> None:
    embeddings = some(20)
    query = query_for(embeddings)
    first, second = embeddings.nearest(query, k=2).scores.tolist()
    plot = plot_neighbors(embeddings, query, k=1)
    assert f"leads by {first - second:.2f}, more than" in plot.text
    assert len(ranked(plot)) == 1
    drawn = next(layer for layer in view(plot)["layer"] if layer["mark"].get("strokeWidth") == 6)
    ends = drawn["data"]["values"][0]
    assert (ends["first"], ends["second"]) == pytest.approx((first, second), abs=1e-4)


def test_a_lead_that_two_decimals_hide_gets_more_of_them() -> None:
    embeddings = Embeddings([[1, 0.01], [1, 0.06], [0, 1]], ["a", "b", "c"], model="a-model")
    assert "leads by 0.001" in plot_neighbors(embeddings, embeddings[0]).text


def test_the_band_holds_nine_tenths_of_the_pairs() -> None:
    embeddings = some(40)
    pairs = embeddings.similarity()[np.triu_indices(40, 1)]
    low, high = np.quantile(pairs, [0.05, 0.95])
    plot = plot_neighbors(embeddings, query_for(embeddings))
    assert f"band: 5th to 95th percentile ({low:.2f} to {high:.2f})" in plot.text
    band = view(plot)["layer"][0]["data"]["values"][0]
    assert (band["low"], band["high"]) == pytest.approx((low, high), abs=1e-4)


def test_a_ranking_is_plotted_as_its_query_is() -> None:
    embeddings = some(20)
    query = query_for(embeddings)
    ranking = embeddings.nearest(query, k=10)
    assert plot_neighbors(embeddings, ranking).text == plot_neighbors(embeddings, query).text


def test_a_ranking_of_other_items_is_refused() -> None:
    ranking = some(20).nearest(query_for(some(20)))
    with pytest.raises(EmbeddingError, match="differ from item 10 on"):
        plot_neighbors(some(10), ranking)


def test_a_ranking_of_shorter_vectors_is_measured_by_their_pairs() -> None:
    embeddings = some(20)
    short = embeddings.truncate(3)
    ranking = short.nearest(query_for(embeddings).truncate(3), k=10)
    median = np.median(short.similarity()[np.triu_indices(20, 1)])
    assert f"pairs ({median:.2f})" in plot_neighbors(embeddings, ranking).text


def test_vectors_made_offline_say_so() -> None:
    offline = Embeddings(np.eye(4), list("abcd"), model="a-model", answered_by="offline")
    assert "offline, lexical" in plot_neighbors(offline, offline[0]).text
    again = plot_neighbors(offline, offline[0], reranked=[1, 2, 3, 4])
    assert "offline, lexical" in again.text


def test_in_a_set_of_several_kinds_lines_start_at_the_mean_of_each() -> None:
    vectors = np.random.default_rng(0).normal(size=(12, 8)) + 1
    mixed = Embeddings(
        vectors, [f"{i}" for i in range(12)], model="a-model", modalities=["text", "image"] * 6
    )
    query = Embeddings(vectors[:1] + 0.1, ["sought"], model="a-model")
    plot = plot_neighbors(mixed, query, k=3)
    assert "mean cosine with the items of the same kind" in plot.text
    assert "mean of its kind" in written(plot.figure)


def test_one_item_and_two_identical_ones_can_be_shown() -> None:
    one = some(1)
    assert "no pairs" in plot_neighbors(one, query_for(one)).text
    twins = one + one
    plot = plot_neighbors(twins, query_for(one))
    assert "the first two are equally near" in plot.text
    assert "only pair (1.00)" in plot.text
    assert plot.png


def test_without_items_there_is_nothing_to_show() -> None:
    with pytest.raises(EmbeddingError, match="no items"):
        plot_neighbors(some(2)[:0], query_for(some(2)))


@pytest.mark.parametrize("k", [0, -1, 31, 1.5, None])
def test_a_number_of_rows_that_no_plot_can_show_is_refused(k: Any) -> None:
    with pytest.raises(EmbeddingError, match=f"k={k} is not 1 to 30"):
        plot_neighbors(some(3), query_for(some(3)), k=k)


@pytest.mark.parametrize("is_reranked", [False, True])
def test_hostile_texts_are_shown_as_they_are_and_the_plot_stays_light(*, is_reranked: bool) -> None:
    embeddings = some(90, labels=[HOSTILE[i % 6] + str(i) * (i % 6 < 5) for i in range(90)])
    reranked = list(range(90)) if is_reranked else None
    plot = plot_neighbors(
        embeddings, query_for(embeddings), k=30, reranked=reranked, title="$x_1^2$ </script>"
    )
    bundle = plot._repr_mimebundle_()
    saved = json.dumps(bundle["application/vnd.vegalite.v5+json"], ensure_ascii=False)
    assert len(saved.encode()) < 60_000
    assert len(plot.png) < 75_000
    assert len(bundle["text/plain"]) < 8_000
    assert any("<script>alert(1)</script>" in row["text"] for row in rows(plot))
    assert "alert" not in json.dumps(without_data(plot.specification))


def test_scores_in_the_same_order_move_nothing() -> None:
    embeddings = some(20)
    query = query_for(embeddings)
    plot = plot_neighbors(
        embeddings, query, k=5, reranked=embeddings.similarity(query)[:, 0].tolist()
    )
    assert "of the first 5: 5 stay · rank correlation of the two orders of 20 items 1.00" in str(
        plot
    )


def test_scores_in_the_opposite_order_turn_the_ranking_round() -> None:
    embeddings = some(12)
    query = query_for(embeddings)
    opposite = (-embeddings.similarity(query)[:, 0]).tolist()
    before = [label for _, label in ranked(plot_neighbors(embeddings, query, k=12))]
    after = plot_neighbors(embeddings, query, k=12, reranked=opposite)
    assert labels_after(after) == before[::-1]
    assert "12 items -1.00" in after.text
    few = plot_neighbors(embeddings, query, k=5, reranked=opposite)
    assert "of the first 5: 5 enter, 5 leave" in few.text


def test_of_equal_scores_the_item_that_was_first_stays_first() -> None:
    embeddings = some(12)
    query = query_for(embeddings)
    winner, runner_up = embeddings.nearest(query, k=2).indices.tolist()
    scores = [float(item in {winner, runner_up}) for item in range(12)]
    plot = plot_neighbors(embeddings, query, k=12, reranked=scores)
    assert "of the first 12: 12 stay" in plot.text


def test_the_ranking_of_shorter_vectors_is_another_order() -> None:
    embeddings = some(20)
    query = query_for(embeddings)
    short = embeddings.truncate(3).nearest(query.truncate(3), k=20)
    plot = plot_neighbors(embeddings, query, k=6, reranked=short)
    assert labels_after(plot) == [hit.label for hit in short.hits[:6]]
    shown = [row["after"] for row in rows(plot) if row["after"]]
    assert [text.split(" · ")[1].split("  ")[0] for text in shown] == labels_after(plot)


def test_lines_go_from_place_to_place_and_what_enters_or_leaves_has_a_short_one() -> None:
    embeddings = some(12)
    query = query_for(embeddings)
    *_, last = order = embeddings.nearest(query, k=12).indices.tolist()
    scores = [float(12 - order.index(item)) for item in range(12)]
    scores[last] = 99.0
    plot = plot_neighbors(embeddings, query, k=3, reranked=scores)
    entered, *stayed, left = rows(plot)
    assert [(row["start"], row["end"]) for row in stayed] == [("1", "2"), ("2", "3")]
    assert [(row["x"], row["x2"]) for row in stayed] == [("0", "1")] * 2
    assert (entered["x2"], entered["end"]) == ("1", "1")
    assert (left["x"], left["start"]) == ("0", "3")
    assert min(float(entered["x"]), 1 - float(left["x2"])) > 0.8
    assert entered["after"].endswith("from 12")
    assert "(to 4)" in left["before"]
    assert {entered["after"], left["before"]} <= set(written(plot.figure))


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (0.853, "a single number for 4 items.*as one content"),  # what embeds all items as one
        ([0.853], r"shape \(1,\) for 4 items"),
        ([[1, 2, 3, 4]], r"shape \(1, 4\)"),
        ([0.853] * 4, "all 4 items the same score, 0.853"),
        ([1, 2, float("nan"), 4], "score of item 2 is nan"),
        (["red", "pink", "blue", "grey"], "as numbers"),
    ],
)
def test_what_is_no_order_is_refused_with_the_reason(scores: Any, reason: str) -> None:
    with pytest.raises(EmbeddingError, match=reason):
        plot_neighbors(some(4), query_for(some(4)), reranked=scores)


@QUIET
@given(st.permutations(range(9)), st.integers(1, 9))
def test_as_many_enter_as_leave_and_the_way_back_undoes_it(after: list[int], places: int) -> None:
    labels = [str(item) for item in range(9)]
    there = compared(range(9), after, labels, places)
    back = compared(after, range(9), labels, places)
    assert there.count("entered") == there.count("left")
    assert (there.count("up"), there.count("entered")) == (back.count("down"), back.count("left"))
    assert {move.label for move in there.moves} == {move.label for move in back.moves}
    assert there.correlation == pytest.approx(back.correlation)


@QUIET
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=9), st.none() | st.floats(-1, 1))
def test_the_scale_holds_every_dot_and_names_no_cosine_above_one(
    scores: list[float], start: float | None
) -> None:
    shown = tuple(Row(str(at), "", score, f"{score:.2f}", "") for at, score in enumerate(scores))
    drawn = Lollipops(shown, start, "median pair", None, None, "", "cosine")
    low, high = drawn.domain
    assert low < min(scores)
    assert high > max(scores)
    assert drawn.ticks
    assert all(low <= tick <= min(high, 1) for tick in drawn.ticks)
    assert drawn.ticks == sorted(set(drawn.ticks))


def test_the_same_plot_has_the_same_bytes() -> None:
    embeddings = some(9)
    one, other = (plot_neighbors(embeddings, query_for(embeddings)) for _ in range(2))
    assert one.png == other.png
    assert one.specification == other.specification
