"""Recordings: a text file of requests and Gemini's replies to them, in which no key stands."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Generator, Iterator, Mapping  # noqa: TC003 - pydantic reads them
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any, cast

from pydantic import Field, TypeAdapter

from gemini_nb.display import counted
from gemini_nb.errors import RecordingError
from gemini_nb.redaction import REDACTED, keys_in_use, redact

_HEADER = "# gemini_nb recording, format 1: answers of Gemini, to be played again; it holds no key"
_NUMBERS = re.compile(r"\[\s+(-?[\d.eE+-]+(?:,\n\s+-?[\d.eE+-]+)*)\n\s+\]")
_BASE64 = re.compile(r"[\w+/-]{16,}=*")
_REFERENCE = re.compile(r'(?<="(?:data|body)": ")sha256:[0-9a-f]{64}(?=")')
_TEXTS = re.compile(r'"text": "([^"\\]*(?:\\.[^"\\]*)*)"')
_LONG_BASE64, _LONG_KEY = 100, 12


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a stream, and how many seconds `after` the one before; as data JSON, or text."""

    data: Any
    name: str = ""
    after: float = 0.0


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
    """JSON; the bytes of a `mime_type` as base64, or as the reference to them."""
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
    exchanges: list[Exchange] = []
    media: dict[str, bytes] = {}
    faults: list[str] = []
    for path in map(Path, paths):
        for file in sorted(path.glob("*.gnb")) if path.is_dir() else [path]:
            try:
                faults.extend(_faults(file, exchanges, media))
            except (OSError, RecordingError) as error:
                faults.append(f"{file.name}: {getattr(error, 'strerror', error)}.")
    name = ", ".join(Path(path).absolute().name for path in paths)
    if not exchanges:
        raise RecordingError("\n".join(faults) or f"{name}: no answer is recorded there.")
    return Recording(tuple(exchanges), media, tuple(map(redact, faults)), name)


def append(path: str | Path, exchange: Exchange) -> None:
    """Write `exchange`, its media whole in it as base64, to the end of a file, or to a new one.

    Keys are left out. Several threads and processes may write at once.

    Raises:
        RecordingError: the file can't be written, or is no recording.
    """
    media: dict[str, bytes] = {}
    told = without_keys(_EXCHANGE.dump_python(exchange, exclude_defaults=True), media)
    record = _text({"recorded": exchange.recorded, **told})
    if exchange.reply.events:
        _check_pieces(record)
    files = [
        _text({"media": name, "data": base64.b64encode(data).decode()}).encode()
        for name, data in media.items()
    ]
    with _naming(Path(path)), Path(path).open("ab+", buffering=0) as file:
        _lock(file)
        file.seek(0)
        before = file.read()
        _check_header(before or _HEADER.encode())
        start = "" if before.endswith(b"\n") else "\n" if before else _HEADER + "\n"
        new = [each for each in files if each not in before]
        rest = b"".join([start.encode(), *new, record.encode()])
        while rest:  # once, unless the disk is full
            rest = rest[file.write(rest) :]


def check_writable(path: Path) -> None:
    """Raise RecordingError where `append` would; nothing is written."""
    with (
        _naming(path),
        path.open("rb+") if path.exists() else TemporaryFile(dir=path.parent) as file,
    ):
        _check_header(file.read(200) or _HEADER.encode())


@contextmanager
def _naming(path: Path) -> Generator[None]:
    """Tell of what fails as a RecordingError that names the file."""
    try:
        yield
    except (OSError, RecordingError) as error:
        reason = getattr(error, "strerror", error)
        raise RecordingError(f"{path.name} can't be written: {reason}.") from None


def with_media(value: Any, media: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - JSON
    """`value`, a body, as it was sent: with its media as base64.

    Example:
        >>> with_media({"data": "sha256:" + 64 * "0"}, {"sha256:" + 64 * "0": b"Hi"})
        {'data': 'SGk='}
    """
    text = json.dumps(value)
    return json.loads(_REFERENCE.sub(lambda f: base64.b64encode(media[f[0]]).decode(), text))


def decoded(data: object) -> bytes | None:
    r"""The bytes that base64 in either alphabet stands for; None if it is no base64.

    Example:
        >>> decoded("_-8"), decoded("sha256:12")
        (b'\xff\xef', None)
    """
    if not isinstance(data, str):
        return None
    text = "".join(data.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return None


def reference(data: bytes) -> str:
    """What stands for `data` where they are not repeated: `sha256:` and the hash."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def without_keys(
    value: Any,  # noqa: ANN401 - JSON
    media: dict[str, bytes] | None = None,
    name: str = "",
    mime_type: object = None,
) -> Any:  # noqa: ANN401 - as above
    """`value`, which is called `name` beside a `mime_type`, as it may be shown and kept.

    What can't be sent, as half of a character, is replaced. Given `media`, pictures and files go
    there and leave references; of one that holds a key, nothing but the reference is kept.

    Example:
        >>> without_keys({"text": "Bearer abc.def", "n": 1})
        {'text': 'Bearer [key redacted]', 'n': 1}
    """
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        kind = members.get("mime_type", members.get("mimeType"))
        return {
            _clean(own): without_keys(member, media, own, kind) for own, member in members.items()
        }
    if isinstance(value, list | tuple):
        return [without_keys(item, media) for item in cast("list[Any]", value)]
    if not isinstance(value, str):
        return value
    data = decoded(value) if name in {"data", "body"} and mime_type is not None else None
    # "Good morning" can be read as base64, too.
    if data and (len(value) > _LONG_BASE64 or value == base64.b64encode(data).decode()):
        return _file_without_keys(value, data, media)
    value = _BASE64.sub(_base64_without_keys, value)
    # In long base64, as of a signature, what looks like a key stands by chance.
    is_base64 = len(value) > _LONG_BASE64 and _BASE64.fullmatch(value)
    return value if is_base64 and not any(k in value for k in keys_in_use()) else _clean(value)


def _file_without_keys(encoded: str, data: bytes, media: dict[str, bytes] | None) -> str:
    """What stands for `data`, a picture or a file that is `encoded`."""
    text = data.replace(b"\0", b"").decode("latin-1")  # finds keys in UTF-16, too
    is_clean = redact(text) == text
    if media is None:
        return encoded if is_clean else base64.b64encode(redact(text).encode("latin-1")).decode()
    if is_clean and len(encoded) <= _LONG_BASE64:
        return encoded
    if is_clean:
        media[reference(data)] = data
    return reference(data)


def _clean(text: str) -> str:
    return redact(text).encode(errors="replace").decode()


def _base64_without_keys(base64_text: re.Match[str]) -> str:
    """Base64 that stands elsewhere, as in a data URI, unless it holds a key in use."""
    data = decoded(base64_text[0]) or b""
    return REDACTED if any(key.encode() in data for key in keys_in_use()) else base64_text[0]


def _text(record: dict[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, indent=1)
    return _NUMBERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _check_pieces(record: str) -> None:
    """Raise RecordingError where texts that follow each other, as in a stream, make up a key."""
    text = "".join(_TEXTS.findall(record))
    if any(key in text for key in keys_in_use() if len(key) >= _LONG_KEY):
        raise RecordingError("pieces of this answer make up a key in use")


def _lock(file: IO[bytes]) -> None:
    """Wait until nobody else writes; closing the file lets the next one write."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        file.seek(2**30)  # others can't read what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(file, fcntl.LOCK_EX)


def _check_header(start: bytes) -> None:
    first = start[:200].decode("utf-8-sig", "replace").partition("\n")[0].strip()
    if not (found := re.match(r"# *gemini_nb recording, format (\d+)\b", first)):
        raise RecordingError(f"it is no recording, but begins with {first[:60]!r}")
    if found[1] != "1":
        raise RecordingError(f"its format {found[1]} is newer than this gemini_nb: update that")


def _faults(path: Path, exchanges: list[Exchange], media: dict[str, bytes]) -> Iterator[str]:
    """Add what is whole in one file to `exchanges` and `media`, and tell of the rest."""
    data = path.read_bytes()
    _check_header(data)
    head, *pieces = re.split(r"(?m)^(?=\{)", data.decode("utf-8-sig", "surrogateescape"))
    line = 1 + head.count("\n")
    for piece in pieces:
        place, line = f"{path.name}, line {line}", line + piece.count("\n")
        try:
            record, end = json.JSONDecoder().raw_decode(piece)
            piece[:end].encode()  # fails where it was no UTF-8
            if (held := decoded(record.get("data"))) is not None:
                media[reference(held)] = held
            elif "media" not in record:
                exchange = _EXCHANGE.validate_python(record)
                whole = with_media(record["reply"], media)  # fails where one is missing
                if exchange.reply.mime_type:
                    base64.b64decode(whole.get("body", ""), validate=True)
                exchanges.append(exchange)
            if rest := re.search(r"(?m)^\s*[^\s#].*", piece[end:]):
                yield f"{place}: what follows it is left out, {rest[0].strip()[:40]!r}."
        except KeyError:
            yield f"{place}: a file in this reply is missing or changed: record it again."
        except (TypeError, ValueError, RecursionError) as error:
            reason = re.split(r": line | \[type=", " ".join(str(error).split()))[0]
            yield f"{place}: {reason}. This piece is left out: record it again, or delete it."
