"""What a map keeps is measured in the full space, as scikit-learn's own neighbours tell it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.plots.faithfulness import faithfulness, kept_neighbors


def unit_rows(items: int, dimensions: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((items, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def kept_by_scikit_learn(rows: np.ndarray, places: np.ndarray, k: int, items: range) -> float:
    neighbors = pytest.importorskip("sklearn.neighbors")
    near = [
        neighbors.NearestNeighbors(n_neighbors=k + 1)
        .fit(space)
        .kneighbors(space[items], return_distance=False)
        .tolist()
        for space in (rows.astype(np.float64), places)
    ]
    pairs = zip(items, *near, strict=True)
    return float(np.mean([len(({*true} & {*seen}) - {item}) for item, true, seen in pairs])) / k


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(5, 150), st.integers(3, 40), st.integers(0, 99))
def test_the_share_kept_is_that_of_scikit_learns_neighbours(
    items: int, dimensions: int, seed: int
) -> None:
    rows = unit_rows(items, dimensions, seed)
    found = faithfulness(rows, rows[:, :2].astype(float))
    assert found.k == min(10, (items - 1) // 2)
    expected = kept_by_scikit_learn(rows, rows[:, :2], found.k, range(items))
    assert found.kept == pytest.approx(expected)


def test_of_many_items_some_spread_evenly_stand_for_all() -> None:
    rows = unit_rows(5_100, 6)
    found = faithfulness(rows, rows[:, :2].astype(float))
    assert found.measured == 1_000
    expected = kept_by_scikit_learn(rows, rows[:, :2], 10, range(0, 5_100, 5))
    assert found.kept == pytest.approx(expected, abs=0.03)


def test_a_map_that_is_the_full_space_keeps_everything_turned_or_not() -> None:
    rows = unit_rows(60, 2)
    for places in (rows.astype(float), rows @ [[0.6, -0.8], [0.8, 0.6]] * 0.5 + 0.1):
        assert faithfulness(rows, places).kept == 1


def test_a_map_at_one_place_keeps_what_chance_would() -> None:
    assert faithfulness(unit_rows(101, 20), np.zeros((101, 2))).kept == pytest.approx(0.1)


def test_of_copies_of_an_item_any_will_do() -> None:
    rows = np.repeat(unit_rows(3, 8), 20, axis=0)
    places = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 20, axis=0)
    assert faithfulness(rows, places).kept == 1


@pytest.mark.parametrize("items", range(1, 5))
def test_of_fewer_than_five_items_nothing_is_measured(items: int) -> None:
    assert faithfulness(unit_rows(items, 3), np.zeros((items, 2))).k == 0


def test_of_neighbours_that_are_shown_equally_near_each_counts_in_part() -> None:
    full = np.array([[0.9, 0.8, 0.1, 0.1], [0.5, 0.5, 0.5, 0.1]])
    shown = np.array([[0.5, 0.2, 0.2, 0.2], [0.3, 0.2, 0.1, 0.1]])
    # Of the first row number 0 for sure and one of three; of the second, any two of three will do.
    assert kept_neighbors(full, shown, 2) == pytest.approx([(1 + 1 / 3) / 2, 1])
