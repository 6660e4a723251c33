"""Whatever a call holds, neither the command nor the program holds a key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types

from gemini_nb.requests.curl import as_curl
from gemini_nb.requests.python import as_python

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = "gemini-3.8-flash"
OWN = "a-key-of-no-known-form-0123"
KEYS = [
    OWN,
    "AIza" + "Sy0_-" * 7,
    "AQ." + "Ab3_-" * 6,
    "ya29.a0Af_-B" * 3,
    "Bearer abc.def-ghi",
]


def secret_of(key: str) -> str:
    return key.removeprefix("Bearer ")


@pytest.fixture
def own_client() -> genai.Client:
    """A client with a key that nobody else knows of."""
    return genai.Client(
        api_key=OWN,
        vertexai=False,
        http_options={"headers": {"Authorization": f"Bearer {OWN}", "X-Proxy-Token": "pass-word"}},
    )


CALLS: list[Callable[[str], dict[str, Any]]] = [
    lambda key: {"contents": f"Is {key} a key?"},
    lambda key: {"contents": [types.Part(text=f'"{key}"\n{key}')]},
    lambda key: {"contents": "Hi", "config": {"system_instruction": f"See /?key={key}&a=1"}},
    lambda key: {"contents": "Hi", "config": {"http_options": {"headers": {"X-Other": key}}}},
    lambda key: {"contents": types.Part.from_function_call(name="f", args={key: [{"a": key}]})},
    lambda key: {"contents": types.Part.from_uri(file_uri=f"http://a/?key={key}", mime_type="a/b")},
    lambda key: {"contents": "Hi", "config": types.GenerateContentConfig(stop_sequences=[key])},
]


@pytest.mark.parametrize("make", CALLS)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_anywhere_in_a_call(
    own_client: genai.Client, tmp_path: Path, key: str, make: Callable[[str], dict[str, Any]]
) -> None:
    call = make(key)
    command = as_curl(own_client.models.generate_content, model=MODEL, **call)
    code = as_python(own_client.models.generate_content, model=MODEL, **call)
    command.save(tmp_path / "request.json")
    saved = (tmp_path / "request.json").read_text(encoding="utf-8")

    shown = f"{command}{command!r}{command.request!r}{command.body!r}{code}{code!r}{saved}"
    assert secret_of(key) not in shown
    assert OWN not in shown
    assert json.loads(command.body)["contents"]


def test_a_key_in_the_history_of_a_chat(own_client: genai.Client) -> None:
    said = types.UserContent(f"My key is {KEYS[1]}.")
    chat = own_client.chats.create(model=MODEL, history=[said, types.ModelContent("Oh.")])

    assert KEYS[1] not in str(as_curl(chat.send_message, "Hi"))
    assert KEYS[1] not in str(as_python(chat.send_message, "Hi"))


def test_a_key_in_the_environment(own_client: genai.Client, monkeypatch: Any) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "some-word-of-mine")
    command = as_curl(own_client.models.generate_content, model=MODEL, contents="some-word-of-mine")

    assert "some-word-of-mine" not in str(command)


def test_secret_headers_are_variables_of_their_names(own_client: genai.Client) -> None:
    command = str(as_curl(own_client.models.get, model=MODEL))

    assert '-H "authorization: $AUTHORIZATION"' in command
    assert '-H "x-proxy-token: $X_PROXY_TOKEN"' in command
    assert "pass-word" not in command
