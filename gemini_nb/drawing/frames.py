"""Answers about the frames of a video or an animation, drawn on all of them."""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import Image, ImageDraw, ImageFont, ImageSequence

from gemini_nb.display import MUTED, SEPARATOR, UNTYPESET, clean, counted, html, words
from gemini_nb.drawing.colours import colours_of, text_on
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.lettering import font_file
from gemini_nb.drawing.picture import Picture, load, opened
from gemini_nb.drawing.raster import render
from gemini_nb.drawing.scene import Mark, Stroke
from gemini_nb.drawing.scene import Path as Line
from gemini_nb.errors import PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import PixelBox, pair
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.tracks import MAX_JUMP, name_and_state, tracks

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.tracks import Track

_STILL: Final = 0.4  # seconds that a frame is shown where an animation does not say how long
_QUALITY: Final = 40  # of WebP: marks and letters stay clean, and a frame takes some 3 kB
_THUMBNAIL: Final = 128  # pixels: how wide a picture on the contact sheet is, at most
_TALLEST_THUMBNAIL: Final = 512  # pixels
_LONGEST_SIDE: Final = 16_000  # pixels, with the strip: no WebP has more than 16,383
_MOST_THUMBNAILS: Final = 20  # more are no longer looked at, and make a notebook heavy
_MOST_PLAYED: Final = 40  # frames of the animation in a cell; some 5 kB each
_TRAIL: Final = 12  # frames; what is longer ago tells little, and hides the picture
_STRIP, _LETTERS, _GAP = 18, 11, 6  # pixels
_ROW: Final = "display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start"
_IMG: Final = "display:block;max-width:100%;height:auto"
_ANSWERS: Final = (
    "pass an answer for each frame, None where it was not analysed, or the answers by frame "
    "number: {0: first, 10: second}."
)
_ONE: Final = (str, bytes, Annotations)  # one answer, though it has a length


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FrameOverlay:
    """Answers on the frames that they are about; `draw_frames` makes it.

    As the last line of a cell it shows an animation that plays without scripts, and the analysed
    frames side by side.
    """

    frames: tuple[Image.Image, ...]
    """Of one size, in mode "RGB"."""
    seconds: tuple[float, ...]
    """How long each frame is shown."""
    found: Mapping[int, Annotations]
    """The answers by frame number."""
    tracks: tuple[Track, ...]
    """The things that the answers name, through all frames."""
    columns: int = 5
    """Of the contact sheet."""
    notice: str = ""
    """What a reader should know of how the frames stand."""

    def animation(self, form: str = "webp", *, every: int = 1) -> bytes:
        """The bytes of an animated WebP, or GIF: all frames, each as long as it was shown.

        In frames that were not analysed places are estimated: drawn hollow and dashed, and called
        so. Trails show where things were in the frames before.

        Args:
            form: "webp" or "gif".
            every: takes only one of so many frames, 1 or more, shown for as long as all of them.

        Raises:
            PictureError: `form` or `every` is another.
        """
        if form not in {"webp", "gif"} or every < 1:
            told = 'pass "webp" or "gif", and every=1 or more.'
            raise PictureError(f"animation({form!r}, every={every}) shows nothing; {told}")
        starts = range(0, len(self.frames), every)
        times = [round(1000 * sum(self.seconds[at : at + every])) for at in starts]
        first, *rest = map(self.frame, starts)
        looks = {"save_all": True, "append_images": rest, "loop": 0, "quality": _QUALITY}
        first.save(file := io.BytesIO(), form, duration=times, **looks)
        return file.getvalue()

    def frame(self, at: int) -> Image.Image:
        """One frame of the animation, from 0 on, with its number in a strip below."""
        told = f"frame {at} of 0-{len(self.frames) - 1}"
        return self._drawn(at, self.frames[at], told, named=True)

    def contact_sheet(self) -> Image.Image:
        """The analysed frames side by side, at most 20 of them."""
        cells: list[Image.Image] = []
        for at in self._thumbnails():
            small = self.frames[at].copy()
            small.thumbnail((_THUMBNAIL, _TALLEST_THUMBNAIL))
            cells.append(self._drawn(at, small, f"frame {at}", named=False))
        columns = min(self.columns, len(cells))
        across, down = cells[0].width + _GAP, cells[0].height + _GAP
        rows = -(-len(cells) // columns)
        sheet = Image.new("RGB", (_GAP + columns * across, _GAP + rows * down), "white")
        for at, cell in enumerate(cells):
            sheet.paste(cell, (_GAP + at % columns * across, _GAP + at // columns * down))
        return sheet

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: the animation as .webp or .gif, the contact sheet as .png or .jpg.

        Raises:
            PictureError: the name has another ending.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix in {".webp", ".gif"}:
            target.write_bytes(self.animation(suffix[1:]))
        elif suffix in {".png", ".jpg", ".jpeg"}:
            self.contact_sheet().save(target)
        else:
            told = "none of .webp, .gif (the animation), .png, .jpg (the contact sheet)"
            raise PictureError(f"{target.name!r} ends in {told}; choose one of them.")
        return target

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts, and right without its styles."""
        first, shown = repr(self).splitlines()[0], self._thumbnails()
        every = -(-len(self.frames) // _MOST_PLAYED)
        sheet = io.BytesIO()
        self.contact_sheet().save(sheet, "webp", quality=_QUALITY)
        pictures = {
            f"Animation of {first}": self.animation(every=every),
            f"Frames {', '.join(map(str, shown))} side by side": sheet.getvalue(),
        }
        images = "".join(
            f'<div><img alt="{html(alt)}" style="{_IMG}" '
            f'src="data:image/webp;base64,{base64.b64encode(data).decode("ascii")}"></div>'
            for alt, data in pictures.items()
        )
        notes = (
            first,
            "filled: seen, dashed: estimated" if self.tracks else "",
            f"played: 1 of every {every} frames" if every > 1 else "",
            f"side by side: {len(shown)} of {len(self.found)}" * (len(shown) < len(self.found)),
            self.notice,
        )
        told = html(SEPARATOR.join(filter(None, notes)))
        return (
            f'<div {UNTYPESET}><div class="gnb-frames" style="{_ROW}">{images}</div>'
            f'<p style="margin:.3em 0;{MUTED}">{told}</p></div>'
        )

    def __repr__(self) -> str:
        width, height = self.frames[0].size
        frames = f"{counted(len(self.frames), 'frame')} of {width} x {height}"
        names = [words(track.title) for track in self.tracks]
        kinds = Counter(issue.kind for found in self.found.values() for issue in found.issues)
        done = "".join(f", {count} {kind}" for kind, count in sorted(kinds.items()))
        lines = [
            f"{frames}, {len(self.found)} analysed: {', '.join(names) or 'nothing found'}{done}"
        ]
        for track, name in zip(self.tracks, names, strict=True):
            estimated = f", estimated in {len(track.estimated)}" if track.estimated else ""
            told = [
                f"frame {at} {pair(place)} {words(name_and_state(place.label)[1])}".rstrip()
                for at in dict.fromkeys((track.seen[0], track.seen[-1]))
                if (place := track.positions[at])
            ]
            seen = f"seen in {len(track.seen)}{estimated}: {', '.join(told)}"
            lines.append(f"{name.ljust(max(map(len, names)))}  {seen}")
        return clean("\n  ".join([*lines, *filter(None, [self.notice])]))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}

    def _thumbnails(self) -> list[int]:
        """The frames on the contact sheet."""
        frames = sorted(self.found) or list(range(len(self.frames)))
        return frames[:: -(-len(frames) // _MOST_THUMBNAILS)]

    def _drawn(self, at: int, image: Image.Image, told: str, *, named: bool) -> Image.Image:
        """A frame, in any size, with its marks, and a caption in a strip below."""
        told += "" if at in self.found else ", estimated"
        width, height = image.size
        taller = Image.new("RGB", (width, height + _STRIP), "#222222")
        taller.paste(render(self._scene(at, width, height, named=named), image), (0, 0))
        letters = ImageFont.truetype(str(font_file()), _LETTERS)
        middle = 4, height + _STRIP / 2
        ImageDraw.Draw(taller).text(middle, told, fill="white", font=letters, anchor="lm")
        return taller

    def _scene(self, at: int, width: int, height: int, *, named: bool) -> Scene:
        """What is drawn on a frame: marks as the answer says, dashed ones where none was asked."""
        is_estimated = at not in self.found
        by_title = colours_of(track.title for track in self.tracks)
        places = [place for track in self.tracks if (place := track.positions[at])]
        items: list[Item] = []
        colours: dict[str, str] = {}
        for item in places if is_estimated else self.found[at]:
            if track := self._track_of(item, at):
                # Without states: labels that change their size would jump about.
                label = track.title if track.label else str(track.number or "")
                # Numbers alone would make one path of them.
                label = f"#{label}" if is_estimated and label.isdecimal() else label
                colours[label] = by_title[track.title]
                item = replace(item, label=label)  # noqa: PLW2901 - the same one, named anew
            items.append(item)
        style = "names" if named else "none"
        scene = compose(items, width, height, labels=style, colours=colours)
        marks = scene.marks
        if is_estimated:
            marks = compose((), width, height, outliers=items, colours=colours).marks
        trails: list[Mark] = []
        for track in self.tracks:
            past = takewhile(bool, reversed(track.positions[max(at - _TRAIL, 0) : at + 1]))
            way = tuple(place.to_pixels(width, height) for place in past if place)
            if len(set(way)) > 1:
                colour, thick = by_title[track.title], max(width / 250, 1.5)
                line = Line(way, Stroke(colour, thick, text_on(colour), thick + 1))
                trails.append(Mark((line,), colour, track.title, PixelBox(*way[0], *way[0])))
        labels = tuple(label._replace(mark=label.mark + len(trails)) for label in scene.labels)
        return replace(scene, marks=(*trails, *marks), labels=labels)

    def _track_of(self, item: Item, at: int) -> Track | None:
        """The track of an item: of those of its name the one that is nearest in this frame."""
        name = name_and_state(item.label)[0].casefold()
        fitting = [
            (place.distance(item.bounds.centre), number)
            for number, track in enumerate(self.tracks)
            if (place := track.positions[at]) and item.bounds and track.label.casefold() == name
        ]
        return self.tracks[min(fitting)[1]] if fitting else None


def draw_frames(  # noqa: PLR0913 - what is drawn, on what, and how
    frames: object,
    annotations_per_frame: Mapping[int, Any] | Iterable[Any],
    *,
    max_width: int | None = 400,
    seconds_per_frame: float | None = None,
    columns: int = 5,
    max_jump: float = MAX_JUMP,
) -> FrameOverlay:
    """Answers about frames drawn on them: an animation and a contact sheet.

    Things are followed from frame to frame by their labels and places.

    Args:
        frames: a list of images, each a path, bytes, a PIL image, an array or a `types.Part`; or
            one animated GIF, WebP or PNG, of which all frames are taken.
        annotations_per_frame: an answer for each frame, None where it was not analysed; or
            answers by frame number, from 0 on. An answer is anything that `parse` takes.
        max_width: of a frame, in pixels; None leaves frames as large as they are.
        seconds_per_frame: without it, as long as an animation says, or 0.4.
        columns: of the contact sheet.
        max_jump: in thousandths; one of several things of a name that moved farther is another.

    Raises:
        PictureError: there are no frames, they differ in size, one can't be read, or the answers
            do not fit them.

    Example:
        >>> white = Image.new("RGB", (64, 48), "white")
        >>> pen = '[{"point": [500, 100], "label": "pen (on desk)"}]'
        >>> put = '[{"point": [500, 900], "label": "pen (in holder)"}]'
        >>> draw_frames([white, white, white], {0: pen, 2: put})
        3 frames of 64 x 48, 2 analysed: pen
          pen  seen in 2, estimated in 1: frame 0 [500, 100] on desk, frame 2 [500, 900] in holder
    """
    options = {"max_width": max_width, "seconds_per_frame": seconds_per_frame, "columns": columns}
    for name, value in options.items():
        if value is not None and value <= 0:
            raise PictureError(f"{name}={value} shows nothing; pass more than 0.")
    pictures, seconds = list[Image.Image](), list[float]()
    size, notice = (0, 0), ""
    for picture, shown in _shots(frames):
        here = picture.width, picture.height
        if pictures and here != size:
            told = [f"{width} x {height}" for width, height in (here, size)]
            raise PictureError(
                f"Frame {len(pictures)} is {told[0]} pixels and frame 0 is {told[1]}; frames of "
                "one film need one size."
            )
        size, notice = here, notice or picture.notice
        pictures.append(_scaled(picture.pixels(), max_width))
        seconds.append(seconds_per_frame or shown)
    if not pictures:
        raise PictureError("There are no frames; pass at least one image.")
    answers = _by_frame(annotations_per_frame, len(pictures))
    found = {at: parse(said, image_size=size) for at, said in answers.items()}
    followed = tracks(found, len(pictures), max_jump=max_jump)
    return FrameOverlay(tuple(pictures), tuple(seconds), found, followed, columns, notice)


def _shots(frames: Any) -> Iterator[tuple[Picture, float]]:  # noqa: ANN401 - see `draw_frames`
    """Each frame, and how many seconds it is shown."""
    is_video = getattr(frames, "ndim", 0) == 4  # noqa: PLR2004 - frames, rows, columns, colours
    is_file = isinstance(frames, str | bytes | bytearray | memoryview) or hasattr(frames, "read")
    if is_video or (isinstance(frames, Sequence | Iterator) and not is_file):
        yield from ((load(each), _STILL) for each in cast("Iterable[object]", frames))
        return
    picture = load(cast("object", frames))
    image = opened(picture.original) if picture.original else cast("Any", frames)
    if not getattr(image, "is_animated", False):
        yield picture, _STILL
        return
    stood_at = image.tell()
    try:
        for each in ImageSequence.Iterator(image):
            shown = load(each)
            # Only now, as WebP tells it once it is decoded.
            yield shown, float(each.info.get("duration") or 1000 * _STILL) / 1000
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"A frame can't be decoded ({error}); the file is damaged.") from error
    finally:
        image.seek(stood_at)


def _scaled(image: Image.Image, max_width: int | None) -> Image.Image:
    """`image` on white, where it is transparent, at most `max_width` wide."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    image.thumbnail((min(max_width or image.width, _LONGEST_SIDE), _LONGEST_SIDE))
    image.info.clear()
    return image


def _by_frame(answers: object, count: int) -> dict[int, object]:
    """The answers by frame number, in order, without those that are None."""
    if isinstance(answers, Mapping):
        numbered = dict(cast("Mapping[object, object]", answers))
    elif isinstance(answers, Sequence | Iterator) and not isinstance(answers, _ONE):
        numbered = dict[object, object](enumerate(cast("Iterable[object]", answers)))
        if len(numbered) != count:
            given = counted(len(numbered), "answer")
            raise PictureError(f"{given} for {counted(count, 'frame')}: {_ANSWERS}")
    elif answers is not None and count == 1:
        numbered = {0: answers}
    else:
        raise PictureError(f"{type(answers).__name__} is no answer for each frame; {_ANSWERS}")
    known = {str(at): at for at in range(count)}  # JSON has keys such as "10"
    if unknown := [at for at in numbered if str(at) not in known]:
        raise PictureError(f"There is no frame {unknown[0]} among {count}, from 0 on; {_ANSWERS}")
    by_frame = {known[str(at)]: said for at, said in numbered.items() if said is not None}
    return dict(sorted(by_frame.items(), key=lambda each: each[0]))
