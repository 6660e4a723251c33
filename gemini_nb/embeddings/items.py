"""What is embedded: what an item is called, what kind of content it is, and how it is sent."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from PIL import Image, ImageOps, UnidentifiedImageError

from gemini_nb.display import words
from gemini_nb.drawing.pixels import eight_bit
from gemini_nb.embeddings.tasks import warn_user
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from google.genai.types import Content, Part

Modality = Literal["text", "image", "audio", "video", "document", "several"]

# Python's `mimetypes` knows only some of them, and by names that differ between its versions.
_MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
}
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
_ENDINGS: Final = "|".join(map(re.escape, (*_IMAGES, *_MEDIA_TYPES)))
_NAME: Final = re.compile(rf"\S.{{,300}}({_ENDINGS})([?#]\S*)?", re.IGNORECASE)


class EmbeddedNameWarning(UserWarning):
    """The name of a file is embedded, not what is in the file."""


def shortened(label: str, longest: int = 40) -> str:
    r"""A label on one line, with no key, nor character that a terminal or notebook can't show.

    Example:
        >>> shortened("a red kite\nover the sea", longest=14), shortened(" ")
        ('a red kite ov…', '(empty)')
    """
    return words(label, longest) or "(empty)"


def label_of(item: object) -> str:
    """What stands for `item` in tables and plots: its text, or the kind of content and its size.

    Example:
        >>> label_of({"parts": [{"text": "this"}, {"inlineData": {"mimeType": "audio/wav"}}]})
        'this + audio'
    """
    return " + ".join(label for label, _ in map(_described, _parts(item))) or "nothing"


def modality_of(item: object) -> Modality:
    """The kind of content that `item` is; "several" for content of more than one kind."""
    kinds: set[Modality] = {modality for _, modality in map(_described, _parts(item))}
    return kinds.pop() if len(kinds) == 1 else "several"


def listed(items: object, name: str = "items") -> list[object]:
    """The items in what was given; a single one is a list of one. Errors call it by `name`.

    Example:
        >>> listed("a red kite"), listed(word for word in ("red", "blue"))
        (['a red kite'], ['red', 'blue'])
    """
    if hasattr(items, "columns"):
        raise EmbeddingError(f'{name}: a table; pass one of its columns, as table["text"].')
    is_single = isinstance(items, str | bytes | Path | Image.Image | Mapping)
    if is_single or hasattr(items, "model_dump"):  # a content, or a part
        return [items]
    kind = type(items).__name__
    if isinstance(items, Iterable) and not isinstance(items, set | frozenset):
        return list(cast("Iterable[object]", items))
    raise EmbeddingError(f"{name} must be one item, or hold items in an order; a {kind} does not.")


def content_of(item: object, position: int, prefix: str = "") -> Content:
    """`item` as a content of its own, as `client.models.embed_content` takes it.

    Images are sent as PNG or JPEG, and as what they are, whatever their name or MIME type says.
    `prefix` is put before the first text. Errors name the `position`.

    Example:
        >>> content_of("a red kite", 0, "title: none | text: ").parts[0].text
        'title: none | text: a red kite'
    """
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    try:
        parts = [_sendable(part) for part in _parts(item)]
    except (OSError, TypeError, ValueError, Image.DecompressionBombError) as error:
        raise EmbeddingError(f"Item {position} can't be embedded: {error}") from error
    blobs = [part.inline_data for part in parts if part.inline_data and part.inline_data.data]
    if not (blobs or any((part.text or "").strip() or part.file_data for part in parts)):
        raise EmbeddingError(f"Item {position} is empty: nothing to embed. Leave it out.")
    for place, part in enumerate(parts):
        if part.text:
            parts[place] = part.model_copy(update={"text": f"{prefix}{part.text}"})
            break
    return types.Content(parts=parts)


def warn_of_names(items: Iterable[object]) -> None:
    """An `EmbeddedNameWarning` where a text only names a picture, a recording, a film or a PDF."""
    names = [item for item in items if isinstance(item, str) and _NAME.fullmatch(item)]
    # Of texts with spaces, those that are a file's; Path.is_file would raise for a long text.
    names = [name for name in names if " " not in name or os.path.isfile(name)]  # noqa: PTH113
    if names:
        name, others = shortened(names[0], 80), f", and {len(names) - 1:,} more like it"
        remedy = "download it and pass its pathlib.Path"
        if "://" not in name:
            remedy = f"pass pathlib.Path({name!r})"
        warn_user(
            f"What is embedded is the name {name!r}{others * (len(names) > 1)}, not what is in the "
            f"file. To send the picture, recording, film or PDF, {remedy}.",
            EmbeddedNameWarning,
        )


def _parts(item: object) -> list[Any]:
    """The parts of a content; any other item is its own only one. Dictionaries become parts."""
    if isinstance(item, Mapping):
        from google.genai import types  # noqa: PLC0415 - takes 1.6 s

        fields = cast("Mapping[str, object]", item)
        with suppress(ValueError):
            item = (types.Content if "parts" in fields else types.Part).model_validate(fields)
    parts = None if isinstance(item, Path) else getattr(cast("object", item), "parts", None)
    return [item] if parts is None else list(parts)


def _sendable(item: object) -> Part:
    """A part of an item as the API takes it; an error gives the reason only."""
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    if isinstance(item, str):
        item = types.Part(text=item)
    if isinstance(item, types.Part):
        (item.text or "").encode()  # ValueError: half of a pair of surrogates is no text
        blob = item.inline_data
        if blob is None or not (blob.mime_type or "").startswith("image/"):
            return item
        image = _image(blob.data or b"")
        return item.model_copy(update={"inline_data": image.inline_data}) if image else item
    if isinstance(item, Image.Image):
        return types.Part.from_bytes(data=_png(item), mime_type="image/png")
    data = item.read_bytes() if isinstance(item, Path) else item
    media_type = _MEDIA_TYPES.get(item.suffix.lower()) if isinstance(item, Path) else None
    if isinstance(data, bytes) and media_type:
        return types.Part.from_bytes(data=data, mime_type=media_type)
    if isinstance(data, bytes) and (image := _image(data)):
        return image
    raise EmbeddingError(
        f"{words(repr(item), 80)} is no text, no image, nor by its name a PDF, a recording or a "
        "film. Pass text as a string, as path.read_text() gives it, and what is no image as "
        "types.Part.from_bytes(data=..., mime_type=...)."
    )


def _image(data: bytes) -> Part | None:
    """As PNG or JPEG, which Google's guide names; None if it is no image."""
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    try:
        image = Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        return None
    with image:
        media_type = image.get_format_mimetype()
        if media_type not in {"image/png", "image/jpeg"}:
            data, media_type = _png(image), "image/png"
    return types.Part.from_bytes(data=data, mime_type=media_type)


def _png(image: Image.Image) -> bytes:
    """As a person sees it: the orientation that a camera noted is not in a PNG's pixels."""
    buffer = io.BytesIO()
    eight_bit(ImageOps.exif_transpose(image)).save(buffer, "PNG")
    return buffer.getvalue()


def _described(part: Any) -> tuple[str, Modality]:  # noqa: ANN401 - whatever was embedded
    """The label and the modality of a part; bytes, and what the SDK will encode, are images."""
    text = part if isinstance(part, str) else getattr(part, "text", None)
    if isinstance(text, str):
        return text, "text"
    blob = getattr(part, "inline_data", None) or getattr(part, "file_data", None)
    media_type = getattr(blob, "mime_type", None) or "image/*"
    if isinstance(part, Path):
        media_type = _MEDIA_TYPES.get(part.suffix.lower(), media_type)
    kind = media_type.partition("/")[0]
    modality = kind if kind in {"image", "audio", "video", "text"} else "document"
    size = f" {part.width} x {part.height}" if isinstance(part, Image.Image) else ""
    return part.name if isinstance(part, Path) else modality + size, cast("Modality", modality)
