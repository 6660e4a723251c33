"""Text on a picture: how wide it is, where it wraps, and where it is cut short."""

from __future__ import annotations

import importlib.util
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from PIL import ImageFont

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
MOST_LINES: Final = 3
LINE_WIDTH: Final = 13.0
"""In font sizes: some 24 letters, what the eye takes in at a glance."""

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_MEASURED_AT: Final = 256  # pixels: large enough that rounding to pixels does not matter


class Lettering(NamedTuple):
    """A label as it is shown."""

    lines: tuple[str, ...]
    width: float
    """Of the widest line, in font sizes."""
    shortened: bool


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """How wide `text` is on one line of DejaVu Sans, in font sizes.

    What that font lacks is taken as wide as it usually is: 1 for Chinese, Japanese, Korean and
    emoji, 0 for what combines with the character before.

    Example:
        >>> round(text_width("mug"), 2), text_width("茶")
        (2.24, 1.0)
    """
    if _JOINER not in text:
        return sum(map(_advance, text))
    # What follows a joiner melts into the emoji before it.
    glued = zip(text, " " + text[:-1], strict=True)
    return sum(_advance(character) for character, before in glued if before != _JOINER)


@lru_cache(maxsize=8192)
def lettering(
    text: str, *, line_width: float = LINE_WIDTH, most_lines: int = MOST_LINES
) -> Lettering:
    """`text` wrapped to lines no wider than `line_width` font sizes, and cut after `most_lines`.

    Example:
        >>> lettering("the plate that stands closest to the edge of the table").lines
        ('the plate that stands', 'closest to the edge of the', 'table')
        >>> lettering("tea " * 99, most_lines=1).lines
        ('tea tea tea tea tea tea…',)
    """
    whole = text_width(text)
    if whole <= line_width:
        return Lettering((text,), whole, shortened=False)
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most_lines:
        cut = _break(rest, line_width)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        lines[-1] = _with_ellipsis(lines[-1], line_width)
    return Lettering(tuple(lines), max(map(text_width, lines)), shortened=bool(rest))


def font_file() -> Path:
    """Where DejaVu Sans lies: matplotlib brings it along.

    Raises:
        FileNotFoundError: matplotlib is not installed.
    """
    package = importlib.util.find_spec("matplotlib")  # found, not imported: that takes a second
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        file = Path(folder) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if file.is_file():
            return file
    raise FileNotFoundError("DejaVuSans.ttf is missing; it comes with `pip install matplotlib`.")


def _break(text: str, line_width: float) -> int:
    """Where to break `text`: after the last word that fits, or within a word wider than a line."""
    width = 0.0
    last_space = 0
    for index, character in enumerate(text):
        width += _advance(character)
        if character == " ":
            last_space = index
        if width > line_width:
            return last_space or max(_cluster_start(text, index), 1)
    return len(text)


def _cluster_start(text: str, index: int) -> int:
    """The last place up to `index` where `text` may be cut without tearing a character apart."""
    while index > 0 and (not _advance(text[index]) or text[index - 1] == _JOINER):
        index -= 1
    return index


def _with_ellipsis(line: str, line_width: float) -> str:
    """`line` with an ellipsis at its end, after a whole word unless that would be far back."""
    while line and text_width(line + ELLIPSIS) > line_width:
        words = line.rpartition(" ")[0]
        whole = 2 * len(words) >= len(line)
        line = words if whole else line[: _cluster_start(line, len(line) - 1)]
    return line.rstrip(" ,;:.") + ELLIPSIS


@cache
def _advance(character: str) -> float:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"} or ord(character) in _SKIN_TONES:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return _font().getlength(character) / _MEASURED_AT


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
