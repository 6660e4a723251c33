"""`as_python`: the program makes the call again, and gets the same answer."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb import as_python
from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from pathlib import Path

    from google import genai

MODEL = "gemini-3.8-flash"

pytestmark = pytest.mark.usefixtures("folder")


def executed(code: object) -> tuple[dict[str, Any], str]:
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


@pytest.mark.parametrize(
    ("contents", "config"),
    [
        ("It's \"late\": \\ and\n日本 🎈 '''", {"seed": 1}),
        (["One", types.Part(text="two"), {"text": "three"}], {"seed": 1, "stop_sequences": ["."]}),
        (
            [types.UserContent("One"), types.ModelContent("two"), types.UserContent("three")],
            types.GenerateContentConfig(
                temperature=0.5,
                seed=1,
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
            [
                types.Part.from_bytes(data=b"a note about tugs" * 9, mime_type="text/plain"),
                "Which?",
            ],
            types.GenerateContentConfig(http_options=types.HttpOptions(timeout=60_000), seed=1),
        ),
        ([Image.new("RGB", (300, 200), "red"), "Which colour is it?"], {"seed": 2}),
        (
            "The tower is 21 metres high.",
            {
                "response_mime_type": "application/json",
                "response_schema": {
                    "type": "OBJECT",
                    "properties": {"height": {"type": "INTEGER"}},
                },
            },
        ),
    ],
)
def test_as_python_gets_the_same_answer(
    client: genai.Client, folder: Path, contents: Any, config: Any
) -> None:
    call: dict[str, Any] = {"model": MODEL, "contents": contents, "config": config}
    code = as_python(client.models.generate_content, **call)
    code.save_files(folder)
    names, _ = executed(code)

    expected = client.models.generate_content(**call)
    assert names["response"].candidates == expected.candidates
    assert names["response"].usage_metadata == expected.usage_metadata


def test_as_python_of_streams_and_asynchronous_calls(client: genai.Client) -> None:
    call: dict[str, Any] = {"model": MODEL, "contents": "What is a kite?", "config": {"seed": 1}}
    expected = client.models.generate_content(**call).text
    _, streamed = executed(as_python(client.models.generate_content_stream, **call))
    names, _ = executed(as_python(client.aio.models.generate_content, **call))
    _, printed = executed(as_python(client.aio.models.generate_content_stream, **call))

    assert streamed == names["response"].text == printed == expected


def test_as_python_of_a_chat_holds_its_history(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config=types.GenerateContentConfig(seed=3))
    chat.send_message("My name is Ada.")
    code = as_python(chat.send_message, "What is my name?")
    names, _ = executed(code)

    assert "google-genai-sdk" not in str(code)
    assert names["response"].text == chat.send_message("What is my name?").text
    assert len(names["chat"].get_history()) == 4


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_as_python_of_an_interaction_and_its_events(client: genai.Client) -> None:
    call: dict[str, Any] = {"model": MODEL, "input": [{"type": "text", "text": "Hello"}]}
    names, _ = executed(as_python(client.interactions.create, **call))
    _, printed = executed(as_python(client.interactions.create, stream=True, **call))

    assert names["response"].status == "completed"
    assert "interaction.completed" in printed


def test_as_python_of_other_resources(client: genai.Client, folder: Path) -> None:
    path = folder / "note.txt"
    path.write_text("tugs")
    names, _ = executed(as_python(client.files.upload, file=path))
    stream = as_python(
        client.files.upload, file=io.BytesIO(b"tugs"), config={"mime_type": "text/plain"}
    )
    stream.save_files()
    executed(stream)
    _, listed = executed(as_python(client.models.list, config={"page_size": 3}))
    name = names["response"].name
    executed(as_python(client.files.delete, name=name))
    call: dict[str, Any] = {"model": "gemini-embedding-001", "contents": ["a kite", "a tug"]}
    embedded, _ = executed(as_python(client.models.embed_content, **call))

    assert listed.count("input_token_limit") == len(list(client.models.list()))
    assert name not in {file.name for file in client.files.list()}
    assert embedded["response"].embeddings == client.models.embed_content(**call).embeddings


def test_as_python_opens_a_picture_from_its_file(client: genai.Client) -> None:
    Image.new("RGB", (30, 20), "blue").save("photo.png")
    with Image.open("photo.png") as image:
        code = as_python(client.models.generate_content, model=MODEL, contents=[image])

    assert 'Image.open("photo.png")' in str(code)
    assert not code.files


def test_as_python_brings_the_source_of_functions_and_classes(folder: Path) -> None:
    first = folder / "first.py"
    first.write_text(
        """
from enum import Enum
import math as numbers
from pydantic import BaseModel
from google import genai
from gemini_nb import as_python

class Colour(Enum):
    RED = "red"

class Tower(BaseModel):
    name: str
    colour: Colour

FACTOR = 2
towers = object()  # not the parameter

def height(towers: int) -> float:
    "The height of towers."
    return FACTOR * numbers.pi * towers

print(as_python(genai.Client().models.generate_content, model="gemini-3.8-flash",
    contents="The tower Alba is red.", config={"response_mime_type": "application/json",
    "response_schema": Tower, "tools": [height]}))
"""
    )
    code = subprocess.run(
        [sys.executable, first], check=True, capture_output=True, text=True
    ).stdout
    second = folder / "second.py"
    second.write_text(code + "\nprint(height(1), repr(response.parsed))")
    again = subprocess.run(
        [sys.executable, second], check=True, capture_output=True, text=True
    ).stdout

    assert again.startswith("6.28")
    assert "Tower(name='Alba', colour=" in again
    assert code.index("class Colour") < code.index("class Tower")
    assert "Define towers" not in code


class Guide:
    def look_up(self, city: str) -> str:
        return city


@pytest.mark.parametrize("tool", [lambda: "Oslo", Guide().look_up])
def test_as_python_refuses_what_has_no_name(client: genai.Client, tool: Any) -> None:
    call: dict[str, Any] = {"model": MODEL, "contents": "Hi", "config": {"tools": [tool]}}
    with pytest.raises(InvalidOptionError, match="function or class with a name"):
        as_python(client.models.generate_content, **call)


def test_as_python_refuses_what_the_sdk_refuses(client: genai.Client) -> None:
    with pytest.raises(TypeError, match="prompt"):
        as_python(client.models.generate_content, prompt="Hello")
    with pytest.raises(InvalidOptionError, match=r"client\.models\.generate_content"):
        as_python(look_up)  # type: ignore[arg-type] - on purpose


def written(client: genai.Client, config: Any) -> Any:
    """A configuration after it was code."""
    code = as_python(client.models.generate_content, model="m", contents="Hi", config=config)
    imports, _, call = str(code).partition("\nclient = ")
    names: dict[str, Any] = {}
    exec(imports, names)  # noqa: S102 - our own program
    (statement,) = ast.parse(call[call.index("response =") :]).body
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.Call)
    (value,) = (word.value for word in statement.value.keywords if word.arg == "config")
    return eval(ast.unparse(value), names)  # noqa: S307 - our own program


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner)
    ),
    max_leaves=12,
)


@given(value=json_values)
@settings(max_examples=20, derandomize=True, deadline=None)
def test_as_python_writes_json_as_it_was(client: genai.Client, value: object) -> None:
    config = {"response_json_schema": {"default": value}}

    assert written(client, config) == config


@pytest.mark.parametrize(
    "config",
    [
        types.GenerateContentConfig(http_options=types.HttpOptions(headers={"a-b": "c"})),
        types.GenerateContentConfig(
            response_schema=types.Schema(enum=["a"], type=types.Type.STRING)
        ),
        types.GenerateContentConfig(
            system_instruction=types.Content(
                parts=[
                    types.Part(text="a", thought=True),
                    types.Part.from_uri(file_uri="files/a", mime_type="a/b"),
                    types.Part(inline_data=types.Blob(data=b"\x00", mime_type="a/b")),
                    types.Part.from_function_call(name="f", args={"a": [1, {"b": None}]}),
                ]
            )
        ),
        {"thinking_config": types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW)},
    ],
)
def test_as_python_writes_the_sdks_values_as_they_were(client: genai.Client, config: Any) -> None:
    assert written(client, config) == config


def test_as_python_keeps_lines_short(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config={"stop_sequences": ["a" * 30] * 5})
    code = as_python(chat.send_message, [types.Part(text="word " * 12)] * 3)

    assert max(map(len, str(code).splitlines())) <= 88


def test_as_python_of_an_upload_from_memory_keeps_what_the_sdk_would_send(
    client: genai.Client,
) -> None:
    note = io.BytesIO(b"a note")
    note.read(2)
    program = as_python(client.files.upload, file=note, config={"mime_type": "text/plain"})

    assert program.files == (("file_1.bin", b"note"),)
