"""Any pixel format as 8-bit RGB or RGBA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RGB_PROFILED: Final = {"P", "PA", "RGB", "RGBA"}  # others' colour profiles don't fit RGB
_SLACK: Final = 0.1  # floats this far beyond 0 to 1 come from interpolation, and are clipped
_BRIGHTEST, _DEEPEST = 255, 65535


def eight_bit(image: Image.Image) -> Image.Image:
    """A new image in mode "RGB", or "RGBA" where it has transparency, without metadata.

    16-bit grey is scaled by its whole range, 65535 to 255; CMYK, palettes and the rest are
    converted as Pillow does.

    Raises:
        PictureError: its values are beyond any known range.

    Example:
        >>> deep = Image.new("I;16", (1, 1), 65535)
        >>> eight_bit(deep).getpixel((0, 0))
        (255, 255, 255)
    """
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image)
        # Pillow's own floats run to 255, as those that it makes of grey.
        is_grey = image.mode == "F" and values.min() >= 0 and 1 < values.max() <= _BRIGHTEST
        return from_array(values.round().astype(np.uint8) if is_grey else values)
    converted = image.convert("RGBA" if image.has_transparency_data else "RGB")
    profile = image.info.get("icc_profile") if image.mode in _RGB_PROFILED else None
    converted.info = {"icc_profile": profile} if profile else {}
    return converted


def from_array(values: NDArray[Any]) -> Image.Image:
    """An array of pixels as an image in mode "RGB" or "RGBA".

    Args:
        values: of shape (height, width) or (height, width, channels) with 1, 3 or 4 channels,
            red first. uint8; uint16, scaled from 65535 to 255; bool; floats from 0 to 1, clipped
            where they overshoot by less than 0.1; other integers from 0 to 255 or to 65535.

    Raises:
        PictureError: another shape, another kind of value, or values out of range.

    Example:
        >>> from_array(np.array([[[0.0, 0.5, 1.0]]])).getpixel((0, 0))
        (0, 128, 255)
    """
    whole = values[..., np.newaxis] if values.ndim == 2 else values  # noqa: PLR2004 - grey
    if whole.ndim != 3 or whole.shape[2] not in {1, 3, 4} or not whole.size:  # noqa: PLR2004
        raise PictureError(
            f"An array of shape {values.shape} is no image; pass (height, width) or "
            "(height, width, channels) with 1, 3 or 4 channels, none of them empty."
        )
    levels = np.ascontiguousarray(whole if whole.dtype == np.uint8 else _levels(whole))
    coloured = np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels
    return Image.fromarray(coloured).copy()  # which may share memory with the array otherwise


def _levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """0 to 255, whatever the type of `values`."""
    if values.dtype.kind not in "iufb":
        raise PictureError(f"An array of {values.dtype} is no image; pass uint8, or floats 0 to 1.")
    lowest, highest = float(values.min()), float(values.max())
    if values.dtype.kind in "fb":
        brightest, slack = 1, _SLACK
    else:
        is_deep = values.dtype == np.uint16 or highest > _BRIGHTEST
        brightest, slack = _DEEPEST if is_deep else _BRIGHTEST, 0
    if not (-slack <= lowest and highest <= brightest + slack):
        raise PictureError(
            f"Pixels from {lowest:g} to {highest:g} in an array of {values.dtype}; pass "
            "uint8 from 0 to 255 or floats from 0 to 1, such as (values / values.max())."
        )
    return np.floor(np.clip(values / brightest, 0, 1) * _BRIGHTEST + 0.5).astype(np.uint8)
