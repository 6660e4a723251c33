"""The SDK's objects in a real kernel, as the real SDK makes them from the embedded server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ipython_extension.kernels import run

if TYPE_CHECKING:
    from notebook_testing.front_end import FrontEnd

SET_UP = """
MODEL = "gemini-3.8-flash"
ASK = "Tell me about windmills."
"""
CELLS = {
    "response": "client.models.generate_content(model=MODEL, contents=ASK)",
    "candidate": "client.models.generate_content(model=MODEL, contents=ASK).candidates[0]",
    "content": "client.models.generate_content(model=MODEL, contents=ASK).candidates[0].content",
    "usage": "client.models.generate_content(model=MODEL, contents=ASK).usage_metadata",
    "interaction": "interaction = client.interactions.create(model=MODEL, input=ASK)\ninteraction",
    "step": "interaction.steps[-1]",
    "interaction's usage": "interaction.usage",
    "count": "client.models.count_tokens(model=MODEL, contents=ASK)",
    "embeddings": "client.models.embed_content(model='gemini-embedding-2', contents=ASK)",
    "model": "client.models.get(model=MODEL)",
    "pager": "client.models.list(config={'page_size': 4})",
    "file": (
        "client.files.upload(file=io.BytesIO(b'a,b'), config={'mime_type': 'text/csv',"
        " 'display_name': 'table.csv'})"
    ),
    "chat": (
        "chat = client.chats.create(model=MODEL)\n"
        "for question in (ASK, 'And of the sea?'):\n"
        "    for chunk in chat.send_message_stream(question):\n"
        "        pass\n"
        "chat"
    ),
    "error": (
        "try:\n"
        "    client.models.generate_content(model='gemini-pro', contents=ASK)\n"
        "except errors.APIError as error:\n"
        "    display(error)"
    ),
    "interaction's error": (
        "try:\n"
        "    client.interactions.create(model='gemini-pro', input=ASK)\n"
        "except Exception as error:\n"
        "    display(error)"
    ),
}
MARKDOWN = {"response", "candidate", "content", "interaction", "step", "chat"}
NOISE = re.compile(
    r"0x[0-9a-f]{6}|datetime|headers|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d|\d\d:\d\d:\d\d|127\.0"
)


@pytest.fixture(scope="module")
def runs(notebook: FrontEnd) -> list[dict[str, dict[str, str]]]:
    """What each cell shows, run twice."""
    run(notebook, SET_UP)
    return [
        {name: data_of(run(notebook, source).outputs) for name, source in CELLS.items()}
        for _ in range(2)
    ]


def data_of(outputs: list[Any]) -> dict[str, str]:
    assert [output.output_type for output in outputs] in (["execute_result"], ["display_data"])
    return dict(outputs[0].data)


@pytest.mark.parametrize("name", CELLS)
def test_each_kind_has_words_and_one_rich_form(
    runs: list[dict[str, dict[str, str]]], name: str
) -> None:
    rich = "text/markdown" if name in MARKDOWN else "text/html"
    assert sorted(runs[0][name]) == sorted(["text/plain", rich])


@pytest.mark.parametrize("name", CELLS)
def test_nothing_shown_changes_from_run_to_run(
    runs: list[dict[str, dict[str, str]]], name: str
) -> None:
    lasting = {mime: text for mime, text in runs[0][name].items() if mime != "text/html"}
    if name != "file":  # a file's name is new each time, and stands in HTML only
        lasting = runs[0][name]
    assert lasting.items() <= runs[1][name].items()
    assert not NOISE.search(runs[0][name]["text/plain"])


def test_a_streamed_chat_is_one_message_a_turn(runs: list[dict[str, dict[str, str]]]) -> None:
    plain = runs[0]["chat"]["text/plain"]
    speakers = [line for line in plain.splitlines() if line in {"You:", "Model:"}]
    assert speakers == ["You:", "Model:"] * 2
    assert plain.startswith("Chat \N{MIDDLE DOT} 4 messages")
    assert "You:\nAnd of the sea?" in plain


def test_who_answered_is_told(runs: list[dict[str, dict[str, str]]]) -> None:
    for name in ("response", "interaction", "count", "embeddings", "model"):
        for text in runs[0][name].values():
            assert "offline" in text, name
