"""Any pixel format as 8-bit RGB or RGBA, the right way up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageOps

from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DEEP: Final = ("I", "F")  # how the names of modes with more than 8 bits a channel begin
_RGB_PROFILED: Final = {"P", "PA", "RGB", "RGBA"}  # others' colour profiles don't fit RGB
_SLACK: Final = 0.1  # floats this far beyond 0 to 1 come from interpolation, and are clipped
_CHANNELS: Final = (1, 3, 4)


def upright(image: Image.Image) -> Image.Image:
    """A new image, turned and mirrored as its EXIF orientation says, without the tag."""
    return ImageOps.exif_transpose(image)


def eight_bit(image: Image.Image) -> Image.Image:
    """`image` in mode "RGB", or "RGBA" where it has transparency.

    16-bit grey is scaled by its whole range, 65535 to 255; CMYK, palettes and the rest are
    converted as Pillow does.

    Raises:
        PictureError: its values are beyond any known range, or its mode is unknown.

    Example:
        >>> deep = Image.new("I;16", (1, 1), 65535)
        >>> eight_bit(deep).getpixel((0, 0))
        (255, 255, 255)
    """
    if image.mode.startswith(_DEEP):
        return from_array(np.asarray(image))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    try:
        converted = image if image.mode == mode else image.convert(mode)
    except ValueError as error:
        raise PictureError(
            f"An image in mode {image.mode!r} can't be shown ({error}); "
            'convert it first: image.convert("RGB").'
        ) from error
    if image.mode not in _RGB_PROFILED:
        converted.info.pop("icc_profile", None)
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
    if whole.ndim != 3 or whole.shape[2] not in _CHANNELS or not whole.size:  # noqa: PLR2004
        raise PictureError(
            f"An array of shape {values.shape} is no image; pass (height, width) or "
            "(height, width, channels) with 1, 3 or 4 channels, none of them empty."
        )
    levels = np.ascontiguousarray(_levels(whole))
    coloured = np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels
    return Image.fromarray(coloured).copy()  # which may share memory with the array otherwise


def _levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """0 to 255, whatever the type of `values`."""
    if values.dtype == np.uint8:
        return values
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint16:
        return _rounded(values / 257)  # 65535 / 255
    if np.issubdtype(values.dtype, np.integer):
        _require_range(values, 0, 65535)
        return _rounded(values / 257) if values.max() > 255 else _rounded(values)  # noqa: PLR2004
    if np.issubdtype(values.dtype, np.floating):
        finite = np.nan_to_num(values.astype(np.float64), nan=0.0)
        _require_range(finite, -_SLACK, 1 + _SLACK)
        return _rounded(np.clip(finite, 0, 1) * 255)
    raise PictureError(f"An array of {values.dtype} is no image; pass uint8, or floats 0 to 1.")


def _rounded(values: NDArray[Any]) -> NDArray[np.uint8]:
    return np.floor(values + 0.5).astype(np.uint8)


def _require_range(values: NDArray[Any], lowest: float, highest: float) -> None:
    if values.min() < lowest or values.max() > highest:
        raise PictureError(
            f"Pixels from {values.min():g} to {values.max():g} in an array of {values.dtype}; pass "
            "uint8 from 0 to 255 or floats from 0 to 1, such as (values / values.max())."
        )
