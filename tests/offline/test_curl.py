"""The REST guide's calls, and the forms of the cookbook's REST notebooks, as a shell sends them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from pathlib import Path

    from gemini_nb.offline.server import EmbeddedServer

TEXT = "gemini-3.8-flash"


def run(server: EmbeddedServer, script: str, folder: Path) -> str:
    """What `script` prints in bash, with the variables of the tutorials set."""
    environment = {
        **os.environ,
        "GOOGLE_GEMINI_BASE_URL": server.base_url,
        "GEMINI_API_KEY": "any-key",
        "GOOGLE_API_KEY": "any-key",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "MODEL": TEXT,
        "URL": f"{server.base_url}/v1beta",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        timeout=60,
    )
    return done.stdout


def post(server: EmbeddedServer, folder: Path, path: str, body: str) -> Any:
    """The JSON that answers `body`, sent as a tutorial sends it."""
    (folder / "body.txt").write_text(body)
    script = (
        f'curl -s "$URL/{path}?key=$GOOGLE_API_KEY" -H "Content-Type: application/json" '
        "-X POST -d @body.txt"
    )
    if "\n" in body:  # -d @file drops line breaks, -d 'text' in a shell keeps them
        script = script.replace("-d @", "--data-binary @")
    return json.loads(run(server, script, folder))


def test_text_only(server: EmbeddedServer, tmp_path: Path) -> None:
    shown = run(
        server,
        """curl "$URL/models/$MODEL:generateContent?key=$GOOGLE_API_KEY" \
        -H 'Content-Type: application/json' -X POST \
        -d '{
          "contents": [{
            "parts":[{
              "text": "Write a story about a patient snail."}]}]}' 2> /dev/null""",
        tmp_path,
    )

    reply = json.loads(shown)
    assert reply["candidates"][0]["content"]["role"] == "model"
    assert reply["candidates"][0]["finishReason"] == "STOP"
    assert shown.startswith('{\n  "candidates": [\n    {\n      "content": {\n')


def test_text_and_image_then_grep(server: EmbeddedServer, tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).rectangle((40, 40, 160, 160), fill="blue")
    image.save(tmp_path / "image.jpg")
    shown = run(
        server,
        """echo '{
          "contents":[
            {
              "parts":[
                {"text": "What is this picture?"},
                {
                  "inline_data": {
                    "mime_type":"image/jpeg",
                    "data": "'$(base64 -w0 image.jpg)'"
                  }
                }
              ]
            }
          ]
        }' > request.json
        curl "$URL/models/$MODEL:generateContent?key=${GOOGLE_API_KEY}" \
            -H 'Content-Type: application/json' -d @request.json 2> /dev/null | grep "text" """,
        tmp_path,
    )

    assert shown.strip().startswith('"text": ')
    assert "blue" in shown


def test_a_conversation_with_a_trailing_comma(server: EmbeddedServer, tmp_path: Path) -> None:
    body = """{
      "contents": [
        {"role":"user", "parts":[{"text": "Write the first line of a story about a kite."}]},
        {"role": "model", "parts":[{"text": "The kite had waited all winter."}]},
        {"role": "user", "parts":[{"text": "Can you set it in a port in 1800s Norway?"}]},
      ]
    }"""
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    assert reply["candidates"][0]["content"]["parts"][0]["text"]
    assert reply["usageMetadata"]["promptTokenCount"] > 25


def test_every_parameter_of_the_guide(server: EmbeddedServer, tmp_path: Path) -> None:
    body = """{
        "contents": [{"parts":[{"text": "Write a story about a lighthouse."}]}],
        "safetySettings": [
            {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "threshold": "BLOCK_ONLY_HIGH"}
        ],
        "generationConfig": {
            "stopSequences": ["Title"], "temperature": 1.0, "maxOutputTokens": 800,
            "topP": 0.8, "topK": 10
        }
    }"""
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    assert reply["usageMetadata"]["candidatesTokenCount"] <= 800


def test_a_stream_is_framed_exactly(server: EmbeddedServer, tmp_path: Path) -> None:
    script = """curl "$URL/models/$MODEL:streamGenerateContent?alt=sse&key=${GOOGLE_API_KEY}" \
        -H 'Content-Type: application/json' --no-buffer \
        -d '{ "contents":[{"parts":[{"text": "Write a long story about a ferry."}]}]}' \
        2> /dev/null | od -An -c | tr -d ' \\n'"""
    framed = run(server, script, tmp_path)

    assert framed.startswith('data:{"candidates":')
    assert framed.endswith("}\\r\\n\\r\\n")
    assert framed.count("\\r\\n\\r\\ndata:") >= 3
    assert "event:" not in framed
    assert "[DONE]" not in framed


def test_a_stream_without_sse_is_a_json_array(server: EmbeddedServer, tmp_path: Path) -> None:
    body = '{"contents":[{"parts":[{"text": "Write a long story about a ferry."}]}]}'
    chunks = post(server, tmp_path, f"models/{TEXT}:streamGenerateContent", body)
    whole = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    texts = [chunk["candidates"][0]["content"]["parts"][0]["text"] for chunk in chunks]
    assert "".join(texts) == whole["candidates"][0]["content"]["parts"][0]["text"]
    assert [("finishReason" in chunk["candidates"][0]) for chunk in chunks[:-1]] == [False] * (
        len(chunks) - 1
    )
    assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"


def test_count_tokens_says_that_it_is_an_estimate(server: EmbeddedServer, tmp_path: Path) -> None:
    shown = run(
        server,
        """curl -s -D headers.txt "$URL/models/$MODEL:countTokens?key=$GOOGLE_API_KEY" \
        -H 'Content-Type: application/json' -X POST \
        -d '{"contents": [{"parts":[{"text": "Sixteen letters."}]}]}' > response.json
        cat response.json; cat headers.txt""",
        tmp_path,
    )

    assert '"totalTokens": 4' in shown
    assert "x-gemini-nb-estimate" in shown
    assert "server: gemini-nb-offline" in shown
    assert "x-gemini-nb-mode: offline" in shown
    assert "date:" not in shown.lower()


def test_embeddings_single_and_batch_agree(server: EmbeddedServer, tmp_path: Path) -> None:
    single = run(
        server,
        """curl "$URL/models/gemini-embedding-2:embedContent?key=$GOOGLE_API_KEY" \
        -H 'Content-Type: application/json' -X POST -d '{
            "model": "models/gemini-embedding-2",
            "content": {"parts":[{"text": "Rain on a tin roof."}]},
            "output_dimensionality": 8,
            "task_type": "SEMANTIC_SIMILARITY", }' 2> /dev/null | head""",
        tmp_path,
    )
    assert single.startswith('{\n  "embedding": {\n    "values": [\n      ')
    body = """{"requests": [{"model": "models/gemini-embedding-2",
        "content": {"parts":[{"text": "Rain on a tin roof."}]}, "outputDimensionality": 8,
        "taskType": "SEMANTIC_SIMILARITY"},
        {"content": {"parts":{"text": "A recipe for plum cake."}}, "outputDimensionality": 8}]}"""
    batch = post(server, tmp_path, "models/gemini-embedding-2:batchEmbedContents", body)

    first, second = (item["values"] for item in batch["embeddings"])
    assert f"{first[0]:.9g}" in single
    assert first != second


def test_get_model_and_list_models(server: EmbeddedServer, tmp_path: Path) -> None:
    model = json.loads(run(server, 'curl -s "$URL/models/$MODEL?key=$GOOGLE_API_KEY"', tmp_path))
    listed = json.loads(
        run(server, 'curl -s "$URL/models?key=$GOOGLE_API_KEY&pageSize=2"', tmp_path)
    )

    assert model["name"] == f"models/{TEXT}"
    assert "Not Gemini" in model["description"]
    assert listed["models"][0] == model
    assert listed["nextPageToken"] == "2"


@pytest.mark.parametrize(
    "body",
    [
        "{'contents': [{'parts': [{'text': 'Hello'}]}]}",
        '{"contents": {"parts": {"text": "Hello"}}, }',
        '{"contents": [{"parts": [{"text": "List\na few things\nline by line"}]}]}',
        '{"contents": [{"role": "user", "parts": [{"text": "Hi"},]},],}',
        (
            '{"system_instruction": {"parts": {"text": "You are a cat."}}, '
            '"contents": {"parts": {"text": "Hello there"}}}'
        ),
        (
            '{"contents": [{"parts": [{"text": "Hi"}]}], "generationConfig": '
            '{"thinkingConfig": {"include_thoughts": true, "thinkingLevel": "low"}}}'
        ),
        '{"contents": [{"parts": [{"text": "Hi"}]}], "tools": [{"google_search": {}}]}',
        (
            '{"contents": [{"parts": [{"text": "Hi"}]}], "safety_settings": '
            '{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}}'
        ),
        '{contents: [{parts: [{text: "Hi"}]}], "generation_config": {"temperature": "0.5"}}',
    ],
)
def test_lenient_json_is_taken(server: EmbeddedServer, tmp_path: Path, body: str) -> None:
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    assert reply["candidates"][0]["content"]["parts"][-1]["text"]


def test_function_calling_in_the_cookbooks_form(server: EmbeddedServer, tmp_path: Path) -> None:
    body = """{
      "contents": {"role": "user", "parts": {"text": "Which cinemas in Lund show comedies?"}},
      "tools": [{"function_declarations": [
          {"name": "find_cinemas", "description": "find cinemas that show a kind of film",
           "parameters": {"type": "OBJECT", "properties": {
              "location": {"type": "STRING", "description": "The city"},
              "genre": {"type": "STRING"}}, "required": ["location"]}},
          {"name": "buy_milk", "description": "order milk for tomorrow"}]}],
      "tool_config": {"function_calling_config": {"mode": "any",}},
    }"""
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    call = reply["candidates"][0]["content"]["parts"][0]["functionCall"]
    assert call["name"] == "find_cinemas"
    assert call["args"]["location"] == "Lund"


def test_json_mode_with_a_line_break_inside_a_string(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    body = """{"contents": [{"parts":[{"text": "List a few soups using this schema:
        {'name': str, 'minutes': int}
        Return: list"}]}], "generationConfig": {"response_mime_type": "application/json",}}"""
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", body)

    assert json.loads(reply["candidates"][0]["content"]["parts"][0]["text"])


def test_a_file_is_uploaded_used_and_deleted(server: EmbeddedServer, tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), "red").save(tmp_path / "red.png")
    shown = run(
        server,
        """SIZE=$(wc -c < red.png)
        curl -s "$GOOGLE_GEMINI_BASE_URL/upload/v1beta/files?key=$GOOGLE_API_KEY" -D head.txt \
          -H "X-Goog-Upload-Protocol: resumable" -H "X-Goog-Upload-Command: start" \
          -H "X-Goog-Upload-Header-Content-Length: $SIZE" \
          -H "X-Goog-Upload-Header-Content-Type: image/png" \
          -H "Content-Type: application/json" \
          -d "{'file': {'display_name': 'a square'}}" > /dev/null
        UPLOAD=$(grep -i "x-goog-upload-url: " head.txt | cut -d" " -f2 | tr -d "\\r")
        curl -s "$UPLOAD" -H "Content-Length: $SIZE" -H "X-Goog-Upload-Offset: 0" \
          -H "X-Goog-Upload-Command: upload, finalize" --data-binary @red.png > file.json
        URI=$(grep '"uri"' file.json | cut -d'"' -f4)
        curl -s "$URI?key=$GOOGLE_API_KEY" | grep displayName
        curl -s "$URL/models/$MODEL:generateContent?key=$GOOGLE_API_KEY" \
          -H 'Content-Type: application/json' -X POST -d '{"contents": [{"parts":[
            {"text": "Which colour?"},
            {"file_data":{"mime_type": "image/png", "file_uri": "'$URI'"}}]}]}' | grep text
        NAME=$(grep '"name"' file.json | cut -d'"' -f4)
        curl -s -X DELETE "$URL/$NAME?key=$GOOGLE_API_KEY"
        curl -s "$URL/$NAME?key=$GOOGLE_API_KEY" | grep status""",
        tmp_path,
    )

    assert '"displayName": "a square"' in shown
    assert "red" in shown
    assert '"status": "PERMISSION_DENIED"' in shown


def test_cached_content_in_the_cookbooks_form(server: EmbeddedServer, tmp_path: Path) -> None:
    data = base64.b64encode(b"The tug is green. " * 1000).decode()  # 4,096 tokens are the least
    body = f"""{{"model": "models/{TEXT}",
        "contents": [{{"parts":[{{"inline_data": {{"mime_type":"text/plain",
          "data": "{data}"}}}}], "role": "user"}}],
        "systemInstruction": {{"parts": [{{"text": "You know tugs."}}]}}, "ttl": "300s",}}"""
    created = post(server, tmp_path, "cachedContents", body)
    asked = f"""{{"contents": [{{"parts":[{{"text": "Which colour?"}}], "role": "user"}}],
        "cachedContent": "{created["name"]}"}}"""
    reply = post(server, tmp_path, f"models/{TEXT}:generateContent", asked)
    script = f"""curl -s -X PATCH "$URL/{created["name"]}?key=$GOOGLE_API_KEY" \
        -H 'Content-Type: application/json' -d '{{"ttl": "600s"}}'
        curl -s -X DELETE "$URL/{created["name"]}?key=$GOOGLE_API_KEY" """
    shown = run(server, script, tmp_path)

    assert reply["usageMetadata"]["cachedContentTokenCount"] > 0
    assert '"expireTime"' in shown
    assert shown.rstrip().endswith("{}")


def test_an_interaction_by_curl(server: EmbeddedServer, tmp_path: Path) -> None:
    shown = run(
        server,
        """curl -sN "$URL/interactions" -H "x-goog-api-key: $GEMINI_API_KEY" \
        -H 'Content-Type: application/json' -H 'Api-Revision: 2026-05-20' \
        -d '{"model": "'$MODEL'", "input": "Tell me about tides.", "stream": true}'""",
        tmp_path,
    )

    assert shown.startswith("event: interaction.created\ndata: {")
    assert shown.endswith("event: done\ndata: [DONE]\n\n")


@pytest.mark.parametrize("version", ["/v1beta", "/v1", ""])
@pytest.mark.parametrize(
    "key", ["-H 'x-goog-api-key: k'", "-H 'Authorization: Bearer t'", "-G -d key=k"]
)
def test_every_version_and_every_place_of_the_key(
    server: EmbeddedServer, tmp_path: Path, version: str, key: str
) -> None:
    shown = run(server, f'curl -s "$GOOGLE_GEMINI_BASE_URL{version}/models" {key}', tmp_path)

    assert json.loads(shown)["models"]
