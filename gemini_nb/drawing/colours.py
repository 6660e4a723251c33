"""The colours of marks: one for each label, the same in every picture wherever that can be."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

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

_DARKEST: Final = 0.04045  # below this, sRGB is linear


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """A colour for each of `labels`, by label.

    Each label has its own order of preference among the colours, computed from its text alone;
    case, spacing and what else is in the picture do not count. A label gets its first choice
    unless another one in `labels` has the same; then the one of the smaller hash keeps it and the
    other takes its next choice that is free. So a label has the same colour in every picture but
    those where it meets such another: for pictures with 3 labels that is about 1 label in 11,
    with 5 about 1 in 6. To keep the colours of a series of pictures, compute them once from
    the labels of all. With more than eleven labels, colours are shared, as evenly as possible.

    Example:
        >>> colours_of(["mug", "Mug ", "pen"])
        {'mug': '#ffaabb', 'Mug ': '#ffaabb', 'pen': '#f0e442'}
    """
    names = {label: _name(label) for label in labels}
    chosen: dict[str, int] = {}
    used = [0] * len(PALETTE)
    by_hash = sorted(set(names.values()), key=lambda name: (_hash(name), name))
    displaced: list[str] = []
    for name in by_hash:
        first = _preferences(name)[0]
        if used[first]:
            displaced.append(name)
        else:
            chosen[name] = first
            used[first] = 1
    for name in displaced:
        choice = min(_preferences(name), key=used.__getitem__)
        chosen[name] = choice
        used[choice] += 1
    return {label: PALETTE[chosen[name]] for label, name in names.items()}


@lru_cache(maxsize=256)
def text_on(fill: str) -> str:
    """Black or white, whichever is easier to read on `fill`; the contrast is at least 4.5 to 1.

    One of the two always reaches 4.58.

    Example:
        >>> text_on("#f0e442"), text_on("#332288")
        ('#000000', '#ffffff')
    """
    return max(BLACK, WHITE, key=lambda text: contrast(text, fill))


@lru_cache(maxsize=256)
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


def _name(label: str) -> str:
    return " ".join(label.casefold().split())


def _hash(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "replace"))


@lru_cache(maxsize=4096)
def _preferences(name: str) -> tuple[int, ...]:
    """All positions in the palette, by the two digits of the hash: where to start, how to step.

    Every step reaches every colour, because their number is a prime.
    """
    count = len(PALETTE)
    rest, start = divmod(_hash(name), count)
    step = 1 + rest % (count - 1)
    return tuple((start + step * turn) % count for turn in range(count))
