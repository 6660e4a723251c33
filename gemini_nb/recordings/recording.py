"""Recordings: a text file of requests and Gemini's replies to them, in which no key stands."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping  # noqa: TC003 - pydantic reads the annotations
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, cast

from pydantic import Field, PlainSerializer, TypeAdapter

from gemini_nb.display import counted
from gemini_nb.errors import RecordingError
from gemini_nb.redaction import keys_in_use, redact

_HEADER = "# gemini_nb recording, format 1: answers of Gemini, to be played again; it holds no key"
_NUMBERS = re.compile(r"\[\s+(-?[\d.eE+-]+(?:,\n\s+-?[\d.eE+-]+)*)\n\s+\]")
_REFERENCE = re.compile(r'(?<="(?:data|body)": ")sha256:[0-9a-f]{64}(?=")')
_WHOLE = rb'%b",\s+"mime_type": "[^"]*",\s+"data": (?:null,[^}]*|"[^"]*"\s+)\}'
_SIGNATURES = {"thoughtSignature", "thought_signature", "signature"}
_LONG = 100


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a stream, and how many seconds `after` the one before; as data JSON, or text."""

    data: Any
    name: str = ""
    after: Annotated[float, PlainSerializer(lambda seconds: round(seconds, 2))] = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; the path without the API's version, and without a slash before it."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a JSON body, the events of a stream, or bytes of a `mime_type`."""

    status: Annotated[int, Field(ge=200, le=599)]
    body: Any = None
    """JSON; of a `mime_type`: bytes, and once they are recorded the reference to them."""
    events: tuple[Event, ...] | None = None
    mime_type: str = ""
    answered_by: str = ""
    """`offline` where an embedded server stood in for Gemini."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, the whole reply, and the day, as 2026-11-30."""

    request: Request
    reply: Reply
    recorded: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What can be played: exchanges, and by `sha256:...` their media; and what is damaged."""

    exchanges: tuple[Exchange, ...]
    media: Mapping[str, bytes]
    faults: tuple[str, ...]
    name: str

    @property
    def summary(self) -> str:
        """What it holds, for a person to read: `43 answers recorded on 2026-11-30`."""
        days = sorted({exchange.recorded for exchange in self.exchanges})
        span = " to ".join(dict.fromkeys((days[0], days[-1])))
        return f"{counted(len(self.exchanges), 'answer')} recorded on {span}"


_EXCHANGE = TypeAdapter(Exchange)


def read(*paths: str | Path) -> Recording:
    """What can be played of `paths`, recordings and folders of them, as one recording.

    Raises:
        RecordingError: nothing can: no such file, another kind of file, no whole answer in it.
    """
    found: list[tuple[Exchange, str, set[str]]] = []
    media: dict[str, bytes] = {}
    faults: list[str] = []
    for path in map(Path, paths):
        for file in sorted(path.glob("*.gnb")) if path.is_dir() else [path]:
            try:
                faults.extend(_faults(file, found, media))
            except (OSError, RecordingError) as error:
                faults.append(f"{file.name}: {getattr(error, 'strerror', error)}.")
    lost = [place for _, place, needed in found if not needed <= media.keys()]
    faults += [f"{place}: a file in this reply is missing: record it again." for place in lost]
    whole = tuple(exchange for exchange, place, _ in found if place not in lost)
    name = ", ".join(Path(path).absolute().name for path in paths)
    if not whole:
        raise RecordingError("\n".join(faults) or f"{name}: no answer is recorded there.")
    return Recording(whole, media, tuple(map(redact, faults)), name)


def append(path: str | Path, exchange: Exchange) -> None:
    """Write `exchange`, its media whole in it as base64, to the end of a file, or to a new one.

    Keys are left out. Several threads and processes may write at once.

    Raises:
        RecordingError: the file can't be written, or is no recording.
    """
    media: dict[str, str] = {}
    dumped = _EXCHANGE.dump_python(exchange, exclude_defaults=True)
    record = _text({"recorded": exchange.recorded} | _kept(dumped, media))
    try:
        with Path(path).open("ab+", buffering=0) as file:
            _lock(file)
            file.seek(0)
            if there := file.read():
                _check_header(there[:200].decode("utf-8-sig", "replace"))
            start = "" if there.endswith(b"\n") else "\n" if there else _HEADER + "\n"
            new = [media[name] for name in media if not re.search(_WHOLE % name.encode(), there)]
            rest = "".join([start, *new, record]).encode(errors="replace")
            while rest:  # once, unless the disk is full
                rest = rest[file.write(rest) :]
    except (OSError, RecordingError) as error:
        raise _unwritable(Path(path), error) from None


def check_writable(path: Path) -> None:
    """Raise RecordingError where `append` would; nothing is written."""
    try:
        with path.open("rb+") if path.exists() else TemporaryFile(dir=path.parent) as file:
            if start := file.read(200):
                _check_header(start.decode("utf-8-sig", "replace"))
    except (OSError, RecordingError) as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: Exception) -> RecordingError:
    return RecordingError(f"{path.name} can't be written: {getattr(error, 'strerror', error)}.")


def with_media(value: Any, media: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - JSON
    """`value`, a body, as it was sent: with its media as base64.

    Example:
        >>> with_media({"data": "sha256:" + 64 * "0"}, {"sha256:" + 64 * "0": b"Hi"})
        {'data': 'SGk='}
    """

    def whole(found: re.Match[str]) -> str:
        return base64.b64encode(media[found[0]]).decode() if found[0] in media else found[0]

    return json.loads(_REFERENCE.sub(whole, json.dumps(value)))


def decoded(data: object) -> bytes | None:
    r"""The bytes that base64 in either alphabet stands for; None if it is no base64.

    Example:
        >>> decoded("_-8"), decoded("sha256:12")
        (b'\xff\xef', None)
    """
    text = "".join(str(data).split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None
    return whole if isinstance(data, str) else None


def reference(data: bytes) -> str:
    """What stands for `data` where they are not repeated: `sha256:` and the hash."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _kept(value: Any, media: dict[str, str], name: str = "", mime_type: object = None) -> Any:  # noqa: ANN401
    """`value`, JSON, without keys; its media go as records into `media` and leave references."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        kind = members.get("mime_type", members.get("mimeType"))
        return {redact(own): _kept(member, media, own, kind) for own, member in members.items()}
    if isinstance(value, list | tuple):
        return [_kept(item, media) for item in cast("list[Any]", value)]
    is_media = name == "data" and mime_type is not None and isinstance(value, str)
    data = decoded(value) if is_media else value
    if isinstance(data, bytes):
        text = data.replace(b"\0", b"").decode("latin-1")  # finds keys in UTF-16, too
        whole: dict[str, Any] = {"data": base64.b64encode(data).decode()}
        if redact(text) != text:
            whole = {"data": None, "withheld": "it holds a key"}
        record = {"media": reference(data), "mime_type": redact(str(mime_type)), **whole}
        media[record["media"]] = _text(record)
        return record["media"]
    if not isinstance(value, str):
        return value
    # In long base64, what looks like a key stands by chance.
    is_base64 = name in _SIGNATURES and len(value) > _LONG
    return value if is_base64 and not any(k in value for k in keys_in_use()) else redact(value)


def _text(record: dict[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, indent=1)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _lock(file: IO[bytes]) -> None:
    """Wait until nobody else writes; closing the file lets the next one write."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        file.seek(2**30)  # others can't read what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(file, fcntl.LOCK_EX)


def _check_header(text: str) -> None:
    first = text.partition("\n")[0].strip()
    if not (found := re.match(r"# *gemini_nb recording, format (\d+)\b", first)):
        raise RecordingError(f"it is no recording, but begins with {first[:60]!r}")
    if found[1] != "1":
        raise RecordingError(f"its format {found[1]} is newer than this gemini_nb: update that")


def _faults(
    path: Path, found: list[tuple[Exchange, str, set[str]]], media: dict[str, bytes]
) -> Iterator[str]:
    """Add what is whole in one file to `found` and `media`, and tell of the rest."""
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    _check_header(text)
    head, *pieces = re.split(r"(?m)^(?=\{)", text)
    line = 1 + head.count("\n")
    for piece in pieces:
        place, line = f"{path.name}, line {line}", line + piece.count("\n")
        try:
            record, end = json.JSONDecoder().raw_decode(piece)
            piece[:end].encode()  # fails where it was no UTF-8
            if "media" not in record:
                needed = set(_REFERENCE.findall(json.dumps(record.get("reply"))))
                found.append((_EXCHANGE.validate_python(record), place, needed))
            elif (data := decoded(record.get("data"))) is not None:
                if reference(data) != record["media"]:
                    yield f"{place}: this picture or file was changed, and is left out."
                    continue
                media[record["media"]] = data
            if rest := re.search(r"(?m)^\s*[^\s#].*", piece[end:]):
                yield f"{place}: what follows it is left out, {rest[0].strip()[:40]!r}."
        except (ValueError, RecursionError) as error:
            reason = re.split(r": line | \[type=", " ".join(str(error).split()))[0]
            yield f"{place}: {reason}. This piece is left out: record it again, or delete it."
