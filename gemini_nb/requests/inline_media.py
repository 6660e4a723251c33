"""Pictures and other files inside a request's JSON, and what stands for them in a command."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from gemini_nb.requests.rest_json import is_media

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 400  # characters of base64: an icon may stand in a command, a photo may not
_BEGINNING = 40


@dataclass(frozen=True, slots=True)
class FileText:
    """Stands where the base64 of a file goes."""

    path: str


@dataclass(frozen=True, slots=True)
class CutText:
    """Stands for base64 that is too long to show."""

    text: str

    @property
    def beginning(self) -> str:
        """Its first characters, and a sign that there are more."""
        return f"{self.text[:_BEGINNING]}..."


def in_json(value: object, files: Mapping[str, str]) -> object:
    """The JSON with stand-ins for the base64 that is read from files, or too long.

    Args:
        value: a request's JSON.
        files: base64, and the path of the file to read it from.
    """
    if isinstance(value, list):
        return [in_json(item, files) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    shown = {name: in_json(member, files) for name, member in members.items()}
    if is_media(members):
        text = members["data"]
        if text in files:
            shown["data"] = FileText(files[text])
        elif len(text) > _LONGEST:
            shown["data"] = CutText(text)
    return shown


def base64_texts(value: object) -> list[str]:
    """The base64 of every file in a request's JSON, in order."""
    if isinstance(value, list):
        return [text for item in cast("list[object]", value) for text in base64_texts(item)]
    if not isinstance(value, dict):
        return []
    members = cast("dict[str, object]", value)
    own = [members["data"]] if is_media(members) else []
    return own + [text for member in members.values() for text in base64_texts(member)]


def decoded(text: str) -> bytes:
    r"""The bytes of base64 in either of its alphabets; of no base64, those of the text itself.

    Example:
        >>> decoded("-_8="), decoded("+/8=")
        (b'\xfb\xff', b'\xfb\xff')
    """
    plain = text.translate({ord("-"): "+", ord("_"): "/"})
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return text.encode()


def remark(shown: object) -> str:
    """What a reader must know about media that were cut short; "" if none were.

    Args:
        shown: as `in_json` returns it.
    """
    sizes = ", ".join(f"{len(decoded(cut.text)):,} bytes" for cut in _cuts(shown))
    if not sizes:
        return ""
    return (
        f'# "data" is cut short here ({sizes}). In Python, .save("request.json") writes all of\n'
        '# the request, and .reading("photo.jpg") has the command read the file itself.\n'
    )


def _cuts(shown: object) -> list[CutText]:
    if isinstance(shown, list):
        return [cut for item in cast("list[object]", shown) for cut in _cuts(item)]
    if isinstance(shown, dict):
        members = cast("dict[str, object]", shown)
        return [cut for member in members.values() for cut in _cuts(member)]
    return [shown] if isinstance(shown, CutText) else []
