"""Matching: when two requests ask the same, and which recorded one is nearest to another."""

from __future__ import annotations

import hashlib
import json
import re
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.recordings.recording import decoded, reference
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gemini_nb.recordings.recording import Exchange, Recording, Request

_NONE: Mapping[str, str] = MappingProxyType({})
_DEFAULTS = {"store": True, "candidateCount": 1, "role": "USER", "type": "TEXT"}
_ENUMS = {"type", "mode", "role", "thinkingLevel", "taskType", "category", "threshold"}
_OWN = {"args", "response", "result", "arguments"}  # the caller's data: all in it counts
_LISTS = {"contents", "parts", "content", "input", "tools", "functionDeclarations", "requests"}
_CONTENTS = {"text", "image", "audio", "video", "document"}
_NOTHING = "nothing"
_FILE = re.compile(r"(?:https?://[^/]+/v1\w*/)?(files/[a-z0-9-]+)")
_MOST_COMPARED = 500  # places where two requests differ
_MOST_TOLD, _SHOWN = 5, 60


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
    return {"method": request.method, "path": redact(request.path), "query": query, "body": body}


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
    asked = canonical(request, files)

    def differences(exchange: Exchange) -> list[tuple[str, Any, Any]]:
        found = _differences(canonical(exchange.request, files), asked)
        return list(islice(found, _MOST_COMPARED))

    nearest = min(recording.exchanges, key=lambda exchange: _distance(differences(exchange)))
    told = [_told(*difference) for difference in differences(nearest)]
    more = [f"{len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    return (
        f"{recording.name} holds no answer to this request. Nearest is {nearest.request.method} "
        f"{nearest.request.path}, which differs: {'; '.join(told[:_MOST_TOLD] + more)}. Ask what "
        'was recorded, record this too, or choose unmatched="offline" to let the offline models '
        "answer."
    )


def _differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    """Where two canonical forms differ: the path, and what stands there in each, or _NOTHING."""
    if isinstance(old, dict) and isinstance(new, dict):
        recorded, asked = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        for name in recorded | asked:
            inner = name if path in {"", "body"} else f"{path}.{name}"
            pair = recorded.get(name, _NOTHING), asked.get(name, _NOTHING)
            yield from _differences(*pair, inner)
    elif isinstance(old, list) and isinstance(new, list):
        items = zip_longest(cast("list[Any]", old), cast("list[Any]", new), fillvalue=_NOTHING)
        for index, pair in enumerate(items):
            yield from _differences(*pair, f"{path}[{index}]")
    elif repr(cast("object", old)) != repr(cast("object", new)):  # True equals 1
        yield path, old, new


def _distance(differences: list[tuple[str, Any, Any]]) -> tuple[bool, float]:
    """How far a request is from another: elsewhere, the number of differences, but like texts."""
    is_elsewhere = any(path in {"method", "path"} for path, _, _ in differences)
    texts = [(str(old)[:200], str(new)[:200]) for _, old, new in differences[:_MOST_TOLD]]
    alike = sum(SequenceMatcher(None, *pair).ratio() for pair in texts)
    return is_elsewhere, len(differences) - alike


def _told(path: str, old: Any, new: Any) -> str:  # noqa: ANN401 - JSON
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
    if name in _OWN:
        return {redact(own): _form(member, name, files) for own, member in members.items()}
    is_media = "mimeType" in members or "mime_type" in members
    if is_media and (data := decoded(members.get("data"))) is not None:
        members = {**members, "data": reference(data)}
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
