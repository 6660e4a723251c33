from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.offline.task_prefixes import TextForTask, read_prefix

PROPERTY = settings(max_examples=60, derandomize=True, deadline=None)
TASKS = {
    "search result": "RETRIEVAL_QUERY",
    "question answering": "QUESTION_ANSWERING",
    "fact checking": "FACT_VERIFICATION",
    "code retrieval": "CODE_RETRIEVAL_QUERY",
    "classification": "CLASSIFICATION",
    "clustering": "CLUSTERING",
    "sentence similarity": "SEMANTIC_SIMILARITY",
}
blanks = st.text(" \t", max_size=3)


@pytest.mark.parametrize("name", TASKS)
@PROPERTY
@given(st.text(), blanks, blanks, st.sampled_from([str.lower, str.upper, str.title]))
def test_a_prefix_names_the_task_of_the_rest_in_any_case_and_spacing(
    name: str, content: str, before: str, between: str, cased: object
) -> None:
    written = cased(f"task:{between}{name}{between}|{between}query")  # type: ignore[operator]

    assert read_prefix(f"{before}{written}{between}:{content}") == TextForTask(
        content.lstrip(), TASKS[name]
    )


@PROPERTY
@given(st.text())
def test_a_document_has_the_title_it_is_sent_with(content: str) -> None:
    stored = TextForTask(content.lstrip(), "RETRIEVAL_DOCUMENT", "Tides | and the Moon: a guide")

    assert read_prefix(f"title: Tides | and the Moon: a guide | text: {content}") == stored


@pytest.mark.parametrize("title", ["none", "None", " NONE ", "", " "])
def test_a_document_may_have_no_title(title: str) -> None:
    asked = read_prefix(f"title:{title}| text: The tide turns twice a day.")

    assert asked == TextForTask("The tide turns twice a day.", "RETRIEVAL_DOCUMENT", None)


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
        "tasks: clustering | query: three red balls",
        "Our title: text about a task | query",
    ],
)
def test_what_only_looks_like_a_prefix_is_text(text: str) -> None:
    assert read_prefix(text) == TextForTask(text)


def test_only_one_prefix_is_read() -> None:
    asked = read_prefix("task: clustering | query: task: search result | query: kites")

    assert asked == TextForTask("task: search result | query: kites", "CLUSTERING")


@pytest.mark.parametrize("start", ["", "task:", "title:"])
@pytest.mark.parametrize("filling", [" ", "|", "| ", ":", "title:", "| text ", "\n"])
def test_a_long_text_without_an_end_is_read_in_no_time(start: str, filling: str) -> None:
    text = start + filling * 200_000
    began = time.process_time()

    assert read_prefix(text).task_type is None
    assert time.process_time() - began < 2
