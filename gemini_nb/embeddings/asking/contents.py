"""Items as the contents that are sent: each one for itself, with the type that its data has."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import Image, ImageOps, UnidentifiedImageError

from gemini_nb.embeddings.fields import elements, field
from gemini_nb.embeddings.items import MEDIA_TYPES
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from google.genai.types import Content, Part

_SENT_AS_THEY_ARE: Final = ("image/png", "image/jpeg")  # what Google's guide names
_PNG_MODES: Final = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_NO_RANGE: Final = ("I", "F")  # what is black in them, and what white, nobody says
_FIELDS: Final = ("parts", "text", "inline_data", "file_data")  # of contents and parts
_TAKEN: Final = (
    "text, a PIL image, the bytes of an image, the path of an image, a PDF, a recording or a film, "
    "a types.Part or a types.Content"
)


def listed(given: object) -> list[object]:
    """The items in what was given; a single one is a list of one.

    Raises:
        EmbeddingError: it is a table, or nothing that holds items.

    Example:
        >>> listed("a red kite"), listed(word for word in ("red", "blue"))
        (['a red kite'], ['red', 'blue'])
    """
    if hasattr(given, "columns"):  # it may have a column called "text"
        raise EmbeddingError(
            'A table would give the names of its columns; pass one of them, as table["text"].'
        )
    if isinstance(given, str | bytes | Path | Image.Image):
        return [given]
    if hasattr(given, "__array__"):  # a column's index may have an entry called "text"
        return list(cast("Iterable[object]", given))
    if any(field(given, name) is not None for name in _FIELDS):
        return [given]
    if isinstance(given, set | frozenset):
        raise EmbeddingError("A set has no order to keep; pass a list, as sorted(items).")
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise EmbeddingError(f"items must be a list of {_TAKEN}, not {_named(given)}.")
    return list(cast("Iterable[object]", given))


def content_of(item: object, position: int) -> Content:
    """`item` as a content of its own, as `client.models.embed_content` takes it.

    Images are sent as PNG or JPEG, and as what they are: a PNG that is called a JPEG by its name
    or its MIME type is sent as a PNG.

    Args:
        item: text, a PIL image, bytes of an image, a path, a part, a content, or JSON of these.
        position: its place among the items, for the error.

    Raises:
        EmbeddingError: nothing is in it, or it is none of these.

    Example:
        >>> content_of("a red kite", 0).parts[0].text
        'a red kite'
    """
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    try:
        single = field(item, "parts") is None or isinstance(item, Path)
        parts = [item] if single else elements(item, "parts")
        content = types.Content(parts=[_part(part) for part in parts])
    except (OSError, TypeError, ValueError, Image.DecompressionBombError) as error:
        raise EmbeddingError(f"Item {position} can't be embedded: {error}") from error
    if not any(map(_says_something, content.parts or [])):
        raise EmbeddingError(
            f"Item {position} is empty, so there is nothing to embed; leave it out, or put in its "
            "place what it stands for."
        )
    return content


def with_prefix(content: Content, prefix: str) -> Content:
    """`content` with `prefix` before its first text; pictures and recordings get none.

    Example:
        >>> with_prefix(content_of("red kite", 0), "task: clustering | query: ").parts[0].text
        'task: clustering | query: red kite'
    """
    parts = list(content.parts or [])
    for place, part in enumerate(parts):
        if prefix and part.text:
            parts[place] = part.model_copy(update={"text": prefix + part.text})
            break
    return content.model_copy(update={"parts": parts})


def _part(item: object) -> Part:
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    if isinstance(item, str):
        return _checked(types.Part(text=item))
    if isinstance(item, Image.Image):
        return types.Part.from_bytes(data=_png(item), mime_type="image/png")
    if isinstance(item, Path):
        return _part_of_file(item)
    if isinstance(item, bytes):
        return _part_of_image(item)
    if any(field(item, name) is not None for name in _FIELDS[1:]):
        return _checked(types.Part.model_validate(item))
    raise EmbeddingError(f"it is {_named(item)}, not {_TAKEN}.")


def _checked(part: Part) -> Part:
    """`part`, if its text can be sent, with the type that its data has if it is an image's."""
    (part.text or "").encode()  # ValueError: half of a pair of surrogates is no text
    blob = part.inline_data
    if blob is None or not blob.data or not (blob.mime_type or "").startswith("image/"):
        return part
    told = _image_type(blob.data)
    if told is None or told == blob.mime_type:
        return part
    return part.model_copy(update={"inline_data": blob.model_copy(update={"mime_type": told})})


def _part_of_file(path: Path) -> Part:
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    media_type = MEDIA_TYPES.get(path.suffix.lower())
    data = path.read_bytes()
    if media_type is not None:
        return types.Part.from_bytes(data=data, mime_type=media_type)
    try:
        return _part_of_image(data)
    except EmbeddingError:
        raise EmbeddingError(
            f"{path.name} is no image, PDF, recording or film that is known; to embed the text in "
            "it, pass path.read_text()."
        ) from None


def _part_of_image(data: bytes) -> Part:
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    media_type = _image_type(data)
    if media_type is None:
        raise EmbeddingError(
            f"its {len(data):,} bytes are no image; for others, say what they are with "
            "types.Part.from_bytes(data=..., mime_type=...)."
        )
    if media_type not in _SENT_AS_THEY_ARE:
        with Image.open(io.BytesIO(data)) as image:
            data, media_type = _png(image), "image/png"
    return types.Part.from_bytes(data=data, mime_type=media_type)


def _image_type(data: bytes) -> str | None:
    """The MIME type that the beginning of `data` tells, None if it is no image's."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.get_format_mimetype()
    except UnidentifiedImageError:
        return None


def _png(image: Image.Image) -> bytes:
    """As a person sees it: the orientation that a camera noted is not in a PNG's pixels."""
    buffer = io.BytesIO()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _NO_RANGE:
        raise EmbeddingError(
            f"an image of mode {upright.mode!r} has no range of its own; scale its values to 0 to "
            "255 and convert it to L or RGB."
        )
    (upright if upright.mode in _PNG_MODES else upright.convert("RGB")).save(buffer, "PNG")
    return buffer.getvalue()


def _says_something(part: Part) -> bool:
    data = part.inline_data.data if part.inline_data else None
    return bool((part.text or "").strip() or data or part.file_data)


def _named(value: Any) -> str:  # noqa: ANN401 - whatever was passed
    return "None" if value is None else f"a {type(value).__name__}"
