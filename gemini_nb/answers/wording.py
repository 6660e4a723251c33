"""What a segment says in a few words, for Markdown and for terminals alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.json_text import json_text

if TYPE_CHECKING:
    from gemini_nb.answers.segments import FunctionCall, Media

_KILO = 1000
_LONG = 100  # characters; a longer call is written with one argument a line


def call_words(call: FunctionCall) -> str:
    """The call as code; one argument a line if it is long, and "..." for what is still to come.

    Example:
        >>> from gemini_nb.answers.segments import FunctionCall
        >>> call_words(FunctionCall("weather", {"city": "Paris", "days": 3}))
        'weather(city="Paris", days=3)'
    """
    arguments = [f"{name}={json_text(value)}" for name, value in call.arguments.items()]
    if call.unread:
        arguments.append("..." if arguments else f"{call.unread} ...")
    name = call.name or "?"
    short = f"{name}({', '.join(arguments)})"
    if len(short) <= _LONG:
        return short
    lines = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name}(\n{lines})"


def media_words(media: Media) -> str:
    """What it is and how large.

    Example:
        >>> from gemini_nb.answers.segments import Media
        >>> media_words(Media("image/png", bytes(12_000)))
        'picture, image/png, 12 kB'
        >>> media_words(Media("application/pdf", uri="https://a.org/b.pdf"))
        'application/pdf'
    """
    kind = media.mime_type or "media of an unknown type"
    words = [f"picture, {kind}" if kind.startswith("image/") else kind]
    if media.data:
        words.append(_size(len(media.data)))
    if media.is_thought:
        words.append("a draft")
    return ", ".join(words)


def _size(count: int) -> str:
    if count < _KILO:
        return f"{count} bytes"
    if count < _KILO * _KILO:
        return f"{round(count / _KILO)} kB"
    return f"{count / _KILO / _KILO:.1f} MB"
