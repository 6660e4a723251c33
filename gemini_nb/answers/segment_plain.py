"""A segment of an answer for a terminal."""

from __future__ import annotations

from functools import singledispatch
from textwrap import indent
from typing import TYPE_CHECKING, Final

from gemini_nb.answers.json_text import json_text
from gemini_nb.answers.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Text,
    Thought,
    ToolCall,
    Unknown,
)
from gemini_nb.answers.wording import call_words, media_words
from gemini_nb.markdown.characters import well_formed
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from gemini_nb.answers.segments import Segment

_INDENT: Final = "    "
# A terminal obeys control characters: they become the pictures that Unicode has of them.
_PICTURES: Final = (
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
)


def segment_plain(segment: Segment) -> str:
    """The segment as text that reads well in a terminal and does nothing there.

    Example:
        >>> print(segment_plain(Code("x = 1")))
        Code (python):
            x = 1
        >>> print(segment_plain(Media("audio/wav", bytes(12_000))))
        [audio/wav, 12 kB]
    """
    return visible(_written(segment))


def visible(text: str) -> str:
    r"""Text without anything that a terminal obeys.

    Example:
        >>> visible("a\x1b[2Jb\r\n")
        'a␛[2Jb\n'
    """
    return well_formed(text).translate(_PICTURES)


@singledispatch
def _written(segment: Segment) -> str:
    return redact(str(segment))


@_written.register
def _(segment: Text) -> str:
    return segment.text


@_written.register
def _(segment: Thought) -> str:
    return _block("Thoughts", segment.text)


@_written.register
def _(segment: Code) -> str:
    return _block(f"Code ({segment.language})" if segment.language else "Code", segment.code)


@_written.register
def _(segment: CodeOutput) -> str:
    return _block("Output, with an error" if segment.is_error else "Output", segment.text)


@_written.register
def _(segment: FunctionCall) -> str:
    return f"Function call: {call_words(segment)}"


@_written.register
def _(segment: FunctionResult) -> str:
    words = "Error from" if segment.is_error else "Result of"
    result = segment.result if isinstance(segment.result, str) else json_text(segment.result)
    return f"{words} {segment.name or 'a function'}: {redact(result)}"


@_written.register
def _(segment: Media) -> str:
    return f"[{media_words(segment)}{': ' if segment.uri else ''}{segment.uri}]"


@_written.register
def _(segment: ToolCall) -> str:
    asked = "; ".join(line for line in segment.detail.split("\n") if line.strip())
    return f"{segment.tool}: {asked}" if asked else segment.tool


@_written.register
def _(segment: Unknown) -> str:
    return f"A part of an unknown kind, {segment.kind}: {redact(segment.content)}"


def _block(heading: str, text: str) -> str:
    text = text.strip("\n")
    return f"{heading}:\n{indent(text, _INDENT)}" if text else f"{heading}: nothing"
