"""What one client has recorded plays in every other: Python's SDK, JavaScript's, curl, LangChain.

A second embedded server stands in for Gemini.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types

from gemini_nb import catalog
from gemini_nb.offline.server import EmbeddedServer, create_app
from gemini_nb.recordings.player import create_player
from gemini_nb.recordings.recording import read
from gemini_nb.redaction import PLACEHOLDER
from recordings.upstreams import recorder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("genuine_client.mjs")
MODEL, EMBEDDING = catalog.default("text").id, catalog.default("embedding").id
NOTES = "The harbour opens at six. The ferry is blue. Bread is sold at the pier.\n"
LIGHT = {
    "name": "light",
    "description": "Turns on the light in a room.",
    "parametersJsonSchema": {
        "type": "object",
        "properties": {"room_name": {"type": "string"}},
        "required": ["room_name"],
    },
}
IN_KITCHEN = "Turn on the light in the kitchen"


def _ask_sdk(base_url: str, notes: Path) -> dict[str, Any]:
    client = genai.Client(api_key=PLACEHOLDER, http_options=types.HttpOptions(base_url=base_url))
    models, told = client.models, {}
    config = types.GenerateContentConfig(temperature=0.5, seed=1)
    prompt = "Write a story about a harbour."
    told["text"] = models.generate_content(model=MODEL, contents=prompt, config=config).text
    stream = models.generate_content_stream(model=MODEL, contents="Write a story about a forest.")
    told["stream"] = [chunk.text for chunk in stream]
    file = client.files.upload(file=notes, config=types.UploadFileConfig(mime_type="text/plain"))
    told["file"] = models.generate_content(model=MODEL, contents=["Quote the notes.", file]).text
    chat = client.chats.create(model=MODEL)
    messages = ("Write a story about a bridge.", "Write a story about a bird.")
    told["chat"] = [chat.send_message(message).text for message in messages]

    create: Any = client.interactions.create
    first = create(model=MODEL, input="Write a story about a river.")
    second = create(
        model=MODEL, input="Write a story about a bird.", previous_interaction_id=first.id
    )
    told["interactions"] = [each.steps[-1].content[0].text for each in (first, second)]
    events = create(model=MODEL, input="Write a story about a hill.", stream=True)
    told["events"] = [each.delta.text for each in events if each.event_type == "step.delta"]

    size = types.EmbedContentConfig(output_dimensionality=8)
    vectors = models.embed_content(model=EMBEDDING, contents=["A harbour"], config=size).embeddings
    told["embedding"] = vectors and vectors[0].values

    tools: Any = [{"function_declarations": [types.FunctionDeclaration.model_validate(LIGHT)]}]
    config = types.GenerateContentConfig(tools=tools)
    asked = types.UserContent(IN_KITCHEN)
    calling = models.generate_content(model=MODEL, contents=asked, config=config)
    assert calling.candidates
    assert calling.function_calls
    result = types.Part.from_function_response(name="light", response={"is_on": True, "lumen": 1.0})
    contents: Any = [asked, calling.candidates[0].content, types.UserContent(result)]
    after = models.generate_content(model=MODEL, contents=contents, config=config)
    told["function"] = [calling.function_calls[0].args, after.text]
    client.close()
    return told


def _ask_javascript(base_url: str, notes: Path) -> dict[str, Any]:
    # A module that is read from the standard input looks for others where node was started.
    done = subprocess.run(
        ["node", "--input-type=module", "-", MODEL, EMBEDDING, notes],
        input=SCRIPT.read_bytes(),
        cwd=ROOT,
        env={**os.environ, "GOOGLE_GEMINI_BASE_URL": base_url},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def _ask_curl(base_url: str, notes: Path) -> dict[str, Any]:
    def curl(path: str, body: Any, *options: str) -> str:
        url = path if path.startswith("http") else f"{base_url}/{path}"
        data = body if isinstance(body, str) else json.dumps(body)
        kind = ("-H", "Content-Type: application/json")
        command = ["curl", "-sS", url, *kind, *options, "--data-binary", data]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    def post(path: str, body: object) -> Any:
        reply = json.loads(curl(f"v1beta/{path}?key={PLACEHOLDER}", body))
        assert "error" not in reply, reply
        return reply

    def generate(contents: list[dict[str, Any]], **rest: object) -> dict[str, Any]:
        body = {"contents": contents, **rest}
        return post(f"models/{MODEL}:generateContent", body)["candidates"][0]["content"]

    def said(text: str, *more: dict[str, Any]) -> dict[str, Any]:
        return {"role": "user", "parts": [{"text": text}, *more]}

    def text_of(content: dict[str, Any]) -> str:
        return "".join(part["text"] for part in content["parts"] if not part.get("thought"))

    def events(path: str, body: object) -> list[Any]:
        lines = curl(f"v1beta/{path}key={PLACEHOLDER}", body).splitlines()
        data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
        return [json.loads(each) for each in data if each != "[DONE]"]

    def upload(path: Path) -> Any:
        start = ("-D", "-", "-o", "/dev/null", "-H", "X-Goog-Upload-Command: start")
        form = ("-H", "X-Goog-Upload-Protocol: resumable")
        kind = ("-H", "X-Goog-Upload-Header-Content-Type: text/plain")
        metadata = {"file": {"display_name": "NOTES"}}
        told = curl(f"upload/v1beta/files?key={PLACEHOLDER}", metadata, *start, *form, *kind)
        url = re.search(r"(?im)^x-goog-upload-url: (\S+)", told)
        assert url, told
        ending = ("-H", "X-Goog-Upload-Command: upload, finalize", "-H", "X-Goog-Upload-Offset: 0")
        return json.loads(curl(url[1], f"@{path}", *ending))["file"]

    told: dict[str, Any] = {}
    config = {"temperature": 0.5, "seed": 1}
    told["text"] = text_of(
        generate([said("Write a story about a harbour.")], generation_config=config)
    )
    body = {"contents": {"parts": {"text": "Write a story about a forest."}}}
    stream = events(f"models/{MODEL}:streamGenerateContent?alt=sse&", body)
    told["stream"] = [text_of(each["candidates"][0]["content"]) for each in stream]

    file = upload(notes)
    part = {"file_data": {"file_uri": file["uri"], "mime_type": "text/plain"}}
    told["file"] = text_of(generate([said("Quote the notes.", part)]))

    history = [said("Write a story about a bridge.")]
    history += [generate(history), said("Write a story about a bird.")]
    told["chat"] = [text_of(history[1]), text_of(generate(history))]

    first = post("interactions", {"model": MODEL, "input": "Write a story about a river."})
    body = {
        "model": MODEL,
        "input": "Write a story about a bird.",
        "previous_interaction_id": first["id"],
    }
    told["interactions"] = [
        each["steps"][-1]["content"][0]["text"] for each in (first, post("interactions", body))
    ]
    body = {"model": MODEL, "input": "Write a story about a hill.", "stream": True}
    told["events"] = [
        each["delta"]["text"] for each in events("interactions?", body) if "delta" in each
    ]

    request = {"model": f"models/{EMBEDDING}", "output_dimensionality": 8}
    body = {"requests": [{**request, "content": {"parts": [{"text": "A harbour"}]}}]}
    vectors = post(f"models/{EMBEDDING}:batchEmbedContents", body)
    told["embedding"] = vectors["embeddings"][0]["values"]

    tools = [{"function_declarations": [LIGHT]}]
    calling = generate([said(IN_KITCHEN)], tools=tools)
    answer = {"function_response": {"name": "light", "response": {"is_on": True, "lumen": 1}}}
    after = generate([said(IN_KITCHEN), calling, {"parts": [answer]}], tools=tools)
    told["function"] = [calling["parts"][0]["functionCall"]["args"], text_of(after)]
    return told


CLIENTS = {"Python": _ask_sdk, "JavaScript": _ask_javascript, "curl": _ask_curl}


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "notes.txt"
    path.write_text(NOTES)
    return path


@pytest.fixture(scope="module")
def upstream() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(app=create_app(seconds_per_chunk=0)) as server:
        yield server


def _is_here(name: str) -> bool:
    has_package = name != "JavaScript" or (ROOT / "node_modules/@google/genai").is_dir()
    program = {"JavaScript": "node", "curl": "curl"}.get(name, sys.executable)
    return has_package and shutil.which(program) is not None


@pytest.mark.parametrize("recorded_by", CLIENTS)
def test_what_one_client_has_recorded_plays_in_all(
    recorded_by: str, upstream: EmbeddedServer, notes: Path, tmp_path: Path
) -> None:
    if not _is_here(recorded_by):
        pytest.skip(f"{recorded_by} is not here: see `npm install` in .ci/run for JavaScript's SDK")
    path = tmp_path / "lesson.gnb"
    with recorder_of(upstream.base_url, path) as server:
        recorded = CLIENTS[recorded_by](server.base_url, notes)

    assert len(recorded) == 8
    assert "ferry is blue" in recorded["file"]
    for name in filter(_is_here, CLIENTS):
        with EmbeddedServer(app=create_player(read(path))) as server:
            assert CLIENTS[name](server.base_url, notes) == recorded, name


def _ask_langchain(base_url: str) -> list[Any]:
    langchain = pytest.importorskip("langchain_google_genai")
    options = {"model": MODEL, "google_api_key": PLACEHOLDER, "base_url": base_url}
    model = langchain.ChatGoogleGenerativeAI(**options, temperature=0.5)
    light = {"title": "light", "description": "Turns on the light in a room.", "type": "object"}
    room = {"properties": {"room_name": {"type": "string"}}, "required": ["room_name"]}
    calling = model.bind_tools([light | room]).invoke(IN_KITCHEN)
    turns = [("human", IN_KITCHEN), calling]
    turns += [{"role": "tool", "tool_call_id": calling.tool_calls[0]["id"], "content": "on"}]
    embeddings = langchain.GoogleGenerativeAIEmbeddings(**options | {"model": EMBEDDING})
    return [
        model.invoke("Write a story about a harbour.").content,
        [chunk.content for chunk in model.stream("Write a story about a forest.")],
        calling.tool_calls[0]["args"],
        model.bind_tools([light | room]).invoke(turns).content,
        embeddings.embed_query("A harbour"),
    ]


def test_what_langchain_has_recorded_plays_again(upstream: EmbeddedServer, tmp_path: Path) -> None:
    path = tmp_path / "lesson.gnb"
    with recorder_of(upstream.base_url, path) as server:
        recorded = _ask_langchain(server.base_url)
    with EmbeddedServer(app=create_player(read(path))) as server:
        assert _ask_langchain(server.base_url) == recorded
