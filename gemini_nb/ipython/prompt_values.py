"""What a value becomes in a prompt: a picture or a file a part of its own, the rest text."""

from __future__ import annotations

import io
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from PIL import Image

from gemini_nb.drawing.pictures.picture import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.genai.types import Part
    from numpy.typing import NDArray

_MEDIA: Final = ("image/", "audio/", "video/", "application/pdf")
_COLOURS: Final = (3, 4)  # channels of a colour picture


def prompt_value(value: object) -> object:
    """`value` as a prompt holds it: a string, a part, or a list of parts.

    Parts become: the SDK's own parts and uploaded files; pictures (of Pillow, IPython or
    matplotlib; arrays of shape (height, width, 3 or 4), or (height, width) in uint8); a `Path` to a
    picture, sound, film or PDF; and lists of such. A data frame becomes its CSV, anything else its
    `str`.

    Raises:
        PictureError: a picture that can't be read.
        OSError: a `Path` to a sound, film or PDF that can't be read.

    Example:
        >>> prompt_value(3.5), prompt_value("as it is")
        ('3.5', 'as it is')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        several = cast("list[object] | tuple[object, ...]", value)
        parts = [_part(one) for one in several]
        return parts if parts and None not in parts else str(several)
    part = _part(value)
    return part if part is not None else _text(value)


def picture_part(image: object) -> Part:
    """An image as a part; its own bytes where Gemini takes them as they are.

    Args:
        image: whatever `gnb.draw` takes.

    Raises:
        PictureError: it can't be read.
    """
    picture = load(image).encoded()
    return _bytes_part(picture.data, picture.mime_type)


def contents_of(pieces: Iterable[object]) -> list[object]:
    """The contents of a request: text that follows on text joined, lists of parts laid flat.

    Example:
        >>> contents_of(["a ", "b", ["part"], " c"])
        ['a b', 'part', ' c']
    """
    contents: list[object] = []
    follows_text = False
    for piece in pieces:
        if isinstance(piece, str) and follows_text:
            contents[-1] = f"{contents[-1]}{piece}"
        elif isinstance(piece, list):
            contents += cast("list[object]", piece)
        else:
            contents.append(piece)
        follows_text = isinstance(piece, str)
    return contents


def _part(value: object) -> object:
    """What is sent for a picture or a file; None for what is neither."""
    if _is_of_sdk(value):
        return value
    if isinstance(value, Path):
        return _file_part(value)
    if hasattr(value, "savefig"):
        return _figure_part(value)
    return picture_part(value) if _is_picture(value) else None


def _is_of_sdk(value: object) -> bool:
    """Whether it is a Part or a File of the SDK, which it takes as they are."""
    cls = type(value)
    return cls.__module__.startswith("google.genai") and cls.__name__ in {"Part", "File"}


def _is_picture(value: object) -> bool:
    """Whether it is a picture; of an array, whether that is likelier than a table of numbers."""
    cls = type(value)
    if isinstance(value, Image.Image):
        return True
    if not isinstance(value, np.ndarray):
        return cls.__module__ == "IPython.core.display" and cls.__name__ == "Image"
    array = cast("NDArray[Any]", value)
    if array.ndim == 3:  # noqa: PLR2004 - height, width and colours
        return array.shape[2] in _COLOURS and array.size > 0
    return array.ndim == 2 and array.dtype == np.uint8 and array.size > 0  # noqa: PLR2004


def _file_part(path: Path) -> object:
    mime_type = mimetypes.guess_type(path.name)[0] or ""
    if mime_type.startswith("image/"):
        return picture_part(path)
    return _bytes_part(path.read_bytes(), mime_type) if mime_type.startswith(_MEDIA) else None


def _figure_part(figure: Any) -> Part:  # noqa: ANN401 - of matplotlib, which is not loaded for it
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return _bytes_part(file.getvalue(), "image/png")


def _bytes_part(data: bytes, mime_type: str) -> Part:
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    return types.Part.from_bytes(data=data, mime_type=mime_type)


def _text(value: Any) -> str:  # noqa: ANN401 - anything that a notebook holds
    """A data frame of pandas or polars as CSV, anything else as `str` has it."""
    if hasattr(value, "columns"):
        if callable(getattr(value, "write_csv", None)):
            return str(value.write_csv())
        if callable(getattr(value, "to_csv", None)):
            # An index that only counts the rows says nothing.
            return str(value.to_csv(index=type(value.index).__name__ != "RangeIndex"))
    return str(value)
