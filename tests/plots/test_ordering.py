"""The order of rows, and the numbers of blocks, beside SciPy's and those computed pair by pair."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering

from gemini_nb.plots.heatmaps.cosine_blocks import cosine_blocks, extremes
from gemini_nb.plots.heatmaps.cosine_scale import CosineScale, fitted_scale
from gemini_nb.plots.heatmaps.ordering import order_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.plots.heatmaps.ordering import OrderName

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def unit(count: int, dimensions: int = 8, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def neighbours(order: NDArray[np.intp]) -> set[frozenset[int]]:
    return {frozenset(map(int, pair)) for pair in pairwise(order)}


@QUICK
@given(st.integers(1, 40), st.integers(0, 1000), st.sampled_from(["linkage", "input"]))
def test_every_row_has_one_place(count: int, seed: int, order: OrderName) -> None:
    found = order_of(unit(count, seed=seed), order).positions
    assert sorted(found.tolist()) == list(range(count))


@QUICK
@given(st.integers(3, 40), st.integers(0, 1000))
def test_linkage_order_is_that_of_scipy_in_one_of_its_directions(count: int, seed: int) -> None:
    rows = unit(count, seed=seed)
    cosines = rows.astype(float) @ rows.T
    distances = 1 - cosines[np.triu_indices(count, 1)]
    tree = optimal_leaf_ordering(linkage(distances, "average"), distances)
    expected = leaves_list(tree)
    found = order_of(rows, "linkage").positions
    assert found.tolist() in (expected.tolist(), expected[::-1].tolist())


@QUICK
@given(st.integers(3, 30), st.integers(0, 1000), st.data())
def test_the_same_rows_stand_beside_each_other_in_whatever_order_they_come(
    count: int, seed: int, data: st.DataObject
) -> None:
    rows = unit(count, seed=seed)
    shuffled = np.array(data.draw(st.permutations(range(count))))
    as_they_are = order_of(rows, "linkage").positions
    turned = shuffled[order_of(rows[shuffled], "linkage").positions]
    assert neighbours(as_they_are) == neighbours(turned)


def test_groups_stay_together_in_the_order_in_which_they_first_come() -> None:
    order = order_of(unit(6), "linkage", ["text", "image", "text", "image", "text", "image"])
    assert sorted(order.positions[:3].tolist()) == [0, 2, 4]
    assert order.starts == (0, 3)
    assert "within each modality" in order.name


@pytest.mark.parametrize(
    ("count", "name"),
    [
        (500, "linkage order, optimal leaves"),
        (501, "linkage order"),
        (5001, "linkage order of 2,000 items, the others beside the most alike of them"),
    ],
)
def test_the_name_of_an_order_says_how_it_came_about(count: int, name: str) -> None:
    rows = np.repeat(np.eye(2, dtype=np.float32), count, axis=0)[::2][:count]
    assert order_of(rows, "linkage").name == name


def test_clusters_stand_together_where_only_some_rows_are_linked() -> None:
    clusters = np.random.default_rng(0).integers(0, 10, 6000)
    rows = unit(10, 32)[clusters] + 0.2 * unit(6000, 32, seed=1)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = clusters[order_of(rows, "linkage").positions]
    assert np.count_nonzero(np.diff(found)) == 9


@pytest.mark.parametrize("count", [1001, 1500])
def test_blocks_hold_the_mean_and_the_largest_of_their_pairs(count: int) -> None:
    rows = unit(count)
    order = order_of(rows, "linkage").positions
    blocks = cosine_blocks(rows, order)
    cosines = rows[order].astype(float) @ rows[order].T
    np.fill_diagonal(cosines, np.nan)
    edges = blocks.edges
    for row, column in [(0, 0), (0, 1), (7, 3), (len(edges) - 2, len(edges) - 2), (3, 200)]:
        one, other = slice(*edges[row : row + 2]), slice(*edges[column : column + 2])
        assert blocks.means[row, column] == pytest.approx(np.nanmean(cosines[one, other]), abs=1e-5)
        assert blocks.maxima[row, column] == pytest.approx(np.nanmax(cosines[one, other]), abs=1e-5)


def test_blocks_tell_the_same_extreme_pairs_as_a_strip_of_all() -> None:
    rows = unit(1100)
    cosines = np.where(np.tri(1100, dtype=bool), np.nan, rows @ rows.T).astype(np.float32)
    whole = extremes(cosines, np.arange(1100), np.arange(1100))
    assert cosine_blocks(rows, np.arange(1100)[::-1]).extremes == whole


@QUICK
@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=40))
def test_a_fitted_scale_reaches_over_few_values_from_hundredth_to_hundredth(
    values: list[float],
) -> None:
    scale = fitted_scale(np.float32(values))
    below, above = scale.outside(np.float32(values))
    assert not below.any()
    assert not above.any()
    assert scale.high - scale.low >= 0.009
    assert (scale.low, scale.high) == (round(scale.low, 2), round(scale.high, 2))


def test_a_scale_of_many_values_leaves_out_a_percent_at_each_end() -> None:
    values = np.concatenate([np.linspace(0.4, 0.6, 980), np.full(8, -0.9), np.full(8, 0.99)])
    scale = fitted_scale(values.astype(np.float32))
    assert 0.39 <= scale.low < scale.high <= 0.61
    below, above = scale.outside(values.astype(np.float32))
    assert (below.sum(), above.sum()) == (8, 8)


def test_levels_rise_with_the_values_and_end_at_the_ends() -> None:
    scale = CosineScale(0.4, 0.8)
    levels = scale.levels(np.float32([-1, 0.4, 0.5, 0.6, 0.8, 1]))
    assert (np.diff(levels.astype(int)) >= 0).all()
    assert (levels[0], levels[-1]) == (0, 63)
