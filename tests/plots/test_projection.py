"""Maps by principal components agree with scikit-learn and NumPy, whatever way they are found."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import EmbeddingError, InvalidOptionError
from gemini_nb.plots import projection as module
from gemini_nb.plots.projection import principal_components, projection

quickly = settings(derandomize=True, deadline=None, max_examples=25)
LEARNED = [("tsne", "sklearn"), ("umap", "umap")]


def unit_rows(items: int, dimensions: int, *, seed: int = 0, clusters: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((clusters, dimensions)) * [[4], [3], [1], [1]][:clusters]
    rows = centres[np.arange(items) % clusters] + rng.standard_normal((items, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def sizes_of(rows: np.ndarray) -> np.ndarray:
    """Singular values of the rows less their mean, and a zero."""
    exact = rows.astype(np.float64)
    return np.append(np.linalg.svd(exact - exact.mean(axis=0), compute_uv=False), 0)


@pytest.fixture(params=["exact", "iterated"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "iterated":
        monkeypatch.setattr(module, "_FEW_VALUES", 0)
        monkeypatch.setattr(module, "_CONVERGED", 1e-9)


@quickly
@given(st.integers(4, 60), st.integers(3, 80), st.integers(0, 99))
def test_coordinates_and_shares_are_those_of_a_singular_value_decomposition(
    items: int, dimensions: int, seed: int
) -> None:
    rows = unit_rows(items, dimensions, seed=seed)
    sides, sizes, _ = np.linalg.svd(rows - rows.mean(axis=0, dtype=float), full_matrices=False)
    coordinates, shares = principal_components(rows)
    np.testing.assert_allclose(shares, (sizes**2 / (sizes**2).sum())[:2], atol=1e-6)
    if (np.diff(sizes_of(rows)[:3]) < -1e-3).all():  # there is one right answer, up to the sign
        expected = np.abs(sides * sizes)[:, :2]
        np.testing.assert_allclose(np.abs(coordinates), expected, atol=1e-5)


@pytest.mark.parametrize(("items", "dimensions"), [(32_000, 128), (1_400, 3_000), (6_000, 768)])
def test_many_vectors_keep_as_much_variance_as_by_scikit_learns_randomised_way(
    items: int, dimensions: int
) -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    rows = unit_rows(items, dimensions)
    assert rows.size > 4_000_000
    theirs = decomposition.PCA(2, svd_solver="randomized", random_state=0).fit(rows)
    shares = principal_components(rows)[1]
    assert shares.sum() > 0.9999 * theirs.explained_variance_ratio_.sum()


@pytest.mark.usefixtures("_way")
def test_rotated_vectors_have_the_same_map() -> None:
    rows = unit_rows(50, 12)
    rotation = np.linalg.qr(np.random.default_rng(3).standard_normal((12, 12)))[0]
    rotated = principal_components((rows @ rotation).astype(np.float32))[0]
    np.testing.assert_allclose(rotated, principal_components(rows)[0], atol=1e-4)


@pytest.mark.usefixtures("_way")
def test_items_in_another_order_keep_their_places() -> None:
    rows = unit_rows(40, 10)
    order = np.random.default_rng(5).permutation(40)
    expected = principal_components(rows)[0][order]
    np.testing.assert_allclose(principal_components(rows[order])[0], expected, atol=1e-4)


@pytest.mark.usefixtures("_way")
def test_the_item_farthest_from_the_middle_stands_right_and_above() -> None:
    coordinates, _ = principal_components(unit_rows(30, 8))
    assert (coordinates.max(axis=0) >= -coordinates.min(axis=0)).all()


@pytest.mark.usefixtures("_way")
def test_vectors_of_one_direction_have_no_second_component() -> None:
    coordinates, shares = principal_components(np.eye(40, dtype=np.float32)[np.arange(300) % 2])
    np.testing.assert_allclose(shares, [1, 0])
    assert not coordinates[:, 1].any()


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("items", [1, 2, 300])
def test_items_that_are_all_the_same_stand_at_one_place(items: int) -> None:
    coordinates, shares = principal_components(np.repeat(unit_rows(1, 60), items, axis=0))
    assert not coordinates.any()
    assert not shares.any()


def test_the_vectors_are_left_alone() -> None:
    rows = unit_rows(30, 5)
    before = rows.copy()
    projection(rows)
    np.testing.assert_array_equal(rows, before)


def test_a_map_fills_its_range_with_one_scale_for_both_axes() -> None:
    rows = unit_rows(80, 20)
    placed, expected = projection(rows)[0], principal_components(rows)[0]
    assert np.abs(placed).max() == pytest.approx(1)
    ratios = np.ptp(placed, axis=0) / np.ptp(expected, axis=0)
    assert ratios[0] == pytest.approx(ratios[1])


@pytest.mark.parametrize("items", [5, 48])
@pytest.mark.parametrize(("method", "package"), LEARNED)
def test_learned_maps_part_clusters_and_are_the_same_again(
    method: Any, package: str, items: int
) -> None:
    pytest.importorskip(package)
    rows = unit_rows(items, 16, clusters=2)
    placed, name, shares = projection(rows, method)
    np.testing.assert_array_equal(placed, projection(rows, method)[0])
    assert name in (
        f"t-SNE with perplexity {min(30, (items - 1) / 3):.3g}",
        f"UMAP of {min(15, items - 1)} neighbours",
    )
    assert shares == ()
    if items > 5:
        distances = np.linalg.norm(placed[:, None] - placed, axis=2) + np.eye(items) * 9
        assert (distances.argmin(axis=1) % 2 == np.arange(items) % 2).mean() > 0.9


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_learned_maps_of_identical_items_are_one_place(method: Any) -> None:
    assert not projection(np.repeat(unit_rows(1, 6), 9, axis=0), method)[0].any()


@pytest.mark.parametrize(("method", "hidden"), [("tsne", "sklearn.manifold"), ("umap", "umap")])
def test_a_missing_package_is_told_with_what_to_install(
    method: Any, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, hidden, None)
    with pytest.raises(InvalidOptionError, match=r'pip install "gemini-nb\[maps\]"'):
        projection(unit_rows(20, 8), method)


def test_too_few_items_and_unknown_methods_are_told() -> None:
    with pytest.raises(EmbeddingError, match=r'4 items have none; pass 5 or more, or method="pca"'):
        projection(unit_rows(4, 8), "tsne")
    unknown: Any = "mds"
    with pytest.raises(EmbeddingError, match="'mds' is none of"):
        projection(unit_rows(20, 8), unknown)
