"""What shorter vectors keep: measured by hand, and shown."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.dimensions_plot import plot_dimensions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gemini_nb.plots.plot import Plot

QUIET = settings(derandomize=True, deadline=None, max_examples=25)


def items(vectors: ArrayLike, **changed: Any) -> Embeddings:
    labels = [f"text {i}" for i in range(len(np.asarray(vectors)))]
    made: dict[str, Any] = {"vectors": vectors, "items": labels, "model": "a-model", **changed}
    return Embeddings(**made)


def some(count: int, dimensions: int = 24, *, seed: int = 0) -> Embeddings:
    """Items whose first values matter most, as those of Gemini's models do."""
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions))
    return items(vectors * np.exp(-np.arange(dimensions) / 8))


def kept(plot: Plot) -> list[float]:
    return [float(row["kept"]) for row in rows(plot)]


def rows(plot: Plot) -> list[dict[str, str]]:
    assert plot.specification is not None
    return list(csv.DictReader(io.StringIO(plot.specification["data"]["values"])))


def lengths(plot: Plot) -> list[str]:
    return [line.split()[0] for line in plot.text.splitlines()[2:-1]]


@QUIET
@given(st.integers(3, 30), st.integers(1, 12), st.integers(0, 2**16))
def test_the_full_length_keeps_all(count: int, k: int, seed: int) -> None:
    plot = plot_dimensions(some(count, seed=seed), dimensions=[1, 5], k=k)
    assert kept(plot)[-1] == 1
    assert plot.text.splitlines()[-2].split()[-2:] == ["100", "%"]


@QUIET
@given(st.integers(0, 2**16))
def test_the_neighbours_kept_are_those_that_both_lengths_find(seed: int) -> None:
    embeddings = some(40, seed=seed)
    near = [set_of.neighbors(5).indices for set_of in (embeddings, embeddings.truncate(6))]
    shared = [len({*one} & {*other}) / 5 for one, other in zip(*near, strict=True)]
    found = kept(plot_dimensions(embeddings, dimensions=6, k=5))[0]
    assert found == pytest.approx(np.mean(shared), abs=1e-4)


@QUIET
@given(st.integers(0, 2**16), st.floats(0.01, 100))
def test_the_order_of_the_items_and_the_lengths_of_vectors_change_nothing(
    seed: int, length: float
) -> None:
    embeddings = some(25, seed=seed)
    shuffled = embeddings[np.random.default_rng(seed).permutation(25)]
    longer = items(embeddings.vectors * np.float32(length))
    one, *others = (
        plot_dimensions(each, dimensions=[1, 3, 9], k=4) for each in (embeddings, shuffled, longer)
    )
    for other in others:
        assert kept(other) == pytest.approx(kept(one), abs=1e-3)


def test_values_that_are_all_zero_at_the_end_are_not_missed() -> None:
    padded = np.pad(some(30, 6).vectors, ((0, 0), (0, 18)))
    plot = plot_dimensions(items(padded), dimensions=[6, 12], k=5)
    assert kept(plot) == [1, 1, 1]


def test_equally_near_items_are_kept_as_chance_would_pick_them() -> None:
    # By its first value, the same in all, no item is nearer than another.
    vectors = np.pad(some(9, 6).vectors, ((0, 0), (1, 0)), constant_values=1)
    assert kept(plot_dimensions(items(vectors), dimensions=1, k=2)) == [0.25, 1]


def test_identical_items_are_all_as_near_whatever_is_cut() -> None:
    assert kept(plot_dimensions(items(np.ones((12, 24))), dimensions=[2, 6], k=3)) == [1, 1, 1]


def test_by_default_the_familiar_lengths_below_the_full_one_are_compared() -> None:
    assert lengths(plot_dimensions(some(5, 768))) == ["64", "128", "256", "512", "768"]
    assert lengths(plot_dimensions(some(5, 3072)))[-2:] == ["1,536", "3,072"]
    assert lengths(plot_dimensions(some(5, 64))) == ["8", "16", "32", "64"]


def test_a_single_length_need_not_be_in_a_list() -> None:
    given_one = plot_dimensions(some(30, 6), dimensions=3)
    assert given_one.text == plot_dimensions(some(30, 6), dimensions=[3]).text
    assert given_one.text == plot_dimensions(some(30, 6), dimensions=np.float32([3])).text


def test_of_many_items_a_stated_sample_is_compared() -> None:
    text = plot_dimensions(some(1_100, 8), dimensions=[4], k=3).text
    assert "the 3 nearest neighbours of each of 1,100 items" in text
    assert "by chance under 1 %" in text
    assert "measured on 1,000 of them, evenly spread" in text


def test_of_few_items_not_all_others_count_as_near() -> None:
    text = plot_dimensions(some(5), dimensions=2, k=10).text
    assert "the 2 nearest neighbours of each of 5 items · by chance 50 %" in text
    text = plot_dimensions(some(5), dimensions=2, k=1).text
    assert "the nearest neighbour of each of 5 items · by chance 25 %" in text


@pytest.mark.parametrize("dimensions", [[0], [-4], [25], [8, 99], [2.5], ["8"]])
def test_lengths_that_can_not_be_cut_to_are_refused(dimensions: list[int]) -> None:
    with pytest.raises(EmbeddingError, match="a whole number from 1 to 24"):
        plot_dimensions(some(5), dimensions=dimensions)


def test_two_items_and_no_neighbours_are_too_few() -> None:
    with pytest.raises(EmbeddingError, match="3 items or more, not 2"):
        plot_dimensions(some(2))
    with pytest.raises(EmbeddingError, match="k=0"):
        plot_dimensions(some(5), k=0)


@pytest.mark.parametrize(
    ("scales", "said"),
    [
        ((9, 9, 1, 0.5), "2 of 4 dimensions keep 94 % of the true nearest neighbours at 50 % of"),
        ((9, 9, 3, 0.1), "3 of 4 dimensions keep 99 % of the true nearest neighbours at 75 % of"),
        ((9, 9, 9, 9), "All 4 dimensions are needed: 3 keep only 62 % of the true nearest"),
    ],
)
def test_the_shortest_length_that_keeps_enough_is_named(scales: tuple[float], said: str) -> None:
    vectors = np.random.default_rng(0).normal(size=(60, 4)) * scales
    assert plot_dimensions(items(vectors), dimensions=[1, 2, 3]).text.startswith(said)


def test_a_length_that_keeps_enough_by_luck_is_not_named() -> None:
    rng = np.random.default_rng(0)
    place, noise = rng.normal(size=(60, 2)), rng.normal(size=(60, 1))
    vectors = np.hstack((place, noise, 50 * place, 0.1 * noise))
    plot = plot_dimensions(items(vectors), dimensions=[2, 3, 5])
    assert kept(plot)[0] > 0.9 > kept(plot)[1]
    assert plot.text.startswith("5 of 6 dimensions")


def test_there_may_be_no_shorter_length() -> None:
    said = "All 8 dimensions: there is no shorter length to compare with"
    assert plot_dimensions(some(5, 8), dimensions=8).text.startswith(said)


def test_words_figure_and_vega_lite_hold_the_same_numbers() -> None:
    plot = plot_dimensions(some(40), dimensions=[3, 12])
    title, _, *lines, told = plot.text.splitlines()
    columns = [" · ".join(line.replace(" %", "%").replace(" kB", "kB").split()) for line in lines]
    named = [row["length"].replace(" %", "%").replace(" kB", "kB") for row in rows(plot)]
    assert named == columns
    assert [f"{int(100 * share)}%" for share in kept(plot)] == [c.split(" · ")[2] for c in columns]
    assert plot.specification is not None
    assert " ".join(plot.specification["title"]["text"]) == title
    assert " ".join(plot.specification["title"]["subtitle"]) == told.strip()
    written = [text.get_text().replace("\n", " · ") for text in plot.figure.findobj(Text)]
    assert {row["length"] for row in rows(plot)} <= {*written}
    curves = [line.get_ydata() for line in plot.figure.axes[0].get_lines()]
    assert curves[0] == pytest.approx(kept(plot), abs=1e-4)


def test_the_room_is_that_of_the_array() -> None:
    embeddings = some(1_000, 96)
    assert f"{embeddings.vectors.nbytes // 1_000}.0 kB" in plot_dimensions(embeddings).text


def test_a_saved_plot_is_light_the_same_each_time_and_says_who_answered() -> None:
    offline = items(some(30).vectors, answered_by="offline")
    one, other = (plot_dimensions(offline)._repr_mimebundle_() for _ in range(2))
    assert one == other
    assert "offline, lexical" in one["text/plain"]
    assert len(json.dumps(one)) < 25_000
