"""Malformed and hostile requests made by chance, for the test and for the benchmark."""

from __future__ import annotations

import base64
import http.client
import io
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from random import Random

MODEL = "gemini-3.8-flash"
PATHS = (
    f"models/{MODEL}:generateContent",
    f"models/{MODEL}:streamGenerateContent?alt=sse",
    f"models/{MODEL}:countTokens",
    "models/gemini-embedding-2:embedContent",
    "models/gemini-embedding-2:batchEmbedContents",
    "interactions",
    "cachedContents",
    "models",
    f"models/{MODEL}",
    "files",
    "files/none",
    "interactions/none",
    "cachedContents/none",
    f"models/{MODEL}:none",
    "models/../../etc/passwd:generateContent",
    "models/%00:generateContent",
    "models?pageSize=-1",
    "models?pageSize=1e9&pageToken=zzz",
)
POSTED = 7  # the first so many take a body
FIELDS = [
    "contents",
    "parts",
    "text",
    "role",
    "inlineData",
    "inline_data",
    "mimeType",
    "data",
    "fileData",
    "fileUri",
    "functionCall",
    "functionResponse",
    "name",
    "args",
    "response",
    "tools",
    "functionDeclarations",
    "parameters",
    "type",
    "properties",
    "items",
    "enum",
    "required",
    "systemInstruction",
    "generationConfig",
    "temperature",
    "topP",
    "topK",
    "seed",
    "candidateCount",
    "maxOutputTokens",
    "stopSequences",
    "responseMimeType",
    "responseSchema",
    "$ref",
    "anyOf",
    "responseJsonSchema",
    "thinkingConfig",
    "includeThoughts",
    "toolConfig",
    "functionCallingConfig",
    "mode",
    "cachedContent",
    "content",
    "requests",
    "taskType",
    "outputDimensionality",
    "title",
    "model",
    "input",
    "stream",
    "store",
    "previous_interaction_id",
    "response_format",
    "generation_config",
    "ttl",
    "expireTime",
    "minItems",
    "maxItems",
    "pattern",
    "minimum",
    "maximum",
    "file",
    "sizeBytes",
]
INTERACTION_FIELDS = ("tools", "response_format", "response_mime_type", "labels", "input")
TEXTS = (
    "",
    "Hello",
    "\x00",
    "\ud83d\ude00" * 3,
    "\u202e\ufeff",
    "a" * 5000,
    "ANY",
    "application/json",
    "image/png",
    "OBJECT",
    "STRING",
    "object",
    "#",
    "#/$defs/x",
    "1e400",
    "-1",
    "NaN",
    "(" * 50,
    "(a+)+$",
    "user",
    "model",
    MODEL,
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "\r\nX-Injected: 1",
)
NUMBERS = (0, 1, -1, 2, 0.5, 2**31, -(2**63), 10**30, 1e308, 3.7)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.headers} {self.body[:300]!r}"


def hostile_request(chance: Random) -> Request:
    """Seven in ten reach an operation with a malformed body; the others may be wrong anywhere."""
    headers = {"x-goog-api-key": "any", "content-type": "application/json"}
    if chance.random() < 0.7:
        path = chance.choice(["/v1beta/", "/v1/", "/"]) + chance.choice(PATHS[:POSTED])
        return Request("POST", path, _body(chance), headers)
    version = chance.choice(["/v1beta/", "/v1/", "/", "/v9/", "/upload/v1beta/"])
    method = chance.choices(["POST", "GET", "DELETE", "PATCH", "PUT"], [4, 4, 1, 1, 1])[0]
    if chance.random() < 0.3:
        headers = {}
    if version.startswith("/upload"):
        command = chance.choice(["start", "upload", "upload, finalize", "query", "cancel", "?"])
        headers["X-Goog-Upload-Command"] = command
        headers["X-Goog-Upload-Offset"] = chance.choice(["0", "-5", "9" * 40, "x"])
    return Request(method, version + chance.choice(PATHS), _body(chance), headers)


def send(base_url: str, request: Request) -> int:
    """The status with which the server answers; the reply is read to its end."""
    connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=60)
    try:
        connection.request(request.method, request.path, request.body, request.headers)
        reply = connection.getresponse()
        reply.read()
        return reply.status
    finally:
        connection.close()


def _body(chance: Random) -> bytes:
    return chance.choices([_broken, _almost_valid, _any_json], [2, 5, 2])[0](chance)


def _broken(chance: Random) -> bytes:
    good = b'{"contents": [{"parts": [{"text": "Hello"}]}]}'
    return chance.choice(
        [
            chance.randbytes(chance.randrange(200)),
            good[: chance.randrange(len(good))],
            b"[" * 20_000,
            b'{"a":' * 20_000,
            b'{"contents": ' + b"[" * 900 + b"]" * 900 + b"}",
            b"\xff\xfe" + good,
            good.replace(b"Hello", b"\\ud800"),
            good.replace(b"Hello", b"\\u0000\\x"),
            b"null",
            b'"text"',
            b"{'",
            good * 2,
            good.replace(b'"', b"'"),
            bytes(chance.choice(good) for _ in range(60)),
        ]
    )


def _almost_valid(chance: Random) -> bytes:
    """A valid request with one thing wrong or far too large."""
    config: dict[str, Any] = {}
    parts: list[Any] = [{"text": chance.choice(TEXTS)}]
    body: dict[str, Any] = {"contents": [{"role": "user", "parts": parts}]}
    change = chance.randrange(9)
    if change == 0:
        config[chance.choice(FIELDS)] = _value(chance, 2)
    elif change == 1:
        parts.append({"inlineData": {"mimeType": "image/png", "data": _image(chance)}})
    elif change == 2:
        config |= {"responseMimeType": "application/json", "responseSchema": _schema(chance, 4)}
    elif change == 3:
        config |= {"responseMimeType": "application/json", "responseJsonSchema": _schema(chance, 4)}
    elif change == 4:
        body["tools"] = [
            {"functionDeclarations": [{"name": "f", "parameters": _schema(chance, 3)}]}
        ]
        body["toolConfig"] = {"functionCallingConfig": {"mode": "ANY"}}
    elif change == 5:
        parts.append({"fileData": {"fileUri": chance.choice(TEXTS)}})
    elif change == 6:
        parts.append({"functionResponse": {"name": chance.choice(TEXTS), "response": {"r": [1]}}})
    elif change == 7:
        body = {"model": MODEL, "input": _value(chance, 3), "stream": chance.random() < 0.5}
        body[chance.choice(INTERACTION_FIELDS)] = _value(chance, 3)
        body["generation_config"] = {"tool_choice": {"allowed_tools": _value(chance, 2)}}
    else:
        body = {
            "content": {"parts": parts},
            "requests": [{"content": {"parts": parts}, "outputDimensionality": 5}],
            "outputDimensionality": chance.choice(NUMBERS),
        }
    if config:
        body["generationConfig"] = config
    return json.dumps(body).encode()


def _any_json(chance: Random) -> bytes:
    return json.dumps(_value(chance, 4)).encode()


def _value(chance: Random, depth: int) -> Any:
    kind = chance.randrange(7 if depth else 4)
    if kind == 0:
        return chance.choice(TEXTS)
    if kind == 1:
        return chance.choice(NUMBERS)
    if kind == 2:
        return chance.choice([True, False, None])
    if kind == 3:
        return {}
    if kind == 4:
        return [_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {chance.choice(FIELDS): _value(chance, depth - 1) for _ in range(chance.randrange(5))}


def _schema(chance: Random, depth: int) -> Any:
    kinds = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "OBJECT", "ARRAY", "NULL", "object", "nope"]
    schema: dict[str, Any] = {"type": chance.choice(kinds)}
    if depth and chance.random() < 0.6:
        schema["properties"] = {
            chance.choice(TEXTS): _schema(chance, depth - 1) for _ in range(chance.randrange(3))
        }
        schema["required"] = [chance.choice(TEXTS) for _ in range(chance.randrange(2))]
    if depth and chance.random() < 0.6:
        schema["items"] = _schema(chance, depth - 1)
    limits = ("minItems", "maxItems", "minimum", "maximum", "minLength", "multipleOf")
    for name in chance.sample(limits, chance.randrange(3)):
        schema[name] = chance.choice(NUMBERS)
    if chance.random() < 0.3:
        schema[chance.choice(["$ref", "anyOf", "enum", "pattern", "allOf"])] = _value(chance, 2)
    return schema


def _image(chance: Random) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, chance.choice(["PNG", "JPEG", "GIF", "BMP"]))
    data = buffer.getvalue()
    kind = chance.randrange(4)
    if kind == 0:
        data = data[: chance.randrange(len(data))]
    elif kind == 1:
        data = decompression_bomb()
    elif kind == 2:
        spoiled = bytearray(data)
        for _ in range(10):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        data = bytes(spoiled)
    return base64.b64encode(data).decode()


def decompression_bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    header = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)
