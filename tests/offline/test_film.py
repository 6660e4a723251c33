"""What a film of a ball and a tray says, drawn frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from gemini_nb.offline.video import Frame
from gemini_nb.offline.vision.forms import form_in
from gemini_nb.offline.vision.phrases import Thing
from gemini_nb.offline.vision.places import Place, filled, in_frames

if TYPE_CHECKING:
    from gemini_nb.offline.vision.scene import Scene

BALL, TRAY = Thing("red ball", colours=("red",)), Thing("blue tray", colours=("blue",))
SEGMENTS = '[{"start_timestamp": "00:00", "end_timestamp": "00:00", "description": ""}]'


def film(*places: tuple[int, int] | None, tray: bool = True) -> list[Frame]:
    """A frame a second: a red ball at these places, if at any, and a blue tray on the right."""
    frames: list[Frame] = []
    for seconds, place in enumerate(places):
        paper = Image.new("RGB", (320, 240), "#efe9dc")
        pen = ImageDraw.Draw(paper)
        if tray:
            pen.rectangle((220, 60, 300, 180), fill="#2a5bd2")
        if place:
            x, y = place
            pen.ellipse((x - 18, y - 18, x + 18, y + 18), fill="#cf2b2b")
        frames.append(Frame(float(seconds), paper))
    return frames


def look(scene: Scene, thing: Thing) -> list[Place]:
    found = [region for region in scene.regions if region.colour in thing.colours]
    return [Place(thing.label, region.centre, region.box, region.mask) for region in found]


def answer(example: str, frames: list[Frame], *things: Thing) -> Any:
    form, _ = form_in(example)
    assert form is not None
    return filled(form, in_frames(frames, things, form.roles, look), example)


def test_each_thing_is_told_where_it_is_in_each_frame() -> None:
    frames = film((40, 120), None, (160, 120), tray=False)

    assert answer('[{"timestamp": "MM:SS", "point": [y, x], "label": ""}]', frames, BALL) == [
        {"timestamp": "00:00", "point": [pytest.approx(500, abs=6), pytest.approx(125, abs=6)],
         "label": "red ball"},
        {"timestamp": "00:02", "point": [pytest.approx(500, abs=6), pytest.approx(500, abs=6)],
         "label": "red ball"},
    ]  # fmt: skip


def test_frames_may_have_an_entry_each() -> None:
    example = '[{"frame": 0, "objects": [{"point": [y, x], "label": ""}]}]'
    entries = answer(example, film((40, 120), None), BALL, TRAY)

    assert [entry["frame"] for entry in entries] == [0, 1]
    assert [[each["label"] for each in entry["objects"]] for entry in entries] == [
        ["red ball", "blue tray"],
        ["blue tray"],
    ]


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (
            [(40, 120), (40, 120), (100, 120), (160, 124), (160, 124)],
            [(0, 1, "lies still"), (1, 3, "moves to the right"), (3, 4, "lies still")],
        ),
        ([None, None, (40, 200), (40, 100)], [(1, 2, "comes into sight"), (2, 3, "moves up")]),
        ([(90, 40), (40, 40), None], [(0, 1, "moves to the left"), (1, 2, "goes out of sight")]),
        ([(40, 40), (40, 90), (40, 40)], [(0, 1, "moves down"), (1, 2, "moves up")]),
        ([None, None], []),
        ([(40, 40)], []),
    ],
)
def test_segments_tell_what_a_thing_does(
    places: list[tuple[int, int] | None], said: list[tuple[int, int, str]]
) -> None:
    assert answer(SEGMENTS, film(*places), BALL) == [
        {
            "start_timestamp": f"00:{begin:02}",
            "end_timestamp": f"00:{end:02}",
            "description": f"the red ball {does}",
        }
        for begin, end, does in said
    ]
