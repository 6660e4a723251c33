"""A checked request taken apart, once: what was said, shown, returned and asked for."""

from __future__ import annotations

import hashlib
import math
import os
import re
import secrets
import zlib
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gemini_nb.offline import messages
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured.schema import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.Image import Image

    from gemini_nb.offline.video import Frame


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, its parts sorted."""

    role: Literal["user", "model"]
    text: str = ""
    """Its text parts, joined by line breaks and without thoughts; runs of spaces are one space,
    and at most two line breaks follow each other."""
    pictures: tuple[Image, ...] = ()
    frames: tuple[Frame, ...] = ()
    """The frames of its video, if it has one."""
    calls: tuple[messages.FunctionCall, ...] = ()
    results: tuple[messages.FunctionResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function."""

    name: str
    description: str
    parameters: dict[str, Any]
    """JSON Schema of an object, normalised: lower-case types, `$ref`s put in."""


Sampling: TypeAlias = messages.GenerationConfig
"""How likely the unlikely is: temperature, top_p, top_k; and the seed."""


@dataclass(frozen=True, slots=True)
class PromptTokens:
    """Estimated tokens of a request."""

    text: int = 0
    image: int = 0
    video: int = 0
    cached: int = 0
    """How many of them came from cached content; they are part of the others."""

    @property
    def total(self) -> int:
        """All modalities together."""
        return self.text + self.image + self.video

    @property
    def details(self) -> list[dict[str, Any]]:
        """The modalities that are there, as usage metadata tell them."""
        counts = (("TEXT", self.text), ("IMAGE", self.image), ("VIDEO", self.video))
        return [{"modality": kind, "tokenCount": count} for kind, count in counts if count]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A request as the offline models see it.

    Example:
        >>> talk = Conversation((Turn("user", "Hi"), Turn("model", "Hello!"), Turn("user", "Why?")))
        >>> talk.request
        'Why?'
    """

    turns: tuple[Turn, ...]
    """At least one; the last one is what is to be answered."""
    system: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    functions: tuple[Function, ...] = ()
    """Those that may be called; empty where mode NONE or a list of names rules them out."""
    must_call: bool = False
    """Whether only a call will do: mode ANY."""
    code_execution: bool = False
    schema: dict[str, Any] | bool | None = None
    """The JSON Schema of the answer, normalised: lower-case types, `$ref`s put in."""
    mime_type: Literal["text/plain", "application/json", "text/x.enum"] = "text/plain"
    unable: tuple[str, ...] = ()
    """One sentence for each thing that was sent or asked for and is of no use offline."""
    tokens: PromptTokens = field(default_factory=PromptTokens)
    """What it costs to say."""

    @property
    def request(self) -> str:
        """The text of the last user turn that says something, or an empty string."""
        return next((t.text for t in reversed(self.turns) if t.role == "user" and t.text), "")

    @property
    def pictures(self) -> tuple[Image, ...]:
        """The pictures of the latest turn that has any."""
        return next((turn.pictures for turn in reversed(self.turns) if turn.pictures), ())

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames of the latest video."""
        return next((turn.frames for turn in reversed(self.turns) if turn.frames), ())

    @property
    def since_request(self) -> tuple[Turn, ...]:
        """The turns after the user's last words: calls and their results, in order."""
        spoken = [n for n, turn in enumerate(self.turns) if turn.role == "user" and turn.text]
        return self.turns[spoken[-1] + 1 :] if spoken else self.turns

    @property
    def results(self) -> tuple[messages.FunctionResponse, ...]:
        """What functions returned since the user's last words."""
        return tuple(result for turn in self.since_request for result in turn.results)

    def chance(self, salt: str) -> Random:
        """A source of chance that is the same for the same request, seed and `salt`.

        Where only the likeliest may be drawn, neither seed nor salt plays a part. Limits on the
        length never do, so that a lower limit gives a beginning of the same answer.

        Args:
            salt: what tells several draws of one request apart: model and candidate number.
        """
        chosen = self.sampling
        if chosen.temperature < _LEAST_CHANCE or chosen.top_k == 1 or chosen.top_p < _LEAST_MASS:
            return Random(0)  # noqa: S311 - varies texts, keeps no secret
        drawn = chosen.temperature, chosen.top_p, chosen.top_k, chosen.seed
        said = repr((drawn, self.system, [(t.role, t.text) for t in self.turns], salt))
        digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
        return Random(int.from_bytes(digest[:8]))  # noqa: S311 - as above


_LEAST_CHANCE, _LEAST_MASS = 1e-4, 0.1  # temperature and top_p of the likeliest alone
_EMPTY_LINES = re.compile(r"\n{3,}")


def collapsed(text: str) -> str:
    r"""`text` with each run of spaces as one, and at most one empty line between lines.

    Example:
        >>> collapsed("a  \t b \n\n\n\n c")
        'a b\n\nc'
    """
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip()


FRAME_TOKENS = 263
"""For a frame of a video and its time; Google tells it for a second, at a frame each."""

_FIRST_WIDE = "\u2e80"  # CJK, kana, hangul and emoji start here: about a token each
_IMAGE_TOKENS, _SMALL_SIDE, _TILE_SIDE = 258, 384, 768


def count_text(text: str) -> int:
    """Estimated tokens of `text`: 4 characters each, but one per ideograph or emoji.

    Gemini's own tokenizer is not public: expect a difference of about 25 % for English.

    Example:
        >>> count_text("Write a story about a magic backpack."), count_text("")
        (10, 0)
    """
    wide = 0 if text.isascii() else sum(character >= _FIRST_WIDE for character in text)
    return math.ceil((len(text) - wide) / 4) + wide


def count_image(width: int, height: int) -> int:
    """Tokens of an image by the rule for Gemini 2.x: 258, or 258 for each 768 x 768 tile begun.

    Example:
        >>> count_image(384, 300), count_image(1024, 768)
        (258, 516)
    """
    if max(width, height) <= _SMALL_SIDE:
        return _IMAGE_TOKENS
    return _IMAGE_TOKENS * math.ceil(width / _TILE_SIDE) * math.ceil(height / _TILE_SIDE)


MOST_IMAGES = 64
"""How many images one request may carry; each is decoded in memory."""
MOST_FUNCTIONS = 512
"""How many functions it may declare: Gemini's limit."""

_TEXT = re.compile(r"text/.*|application/(json|xml|x-python|x-javascript|x-typescript)(;.*)?")


def read(
    request: messages.GenerateContentRequest, model_id: str = "", *, looks: bool = True
) -> Conversation:
    """`request` taken apart; its files and cached content must already stand inside it.

    Args:
        request: one that `strictness.check` lets pass.
        model_id: the Gemini model that is asked; without a seed, each answers differently.
        looks: whether a video's frames are looked at, not only counted.

    Raises:
        ApiError: 400 for an image, a video or a schema that can't be read.
    """
    config = request.generation_config
    if config.seed is None:
        fixed = os.environ.get("GEMINI_NB_SEED", "")
        seed = zlib.crc32(f"{fixed}/{model_id}".encode()) if fixed else secrets.randbits(32)
        config = config.model_copy(update={"seed": seed})
    schema = config.response_schema or config.response_json_schema
    contents = (*request.contents, request.system_instruction or messages.Content())
    parts = [part for content in contents for part in content.parts]
    if sum(_kind(part) == "image" for part in parts) > MOST_IMAGES:
        raise ApiError(400, f"A request may carry at most {MOST_IMAGES} images offline.")
    *turns, system = (_turn(content, looks=looks) for content in contents)
    declared = [each for tool in request.tools for each in tool.function_declarations]
    counted = [_words(part) or part.function_call or part.function_response or "" for part in parts]
    return Conversation(
        turns=tuple(turns),
        system=system.text,
        sampling=config,
        functions=tuple(_functions(declared, request.tool_config.function_calling_config)),
        must_call=request.tool_config.function_calling_config.mode == "ANY",
        code_execution=any(tool.code_execution is not None for tool in request.tools),
        schema=None if schema is None else normalised(schema),
        mime_type=config.response_mime_type
        or ("text/plain" if schema is None else "application/json"),
        unable=tuple(_unable(request.tools, parts)),
        tokens=PromptTokens(
            count_text("".join(map(str, [*counted, *declared]))),
            sum(count_image(*image.size) for turn in turns for image in turn.pictures),
            sum(FRAME_TOKENS * len(turn.frames) for turn in turns),
        ),
    )


def _functions(
    declared: Sequence[messages.FunctionDeclaration], calling: messages.FunctionCallingConfig
) -> Iterator[Function]:
    if len(declared) > MOST_FUNCTIONS:
        place = "The GenerateContentRequest proto is invalid:\n  * tools[0].function_declarations"
        rule = f"At most {MOST_FUNCTIONS} function declarations can be specified."
        raise ApiError(400, f"{place}: [FIELD_INVALID] {rule}")
    allowed = set(calling.allowed_function_names)
    for each in declared:
        if calling.mode == "NONE" or (allowed and each.name not in allowed):
            continue
        schema = normalised(each.parameters or each.parameters_json_schema or {"type": "object"})
        if not isinstance(schema, dict) or schema.get("type", "object") != "object":
            text = f"{each.name[:80]} functionDeclaration parameters schema should be of type"
            raise ApiError(400, f"{text} OBJECT")
        yield Function(each.name, each.description, schema)


def _turn(content: messages.Content, *, looks: bool) -> Turn:
    said: list[str] = []
    pictures: list[Image] = []
    frames: list[Frame] = []
    for part in content.parts:
        if (kind := _kind(part)) == "image":
            from gemini_nb.offline.vision import image_data  # noqa: PLC0415 - loads numpy

            pictures.append(image_data.decode(_data(part)))
        elif kind == "video":
            from gemini_nb.offline import video  # noqa: PLC0415 - loads numpy and Pillow

            clip = part.video_metadata or messages.VideoMetadata()
            start, end = clip.start_offset, clip.end_offset
            frames += video.film(_data(part), clip.fps, start, end, looks=looks)
        elif not part.thought and (text := _words(part)):
            said.append(text)
    return Turn(
        role="model" if content.role == "model" else "user",
        text=collapsed("\n".join(said)),
        pictures=tuple(pictures),
        frames=tuple(frames),
        calls=tuple(part.function_call for part in content.parts if part.function_call),
        results=tuple(part.function_response for part in content.parts if part.function_response),
    )


def _kind(part: messages.Part) -> str:
    """What its bytes are: "image", "video" or "text", or their type if that can't be read."""
    mime_type = part.inline_data.mime_type.lower() if part.inline_data else ""
    kind = "text" if _TEXT.fullmatch(mime_type) else mime_type.partition("/")[0]
    return kind if kind in {"image", "video", "text"} else mime_type


def _data(part: messages.Part) -> bytes:
    return part.inline_data.data if part.inline_data else b""


def _words(part: messages.Part) -> str:
    return _data(part).decode("utf-8", "replace") if _kind(part) == "text" else part.text or ""


def _unable(tools: Sequence[messages.Tool], parts: Sequence[messages.Part]) -> Iterator[str]:
    if unread := {kind for part in parts if "/" in (kind := _kind(part))}:
        yield f"(The offline model can't read {', '.join(sorted(unread))}.)"
    used = {name for tool in tools for name in tool.model_fields_set}
    if foreign := sorted(used - {"function_declarations", "code_execution"}):
        yield f"(The offline model has no {', '.join(foreign)} tool.)"
