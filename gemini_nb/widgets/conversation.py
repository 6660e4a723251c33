"""A chat as a value: who said what, and what the next call sends of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Literal

from google.genai import types

from gemini_nb.drawing.picture import load
from gemini_nb.errors import InvalidOptionError
from gemini_nb.replies.reply import whole

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer


@dataclass(frozen=True, slots=True)
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
    def reply(self) -> Reply:
        """It as an answer is shown."""
        content = types.Content(role=self.role, parts=[*self.parts])
        response = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
        return self.answer.reply if self.answer else whole(response)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of a chat, the oldest first; every change of it is another conversation.

    Example:
        >>> chat = Conversation().with_prompt("Name a moon.").edited(0, "Name two moons.")
        >>> [content.parts[0].text for content in chat.contents]
        ['Name two moons.']
    """

    turns: tuple[Turn, ...] = ()

    def with_prompt(self, text: str, pictures: Iterable[object] = ()) -> Conversation:
        """It with something to answer: pictures, in any form that `draw` takes, and then words.

        Raises:
            InvalidOptionError: there is neither.
            PictureError: a picture can't be read.
        """
        shown = [load(picture).encoded() for picture in pictures]
        parts = [types.Part.from_bytes(data=s.data, mime_type=s.mime_type) for s in shown]
        parts += [types.Part(text=text)] if text.strip() else []
        if not parts:
            raise InvalidOptionError("There is nothing to send: write a prompt.")
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

        Raises:
            InvalidOptionError: there is no such turn.
        """
        turns = [*self.turns]
        kept = [part for part in self._turn(index).parts if part.text is None]
        words = [types.Part(text=text)] if text.strip() else []
        turns[index] = replace(turns[index], parts=(*kept, *words), answer=None)
        return Conversation(tuple(turns))

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

    def _turn(self, index: int) -> Turn:
        if not -len(self.turns) <= index < len(self.turns):
            raise InvalidOptionError(f"There is no turn {index}: the chat has {len(self.turns)}.")
        return self.turns[index]


def with_results(chunks: Generator[Any], sent: int) -> Iterator[object]:
    """The chunks of a stream, and between them what functions of yours returned.

    Args:
        chunks: of `generate_content_stream`, which tells of results beside later chunks only, and
            before google-genai 3 of the calls, too.
        sent: how many contents the call was made with.
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
