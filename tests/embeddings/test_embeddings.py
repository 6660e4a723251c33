"""A set of embeddings: its vectors, what is chosen of it, and what it is joined with."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import normalize

import gemini_nb as gnb
from gemini_nb.embeddings.embeddings import concatenate
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from pathlib import Path

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
    return gnb.Embeddings(vectors, labels, model="a-model", **fields)


@quick
@given(matrices)
def test_vectors_are_unit_length_as_scikit_learn_makes_them(matrix: NDArray[np.float32]) -> None:
    made = embedded(matrix)

    np.testing.assert_allclose(made.vectors, normalize(matrix.astype(float)), atol=1e-6)
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
    np.testing.assert_allclose(
        short.norms, kept / np.linalg.norm(matrix.astype(float), axis=1), atol=1e-6
    )


@pytest.mark.parametrize("dimensions", [0, 4])
def test_vectors_can_not_be_made_longer_or_nothing(dimensions: int) -> None:
    with pytest.raises(EmbeddingError, match=f"not {dimensions}"):
        embedded([[1, 2, 3]]).truncate(dimensions)


@pytest.mark.parametrize(
    ("vectors", "named"),
    [
        ([[1, 2], [0, 0]], r"item 1 \('blue'\) is all zeros"),
        ([[1, 2], [np.nan, 0]], r"item 1 \('blue'\) has a value that is not finite"),
        ([[np.inf, 2], [1, 0]], r"item 0 \('red'\) has a value that is not finite"),
        ([[1e200, 2], [1, 0]], r"item 0 \('red'\) has a value that is not finite"),
        ([[3e38, 3e38], [1, 0]], r"item 0 \('red'\) is too long"),
        ([[1, 2], [1e-44, 1e-44]], r"item 1 \('blue'\) is all but zero"),
        ([[1, 2]], r"2 items need vectors of shape \(2, dimensions\), not \(1, 2\)"),
        ([[1, 2], [1]], "differ in length"),
        ([["a"], ["b"]], "not numbers"),
        ([1, 2], r"not \(2,\)"),
        ([[], []], r"not \(2, 0\)"),
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
    with pytest.raises(ValueError, match="read-only"):
        made.vectors[0, 0] = 2


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
    assert some.space == kites.space
    assert some.task == "CLUSTERING"


def test_a_loop_gives_one_item_after_the_other_each_as_a_set() -> None:
    kites = gnb.Embeddings(np.eye(3), KITES, model="a-model")

    assert [kite.items for kite in kites] == [("red",), ("blue",), ("green",)]


def test_a_place_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        embedded(np.eye(3))[3]


@pytest.mark.parametrize("other", [np.eye(2), [[1, 0]], 1, None])
def test_only_sets_are_compared_and_joined(other: Any) -> None:
    one = embedded([[1, 0]])

    for compare in (lambda: one + other, lambda: gnb.similarity(other)):
        with pytest.raises(EmbeddingError, match="from_response"):
            compare()


def test_vectors_of_unknown_origin_are_not_compared_with() -> None:
    vectors: Any = np.eye(2)
    with pytest.raises(EmbeddingError, match="from_response"):
        embedded([[1, 0]]).similarity(vectors)


def test_a_set_of_nothing_joins_any_set() -> None:
    nothing, one = embedded(np.empty((0, 0))), embedded([[1, 0]], answered_by="offline")

    assert (nothing + one).items == (one + nothing).items == one.items
    assert (nothing + one).space == one.space
    assert len(nothing + nothing) == 0


def test_a_pickled_set_comes_back_without_its_client() -> None:
    one = embedded([[3, 4]], embedder=lambda *_: embedded([[1, 0]]))

    back = pickle.loads(pickle.dumps(one))  # noqa: S301 - bytes of our own

    assert (back.vectors == one.vectors).all()
    assert (back.items, back.space, back.norms) == (one.items, one.space, one.norms)
    assert not back.vectors.flags.writeable
    with pytest.raises(EmbeddingError, match="no client"):
        back.nearest("a kite")
    assert copy.deepcopy(one).nearest("a kite").hits[0].item == "item 0"


def test_joined_sets_keep_order_and_bits() -> None:
    random = np.random.default_rng(0)
    one, other = embedded(random.normal(size=(3, 5))), embedded(random.normal(size=(2, 5)) * 9)

    both = one + other

    assert both.items == one.items + other.items
    assert (both.vectors == np.vstack([one.vectors, other.vectors])).all()
    assert (both.norms == np.concatenate([one.norms, other.norms])).all()


def test_sets_that_were_made_differently_are_not_joined() -> None:
    one = embedded([[1, 0]])

    with pytest.raises(EmbeddingError, match="two models"):
        one + gnb.Embeddings([[1, 0]], ["kite"], model="another-model")
    with pytest.raises(EmbeddingError, match=r"truncate\(2\)"):
        one + embedded([[1, 0, 0]])
    with pytest.raises(EmbeddingError, match="CLUSTERING"):
        one + embedded([[1, 0]], task="CLUSTERING")
    with pytest.raises(EmbeddingError, match="no set"):
        concatenate([])


def test_numpy_takes_a_set_for_its_vectors() -> None:
    made = embedded([[3, 4], [0, 2]])

    assert (np.asarray(made) == made.vectors).all()
    assert np.asarray(made, dtype=np.float64).dtype == np.float64
    assert np.linalg.norm(made) == pytest.approx(np.sqrt(2))


def test_a_set_of_nothing_has_no_vectors_and_shows_itself() -> None:
    nothing = gnb.Embeddings([], [], model="a-model")

    assert nothing.vectors.shape == (0, 0)
    assert repr(nothing).startswith("0 embeddings")
    assert nothing.neighbors().indices.shape == (0, 0)
    assert nothing.similarity().shape == (0, 0)


def test_vectors_of_elsewhere_are_taken_with_their_model_and_author() -> None:
    response = {"embeddings": [{"values": [3, 4]}, {"values": [0, 2]}]}

    made = gnb.Embeddings.from_response(
        response, KITES[:2], model="models/a-model", task="retrieval document"
    )

    assert made.norms.tolist() == [5, 2]
    assert (made.model, made.task, made.answered_by) == ("a-model", "RETRIEVAL_DOCUMENT", "")
    with pytest.raises(EmbeddingError, match="2 vectors for 3 items"):
        gnb.Embeddings.from_response(response, KITES, model="a-model")


@pytest.mark.parametrize("is_listed", [False, True])
def test_answers_of_the_offline_model_are_known_as_such(*, is_listed: bool) -> None:
    answer = {"embeddings": [{"values": [3, 4]}], "modelVersion": "offline/lexical"}

    made = gnb.Embeddings.from_response([answer] if is_listed else answer, ["red"], model="a-model")

    assert made.answered_by == "offline/lexical"


def test_a_string_is_one_item_not_its_letters() -> None:
    assert gnb.Embeddings.from_response([3, 4], "a kite", model="a-model").items == ("a kite",)


def test_a_saved_set_comes_back_bit_for_bit(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 6))
    made = gnb.Embeddings(vectors, KITES, model="a-model", task="CLUSTERING", answered_by="offline")

    path = made.save(tmp_path / "kites")
    back = gnb.Embeddings.load(path or "")

    assert (back.vectors == made.vectors).all()
    assert (back.norms == made.norms).all()
    assert (back.items, back.space, back.task) == (made.items, made.space, made.task)


def test_equal_items_are_found_as_duplicates_without_a_threshold() -> None:
    vectors = np.random.default_rng(2).normal(size=(12, 40))

    found = embedded(vectors[[*range(12), 3]]).duplicates()

    assert [(pair.first, pair.second) for pair in found] == [(3, 12)]
    assert float(embedded(vectors).suggest_threshold(same=[(0, 1)])) <= 1


def test_a_data_frame_has_the_vectors() -> None:
    frame = embedded([[3, 4], [0, 2]]).to_dataframe()

    assert frame["item"].tolist() == ["item 0", "item 1"]
    assert frame[1].tolist() == pytest.approx([0.8, 1])


def test_a_set_shows_itself_as_a_table() -> None:
    made = gnb.Embeddings([[3, 4]], ["a <kite>"], model="a-model", answered_by="offline")

    bundle = made._repr_mimebundle_()

    assert repr(made).startswith("1 embedding of 2 dimensions, from a-model")
    assert bundle["text/plain"] == repr(made)
    assert "&lt;kite&gt;" in bundle["text/html"]
