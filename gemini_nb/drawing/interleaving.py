"""An answer beside its picture: the prose as the model wrote it, chips where it points."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.display import clean
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.pictures.picture import load
from gemini_nb.drawing.reading import chips
from gemini_nb.drawing.reading.mentions import reading
from gemini_nb.drawing.reading.prose import to_html
from gemini_nb.errors import InvalidOptionError, PictureError
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.geometry import Point
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from gemini_nb.drawing.overlay import Overlay
    from gemini_nb.drawing.pictures.picture import MaxWidth, Picture
    from gemini_nb.drawing.reading.chips import Sign
    from gemini_nb.drawing.reading.mentions import Reading
    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Item

_ROW: Final = "display:flex;flex-wrap:wrap;gap:0 16px;align-items:flex-start"
_PROSE: Final = "flex:1 1 20em;min-width:0;max-width:48em;line-height:1.6"
_PICTURE: Final = "flex:1 1 24em;min-width:0"


@dataclass(frozen=True, slots=True, repr=False)
class InterleavedAnswer:
    """An answer's text with chips in it, beside the picture they point at; `show` makes it.

    As the last line of a cell it shows itself; pointing at a chip or a mark lights up the other.
    """

    overlay: Overlay
    """The picture; its labels begin with the chips' numbers."""
    found: Annotations
    """The answer as it was read."""
    text: Reading
    signs: tuple[Sign, ...]
    """What stands for each item."""

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts."""
        prose = self.text.with_mentions(
            to_html(clean(self.text.markdown)), lambda mention: chips.chip(mention, self.signs)
        )
        beside = f'<div style="{_PROSE}">{prose}</div>' if prose else ""
        return (
            '<div class="gnb-answer tex2jax_ignore mathjax_ignore"'
            f' style="{_ROW}">{chips.rules(self.overlay.scene)}'
            f'{beside}<div style="{_PICTURE}">{self.overlay.to_html()}</div></div>'
        )

    def __repr__(self) -> str:
        prose = self.text.with_mentions(
            self.text.markdown, lambda mention: chips.words(mention, self.signs, self.found)
        )
        return clean(f"{prose}\n\n{self.overlay!r}".strip())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}


def show(  # noqa: PLR0913 - what is drawn, on what, and how
    image: object,
    answer: object,
    *,
    max_width: MaxWidth = "auto",
    frame: int | None = None,
    field_of_view: float = FIELD_OF_VIEW,
    font_size: float | None = None,
) -> InterleavedAnswer:
    """An answer's text beside its image, chips in the text linked to marks on the image.

    Where the text holds JSON, a link such as `[apple](apple)`, or the label of something found,
    it gets a chip with the number and the colour of the mark. The rest of the text is shown as
    simple Markdown; nothing in it becomes live HTML.

    Args:
        image: a path, bytes, a PIL image, a numpy array or a `types.Part`; it is left as it is.
        answer: anything that `parse` takes: text, a response, a chat turn; or `Annotations`.
        max_width: of the picture in a cell, in pixels: see `draw`.
        frame: of an animation, from 0.
        field_of_view: of the camera, horizontally, in degrees, for boxes in space.
        font_size: of the labels, in pixels; by default about a 75th of the diagonal.

    Raises:
        PictureError: the image can't be read; it says so where image and answer changed places.

    Example:
        >>> from PIL import Image
        >>> said = 'Pack the [apple](apple): {"point": [412, 305], "label": "apple"}'
        >>> show(Image.new("RGB", (80, 60)), said)
        Pack the apple (1): (1: apple [412, 305])
        <BLANKLINE>
        80 x 60, 1 point: 1 apple
          1 apple  point  point [412, 305]
    """
    picture = _picture(image, answer, frame)
    size = picture.width, picture.height
    found = parse(answer, image_size=size)
    scene = compose(found, *size, field_of_view=field_of_view)
    numbered, colours = _numbered(found, scene)
    overlay = draw(
        picture,
        numbered,
        max_width=max_width,
        field_of_view=field_of_view,
        colours=colours,
        font_size=font_size,
    )
    return InterleavedAnswer(overlay, found, reading(found), chips.signs(found, overlay.scene))


def _picture(image: object, answer: object, frame: int | None) -> Picture:
    """The image; older versions took the answer first."""
    try:
        return load(image, frame=frame)
    except PictureError:
        with suppress(PictureError):
            load(answer, frame=frame)
            message = "show() takes the image first, as draw() does: gnb.show(image, answer)."
            raise InvalidOptionError(message) from None
        raise


def _numbered(found: Annotations, scene: Scene) -> tuple[Annotations, dict[str, str]]:
    """The items with their numbers before their labels, and the colours that they have without."""
    items: list[Item] = list(found)
    colours: dict[str, str] = {}
    for mark in scene.marks:
        parts = [found[at] for at in mark.items]
        if len(parts) > 1 and all(isinstance(part, Point) for part in parts):
            colours[""] = mark.colour
            continue  # a path: its points are numbered already, and these numbers make it one
        for at in mark.items:
            # Without the sign, points without labels would be taken for a path.
            label = f"{min(mark.items) + 1} {found[at].label}" if found[at].label else f"#{at + 1}"
            items[at] = replace(found[at], label=label)
            colours[label] = mark.colour
    return replace(found, items=tuple(items)), colours
