"""Colours as people see and name them: OKLab, and a dozen names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from PIL import ImageColor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Labels = NDArray[np.int32]
    Numbers = NDArray[np.float64]

ColourName = Literal[
    "red", "orange", "yellow", "green", "teal", "blue", "purple",
    "pink", "brown", "beige", "white", "grey", "black",
]  # fmt: skip

_BYTES: Final = np.arange(256) / 255
_STRAIGHT: Final = 0.04045
_CURVE: Final = ((_BYTES + 0.055) / 1.055) ** 2.4  # of sRGB, but for a straight beginning
_LIGHT: Final = np.where(_BYTES > _STRAIGHT, _CURVE, _BYTES / 12.92).astype(np.float32)
_CONES: Final = np.array(
    [[0.4122, 0.5363, 0.0515], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]], np.float32
)
_OPPONENTS: Final = np.array(
    [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]], np.float32
)


def oklab(pixels: NDArray[np.uint8]) -> Floats:
    """`pixels`, sRGB bytes of shape (..., 3), as lightness 0-1 and two opponent axes.

    Equal steps look about equally large, and dimming the light scales all three numbers alike,
    so that a colour's direction survives shading. The matrices are Björn Ottosson's, rounded:
    https://bottosson.github.io/posts/oklab/

    Example:
        >>> abs(oklab(np.array([255, 255, 255], np.uint8)).round(2))
        array([1., 0., 0.], dtype=float32)
    """
    return np.cbrt(_LIGHT[pixels] @ _CONES.T) @ _OPPONENTS.T


_EXAMPLES: Final[dict[ColourName, str]] = {
    "red": "red crimson firebrick darkred maroon tomato",
    "orange": "orange darkorange orangered coral sandybrown #dc691e #f29468",
    "yellow": "yellow gold khaki goldenrod lightyellow #f4b83c",
    "green": "lime limegreen green darkgreen yellowgreen olive olivedrab darkolivegreen "
    "seagreen mediumspringgreen lightgreen darkseagreen",
    "teal": "teal darkcyan lightseagreen cyan turquoise aquamarine paleturquoise",
    "blue": "blue navy mediumblue royalblue dodgerblue deepskyblue steelblue cornflowerblue "
    "skyblue lightblue lightsteelblue midnightblue #3a5c9c",
    "purple": "purple indigo blueviolet darkorchid mediumpurple rebeccapurple slateblue plum",
    "pink": "pink lightpink hotpink deeppink palevioletred magenta violet orchid salmon #f09ac6",
    "brown": "saddlebrown sienna #a8652c peru #6f4a34",
    "beige": "beige wheat tan burlywood bisque",
    "white": "white whitesmoke snow #f3ecdc",
    "grey": "lightgray silver darkgray gray dimgray slategray",
    "black": "black #202020 #1c1410 #10141c",
}
"""Colours of CSS that most people would call by each name."""

COLOUR_NAMES: Final = tuple(_EXAMPLES)

_NAMING_WEIGHTS: Final = np.array([0.6, 1, 1], np.float32)  # names follow hue more than lightness
_EXAMPLE_COLOURS: Final[dict[ColourName, Floats]] = {
    name: oklab(np.array([ImageColor.getrgb(css) for css in examples.split()], np.uint8))
    for name, examples in _EXAMPLES.items()
}


def colour_name(colour: Floats) -> ColourName:
    """The name of one OKLab `colour`, shape (3,): that of the most similar example.

    Example:
        >>> colour_name(oklab(np.array([200, 30, 40], np.uint8)))
        'red'
    """
    apart: dict[ColourName, float] = {
        name: float(np.linalg.norm((examples - colour) * _NAMING_WEIGHTS, axis=1).min())
        for name, examples in _EXAMPLE_COLOURS.items()
    }
    return min(apart, key=apart.__getitem__)
