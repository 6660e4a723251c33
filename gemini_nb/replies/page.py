"""A reply as safe Markdown and as plain text, with what must be told beside it."""

from __future__ import annotations

import base64
from textwrap import indent
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import byte_size, clean, code_span, fence, prose, verbatim
from gemini_nb.markdown import safe
from gemini_nb.replies.citations import (
    marks_in,
    sources_markdown,
    sources_plain,
    web_address,
)
from gemini_nb.replies.notices import candidate_notices, reply_notices
from gemini_nb.replies.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Text,
    Thought,
    ToolCall,
    Unknown,
    is_json,
    json_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gemini_nb.replies.notices import Notice
    from gemini_nb.replies.reply import Candidate, Reply
    from gemini_nb.replies.segments import Segment

# What every front end shows, and none runs.
PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LONG_CALL: Final = 100  # characters; a longer call is written with one argument a line
_INDENT: Final = "    "


def markdown_of(reply: Reply, stopped: Notice | None = None) -> str:
    """The answer as Markdown in which nothing of the model's is live.

    Every segment, with numbered links for citations; the sources; and a quoted notice for a
    refusal, an early end or a failure. Several candidates have a heading each.

    Args:
        reply: all that came.
        stopped: why its stream was left before the end, if it was.

    Example:
        >>> from gemini_nb.replies.reply import whole
        >>> print(markdown_of(whole({"candidates": [
        ...     {"content": {"parts": [{"text": "Once upon"}]}, "finishReason": "MAX_TOKENS"}]})))
        Once upon
        <BLANKLINE>
        > **Stopped at the limit.** The answer was cut off; raise max_output_tokens ...
    """
    parts: list[str] = []
    for number, candidate in enumerate(reply.candidates, 1):
        parts += [f"**Candidate {number}**"] if len(reply.candidates) > 1 else []
        for segment, marks in _cited(candidate):
            is_text = isinstance(segment, Text)
            parts.append(
                text_markdown(segment.text, marks) if is_text else segment_markdown(segment)
            )
    return _joined([*parts, footer_of(reply, stopped)[0]])


def plain_of(reply: Reply, stopped: Notice | None = None) -> str:
    """The answer for a terminal: the model's own text, and the rest in words.

    Args:
        reply: all that came.
        stopped: as in `markdown_of`.

    Example:
        >>> from gemini_nb.replies.reply import whole
        >>> print(plain_of(whole("# Once upon")))
        # Once upon
    """
    parts: list[str] = []
    for number, candidate in enumerate(reply.candidates, 1):
        parts += [f"Candidate {number}:"] if len(reply.candidates) > 1 else []
        for segment, marks in _cited(candidate, is_bare=True):
            text = segment.text if isinstance(segment, Text) else ""
            for at, mark in reversed(marks):
                text = text[:at] + mark + text[at:]
            parts.append(clean(text) if isinstance(segment, Text) else segment_plain(segment))
    return _joined([*parts, footer_of(reply, stopped)[1]])


def footer_of(reply: Reply, stopped: Notice | None = None) -> tuple[str, str]:
    """What is to be said after an answer, as Markdown and as plain text: sources, and its end.

    Args:
        reply: all that came.
        stopped: as in `markdown_of`.

    Example:
        >>> from gemini_nb.replies.reply import whole
        >>> footer_of(whole("All is well."))
        ('', '')
    """
    markdown: list[str] = []
    plain: list[str] = []
    notices: list[Notice] = []
    for candidate in reply.candidates:
        markdown += [*map(segment_markdown, candidate.lookups), sources_markdown(candidate.sources)]
        plain += [*map(segment_plain, candidate.lookups), sources_plain(candidate.sources)]
        notices += candidate_notices(candidate)
    for notice in (*notices, *reply_notices(reply, stopped)):
        markdown.append(notice_markdown(notice))
        plain.append(clean(str(notice)))
    return _joined(markdown), _joined(plain)


def notice_markdown(notice: Notice) -> str:
    """A notice as a quoted line.

    Example:
        >>> from gemini_nb.replies.notices import Notice
        >>> notice_markdown(Notice("Stopped.", "Try <again>"))
        '> **Stopped.** Try &lt;again&gt;'
    """
    return f"> **{prose(notice.heading)}** {prose(notice.advice)}".rstrip()


def text_markdown(
    text: str,
    marks: Sequence[tuple[int, str]] = (),
    links: Mapping[str, Any] | None = None,
) -> str:
    """Words to the reader as safe Markdown; as code where all of it is JSON.

    Args:
        text: Markdown, or an answer in JSON mode; half-written too.
        marks: of citations, as `markdown.safe` takes them.
        links: addresses that other texts define, as `markdown.definitions` finds them.

    Example:
        >>> print(text_markdown('[{"label": "mug"}, {"la'))
        ```json
        [{"label": "mug"}, {"la
        ```
    """
    return fence(text.strip(), "json") if is_json(text) else safe(text, marks, links)


def segment_markdown(segment: Segment) -> str:  # noqa: PLR0911 - one case for each kind
    """The segment as Markdown in which nothing of the model's is live.

    Text is as the model wrote it, made safe; thoughts and results are folded; programs and calls
    are code; pictures are shown if they are PNG, JPEG, GIF or WebP, other media are named.

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
    heading, body, language = _told(segment)
    match segment:
        case Text():
            return text_markdown(body)
        case Thought():
            return folded("Thoughts", safe(body))
        case Code():
            return fence(body, language)
        case CodeOutput():
            return f"{heading}\n\n{fence(body, language)}" if body else f"{heading} nothing"
        case FunctionCall():
            return (
                f"{heading} {code_span(body)}"
                if "\n" not in body
                else (f"{heading}\n\n{fence(body, language)}")
            )
        case FunctionResult() | Unknown():
            return folded(verbatim(heading), fence(body, language))
        case Media():
            return _media_markdown(segment)
        case ToolCall():
            asked = ", ".join(code_span(line) for line in body.split("\n") if line)
            return f"{prose(heading)}: {asked}" if asked else prose(heading)


def segment_plain(segment: Segment) -> str:
    """The segment as text that reads well in a terminal and does nothing there.

    Example:
        >>> print(segment_plain(Code("x = 1")))
        Code (python):
            x = 1
        >>> print(segment_plain(Media("audio/wav", bytes(12_000))))
        [audio/wav, 12.0 kB]
    """
    heading, body, _ = _told(segment)
    match segment:
        case Text():
            said = body
        case Thought() | Code() | CodeOutput():
            body = body.strip("\n")
            said = f"{heading}\n{indent(body, _INDENT)}" if body else f"{heading} nothing"
        case Media():
            said = f"[{heading}: {body}]" if body else f"[{heading}]"
        case ToolCall():
            asked = "; ".join(line for line in body.split("\n") if line)
            said = f"{heading}: {asked}" if asked else heading
        case FunctionCall():
            said = f"{heading} {body}"
        case FunctionResult() | Unknown():
            said = f"{heading}: {body}"
    return clean(said)


def _told(segment: Segment) -> tuple[str, str, str]:  # noqa: PLR0911 - as above
    """What a segment is, in words; what it holds; and the language of that."""
    match segment:
        case Text():
            return "", segment.text, ""
        case Thought():
            return "Thoughts:", segment.text, ""
        case Code():
            language = segment.language
            return f"Code ({language}):" if language else "Code:", segment.code, language
        case CodeOutput():
            return "Output, with an error:" if segment.is_error else "Output:", segment.text, "text"
        case FunctionCall():
            return "Function call:", call_words(segment), "python"
        case FunctionResult():
            heading = "Error from" if segment.is_error else "Result of"
            is_text = isinstance(segment.result, str)
            written = segment.result if is_text else json_text(segment.result, indent=2)
            language = "text" if is_text else "json"
            return f"{heading} {segment.name or 'a function'}", written, language
        case Media():
            return media_words(segment), segment.uri, ""
        case ToolCall():
            return segment.tool, segment.detail, ""
        case Unknown():
            return f"A part of an unknown kind, {segment.kind}", segment.content, "json"


def call_words(call: FunctionCall) -> str:
    """The call as code; one argument a line if it is long, and "..." for what is still to come.

    Example:
        >>> call_words(FunctionCall("weather", {"city": "Paris", "days": 3}))
        'weather(city="Paris", days=3)'
    """
    arguments = [f"{name}={json_text(value)}" for name, value in call.arguments.items()]
    if call.unread:
        arguments.append("..." if arguments else f"{call.unread} ...")
    name = call.name or "?"
    short = f"{name}({', '.join(arguments)})"
    if len(short) <= _LONG_CALL:
        return short
    lines = "".join(f"{_INDENT}{argument},\n" for argument in arguments)
    return f"{name}(\n{lines})"


def media_words(media: Media) -> str:
    """What it is and how large.

    Example:
        >>> media_words(Media("image/png", bytes(12_000)))
        'picture, image/png, 12.0 kB'
    """
    kind = media.mime_type or "media of an unknown type"
    told = [f"picture, {kind}" if kind.startswith("image/") else kind]
    told += [byte_size(len(media.data))] if media.data else []
    return ", ".join([*told, "a draft"] if media.is_thought else told)


def folded(summary: str, body: str) -> str:
    r"""A block that opens on a click; `summary` is HTML, `body` is Markdown, both safe.

    Example:
        >>> folded("Thoughts", "*Hm*")
        '<details><summary>Thoughts</summary>\n\n*Hm*\n\n</details>'
    """
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _cited(
    candidate: Candidate, *, is_bare: bool = False
) -> Iterator[tuple[Segment, list[tuple[int, str]]]]:
    """The segments of a candidate, with the marks of its citations in each text."""
    size, start = len(candidate.text.encode()), 0
    for segment in candidate.segments:
        if not isinstance(segment, Text) or not candidate.citations:
            yield segment, []
            continue
        end = start + len(segment.text.encode())
        yield (
            segment,
            marks_in(
                segment.text,
                candidate.citations,
                candidate.sources,
                start=start,
                is_last=end >= size,
                is_bare=is_bare,
            ),
        )
        start = end


def _media_markdown(media: Media) -> str:
    told = prose(media_words(media))
    if media.data and media.mime_type in PICTURES:
        data = base64.b64encode(media.data).decode()
        picture = f'<img alt="{told}" src="data:{media.mime_type};base64,{data}">'
        return folded("Draft", picture) if media.is_thought else picture
    if address := web_address(media.uri):
        return f"[{told}]({address})"
    return f"{told}: {code_span(media.uri)}" if media.uri else told


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
