"""The colours of marks: one for each label, the same in every picture wherever that can be."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PIL import ImageColor

from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PALETTE: Final = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#d55e00",
    "#56b4e9",
    "#f0e442",
    "#332288",
    "#ffaabb",
    "#882255",
    "#99ddff",
)
"""Eleven colours that people with any common colour vision deficiency can tell apart.

Sources: the seven hues of M. Okabe and K. Ito, Color Universal Design,
https://jfly.uni-koeln.de/color/, and P. Tol's indigo, wine, pink and light cyan,
https://sronpersonalpages.nl/~pault/.
"""

BLACK: Final = "#000000"
WHITE: Final = "#ffffff"

# Of the palette where it has the hue; else of Tol's schemes, and purple and brown of ColorBrewer's.
_NAMED: Final = {
    "red": "#cc3311",
    "orange": "#e69f00",
    "yellow": "#f0e442",
    "green": "#009e73",
    "blue": "#0072b2",
    "purple": "#762a83",
    "pink": "#ffaabb",
    "magenta": "#ee3377",
    "brown": "#8c510a",
    "black": BLACK,
    "white": WHITE,
    "grey": "#888888",
    "gray": "#888888",
    "cyan": "#33bbee",
    "teal": "#44aa99",
    "violet": "#762a83",
    "beige": "#ddcc77",
}
_WORDS: Final = re.compile(r"[^\W\d_]+")
_TWICE: Final = PALETTE * 2
_DARKEST: Final = 0.04045  # below this, sRGB is linear


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """A colour for each of `labels`, by label.

    A label that names a colour has it, the first where it names several. The others, in the order
    of a hash of their text without case and spacing, each take the colour that fewest have, from
    the one that their hash points at. So a label changes its colour only where it meets another
    that was first: with 3 labels about 1 in 11, with 5 about 1 in 5. To keep the colours of a
    series of pictures, compute them once from the labels of all.

    Example:
        >>> colours_of(["mug", "Mug ", "a green mug"])
        {'mug': '#ffaabb', 'Mug ': '#ffaabb', 'a green mug': '#009e73'}
    """
    names: dict[str, str] = {}
    chosen: dict[str, str] = {}
    used: dict[str, int] = dict.fromkeys(PALETTE, 0)
    hashes: set[tuple[int, str]] = set()
    for label in labels:
        if label in names:
            continue
        said = label.casefold().split()
        names[label] = name = " ".join(said)
        if not name.replace(" ", "").isalnum():
            said = _WORDS.findall(name)
        if _NAMED.keys().isdisjoint(said):
            hashes.add((zlib.crc32(name.encode("utf-8", "replace")), name))
        else:
            chosen[name] = colour = next(_NAMED[word] for word in said if word in _NAMED)
            used[colour] = 1
    for number, name in sorted(hashes):
        first = number % len(PALETTE)
        order = _TWICE[first : first + len(PALETTE)]
        chosen[name] = colour = min(order, key=used.__getitem__)
        used[colour] += 1
    return {label: chosen[name] for label, name in names.items()}


def as_hex(colours: Mapping[str, str]) -> dict[str, str]:
    """Each colour that a caller gives for a label as "#rrggbb", which renderers count on.

    Raises:
        InvalidOptionError: one of them is no colour, or they are not given by label.

    Example:
        >>> as_hex({"mug": "red", "cup": "#0af"})
        {'mug': '#ff0000', 'cup': '#00aaff'}
    """
    try:
        rgb = {label: ImageColor.getrgb(colour)[:3] for label, colour in colours.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidOptionError(
            f"colours={colours!r:.200} ({error}); pass colours by label, such as "
            '{"mug": "#0072b2", "cup": "red"}.'
        ) from error
    return {label: "#" + bytes(levels).hex() for label, levels in rgb.items()}


@lru_cache(maxsize=256)
def text_on(fill: str) -> str:
    """Black or white, whichever is easier to read on `fill`; the contrast is at least 4.5 to 1.

    One of the two always reaches 4.58.

    Example:
        >>> text_on("#f0e442"), text_on("#332288")
        ('#000000', '#ffffff')
    """
    return max(BLACK, WHITE, key=lambda text: contrast(text, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    Example:
        >>> contrast("#000000", "#ffffff")
        21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= _DARKEST else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
