"""A set of embeddings: its vectors, what is chosen of it, and what it is joined with."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

quick = settings(derandomize=True, deadline=None, max_examples=50)
matrices = arrays(
    np.float32,
    st.tuples(st.integers(1, 8), st.integers(1, 12)),
    elements=st.floats(2**-10, 2**10, width=32) | st.floats(-(2**10), -(2**-10), width=32),
)
KITES = ["red", "blue", "green"]


def embedded(vectors: ArrayLike, **fields: Any) -> gnb.Embeddings:
    labels = [f"item {number}" for number in range(len(np.asarray(vectors)))]
    return gnb.Embeddings(vectors, labels, **{"model": "a-model", **fields})


@quick
@given(matrices)
def test_vectors_are_unit_length_as_scikit_learn_makes_them(matrix: NDArray[np.float32]) -> None:
    preprocessing = pytest.importorskip("sklearn.preprocessing")

    made = embedded(matrix)

    np.testing.assert_allclose(
        made.vectors, preprocessing.normalize(matrix.astype(float)), atol=1e-6
    )
    np.testing.assert_allclose(made.norms, np.linalg.norm(matrix, axis=1), rtol=1e-6)


@quick
@given(matrices)
def test_making_a_set_of_a_sets_vectors_changes_no_bit(matrix: NDArray[np.float32]) -> None:
    made = embedded(matrix)

    assert (embedded(made.vectors).vectors == made.vectors).all()
    assert (made[::-1].vectors[::-1] == made.vectors).all()


@quick
@given(matrices, st.data())
def test_shortened_vectors_are_unit_length_again(
    matrix: NDArray[np.float32], data: st.DataObject
) -> None:
    dimensions = data.draw(st.integers(1, matrix.shape[1]))

    short = embedded(matrix).truncate(dimensions)

    assert short.dimensions == dimensions
    np.testing.assert_allclose(np.linalg.norm(short.vectors, axis=1), 1, atol=1e-6)
    kept = np.linalg.norm(matrix[:, :dimensions].astype(float), axis=1)
    whole = np.linalg.norm(matrix.astype(float), axis=1)
    np.testing.assert_allclose(short.norms, kept / whole, atol=1e-6)


@pytest.mark.parametrize("dimensions", [0, 4])
def test_vectors_can_not_be_made_longer_or_nothing(dimensions: int) -> None:
    with pytest.raises(EmbeddingError, match=f"not {dimensions}"):
        embedded([[1, 2, 3]]).truncate(dimensions)


@pytest.mark.parametrize(
    ("vectors", "named"),
    [
        ([[1, 2], [0, 0]], r"item 1 \('blue'\) has the length 0,"),
        ([[1, 2], [np.nan, 0]], r"item 1 \('blue'\) has the length nan"),
        ([[np.inf, 2], [1, 0]], r"item 0 \('red'\) has the length inf"),
        ([[1e200, 2], [1, 0]], r"item 0 \('red'\) has the length inf"),
        ([[3e38, 3e38], [1, 0]], r"item 0 \('red'\) has the length 4.2e\+38"),
        ([[1, 2], [1e-44, 1e-44]], r"item 1 \('blue'\) has the length 1.4e-44"),
        ([[1, 2]], r"2 items need as many vectors, not an array of shape \(1, 2\)"),
        ([[1, 2], [1]], "differ in length"),
        ([["a"], ["b"]], "not numbers"),
        ([1, 2], r"shape \(2,\)"),
        ([[], []], r"shape \(2, 0\)"),
    ],
)
def test_what_is_no_direction_for_each_item_is_refused(vectors: ArrayLike, named: str) -> None:
    with pytest.raises(EmbeddingError, match=named):
        gnb.Embeddings(vectors, KITES[:2], model="a-model")


def test_a_set_can_not_be_changed_not_even_through_the_array_it_was_made_of() -> None:
    given_array = np.eye(3, dtype=np.float32)
    made = embedded(given_array)
    given_array[0] = 7

    assert (made.vectors == np.eye(3)).all()
    for array in (made.vectors, made.norms, made[:2].norms, np.asarray(made)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 2


@pytest.mark.parametrize(
    ("chosen", "items"),
    [
        (1, ("blue",)),
        (-1, ("green",)),
        (slice(1, None), ("blue", "green")),
        ([2, 0], ("green", "red")),
        (np.array([True, False, True]), ("red", "green")),
        (slice(0, 0), ()),
    ],
)
def test_what_is_chosen_is_a_set_of_its_own(chosen: Any, items: tuple[str, ...]) -> None:
    kites = gnb.Embeddings(np.diag([1, 2, 3]), KITES, model="a-model", task="CLUSTERING")

    some = kites[chosen]

    assert some.items == some.labels == items
    assert [int(norm) for norm in some.norms] == [KITES.index(item) + 1 for item in items]
    assert (some.model, some.dimensions, some.task) == ("a-model", 3, "CLUSTERING")


def test_a_loop_gives_one_item_after_the_other_each_as_a_set() -> None:
    kites = gnb.Embeddings(np.eye(3), KITES, model="a-model")

    assert [kite.items for kite in kites] == [("red",), ("blue",), ("green",)]
    with pytest.raises(IndexError):
        kites[3]


def test_labels_can_be_replaced_by_as_many_others() -> None:
    kites = gnb.Embeddings(np.eye(3), KITES, model="a-model")

    assert replace(kites, labels=["a", "b", "c"]).labels == ("a", "b", "c")
    assert replace(kites, labels=np.arange(3)).labels == ("0", "1", "2")
    with pytest.raises(EmbeddingError, match="3 items need as many labels, not 2"):
        replace(kites, labels=["a", "b"])


@pytest.mark.parametrize("other", [np.eye(2), [[1, 0]], 1, None])
def test_only_sets_are_compared_and_joined(other: Any) -> None:
    one = embedded([[1, 0]])

    for compare in (lambda: one + other, lambda: gnb.similarity(other)):
        with pytest.raises(EmbeddingError, match="from_response"):
            compare()


def test_a_pickled_set_comes_back_without_its_client() -> None:
    one = embedded([[3, 4]], embedder=lambda *_: embedded([[1, 0]]))

    back = pickle.loads(pickle.dumps(one))  # noqa: S301 - bytes of our own

    assert (back.vectors == one.vectors).all()
    assert (back.items, back.model, back.norms) == (one.items, one.model, one.norms)
    assert not back.vectors.flags.writeable
    with pytest.raises(EmbeddingError, match="no client"):
        back.nearest("a kite")


def test_joined_sets_keep_order_and_bits() -> None:
    random = np.random.default_rng(0)
    one, other = embedded(random.normal(size=(3, 5))), embedded(random.normal(size=(2, 5)) * 9)

    both = one + other

    assert both.items == one.items + other.items
    assert (both.vectors == np.vstack([one.vectors, other.vectors])).all()
    assert (both.norms == np.concatenate([one.norms, other.norms])).all()


def test_sets_that_were_made_differently_are_not_joined() -> None:
    with pytest.raises(EmbeddingError, match=r"from a-model, .* from another-model"):
        embedded([[1, 0]]) + embedded([[1, 0]], model="another-model")
    with pytest.raises(EmbeddingError, match="CLUSTERING"):
        embedded([[1, 0]]) + embedded([[1, 0]], task="CLUSTERING")


def test_numpy_takes_a_set_for_its_vectors() -> None:
    made = embedded([[3, 4], [0, 2]])

    assert np.asarray(made) is made.vectors or np.shares_memory(np.asarray(made), made.vectors)
    assert np.array(made).flags.writeable
    assert np.asarray(made, dtype=np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="copy"):
        np.asarray(made, dtype=np.float64, copy=False)


def test_a_set_of_nothing_has_no_vectors_and_shows_itself() -> None:
    nothing = gnb.Embeddings([], [], model="a-model")

    assert nothing.vectors.shape == (0, 0)
    assert repr(nothing) == "0 embeddings of 0 dimensions, from a-model"
    assert nothing.neighbors().indices.shape == (0, 0)
    assert nothing.similarity().shape == (0, 0)
    assert nothing.typical is None


def test_a_query_is_embedded_for_the_task_and_as_long_as_the_set() -> None:
    asked: list[tuple[object, str | None]] = []

    def embedder(item: object, task: str | None) -> gnb.Embeddings:
        asked.append((item, task))
        return gnb.Embeddings([[0, 1, 5]], [item], model="a-model", task=task)

    kites = embedded(np.eye(3), task="RETRIEVAL_DOCUMENT", embedder=embedder)[:2].truncate(2)

    assert [hit.index for hit in kites.nearest("a kite")] == [1, 0]
    assert asked == [("a kite", "RETRIEVAL_QUERY")]


@pytest.mark.parametrize(
    ("count", "query", "message"),
    [
        (2, None, "The query must be one item, .* a NoneType does not"),
        (2, [], "The query has 0 items"),
        (0, "a kite", "nothing to search"),
    ],
)
def test_a_query_that_is_none_or_finds_nothing_is_told(
    count: int, query: object, message: str
) -> None:
    with pytest.raises(EmbeddingError, match=message):
        embedded(np.eye(2)[:count]).nearest(query)


@pytest.mark.parametrize("query", [[0.1, 0.2], np.eye(2), ["a", "b"], embedded(np.eye(2))])
def test_several_queries_and_bare_vectors_are_refused(query: object) -> None:
    kites = embedded(np.eye(2), embedder=lambda *_: embedded([[1, 0]]))

    with pytest.raises(EmbeddingError, match=r"has 2 items.*from_response"):
        kites.nearest(query)


def shown(count: int = 1, **fields: Any) -> str:
    vectors = fields.pop("vectors", np.ones((count, 1)))
    labels = [f"kite {number}" for number in range(count)]
    return repr(embedded(vectors, labels=labels, **fields))


def test_a_set_shows_its_first_ten_items_and_counts_the_others() -> None:
    lines = shown(64).splitlines()

    assert lines[0] == "64 embeddings of 1 dimension, from a-model"
    assert lines[2].split() == ["0", "kite", "0"]
    assert lines[11].endswith("9  kite 9")
    assert lines[12:] == ["  and 54 more"]


def test_who_answered_and_the_task_are_told() -> None:
    assert "from a-model, answered offline, not Gemini" in shown(answered_by="offline")
    assert "made for CLUSTERING" in shown(task="CLUSTERING")


def test_vectors_that_did_not_come_as_unit_vectors_are_told_of() -> None:
    assert "came with lengths from 0.56 to 0.59" in shown(2, vectors=[[0.56], [0.59]])
    assert "came with" not in shown(2, vectors=[[1.0], [0.9999]])


def test_labels_are_no_markup_and_hold_no_key() -> None:
    made = gnb.Embeddings([[1]], ["<script>?key=not-to-be-seen"], model="a-model")

    bundle = made._repr_mimebundle_()

    assert bundle["text/plain"] == repr(made)
    assert "<script>" not in bundle["text/html"]
    assert not any("not-to-be-seen" in text for text in bundle.values())
