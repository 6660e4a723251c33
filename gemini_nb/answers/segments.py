"""The kinds of things that an answer is made of, in the order in which the model gave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """Words to the reader; Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """A summary of what the model thought; Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A program that the model wrote and had executed."""

    code: str
    language: str = "python"
    """In small letters; "" where it is not told."""


@dataclass(frozen=True, slots=True)
class CodeOutput:
    """What came of executing it."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or document, given as its bytes or by its address."""

    mime_type: str
    data: bytes = b""
    uri: str = ""
    is_thought: bool = False
    """Whether it is a draft, made while the model was thinking."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function that the model wants called."""

    name: str
    arguments: dict[str, Any]
    """What is known of them while they arrive."""
    id: str = ""
    unread: str = ""
    """What came as arguments, while or where it is not the whole JSON of an object."""


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """What a function, or one of the API's own tools, returned."""

    name: str
    result: Any
    """JSON."""
    id: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A use of one of the API's own tools, such as a search."""

    tool: str
    """In words: "Google Search"."""
    detail: str = ""
    """What it was asked: the queries or addresses, one a line."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part of a kind that this package does not know."""

    kind: str
    content: str
    """As JSON."""


Segment = (
    Text | Thought | Code | CodeOutput | Media | FunctionCall | FunctionResult | ToolCall | Unknown
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that an answer is grounded in, or cites."""

    title: str
    uri: str
    """"" where it has none that can be opened."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A stretch of the answer's text that rests on sources."""

    start: int
    """Offset into the UTF-8 bytes of the candidate's text, all its `Text` together."""
    end: int
    """Offset after its last byte."""
    sources: tuple[int, ...]
    """Positions in the candidate's `sources`, from 0."""
