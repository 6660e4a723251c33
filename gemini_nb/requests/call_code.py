"""A call as code to paste: what `as_curl`, `as_python` and `as_javascript` return, laid out."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, replace
from mimetypes import guess_extension
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from rich.pretty import Node

from gemini_nb.display import counted, fence
from gemini_nb.requests.calls import mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_WIDTH = 88
_LONGEST_MEDIA = 400  # characters of base64: an icon may stand in the code, a photo may not
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, repr=False)
class CallCode:
    """Code that makes a call; shows itself highlighted, and `str` of it is the code.

    It holds no key: when it runs it reads `GEMINI_API_KEY`, and the place to send to from
    `GOOGLE_GEMINI_BASE_URL`; `connect` sets both. curl is for bash or zsh, JavaScript for Node as
    a module (`node call.mjs`); Python's asynchronous calls use `await` as a notebook cell does.
    """

    source: str
    language: Literal["bash", "python", "javascript"]
    body: bytes
    """The JSON that the call sends, whole, in UTF-8; empty for a request without a body."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Names and contents of files that the code reads, and that are nowhere yet."""

    def save_files(self, folder: str | Path = ".") -> tuple[Path, ...]:
        """Write the files that the code reads to `folder`; what comes back is where they are."""
        paths = tuple(Path(folder) / name for name, _ in self.files)
        for path, (_, data) in zip(paths, self.files, strict=True):
            path.write_bytes(data)
        return paths

    def __str__(self) -> str:
        mark = "//" if self.language == "javascript" else "#"
        told = "is what was passed: .save_files() writes it.\n"
        sizes = ((name, counted(len(data), "byte")) for name, data in self.files)
        return "".join(f"{mark} {name} ({size}) {told}" for name, size in sizes) + self.source

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/markdown": fence(str(self), self.language)}


def add_file(files: dict[str, bytes], data: bytes, mime_type: str = "") -> str:
    """The name of the file with these bytes, which is added to `files` if it is a new one."""
    new = f"file_{len(files) + 1}{guess_extension(mime_type, strict=False) or '.bin'}"
    name = next((name for name, known in files.items() if known == data), new)
    files[name] = data
    return name


def with_files(body: bytes, read: str) -> tuple[object, dict[str, bytes]]:
    """A request's JSON with code that reads a file in place of long media; and the files."""
    files: dict[str, bytes] = {}

    def code(data: str, mime_type: str) -> str | Node:
        if len(data) <= _LONGEST_MEDIA:
            return data
        # Either alphabet of base64, with its padding or without.
        name = add_file(files, urlsafe_b64decode(data + "=="), mime_type)
        return Node(value_repr=read.format(name))

    return mapped(json.loads(body or b"null"), media=code), files


def scalar(value: object) -> str:
    """A text, number, truth value or null as JSON, readable but for characters that don't show."""
    shown = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def json_code(
    value: object, write: Callable[[object], str | Node], write_name: Callable[[str], str]
) -> Node:
    """JSON in another notation, of which there may be code in it already."""
    if isinstance(value, list):
        items = (json_code(item, write, write_name) for item in cast("list[object]", value))
        return group("[", (("", item) for item in items), "]")
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        parts = ((f"{write_name(n)}: ", json_code(v, write, write_name)) for n, v in members)
        return group("{", parts, "}")
    code = value if isinstance(value, Node) else write(value)
    return code if isinstance(code, Node) else Node(value_repr=code)


def group(opening: str, parts: Iterable[tuple[str, Node]], closing: str) -> Node:
    """Code with parts between brackets, each with what stands before it, as "text="."""
    own = {"key_separator": "", "last": False}
    children = [replace(part, key_repr=before, **own) for before, part in parts]
    if not children:
        return Node(value_repr=opening + closing)
    last = children[-1]
    if opening[-1] in "[(" and len(children) == 1 and last.children and not last.key_repr:
        # Brackets around a single group open and close with it.
        start, end = opening + last.open_brace, last.close_brace + closing
        return replace(last, open_brace=start, close_brace=end)
    last.last = True
    return Node(open_brace=opening, close_brace=closing, children=children)


def laid_out(code: Node, *, indent: int, comma: str = ",") -> str:
    """The code on one line if it fits, otherwise a line for each part, with a comma at the end."""
    lines = code.render(max_width=_WIDTH, indent_size=indent)
    return re.sub(r"(?<![\[({])\n(?= *[\])}])", f"{comma}\n", lines)
