"""An answer drawn on its image: shows itself in a cell, saves itself, joins other figures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast, runtime_checkable

from PIL import Image

from gemini_nb.display import clean, words
from gemini_nb.drawing.backends import mime_bundle, svg
from gemini_nb.drawing.backends.raster import render
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.pictures.picture import MaxWidth, Picture, load
from gemini_nb.errors import PictureError
from gemini_nb.spatial import tables
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.geometry import Item
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from gemini_nb.drawing.labels.labelling import LabelStyle
    from gemini_nb.drawing.marks.marks import Spread
    from gemini_nb.drawing.scene import Scene

_PIXEL_TYPES: Final = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


@runtime_checkable
class _Agreement(Protocol):
    """What several answers agree on: a `Consensus`."""

    @property
    def agreed(self) -> Annotations: ...
    @property
    def spread(self) -> tuple[Spread | None, ...]: ...
    @property
    def outliers(self) -> Annotations: ...


@dataclass(frozen=True, slots=True, repr=False)
class Overlay:
    """Annotations on a picture; `draw` makes it. As the last line of a cell it shows itself.

    Pointing at an item, or moving to it with the Tab key, isolates it and shows its whole label.

    Example:
        >>> from gemini_nb.spatial.geometry import Box
        >>> overlay = draw(Image.new("RGB", (80, 60)), [Box(100, 100, 900, 500, label="mug")])
        >>> overlay
        80 x 60, 1 box: mug
          mug  box  box_2d [100, 100, 900, 500]
        >>> overlay.to_pil().size
        (80, 60)
    """

    picture: Picture
    scene: Scene
    annotations: Annotations
    outliers: Annotations = field(default_factory=Annotations)
    """What too few of several answers see; drawn dashed."""
    max_width: MaxWidth = "auto"
    """How wide the picture is in a cell, in pixels: see `draw`."""
    title: str | None = None

    def to_svg(self) -> str:
        """A whole SVG document, the picture's own bytes within it."""
        encoded = self.picture.encoded()
        data = base64.b64encode(encoded.data).decode("ascii")
        return svg.document(self.scene, f"data:{encoded.mime_type};base64,{data}", legend=True)

    def to_pil(self) -> Image.Image:
        """The picture with the marks drawn on it, at its own size: mode "RGB" or "RGBA".

        Where labels are only numbers, a legend stands below.

        Warns:
            MissingGlyphWarning: no installed font has some characters of a label.
        """
        return render(self.scene, self.picture.pixels(), legend=True)

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts."""
        return mime_bundle.html(
            self.scene,
            self.picture.encoded(self.max_width),
            summary=tables.summary(self.annotations.items, self.annotations.issues),
            issues=self.annotations.issues,
            title=self.title,
        )

    def on(self, axes: Axes) -> tuple[Artist, ...]:
        """The artists that now show the picture and its marks on matplotlib's `axes`.

        Example:
            >>> from matplotlib.figure import Figure
            >>> axes = Figure().add_subplot()
            >>> artists = draw(Image.new("RGB", (80, 60)), []).on(axes)
            >>> [float(limit) for limit in axes.get_xlim()]
            [0.0, 80.0]
        """
        from gemini_nb.drawing.backends.axes import show  # noqa: PLC0415 - matplotlib loads for a second

        return show(axes, self.scene, self.picture.pixels(), title=words(self.title) or None)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: SVG, PNG, JPEG, WebP, PDF or HTML, by the name's ending.

        Raises:
            PictureError: the name has another ending.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix in _PIXEL_TYPES:
            _flat(self.to_pil(), suffix).save(target, _PIXEL_TYPES[suffix], quality=90)
        elif suffix == ".svg":
            target.write_text(self.to_svg(), encoding="utf-8")
        elif suffix == ".html":
            title = words(self.title or self.scene.description)
            content = mime_bundle.page(self.to_html(), title)
            target.write_text(content, encoding="utf-8")
        elif suffix == ".pdf":
            from gemini_nb.drawing.backends.axes import save_pdf  # noqa: PLC0415 - as above

            save_pdf(target, self.scene, self.picture.pixels())
        else:
            known = ", ".join((*_PIXEL_TYPES, ".svg", ".pdf", ".html"))
            raise PictureError(f"{target.name!r} ends in none of {known}; choose one of them.")
        return target

    def __repr__(self) -> str:
        first = f"{self.title}: " if self.title else ""
        lines = tables.plain(self.annotations.items, self.annotations.issues).splitlines()[1:]
        if self.outliers:
            apart = tables.plain(self.outliers.items, ()).splitlines()[1:]
            lines += ["outliers:", *apart]
        return clean("\n".join([f"{first}{self.scene.description}", *lines]))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}


def draw(  # noqa: PLR0913 - what is drawn, on what, and how
    image: object,
    annotations: object,
    *,
    max_width: MaxWidth = "auto",
    frame: int | None = None,
    field_of_view: float = FIELD_OF_VIEW,
    labels: LabelStyle = "names",
    colours: Mapping[str, str] | None = None,
    font_size: float | None = None,
    title: str | None = None,
) -> Overlay:
    """`annotations` drawn on `image`: an overlay, which shows itself as the last line of a cell.

    Args:
        image: a path, bytes, a PIL image, a numpy array or a `types.Part`; it is left as it is.
        annotations: what `parse` returns or takes: an answer's text, a response, parsed JSON;
            a list of items such as `Box`; or a `Consensus`, whose spread becomes ellipses and
            whose outliers are dashed.
        max_width: of the picture in a cell, in pixels. "auto" scales to 1280 what has over 1 MB,
            None nothing; saved files and `to_pil()` always keep the original's size.
        frame: of an animation, from 0.
        field_of_view: of the camera, horizontally, in degrees, for boxes in space.
        labels: "names", "numbers" with a legend, or "none".
        colours: "#rrggbb" by label; others get their own, the same in every picture.
        font_size: of the labels, in pixels; by default about a 75th of the diagonal.
        title: a line above the picture.

    Raises:
        PictureError: the image can't be read.

    Example:
        >>> draw(Image.new("RGB", (800, 533)), '[{"point": [500, 250], "label": "mug"}]')
        800 x 533, 1 point: mug
          mug  point  point [500, 250]
    """
    picture = load(image, frame=frame)
    size = picture.width, picture.height
    spreads, outliers = (), Annotations()
    if isinstance(annotations, _Agreement):
        found, spreads, outliers = annotations.agreed, annotations.spread, annotations.outliers
    else:
        found = _read(annotations, size)
    scene = compose(
        found,
        *size,
        spreads=spreads,
        outliers=outliers,
        field_of_view=field_of_view,
        labels=labels,
        colours=colours,
        font_size=font_size,
        reduction=picture.width / picture.shown_width(max_width),
    )
    return Overlay(picture, scene, found, outliers, max_width, title)


def _read(annotations: object, size: tuple[int, int]) -> Annotations:
    if isinstance(annotations, Annotations):
        return annotations
    if isinstance(annotations, Item):
        return Annotations((annotations,))
    if isinstance(annotations, list | tuple):
        held = cast("Sequence[object]", annotations)
        items = tuple(item for item in held if isinstance(item, Item))
        if len(items) == len(held):
            return Annotations(items)
    return parse(cast("object", annotations), image_size=size)


def _flat(image: Image.Image, suffix: str) -> Image.Image:
    """`image` as its file type can hold it: JPEG has no transparency, and gets white."""
    if image.mode == "RGB" or _PIXEL_TYPES[suffix] != "JPEG":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
