"""Fonts for text as pixels, where no browser finds them: DejaVu Sans, then any that is installed.

What no font has is drawn as the replacement character, and a warning says what is missing.
"""

from __future__ import annotations

import unicodedata
import warnings
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ImageFont

from gemini_nb.drawing.lettering import font_file, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_JOINERS: Final = frozenset({_JOINER, "\N{ZERO WIDTH NON-JOINER}"})
_LATIN: Final = 0x250  # DejaVu Sans has every letter below
_PLAIN: Final = "\u0590"  # scripts from here on may need shaping: Hebrew, Arabic, those of India
_SMALLEST: Final = 1.0  # pixels: smaller letters are none
_SHOWN: Final = 12  # characters that a warning names
_EAST_ASIAN: Final = frozenset({"Bopomofo", "CJK", "Hangul", "Hiragana", "Ideographic", "Katakana"})
_BLANK: Final = ("Last Resort", ".Last", "Adobe Blank")  # fonts that have a box for everything


class MissingGlyphWarning(UserWarning):
    """No installed font has some characters of a label that is drawn as pixels."""


class Run(NamedTuple):
    """A stretch of text in one font."""

    text: str
    file: Path


def missing(text: str) -> str:
    """The visible characters of `text` that no installed font has, each once.

    Example:
        >>> missing("mug, \N{LATIN SMALL LETTER E WITH ACUTE} and \N{GREEK SMALL LETTER PI}")
        ''
    """
    visible = (c for c in dict.fromkeys(text) if not _is_control(c) and text_width(c))
    return "".join(c for c in visible if _file_with(c) is None)


def warn_of_missing(texts: Iterable[str]) -> None:
    """One `MissingGlyphWarning` that names what no installed font has, and a font that has it."""
    lacking = missing("".join(texts))
    if lacking:
        scripts = sorted({_script(character) for character in lacking})
        named = lacking[:_SHOWN] + ("..." if lacking[_SHOWN:] else "")
        fonts = ", ".join(sorted({_font_for(script) for script in scripts}))
        warnings.warn(
            f"no installed font has {named} ({', '.join(scripts)}); install one, such as {fonts}, "
            "or show the overlay as SVG, for which the browser finds fonts",
            MissingGlyphWarning,
            stacklevel=2,
        )


@lru_cache(maxsize=8192)
def runs(text: str) -> tuple[Run, ...]:
    r"""`text` as it can be drawn, in stretches of one font each.

    Control characters are left out, and so is what is invisible and in no font.

    Example:
        >>> [(run.text, run.file.name) for run in runs("mug\0")]
        [('mug', 'DejaVuSans.ttf')]
    """
    drawn: list[tuple[str, Path]] = []
    for before, character in pairwise(" " + text):
        file = _file_with(character)
        if character in _JOINERS and drawn and drawn[-1][0] == before >= _PLAIN:
            drawn.append((character, drawn[-1][1]))  # which shapes the letters beside it
        elif file is not None:
            drawn.append((character, file))
        elif not _is_control(character) and text_width(character) and before != _JOINER:
            drawn.append((REPLACEMENT, font_file()))
    grouped = groupby(drawn, key=lambda each: each[1])
    return tuple(Run("".join(c for c, _ in some), file) for file, some in grouped)


@lru_cache(maxsize=256)
def font(run: Run, size: float) -> ImageFont.FreeTypeFont:
    """The font to draw `run` with at `size` pixels; shaped only where its script may need it."""
    if all(character < _PLAIN for character in run.text):
        # Drawn alike by every Pillow, with and without its optional layout engine.
        return ImageFont.truetype(run.file, size, layout_engine=ImageFont.Layout.BASIC)
    return ImageFont.truetype(run.file, size)


def fitting_size(text: str, size: float, room: float) -> float:
    """`size`, or as much less as lets `text` fit into `room` pixels: some fonts run wide."""
    while (width := text_length(text, size)) > room and size > _SMALLEST:
        size *= room / width  # once more where letters were rounded to whole pixels
    return size


def text_length(text: str, size: float) -> float:
    """How wide `text` is drawn at `size`, in pixels."""
    return sum((font(run, size).getlength(run.text) for run in runs(text)), start=0.0)


@cache
def _file_with(character: str) -> Path | None:
    """The first font that has `character`; None where none has, or where it is a control."""
    if _is_control(character):
        return None
    if ord(character) < _LATIN:
        return font_file()
    return next((file for file in _files() if ord(character) in _characters(file)), None)


def _is_control(character: str) -> bool:
    """Whether it only steers how others are shown, or is half a character."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


@cache
def _files() -> tuple[Path, ...]:
    """The usable fonts on this machine, in a fixed order, DejaVu Sans first."""
    from matplotlib import font_manager  # noqa: PLC0415 - heavy, and needed for few labels

    own = font_file()
    found = {
        (entry.style != "normal", str(entry.weight) not in {"400", "normal"}, entry.name, file)
        for entry in font_manager.fontManager.ttflist
        if (file := Path(entry.fname)).parent != own.parent and not entry.name.startswith(_BLANK)
    }
    return (own, *(file for *_, file in sorted(found)))


@cache
def _characters(file: Path) -> frozenset[int]:
    """What a font has; nothing where Pillow can't draw with it, as with bitmap emoji."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - heavy, and needed for few labels

    try:
        ImageFont.truetype(file, 16)
        return frozenset(FT2Font(str(file)).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _script(character: str) -> str:
    if unicodedata.category(character) == "So" and ord(character) >= 0x2600:  # noqa: PLR2004
        return "emoji"
    word = unicodedata.name(character, f"U+{ord(character):04X}").split()[0]
    return word if word == "CJK" or word.startswith("U+") else word.capitalize()


def _font_for(script: str) -> str:
    if script == "emoji":
        return "Noto Emoji"
    if script.startswith("U+"):
        return "GNU Unifont"
    return "Noto Sans CJK" if script in _EAST_ASIAN else f"Noto Sans {script}"
