"""One form in which a model may answer, and what a person would want of it."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

from PIL import Image


class Form(NamedTuple):
    name: str
    answer: Any
    wanted: list[dict[str, Any]]
    issues: set[str] = set()  # noqa: RUF012 - a default that nothing changes
    """The kinds of issue that `parse` must tell of: these, and no others."""


def png(width: int = 8, height: int = 8) -> bytes:
    """A probability map whose left half belongs to the thing."""
    image = Image.new("L", (width, height))
    image.paste(255, (0, 0, width // 2, height))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


BASE64 = base64.b64encode(png()).decode()
URI = f"data:image/png;base64,{BASE64}"
