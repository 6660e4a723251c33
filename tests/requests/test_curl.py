"""`as_curl`: the command sends what the SDK sends, and the server answers both alike."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb import as_curl
from gemini_nb.errors import InvalidOptionError
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.offline.wire import JSONReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[[object], str]

MODEL = "gemini-3.8-flash"


def same_answer(shown: str, response: types.GenerateContentResponse) -> bool:
    """Whether REST's JSON says what the SDK's response says."""
    reply = types.GenerateContentResponse.model_validate(json.loads(shown))
    return (reply.text, reply.function_calls, reply.usage_metadata) == (
        response.text,
        response.function_calls,
        response.usage_metadata,
    )


def find_cinemas(city: str, max_price: int) -> list[str]:
    """Find the cinemas in a city.

    Args:
        city: the city.
        max_price: what a ticket may cost.
    """
    return [f"{city} {max_price}"]


async def find_ferries(city: str) -> str:
    """Find the ferries of a city."""
    return city


@pytest.mark.parametrize(
    ("contents", "config"),
    [
        ("It's \"late\": `who` said $HOME \\ and\n\tañ 日本 🎈 !$(exit 3) 'so'?", {"seed": 3}),
        (["One", types.Part(text="two")], {"temperature": 0.2, "top_k": 3, "seed": 1}),
        (
            "Invent a lighthouse.",
            types.GenerateContentConfig(
                response_mime_type="application/json",
                response_schema=types.Schema(
                    type=types.Type.OBJECT,
                    properties={"mime_type": types.Schema(type=types.Type.STRING, min_length=2)},
                    property_ordering=["mime_type"],
                ),
                thinking_config=types.ThinkingConfig(include_thoughts=True),
                seed=1,
            ),
        ),
        (
            "Which cinemas are there in Lund up to 12 euros?",
            {
                "tools": [find_cinemas],
                "automatic_function_calling": {"disable": True},
                "system_instruction": "Use the tools.",
                "seed": 1,
            },
        ),
    ],
)
def test_as_curl_gets_the_answer_that_the_sdk_gets(
    client: genai.Client, run: Run, contents: Any, config: Any
) -> None:
    command = as_curl(client.models.generate_content, model=MODEL, contents=contents, config=config)
    response = client.models.generate_content(model=MODEL, contents=contents, config=config)

    assert same_answer(run(command), response)


def test_as_curl_of_an_asynchronous_method_in_a_running_loop(client: genai.Client) -> None:
    call: dict[str, Any] = {
        "model": MODEL,
        "contents": "Hello",
        "config": {"tools": [find_ferries]},
    }

    async def in_a_loop() -> str:
        return str(as_curl(client.aio.models.generate_content, **call))

    shown = asyncio.run(in_a_loop())
    assert "find_ferries" in shown
    assert shown == str(as_curl(client.models.generate_content, **call))


def test_as_curl_of_a_stream(client: genai.Client, run: Run) -> None:
    call: dict[str, Any] = {"model": MODEL, "contents": "What is a kite?", "config": {"seed": 1}}
    command = as_curl(client.models.generate_content_stream, **call)
    events = [json.loads(line[6:]) for line in run(command).splitlines() if line]
    chunks = list(client.models.generate_content_stream(**call))

    assert "--no-buffer" in str(command)
    assert "".join(e["candidates"][0]["content"]["parts"][0]["text"] for e in events) == "".join(
        chunk.text or "" for chunk in chunks
    )


def test_as_curl_of_a_chat_sends_history_and_configuration(client: genai.Client, run: Run) -> None:
    chat = client.chats.create(model=MODEL, config={"system_instruction": "Be brief.", "seed": 5})
    chat.send_message("My name is Ada.")
    command = as_curl(chat.send_message, "What is my name?")

    assert len(json.loads(command.body)["contents"]) == 3
    assert len(chat.get_history()) == 2
    assert same_answer(run(command), chat.send_message("What is my name?"))


def test_as_curl_leaves_a_configuration_as_it_was(client: genai.Client) -> None:
    config = types.GenerateContentConfig(http_options=types.HttpOptions(headers={"x-a": "b"}))
    before = config.model_copy(deep=True)
    as_curl(client.chats.create(model=MODEL).send_message, "Hello", config=config)

    assert config == before


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_as_curl_of_an_interaction_keeps_the_spelling_of_its_api(
    client: genai.Client, run: Run
) -> None:
    call: dict[str, Any] = {
        "model": MODEL,
        "input": "Tell me about tides.",
        "generation_config": {"max_output_tokens": 40},
    }
    command = as_curl(client.interactions.create, **call)
    streamed = run(as_curl(client.interactions.create, stream=True, **call))

    assert "max_output_tokens" in str(command)
    assert json.loads(run(command))["steps"][-1]["content"][0]["text"]
    assert streamed.startswith("event: interaction.created\ndata: {")


def test_as_curl_of_embeddings_and_counts(client: genai.Client, run: Run) -> None:
    call: dict[str, Any] = {"model": "gemini-embedding-001", "contents": ["a kite", "a tug"]}
    vectors = json.loads(run(as_curl(client.models.embed_content, **call)))["embeddings"]
    text = "It's a long story. " * 10_000  # no argument of a command can be as long
    count = json.loads(run(as_curl(client.models.count_tokens, model=MODEL, contents=text)))

    expected = client.models.embed_content(**call).embeddings or []
    assert [vector["values"] for vector in vectors] == [vector.values for vector in expected]
    counted = client.models.count_tokens(model=MODEL, contents=text)
    assert count["totalTokens"] == counted.total_tokens


def test_as_curl_of_requests_without_a_body(client: genai.Client, run: Run) -> None:
    listing = as_curl(client.models.list, config={"page_size": 3})
    uploaded = client.files.upload(file=BytesIO(b"a note"), config={"mime_type": "text/plain"})
    name = uploaded.name or ""

    assert len(json.loads(run(listing))["models"]) == 3
    assert json.loads(run(as_curl(client.models.get, model=MODEL)))["name"] == f"models/{MODEL}"
    assert json.loads(run(as_curl(client.files.delete, name=name))) == {}
    assert name not in {file.name for file in client.files.list()}
    assert "-d" not in str(listing).split()


def test_as_curl_of_an_upload_is_two_commands(
    client: genai.Client, run: Run, folder: Path, photo: bytes
) -> None:
    path = folder / "it's a square.png"
    path.write_bytes(photo)
    command = as_curl(client.files.upload, file=str(path), config={"display_name": "a square"})
    file = json.loads(run(command))["file"]

    assert (file["displayName"], file["sizeBytes"]) == ("a square", str(len(photo)))


def test_as_curl_of_an_upload_from_memory_sends_a_file_that_is_saved(
    client: genai.Client, run: Run, folder: Path
) -> None:
    note = BytesIO(b"a note")
    note.read(2)  # the SDK sends the rest
    command = as_curl(client.files.upload, file=note, config={"mime_type": "text/plain"})

    assert str(command).endswith("--data-binary @file_1.bin")
    assert command.save_files(folder) == (folder / "file_1.bin",)
    assert json.loads(run(command))["file"]["sizeBytes"] == "4"
    assert note.tell() == 2


def test_as_curl_of_an_upload_of_an_open_file_names_it(client: genai.Client, folder: Path) -> None:
    (folder / "note.txt").write_text("a note")
    with (folder / "note.txt").open("rb") as note:
        command = as_curl(client.files.upload, file=note, config={"mime_type": "text/plain"})

    assert str(command).endswith(f"--data-binary @{folder / 'note.txt'}")
    assert command.files == ()


def test_as_curl_reads_a_long_picture_from_a_file(
    client: genai.Client, run: Run, folder: Path, photo: bytes
) -> None:
    part = types.Part.from_bytes(data=photo, mime_type="image/png")
    call: dict[str, Any] = {"model": MODEL, "contents": [part, "What is in it?", part]}
    command = as_curl(client.models.generate_content, **call)

    assert command.save_files(folder) == (folder / "file_1.png",)
    assert str(command).startswith(f"# file_1.png ({len(photo):,} bytes) is what was passed")
    assert len(str(command)) < 1_200 < 128 * 1024 < len(command.body)
    assert same_answer(run(command), client.models.generate_content(**call))


def test_as_curl_holds_a_small_picture(client: genai.Client, run: Run) -> None:
    encoded = BytesIO()
    Image.new("RGB", (8, 8), "red").save(encoded, "PNG")
    part = types.Part.from_bytes(data=encoded.getvalue(), mime_type="image/png")
    call: dict[str, Any] = {"model": MODEL, "contents": [part, "Which colour is it?"]}
    command = as_curl(client.models.generate_content, **call)

    assert not command.files
    assert same_answer(run(command), client.models.generate_content(**call))


def test_as_curl_keeps_the_spelling_of_names_of_ones_own(client: genai.Client) -> None:
    contents = [
        types.Part.from_function_call(name="look_up", args={"my_city": {"zip_code": 1}}),
        types.Part.from_function_response(name="look_up", response={"mean_height": 2}),
    ]
    schema = {"type": "object", "properties": {"first_name": {"type": "string"}}}
    config: Any = {"response_mime_type": "application/json", "response_json_schema": schema}
    command = as_curl(client.models.generate_content, model=MODEL, contents=contents, config=config)
    sent = json.loads(command.body)

    assert sent["contents"][0]["parts"][0]["functionCall"]["args"] == {"my_city": {"zip_code": 1}}
    assert "mean_height" in str(command)
    assert sent["generationConfig"]["responseJsonSchema"] == schema


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """A server that answers with the body of the request."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await JSONReply(json.loads(body))(scope, receive, send)


@pytest.fixture(scope="module")
def echoing() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(app=echo) as server:
        yield server


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_as_curl_sends_any_text_as_it_was(
    client: genai.Client, echoing: EmbeddedServer, text: str
) -> None:
    command = as_curl(client.models.generate_content, model=MODEL, contents=[text])
    environment = {**os.environ, "GOOGLE_GEMINI_BASE_URL": echoing.base_url, "GEMINI_API_KEY": "k"}
    done = subprocess.run(
        ["bash", "-c", str(command)], check=True, capture_output=True, env=environment, timeout=30
    )

    assert json.loads(done.stdout)["contents"][0]["parts"][0]["text"] == text


@pytest.mark.parametrize("wanted", ["models.generate_content", print, 3, None, len, str.upper])
def test_as_curl_names_what_is_no_method_of_the_sdk(wanted: Any) -> None:
    with pytest.raises(InvalidOptionError, match=r"client\.models\.generate_content") as caught:
        as_curl(wanted)

    assert str(getattr(wanted, "__name__", wanted)) in str(caught.value)


def test_as_curl_refuses_a_client_for_vertex_ai() -> None:
    with (
        genai.Client(vertexai=True, api_key="any-key") as vertex,
        pytest.raises(InvalidOptionError, match="Vertex AI"),
    ):
        as_curl(vertex.models.generate_content, model=MODEL, contents="Hello")


def test_as_curl_keeps_an_address_of_the_calls_own(client: genai.Client) -> None:
    command = as_curl(
        client.models.generate_content,
        model="a[b]$c",
        contents="Hello",
        config={"http_options": {"base_url": "http://127.0.0.1:9", "headers": {"X-A": "$b `c`"}}},
    )

    assert '"http://127.0.0.1:9/v1beta/models/a%5Bb%5D\\$c:generateContent"' in str(command)
    assert '-H "x-a: \\$b \\`c\\`"' in str(command)


def test_as_curl_names_a_method_that_sends_nothing(client: genai.Client) -> None:
    with pytest.raises(InvalidOptionError, match="create sends no request"):
        as_curl(client.chats.create, model=MODEL)


def test_as_curl_raises_what_the_sdk_raises(client: genai.Client) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'prompt'"):
        as_curl(client.models.generate_content, prompt="Hello")
    with pytest.raises(ValueError, match="temperature"):
        as_curl(
            client.models.generate_content, model=MODEL, contents="Hi", config={"temperature": "x"}
        )
