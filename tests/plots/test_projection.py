"""Maps by principal components agree with scikit-learn, whatever way they are found."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import EmbeddingError, InvalidOptionError
from gemini_nb.plots.maps import principal_components as module
from gemini_nb.plots.maps.principal_components import principal_components
from gemini_nb.plots.maps.projection import projection

quickly = settings(derandomize=True, deadline=None, max_examples=25)


def unit_rows(items: int, dimensions: int, *, seed: int = 0, clusters: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((clusters, dimensions)) * [[3], [2], [1], [1]][:clusters]
    rows = centres[np.arange(items) % clusters] + rng.standard_normal((items, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def distances(coordinates: np.ndarray) -> np.ndarray:
    return np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2)


def unlike_axes(rows: np.ndarray) -> bool:
    """Whether the first two components are told apart, so that there is one right answer."""
    sizes = np.linalg.svd(rows.astype(np.float64) - rows.mean(axis=0), compute_uv=False)[:3]
    return bool((np.diff([*sizes, 0.0][:4]) < -1e-3).all())


@pytest.fixture(params=["exact", "krylov"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "krylov":
        monkeypatch.setattr(module, "_FEW_VALUES", 0)


@quickly
@given(st.integers(4, 60), st.integers(3, 80), st.integers(0, 99))
def test_coordinates_are_those_of_scikit_learn_up_to_their_sign(
    items: int, dimensions: int, seed: int
) -> None:
    from sklearn.decomposition import PCA

    rows = unit_rows(items, dimensions, seed=seed)
    if not unlike_axes(rows):
        return
    theirs = PCA(2, svd_solver="full").fit(rows.astype(np.float64))
    ours = principal_components(rows)
    turned = theirs.transform(rows.astype(np.float64))
    np.testing.assert_allclose(np.abs(ours.coordinates), np.abs(turned), atol=1e-5)
    np.testing.assert_allclose(ours.shares, theirs.explained_variance_ratio_, atol=1e-6)


@pytest.mark.parametrize(("items", "dimensions"), [(32_000, 128), (1_400, 3_000)])
def test_what_is_too_large_for_the_exact_way_keeps_as_much_variance(
    items: int, dimensions: int
) -> None:
    from sklearn.decomposition import PCA

    rows = unit_rows(items, dimensions)
    assert rows.size > 4_000_000
    best = PCA(2, svd_solver="arpack", random_state=0).fit(rows).explained_variance_ratio_.sum()
    assert principal_components(rows).shares.sum() > 0.999 * best


def test_a_large_set_without_clusters_keeps_no_less_than_scikit_learns_randomised_way() -> None:
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(1).standard_normal((6_000, 768)).astype(np.float32)
    theirs = PCA(2, svd_solver="randomized", random_state=0).fit(rows)
    ours = principal_components(rows).shares.sum()
    assert ours >= 0.999 * theirs.explained_variance_ratio_.sum()


@pytest.mark.usefixtures("_way")
def test_rotated_vectors_have_the_same_map() -> None:
    rows = unit_rows(50, 12)
    rotation = np.linalg.qr(np.random.default_rng(3).standard_normal((12, 12)))[0]
    rotated = principal_components((rows @ rotation).astype(np.float32)).coordinates
    expected = distances(principal_components(rows).coordinates)
    np.testing.assert_allclose(distances(rotated), expected, atol=1e-4)


@pytest.mark.usefixtures("_way")
def test_an_item_and_its_mirror_image_stand_on_opposite_sides() -> None:
    rows = unit_rows(20, 8)
    mirrored = np.concatenate((rows, -rows))
    coordinates = principal_components(mirrored).coordinates
    np.testing.assert_allclose(coordinates[:20], -coordinates[20:], atol=1e-5)


@pytest.mark.usefixtures("_way")
def test_items_in_another_order_keep_their_places() -> None:
    rows = unit_rows(40, 10)
    order = np.random.default_rng(5).permutation(40)
    expected = principal_components(rows).coordinates[order]
    np.testing.assert_allclose(principal_components(rows[order]).coordinates, expected, atol=1e-5)


@pytest.mark.usefixtures("_way")
def test_vectors_of_few_directions_need_no_others() -> None:
    rows = np.eye(40, dtype=np.float32)[np.arange(300) % 3]
    components = principal_components(rows, 5)
    assert components.shares.sum() == pytest.approx(1)
    assert np.isfinite(components.coordinates).all()
    assert not components.coordinates[:, 2:].any()


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("items", [0, 1, 2, 30])
def test_items_that_are_all_the_same_stand_at_one_place(items: int) -> None:
    rows = np.repeat(unit_rows(1, 6), items, axis=0)
    components = principal_components(rows)
    assert components.coordinates.tolist() == [[0, 0]] * items
    assert components.shares.tolist() == [0, 0]


def test_the_vectors_are_left_alone() -> None:
    rows = unit_rows(30, 5)
    before = rows.copy()
    projection(rows)
    np.testing.assert_array_equal(rows, before)


def test_a_map_fills_its_range_with_one_scale_for_both_axes() -> None:
    rows = unit_rows(80, 20)
    placed = projection(rows).coordinates
    assert np.abs(placed).max() == pytest.approx(1)
    components = principal_components(rows).coordinates
    ratio = distances(placed)[0, 1:] / distances(components)[0, 1:]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


@pytest.mark.parametrize(("method", "module_name"), [("tsne", "sklearn"), ("umap", "umap")])
def test_learned_maps_part_clusters_and_are_the_same_again(method: str, module_name: str) -> None:
    pytest.importorskip(module_name)
    rows = unit_rows(48, 16)
    placed = projection(rows, method).coordinates
    np.testing.assert_array_equal(placed, projection(rows, method).coordinates)
    nearest = (distances(placed) + np.eye(48) * 9).argmin(axis=1)
    assert (nearest % 4 == np.arange(48) % 4).mean() > 0.8


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_learned_maps_of_identical_items_are_one_place(method: str) -> None:
    rows = np.repeat(unit_rows(1, 6), 9, axis=0)
    assert not projection(rows, method).coordinates.any()


@pytest.mark.parametrize("items", [5, 6, 12])
@pytest.mark.parametrize(("method", "module_name"), [("tsne", "sklearn"), ("umap", "umap")])
def test_learned_maps_of_few_items_do_not_warn(items: int, method: str, module_name: str) -> None:
    pytest.importorskip(module_name)
    assert np.isfinite(projection(unit_rows(items, 8), method).coordinates).all()


def test_too_few_items_to_learn_from_are_told() -> None:
    with pytest.raises(EmbeddingError, match=r'4 items have none; pass 5 or more, or method="pca"'):
        projection(unit_rows(4, 8), "tsne")


@pytest.mark.parametrize(("method", "hidden"), [("tsne", "sklearn.manifold"), ("umap", "umap")])
def test_a_missing_package_is_told_with_what_to_install(
    method: str, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, hidden, None)
    with pytest.raises(InvalidOptionError, match=r'pip install "gemini-nb\[maps\]"'):
        projection(unit_rows(20, 8), method)


def test_an_unknown_method_is_told() -> None:
    with pytest.raises(EmbeddingError, match="'mds' is none of"):
        projection(unit_rows(20, 8), "mds")
