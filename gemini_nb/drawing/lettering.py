"""Text on a picture: how wide it is, where it wraps or is cut short, and in which fonts.

Labels are measured in DejaVu Sans. A browser finds fonts for the rest; for pixels it is looked
for in the fonts that are installed. What none has is drawn as the replacement character, in plots
as matplotlib's box, and a warning names it.
"""

from __future__ import annotations

import importlib.util
import unicodedata
import warnings
from functools import cache, lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
MOST_LINES: Final = 3
LINE_WIDTH: Final = 13.0
"""In font sizes: some 24 letters, what the eye takes in at a glance."""

_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_JOINERS: Final = frozenset({_JOINER, "\N{ZERO WIDTH NON-JOINER}"})
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_MEASURED_AT: Final = 256  # pixels: large enough that rounding to pixels does not matter
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_LATIN: Final = 0x250  # DejaVu Sans has every letter below
_PLAIN: Final = "\u0590"  # scripts from here on may need shaping: Hebrew, Arabic, those of India
_SMALLEST: Final = 1.0  # pixels: smaller letters are none
_NAMED: Final = 12  # characters that a warning names
_BLANK: Final = ("Last Resort", ".Last", "Adobe Blank")  # fonts that have a box for everything


class MissingGlyphWarning(UserWarning):
    """No installed font has some characters of a label that is drawn as pixels."""


class Lettering(NamedTuple):
    """A label as it is shown."""

    lines: tuple[str, ...]
    width: float
    """Of the widest line, in font sizes."""


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
        return Lettering((text,), whole)
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most_lines:
        cut = _break(rest, line_width)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        cut = _break(lines[-1], line_width - text_width(ELLIPSIS), least=0.5)
        lines[-1] = lines[-1][:cut].rstrip(" ,;:.") + ELLIPSIS
    return Lettering(tuple(lines), max(map(text_width, lines)))


@cache
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


def warn_of_missing(texts: Iterable[str]) -> None:
    """One `MissingGlyphWarning` that names what no installed font has, and fonts that may."""
    visible = [c for c in dict.fromkeys("".join(texts)) if not _is_control(c) and text_width(c)]
    if any(ord(character) >= _LATIN for character in visible):
        from matplotlib import font_manager  # noqa: PLC0415 - heavy, and needed for few labels

        _look_again(len(font_manager.fontManager.ttflist))
    lacking = "".join(character for character in visible if _file_with(character) is None)
    if lacking:
        named = lacking if len(lacking) <= _NAMED else f"{lacking[:_NAMED]}..."
        warnings.warn(
            f"no installed font has {named}; install one, such as Noto Sans CJK, Noto Emoji or GNU "
            "Unifont; in SVG, and in plots that are interactive, the browser finds fonts",
            MissingGlyphWarning,
            stacklevel=2,
        )


def font_families(letters: str) -> list[str]:
    """The families in which matplotlib finds each of `letters`, DejaVu Sans first.

    Warns:
        MissingGlyphWarning: no installed font has some of them.

    Example:
        >>> font_families("kite")
        ['DejaVu Sans']
    """
    families = dict.fromkeys(["DejaVu Sans"])
    if not letters.isascii():
        from matplotlib import font_manager  # noqa: PLC0415 - heavy, and needed for few labels

        characters = "".join(sorted(set(letters)))
        warn_of_missing([characters])
        names = {Path(font.fname): font.name for font in font_manager.fontManager.ttflist}
        families |= dict.fromkeys(names.get(file, "") for _, file in runs(characters))
    return [family for family in families if family]


@lru_cache(maxsize=8192)
def runs(text: str) -> tuple[tuple[str, Path], ...]:
    r"""`text` as it can be drawn, in stretches, each with the file of the one font it is in.

    Control characters are left out, and so is what is invisible and in no font.

    Example:
        >>> [(run, file.name) for run, file in runs("mug\0")]
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
            drawn.append((_REPLACEMENT, font_file()))
    grouped = groupby(drawn, key=lambda each: each[1])
    return tuple(("".join(c for c, _ in some), file) for file, some in grouped)


def typeset(text: str, size: float, room: float) -> list[tuple[float, str, ImageFont.FreeTypeFont]]:
    """`text` as it is drawn around the middle of a line: where each run begins, and its font.

    Letters are `size` pixels large, or less where that fits them into `room` pixels: some fonts
    run wider than the one that labels are measured in.
    """
    placed, x = list[tuple[float, str, ImageFont.FreeTypeFont]](), 0.0
    for run, file in runs(text):
        font = _font(file, size, plain=max(run) < _PLAIN)
        placed.append((x, run, font))
        x += font.getlength(run)
    if x > room and size > _SMALLEST:  # in steps, as letters are rounded to whole pixels
        return typeset(text, size * min(room / x, 0.98), room)
    return [(start - x / 2, said, font) for start, said, font in placed]


def _break(text: str, line_width: float, *, least: float = 0.0) -> int:
    """Where to break `text`: after the last word that fits, or within a word.

    Within a word where no whole one fits, or fewer than `least` of the characters that would fit.
    """
    width = 0.0
    for index, character in enumerate(text):
        width += _advance(character)
        if width > line_width:
            space, fits = text.rfind(" ", 0, index + 1), index
            # What combines with the character before it stays with that.
            while fits > 0 and (not _advance(text[fits]) or text[fits - 1] == _JOINER):
                fits -= 1
            return space if space > least * fits else max(fits, 1)
    return len(text)


@cache
def _advance(character: str) -> float:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"} or ord(character) in _SKIN_TONES:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return _font(font_file(), _MEASURED_AT).getlength(character) / _MEASURED_AT


@lru_cache(maxsize=256)
def _font(file: Path, size: float, *, plain: bool = True) -> ImageFont.FreeTypeFont:
    """The font in `file`; plain text is drawn alike with and without Pillow's layout engine."""
    engine = ImageFont.Layout.BASIC if plain else None
    return ImageFont.truetype(file, size, layout_engine=engine)


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


@lru_cache(maxsize=1)
def _look_again(_fonts: int) -> None:
    """Forget what was found, unless there are as many fonts as before: a notebook may add one."""
    for found in (runs, _file_with, _files):
        found.cache_clear()


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
