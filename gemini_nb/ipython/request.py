"""From a magic's settings and a prompt to what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.drawing.pictures.picture import load
from gemini_nb.errors import InterpolationError, InvalidOptionError, PictureError
from gemini_nb.ipython.interpolation import interpolate, value_of
from gemini_nb.ipython.prompt_values import contents_of, picture_part, prompt_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.ipython.options import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, whichever model is asked."""

    contents: list[Any]
    """The SDK's: texts, parts and files."""
    config: dict[str, Any]
    """Of a `GenerateContentConfig`; only what was asked for."""
    schema: Any = None
    """What the answer's form is described by; None for free text."""
    image: object | None = None
    """The one picture that the answer is about, to draw on."""


def request_of(
    settings: Settings, prompt: str, namespace: Mapping[str, object], *, first_line: int
) -> Request:
    """The request that `prompt` and the settings describe.

    Args:
        settings: of the magic.
        prompt: with its `{{expressions}}`.
        namespace: the user's variables.
        first_line: the number of the prompt's first line in its cell, for messages.

    Raises:
        InterpolationError: an expression without a value.
        InvalidOptionError: a schema without a value.
        PictureError: an image that can't be read.
    """
    if settings.literal:
        pieces: list[object] = [prompt]
    else:
        pieces = interpolate(prompt, namespace, convert=prompt_value, first_line=first_line)
    images = [_image(name, namespace) for name in settings.images]
    parts = [part for image in images for part in _image_parts(image)]
    schema = _schema(settings.schema, namespace) if settings.schema else None
    return Request(
        contents=[*parts, *contents_of(pieces)],
        config=_config(settings, schema),
        schema=schema,
        image=images[0] if len(images) == 1 and _is_picture(images[0]) else None,
    )


def _schema(name: str, namespace: Mapping[str, object]) -> object:
    try:
        return value_of(name, namespace)
    except InterpolationError as error:
        raise InvalidOptionError(f"--schema {name}: {error}") from error


def _config(settings: Settings, schema: object) -> dict[str, Any]:
    config: dict[str, Any] = {
        "system_instruction": settings.system,
        "temperature": settings.temperature,
        "max_output_tokens": settings.max_output_tokens,
    }
    if settings.json or schema is not None:
        config["response_mime_type"] = "application/json"
    if schema is not None:
        config["response_json_schema" if _is_json_schema(schema) else "response_schema"] = schema
    if settings.thoughts:
        config["thinking_config"] = {"include_thoughts": True}
    return {name: value for name, value in config.items() if value is not None}


def _is_json_schema(schema: object) -> bool:
    """Whether it is JSON Schema, and not Gemini's own form with its types in capitals."""
    if not isinstance(schema, dict):
        return False
    kind = cast("dict[str, object]", schema).get("type")
    return not (isinstance(kind, str) and kind.isupper())


def _image(name: str, namespace: Mapping[str, object]) -> object:
    """What `--image` names: a variable, a file, or an expression."""
    if name not in namespace and Path(name).expanduser().is_file():
        return Path(name).expanduser()
    try:
        value = value_of(name, namespace)
    except InterpolationError as error:
        raise PictureError(f"--image {name}: there is no such file, and no variable.") from error
    return Path(value).expanduser() if isinstance(value, str) else value


def _image_parts(image: object) -> list[object]:
    parts = prompt_value(image)
    if isinstance(parts, str):
        return [picture_part(image)]
    return cast("list[object]", parts) if isinstance(parts, list) else [parts]


def _is_picture(image: object) -> bool:
    """Whether there are pixels to draw on; an uploaded file or a PDF has none here."""
    try:
        load(image)
    except PictureError:
        return False
    return True
