"""What was said: responses, interactions and their steps, contents, chats; and what it took."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import MUTED, SEPARATOR, UNTYPESET, counted, html, words
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.replies.page import markdown_of, plain_of
from gemini_nb.replies.reply import whole
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.genai import types

    Bundle = dict[str, str]

_MODEL: Final = "Model"
_SPEAKERS: Final = {"user": "You", "model": _MODEL}


def answer_page(answer: object) -> Bundle:
    """A response, a candidate or an interaction: what it says, and below it what it took."""
    reply = whole(answer)
    # Without counts, who answered, if it says that.
    told = words(reply.model) if reply.usage is None else badge(answer).text
    return _page([(plain_of(reply), markdown_of(reply)), (told, _small_print(told))])


def message(parts: object) -> Bundle:
    """What a part, several, or a step of an interaction say; that it is nothing is no fault."""
    reply = whole(parts)
    if not reply.failure and not any(candidate.segments for candidate in reply.candidates):
        return {"text/plain": "(nothing)", "text/markdown": "*(nothing)*"}
    return _page([(plain_of(reply), markdown_of(reply))])


def transcript(told: Any) -> Bundle:  # noqa: ANN401 - a Chat, an AsyncChat or a Content
    """A chat's history, or one content, under the names of who said it.

    The fragments of one turn are put together: after a streamed answer the SDK's history holds
    each chunk as a content of its own.
    """
    if not hasattr(told, "get_history"):
        return _page(_turns([told]))
    turns = _turns(told.get_history())
    # The history does not say who answered: what was asked for may not be what did.
    model = words(getattr(told, "_model", None))
    heading = f"Chat{SEPARATOR}{counted(len(turns), 'message')}"
    heading += f"{SEPARATOR}model asked for: {model}" if model else ""
    return _page([(heading, _small_print(heading)), *turns])


def token_counts(counts: object) -> Bundle:
    """The badge of a `count_tokens` result or of a call's usage."""
    counted_by = badge(counts)
    return {"text/plain": counted_by.text, "text/html": counted_by.html}


def of_interactions(told: object) -> Bundle | None:
    """An object of the interactions' API; None for one that says nothing to a reader.

    Its classes are many, of a step or an event each, and every version of the SDK has more.
    """
    kind = type(told).__name__
    if kind == "Usage":
        return token_counts(told)
    if kind == "Interaction":
        return answer_page(told)
    said: Any = told
    if kind == "UserInputStep":  # in an interaction it is no part of the answer
        said = said.content
    elif kind == "UnknownStep":
        said = {"steps": [said.raw]}
    try:
        return message(said)
    except NotAnAnswerError:
        return None


def _turns(contents: Iterable[types.Content]) -> list[tuple[str, str]]:
    """What each side said before the other's next words, in plain text and as Markdown."""
    turns: list[tuple[str, str]] = []
    for speaker, said in groupby(contents, _speaker):
        parts = chain.from_iterable(content.parts or () for content in said)
        shown = message(list(parts))
        rich = f"**{speaker}**\n\n{shown['text/markdown']}"
        if speaker != _MODEL:
            # The model's answers stand out, and may be long: the rest is set as a quotation.
            rich = "\n".join(f"> {line}".rstrip() for line in rich.split("\n"))
        turns.append((f"{speaker}:\n{shown['text/plain']}", rich))
    return turns


def _speaker(content: types.Content) -> str:
    """Who said it; the results of functions come under the role of the user."""
    parts = content.parts
    if parts and all(part.function_response is not None for part in parts):
        return "Functions"
    role = words(content.role, 40)
    # What is no plain word could be read as Markdown.
    return _SPEAKERS.get(role, role.capitalize() if role.isalnum() else "Someone")


def _small_print(text: str) -> str:
    """A line as HTML within Markdown; "" for no text."""
    # Front ends look for mathematics before they read the Markdown.
    shown = html(text).replace("$", "&#36;")
    box = f"<div {UNTYPESET} style='{MUTED};font-size:85%;margin:6px 0'>{shown}</div>"
    return box if text else ""


def _page(paragraphs: list[tuple[str, str]]) -> Bundle:
    plain, rich = (
        # Not spaces: those that a line begins with mean something in Markdown.
        "\n\n".join(text.strip("\n") for text in texts if text)
        for texts in zip(*paragraphs, strict=True)
    )
    return {"text/plain": plain, "text/markdown": rich}
