"""What `as_curl`, `as_python` and `as_javascript` return shows itself, and shows no key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types

from gemini_nb import as_curl, as_javascript, as_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODEL = "gemini-3.8-flash"
FORMS = [as_curl, as_python, as_javascript]
OWN = "a-key-of-no-known-form-0123"
KEYS = [
    OWN,
    "AIza" + "Sy0_-" * 7,
    "AQ." + "Ab3_-" * 6,
    "ya29.a0Af_-B" * 3,
    "Bearer abc.def-ghi",
]


@pytest.mark.parametrize(
    ("form", "language"),
    [(as_curl, "bash"), (as_python, "python"), (as_javascript, "javascript")],
)
def test_code_shows_itself_highlighted_and_the_same_each_time(
    client: genai.Client, form: Callable[..., Any], language: str
) -> None:
    call = {"model": MODEL, "contents": "````js\n1\n````", "config": {"seed": 1}}
    code, again = (form(client.models.generate_content, **call) for _ in range(2))
    shown = code._repr_mimebundle_()

    assert shown["text/plain"] == str(code) == repr(code)
    assert shown["text/markdown"] == f"`````{language}\n{code}\n`````"
    assert code == again
    assert hash(code) == hash(again)


@pytest.fixture(scope="module")
def own_client() -> Iterator[genai.Client]:
    """A client with a key that nobody else knows of."""
    headers = {"Authorization": f"Bearer {OWN}", "X-Proxy-Token": "pass-word"}
    with genai.Client(api_key=OWN, vertexai=False, http_options={"headers": headers}) as made:
        yield made


CALLS: list[Callable[[str], dict[str, Any]]] = [
    lambda key: {"contents": [types.Part(text=f'"{key}"\n{key}')]},
    lambda key: {"contents": "Hi", "config": {"system_instruction": f"See /?key={key}&a=1"}},
    lambda key: {"contents": "Hi", "config": {"http_options": {"headers": {"X-Other": key}}}},
    lambda key: {"contents": types.Part.from_function_call(name="f", args={key: [{"a": key}]})},
    lambda key: {"contents": types.Part.from_uri(file_uri=f"http://a/?key={key}", mime_type="a/b")},
    lambda key: {"contents": "Hi", "config": types.GenerateContentConfig(stop_sequences=[key])},
]


@pytest.mark.parametrize("make", CALLS)
@pytest.mark.parametrize("key", KEYS)
def test_code_of_a_call_with_a_key_anywhere(
    own_client: genai.Client, key: str, make: Callable[[str], dict[str, Any]]
) -> None:
    for form in FORMS:
        code = form(own_client.models.generate_content, model=MODEL, **make(key))
        shown = f"{code}{code!r}{code.body!r}{code._repr_mimebundle_()}"
        assert key.removeprefix("Bearer ") not in shown
        assert OWN not in shown
        assert json.loads(code.body)["contents"]


@pytest.mark.parametrize("form", FORMS)
def test_code_of_a_chat_with_a_key_in_its_history(
    own_client: genai.Client, form: Callable[..., Any]
) -> None:
    said = types.UserContent(f"My key is {KEYS[1]}.")
    chat = own_client.chats.create(model=MODEL, history=[said, types.ModelContent("Oh.")])

    assert KEYS[1] not in str(form(chat.send_message, "Hi"))


@pytest.mark.parametrize("form", FORMS)
def test_code_with_a_key_of_the_environment(
    own_client: genai.Client, monkeypatch: pytest.MonkeyPatch, form: Callable[..., Any]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "some-word-of-mine")
    code = form(own_client.models.generate_content, model=MODEL, contents="some-word-of-mine")

    assert "some-word-of-mine" not in str(code)


def test_secret_headers_are_variables_of_their_names(own_client: genai.Client) -> None:
    command = str(as_curl(own_client.models.get, model=MODEL))

    assert '-H "authorization: $AUTHORIZATION"' in command
    assert '-H "x-proxy-token: $X_PROXY_TOKEN"' in command
    assert "pass-word" not in command
