"""Whether two encoded images look the same."""

import base64
import io

import numpy as np
from PIL import Image, ImageSequence

from gemini_nb.video import frames, length

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

# Of a thumbnail: as many spots a side, but none smaller than a line of text, in pixels: in smaller
# ones a line that is drawn a pixel lower is taken for another.
MOST_SPOTS = 32
SMALLEST_SPOT = 20

# Of 255, between thumbnails. A new FreeType in matplotlib 3.11 redrew text with a gap of up to 32;
# a box missing from a figure makes 62, one drawn in another colour 54.
FONT_DRIFT = 40

# Pixels. Inline figures are cropped to their text, whose extent drifts with the font engine: up
# to 3 between matplotlib 3.10 and 3.11.
CROP_DRIFT = 6


def image_difference(saved: str, made: str, *, may_drift: bool = False) -> str | None:
    """Return how two images, base64-encoded files, differ to the eye, or None.

    Every pixel of every frame must agree. Only figures that say Matplotlib made them, and all
    pictures where it is told that they `may_drift`, may differ as much as font engines do. Of
    these the first frame counts.
    """
    before, now = _opened(saved), _opened(made)
    if may_drift or (_is_figure(before) and _is_figure(now)):
        return _figure_difference(before, now)
    if before.size != now.size:
        return f"was {_extent(before)} pixels, now {_extent(now)}"
    old, new = _frames(before), _frames(now)
    if len(old) != len(new):
        return f"had {len(old)} frames, now {len(new)}"
    changed = sum(int((a != b).any(axis=-1).sum()) for a, b in zip(old, new, strict=True))
    return f"{changed} pixels changed" if changed else None


def video_difference(saved: str, made: str) -> str | None:
    """Return how two videos, base64-encoded files, differ to the eye, or None.

    Another release of the encoder writes other bytes: frames may differ as figures do.
    """
    if saved == made:
        return None
    old, new = (
        [frame.picture for frame in frames(data, fps=length(data)[1])]
        for data in map(base64.b64decode, (saved, made))
    )
    if len(old) != len(new):
        return f"had {len(old)} frames, now {len(new)}"
    found = filter(None, map(_figure_difference, old, new))
    return next((f"frame of a video, as {each}" for each in found), None)


def _figure_difference(before: Image.Image, now: Image.Image) -> str | None:
    drift = max(abs(old - new) for old, new in zip(before.size, now.size, strict=True))
    if drift > CROP_DRIFT:
        return f"figure was {_extent(before)} pixels, now {_extent(now)}"
    spots = tuple(min(MOST_SPOTS, max(1, side // SMALLEST_SPOT)) for side in before.size)
    gap = int(abs(_thumbnail(before, spots) - _thumbnail(now, spots)).max())
    return (
        f"figure differs by {gap}/255, at most {FONT_DRIFT} is drift" if gap > FONT_DRIFT else None
    )


def _opened(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def _is_figure(image: Image.Image) -> bool:
    return "Matplotlib" in image.info.get("Software", "")


def _frames(image: Image.Image) -> list[np.ndarray]:
    return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def _thumbnail(image: Image.Image, size: tuple[int, ...]) -> np.ndarray:
    """The image on white paper, averaged down, as signed numbers that can be subtracted."""
    paper = Image.new("RGBA", image.size, "white")
    seen = Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    return np.asarray(seen.resize(size, Image.Resampling.BOX), dtype=int)


def _extent(image: Image.Image) -> str:
    return f"{image.width} x {image.height}"
