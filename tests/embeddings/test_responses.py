import numpy as np
import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.responses import vectors_of
from gemini_nb.errors import EmbeddingError

KITES = [[3.0, 4.0], [0.0, 2.0]]
JSON_KITES = [{"values": values} for values in KITES]
SDK_KITES = [types.ContentEmbedding(values=values) for values in KITES]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(types.EmbedContentResponse(embeddings=SDK_KITES), id="the SDK's response"),
        pytest.param({"embeddings": JSON_KITES}, id="REST's answer to batchEmbedContents"),
        pytest.param([{"embedding": one} for one in JSON_KITES], id="a REST answer for each item"),
        pytest.param(
            [types.EmbedContentResponse(embeddings=[one]) for one in SDK_KITES],
            id="a response for each item",
        ),
        pytest.param(SDK_KITES, id="the SDK's embeddings"),
        pytest.param(JSON_KITES, id="REST's embeddings"),
        pytest.param(KITES, id="lists of numbers"),
        pytest.param(np.array(KITES), id="an array"),
        pytest.param(list(np.array(KITES)), id="a list of arrays"),
        pytest.param([KITES[:1], KITES[1:]], id="lists of batches"),
    ],
)
def test_vectors_are_read_from_every_form_they_come_in(response: object) -> None:
    vectors = vectors_of(response, 2)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == KITES


@pytest.mark.parametrize(
    "response", [{"embedding": {"values": [3, 4]}}, [3, 4], np.array([3, 4]), [np.float32(3), 4]]
)
def test_one_vector_is_enough_for_one_item(response: object) -> None:
    assert vectors_of(response, 1).tolist() == [[3.0, 4.0]]


def test_one_vector_for_three_strings_is_refused_with_the_reason() -> None:
    answer = types.EmbedContentResponse(embeddings=SDK_KITES[:1])
    with pytest.raises(EmbeddingError, match=r"1 vector for 3 items.* types\.Content of its own"):
        vectors_of(answer, 3)


def test_other_counts_are_told_without_that_reason() -> None:
    with pytest.raises(EmbeddingError, match="2 vectors for 3 items") as caught:
        vectors_of(KITES, 3)
    assert "gemini-embedding-2" not in str(caught.value)


@pytest.mark.parametrize(
    "response",
    [
        types.EmbedContentResponse(),
        types.EmbedContentResponse(embeddings=[types.ContentEmbedding()]),
        {"embeddings": [{"values": None}]},
        {},
        None,
        "[3, 4]",
        ["a red kite"],
        [[3.0, "a kite"]],
        [[3.0, [4.0]]],
        np.array(["a kite"]),
    ],
)
def test_what_holds_no_vector_is_refused(response: object) -> None:
    with pytest.raises(EmbeddingError):
        vectors_of(response, 1)


def test_the_message_of_a_failed_call_is_passed_on_without_its_key() -> None:
    failure = {"error": {"code": 400, "message": "no such model at /v1beta?key=not-to-be-seen"}}
    with pytest.raises(EmbeddingError, match="no such model") as caught:
        vectors_of(failure, 1)
    assert "not-to-be-seen" not in str(caught.value)


def test_vectors_of_several_lengths_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="from 1 to 2 values"):
        vectors_of([[1.0, 2.0], [3.0]], 2)


def test_an_empty_answer_is_right_for_no_items() -> None:
    assert vectors_of({"embeddings": []}, 0).shape == (0, 0)


@given(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_there_is_a_vector_for_each_item_or_an_error(rows: int, size: int, count: int) -> None:
    response = {"embeddings": [{"values": [float(row)] * size} for row in range(rows)]}
    if rows == count:
        assert [row[0] for row in vectors_of(response, count)] == list(range(rows))
    else:
        with pytest.raises(EmbeddingError):
            vectors_of(response, count)
