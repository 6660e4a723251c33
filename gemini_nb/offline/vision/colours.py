"""Colours as people see and name them: OKLab, and a dozen names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
from PIL import ImageColor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.offline.vision.pixel_operations import Floats

ColourName = Literal[
    "red", "orange", "yellow", "green", "teal", "blue", "purple",
    "pink", "brown", "beige", "white", "grey", "black",
]  # fmt: skip

_BYTES: Final = np.arange(256) / 255
_LINEAR_UP_TO: Final = 0.04045  # of the sRGB curve
_LIGHT: Final = np.where(
    _BYTES <= _LINEAR_UP_TO, _BYTES / 12.92, ((_BYTES + 0.055) / 1.055) ** 2.4
).astype(np.float32)
_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_OPPONENTS: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


def oklab(pixels: NDArray[np.uint8]) -> Floats:
    """`pixels`, sRGB bytes of shape (..., 3), as lightness 0-1 and two opponent axes.

    Equal steps look about equally large, and dimming the light scales all three numbers alike,
    so that a colour's direction survives shading. The matrices are Björn Ottosson's:
    https://bottosson.github.io/posts/oklab/

    Example:
        >>> abs(oklab(np.array([255, 255, 255], np.uint8)).round(2))
        array([1., 0., 0.], dtype=float32)
    """
    return np.cbrt(_LIGHT[pixels] @ _CONES.T) @ _OPPONENTS.T


_EXAMPLES: Final[dict[ColourName, str]] = {
    "red": "red crimson firebrick darkred maroon tomato",
    "orange": "orange darkorange orangered coral sandybrown #dc691e",
    "yellow": "yellow gold khaki goldenrod lightyellow",
    "green": "lime limegreen green darkgreen yellowgreen olive olivedrab darkolivegreen "
    "seagreen mediumspringgreen lightgreen darkseagreen",
    "teal": "teal darkcyan lightseagreen cyan turquoise aquamarine paleturquoise",
    "blue": "blue navy mediumblue royalblue dodgerblue deepskyblue steelblue cornflowerblue "
    "skyblue lightblue lightsteelblue midnightblue",
    "purple": "purple indigo blueviolet darkorchid mediumpurple rebeccapurple slateblue plum",
    "pink": "pink lightpink hotpink deeppink palevioletred magenta violet orchid salmon",
    "brown": "brown saddlebrown sienna #a8652c peru",
    "beige": "beige wheat tan burlywood bisque",
    "white": "white whitesmoke snow",
    "grey": "lightgray silver darkgray gray dimgray slategray",
    "black": "black #202020 #1c1410 #10141c",
}
"""Colours of CSS that most people would call by each name."""

COLOUR_NAMES: Final = tuple(_EXAMPLES)

_EXAMPLE_NAMES: Final = [name for name, examples in _EXAMPLES.items() for _ in examples.split()]
_EXAMPLE_COLOURS: Final = oklab(
    np.array([ImageColor.getrgb(css) for css in " ".join(_EXAMPLES.values()).split()], np.uint8)
)
_NAMING_WEIGHTS: Final = np.array([0.6, 1, 1], np.float32)  # names follow hue more than lightness


def colour_name(colour: Floats) -> ColourName:
    """The name of one OKLab `colour`, shape (3,): that of the most similar example.

    Example:
        >>> colour_name(oklab(np.array([200, 30, 40], np.uint8)))
        'red'
        >>> colour_name(oklab(np.array([44, 96, 186], np.uint8)))
        'blue'
    """
    apart = np.square((_EXAMPLE_COLOURS - colour) * _NAMING_WEIGHTS).sum(axis=1)
    return cast("ColourName", _EXAMPLE_NAMES[int(apart.argmin())])


def unlikeness(colour: Floats) -> dict[ColourName, float]:
    """How much further each name's best example is from OKLab `colour` than the best of all.

    Example:
        >>> apart = unlikeness(oklab(np.array([230, 110, 40], np.uint8)))
        >>> apart["orange"] < apart["red"] < apart["green"]
        True
    """
    apart = np.square((_EXAMPLE_COLOURS - colour) * _NAMING_WEIGHTS).sum(axis=1) ** 0.5
    return {
        name: float(apart[[example == name for example in _EXAMPLE_NAMES]].min() - apart.min())
        for name in COLOUR_NAMES
    }
