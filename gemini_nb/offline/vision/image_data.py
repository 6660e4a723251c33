"""Encoded images in, upright RGB pixels out; whatever can't be read gets one clear error."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gemini_nb.offline.errors import ApiError

MAX_PIXELS: Final = 40_000_000  # of the largest image that is decoded; they take 120 MB


def decode(data: bytes) -> Image.Image:
    """The image that `data` encodes, upright and in RGB, transparency laid on white.

    Reads PNG, JPEG, WebP, GIF (first frame) and BMP of up to `MAX_PIXELS`, in any colour mode,
    and turns the image as its EXIF orientation says.

    Raises:
        ApiError: 400: the data are of another format, too large, truncated or broken.

    Example:
        >>> decode(b"hello")
        Traceback (most recent call last):
        ...
        gemini_nb.offline.errors.ApiError: Unable to process input image: it begins with b'hello':
        send a whole PNG, JPEG or WebP.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF", "BMP"))
        if image.width * image.height <= MAX_PIXELS:
            return _flat(ImageOps.exif_transpose(image))
        reason = f"it has {image.width} x {image.height} pixels: send a smaller copy."
    except Image.DecompressionBombError as error:
        reason = f"it is too large: {error}"
    except UnidentifiedImageError:
        reason = f"it begins with {data[:12]!r}: send a whole PNG, JPEG or WebP."
    except Exception as error:  # noqa: BLE001 - Pillow raises almost anything
        reason = f"it is broken or cut short ({len(data):,} bytes; {error})."
    raise ApiError(400, f"Unable to process input image: {reason}")


def _flat(image: Image.Image) -> Image.Image:
    """`image` in RGB, on white where it is transparent."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    pixels = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")
