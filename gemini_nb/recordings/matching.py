"""Matching: when two requests ask the same, and which recorded one is nearest to another."""

from __future__ import annotations

import hashlib
import json
import re
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.recordings.recording import decoded, reference
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gemini_nb.recordings.recording import Exchange, Recording, Request

_NONE: Mapping[str, str] = MappingProxyType({})
_DEFAULTS = {"store": True, "candidateCount": 1, "role": "USER", "type": "TEXT"}
_UNREAD = {"key", "alt", "$alt", "access_token", "oauth_token", "upload_id", "upload_protocol"}
_ENUMS = {"type", "mode", "role", "thinkingLevel", "taskType", "category", "threshold"}
_OWN = {"args", "response", "result", "arguments"}  # the caller's data: all in it counts
_LISTS = {"contents", "parts", "content", "input", "tools", "functionDeclarations", "requests"}
_PARTS = {"contents", "systemInstruction"}  # a text there is that of a part
_TEXTS = {"parts", "content", "input"}
_CONTENTS = ("text", "image", "audio", "video", "document")
_MOST_TOLD, _SHOWN = 5, 40


def canonical(request: Request, files: Mapping[str, str] = _NONE) -> Any:  # noqa: ANN401 - JSON
    """What `request` asks, as JSON that is equal for all ways to write it.

    Args:
        request: its media are whole, or references.
        files: what uploaded files hold, as `file_contents` tells.

    Example:
        >>> from gemini_nb.recordings.recording import Request
        >>> canonical(Request("POST", "v1/models/m:countTokens", {"contents": "Hi"}))["body"]
        {'contents': [{'parts': [{'text': 'Hi'}]}]}
    """
    path = re.sub(r"^/?(v1(alpha|beta)?/)?", "", request.path)
    query = {_camel(n): redact(text) for n, text in request.query.items() if n not in _UNREAD}
    body = _form(request.body, "", files)
    if path == "upload/files" and isinstance(body, dict):  # whatever the file is called
        body = {"data": cast("dict[str, Any]", body).get("data")}
    return {"method": request.method, "path": redact(path), "query": query, "body": body}


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
    files = file_contents(recording.exchanges)
    asked = dict(_leaves(canonical(request, files)))
    nearest: list[tuple[bool, float, int, list[str]]] = []
    for index, exchange in enumerate(recording.exchanges):
        recorded = dict(_leaves(canonical(exchange.request, files)))
        pairs = {n: (recorded.get(n, "nothing"), asked.get(n, "nothing")) for n in recorded | asked}
        pairs = {name: (old, new) for name, (old, new) in pairs.items() if old != new}
        texts = ((old[:200], new[:200]) for old, new in pairs.values())
        alike = sum(SequenceMatcher(None, old, new).ratio() for old, new in texts)
        told = [f"{name}: {_told(*texts)}" for name, texts in pairs.items()]
        elsewhere = not {"method", "path"}.isdisjoint(pairs)
        nearest.append((elsewhere, len(pairs) - alike, index, told))
    _, _, index, told = min(nearest)
    there, more = recording.exchanges[index].request, len(told) - _MOST_TOLD
    differences = "; ".join([*told[:_MOST_TOLD], *([f"{more} more"] if more > 0 else [])])
    return (
        f"{recording.name} holds no answer to this request. Nearest is {there.method} "
        f"{there.path}, which differs: {differences}. Ask what was recorded, record this too, "
        'or choose unmatched="offline" to let the offline models answer.'
    )


def _told(recorded: str, asked: str) -> str:
    """The two, long ones from shortly before they begin to differ."""
    pairs = zip(recorded, asked, strict=False)
    same = next((index for index, (old, new) in enumerate(pairs) if old != new), 0)
    cut = slice(same - 20 if same > _SHOWN else 0, same + _SHOWN)
    return f"recorded {recorded[cut]}, asked {asked[cut]}"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """The path of each value that holds no others, and how it is shown."""
    if value and isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            yield from _leaves(member, f"{path}.{name}" if path not in {"", "body"} else name)
    elif value and isinstance(value, list):
        for index, member in enumerate(cast("list[Any]", value)):
            yield from _leaves(member, f"{path}[{index}]")
    else:
        is_media = isinstance(value, str) and value.startswith("sha256:")
        yield path, f"content {value[7:15]}" if is_media else repr(value)


def _form(value: Any, name: str, files: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """The canonical form of a body, or of what is called `name` in it."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        is_media = not {"mimeType", "mime_type"}.isdisjoint(members)
        if is_media and (data := decoded(members.get("data"))) is not None:
            members = {**members, "data": reference(data)}
        return _object(members, name, files)
    if isinstance(value, list):
        return [_form(item, name, files) for item in cast("list[Any]", value)]
    if not isinstance(value, str):  # JavaScript writes 1 for 1.0
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if name in {"thoughtSignature", "signature"}:
        return value.rstrip("=").replace("-", "+").replace("_", "/")
    if name in {"fileUri", "uri"} and "files/" in value:
        file = "files/" + value.rpartition("files/")[2]
        return files.get(file, file)
    value = value.removeprefix("models/") if name == "model" else value
    return redact(value.upper() if name in _ENUMS else value)


def _object(members: dict[str, Any], name: str, files: Mapping[str, str]) -> dict[str, Any]:
    if name in _OWN:
        return {redact(own): _form(member, name, files) for own, member in members.items()}
    formed: dict[str, Any] = {}
    for own, member in members.items():
        camel = own if name == "properties" else _camel(own)
        kept = _form(_listed(member, camel), camel, files)
        # An empty tool is one that has no settings.
        is_unset = kept is None or kept is False or (kept in ([], {}) and name != "tools")
        if not is_unset and _DEFAULTS.get(camel) != kept:
            formed[redact(camel)] = kept
    if name in {"functionCall", "functionResponse"}:
        formed.pop("id", None)
    return formed


def _listed(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON
    """`value` as the object or list for which a text, or one object, may stand."""
    if isinstance(value, str) and name in _PARTS | _TEXTS:
        value = {"parts" if name in _PARTS else "text": value}
    if isinstance(value, dict) and name in _LISTS:
        value = [value]
    if name == "input" and isinstance(value, list):
        items = cast("list[Any]", value)
        objects = [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]
        kinds = [item.get("type", item.get("role", "text")) for item in objects]
        if all(kind in _CONTENTS for kind in kinds):  # without steps, it is what the user says
            return [{"type": "user_input", "content": items}]
    return cast("Any", value)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
