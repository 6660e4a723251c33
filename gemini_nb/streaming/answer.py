"""An answer that was streamed: what `gnb.stream` returns."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_nb.replies.page import PICTURES, markdown_of, plain_of
from gemini_nb.replies.reply import Candidate
from gemini_nb.replies.segments import FunctionCall, Media, Thought
from gemini_nb.streaming.notebook import is_above
from gemini_nb.tokens.usage import of_reply

if TYPE_CHECKING:
    from google.genai.types import Content, GenerateContentResponse, Part
    from PIL.Image import Image

    from gemini_nb.replies.notices import Notice
    from gemini_nb.replies.reply import Reply
    from gemini_nb.tokens.usage import Usage


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answer:
    """What a model answered, whole or up to where it was stopped.

    It can be used where a response can: `gnb.parse(answer)`, `gnb.badge(answer)`, and in the
    history of a chat as `answer.content`. As the last line of a cell it shows itself, unless this
    cell has just shown how it came.
    """

    reply: Reply
    """All that was read from the chunks, as values; of every candidate."""
    seconds: float | None = None
    """From the first wait to the end."""
    first_token_seconds: float | None = None
    """From the first wait to the first words; None if there were none."""
    stopped: Notice | None = None
    """Why the stream was left before its end, if it was: you stopped it, or it failed."""
    shown_in: str = ""
    """The execution of a cell that showed it while it came."""

    @property
    def response(self) -> GenerateContentResponse:
        """One response put together from the chunks, as a call without streaming gives it."""
        return self.reply.response

    @property
    def text(self) -> str:
        """The words to the reader, exactly as they came; of the first candidate."""
        return self._first.text

    @property
    def thoughts(self) -> str:
        """What the model told of its thoughts; "" if nothing."""
        return "".join(each.text for each in self._first.segments if isinstance(each, Thought))

    @property
    def function_calls(self) -> tuple[FunctionCall, ...]:
        """The functions that the model wants called, with `name`, `arguments` and `id`."""
        return tuple(each for each in self._first.segments if isinstance(each, FunctionCall))

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures in the answer, of the kinds that Pillow reads."""
        from PIL import Image  # noqa: PLC0415 - answers with pictures are rare

        media = [each for each in self._first.segments if isinstance(each, Media)]
        return tuple(
            Image.open(io.BytesIO(each.data))
            for each in media
            if each.data and each.mime_type in PICTURES
        )

    @property
    def usage(self) -> Usage | None:
        """What it cost in tokens, as the last chunk told; None if none did."""
        return of_reply(self.reply)

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
        """The SDK's parts with their thought signatures, for the history of a chat."""
        return list(self._first.parts)

    @property
    def content(self) -> Content:
        """The answer as a turn of the model's, for `contents` or the history of a chat.

        A chat does not remember a turn that was stopped: give it on with your next message.
        """
        from google.genai import types  # noqa: PLC0415 - takes a second

        return types.Content(role="model", parts=self.parts)

    @property
    def _first(self) -> Candidate:
        return self.reply.candidates[0] if self.reply.candidates else Candidate()

    def __repr__(self) -> str:
        return plain_of(self.reply, self.stopped)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/markdown": markdown_of(self.reply, self.stopped)}

    def _ipython_display_(self) -> None:
        if not is_above(self.shown_in):
            # IPython then asks for the bundle.
            raise NotImplementedError("not shown in this cell yet")
