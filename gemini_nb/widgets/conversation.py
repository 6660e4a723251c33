"""A chat as a value: who said what, what the next call sends of it, and how it reads."""

from __future__ import annotations

import base64
from contextlib import closing
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby, pairwise
from operator import add
from typing import TYPE_CHECKING, Any, Final, Literal

from google.genai import types

from gemini_nb import catalog
from gemini_nb.display import MUTED, SEPARATOR, UNTYPESET, clean, html
from gemini_nb.drawing.picture import load
from gemini_nb.errors import InvalidOptionError
from gemini_nb.markdown import as_html
from gemini_nb.redaction import redact
from gemini_nb.replies.page import markdown_of, plain_of
from gemini_nb.replies.reply import whole
from gemini_nb.tokens.badge import badge
from gemini_nb.tokens.token_badge import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from gemini_nb.replies.notices import Notice
    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.widgets.run_settings import RunSettings

_EMPTY: Final = "There is nothing to send: write a prompt."
_NOTHING: Final = "Nothing was said yet."
_SIDES: Final = "display:flex;flex-wrap:wrap;gap:24px"
_SIDE: Final = "flex:1 1 300px;min-width:0;max-width:52em"
_TURN: Final = "line-height:1.5;margin:4px 0 10px;overflow-wrap:anywhere"
_PROMPT: Final = f"{_TURN};padding:2px 10px;border-left:3px solid rgba(127,127,127,.5)"


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """What one side said at a time."""

    role: Literal["user", "model"]
    parts: tuple[types.Part, ...] = ()
    """With thought signatures, calls of functions and what those returned; empty for no answer."""
    answer: Answer | None = None
    """How the model's came, with its tokens and its end; None for yours, and what was edited."""

    @property
    def text(self) -> str:
        """The words, without thoughts."""
        return "".join(part.text or "" for part in self.parts if not part.thought)

    @property
    def contents(self) -> list[types.Content]:
        """It as it is sent: what functions returned is the user's, between two of the model's."""
        grouped = groupby(self.parts, lambda part: part.function_response is not None)
        return [
            types.Content(role="user" if is_result else self.role, parts=[*parts])
            for is_result, parts in grouped
        ]

    @property
    def speaker(self) -> str:
        """Who says it, for a reader."""
        is_edited = self.role == "model" and self.answer is None
        return "You" if self.role == "user" else "Model, edited" if is_edited else "Model"

    def __repr__(self) -> str:
        if self.role == "model":
            return clean(f"{self.speaker}: {self._as_answer(plain_of)}")
        pictures = "[picture] " * sum(part.inline_data is not None for part in self.parts)
        return clean(f"{self.speaker}: {pictures}{self.text}")

    def to_html(self) -> str:
        """It as safe HTML; a picture as a small one."""
        name = f"<strong>{self.speaker}</strong>"
        if self.role == "model":
            return f"<div style='{_TURN}'>{name}{as_html(self._as_answer(markdown_of))}</div>"
        pictures = "".join(picture_html(part) for part in self.parts if part.inline_data)
        words = f"<div {UNTYPESET}>{_lines(self.text)}</div>"
        return f"<div style='{_PROMPT}'>{name}{pictures}{words}</div>"

    def _as_answer(self, write: Callable[[Reply, Notice | None], str]) -> str:
        if self.answer:
            return write(self.answer.reply, self.answer.stopped)
        content = types.Content(role=self.role, parts=[*self.parts])
        response = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
        return write(whole(response), None)


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """The turns of a chat, the oldest first; every change of it is another conversation.

    Example:
        >>> chat = Conversation().with_prompt("Name a moon.").edited(0, "Name two moons.")
        >>> [content.parts[0].text for content in chat.contents]
        ['Name two moons.']
    """

    turns: tuple[Turn, ...] = ()
    is_edited: bool = False
    """Whether it was edited since the last answer, which counted the tokens."""

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.turns)) or _NOTHING

    def with_prompt(self, text: str, pictures: Iterable[object] = ()) -> Conversation:
        """It with something to answer: pictures, in any form that `draw` takes, and then words.

        Raises:
            InvalidOptionError: there is neither.
            PictureError: a picture can't be read.
        """
        parts = [*map(picture_part, pictures)]
        parts += [types.Part(text=text)] if text.strip() else []
        if not parts:
            raise InvalidOptionError(_EMPTY)
        return Conversation((*self.turns, Turn("user", tuple(parts))))

    def with_answer(self, answer: Answer) -> Conversation:
        """It with what the model answered, as far as that came."""
        came = answer.parts
        # A call that was left without its result can't be sent again.
        results = [at for at, part in enumerate(came) if part.function_response is not None]
        last = max(results, default=-1)
        parts = [part for at, part in enumerate(came) if part.function_call is None or at < last]
        # Thoughts alone are no answer to go on from.
        is_said = any(not part.thought for part in parts)
        return Conversation((*self.turns, Turn("model", tuple(parts) if is_said else (), answer)))

    def edited(self, index: int, text: str) -> Conversation:
        """It with other words in turn `index`, from 0; pictures and calls stay, and what follows.

        Words that are the turn's own, or those as a page shows them, with keys redacted, change
        nothing.

        Raises:
            InvalidOptionError: there is no such turn, or nothing would be left of it.
        """
        turns, turn = [*self.turns], self._turn(index)
        if text in (turn.text, redact(turn.text)) and turn.parts:
            return self
        parts = [part for part in turn.parts if part.text is None]
        parts += [types.Part(text=text)] if text.strip() else []
        if not parts:
            raise InvalidOptionError(_EMPTY)
        turns[index] = replace(turn, parts=tuple(parts), answer=None)
        return Conversation(tuple(turns), is_edited=True)

    def up_to(self, index: int) -> Conversation:
        """It up to the prompt that turn `index` is, or answers: to be answered again.

        Raises:
            InvalidOptionError: there is no such turn.
        """
        is_prompt = self._turn(index).role == "user"
        end = index % len(self.turns) + is_prompt
        return Conversation(self.turns[:end])

    @property
    def contents(self) -> list[types.Content]:
        """What the next call sends: what was answered, and the last prompt.

        A prompt without an answer is left out once there is a later one, as the SDK's chats do.
        """
        answered = [
            turn
            for turn, following in pairwise((*self.turns, Turn("user")))
            if turn.role == "model" or (following.role == "model" and following.parts)
        ]
        if self.turns and self.turns[-1].role == "user":
            answered.append(self.turns[-1])
        return [content for turn in answered for content in turn.contents]

    def tokens(self, model: str) -> tuple[str, str]:
        """What of a model's window it fills, and what its answers took; as text, and as HTML.

        Both are empty where the last turn is no answer that counted it as it is now.
        """
        latest = self.turns[-1].answer if self.turns and not self.is_edited else None
        if latest is None or (usage := latest.usage) is None:
            return "", ""
        answers = [turn.answer for turn in self.turns if turn.answer and turn.answer.usage]
        told = f"The chat is {usage.shown(usage.total)} tokens"
        if window := getattr(catalog.find(model), "input_token_limit", 0):
            told += f", {percent(usage.total, window)} of the {window:,} that {model} takes"
        spent = reduce(add, map(badge, answers))
        line = f"<div style='{MUTED}'>{html(told)}. Its answers took:</div>"
        page = f"<div style='font-size:90%;line-height:1.5'>{line}{spent.html}</div>"
        return f"{told}{SEPARATOR}{spent.text}", page

    def _turn(self, index: int) -> Turn:
        if not -len(self.turns) <= index < len(self.turns):
            raise InvalidOptionError(f"There is no turn {index}: the chat has {len(self.turns)}.")
        return self.turns[index]


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """A chat of one column or of two side by side; shows itself, with nothing live."""

    system: str
    """The system instruction; "" for none."""
    columns: tuple[tuple[RunSettings, Conversation], ...]

    def __repr__(self) -> str:
        told = [f"System instruction: {self.system}"] if self.system.strip() else []
        for settings, chat in self.columns:
            told += [repr(settings), repr(chat), chat.tokens(settings.model)[0]]
        return "\n\n".join(map(clean, filter(None, told)))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()

    def bundle(self) -> dict[str, str]:
        """It as a MIME bundle."""
        sides = ""
        for settings, chat in self.columns:
            heading = f"<p {UNTYPESET}><strong>{html(str(settings))}</strong></p>"
            turns = "".join(turn.to_html() for turn in chat.turns) or f"<p>{_NOTHING}</p>"
            sides += f"<div style='{_SIDE}'>{heading}{turns}{chat.tokens(settings.model)[1]}</div>"
        system = f"<p {UNTYPESET}><em>System instruction:</em> {_lines(self.system)}</p>"
        page = f"{system if self.system.strip() else ''}<div style='{_SIDES}'>{sides}</div>"
        return {"text/plain": repr(self), "text/html": f"<div>{page}</div>"}


def picture_part(image: object) -> types.Part:
    """A picture, in any form that `draw` takes, as it is sent: its own bytes, if Gemini takes them.

    Raises:
        PictureError: it can't be read.
    """
    picture = load(image)
    # Of a GIF Gemini takes only the pixels; of all else what is drawn on is what is sent.
    sent = load(picture.pixels() if picture.mime_type == "image/gif" else picture).encoded()
    return types.Part.from_bytes(data=sent.data, mime_type=sent.mime_type)


def picture_html(image: object, width: int = 240) -> str:
    """A picture, in any form that `draw` takes, as HTML; at most `width` pixels wide."""
    shown = load(image).encoded(width)
    source = f"data:{shown.mime_type};base64,{base64.b64encode(shown.data).decode()}"
    return f"<div><img alt='picture' style='max-width:100%' src='{source}'></div>"


def with_results(chunks: Generator[Any], sent: int) -> Iterator[object]:
    """The chunks of a stream, and between them what functions of yours returned.

    The SDK tells of results beside later chunks only, and before its version 3 of the calls, too;
    and it tells all contents, of which the first `sent` are the call's own.
    """
    came: list[types.Part] = []
    with closing(chunks):
        for chunk in chunks:
            history: list[types.Content] = chunk.automatic_function_calling_history or []
            told = [part for content in history[sent:] for part in content.parts or []]
            if new := [part for part in told if part.function_response or part not in came]:
                content = types.Content(role="model", parts=new)
                yield types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
            sent = max(sent, len(history))
            candidates: list[types.Candidate] = chunk.candidates or []
            came += [p for each in candidates if each.content for p in each.content.parts or []]
            yield chunk


def _lines(text: str) -> str:
    return html(text).replace("\n", "<br>")
