"""The program makes the call again, and gets the same answer."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import datetime as dt
import inspect
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.errors import InvalidOptionError
from gemini_nb.requests.code_layout import laid_out
from gemini_nb.requests.curl import as_curl
from gemini_nb.requests.python import PythonCode, as_python
from gemini_nb.requests.python_literals import LiteralWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from google import genai

MODEL = "gemini-3.8-flash"


def executed(code: PythonCode) -> tuple[dict[str, Any], str]:
    """The names that a program leaves, and what it prints, run as a notebook cell is."""
    names: dict[str, Any] = {"__name__": "a_notebook"}
    compiled = compile(str(code), "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        if compiled.co_flags & inspect.CO_COROUTINE:

            async def in_a_loop() -> None:
                await eval(compiled, names)  # noqa: S307 - our own program
                await names["client"].aio.aclose()

            asyncio.run(in_a_loop())
        else:
            exec(compiled, names)  # noqa: S102 - our own program
    names["client"].close()
    return names, printed.getvalue()


def look_up(city: str) -> str:
    """Look up a city.

    Args:
        city: its name.
    """
    return city


CALLS: list[tuple[Any, Any]] = [
    ("It's \"late\": \\ and\n日本 🎈 '''", None),
    (["One", types.Part(text="two"), {"text": "three"}], {"seed": 1, "stop_sequences": ["."]}),
    (
        [types.UserContent("One"), types.ModelContent("two"), types.UserContent("three")],
        types.GenerateContentConfig(
            temperature=0.5,
            system_instruction="Be brief.",
            safety_settings=[
                types.SafetySetting(
                    category=types.HarmCategory.HARM_CATEGORY_HARASSMENT,
                    threshold=types.HarmBlockThreshold.BLOCK_NONE,
                )
            ],
            thinking_config=types.ThinkingConfig(include_thoughts=True),
        ),
    ),
    (
        [types.Part.from_bytes(data=b"a note about tugs" * 9, mime_type="text/plain"), "Which?"],
        types.GenerateContentConfig(http_options=types.HttpOptions(timeout=60_000)),
    ),
    ([Image.new("RGB", (300, 200), "red"), "Which colour is it?"], {"seed": 2}),
    (
        "Invent two lighthouses.",
        {"response_mime_type": "application/json", "response_schema": list[str]},
    ),
    (
        "Look up Oslo.",
        types.GenerateContentConfig(
            tools=[
                types.Tool(
                    function_declarations=[
                        types.FunctionDeclaration(
                            name="look_up",
                            parameters=types.Schema(
                                type=types.Type.OBJECT,
                                properties={"city": types.Schema(type=types.Type.STRING)},
                            ),
                        )
                    ]
                )
            ]
        ),
    ),
]


@pytest.mark.parametrize(("contents", "config"), CALLS)
def test_the_program_sends_the_same_and_gets_the_same_answer(
    client: genai.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    contents: Any,
    config: Any,
) -> None:
    call = {"model": MODEL, "contents": contents, "config": config}
    code = as_python(client.models.generate_content, **call)
    code.save_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    names, _ = executed(code)

    expected = client.models.generate_content(**call)
    assert names["response"].candidates == expected.candidates
    assert names["response"].usage_metadata == expected.usage_metadata


def test_a_stream_is_a_loop(client: genai.Client) -> None:
    call = {"model": MODEL, "contents": "Explain how a kite flies."}
    _, printed = executed(as_python(client.models.generate_content_stream, **call))

    assert printed == client.models.generate_content(**call).text


def test_asynchronous_calls_are_awaited(client: genai.Client) -> None:
    call = {"model": MODEL, "contents": "Explain how a kite flies."}
    expected = client.models.generate_content(**call).text
    names, _ = executed(as_python(client.aio.models.generate_content, **call))
    _, printed = executed(as_python(client.aio.models.generate_content_stream, **call))

    assert names["response"].text == printed == expected


def test_a_chat_comes_with_its_history(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config={"seed": 3})
    chat.send_message("My name is Ada.")
    code = as_python(chat.send_message, "What is my name?")
    names, _ = executed(code)

    assert "google-genai-sdk" not in str(code)
    assert names["response"].text == chat.send_message("What is my name?").text
    assert len(names["chat"].get_history()) == 4


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_an_interaction_and_its_events(client: genai.Client) -> None:
    call: dict[str, Any] = {"model": MODEL, "input": [{"type": "text", "text": "Hello"}]}
    names, _ = executed(as_python(client.interactions.create, **call))
    _, printed = executed(as_python(client.interactions.create, stream=True, **call))

    assert names["response"].status == "completed"
    assert "interaction.completed" in printed


def test_other_resources(client: genai.Client, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("tugs")
    names, _ = executed(as_python(client.files.upload, file=path))
    _, listed = executed(as_python(client.models.list, config={"page_size": 3}))
    name = names["response"].name
    executed(as_python(client.files.delete, name=name))

    assert listed.count("input_token_limit") == len(list(client.models.list()))
    assert name not in {file.name for file in client.files.list()}


def test_a_picture_with_a_file_is_opened_from_it(
    client: genai.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (30, 20), "blue").save("photo.png")
    with Image.open("photo.png") as image:
        code = as_python(client.models.generate_content, model=MODEL, contents=[image])

    assert 'Image.open("photo.png")' in str(code)
    assert not code.files


def test_functions_and_classes_of_a_script_come_with_their_source(
    client: genai.Client, tmp_path: Path
) -> None:
    del client  # its variables lead the scripts to the embedded server
    first = tmp_path / "first.py"
    first.write_text(
        """
from enum import Enum
import math as numbers
from pydantic import BaseModel
from google import genai
from gemini_nb.requests.python import as_python

class Colour(Enum):
    RED = "red"

class Tower(BaseModel):
    name: str
    colour: Colour

FACTOR = 2

def height(towers: int) -> float:
    "The height of towers."
    return FACTOR * numbers.pi * towers

print(as_python(genai.Client().models.generate_content, model="gemini-3.8-flash",
    contents="Invent a tower.", config={"response_mime_type": "application/json",
    "response_schema": list[Tower], "tools": [height]}))
"""
    )
    code = subprocess.run(
        [sys.executable, first], check=True, capture_output=True, text=True
    ).stdout
    second = tmp_path / "second.py"
    second.write_text(code + "\nprint(height(1), [type(t).__name__ for t in response.parsed])")
    again = subprocess.run(
        [sys.executable, second], check=True, capture_output=True, text=True
    ).stdout

    assert again.startswith("6.28")
    assert "'Tower'" in again
    assert code.index("class Colour") < code.index("class Tower")


def test_what_has_no_name_is_refused(client: genai.Client) -> None:
    with pytest.raises(InvalidOptionError, match="function or class with a name"):
        as_python(
            client.models.generate_content,
            model=MODEL,
            contents="Hello",
            config={"tools": [lambda: "Oslo"]},
        )


def test_what_the_sdk_refuses_is_refused(client: genai.Client) -> None:
    with pytest.raises(TypeError, match="prompt"):
        as_python(client.models.generate_content, prompt="Hello")
    with pytest.raises(InvalidOptionError, match=r"client\.models\.generate_content"):
        as_python(look_up)  # type: ignore[arg-type] - on purpose


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=12,
)


def evaluated(value: object) -> Any:
    writer = LiteralWriter()
    code = laid_out(writer.write(value))
    names: dict[str, Any] = {}
    exec("\n".join(sorted(writer.definitions.imports)), names)  # noqa: S102 - our own program
    return eval(code, names)  # noqa: S307 - our own program


@given(plain)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_code_makes_the_same_value_again(value: object) -> None:
    assert evaluated(value) == value


@pytest.mark.parametrize(
    "value",
    [
        types.Part(text="a", thought=True),
        types.Content(parts=[types.Part.from_uri(file_uri="files/a", mime_type="a/b")]),
        types.Part(inline_data=types.Blob(data=b"\x00", mime_type="a/b", display_name="c")),
        types.Part.from_function_call(name="f", args={"a": [1, {"b": None}]}),
        types.UserContent("a"),
        types.FinishReason.MAX_TOKENS,
        types.GenerateContentConfig(labels={"a b": "c"}, http_options={"headers": {"a-b": "c"}}),
        types.Schema(any_of=[types.Schema(type="STRING", enum=["a"])]),
        dt.timedelta(days=1),
        Path("a/b.txt"),
        list[dict[str, int | None]],
        {"b", "a"},
    ],
)
def test_code_makes_the_sdks_values_again(value: object) -> None:
    assert evaluated(value) == value


def test_lines_stay_short_where_the_values_allow_it(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config={"stop_sequences": ["a" * 30] * 5})
    code = as_python(chat.send_message, [types.Part(text="word " * 12)] * 3)

    assert max(map(len, str(code).splitlines())) <= 88


@pytest.mark.parametrize("show", [as_python, as_curl])
def test_the_program_shows_itself_as_highlighted_code(
    client: genai.Client, show: Callable[..., Any]
) -> None:
    code = show(client.models.generate_content, model=MODEL, contents="```\n")
    shown = code._repr_mimebundle_()
    fence = shown["text/markdown"].split("\n")[-1]

    assert shown["text/plain"] == str(code) == repr(code)
    assert fence == "````"
    assert show(client.models.generate_content, model=MODEL, contents="```\n") == code
