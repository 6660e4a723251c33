"""What a map keeps is measured in the full space, as scikit-learn's own neighbours tell it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.plots.maps.faithfulness import surroundings

quickly = settings(derandomize=True, deadline=None, max_examples=40)


def unit_rows(items: int, dimensions: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((items, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def kept_by_scikit_learn(rows: np.ndarray, places: np.ndarray, k: int, items: range) -> float:
    from sklearn.neighbors import NearestNeighbors

    true = NearestNeighbors(metric="cosine", algorithm="brute").fit(rows.astype(np.float64))
    mapped = NearestNeighbors().fit(places)
    truly = true.kneighbors(rows[items].astype(np.float64), k + 1, return_distance=False)
    near = mapped.kneighbors(places[items], k + 1, return_distance=False)
    both = [
        len((set(one) & set(other)) - {item})
        for item, one, other in zip(items, truly.tolist(), near.tolist(), strict=True)
    ]
    return float(np.mean(both)) / k


@quickly
@given(st.integers(21, 150), st.integers(3, 40), st.integers(0, 99))
def test_the_share_kept_is_that_of_scikit_learns_neighbours(
    items: int, dimensions: int, seed: int
) -> None:
    rows = unit_rows(items, dimensions, seed)
    places = rows[:, :2].astype(np.float64)
    expected = kept_by_scikit_learn(rows, places, 10, range(items))
    assert surroundings(rows, places).share_kept == pytest.approx(expected)


def test_of_many_items_some_spread_evenly_stand_for_all() -> None:
    rows = unit_rows(5_100, 6)
    places = rows[:, :2].astype(np.float64)
    found = surroundings(rows, places)
    assert len(found.measured) == 1_000
    assert (found.measured[0], found.measured[-1]) == (0, 5_099)
    assert set(np.diff(found.measured).tolist()) <= {5, 6}
    expected = kept_by_scikit_learn(rows, places, 10, range(0, 5_100, 5))
    assert found.share_kept == pytest.approx(expected, abs=0.03)


def test_a_map_that_is_the_full_space_keeps_everything() -> None:
    rows = unit_rows(60, 2)
    assert surroundings(rows, rows.astype(np.float64)).share_kept == 1


def test_moving_turning_and_stretching_a_map_changes_nothing() -> None:
    rows = unit_rows(60, 7)
    places = rows[:, :2].astype(np.float64)
    turned = places @ [[0.6, -0.8], [0.8, 0.6]] * 0.5 + 0.1
    assert surroundings(rows, turned).share_kept == surroundings(rows, places).share_kept


def test_a_map_without_places_keeps_what_chance_would() -> None:
    assert surroundings(unit_rows(101, 20), np.zeros((101, 2))).share_kept == pytest.approx(0.1)


def test_a_map_of_chance_keeps_about_what_chance_would() -> None:
    places = np.random.default_rng(4).random((400, 2))
    assert surroundings(unit_rows(400, 20), places).share_kept == pytest.approx(10 / 399, abs=0.01)


def test_of_copies_of_an_item_any_will_do() -> None:
    rows = np.repeat(unit_rows(3, 8), 20, axis=0)
    places = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 20, axis=0)
    found = surroundings(rows, places, np.repeat(["a", "b", "c"], 20).tolist())
    assert found.share_kept == 1
    assert found.beside_their_like == {"a": 1, "b": 1, "c": 1}


def test_the_nearest_are_in_order_and_never_the_item_itself() -> None:
    rows = unit_rows(50, 9)
    found = surroundings(rows, np.zeros((50, 2)))
    cosines = rows.astype(np.float64) @ rows.T
    np.fill_diagonal(cosines, -2)
    np.testing.assert_array_equal(found.indices, np.argsort(-cosines, axis=1)[:, :10])


@pytest.mark.parametrize(("items", "k"), [(0, 0), (1, 0), (2, 0), (3, 1), (12, 5), (21, 10)])
def test_never_more_than_half_of_the_others_are_neighbours(items: int, k: int) -> None:
    found = surroundings(unit_rows(items, 5), np.zeros((items, 2)))
    assert found.k == k
    assert np.isnan(found.share_kept) == (k == 0)


def test_groups_that_are_apart_have_their_like_beside_them() -> None:
    rows = np.repeat(np.eye(4, 30), 10, axis=0) + unit_rows(40, 30) * 0.3
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    groups = np.repeat([1, 2, 3, 4], 10).tolist()
    found = surroundings(rows, np.random.default_rng(0).random((40, 2)), groups)
    assert found.beside_their_like == dict.fromkeys(groups, 1.0)


def test_of_nearest_that_are_equally_near_each_counts_in_part() -> None:
    rows = np.float32([[1, 0, 0], [0, 1, 0], [0, -1, 0], [-1, 0, 0], [0, 0, -1]])
    found = surroundings(rows, np.zeros((5, 2)), ["a", "a", "b", "b", "b"])
    assert found.beside_their_like == pytest.approx({"a": 1 / 3, "b": 11 / 18})
