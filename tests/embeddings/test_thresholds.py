from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gemini_nb.embeddings.comparing.duplicates import find_duplicates
from gemini_nb.embeddings.comparing.pairs import pair_scores
from gemini_nb.embeddings.comparing.thresholds import Threshold, suggest_threshold
from gemini_nb.errors import EmbeddingError

Vectors = NDArray[np.float32]
SEEDS = st.integers(0, 10_000)


def unit(rows: NDArray[np.float64]) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def cone(seed: int, count: int, narrowness: float, copies: int = 0) -> Vectors:
    """Random vectors about a common direction; the last `copies` nearly repeat the first."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(count, 96)) + narrowness
    near = rows[:copies] + 0.1 * chance.normal(size=(copies, 96))
    return unit(np.vstack([rows, near]))


def suggested(vectors: Vectors, **options: object) -> Threshold:
    labels = [f"item {number}" for number in range(len(vectors))]
    return suggest_threshold(vectors, labels, pair_scores(vectors).scores, **options)


def found_with(vectors: Vectors, threshold: Threshold) -> set[tuple[int, int]]:
    pairs = find_duplicates(vectors, [""] * len(vectors), threshold)
    return {(pair.first, pair.second) for pair in pairs}


@given(SEEDS, st.integers(10, 80), st.floats(0, 3), st.integers(1, 5))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_planted_copies_are_told_from_all_other_pairs_in_any_cone(
    seed: int, count: int, narrowness: float, copies: int
) -> None:
    vectors = cone(seed, count, narrowness, copies)
    threshold = suggested(vectors)
    assert found_with(vectors, threshold) == {(item, count + item) for item in range(copies)}
    assert (threshold.found, threshold.method) == (copies, "gap")
    assert threshold.expected is not None
    assert threshold.expected < 0.05


@given(SEEDS, st.integers(10, 80), st.floats(0, 3))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_without_copies_next_to_nothing_is_found(seed: int, count: int, narrowness: float) -> None:
    threshold = suggested(cone(seed, count, narrowness))
    assert threshold.found <= 3
    assert ("no pair stands out" in threshold.evidence) == (threshold.found == 0)


@given(SEEDS, st.randoms(use_true_random=False))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_the_order_of_the_items_does_not_matter(seed: int, chance: object) -> None:
    vectors = cone(seed, 20, 1.0, copies=2)
    order = list(range(len(vectors)))
    chance.shuffle(order)
    assert float(suggested(vectors[order])) == pytest.approx(float(suggested(vectors)), abs=1e-6)


def test_a_narrower_cone_gives_a_higher_threshold() -> None:
    wide, narrow = (suggested(cone(4, 40, narrowness)) for narrowness in (0.2, 2.0))
    assert float(wide) < float(narrow)


def test_in_a_large_set_the_few_copies_are_found_too() -> None:
    vectors = cone(6, 3000, 0.7, copies=2)
    assert found_with(vectors, suggested(vectors)) == {(0, 3000), (1, 3001)}


def test_items_of_one_topic_are_not_called_the_same() -> None:
    chance = np.random.default_rng(1)
    topics = 0.6 * chance.normal(size=(6, 256)).repeat(10, axis=0)
    threshold = suggested(unit(chance.normal(size=(60, 256)) + topics + 1))
    assert threshold.method == "chance"
    assert not any("stands out" in line for line in threshold.evidence if threshold.found)


@pytest.mark.parametrize("topics", [1, 2, 3, 4, 6, 12])
@pytest.mark.parametrize("closeness", [0.5, 1.0, 3.0])
def test_copies_are_found_among_however_many_topics(topics: int, closeness: float) -> None:
    chance = np.random.default_rng(topics)
    centres = closeness * chance.normal(size=(topics, 96))
    rows = chance.normal(size=(72, 96)) + centres[np.arange(72) % topics]
    vectors = unit(np.vstack([rows, rows[:2] + 0.1 * chance.normal(size=(2, 96))]))
    assert found_with(vectors, suggested(vectors)) == {(0, 72), (1, 73)}


def test_pairs_too_many_to_keep_are_counted_all_the_same() -> None:
    chance = np.random.default_rng(0)
    centres = 3 * chance.normal(size=(6, 48)).repeat(250, axis=0)
    vectors = unit(chance.normal(size=(1500, 48)) + centres)
    threshold = suggested(vectors)
    cosines = (vectors @ vectors.T)[np.triu_indices(1500, 1)]
    assert threshold.found == pytest.approx(np.count_nonzero(cosines >= float(threshold)), abs=2)
    assert threshold.found > 100_000
    assert (threshold.above, threshold.below) == ((), ())


def test_the_table_shows_the_pairs_on_either_side_by_name() -> None:
    threshold = suggested(cone(0, 20, 1.0, copies=1))
    assert [(pair.first, pair.second) for pair in threshold.above] == [(0, 20)]
    assert len(threshold.below) == 3
    assert all(pair.cosine < float(threshold) for pair in threshold.below)
    lines = repr(threshold).splitlines()
    assert lines[0] == f"Threshold {float(threshold):.3f}: 1 of 210 pairs reaches it"
    assert "item 20" in lines[2]


def test_items_that_are_all_the_same_are_all_found() -> None:
    vectors = unit(np.ones((6, 5)))
    threshold = suggested(vectors)
    assert len(found_with(vectors, threshold)) == 15
    assert "equally alike" in threshold.evidence[0]


def test_items_that_have_nothing_in_common_do_not_hide_a_copy() -> None:
    vectors = np.eye(8, dtype=np.float32)[[0, 1, 2, 3, 4, 5, 6, 0]]
    assert found_with(vectors, suggested(vectors)) == {(0, 7)}


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_items_are_refused(count: int) -> None:
    with pytest.raises(EmbeddingError, match="5 items"):
        suggested(cone(0, count, 1.0))


def test_few_pairs_are_called_weak_evidence() -> None:
    assert any("weak" in line for line in suggested(cone(0, 5, 1.0)).evidence)


def test_known_pairs_decide_where_chance_would_not() -> None:
    vectors = cone(3, 30, 1.0, copies=3)
    threshold = suggested(vectors, same=[(0, 30), (31, 1), (2, 32)])
    assert (threshold.method, threshold.precision, threshold.recall) == ("known pairs", 1.0, 1.0)
    assert found_with(vectors, threshold) == {(0, 30), (1, 31), (2, 32)}


@given(SEEDS)
@settings(derandomize=True, deadline=None, max_examples=30)
def test_no_other_threshold_has_a_better_f1(seed: int) -> None:
    vectors = cone(seed, 12, 1.0)
    same = {(0, 1), (2, 3), (4, 7)}  # alike by chance only: no threshold is perfect
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)

    def f1(threshold: float) -> float:
        # The threshold is a cosine in single precision.
        first, second = np.nonzero(np.triu(cosines >= threshold - 1e-6, 1))
        found = set(zip(first.tolist(), second.tolist(), strict=True))
        return 2 * len(found & same) / (len(found) + len(same))

    best = max(f1(cosine) for cosine in np.unique(cosines))
    threshold = suggested(vectors, same=same)
    assert f1(float(threshold)) == pytest.approx(best)
    assert threshold.found == len(found_with(vectors, threshold))


@pytest.mark.parametrize(
    "same", [[], [(0, 0)], [(0, 99)], [(-1, 3)], [0, 1], [(0, 1, 2)], [(0.5, 1)], 3]
)
def test_known_pairs_that_are_none_are_refused(same: Any) -> None:
    with pytest.raises(EmbeddingError, match="same="):
        suggested(cone(0, 6, 1.0), same=same)
