"""Pictures, sounds and documents: from the API's fields to bytes."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from gemini_nb.answers.json_text import json_text
from gemini_nb.answers.segments import Media, Unknown
from gemini_nb.fields import field

if TYPE_CHECKING:
    from gemini_nb.answers.segments import Segment

_URL_SAFE = str.maketrans("-_", "+/")


def media_of(value: object, kind: str, *, is_thought: bool = False) -> Segment | None:
    """The picture, sound or document that `value` holds, or points to; None if it does neither.

    Args:
        value: a blob, file data, or an interaction's content of such a kind.
        kind: the API's name for it, as "image", where no MIME type is told.
        is_thought: whether it is part of the model's thinking.

    Example:
        >>> media_of({"mimeType": "image/gif", "data": "R0lG"}, "inline_data")
        Media(mime_type='image/gif', data=b'GIF', uri='', is_thought=False)
    """
    data, uri = field(value, "data"), field(value, "uri") or field(value, "file_uri")
    if not data and not uri:
        return None
    read = b"" if not data else _bytes(data)
    if read is None:
        return Unknown(kind=kind, content=json_text(value))
    return Media(
        mime_type=str(field(value, "mime_type") or ""),
        data=read,
        uri=str(uri or ""),
        is_thought=is_thought,
    )


def _bytes(data: object) -> bytes | None:
    if isinstance(data, bytes | bytearray):
        return bytes(data)
    if not isinstance(data, str):
        return None
    # Both alphabets of base64 are met, with and without the padding.
    text = data.translate(_URL_SAFE).rstrip("=\n")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
