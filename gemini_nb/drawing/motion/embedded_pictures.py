"""Pictures within HTML: their bytes in the address, so that no notebook loses them."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

    from gemini_nb.drawing.motion.animation import AnimationFormat

_QUALITY: Final = 50  # of WebP: for pictures that are looked at in passing


def picture_file(image: Image.Image, form: AnimationFormat) -> bytes:
    """The bytes of one picture's file."""
    file = io.BytesIO()
    image.save(file, form.upper(), quality=_QUALITY)
    return file.getvalue()


def data_uri(data: bytes, mime_type: str) -> str:
    """An address that holds `data`.

    Example:
        >>> data_uri(b"GIF", "image/gif")
        'data:image/gif;base64,R0lG'
    """
    return f"data:{mime_type};base64,{base64.b64encode(data).decode('ascii')}"


def img(source: str, alt: str, width: int | None = None) -> str:
    """An `<img>` that is never wider than its cell; `alt` is escaped."""
    wide = f' width="{width}"' if width else ""
    look = "display:block;max-width:100%;height:auto"
    return f'<img alt="{escape(alt)}"{wide} style="{look}" src="{source}">'
