from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gemini_nb.offline.embedding import DIMENSIONS, combine, embed_image, embed_text

PROPERTY = settings(max_examples=60, derandomize=True, deadline=None)
TASKS = [
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
]
letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9)
sentences = st.lists(letters, min_size=4, max_size=12, unique=True)


def drawing(colour: str, shape: str) -> Image.Image:
    paper = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(paper)
    draw = pen.ellipse if shape == "circle" else pen.rectangle
    draw((80, 80, 220, 220), fill=colour)
    return paper


@PROPERTY
@given(st.text(max_size=80), st.integers(1, DIMENSIONS))
def test_any_text_has_a_unit_vector_of_the_length_asked_for(text: str, dimensions: int) -> None:
    vector = embed_text(text, dimensions=dimensions)

    assert vector.shape == (dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@PROPERTY
@given(st.text(max_size=80), st.integers(2, DIMENSIONS))
def test_a_shorter_vector_is_the_beginning_of_the_longer(text: str, dimensions: int) -> None:
    beginning = embed_text(text)[:dimensions]

    expected = beginning / np.linalg.norm(beginning)
    assert embed_text(text, dimensions=dimensions) == pytest.approx(expected, abs=1e-5)


@PROPERTY
@given(sentences, sentences, st.randoms(use_true_random=False))
def test_texts_with_the_same_words_are_nearer_than_others(
    mine: list[str], other: list[str], chance: object
) -> None:
    other = [word for word in other if word not in mine]
    changed = mine[1:]
    chance.shuffle(changed)  # type: ignore[attr-defined]
    text = embed_text(" ".join(mine))

    near = text @ embed_text(" ".join(changed))
    far = text @ embed_text(" ".join(other))
    assert near > far


def test_inflected_words_are_near() -> None:
    walked, walking, lamp = (embed_text(t) for t in ("walked dogs", "walking a dog", "a new lamp"))
    assert walked @ walking > 0.5 > walked @ lamp


@pytest.mark.parametrize("task", TASKS)
def test_each_task_type_stays_comparable(task: str) -> None:
    text = "What is the oldest bridge of the town?"
    plain, told = embed_text(text), embed_text(text, task_type=task)

    assert plain @ told > 0.8
    assert told @ embed_text("The oldest bridge of the town is made of oak.") > 0.3


def test_a_question_and_its_answer_meet_better_as_query_and_document() -> None:
    question, document = "What is the name of the ferry?", "The ferry has the name Marit."
    as_text = embed_text(question) @ embed_text(document)
    query = embed_text(question, task_type="RETRIEVAL_QUERY")
    stored = embed_text(document, task_type="RETRIEVAL_DOCUMENT")

    assert query @ stored > as_text


def test_the_title_of_a_document_counts() -> None:
    query = embed_text("harbour", task_type="RETRIEVAL_QUERY")

    def stored(title: str | None) -> np.ndarray:
        return embed_text("It opens at six.", task_type="RETRIEVAL_DOCUMENT", title=title)

    assert query @ stored("Harbour") > query @ stored(None) + 0.2


def test_identifiers_are_split_for_code() -> None:
    code = embed_text("def openValve(pressure_limit)", task_type="CODE_RETRIEVAL_QUERY")
    plain = embed_text("def openValve(pressure_limit)")
    asked = embed_text("open the valve", task_type="CODE_RETRIEVAL_QUERY")

    assert code @ asked > plain @ asked + 0.2


@pytest.mark.parametrize("colour", ["red", "blue", "green"])
@pytest.mark.parametrize("shape", ["circle", "square"])
def test_a_picture_is_nearest_to_the_words_for_it(colour: str, shape: str) -> None:
    vector = embed_image(drawing(colour, shape))
    texts = {f"{c} {s}" for c in ("red", "blue", "green") for s in ("circle", "square")}

    assert max(sorted(texts), key=lambda t: vector @ embed_text(t)) == f"{colour} {shape}"


def test_parts_combine_to_a_unit_vector_between_them() -> None:
    first, second = embed_text("red boats"), embed_text("loud bells")
    both = combine([first, second])

    assert np.linalg.norm(both) == pytest.approx(1, abs=1e-5)
    assert both @ first == pytest.approx(both @ second, abs=0.05)
    assert both @ first > 0.5
