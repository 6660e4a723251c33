"""Embeddings: what the vectors know of texts and pictures, and what the two models do with it."""

from __future__ import annotations

import base64
import io
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gemini_nb.offline.embedding import DIMENSIONS, embed_image, embed_text, read_prefix

if TYPE_CHECKING:
    from random import Random

    from gemini_nb.offline.server import EmbeddedServer

PROPERTY = settings(max_examples=25, derandomize=True, deadline=None)
FIRST, SECOND = "gemini-embedding-001", "gemini-embedding-2"
TASKS = {
    "search result": "RETRIEVAL_QUERY",
    "question answering": "QUESTION_ANSWERING",
    "fact checking": "FACT_VERIFICATION",
    "code retrieval": "CODE_RETRIEVAL_QUERY",
    "classification": "CLASSIFICATION",
    "clustering": "CLUSTERING",
    "sentence similarity": "SEMANTIC_SIMILARITY",
}
letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9)
sentences = st.lists(letters, min_size=4, max_size=12, unique=True)


def drawing(colour: str, shape: str) -> Image.Image:
    paper = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(paper)
    draw = pen.ellipse if shape == "circle" else pen.rectangle
    draw((80, 80, 220, 220), fill=colour)
    return paper


@PROPERTY
@given(st.text(max_size=80))
def test_any_text_has_a_unit_vector(text: str) -> None:
    vector = embed_text(text)

    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@PROPERTY
@given(sentences, sentences, st.randoms(use_true_random=False), st.sampled_from([256, DIMENSIONS]))
def test_texts_with_the_same_words_are_nearer_than_others(
    mine: list[str], other: list[str], chance: Random, dimensions: int
) -> None:
    other = [word for word in other if word not in mine]
    changed = mine[1:]
    chance.shuffle(changed)
    text = embed_text(" ".join(mine))[:dimensions]

    near = text @ embed_text(" ".join(changed))[:dimensions]
    assert near > text @ embed_text(" ".join(other))[:dimensions]


def test_inflected_words_are_near() -> None:
    walked, walking, lamp = (embed_text(t) for t in ("walked dogs", "walking a dog", "a new lamp"))
    assert walked @ walking > 0.5 > walked @ lamp


@pytest.mark.parametrize("task", [*TASKS.values(), "RETRIEVAL_DOCUMENT"])
def test_each_task_type_stays_comparable(task: str) -> None:
    text = "What is the oldest bridge of the town?"
    plain, told = embed_text(text), embed_text(text, task)

    assert plain @ told > 0.8
    assert told @ embed_text("The oldest bridge of the town is made of oak.") > 0.3


def test_a_question_and_its_answer_meet_better_as_query_and_document() -> None:
    question, document = "What is the name of the ferry?", "The ferry has the name Marit."
    as_text = embed_text(question) @ embed_text(document)

    query, stored = (
        embed_text(question, "RETRIEVAL_QUERY"),
        embed_text(document, "RETRIEVAL_DOCUMENT"),
    )
    assert query @ stored > as_text


def test_the_title_of_a_document_counts() -> None:
    query = embed_text("harbour", "RETRIEVAL_QUERY")

    def stored(title: str | None) -> np.ndarray:
        return embed_text("It opens at six.", "RETRIEVAL_DOCUMENT", title)

    assert query @ stored("Harbour") > query @ stored(None) + 0.2


@pytest.mark.parametrize("colour", ["red", "blue", "green"])
@pytest.mark.parametrize("shape", ["circle", "square"])
def test_a_picture_is_nearest_to_the_words_for_it(colour: str, shape: str) -> None:
    vector = embed_image(drawing(colour, shape))
    texts = {f"{c} {s}" for c in ("red", "blue", "green") for s in ("circle", "square")}

    assert max(sorted(texts), key=lambda t: vector @ embed_text(t)) == f"{colour} {shape}"


blanks = st.text(" \t", max_size=3)


@pytest.mark.parametrize("name", TASKS)
@PROPERTY
@given(st.text(), blanks, blanks, st.sampled_from([str.lower, str.upper, str.title]))
def test_a_prefix_names_the_task_of_the_rest_in_any_case_and_spacing(
    name: str, content: str, before: str, between: str, cased: Any
) -> None:
    written = cased(f"task:{between}{name}{between}|{between}query")

    assert read_prefix(f"{before}{written}{between}:{content}") == (
        content.lstrip(),
        TASKS[name],
        None,
    )


@pytest.mark.parametrize("title", ["none", "None", " NONE ", "", " ", "Tides | the Moon: a guide"])
def test_a_document_has_the_title_it_is_sent_with(title: str) -> None:
    named = title if "Tides" in title else None

    assert read_prefix(f"title:{title}| text: The tide.") == (
        "The tide.",
        "RETRIEVAL_DOCUMENT",
        named,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The task: search result | query: is a prefix.",  # not at the beginning
        "task: juggling | query: three red balls",  # no such task
        "task: search result: query: three red balls",  # no bar
        "task: search result | text: three red balls",  # belongs to a title
        "title: Juggling | query: three red balls",  # belongs to a task
        "task: clustering |\nquery: three red balls",  # two lines are no prefix
        "title: Juggling\n| text: three red balls",
        *(
            start + run * 50_000
            for start in ("", "task:", "title:")
            for run in (" ", "|", "| text ")
        ),
    ],
    ids=lambda text: text[:40],
)
def test_what_only_looks_like_a_prefix_is_text(text: str) -> None:
    assert read_prefix(text) == (text, None, None)


def reply(server: EmbeddedServer, model: str, method: str, body: Any) -> Any:
    request = urllib.request.Request(
        f"{server.base_url}/v1beta/models/{model}:{method}",
        json.dumps(body).encode(),
        {"x-goog-api-key": "any", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def embed(server: EmbeddedServer, model: str, *contents: Any, **options: Any) -> np.ndarray:
    """The vectors that batchEmbedContents answers with, one row for each text or list of parts."""
    parts = [[{"text": item}] if isinstance(item, str) else item for item in contents]
    body = {"requests": [{"content": {"parts": each}, **options} for each in parts]}
    told = reply(server, model, "batchEmbedContents", body)
    return np.array([item["values"] for item in told["embeddings"]])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("name", TASKS)
def test_a_prefix_tells_the_second_model_what_a_task_type_tells_the_first(
    server: EmbeddedServer, name: str
) -> None:
    text, length = "What is the oldest bridge of the town?", {"outputDimensionality": 50}
    told = embed(server, FIRST, text, taskType=TASKS[name], **length)
    prefixed = embed(server, SECOND, f"task: {name} | query: {text}", **length)

    assert prefixed == pytest.approx(unit(told), abs=1e-6)


def test_the_models_differ_as_googles_do(server: EmbeddedServer) -> None:
    text = "What is the oldest bridge of the town?"
    plain = embed(server, SECOND, text)

    # The second ignores task type and title, the first takes a prefix for text.
    assert (plain == embed(server, SECOND, text, taskType="RETRIEVAL_DOCUMENT", title="x")).all()
    first = embed(server, FIRST, "task: clustering | query: grey geese", "grey geese")
    assert first[0] @ first[1] < 0.9
    # The first's short vectors are the beginnings of its long ones.
    short = embed(server, FIRST, text, outputDimensionality=768)
    assert short == pytest.approx(embed(server, FIRST, text)[:, :768])
    assert np.linalg.norm(short) < 0.9
    assert np.linalg.norm(embed(server, SECOND, text, outputDimensionality=768)) == pytest.approx(1)


def test_parts_of_one_content_have_one_vector(server: EmbeddedServer) -> None:
    held = io.BytesIO()
    drawing("red", "circle").save(held, "PNG")
    data = base64.b64encode(held.getvalue()).decode()
    picture = {"inlineData": {"mimeType": "image/png", "data": data}}
    prefix = "task: clustering | query: "

    alone, prefixed, told, geese = embed(
        server,
        SECOND,
        [picture],
        [picture, {"text": prefix}],
        [picture, {"text": f"{prefix}grey geese"}],
        f"{prefix}grey geese",
    )
    assert (alone == prefixed).all()
    assert told == pytest.approx(unit(np.array([alone + geese]))[0], abs=1e-5)


def test_usage_is_told_by_modality(server: EmbeddedServer) -> None:
    body = {"content": {"parts": [{"text": "The quick brown fox"}]}}

    assert reply(server, SECOND, "embedContent", body)["usageMetadata"] == {
        "promptTokenCount": 5,
        "promptTokenDetails": [{"modality": "TEXT", "tokenCount": 5}],
    }
    many = reply(server, FIRST, "batchEmbedContents", {"requests": [body, body]})
    assert many["usageMetadata"]["promptTokenCount"] == 10


@pytest.mark.parametrize(
    ("model", "body", "words"),
    [
        (SECOND, {}, "contents is not specified"),
        (SECOND, {"content": {"parts": []}}, "must not be empty"),
        (SECOND, {"content": {"parts": [{"text": "x"}]}, "taskType": "JUGGLING"}, "task_type"),
        (
            SECOND,
            {"content": {"parts": [{"text": "x"}]}, "outputDimensionality": 0},
            "output_dimensionality",
        ),
        (
            SECOND,
            {"content": {"parts": [{"inlineData": {"mimeType": "a/b", "data": ""}}]}},
            "Unsupported MIME type: a/b",
        ),
    ],
)
def test_malformed_requests_are_refused(
    server: EmbeddedServer, model: str, body: Any, words: str
) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        reply(server, model, "embedContent", body)

    assert caught.value.code == 400
    assert words in json.load(caught.value)["error"]["message"]
