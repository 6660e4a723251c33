"""What an image shows, as far as its pixels alone tell: coloured shapes on a ground.

Classical image analysis, without any learned model: it parts things from their ground and
shadows, and knows their colours, shapes and places, but not what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.offline.vision.picture_answers import reply
from gemini_nb.offline.vision.sighting import see

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from gemini_nb.offline.vision.scene import Scene


def look(image: Image.Image) -> Scene:
    """The scene that an RGB `image` shows: its grounds, and the things on them.

    The same pixels give the same scene; a mirrored or turned image gives it mirrored or turned.

    Example:
        >>> from PIL import Image, ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> scene = look(paper)
        >>> scene.background.colour, [(thing.colour, thing.shape) for thing in scene.regions]
        ('white', [('red', 'circle')])
    """
    return see(image).scene


def describe(image: Image.Image, request: str = "") -> str:
    """What an RGB `image` shows, in a few sentences that answer `request`.

    Questions about colours, shapes, counts, sizes and places are answered from the pixels. What
    things are called is not in the pixels: asked for that, the answer says so.

    Example:
        >>> from PIL import Image, ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> describe(paper, "How many red circles are there?")
        'I see one red circle: a large red circle at the left.'
    """
    return reply(look(image), request)


def describe_all(images: Sequence[Image.Image], request: str = "") -> str:
    """`describe` for each of `images`, in order, numbered where there are several."""
    if len(images) == 1:
        return describe(images[0], request)
    return "\n\n".join(
        f"Image {number}: {describe(image, request)}" for number, image in enumerate(images, 1)
    )
