"""Matching: when two requests ask the same, and which recorded one is nearest to another."""

from __future__ import annotations

import hashlib
import json
import re
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.recordings.recording import decoded, reference
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gemini_nb.recordings.recording import Exchange, Recording, Request

_NONE: Mapping[str, str] = MappingProxyType({})
_DEFAULTS = {"store": True, "candidateCount": 1, "role": "USER", "type": "TEXT"}
_ENUMS = {"type", "mode", "role", "thinkingLevel", "taskType", "category", "threshold"} | {
    "responseModalities",
    "mediaResolution",
}
# What of a call, and of a step of an interaction, is data of the caller's: all in it counts.
_CALL_DATA = {"functionCall": ("args",), "functionResponse": ("response",)}
_STEP_DATA = ("arguments", "result")
_OWN_DATA = "own data"
_NAMED = {"properties", "$defs"}
_LISTS = {"contents", "parts", "content", "input", "tools", "functionDeclarations", "requests"}
_CONTENTS = {"text", "image", "audio", "video", "document"}
_NOTHING = "nothing"
_FILE = re.compile(r"(?:https?://[^/]+/v1\w*/)?(files/[a-z0-9-]+)")
_LOOKED_AT, _MOST_TOLD, _SHOWN = 10, 5, 60


def canonical(request: Request, files: Mapping[str, str] = _NONE) -> Any:  # noqa: ANN401 - JSON
    """What `request` asks, as JSON that is equal for all ways to write it.

    Args:
        request: its media are whole, or references.
        files: what uploaded files hold, as `file_contents` tells.

    Example:
        >>> from gemini_nb.recordings.recording import Request
        >>> canonical(Request("POST", "interactions", {"input": "Hi"}))["body"]
        {'input': [{'type': 'USER_INPUT', 'content': [{'text': 'Hi'}]}]}
    """
    query = {_camel(name): redact(text) for name, text in request.query.items()}
    body = _form(request.body, "", files)
    if request.path == "upload/files" and isinstance(body, dict):  # whatever the file is called
        body = {"data": cast("dict[str, Any]", body).get("data")}
    asked = {"method": request.method, "path": redact(request.path), "query": query, "body": body}
    return {name: member for name, member in asked.items() if member}


def key(request: Request, files: Mapping[str, str] = _NONE) -> str:
    """A hash that requests which ask the same have in common."""
    text = json.dumps(canonical(request, files), sort_keys=True)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def file_contents(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """What the files uploaded in `exchanges` hold: `files/...` -> `sha256:...`."""
    found: dict[str, str] = {}
    for exchange in exchanges:
        match exchange.request.path, exchange.request.body, exchange.reply.body:
            case "upload/files", {"data": str(data)}, {"file": {"name": str(name)}}:
                found[name] = data
            case _:
                pass
    return found


def told_nearest(request: Request, recording: Recording) -> str:
    """That nothing answers `request`, what in `recording` is nearest, and what to do."""
    asked = _leaves(canonical(request, file_contents(recording.exchanges)))
    differing = [(each, _differences(its, asked)) for each, its in _recorded_leaves(recording)]
    alike = nsmallest(_LOOKED_AT, differing, key=lambda each: _distance(each[1]))
    nearest, differences = min(alike, key=lambda each: _distance(each[1], by_text=True))
    told = [_told(*difference) for difference in differences]
    more = [f"{len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    return (
        f"{recording.name} holds no answer to this request. Nearest is {nearest.request.method} "
        f"{nearest.request.path}, which differs: {'; '.join(told[:_MOST_TOLD] + more)}. Ask what "
        "was recorded, record this, too, or have the offline models answer what is not recorded: "
        'unmatched="offline" of connect(), --unmatched offline of gemini-nb serve.'
    )


@lru_cache(maxsize=1)  # a class has many questions to one recording
def _recorded_leaves(recording: Recording) -> list[tuple[Exchange, dict[str, Any]]]:
    files = file_contents(recording.exchanges)
    return [(each, _leaves(canonical(each.request, files))) for each in recording.exchanges]


def _leaves(value: Any, path: str = "") -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What stands in `value`, by its path, as `body.contents[0].parts[0].text`."""
    if isinstance(value, dict) and value:
        members = cast("dict[str, Any]", value).items()
        inner = [(f"{path}.{name}".removeprefix("."), member) for name, member in members]
    elif isinstance(value, list) and value:
        inner = [(f"{path}[{n}]", item) for n, item in enumerate(cast("list[Any]", value))]
    else:
        return {path: value}
    return {own: leaf for path, member in inner for own, leaf in _leaves(member, path).items()}


def _differences(recorded: dict[str, Any], asked: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Where leaves differ: the path, and what stands there in each, or _NOTHING."""
    pairs = [(p, recorded.get(p, _NOTHING), asked.get(p, _NOTHING)) for p in recorded | asked]
    return [(p, old, new) for p, old, new in pairs if repr(old) != repr(new)]  # True equals 1


def _distance(
    differences: list[tuple[str, Any, Any]], *, by_text: bool = False
) -> tuple[bool, float]:
    """How far a request is from another: elsewhere, the number of differences, but like texts."""
    is_elsewhere = any(path in {"method", "path"} for path, _, _ in differences)
    told = differences[:_MOST_TOLD] if by_text else []
    texts = [(str(old)[:200], str(new)[:200]) for _, old, new in told]
    alike = sum(SequenceMatcher(None, *pair).ratio() for pair in texts)
    return is_elsewhere, len(differences) - alike


def _told(path: str, old: Any, new: Any) -> str:  # noqa: ANN401 - JSON
    path = path.removeprefix("body.")
    if str(old).startswith("sha256:") and str(new).startswith("sha256:"):
        return f"{path}: another picture or file"
    pairs = zip(str(old), str(new), strict=False)
    same = next((index for index, (a, b) in enumerate(pairs) if a != b), 0)
    start = same - 20 if same > _SHOWN // 2 else 0
    return f"{path}: recorded {_shown(old, start)}, asked {_shown(new, start)}"


def _shown(value: Any, start: int) -> str:  # noqa: ANN401 - JSON
    """`value` from `start` on, shortened."""
    text = str(value)
    part = text[start : start + _SHOWN]
    part = f"{'...' if start else ''}{part}{'...' if start + _SHOWN < len(text) else ''}"
    return repr(part) if isinstance(value, str) and value is not _NOTHING else part


def _form(value: Any, name: str, files: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """The canonical form of a body, or of what is called `name` in it."""
    if isinstance(value, dict):
        return _object(cast("dict[str, Any]", value), name, files)
    if isinstance(value, list):
        return [_form(item, name, files) for item in cast("list[Any]", value)]
    if not isinstance(value, str):  # JavaScript writes 1 for 1.0
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if name in {"thoughtSignature", "signature"}:
        return value.rstrip("=").replace("-", "+").replace("_", "/")
    if name in {"fileUri", "uri"} and (found := _FILE.fullmatch(value)):
        file = found[1]
        return files.get(file, file)
    value = value.removeprefix("models/") if name == "model" else value
    return redact(value.upper() if name in _ENUMS else value)


def _object(members: dict[str, Any], name: str, files: Mapping[str, str]) -> dict[str, Any]:
    is_media = "mimeType" in members or "mime_type" in members
    if is_media and (data := decoded(members.get("data"))) is not None:
        members = {**members, "data": reference(data)}
    if name == _OWN_DATA:
        return {redact(own): _form(member, name, files) for own, member in members.items()}
    if name == "functionDeclarations":
        members = _declared(members)
    match cast("Any", members.get("anyOf")):
        case [{**one}, {"type": "null"}]:
            members = {**members, **cast("Any", one), "anyOf": None, "nullable": True}
        case _:
            pass
    is_step = str(members.get("type")).lower() in {"function_call", "function_result"}
    own_data = _STEP_DATA if is_step else _CALL_DATA.get(name, ())
    formed: dict[str, Any] = {}
    for own, member in members.items():
        if name in _NAMED:  # by names of the caller's, each of a schema
            formed[redact(own)] = _form(member, "", files)
            continue
        camel = _camel(own)
        kept = _form(_listed(member, camel), _OWN_DATA if camel in own_data else camel, files)
        # An empty tool is one that has no settings, and a schema may forbid what it doesn't name.
        is_unset = kept in (None, [], {}) and name != "tools"
        is_unset |= kept is False and camel != "additionalProperties"
        if not is_unset and _DEFAULTS.get(camel) != kept:
            formed[redact(camel)] = kept
    if name in {"functionCall", "functionResponse"}:
        formed.pop("id", None)
    return formed


def _declared(function: dict[str, Any]) -> dict[str, Any]:
    """A Python function as the SDK 2.x declares it; 3.x has JSON schemas, also of the result."""
    named = {_camel(own): member for own, member in function.items()}
    schema = named.pop("parametersJsonSchema", named.get("parameters"))
    return {**named, "parameters": schema, "response": None, "responseJsonSchema": None}


def _listed(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON
    """`value` as the list for which one object may stand, or in an interaction a text."""
    if name in {"input", "content"} and isinstance(value, str):
        value = {"text": value}
    if name in _LISTS and isinstance(value, dict):
        value = [value]
    if name == "input" and isinstance(value, list):
        items = cast("list[Any]", value)
        objects = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
        # Without steps, it is what the user says.
        if _CONTENTS.issuperset(str(o.get("type", o.get("role", "text"))) for o in objects):
            return [{"type": "user_input", "content": items}]
    return cast("Any", value)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
