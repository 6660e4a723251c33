"""An answer drawn on its image: shows itself in a cell, saves itself, joins other figures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from PIL import Image

from gemini_nb.display import counted, html, words
from gemini_nb.drawing import mime_bundle, svg
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.labels import LabelStyle
from gemini_nb.drawing.picture import MaxWidth, Picture, load_before
from gemini_nb.drawing.raster import render
from gemini_nb.errors import InvalidOptionError, PictureError
from gemini_nb.spatial.annotations import Annotations, plain, summary
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.consensus import Consensus
    from gemini_nb.widgets.annotator import Annotator

_TRANSPARENT: Final = frozenset({".png", ".webp"})
_PIXELS_AN_INCH: Final = 100  # on a PDF's page, which holds the whole picture
_LONGEST: Final = 400  # characters of what the model said instead of marking anything
_NO_WORDS: Final = "`[]{} \n"  # what an empty list is written with


@dataclass(frozen=True, slots=True, repr=False)
class Overlay:
    """Annotations on a picture; `draw` makes it. As the last line of a cell it shows itself.

    Pointing at an item, or moving to it with the Tab key, isolates it and shows its whole label.

    Example:
        >>> from gemini_nb.spatial.geometry import Box
        >>> overlay = draw(Image.new("RGB", (80, 60)), [Box(100, 100, 900, 500, label="mug")])
        >>> overlay
        80 x 60, 1 box: mug
          mug  box_2d [100, 100, 900, 500]
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

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Those of the answer, and what is to be said of how it fits the picture."""
        issues = list(self.annotations.issues)
        if self.picture.notice:
            issues.append(Issue("suspected", self.picture.notice))
        images = dict.fromkeys(item.image for item in self.annotations if item.image is not None)
        if len(images) > 1:
            chosen = f"found.filter(lambda item: item.image == {next(iter(images))!r})"
            said = f"marks of {len(images)} pictures on one; choose: {chosen}"
            issues.append(Issue("suspected", said, ", ".join(map(repr, images))))
        return tuple(issues)

    @property
    def words(self) -> str:
        """What the model said, on one line, where it gave nothing to mark."""
        text = self.annotations.text.strip().removeprefix("```json").strip(_NO_WORDS)
        return "" if self.annotations else words(text, _LONGEST)

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
        issues = self.issues
        told = summary(self.annotations.items, issues)
        if self.outliers:
            told += f", {counted(len(self.outliers), 'outlier')}"
        return mime_bundle.html(
            self.scene,
            self.picture.encoded(self.max_width),
            summary=told,
            issues=issues,
            title=words(self.title),
            words=self.words,
        )

    def edit(self) -> Annotator:
        """A widget to correct the annotations in: see `annotate`.

        Of a `Consensus` what was agreed is corrected; spread and outliers are left behind.
        """
        return import_module("gemini_nb.widgets.annotator").Annotator(self)

    def on(self, axes: Axes) -> tuple[Artist, ...]:
        """The artists that now show what `to_pil` returns on matplotlib's `axes`.

        The data coordinates are pixels of the picture, from its top left corner, so that what
        else is plotted in pixels lies where it belongs.

        Example:
            >>> from matplotlib.figure import Figure
            >>> axes = Figure().add_subplot()
            >>> artists = draw(Image.new("RGB", (80, 60)), []).on(axes)
            >>> [float(limit) for limit in (*axes.get_xlim(), *axes.get_ylim())]
            [0.0, 80.0, 60.0, 0.0]
        """
        image, untyped = self.to_pil(), cast("Any", axes)
        shown: Artist = untyped.imshow(image, extent=(0, image.width, image.height, 0))
        if self.title:
            untyped.set_title(words(self.title), parse_math=False)
        return (shown,)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: as SVG, HTML, PDF or any of Pillow's formats, by the name's ending.

        Raises:
            PictureError: the name has another ending.
        """
        target = Path(path)
        suffix, title = target.suffix.lower(), words(self.title or self.scene.description)
        if suffix == ".svg":
            target.write_text(self.to_svg(), encoding="utf-8")
        elif suffix == ".html":
            head = f'<!DOCTYPE html><meta charset="utf-8"><title>{html(title)}</title>'
            page = f'{head}<body style="font-family:sans-serif">{self.to_html()}</body>\n'
            target.write_text(page, encoding="utf-8")
        else:
            image = self.to_pil()
            if image.mode == "RGBA" and suffix not in _TRANSPARENT:
                white = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(white, image).convert("RGB")
            # A PDF without the time, so that the same overlay is the same file.
            said = {"title": title, "creationDate": None, "modDate": None}
            try:
                image.save(target, quality=90, resolution=_PIXELS_AN_INCH, **said)
            except (KeyError, ValueError) as error:
                raise PictureError(
                    f"{target.name!r} does not end as an image's name; choose .png, .jpg, .webp, "
                    ".pdf, .svg or .html."
                ) from error
        return target

    def __repr__(self) -> str:
        heading = (f"{words(self.title)}: " if self.title else "") + self.scene.description
        lines = [plain(self.annotations.items, self.issues, heading=heading)]
        if self.words:
            lines.append(f"  {self.words}")
        if self.outliers:
            lines.append(plain(self.outliers.items, heading="outliers:"))
        return "\n".join(lines)

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
        image: a path, bytes, an open binary file, a PIL image, a numpy array or a `types.Part`; it
            is left as it is. A file is turned as its EXIF orientation says, as Gemini does; a PIL
            image is drawn as its pixels are, as the SDK sends it.
        annotations: what `parse` returns or takes: an answer's text, a response, parsed JSON,
            items such as `Box`; or a `Consensus`, whose spread becomes ellipses and whose outliers
            are dashed.
        max_width: of the picture in a cell, in pixels. "auto" scales to 1280 what has over 1 MB,
            None nothing; saved files and `to_pil()` always keep the original's size.
        frame: of an animation, from 0.
        field_of_view: of the camera, horizontally, in degrees, for boxes in space.
        labels: "names", "numbers" with a legend, or "none".
        colours: by label, such as "#0072b2" or "red"; others get their own, the same everywhere.
        font_size: of the labels, in pixels; by default about a 75th of the diagonal.
        title: a line above the picture.

    Raises:
        PictureError: the image can't be read.
        InvalidOptionError: image and answer have changed places, `labels` is another word, or a
            colour is none.

    Example:
        >>> draw(Image.new("RGB", (800, 533)), '[{"point": [500, 250], "label": "mug"}]')
        800 x 533, 1 point: mug
          mug  point [500, 250]
    """
    if labels not in get_args(LabelStyle):
        known = ", ".join(map(repr, get_args(LabelStyle)))
        raise InvalidOptionError(f"labels={labels!r} is none of {known}; choose one of them.")
    picture = load_before(image, annotations, frame=frame)
    size = picture.width, picture.height
    spreads, outliers = (), Annotations()
    if hasattr(annotations, "agreed"):  # what its class would say would load SciPy
        agreement = cast("Consensus", annotations)
        found, spreads, outliers = agreement.agreed, agreement.spread, agreement.outliers
    else:
        found = parse(annotations, image_size=size)
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
