"""Answers about the frames of a video or an animation, drawn on all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gemini_nb.drawing.backends import svg
from gemini_nb.drawing.backends.raster import render
from gemini_nb.drawing.colours import colours_of
from gemini_nb.drawing.motion.animation import Film, best_format, encoded, film
from gemini_nb.drawing.motion.contact_sheet import THUMBNAIL, grid, stacked
from gemini_nb.drawing.motion.embedded_pictures import data_uri, img, picture_file
from gemini_nb.drawing.motion.frame_scenes import Sequel, frame_scene, with_strip
from gemini_nb.drawing.motion.timeline import lanes, spans, timeline
from gemini_nb.drawing.wording import clean
from gemini_nb.errors import PictureError
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.tracks import MAX_JUMP, tracks

if TYPE_CHECKING:
    import os

    from gemini_nb.drawing.motion.animation import AnimationFormat
    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.tracks import Track

DISPLAY_WIDTH: Final = 400
"""Pixels: how wide an animation is, unless it is said."""

_COLUMNS: Final = 5
_MOST_THUMBNAILS: Final = 20  # more are no longer looked at, and make a notebook heavy
_MOST_PLAYED: Final = 40  # frames of the animation in a cell; some 5 kB each
_NARROWEST: Final = 480  # pixels, of a timeline
_ROW: Final = "display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FrameOverlay:
    """Answers on the frames that they are about; `draw_frames` makes it.

    As the last line of a cell it shows an animation that plays without scripts, the analysed
    frames side by side, and a timeline with a lane for each thing.
    """

    film: Film
    sequel: Sequel
    """What was found in the frames, and the things that were followed through them."""
    columns: int
    """Of the contact sheet."""

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The things that the answers name, through all frames."""
        return self.sequel.followed

    def animation(self, form: AnimationFormat | None = None, *, every: int = 1) -> bytes:
        """The bytes of an animated WebP, or GIF: all frames, each as long as it was shown.

        Where a frame was not analysed, positions are estimated: drawn hollow and dashed, and
        called so. Trails show where things were in the frames before.

        Args:
            form: "webp" or "gif"; by default WebP where this Pillow can write it.
            every: takes only one of so many frames, shown for as long as those left out.

        Raises:
            PictureError: `every` is below 1.
        """
        if every < 1:
            raise PictureError(f"every={every} shows nothing; pass 1 for all frames, or more.")
        chosen = range(0, self.sequel.length, every)
        seconds = [sum(self.film.seconds[at : at + every]) for at in chosen]
        return encoded([self.frame(at) for at in chosen], seconds, form or best_format())

    def frame(self, at: int) -> Image.Image:
        """One frame of the animation, from 0 on, with its number in a strip below.

        Raises:
            PictureError: there is no such frame.
        """
        image = self._image(at)
        width, height = image.size
        scene = with_strip(
            frame_scene(self.sequel, at, width, height),
            at,
            self.sequel.length,
            estimated=at not in self.sequel.found,
        )
        taller = Image.new("RGB", (scene.width, scene.height))
        taller.paste(image, (0, 0))
        return render(scene, taller)

    def contact_sheet(self) -> Image.Image:
        """The analysed frames side by side, and the timeline below."""
        lines = self._timeline()
        return stacked(self._grid(), render(lines, Image.new("RGB", (lines.width, lines.height))))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Where it was saved: the animation as .webp or .gif, the contact sheet as .png or .jpg.

        Raises:
            PictureError: the name has another ending.
        """
        target = Path(path)
        suffix = target.suffix.lower()
        if suffix == ".webp":
            target.write_bytes(self.animation("webp"))
        elif suffix == ".gif":
            target.write_bytes(self.animation("gif"))
        elif suffix in {".png", ".jpg", ".jpeg"}:
            self.contact_sheet().save(target)
        else:
            raise PictureError(
                f"{target.name!r} ends in none of .webp, .gif (the animation), .png, .jpg (the "
                "contact sheet); choose one of them."
            )
        return target

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts, and right without its styles."""
        lines = self._timeline()
        form = best_format()
        first = repr(self).splitlines()[0]
        every = -(-self.sequel.length // _MOST_PLAYED)
        moving = data_uri(self.animation(form, every=every), f"image/{form}")
        calm_uri = data_uri(picture_file(self.frame(0), form), f"image/{form}")
        sheet = data_uri(picture_file(self._grid(), form), f"image/{form}")
        drawn = data_uri(svg.document(lines).encode(), "image/svg+xml")
        # Who asks for less motion gets the first frame; where <picture> is lost, <img> remains.
        calm = f'<source media="(prefers-reduced-motion:reduce)" srcset="{calm_uri}">'
        animation = img(moving, f"Animation of {first}", self.film.size[0])
        frames = f"{img(sheet, self._sheet_words())}{img(drawn, lines.description)}"
        notes = ["filled: seen, dashed: estimated"] if self.tracks else []
        notes += [f"played: 1 of every {every} frames"] if every > 1 else []
        legend = "".join(f" &middot; {note}" for note in notes)
        return (
            f'<div class="gnb-frames tex2jax_ignore mathjax_ignore"><div style="{_ROW}">'
            f"<div><picture>{calm}{animation}</picture></div><div>{frames}</div></div>"
            f'<p style="margin:.3em 0;opacity:.8">{escape(first)}{legend}</p></div>'
        )

    def __repr__(self) -> str:
        width, height = self.film.size
        count = len(self.film.images)
        frames = f"{count} frame{'s' * (count != 1)} of {width} x {height}"
        names = ", ".join(clean(track.title) for track in self.sequel.followed) or "nothing found"
        issues = Counter(
            issue.kind for found in self.sequel.found.values() for issue in found.issues
        )
        done = "".join(f", {n} {kind}" for kind, n in sorted(issues.items()))
        first = f"{frames}, {len(self.sequel.found)} analysed: {names}{done}"
        return "\n".join([first, *lanes(self.sequel.followed).splitlines()])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}

    def _image(self, at: int) -> Image.Image:
        if not 0 <= at < len(self.film.images):
            raise PictureError(f"There is no frame {at}: there are {len(self.film.images)}.")
        return self.film.images[at]

    def _shown(self) -> list[int]:
        """The frames on the contact sheet: the analysed ones, at most 20 of them."""
        frames = sorted(self.sequel.found) or list(range(self.sequel.length))
        if len(frames) <= _MOST_THUMBNAILS:
            return frames
        share = (len(frames) - 1) / (_MOST_THUMBNAILS - 1)
        return [frames[round(at * share)] for at in range(_MOST_THUMBNAILS)]

    def _sheet_words(self) -> str:
        shown = self._shown()
        left_out = max(len(self.sequel.found) - len(shown), 0)
        return f"Frames {spans(shown)} side by side" + (
            f", {left_out} left out" if left_out else ""
        )

    def _grid(self) -> Image.Image:
        chosen = self._shown()
        width = min(THUMBNAIL, self.film.size[0])
        height = max(round(self.film.size[1] * width / self.film.size[0]), 1)
        small = [
            render(
                frame_scene(self.sequel, at, width, height, named=False),
                self.film.images[at].resize((width, height), Image.Resampling.LANCZOS),
            )
            for at in chosen
        ]
        return grid(small, [f"frame {at}" for at in chosen], min(self.columns, len(chosen)))

    def _timeline(self) -> Scene:
        width = max(_NARROWEST, min(self.columns, len(self.sequel.found)) * (THUMBNAIL + 6) + 6)
        return timeline(self.sequel.followed, self.sequel.colours, self.sequel.length, width)


def draw_frames(  # noqa: PLR0913 - what is drawn, on what, and how
    frames: object,
    annotations_per_frame: Mapping[int, Any] | Sequence[Any],
    *,
    max_width: int | None = DISPLAY_WIDTH,
    seconds_per_frame: float | None = None,
    columns: int = _COLUMNS,
    max_jump: float = MAX_JUMP,
) -> FrameOverlay:
    """Answers about frames drawn on them: an animation, a contact sheet and a timeline.

    Things are followed from frame to frame by their labels and places: see `tracks`.

    Args:
        frames: a list of images, each a path, bytes, a PIL image, an array or a `types.Part`; or
            one animated GIF, WebP or PNG, of which all frames are taken.
        annotations_per_frame: an answer for each frame, None where it was not analysed; or the
            answers by frame number, from 0 on, where only some were. An answer is anything that
            `parse` takes.
        max_width: of a frame, in pixels; None leaves frames as large as they are.
        seconds_per_frame: without it, as long as an animation says, or 0.4.
        columns: of the contact sheet.
        max_jump: in thousandths; see `tracks`.

    Raises:
        PictureError: there are no frames, they differ in size, one can't be read, or the answers
            do not fit them.

    Example:
        >>> white = Image.new("RGB", (64, 48), "white")
        >>> pen = '[{"point": [500, 100], "label": "pen (on desk)"}]'
        >>> put = '[{"point": [500, 900], "label": "pen (in holder)"}]'
        >>> draw_frames([white, white, white], {0: pen, 2: put})
        3 frames of 64 x 48, 2 analysed: pen
        pen  frames 0-2: seen 0 2, estimated 1
             0 [500, 100] on desk, 2 [500, 900] in holder
    """
    if columns < 1:
        raise PictureError(f"columns={columns} shows nothing; pass 1 or more.")
    shown = film(frames, max_width=max_width, seconds_per_frame=seconds_per_frame)
    count = len(shown.images)
    found = _read(annotations_per_frame, count, shown.original_size)
    followed = tracks(found, count, max_jump=max_jump)
    colours = colours_of(track.title for track in followed)
    return FrameOverlay(shown, Sequel(found, followed, count, colours), columns)


def _read(
    answers: Mapping[int, Any] | Sequence[Any], count: int, size: tuple[int, int]
) -> dict[int, Annotations]:
    """The answers by frame number, parsed."""
    if not isinstance(answers, Mapping) and len(answers) != count:
        raise PictureError(
            f"There are {len(answers)} answers for {count} frames; pass one for each, None where "
            "a frame was not analysed, or the answers by frame number: {0: first, 10: second}."
        )
    numbered = answers.items() if isinstance(answers, Mapping) else enumerate(answers)
    return {
        frame: parse(answer, image_size=size)
        for frame, answer in sorted(numbered)
        if answer is not None
    }
