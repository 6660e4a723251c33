"""The mistakes that notebooks make with embeddings, and that `embed` does not let one make."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google.genai import types
from PIL import Image

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from google import genai

MODELS = ("gemini-embedding-2", "gemini-embedding-001")
KITES = ["a red kite", "a blue kite", "a bowl of soup"]


def picture(file_type: str, colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, file_type)
    return buffer.getvalue()


@pytest.mark.parametrize("model", MODELS)
def test_three_strings_give_three_vectors(client: genai.Client, model: str) -> None:
    kites = gnb.embed(client, KITES, model=model, dimensions=64)
    assert kites.vectors.shape == (3, 64)
    for vector, text in zip(kites.vectors, KITES, strict=True):
        alone = gnb.embed(client, text, model=model, dimensions=64)
        np.testing.assert_allclose(vector, alone.vectors[0], atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_shortened_vectors_are_unit_length_and_tell_how_long_they_were(
    client: genai.Client, model: str
) -> None:
    response = client.models.embed_content(
        model=model,
        contents=[types.Content(parts=[types.Part(text=text)]) for text in KITES],
        config=types.EmbedContentConfig(output_dimensionality=256),
    )
    lengths = [np.linalg.norm(each.values) for each in response.embeddings or [] if each.values]
    kites = gnb.embed(client, KITES, model=model, dimensions=256)
    np.testing.assert_allclose(np.linalg.norm(kites.vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(kites.norms, lengths, rtol=1e-5)


def test_vectors_of_two_models_do_not_mix(client: genai.Client) -> None:
    new, old = (gnb.embed(client, KITES, model=model) for model in MODELS)
    assert new.dimensions == old.dimensions
    with pytest.raises(EmbeddingError, match=r"gemini-embedding-001.*say nothing"):
        new + old


@pytest.mark.parametrize(
    ("task", "title", "sent"),
    [
        (None, None, "a kite"),
        ("retrieval query", None, "task: search result | query: a kite"),
        ("QUESTION_ANSWERING", None, "task: question answering | query: a kite"),
        ("fact-verification", None, "task: fact checking | query: a kite"),
        ("CODE_RETRIEVAL_QUERY", None, "task: code retrieval | query: a kite"),
        ("retrieval_document", None, "title: none | text: a kite"),
        ("RETRIEVAL_DOCUMENT", "Toys", "title: Toys | text: a kite"),
        ("clustering", None, "task: clustering | query: a kite"),
        ("Classification", None, "task: classification | query: a kite"),
        ("SEMANTIC_SIMILARITY", None, "task: sentence similarity | query: a kite"),
    ],
)
def test_a_new_model_is_told_the_task_in_the_prompt(
    watched: Any, watched_client: genai.Client, task: str | None, title: str | None, sent: str
) -> None:
    kite = gnb.embed(watched_client, "a kite", task=task, title=title, dimensions=8)
    (request,) = watched.requests
    assert request["content"]["parts"] == [{"text": sent}]
    assert "taskType" not in request
    assert "title" not in request
    assert kite.items == kite.labels == ("a kite",)


def test_an_older_model_is_told_the_task_by_its_name(
    watched: Any, watched_client: genai.Client
) -> None:
    gnb.embed(
        watched_client,
        ["a kite", "a bowl", "a spoon"],
        model="models/gemini-embedding-001",
        task="retrieval document",
        title=["Toys", "Kitchen", "Kitchen"],
        dimensions=8,
    )
    sent = {
        (one["content"]["parts"][0]["text"], one["taskType"], one["title"])
        for one in watched.requests
    }
    assert sent == {
        ("a kite", "RETRIEVAL_DOCUMENT", "Toys"),
        ("a bowl", "RETRIEVAL_DOCUMENT", "Kitchen"),
        ("a spoon", "RETRIEVAL_DOCUMENT", "Kitchen"),
    }


def test_the_prefix_stands_before_the_first_text_only(
    watched: Any, watched_client: genai.Client
) -> None:
    both = types.Content(
        parts=[
            types.Part.from_bytes(data=picture("PNG"), mime_type="image/png"),
            types.Part(text="a kite"),
            types.Part(text="in the sky"),
        ]
    )
    gnb.embed(watched_client, [both, Image.new("RGB", (40, 30))], task="clustering", dimensions=8)
    mixed, image = (one["content"]["parts"] for one in watched.requests)
    assert [part.get("text") for part in mixed] == [
        None,
        "task: clustering | query: a kite",
        "in the sky",
    ]
    assert ["text" in part for part in image] == [False]


def test_an_image_is_sent_as_what_it_is(
    watched: Any, watched_client: genai.Client, tmp_path: Any
) -> None:
    misnamed = tmp_path / "kite.jpg"
    misnamed.write_bytes(picture("PNG"))
    items = [
        Image.new("RGB", (40, 30), "green"),
        misnamed,
        picture("PNG", "blue"),
        types.Part.from_bytes(data=picture("PNG", "yellow"), mime_type="image/jpeg"),
        {"inlineData": {"data": picture("WEBP"), "mimeType": "image/webp"}},
        picture("GIF", "white"),
        picture("JPEG"),
    ]
    pictures = gnb.embed(watched_client, items, dimensions=8)
    # The SDK sends what is in a content in its own spelling.
    sent = [one["content"]["parts"][0]["inline_data"] for one in watched.requests]
    types_sent = [one["mime_type"].removeprefix("image/") for one in sent]
    assert types_sent == ["png", "png", "png", "png", "png", "png", "jpeg"]
    for blob, mime_type in zip(sent, types_sent, strict=True):
        data = base64.b64decode(blob["data"], altchars=b"-_")
        with Image.open(io.BytesIO(data)) as image:
            assert image.format.lower() == mime_type
    assert set(pictures.modalities) == {"image"}
