"""What an item is, in a few words: its label, and the kind of content it is."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast

from gemini_nb.embeddings.fields import elements, field

if TYPE_CHECKING:
    from collections.abc import Iterator

Modality = Literal["text", "image", "audio", "video", "document", "several"]

# Of Python's `mimetypes` some differ from one version to the next, and from what Gemini takes.
MEDIA_TYPES: Final = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".mp3": "audio/mpeg",
        ".wav": "audio/wav",
        ".flac": "audio/flac",
        ".ogg": "audio/ogg",
        ".m4a": "audio/mp4",
        ".mp4": "video/mp4",
        ".mov": "video/quicktime",
        ".mpeg": "video/mpeg",
        ".mpg": "video/mpeg",
        ".webm": "video/webm",
    }
)
"""MIME types of files that are no images, by the end of their names."""

_KINDS: Final[dict[str, Modality]] = {
    "image": "image",
    "audio": "audio",
    "video": "video",
    "application": "document",
    "text": "text",
}


def modality_of(item: object) -> Modality:
    """The kind of content that `item` is; "several" for content of more than one kind.

    Args:
        item: text, a path or the bytes of an image, a PIL image, a `types.Part` or
            `types.Content`, or REST's JSON of one.

    Example:
        >>> modality_of("a red kite"), modality_of(Path("kite.png")), modality_of(Path("plan.pdf"))
        ('text', 'image', 'document')
        >>> modality_of({"parts": [{"text": "this"}, {"inlineData": {"mimeType": "audio/wav"}}]})
        'several'
    """
    if isinstance(item, str):
        return "text"
    if isinstance(item, Path):  # it has `parts` too
        return _kind_of(MEDIA_TYPES.get(item.suffix.lower(), "image"))
    kinds: set[Modality] = {_modality_of_part(part) for part in elements(item, "parts") or [item]}
    return kinds.pop() if len(kinds) == 1 else "several"


def label_of(item: object) -> str:
    """What stands for `item` in tables and plots: its text, or the kind of content and its size.

    Example:
        >>> label_of("a red kite"), label_of(Path("pictures/kite.png"))
        ('a red kite', 'kite.png')
        >>> label_of({"parts": [{"text": "this"}, {"inlineData": {"mimeType": "audio/wav"}}]})
        'this + audio'
    """
    if isinstance(item, str):
        return item
    if isinstance(item, Path):
        return item.name
    return " + ".join(_labels(item)) or "nothing"


def _labels(item: object) -> Iterator[str]:
    for part in elements(item, "parts") or [item]:
        text = field(part, "text")
        size = field(part, "size")
        if isinstance(text, str):
            yield text
        elif isinstance(size, tuple):  # a PIL image
            width, height = cast("tuple[int, int]", size)
            yield f"image {width} x {height}"
        else:
            yield _modality_of_part(part)


def _modality_of_part(part: object) -> Modality:
    if isinstance(part, str) or isinstance(field(part, "text"), str):
        return "text"
    for name in ("inline_data", "file_data"):
        mime_type = field(field(part, name), "mime_type")
        if isinstance(mime_type, str):
            return _kind_of(mime_type)
    return "image"  # a path, bytes, or a picture that the SDK will encode


def _kind_of(mime_type: str) -> Modality:
    return _KINDS.get(mime_type.partition("/")[0], "document")
