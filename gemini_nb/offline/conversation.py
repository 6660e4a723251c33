"""What a request says, read from its parts: text, pictures, results of functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from gemini_nb.offline.answer import PromptTokens
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.prompt import Prompt, Turn
from gemini_nb.offline.tokens import count_image, count_text
from gemini_nb.offline.vision.image_data import ImageError, decode
from gemini_nb.offline.vision.looking import describe_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image

    from gemini_nb.offline.api.content import Content, Part
    from gemini_nb.offline.api.messages import GenerateContentRequest, Tool

ROLES = ("user", "model", "function", "tool", "")
MOST_IMAGES = 64
"""How many images one request may carry; each is decoded in memory."""

_TEXT_TYPES = ("application/json", "application/xml", "application/x-python")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request, taken apart."""

    prompt: Prompt
    pictures: tuple[Image, ...]
    """The images of the latest turn that has any, in order."""
    picture_is_new: bool
    """Whether that turn is the last user turn."""
    results: tuple[tuple[str, Any], ...]
    """What functions returned since the user last spoke: (name, value)."""
    limits: tuple[str, ...]
    """One sentence for each thing asked for that the offline models can't do."""
    text_tokens: int
    image_tokens: int

    @property
    def answered_functions(self) -> frozenset[str]:
        """Names of the functions that have returned since the user last spoke."""
        return frozenset(name for name, _ in self.results)

    def tokens(self, cached: int = 0) -> PromptTokens:
        """The estimated tokens of the request, `cached` of them from cached content."""
        return PromptTokens(self.text_tokens, self.image_tokens, cached)

    def prompt_with_pictures(self) -> Prompt:
        """The prompt with what the pictures show added to the last turn as words."""
        if not self.pictures:
            return self.prompt
        seen = Turn("user", describe_all(self.pictures, ""))
        return replace(self.prompt, turns=(seen, *self.prompt.turns))


def read(request: GenerateContentRequest) -> Conversation:
    """`request` taken apart; its files must already stand inside it.

    Raises:
        ApiError: 400 where Google refuses the contents, and for images that can't be decoded.
    """
    check_contents(request.contents, "GenerateContentRequest")
    system = text_of(request.system_instruction) if request.system_instruction else ""
    images = pictures_of(request.contents)
    turns = tuple(
        Turn(_speaker(content), text) for content in request.contents if (text := text_of(content))
    )
    pictured = [index for index, found in enumerate(images) if found]
    latest = pictured[-1] if pictured else -1
    spoken = [index for index, content in enumerate(request.contents) if _is_spoken(content)]
    return Conversation(
        prompt=Prompt(turns, system),
        pictures=images[latest] if pictured else (),
        picture_is_new=bool(pictured) and (not spoken or latest >= spoken[-1]),
        results=_results(request.contents, after=spoken[-1] if spoken else -1),
        limits=_limits(request),
        text_tokens=text_tokens(request.contents, request.system_instruction, request.tools),
        image_tokens=sum(count_image(*image.size) for found in images for image in found),
    )


def count(contents: Sequence[Content], *, message: str = "CountTokensRequest") -> PromptTokens:
    """The estimated tokens of `contents` alone; raises as `read` does."""
    check_contents(contents, message)
    images = pictures_of(contents)
    image_tokens = sum(count_image(*image.size) for found in images for image in found)
    return PromptTokens(text_tokens(contents), image_tokens)


def check_contents(contents: Sequence[Content], message: str) -> None:
    """Refuse what Google refuses: no contents, no parts, an empty part, an unknown role."""
    if not contents:
        raise _refusal(message, "contents", "contents is not specified")
    for number, content in enumerate(contents):
        path = f"contents[{number}]"
        if content.role not in ROLES:
            raise ApiError(400, f"Please use a valid role: user, model. Got {content.role[:80]!r}.")
        if not content.parts:
            raise _refusal(message, f"{path}.parts", "contents.parts must not be empty")
        for index, part in enumerate(content.parts):
            if part.is_empty:
                rule = "required oneof field 'data' must have one initialized field"
                raise _refusal(message, f"{path}.parts[{index}].data", rule)


def text_tokens(
    contents: Iterable[Content], system: Content | None = None, tools: Iterable[Tool] = ()
) -> int:
    """Estimated tokens of everything that is not an image."""
    total = sum(count_text(_part_text(part)) for content in contents for part in content.parts)
    if system:
        total += sum(count_text(_part_text(part)) for part in system.parts)
    for tool in tools:
        for declaration in tool.function_declarations:
            total += count_text(declaration.model_dump_json(exclude_none=True))
    return total


def _refusal(message: str, path: str, rule: str) -> ApiError:
    text = f"* {message}.{path}: {rule}"
    return ApiError(400, text, violations=((path, rule),))


def _speaker(content: Content) -> Literal["user", "model"]:
    return "model" if content.role == "model" else "user"


def _is_spoken(content: Content) -> bool:
    """Whether the user says something here, other than returning a function's result."""
    return _speaker(content) == "user" and any(p.function_response is None for p in content.parts)


def text_of(content: Content) -> str:
    """What `content` says in words, thoughts left out; the parts stand on lines of their own."""
    spoken = (_spoken_text(part) for part in content.parts if not part.thought)
    return "\n".join(text for text in spoken if text)


def _spoken_text(part: Part) -> str:
    if part.text is not None:
        return part.text
    if part.inline_data and _is_text(part.inline_data.mime_type):
        return part.inline_data.data.decode("utf-8", "replace")
    return ""


def _is_text(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type in _TEXT_TYPES


def _part_text(part: Part) -> str:
    """Everything of `part` that is counted as text."""
    if part.function_call:
        return part.function_call.name + json.dumps(part.function_call.args or {})
    if part.function_response:
        return part.function_response.name + json.dumps(part.function_response.response or {})
    return _spoken_text(part)


def pictures_of(contents: Iterable[Content]) -> list[tuple[Image, ...]]:
    """The decoded images of each turn.

    Raises:
        ApiError: 400 for an image that can't be decoded, or more than `MOST_IMAGES`.
    """
    found: list[tuple[Image, ...]] = []
    total = 0
    for number, content in enumerate(contents):
        images: list[Image] = []
        for index, part in enumerate(content.parts):
            if part.inline_data is None or not part.inline_data.mime_type.startswith("image/"):
                continue
            total += 1
            if total > MOST_IMAGES:
                raise ApiError(400, f"A request may carry at most {MOST_IMAGES} images offline.")
            try:
                images.append(decode(part.inline_data.data))
            except ImageError as error:
                path = f"contents[{number}].parts[{index}].inline_data"
                raise ApiError(400, f"Unable to process input image at '{path}': {error}") from None
        found.append(tuple(images))
    return found


def _results(contents: Sequence[Content], *, after: int) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (part.function_response.name, part.function_response.response or {})
        for content in contents[after + 1 :]
        for part in content.parts
        if part.function_response
    )


def _limits(request: GenerateContentRequest) -> tuple[str, ...]:
    tools = {name for tool in request.tools for name in tool.model_fields_set}
    kinds = [
        part.inline_data.mime_type
        for content in request.contents
        for part in content.parts
        if part.inline_data
    ]
    unread = sorted({kind for kind in kinds if not (kind.startswith("image/") or _is_text(kind))})
    foreign = sorted(tools - {"function_declarations"})
    sentences: list[str] = []
    if unread:
        sentences.append(f"(The offline model can't read {', '.join(unread)}.)")
    if foreign:
        sentences.append(f"(The offline model has no {', '.join(foreign)} tool.)")
    return tuple(sentences)
