"""Vectors in whatever form an embedding call gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence

KITES = [[3.0, 4.0], [0.0, 2.0]]
JSON_KITES = [{"values": values} for values in KITES]
SDK_KITES = [types.ContentEmbedding(values=values) for values in KITES]


def read(response: object, items: Sequence[str] = ("red", "blue"), **told: Any) -> gnb.Embeddings:
    return gnb.Embeddings.from_response(response, items, model="models/a-model", **told)


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
        pytest.param(pd.Series(KITES), id="a column of lists"),
        pytest.param([KITES[:1], KITES[1:]], id="lists of batches"),
    ],
)
def test_vectors_are_read_from_every_form_they_come_in(response: object) -> None:
    made = read(response, task="retrieval document")

    assert made.norms.tolist() == [5, 2]
    assert made.vectors.round(1).tolist() == np.float32([[0.6, 0.8], [0, 1]]).tolist()
    assert (made.model, made.task, made.answered_by) == ("a-model", "RETRIEVAL_DOCUMENT", "")


@pytest.mark.parametrize(
    "response", [{"embedding": {"values": [3, 4]}}, [3, 4], np.array([3, 4]), [np.float32(3), 4]]
)
def test_one_vector_is_enough_for_one_item_and_a_string_is_one(response: object) -> None:
    made = read(response, "a kite")

    assert made.items == ("a kite",)
    assert made.norms.tolist() == [5]


OFFLINE = {"embeddings": JSON_KITES, "modelVersion": "offline/lexical"}
SDK_OFFLINE = types.EmbedContentResponse(
    embeddings=SDK_KITES,
    sdk_http_response=types.HttpResponse(headers={"x-gemini-nb-mode": "offline"}),
)


@pytest.mark.parametrize("response", [OFFLINE, [OFFLINE], SDK_OFFLINE, [SDK_OFFLINE]])
def test_answers_of_the_offline_model_are_known_as_such(response: object) -> None:
    assert read(response).answered_by.startswith("offline")


def test_one_vector_for_three_strings_is_refused_with_the_reason() -> None:
    answer = types.EmbedContentResponse(embeddings=SDK_KITES[:1])
    with pytest.raises(EmbeddingError, match=r"3 items need .* types\.Content of its own"):
        read(answer, ["red", "blue", "green"])


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
        read(response, ["red"])


def test_the_message_of_a_failed_call_is_passed_on_without_its_key() -> None:
    failure = {"error": {"code": 400, "message": "no such model at /v1beta?key=not-to-be-seen"}}
    with pytest.raises(EmbeddingError, match="no such model") as caught:
        read(failure)
    assert "not-to-be-seen" not in str(caught.value)


def test_vectors_of_several_lengths_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="differ in length"):
        read([[1.0, 2.0], [3.0]])


@given(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_there_is_a_vector_for_each_item_or_an_error(rows: int, size: int, count: int) -> None:
    response = {"embeddings": [{"values": [float(row + 1)] * size} for row in range(rows)]}
    items = ["kite"] * count
    if rows == count:
        assert len(read(response, items).vectors) == rows
    else:
        with pytest.raises(EmbeddingError, match=f"{count} items need as many vectors"):
            read(response, items)
