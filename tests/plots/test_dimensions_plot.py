"""What shorter vectors keep: measured by hand, and shown."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.dimensions.dimensions_plot import plot_dimensions, recommendation
from gemini_nb.plots.dimensions.truncations import Truncation, Truncations, truncations

QUIET = settings(derandomize=True, deadline=None, max_examples=25)


def some(count: int, dimensions: int = 24, *, seed: int = 0) -> Embeddings:
    """Items whose first values matter most, as those of Gemini's models do."""
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions))
    weights = np.exp(-np.arange(dimensions) / 8)
    return Embeddings(vectors * weights, [f"text {i}" for i in range(count)], model="a-model")


def measured(*kept: float) -> Truncations:
    """Of a length of 8, 16, 32 ... what each keeps."""
    lengths = tuple(Truncation(8 * 2**at, share, 1.0) for at, share in enumerate(kept))
    return Truncations(lengths, neighbours=10, items=100, items_for_pairs=100)


@QUIET
@given(st.integers(3, 30), st.integers(1, 12), st.integers(0, 2**16))
def test_the_full_length_keeps_all(count: int, k: int, seed: int) -> None:
    full = truncations(some(count, seed=seed).vectors, [1, 5], k).lengths[-1]
    assert full == Truncation(24, kept=1.0, correlation=pytest.approx(1.0))


@QUIET
@given(st.integers(0, 2**16))
def test_the_neighbours_kept_are_those_that_both_lengths_find(seed: int) -> None:
    embeddings = some(40, seed=seed)
    short = truncations(embeddings.vectors, [6], k=5).lengths[0]
    near = [set_of.neighbors(5).indices for set_of in (embeddings, embeddings.truncate(6))]
    shared = [len({*one} & {*other}) / 5 for one, other in zip(*near, strict=True)]
    assert short.kept == pytest.approx(np.mean(shared))


def test_the_correlation_is_scipys_of_the_cosines_of_all_pairs() -> None:
    from scipy.stats import spearmanr

    embeddings = some(40)
    above = np.triu_indices(40, 1)
    expected = spearmanr(embeddings.truncate(6).similarity()[above], embeddings.similarity()[above])
    found = truncations(embeddings.vectors, [6], k=5).lengths[0].correlation
    assert found == pytest.approx(expected.statistic, abs=1e-4)


def test_values_that_are_all_zero_at_the_end_are_not_missed() -> None:
    padded = np.pad(some(30, 6).vectors, ((0, 0), (0, 18)))
    kept = truncations(padded, [6, 12], k=5).lengths
    assert [length.kept for length in kept] == [1, 1, 1]
    assert [length.correlation for length in kept] == pytest.approx([1, 1, 1])


def test_without_the_first_values_nothing_is_left_to_compare() -> None:
    late = np.pad(some(30, 6).vectors, ((0, 0), (18, 0)))
    short = truncations(late, [6], k=5).lengths[0]
    assert short.kept < 0.5
    assert short.correlation is None


def test_a_single_length_need_not_be_in_a_list() -> None:
    items = some(30, 6)
    assert plot_dimensions(items, dimensions=3).text == plot_dimensions(items, dimensions=[3]).text


def test_identical_items_are_all_as_near_whatever_is_cut() -> None:
    same = np.repeat(some(1).vectors, 12, axis=0)
    assert [length.kept for length in truncations(same, [2, 6], k=3).lengths] == [1, 1, 1]
    text = plot_dimensions(Embeddings(same, list("abcdefghijkl"), model="a-model")).text
    assert "none" in text


@QUIET
@given(st.integers(0, 2**16))
def test_the_order_of_the_items_changes_nothing(seed: int) -> None:
    vectors = some(25, seed=seed).vectors
    shuffled = vectors[np.random.default_rng(seed).permutation(25)]
    one, other = (truncations(rows, [3, 9], k=4).lengths for rows in (vectors, shuffled))
    assert [length.kept for length in one] == pytest.approx([length.kept for length in other])


def test_by_default_the_familiar_lengths_below_the_full_one_are_compared() -> None:
    def lengths(dimensions: int) -> list[int]:
        compared = truncations(some(5, dimensions).vectors, None, k=1)
        return [length.dimensions for length in compared.lengths]

    assert lengths(768) == [64, 128, 256, 512, 768]
    assert lengths(3072) == [64, 128, 256, 512, 768, 1536, 3072]
    assert lengths(64) == [8, 16, 32, 64]


def test_of_many_items_a_stated_sample_is_compared() -> None:
    text = plot_dimensions(some(2_100, 8), dimensions=[4], k=3).text
    assert "2,100 items, 2,000 evenly spread ones compared" in text
    assert "pairs of 500 of them" in text


def test_of_few_items_not_all_others_count_as_near() -> None:
    compared = truncations(some(5).vectors, [2], k=10)
    assert compared.neighbours == 2
    assert compared.chance == 0.5


@pytest.mark.parametrize("dimensions", [[0], [-4], [25], [8, 99], [2.5], ["8"], [True]])
def test_lengths_that_can_not_be_cut_to_are_refused(dimensions: list[int]) -> None:
    with pytest.raises(EmbeddingError, match="takes whole numbers from 1 to that"):
        plot_dimensions(some(5), dimensions=dimensions)


def test_two_items_and_no_neighbours_are_too_few() -> None:
    with pytest.raises(EmbeddingError, match="needs 3 items, not 2"):
        plot_dimensions(some(2))
    with pytest.raises(EmbeddingError, match="k=0"):
        plot_dimensions(some(5), k=0)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ((0.5, 0.93, 1), "16 of 32 dimensions keep 93 % of the true 10 nearest neighbours at half"),
        ((0.92, 0.95, 1), "8 of 32 dimensions keep 92 % of .* at a quarter of the bytes"),
        ((0.95, 0.6, 0.91, 1), "32 of 64 dimensions keep 91 %"),  # 8 was luck
        ((0.3, 0.81, 1), "All 32 dimensions are needed: the best shorter length, 16, keeps 81 %"),
        ((1,), "All 8 dimensions: there is no shorter"),
    ],
)
def test_the_shortest_length_from_which_on_enough_is_kept_is_named(
    kept: tuple[float, ...], said: str
) -> None:
    import re

    assert re.match(said, recommendation(measured(*kept)))


def test_words_figure_and_vega_lite_hold_the_same_numbers() -> None:
    from matplotlib.text import Text

    embeddings = some(40)
    plot = plot_dimensions(embeddings, dimensions=[3, 12])
    lengths = truncations(embeddings.vectors, [3, 12], 10).lengths
    lines = [line.split() for line in plot.text.splitlines()[3:]]
    assert [int(line[0]) for line in lines] == [3, 12, 24]
    assert [int(line[1]) for line in lines] == [round(100 * length.kept) for length in lengths]
    assert plot.specification is not None
    view, footnote = plot.specification["vconcat"]
    rows = list(csv.DictReader(io.StringIO(view["data"]["values"])))
    assert [row["kept"].split()[0] for row in rows[::2]] == [line[1] for line in lines]
    assert [row["correlation"] for row in rows[::2]] == [line[3] for line in lines]
    assert " ".join(footnote["data"]["values"][0]["text"]) == plot.text.splitlines()[1]
    written = {text.get_text() for text in plot.figure.findobj(Text)}
    assert {f"{line[1]} %" for line in lines} <= written
    assert {line[3] for line in lines} <= written


def test_the_room_is_that_of_the_array() -> None:
    embeddings = some(1_000, 96)
    assert truncations(embeddings.vectors, [64], 3).lengths[-1].bytes_per_thousand == (
        embeddings.vectors.nbytes
    )
    assert "384 kB" in plot_dimensions(embeddings).text


def test_a_saved_plot_is_light_and_says_who_answered() -> None:
    offline = Embeddings(some(30).vectors, list(range(30)), model="m", answered_by="offline")
    bundle = plot_dimensions(offline)._repr_mimebundle_()
    assert "offline, lexical" in bundle["text/plain"]
    assert len(json.dumps(bundle)) < 60_000
