"""One part of an answer while it arrives: fragments are kept apart and joined when looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from google.genai import types

from gemini_nb.replies.segments import ALL_ARGUMENTS, is_whole_object, partial_object

if TYPE_CHECKING:
    from pydantic import BaseModel

    Model = TypeVar("Model", bound=BaseModel)

_BARE_SOUND: Final = ("audio/l16", "audio/pcm", "audio/alaw", "audio/mulaw")
_OF_STEPS: Final = (
    "executable_code",
    "code_execution_result",
    "tool_call",
    "tool_response",
    "function_response",
)


class GrowingPart:
    """A part that grows, in time linear in what is added.

    Texts go on where both are plain: the API wants a part with a thought signature back as it was.
    The steps of an interaction start with what is known of them, and deltas tell the rest.

    Example:
        >>> growing = GrowingPart(types.Part(text="Hel"))
        >>> growing.take(types.Part(text="lo")), growing.part().text
        (True, 'Hello')
    """

    __slots__ = ("_fragments", "_part", "step")

    def __init__(self, part: types.Part, step: tuple[int, int] | None = None) -> None:
        self.step = step  # of an interaction: how many had begun, and its number
        self._part = part
        self._fragments: list[Any] = []  # of a text, of a sound, or of a call's arguments
        if part.function_call is not None:
            self._fragments += _stretches(part.function_call)

    def take(self, part: types.Part) -> bool:
        """Take more of it; False if `part` is not more of this one."""
        mine = self._part
        if mine.text is not None and part.text is not None:
            is_plain = not (mine.thought_signature or part.thought_signature)
            if not is_plain or bool(mine.thought) != bool(part.thought):
                return False
            self._fragments.append(part.text)
        elif mine.inline_data is not None and part.inline_data is not None:
            kind = part.inline_data.mime_type or ""
            # Speech streams in stretches of sound without a head of their own.
            if not kind.lower().startswith(_BARE_SOUND) or kind != mine.inline_data.mime_type:
                return False
            self._fragments.append(part.inline_data.data or b"")
        elif self.step is None:
            return False
        elif mine.function_call is not None and part.function_call is not None:
            self._fragments += _stretches(part.function_call)
        else:
            return self._grow(part)
        return True

    def part(self) -> types.Part:
        """All of it so far."""
        if not self._fragments:
            return self._part
        mine, update = self._part, dict[str, Any]()
        if mine.text is not None:
            update["text"] = "".join((mine.text, *self._fragments))
        elif mine.inline_data is not None:
            data = b"".join((mine.inline_data.data or b"", *self._fragments))
            update["inline_data"] = mine.inline_data.model_copy(update={"data": data})
        elif mine.function_call is not None:
            return mine.model_copy(update={"function_call": self._call(mine.function_call)})
        self._fragments.clear()
        self._part = mine.model_copy(update=update)
        return self._part

    def _call(self, call: types.FunctionCall) -> types.FunctionCall:
        """The call with what is there of its arguments."""
        self._fragments = ["".join(self._fragments)]
        text = self._fragments[0]
        arguments = (call.args or {}) | partial_object(text)
        stretch = types.PartialArg(json_path=ALL_ARGUMENTS, string_value=text)
        rest = None if is_whole_object(text) else [stretch]
        update = {"args": arguments, "partial_args": rest, "will_continue": bool(rest) or None}
        return call.model_copy(update=update)

    def _grow(self, part: types.Part) -> bool:
        """Take more of a step's program, output, or use of a tool."""
        for name in _OF_STEPS:
            before, after = getattr(self._part, name), getattr(part, name)
            if before is not None and after is not None:
                self._part = self._part.model_copy(update={name: _grown(before, after)})
                return True
        return False


def _stretches(call: types.FunctionCall) -> list[str]:
    """Stretches of a call's arguments, as `interactions` has them; by path they are Vertex AI's."""
    return [each.string_value or "" for each in call.partial_args or []]


def _grown(before: Model, after: Model) -> Model:
    """Both as one: texts go on, unless they are told again, whole; members are added."""
    update: dict[str, Any] = {}
    for name in after.model_fields_set:
        old, new = getattr(before, name), getattr(after, name)
        if type(old) is str and type(new) is str:
            update[name] = new if new.startswith(old) else old + new
        elif isinstance(old, dict) and isinstance(new, dict):
            update[name] = {**old, **new}
        else:
            update[name] = old if new is None else new
    return before.model_copy(update=update)
