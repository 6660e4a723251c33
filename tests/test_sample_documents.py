"""The documents of the embeddings tutorial, as the offline model sees them: by their words."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from gemini_nb.offline.embedding import embed_text

DATA = Path(__file__).parent.parent / "notebooks" / "data" / "documents.json"
SAMPLE = json.loads(DATA.read_text(encoding="utf-8"))
DOCUMENTS = SAMPLE["documents"]
TITLES = [document["title"] for document in DOCUMENTS]
TOPICS = np.array([document["topic"] for document in DOCUMENTS])


@pytest.fixture(scope="module")
def alike() -> np.ndarray:
    """Cosines of all pairs of documents, 0 on the diagonal."""
    vectors = [embed_text(one["text"], task_type="CLUSTERING") for one in DOCUMENTS]
    cosines = np.stack(vectors) @ np.stack(vectors).T
    np.fill_diagonal(cosines, 0)
    return cosines


def ranking(question: str, *, with_titles: bool) -> list[str]:
    """The titles of the documents, those that fit the question best first."""
    query = embed_text(question, task_type="RETRIEVAL_QUERY")
    scores = [
        query
        @ embed_text(
            document["text"],
            task_type="RETRIEVAL_DOCUMENT",
            title=document["title"] if with_titles else None,
        )
        for document in DOCUMENTS
    ]
    return [TITLES[number] for number in np.argsort(scores)[::-1]]


def test_there_are_six_topics_of_twelve_short_documents() -> None:
    assert sorted(Counter(TOPICS.tolist()).values()) == [12] * 6
    assert len(set(TITLES)) == len(DOCUMENTS)
    assert all(90 <= len(document["text"]) <= 160 for document in DOCUMENTS)


def test_nearly_every_document_is_nearest_to_one_of_its_topic(alike: np.ndarray) -> None:
    nearest = TOPICS[alike.argmax(axis=1)]

    assert (nearest == TOPICS).mean() >= 0.9


def test_the_two_that_are_told_twice_are_the_most_alike(alike: np.ndarray) -> None:
    pairs = np.argsort(np.triu(alike), axis=None)[::-1]
    first, second, third = (divmod(int(pair), len(TITLES)) for pair in pairs[:3])

    assert {(TITLES[a], TITLES[b]) for a, b in (first, second)} == {
        ("Slow proving", "Proving overnight"),
        ("Wearing a helmet", "Fitting a helmet"),
    }
    assert alike[second] > 0.8
    assert alike[third] < 0.6


def test_flowers_for_bees_belong_to_two_topics(alike: np.ndarray) -> None:
    own = alike[TITLES.index("Flowers for bees")]
    by_topic = {topic: own[topic == TOPICS].mean() for topic in sorted(set(TOPICS.tolist()))}

    assert set(sorted(by_topic, key=by_topic.__getitem__)[-2:]) == {"bees", "gardens"}


@pytest.mark.parametrize("with_titles", [True, False])
@pytest.mark.parametrize("question", SAMPLE["questions"], ids=lambda question: question["title"])
def test_a_question_finds_its_document_if_they_share_words(
    question: dict[str, str], *, with_titles: bool
) -> None:
    found = ranking(question["text"], with_titles=with_titles)

    assert question["title"] in found
    assert (found[0] == question["title"]) is question["shares_words"]
    assert question["shares_words"] or question["title"] not in found[:3]
