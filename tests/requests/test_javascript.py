"""`as_javascript`: the program's calls, as JavaScript itself reads them."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

from gemini_nb import as_javascript
from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from google import genai

MODEL = "gemini-3.8-flash"
NODE = shutil.which("node")
# Stands for @google/genai: prints each call and its arguments as JSON.
RECORDER = """
const method = path => new Proxy(() => {}, {
  get: (_, name) => method(path ? `${path}.${name}` : name),
  apply(_, __, given) {
    console.log(JSON.stringify([path, ...given]));
    return path === "chats.create" ? method("chat") : [];
  },
});
export class GoogleGenAI {
  constructor(options) { console.log(JSON.stringify(["new", options])); return method(""); }
}
"""


@pytest.fixture
def calls(folder: Path) -> Callable[[object], list[Any]]:
    """The calls that a program makes, each with its arguments, and the constructor's first."""
    if NODE is None:
        pytest.skip("needs Node")
    package = folder / "node_modules/@google/genai"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (package / "index.js").write_text(RECORDER)

    def made(code: object) -> list[Any]:
        (folder / "call.mjs").write_text(str(code), encoding="utf-8")
        done = subprocess.run(
            [NODE, "call.mjs"], check=True, capture_output=True, text=True, timeout=30
        )
        return [json.loads(line) for line in done.stdout.split("\n") if line.startswith('["')]

    return made


def look_up(city: str) -> str:
    """Look up a city."""
    return city


def test_as_javascript_of_generate_content(
    client: genai.Client, calls: Callable[[object], list[Any]], photo: bytes
) -> None:
    text = 'It\'s "late": \\ ${x} `y`\n日本 \u2028 🎈'
    part = types.Part.from_bytes(data=photo, mime_type="image/png")
    code = as_javascript(
        client.models.generate_content,
        model=MODEL,
        contents=[text, part],
        config={
            "temperature": 0.5,
            "system_instruction": "Be brief.",
            "tools": [look_up],
            "response_schema": types.Schema(any_of=[types.Schema(type=types.Type.STRING)]),
        },
    )
    code.save_files()
    (_, options), (name, given) = calls(code)
    body = json.loads(code.body)
    media = body["contents"][0]["parts"][1]
    data = given["contents"][1]["inlineData"].pop("data")

    assert options["httpOptions"]["apiVersion"] == "v1beta"
    assert options["httpOptions"]["baseUrl"].startswith("http://127.0.0.1:")
    assert options["apiKey"] == "offline-not-a-key"
    assert name == "models.generateContent"
    assert data.translate({43: "-", 47: "_"}) == media["inlineData"].pop("data")
    assert given == {
        "model": MODEL,
        "contents": [text, media],
        "config": {
            "systemInstruction": "Be brief.",
            "tools": body["tools"],
            **body["generationConfig"],
        },
    }
    assert given["config"]["responseSchema"] == {"anyOf": [{"type": "STRING"}]}


@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")  # in SDK 2.12.1 itself
@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_as_javascript_of_each_kind_of_call(
    client: genai.Client, calls: Callable[[object], list[Any]], folder: Path
) -> None:
    (folder / "note.txt").write_text("tugs")
    models, files, interactions = client.models, client.files, client.interactions
    config: dict[str, Any] = {"task_type": "RETRIEVAL_QUERY"}
    turn = [types.UserContent("One"), types.ModelContent("two"), types.UserContent("three")]
    told = {"model": MODEL, "input": "Hello", "generation_config": {"max_output_tokens": 4}}
    programs = [
        as_javascript(models.generate_content_stream, model=MODEL, contents=turn),
        as_javascript(models.count_tokens, model=MODEL, contents="One"),
        as_javascript(models.embed_content, model="e", contents="One", config=config),
        as_javascript(models.embed_content, model="e", contents=["One", "two"]),
        as_javascript(models.get, model=MODEL),
        as_javascript(models.list, config={"page_size": 3}),
        as_javascript(files.upload, file="note.txt", config={"display_name": "a note"}),
        as_javascript(files.get, name="files/abc"),
        as_javascript(files.list),
        as_javascript(interactions.create, **told),
        as_javascript(interactions.create, **told, stream=True),
        as_javascript(interactions.get, id="abc"),
        as_javascript(interactions.cancel, id="abc"),
    ]
    texts = [
        {"role": role, "parts": [{"text": text}]}
        for role, text in zip(("user", "model", "user"), ("One", "two", "three"), strict=True)
    ]
    pair = [{"role": "user", "parts": [{"text": text}]} for text in ("One", "two")]
    note = {"displayName": "a note", "mimeType": "text/plain"}

    # One program after the other, in blocks of their own.
    beginning, *_ = str(programs[0]).partition("const ai")
    blocks = [str(code).removeprefix(beginning) for code in programs]
    made = calls(beginning + "".join(f"{{\n{block}\n}}\n" for block in blocks))
    assert [call for call in made if call[0] != "new"] == [
        ["models.generateContentStream", {"model": MODEL, "contents": texts}],
        ["models.countTokens", {"model": MODEL, "contents": "One"}],
        [
            "models.embedContent",
            {"model": "e", "contents": "One", "config": {"taskType": "RETRIEVAL_QUERY"}},
        ],
        ["models.embedContent", {"model": "e", "contents": pair}],
        ["models.get", {"model": MODEL}],
        ["models.list", {"config": {"pageSize": 3}}],
        ["files.upload", {"file": "note.txt", "config": note}],
        ["files.get", {"name": "files/abc"}],
        ["files.list", {}],
        ["interactions.create", told],
        ["interactions.create", {**told, "stream": True}],
        ["interactions.get", "abc"],
        ["interactions.cancel", "abc"],
    ]


def test_as_javascript_of_an_upload_from_memory_sends_a_file_that_is_saved(
    client: genai.Client,
) -> None:
    note = BytesIO(b"a note")
    program = as_javascript(client.files.upload, file=note, config={"mime_type": "text/plain"})

    assert 'file: "file_1.bin"' in str(program)
    assert program.files == (("file_1.bin", b"a note"),)
    assert "readFileSync" not in str(program)


def test_as_javascript_of_a_chat(
    client: genai.Client, calls: Callable[[object], list[Any]]
) -> None:
    chat = client.chats.create(model=MODEL, config={"seed": 3})
    chat.send_message("My name is Ada.")
    code = as_javascript(chat.send_message_stream, "What is my name?")
    _, (_, created), sent = calls(code)

    history = json.loads(code.body)["contents"][:2]
    assert created == {"model": MODEL, "config": {"seed": 3}, "history": history}
    assert sent == ["chat.sendMessageStream", {"message": "What is my name?"}]


def test_as_javascript_keeps_headers_and_an_address_of_the_calls_own(client: genai.Client) -> None:
    options = {"base_url": "http://127.0.0.1:9", "headers": {"X-A": "b", "X-Token": "pass-word"}}
    code = str(
        as_javascript(
            client.models.generate_content,
            model=MODEL,
            contents="Hello",
            config={"http_options": options},
        )
    )

    assert 'baseUrl: "http://127.0.0.1:9"' in code
    assert '"x-a": "b"' in code
    assert '"x-token": process.env.X_TOKEN' in code


def test_as_javascript_names_what_it_has_no_form_for(client: genai.Client) -> None:
    with pytest.raises(InvalidOptionError, match=r"caches\.list .* models\.generate_content"):
        as_javascript(client.caches.list)
