"""The command sends what the SDK sends, and the server answers both alike."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google import genai
from google.genai import types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gemini_nb.errors import InvalidOptionError
from gemini_nb.offline.api.wire import JSONReply
from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.requests.curl import as_curl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[[object], str]

MODEL = "gemini-3.8-flash"


def picture(colour: str = "blue", size: tuple[int, int] = (240, 180)) -> bytes:
    grain = np.random.default_rng(1).integers(225, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(grain)  # grain, since plain colours would take few bytes
    ImageDraw.Draw(image).rectangle((40, 40, 120, 120), fill=colour)
    encoded = BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


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


@pytest.mark.parametrize(
    ("contents", "config"),
    [
        ("Tell me about tides.", None),
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
            ),
        ),
        (
            "Which cinemas are there in Lund up to 12 euros?",
            {
                "tools": [find_cinemas],
                "automatic_function_calling": {"disable": True},
                "system_instruction": "Use the tools.",
            },
        ),
    ],
)
def test_the_command_gets_the_answer_that_the_sdk_gets(
    client: genai.Client, run: Run, contents: Any, config: Any
) -> None:
    command = as_curl(client.models.generate_content, model=MODEL, contents=contents, config=config)
    response = client.models.generate_content(model=MODEL, contents=contents, config=config)

    assert same_answer(run(command), response)


def test_an_asynchronous_call_sends_the_same_even_from_a_running_loop(
    client: genai.Client,
) -> None:
    async def in_a_loop() -> str:
        return str(as_curl(client.aio.models.generate_content, model=MODEL, contents="Hello"))

    assert asyncio.run(in_a_loop()) == str(
        as_curl(client.models.generate_content, model=MODEL, contents="Hello")
    )


def test_a_stream_is_shown_as_it_comes(client: genai.Client, run: Run) -> None:
    call = {"model": MODEL, "contents": "Explain how a kite flies."}
    command = as_curl(client.models.generate_content_stream, **call)
    events = [json.loads(line[6:]) for line in run(command).splitlines() if line]
    chunks = list(client.models.generate_content_stream(**call))

    assert "--no-buffer" in str(command)
    assert "".join(e["candidates"][0]["content"]["parts"][0]["text"] for e in events) == "".join(
        chunk.text or "" for chunk in chunks
    )


def test_a_chat_sends_its_history_and_its_configuration(client: genai.Client, run: Run) -> None:
    chat = client.chats.create(model=MODEL, config={"system_instruction": "Be brief.", "seed": 5})
    chat.send_message("My name is Ada.")
    command = as_curl(chat.send_message, "What is my name?")

    assert len(json.loads(command.body)["contents"]) == 3
    assert len(chat.get_history()) == 2
    assert same_answer(run(command), chat.send_message("What is my name?"))


def test_a_configuration_is_left_as_it_was(client: genai.Client) -> None:
    config = types.GenerateContentConfig(http_options=types.HttpOptions(headers={"x-a": "b"}))
    before = config.model_copy(deep=True)
    as_curl(client.chats.create(model=MODEL).send_message, "Hello", config=config)

    assert config == before


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_an_interaction_keeps_the_spelling_of_its_api(client: genai.Client, run: Run) -> None:
    call: dict[str, Any] = {
        "model": MODEL,
        "input": "Tell me about tides.",
        "generation_config": {"max_output_tokens": 40},
    }
    reply = json.loads(run(as_curl(client.interactions.create, **call)))
    streamed = run(as_curl(client.interactions.create, stream=True, **call))

    assert "max_output_tokens" in str(as_curl(client.interactions.create, **call))
    assert reply["steps"][-1]["content"][0]["text"]
    assert streamed.startswith("event: interaction.created\ndata: {")


def test_requests_without_a_body(client: genai.Client, run: Run) -> None:
    listing = as_curl(client.models.list, config={"page_size": 3})
    uploaded = client.files.upload(file=BytesIO(b"a note"), config={"mime_type": "text/plain"})
    name = uploaded.name or ""

    assert len(json.loads(run(listing))["models"]) == 3
    assert json.loads(run(as_curl(client.models.get, model=MODEL)))["name"] == f"models/{MODEL}"
    assert json.loads(run(as_curl(client.files.delete, name=name))) == {}
    assert name not in {file.name for file in client.files.list()}
    assert "-d" not in str(listing).split()


def test_an_upload_takes_two_commands(client: genai.Client, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it's a square.png"
    path.write_bytes(picture("red"))
    command = as_curl(client.files.upload, file=str(path), config={"display_name": "a square"})
    file = json.loads(run(command))["file"]

    assert file["displayName"] == "a square"
    assert file["sizeBytes"] == str(path.stat().st_size)


def test_a_picture_is_read_from_its_file(client: genai.Client, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it's $blue.png"
    path.write_bytes(picture(size=(500, 400)))  # more than an argument of a command can hold
    photo = types.Part.from_bytes(data=path.read_bytes(), mime_type="image/png")
    call: dict[str, Any] = {"model": MODEL, "contents": [photo, "What is in this picture?"]}
    command = as_curl(client.models.generate_content, **call).reading(path)

    assert path.stat().st_size > 150_000
    assert len(str(command)) < 1_200
    assert same_answer(run(command), client.models.generate_content(**call))


def test_a_long_picture_is_cut_with_a_remark_and_saved_whole(
    client: genai.Client, run: Run, tmp_path: Path
) -> None:
    photo = types.Part.from_bytes(data=picture(), mime_type="image/png")
    call: dict[str, Any] = {"model": MODEL, "contents": [photo, "What is in this picture?"]}
    command = as_curl(client.models.generate_content, **call)
    saved = command.save(tmp_path / "request.json")

    assert f'# "data" is cut short here ({len(picture()):,} bytes)' in str(command)
    assert len(str(command)) < 1_200 < len(command.body)
    assert same_answer(run(saved), client.models.generate_content(**call))


def test_a_small_picture_stands_in_the_command(client: genai.Client, run: Run) -> None:
    encoded = BytesIO()
    Image.new("RGB", (8, 8), "red").save(encoded, "PNG")
    photo = types.Part.from_bytes(data=encoded.getvalue(), mime_type="image/png")
    call: dict[str, Any] = {"model": MODEL, "contents": [photo, "Which colour is it?"]}
    command = as_curl(client.models.generate_content, **call)

    assert same_answer(run(command), client.models.generate_content(**call))


def test_a_file_that_was_not_sent_is_refused(client: genai.Client, tmp_path: Path) -> None:
    path = tmp_path / "other.png"
    path.write_bytes(picture("green"))
    photo = types.Part.from_bytes(data=picture("red"), mime_type="image/png")
    command = as_curl(client.models.generate_content, model=MODEL, contents=photo)

    with pytest.raises(InvalidOptionError, match=r"other\.png"):
        command.reading(path)


def test_names_of_ones_own_keep_their_spelling(client: genai.Client) -> None:
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


def test_a_long_text_is_no_argument_of_a_command(client: genai.Client, run: Run) -> None:
    text = "It's a long story. " * 10_000
    command = as_curl(client.models.count_tokens, model=MODEL, contents=text)

    assert (
        json.loads(run(command))["totalTokens"]
        == client.models.count_tokens(model=MODEL, contents=text).total_tokens
    )


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


def sent_by(command: object, server: EmbeddedServer) -> Any:
    """The JSON that arrives when the command runs."""
    environment = {**os.environ, "GOOGLE_GEMINI_BASE_URL": server.base_url, "GEMINI_API_KEY": "k"}
    done = subprocess.run(
        ["bash", "-c", str(command)], check=True, capture_output=True, env=environment, timeout=30
    )
    return json.loads(done.stdout)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_arrives_as_it_was(echoing: EmbeddedServer, text: str) -> None:
    with genai.Client(api_key="any-key", vertexai=False) as client:
        command = as_curl(client.models.generate_content, model=MODEL, contents=[text])

    assert sent_by(command, echoing)["contents"][0]["parts"][0]["text"] == text


def test_the_public_address_can_stand_in_place_of_the_variable(client: genai.Client) -> None:
    command = as_curl(client.models.get, model=MODEL)

    assert f'"https://generativelanguage.googleapis.com/v1beta/models/{MODEL}"' in str(
        command.to_gemini()
    )
    assert "generativelanguage" not in str(command)


def test_the_command_shows_itself_as_highlighted_code(client: genai.Client) -> None:
    command = as_curl(client.models.generate_content, model=MODEL, contents="````js\n1\n````")
    shown = command._repr_mimebundle_()

    assert shown["text/plain"] == str(command) == repr(command)
    assert shown["text/markdown"] == f"`````bash\n{command}\n`````"


def test_the_command_is_the_same_each_time(client: genai.Client) -> None:
    first, second = (
        as_curl(client.models.generate_content, model=MODEL, contents="Hi", config={"seed": 1})
        for _ in range(2)
    )

    assert first == second
    assert hash(first) == hash(second)


@pytest.mark.parametrize("wanted", ["models.generate_content", print, 3, None, len, str.upper])
def test_what_is_no_method_of_the_sdk_is_named(wanted: Any) -> None:
    with pytest.raises(InvalidOptionError, match=r"client\.models\.generate_content") as caught:
        as_curl(wanted)

    assert str(getattr(wanted, "__name__", wanted)) in str(caught.value)


def test_a_client_for_vertex_ai_is_refused() -> None:
    with (
        genai.Client(vertexai=True, api_key="any-key") as vertex,
        pytest.raises(InvalidOptionError, match="Vertex AI"),
    ):
        as_curl(vertex.models.generate_content, model=MODEL, contents="Hello")


def test_an_address_of_the_calls_own_is_kept(client: genai.Client) -> None:
    command = as_curl(
        client.models.generate_content,
        model="a[b]$c",
        contents="Hello",
        config={"http_options": {"base_url": "http://127.0.0.1:9", "headers": {"X-A": "$b `c`"}}},
    )

    assert '"http://127.0.0.1:9/v1beta/models/a%5Bb%5D\\$c:generateContent"' in str(command)
    assert '-H "x-a: \\$b \\`c\\`"' in str(command)


def test_a_method_that_sends_nothing_is_named(client: genai.Client) -> None:
    with pytest.raises(InvalidOptionError, match="create sends no request"):
        as_curl(client.chats.create, model=MODEL)


def test_arguments_that_the_sdk_refuses_raise_as_the_sdk_does(client: genai.Client) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'prompt'"):
        as_curl(client.models.generate_content, prompt="Hello")
    with pytest.raises(ValueError, match="temperature"):
        as_curl(
            client.models.generate_content, model=MODEL, contents="Hi", config={"temperature": "x"}
        )
