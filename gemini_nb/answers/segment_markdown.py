"""A segment of an answer as Markdown that is safe in any page."""

from __future__ import annotations

import base64
import re
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from gemini_nb.answers.citations import web_address
from gemini_nb.answers.escaping import words_markdown
from gemini_nb.answers.json_text import is_json, json_text
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
from gemini_nb.markdown.characters import verbatim
from gemini_nb.markdown.closing import closed
from gemini_nb.markdown.guarding import guarded
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from gemini_nb.answers.segments import Segment

# What every front end shows, and none runs.
_SHOWN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_TICKS: Final = re.compile("`+")
_NOT_A_LANGUAGE: Final = re.compile(r"[^\w+#.-]")


def segment_markdown(segment: Segment) -> str:
    """The segment as Markdown in which nothing of the model's is live.

    Text is as the model wrote it, guarded; thoughts and results are folded; programs and calls are
    code; pictures are shown if they are PNG, JPEG, GIF or WebP, other media are named.

    Example:
        >>> print(segment_markdown(FunctionCall("weather", {"city": "Paris"})))
        Function call: `weather(city="Paris")`
        >>> print(segment_markdown(CodeOutput("42")))
        Output:
        <BLANKLINE>
        ```text
        42
        ```
    """
    return _written(segment)


def text_markdown(text: str, *, is_growing: bool = False) -> str:
    """Words to the reader as safe Markdown; as code where all of it is JSON.

    Args:
        text: Markdown, or an answer in JSON mode.
        is_growing: whether more is to come, so that what is half there is to be closed.

    Example:
        >>> print(text_markdown('[{"label": "mug"}, {"la', is_growing=True))
        ```json
        [{"label": "mug"}, {"la
        ```
    """
    if is_json(text):
        return fenced(text.strip(), "json")
    return guarded(closed(text) if is_growing else text)


def fenced(text: str, language: str = "") -> str:
    """A block of code, whatever its text holds.

    Example:
        >>> print(fenced("x = 1", "python"))
        ```python
        x = 1
        ```
    """
    ticks = "`" * max(3, 1 + _longest(text))
    language = _NOT_A_LANGUAGE.sub("", language)
    return guarded(f"{ticks}{language}\n{text.removesuffix(chr(10))}\n{ticks}")


def code_span(text: str) -> str:
    """Code within a line, whatever its text holds.

    Example:
        >>> code_span("a")
        '`a`'
    """
    text = " ".join(text.split("\n"))
    ticks = "`" * (1 + _longest(text))
    space = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return guarded(f"{ticks}{space}{text}{space}{ticks}")


def folded(summary: str, body: str) -> str:
    r"""A block that opens on a click; `summary` is HTML, `body` is Markdown, both safe.

    Example:
        >>> folded("Thoughts", "*Hm*")
        '<details><summary>Thoughts</summary>\n\n*Hm*\n\n</details>'
    """
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


@singledispatch
def _written(segment: Segment) -> str:
    return guarded(redact(str(segment)))


@_written.register
def _(segment: Text) -> str:
    return text_markdown(segment.text)


@_written.register
def _(segment: Thought) -> str:
    return folded("Thoughts", guarded(segment.text))


@_written.register
def _(segment: Code) -> str:
    return fenced(segment.code, segment.language)


@_written.register
def _(segment: CodeOutput) -> str:
    words = "Output, with an error:" if segment.is_error else "Output:"
    return f"{words}\n\n{fenced(segment.text, 'text')}" if segment.text else f"{words} nothing"


@_written.register
def _(segment: FunctionCall) -> str:
    call = call_words(segment)
    if "\n" in call:
        return f"Function call:\n\n{fenced(call, 'python')}"
    return f"Function call: {code_span(call)}"


@_written.register
def _(segment: FunctionResult) -> str:
    words = "Error from" if segment.is_error else "Result of"
    name = f"<code>{verbatim(segment.name)}</code>" if segment.name else "a function"
    if isinstance(segment.result, str):
        return folded(f"{words} {name}", fenced(redact(segment.result), "text"))
    return folded(f"{words} {name}", fenced(redact(json_text(segment.result, indent=2)), "json"))


@_written.register
def _(segment: Media) -> str:
    words = words_markdown(media_words(segment))
    if segment.data and segment.mime_type in _SHOWN:
        data = base64.b64encode(segment.data).decode()
        picture = f'<img alt="{words}" src="data:{segment.mime_type};base64,{data}">'
        return folded("Draft", picture) if segment.is_thought else picture
    address = web_address(segment.uri)
    if address:
        return f"[{words}]({address})"
    return f"{words}: {code_span(segment.uri)}" if segment.uri else words


@_written.register
def _(segment: ToolCall) -> str:
    asked = ", ".join(code_span(line) for line in segment.detail.split("\n") if line.strip())
    tool = words_markdown(segment.tool)
    return f"{tool}: {asked}" if asked else tool


@_written.register
def _(segment: Unknown) -> str:
    summary = f"A part of an unknown kind: <code>{verbatim(segment.kind)}</code>"
    return folded(summary, fenced(redact(segment.content), "json"))


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
