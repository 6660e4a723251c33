"""An answer that was streamed: what `gnb.stream` returns."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.answers.answer import Candidate
from gemini_nb.answers.page import markdown_of, plain_of
from gemini_nb.answers.segments import FunctionCall, Media, Text, Thought
from gemini_nb.fields import elements, field
from gemini_nb.streaming import executions

if TYPE_CHECKING:
    from google.genai.types import Content, Part
    from PIL.Image import Image

    from gemini_nb.answers.answer import Reply
    from gemini_nb.answers.finish_reasons import Notice
    from gemini_nb.tokens.usage import Usage

_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answer:
    """What a model answered, whole or up to where it was stopped.

    It can be used where a response can: `gnb.parse(answer)`, `gnb.badge(answer)`, and in the
    history of a chat as `answer.content`. As the last line of a cell it shows itself, unless this
    cell has just shown how it came.
    """

    reply: Reply
    """All that was read from the chunks, as values; of every candidate."""
    response: Any = None
    """One `GenerateContentResponse` put together from the chunks, or the interaction as the last
    event told it; None where the chunks were texts or JSON."""
    seconds: float | None = None
    """From the first wait to the end."""
    first_token_seconds: float | None = None
    """From the first wait to the first words; None if there were none."""
    stopped: Notice | None = None
    """Why the stream was left before its end, if it was: you stopped it, or it failed."""
    shown_in: str = ""
    """The execution of a cell that showed it while it came."""

    @property
    def text(self) -> str:
        """The words to the reader, exactly as they came; of the first candidate."""
        return self._first.text

    @property
    def thoughts(self) -> str:
        """What the model told of its thoughts; "" if nothing."""
        parts = [part.text for part in self._first.segments if isinstance(part, Thought)]
        return "".join(parts)

    @property
    def function_calls(self) -> tuple[FunctionCall, ...]:
        """The functions that the model wants called, with `name`, `arguments` and `id`."""
        return tuple(part for part in self._first.segments if isinstance(part, FunctionCall))

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures in the answer, of the kinds that Pillow reads."""
        from PIL import Image  # noqa: PLC0415 - answers with pictures are rare

        pictures = [part for part in self._first.segments if isinstance(part, Media)]
        return tuple(
            Image.open(io.BytesIO(picture.data))
            for picture in pictures
            if picture.data and picture.mime_type in _PICTURES
        )

    @property
    def usage(self) -> Usage | None:
        """What it cost in tokens, as the last chunk told; None if none did."""
        return self.reply.usage

    @property
    def finish_reason(self) -> str:
        """Why it ended, by the API's name, as "STOP" or "MAX_TOKENS"; "" if it was not told."""
        return self._first.finish_reason

    @property
    def model(self) -> str:
        """Who answered, by its own account; "" if it was not told."""
        return self.reply.model

    @property
    def parts(self) -> list[Part]:
        """The SDK's parts, for the history of a chat."""
        from google.genai import types  # noqa: PLC0415 - takes 1.6 s

        for candidate in elements(self.response, "candidates")[:1]:
            parts = elements(field(candidate, "content"), "parts")
            calls = [field(part, "function_call") for part in parts]
            if all(call is None or call.name for call in calls):
                return parts  # else a call came in pieces, which the segments have together
        made: list[Part] = []
        for part in self._first.segments:
            if isinstance(part, Text):
                made.append(types.Part(text=part.text))
            elif isinstance(part, Media) and part.data:
                made.append(types.Part.from_bytes(data=part.data, mime_type=part.mime_type))
            elif isinstance(part, FunctionCall):
                call = types.FunctionCall(name=part.name, args=part.arguments, id=part.id or None)
                made.append(types.Part(function_call=call))
        return made

    @property
    def content(self) -> Content:
        """The answer as a turn of the model's, for `contents` or the history of a chat.

        A chat does not remember a turn that was stopped: give it on with your next message.
        """
        from google.genai import types  # noqa: PLC0415 - takes 1.6 s

        return types.Content(role="model", parts=self.parts)

    @property
    def _first(self) -> Candidate:
        return self.reply.candidates[0] if self.reply.candidates else Candidate()

    def __repr__(self) -> str:
        return plain_of(self.reply, self.stopped)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/markdown": markdown_of(self.reply, self.stopped)}

    def _ipython_display_(self) -> None:
        if not executions.is_above(self.shown_in):
            # IPython then asks for the bundle.
            raise NotImplementedError("not shown in this cell yet")
