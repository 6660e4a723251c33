"""A film of what a robot did: an animation that plays without scripts, beside a table of calls."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.display import UNTYPESET, Table, counted, html, words
from gemini_nb.drawing.frames import captioned, side_by_side
from gemini_nb.errors import RobotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from gemini_nb.robot.robot import Step

_MOST, _SHEET = 45_000, 8  # bytes of the animation, and pictures on the contact sheet
_SMALL, _LETTER = (160, 120), 7  # pixels: of a picture on it, and how wide a letter is
_TICK, _STOP = 100, 1500  # milliseconds: of a frame that was recorded, and of the last one
_ROW: Final = "display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Film:
    """What a robot did: `robot.film()`, or `film` of a `gnb.run`. Shows itself in a cell."""

    frames: tuple[tuple[int, Image.Image], ...] = ()
    """How many steps were finished when it was taken, and the picture; all of one size."""
    steps: tuple[Step, ...] = ()

    def animation(self, most: int = _MOST) -> bytes:
        """An animated WebP of at most so many bytes: as many frames as fit, evenly chosen."""
        every = 1
        while kept := [self._captioned(*each) for each in self.frames[::-1][::every][::-1]]:
            times = [_TICK * every] * (len(kept) - 1) + [_STOP]
            looks = {"save_all": True, "append_images": kept[1:], "duration": times, "loop": 0}
            kept[0].save(file := io.BytesIO(), "webp", quality=40, method=4, **looks)
            if file.tell() <= most or len(kept) == 1:
                return file.getvalue()
            every = max(every + 1, every * file.tell() // most)
        raise RobotError("Nothing was filmed.")

    def contact_sheet(self) -> Image.Image:
        """How things stood at the end of each call, side by side; of many calls, of 8."""
        ends = [*dict(self.frames).items()][::-1]
        ends = ends[:: -(-len(ends) // _SHEET)][::-1]
        return side_by_side([self._captioned(at, each.resize(_SMALL)) for at, each in ends], 4)

    def since(self, first: int) -> Film:
        """It without the first so many calls."""
        frames = [(at - first, picture) for at, picture in self.frames if at >= first]
        return Film(tuple(frames), self.steps[first:])

    def __repr__(self) -> str:
        return table_of(self.steps).plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        table = table_of(self.steps)
        if not self.frames:
            return table.bundle()
        self.contact_sheet().save(sheet := io.BytesIO(), "jpeg", quality=40)
        shown = self.animation(), sheet.getvalue()
        film, still = (base64.b64encode(data).decode("ascii") for data in shown)
        played = (
            f"<img alt='film: {html(table.heading)}' style='max-width:100%;height:auto'"
            f" src='data:image/webp;base64,{film}'>"
        )
        rich = beside(played, table.rich())
        return {"text/plain": table.plain(), "text/html": rich, "image/jpeg": still}

    def _captioned(self, done: int, picture: Image.Image) -> Image.Image:
        """A picture with the call that was under way in a strip below."""
        told = f"{done + 1} {self.steps[done]}" if done < len(self.steps) else "the end"
        return captioned(picture, words(told, picture.width // _LETTER))


def table_of(steps: Sequence[Step], heading: str = "", remarks: tuple[str, ...] = ()) -> Table:
    """Calls as a table, those marked that were refused."""
    refused = sum(step.is_error for step in steps)
    rows: list[tuple[str, ...]] = []
    for number, step in enumerate(steps, 1):
        given = ", ".join(f"{name}={value!r}" for name, value in step.arguments.items())
        told = "refused: " * step.is_error + step.result
        rows.append((str(number), *map(words, (step.function, given, told))))
    heading = heading or counted(len(steps), "call") + f", {refused} refused" * bool(refused)
    return Table(heading, ("", "call", "arguments", "result"), tuple(rows), remarks)


def beside(*parts: str) -> str:
    """HTML side by side, the last below the others where there is no room."""
    *first, last = parts
    sides = "".join(f"<div>{part}</div>" for part in first)
    last = f"<div style='flex:1 1 32em;min-width:0'>{last}</div>"
    return f"<div {UNTYPESET} style='{_ROW}'>{sides}{last}</div>"
