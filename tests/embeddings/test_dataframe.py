"""A set of embeddings as a pandas data frame."""

from __future__ import annotations

import numpy as np
import pytest

import gemini_nb as gnb

pytest.importorskip("pandas")

KITES = gnb.Embeddings([[0.3, 0.4, 0.0], [0, 0, 1]], ["red", "blue"], model="a-model")


def test_there_is_a_row_for_each_item_and_a_matrix_that_scikit_learn_takes() -> None:
    frame = KITES.to_dataframe()

    assert list(frame.columns) == ["item", "modality", "norm", 0, 1, 2]
    assert frame["item"].tolist() == ["red", "blue"]
    assert frame["modality"].tolist() == ["text", "text"]
    assert frame["norm"].tolist() == [0.5, 1.0]
    matrix = frame[range(3)].to_numpy()
    assert matrix.dtype == np.float32
    assert np.array_equal(matrix, KITES.vectors)


def test_changing_the_frame_leaves_the_vectors_alone() -> None:
    frame = KITES.to_dataframe()
    frame.loc[0, 1] = 7.0
    frame["norm"] = 3.0

    assert KITES.vectors[0, 1] == np.float32(0.8)
    assert KITES.norms[0] == 0.5


@pytest.mark.parametrize("label", ["", "\ud83d", "ends in NUL\0", "a\nb"])
def test_any_label_is_kept(label: str) -> None:
    made = gnb.Embeddings([[1]], ["x"], model="a-model", labels=(label,))

    assert made.to_dataframe()["item"][0] == label


def test_a_set_without_items_is_an_empty_frame() -> None:
    assert KITES[:0].to_dataframe().shape == (0, 6)
