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

from PIL import Image, ImageDraw, ImageFont

from gemini_nb.display import MUTED, SEPARATOR, UNTYPESET, Card, Fact, counted, html, words
from gemini_nb.drawing.colours import colours_of, text_on
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.lettering import font_file, lettering
from gemini_nb.drawing.raster import render
from gemini_nb.drawing.sampling import clip_of
from gemini_nb.drawing.scene import Mark, Stroke
from gemini_nb.drawing.scene import Path as Line
from gemini_nb.drawing.timeline import in_time, lanes_html, seen
from gemini_nb.errors import PictureError
from gemini_nb.spatial.annotations import Annotations, told
from gemini_nb.spatial.geometry import PixelBox
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.tracks import MAX_JUMP, name_and_state, tracks
from gemini_nb.video import encode

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from gemini_nb.drawing.sampling import Clip
    from gemini_nb.drawing.scene import Scene
    from gemini_nb.drawing.timeline import Lane
    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.issues import Issue
    from gemini_nb.spatial.tracks import Track

_QUALITY: Final = 40  # of WebP: marks and letters stay clean, and a frame takes some 3 kB
_THUMBNAIL: Final = 128  # pixels: how wide a picture on the contact sheet is, at most
_TALLEST_THUMBNAIL: Final = 512  # pixels
_MOST_THUMBNAILS: Final = 20  # more are no longer looked at, and make a notebook heavy
_MOST_PLAYED: Final = 40  # frames of the animation in a cell; some 5 kB each
_HEAVY: Final = 300_000  # bytes of a video: what would have more is made coarser, if it can
_COARSENESS: Final = 32, 38, 51  # of x264, until a cell's video is small enough
_TRAIL: Final = 12  # frames; what is longer ago tells little, and hides the picture
_LONGEST: Final = 60  # characters of what happens, in a terminal
_COLUMNS: Final = 5  # of the contact sheet
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

    As the last line of a cell it shows an animation that plays without scripts, or a video that
    plays and seeks, with lanes of time under it; and the analysed frames side by side.
    """

    clip: Clip
    """The frames, and how long each is shown."""
    found: Mapping[int, Annotations]
    """The answers by frame number."""
    tracks: tuple[Track, ...]
    """The things that the answers name, through all frames."""
    lanes: Sequence[Lane]
    """When each of them was seen; then, of a video, what else the answers say of its time."""
    issues: Sequence[Issue] = ()
    """Of a video: what could not be read, or shown."""

    def animation(self, *, every: int = 1) -> bytes:
        """The bytes of an animated WebP: one of every so many frames, shown for as long as these.

        In frames that were not analysed places are estimated: drawn hollow and dashed, and called
        so. Trails show where things were in the frames before.
        """
        starts = range(0, len(self.clip.pictures), every)
        times = [round(1000 * sum(self.clip.seconds[at : at + every])) for at in starts]
        first, *rest = map(self.frame, starts)
        looks = {"save_all": True, "append_images": rest, "loop": 0, "quality": _QUALITY}
        first.save(file := io.BytesIO(), "webp", duration=times, **looks)
        return file.getvalue()

    def video(self) -> bytes:
        """The bytes of an MP4 with all frames of a video, that plays in browsers, and seeks."""
        drawn, data = [*map(self.frame, range(len(self.clip.pictures)))], b""
        for crf in _COARSENESS:
            data = encode(drawn, 1 / self.clip.seconds[0], crf=crf)
            if len(data) <= _HEAVY:
                break
        return data

    def frame(self, at: int) -> Image.Image:
        """One frame of the animation, from 0 on, with its number or time, and what happens."""
        count = len(self.clip.pictures)
        told = self.clip.name(at) + ("" if self.clip.is_video else f" of 0-{count - 1}")
        if at not in self.found and any(track.positions[at] for track in self.tracks):
            told += ", estimated"
        for name, events, _ in self.lanes:
            if any(kind == "bar" and start <= at / count < end for kind, start, end in events):
                told += SEPARATOR + words(name)
        return self._drawn(at, self.clip.pictures[at], told, named=True)

    def contact_sheet(self) -> Image.Image:
        """The analysed frames side by side, at most 20 of them."""
        cells: list[Image.Image] = []
        for at in self._thumbnails():
            small = self.clip.pictures[at].copy()
            small.thumbnail((_THUMBNAIL, _TALLEST_THUMBNAIL))
            cells.append(self._drawn(at, small, self.clip.name(at), named=False))
        return side_by_side(cells, _COLUMNS)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: a video as .mp4, the animation as .webp, else the contact sheet.

        Raises:
            PictureError: the name has no such ending.
        """
        target = Path(path)
        plays = {".webp": self.animation} | ({".mp4": self.video} if self.clip.is_video else {})
        if play := plays.get(suffix := target.suffix.lower()):
            target.write_bytes(play())
        elif suffix in {".png", ".jpg", ".jpeg"}:
            self.contact_sheet().save(target)
        else:
            known = ", ".join([*plays, ".png", ".jpg"])
            raise PictureError(f"{target.name!r} ends in none of {known}; choose one of them.")
        return target

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts, and right without its styles."""
        clip, first, shown = self.clip, repr(self).splitlines()[0], self._thumbnails()
        every = 1 if clip.is_video else -(-len(clip.pictures) // _MOST_PLAYED)
        self.contact_sheet().save(sheet := io.BytesIO(), "webp", quality=_QUALITY)
        names = ", ".join(clip.name(at).removeprefix("frame ") for at in shown)
        still = _image(f"Frames {names} side by side", sheet.getvalue())
        if clip.is_video:
            lanes = lanes_html(self.lanes, clip, self._colours) if self.lanes else ""
            source = _address("video/mp4", self.video())
            video = f'<video controls muted style="{_IMG}" src="{source}"></video>'
            shown_as = f"<div>{video}</div>{lanes}<div>{still}</div>"
        else:
            moving = _image(f"Animation of {first}", self.animation(every=every))
            shown_as = f'<div style="{_ROW}"><div>{moving}</div><div>{still}</div></div>'
        notes = (
            first,
            "filled: seen, dashed: estimated" if self.tracks else "",
            f"played: 1 of every {every} frames" if every > 1 else "",
            f"side by side: {len(shown)} of {len(self.found)}" * (len(shown) < len(self.found)),
            clip.notice,
        )
        lines = SEPARATOR.join(filter(None, notes)), *map(told, self.issues)
        below = "".join(f'<p style="margin:.3em 0;{MUTED}">{html(line)}</p>' for line in lines)
        return f'<div {UNTYPESET}><div class="gnb-frames">{shown_as}</div>{below}</div>'

    def __repr__(self) -> str:
        clip, (width, height) = self.clip, self.clip.pictures[0].size
        title = f"{counted(len(clip.pictures), 'frame')} of {width} x {height}"
        if clip.is_video:
            title += f" from {clip.name(0)} to {clip.name(len(clip.pictures))}"
        if self.found or not clip.is_video:
            title += f", {len(self.found)} analysed"
        facts = tuple(Fact(words(lane.name, _LONGEST), lane.told) for lane in self.lanes)
        names = [fact.name for fact in facts[: len(self.tracks) or None]]
        title += f": {', '.join(names) or 'nothing found'}"
        read = (issue for found in self.found.values() for issue in found.issues)
        kinds = Counter(issue.kind for issue in (*self.issues, *read))
        title += "".join(f", {count} {kind}" for kind, count in sorted(kinds.items()))
        remarks = *map(told, self.issues), *filter(None, [clip.notice])
        return Card(title, facts=facts, remarks=remarks).plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}

    @property
    def _colours(self) -> dict[str, str]:
        """Of all lanes, by their names."""
        titles = [track.title for track in self.tracks]
        return colours_of(lane.name for lane in self.lanes) | colours_of(titles)

    def _thumbnails(self) -> list[int]:
        """The frames on the contact sheet."""
        frames = sorted(self.found) or list(range(len(self.clip.pictures)))
        return frames[:: -(-len(frames) // _MOST_THUMBNAILS)]

    def _drawn(self, at: int, image: Image.Image, told: str, *, named: bool) -> Image.Image:
        """A frame, in any size, with its marks, and a caption in a strip below."""
        picture = render(self._scene(at, *image.size, named=named), image)
        # Below, the controls of a player would lie over it.
        return captioned(picture, told, above=named and self.clip.is_video)

    def _scene(self, at: int, width: int, height: int, *, named: bool) -> Scene:
        """What is drawn on a frame: marks as the answer says, dashed ones where none was asked."""
        is_estimated = at not in self.found
        by_title = self._colours
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


def draw_frames(
    frames: object,
    annotations_per_frame: Mapping[int, Any] | Iterable[Any],
    *,
    max_width: int | None = 400,
    seconds_per_frame: float | None = None,
    max_jump: float = MAX_JUMP,
) -> FrameOverlay:
    """Answers about frames drawn on them: an animation, or a video, and a contact sheet.

    Things are followed from frame to frame by their labels and places. Under a video stands what
    the answer tells of its time: segments, moments, progress, when each thing was seen.

    Args:
        frames: a list of images, each a path, bytes, a PIL image, an array or a `types.Part`; or
            one animated GIF, WebP or PNG, of which all frames are taken; or a video, as
            `sample_frames` takes it, or what that returns.
        annotations_per_frame: an answer for each frame, None where it was not analysed; or
            answers by frame number, from 0 on. Of a video: also the one answer about it, with
            timestamps or frame numbers, which count one frame a second if a file is given; or
            answers by the time that each is about. An answer is anything that `parse` takes.
        max_width: of a frame, in pixels; None leaves frames as large as they are.
        seconds_per_frame: without it, as long as an animation says, or 0.4.
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
    for name, value in {"max_width": max_width, "seconds_per_frame": seconds_per_frame}.items():
        if value is not None and value <= 0:
            raise PictureError(f"{name}={value} shows nothing; pass more than 0.")
    clip = clip_of(frames, max_width, seconds_per_frame)
    happening, issues = (), ()
    if clip.is_video:
        answers = _by_time(annotations_per_frame, clip)
        timed = [(when, parse(said, image_size=clip.size)) for when, said in answers]
        found, happening, issues = in_time(timed, clip)
    else:
        by_frame = _by_frame(annotations_per_frame, len(clip.pictures))
        found = {at: parse(said, image_size=clip.size) for at, said in by_frame.items()}
    followed = tracks(found, len(clip.pictures), max_jump=max_jump)
    lanes = *(seen(track, clip) for track in followed), *happening
    return FrameOverlay(clip, found, followed, lanes, issues)


def _image(alt: str, data: bytes) -> str:
    return f'<img alt="{html(alt)}" style="{_IMG}" src="{_address("image/webp", data)}">'


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def captioned(image: Image.Image, told: str, *, above: bool = False) -> Image.Image:
    """A copy of `image` with a strip that says one line, below it, or above."""
    taller = Image.new("RGB", (image.width, image.height + _STRIP), "#222222")
    taller.paste(image, (0, _STRIP if above else 0))
    letters = ImageFont.truetype(str(font_file()), _LETTERS)
    middle = 4, _STRIP / 2 + (0 if above else image.height)
    [line], _ = lettering(told, line_width=(image.width - 4) / _LETTERS, most_lines=1)
    ImageDraw.Draw(taller).text(middle, line, fill="white", font=letters, anchor="lm")
    return taller


def side_by_side(cells: Sequence[Image.Image], columns: int) -> Image.Image:
    """Pictures of one size in rows of so many, on white."""
    columns = min(columns, len(cells))
    across, down = cells[0].width + _GAP, cells[0].height + _GAP
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (_GAP + columns * across, _GAP + rows * down), "white")
    for at, cell in enumerate(cells):
        sheet.paste(cell, (_GAP + at % columns * across, _GAP + at // columns * down))
    return sheet


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


def _by_time(answers: object, clip: Clip) -> list[tuple[float | None, object]]:
    """Each answer with the second that it is about, or None for one about the whole video."""
    if isinstance(answers, Mapping):
        given = cast("Mapping[object, object]", answers)
        times = {key: clip.time(str(key)) for key in given}
        if None in times.values():
            return [(None, answers)]  # one, as JSON
        return [(times[key], said) for key, said in given.items() if said is not None]
    if clip.is_file or not isinstance(answers, Sequence | Iterator) or isinstance(answers, _ONE):
        return [(None, answers)]
    by_frame = _by_frame(cast("object", answers), len(clip.pictures))
    return [(clip.time(str(at)), said) for at, said in by_frame.items()]
