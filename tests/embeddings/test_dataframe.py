import sys

import numpy as np
import pytest

from gemini_nb.embeddings.dataframe import to_dataframe

pytest.importorskip("pandas")

VECTORS = np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0]], np.float32)
NORMS = np.array([1.0, 0.5], np.float32)


def test_there_is_a_row_for_each_item() -> None:
    frame = to_dataframe(VECTORS, ["red", "blue"], ["text", "text"], NORMS)
    assert list(frame.columns) == ["item", "norm", 0, 1, 2]
    assert list(frame["item"]) == ["red", "blue"]
    assert list(frame["norm"]) == [1.0, 0.5]


def test_the_kind_is_a_column_where_there_are_several() -> None:
    frame = to_dataframe(VECTORS, ["red", "kite.png"], ["text", "image"], NORMS)
    assert list(frame["modality"]) == ["text", "image"]


def test_the_numbered_columns_are_the_matrix_that_scikit_learn_takes() -> None:
    frame = to_dataframe(VECTORS, ["red", "blue"], ["text", "text"], NORMS)
    matrix = frame[range(3)].to_numpy()
    assert matrix.dtype == np.float32
    assert np.array_equal(matrix, VECTORS)


def test_changing_the_frame_leaves_the_vectors_alone() -> None:
    vectors = VECTORS.copy()
    vectors.flags.writeable = False
    frame = to_dataframe(vectors, ["red", "blue"], ["text", "text"], NORMS)
    frame[0] = 7.0
    frame.loc[0, 1] = 7.0
    assert np.array_equal(vectors, VECTORS)


@pytest.mark.parametrize("label", ["", "\ud83d", "ends in NUL\0", "a\nb"])
def test_any_label_is_kept(label: str) -> None:
    frame = to_dataframe(VECTORS[:1], [label], ["text"], NORMS[:1])
    assert frame["item"][0] == label


def test_a_set_without_items_is_an_empty_frame() -> None:
    assert to_dataframe(np.empty((0, 2), np.float32), [], [], NORMS[:0]).shape == (0, 4)


def test_without_pandas_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        to_dataframe(VECTORS, ["red", "blue"], ["text", "text"], NORMS)
