"""What a film of a ball and a tray says, drawn frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from gemini_nb.offline.conversation import Conversation, Turn
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.vision.answers import answer as replied
from gemini_nb.offline.vision.films import frame_at, in_frames, measured
from gemini_nb.offline.vision.forms import form_in
from gemini_nb.offline.vision.phrases import Thing
from gemini_nb.offline.vision.places import Place, filled
from gemini_nb.video import Frame

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


WAY = [(40, 120), (40, 120), (110, 120), (180, 120), (250, 120), (250, 120)]
AWAY = [(40, 120), (-40, 120)]


def moment(text: str, frames: list[Frame]) -> float | None:
    place, why = measured("moment", text, frames, None)
    assert place, why
    return place.seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("When is the red ball in the blue tray?", 4),
        ("At what time (in seconds) has the red ball been placed on the blue tray?", 4),
        ("At what timestamp is this task done: put the red ball into the blue tray?", 4),
        ("The task: move the red ball onto the blue tray. When does it reach completion?", 4),
        ("When does the red ball reach the blue tray?", 4),
        ("At which moment does the red ball come to rest in this film?", 4),
        ("When does the red ball start to move?", 1),
        ("When does the blue tray start to move?", None),
        ("When does the blue tray stop?", None),
        ("When does the red ball leave the picture?", None),
        ("When does the red ball appear?", 0),
    ],
)
def test_a_moment_is_that_of_the_first_frame_from_which_it_is_so(
    text: str, seconds: float | None
) -> None:
    assert moment(text, film(*WAY)) == seconds


def test_a_mirrored_film_has_the_same_moments_and_a_reversed_one_the_opposite() -> None:
    frames = film(*WAY)
    mirrored = [
        Frame(t, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) for t, picture in frames
    ]
    reverse = film(*WAY[::-1])
    start, stop = "When does the red ball start to move?", "When does the red ball come to rest?"
    there = "When is the red ball in the blue tray?"

    assert [moment(text, mirrored) for text in (start, stop, there)] == [1, 4, 4]
    assert [moment(text, reverse) for text in (start, stop, there)] == [5 - 4, 5 - 1, None]


@pytest.mark.parametrize(
    ("places", "text", "seconds"),
    [
        ([(90, 120), (40, 120), (-40, 120), None], "When does the red ball disappear?", 2),
        ([None, (-40, 120), (40, 120), (90, 120)], "When is the red ball first seen?", 2),
        ([(250, 120), (40, 120)], "When is the red ball in the blue tray?", None),
        ([(250, 120), (40, 120), (250, 120)], "When is the red ball in the blue tray?", 2),
        ([(250, 120), (40, 120), (250, 120)], "When does the red ball touch the blue tray?", 0),
        ([(204, 44), (204, 44)], "When is the red ball in the blue tray?", None),  # at its corner
    ],
)
def test_moments_last_to_the_end_of_the_film(
    places: list[tuple[int, int] | None], text: str, seconds: float | None
) -> None:
    assert moment(text, film(*places)) == seconds


def test_a_pen_stands_in_a_holder_once_it_rests_there_not_while_it_is_held_above() -> None:
    frames: list[Frame] = []
    for seconds, (x, bottom) in enumerate([(60, 200), (60, 90), (240, 90), (240, 128), (240, 128)]):
        paper = Image.new("RGB", (320, 240), "#efe9dc")
        pen = ImageDraw.Draw(paper)
        pen.rectangle((x - 4, bottom - 80, x + 4, bottom), fill="#cf2b2b")
        pen.rounded_rectangle((220, 90, 260, 150), 14, fill="#2a5bd2")
        frames.append(Frame(float(seconds), paper))

    assert moment("When is the red pen in the blue holder?", frames) == 3
    assert (
        measured("moment", "When is the red pen in the blue holder?", frames[:3], None)[0] is None
    )


@pytest.mark.parametrize(
    ("places", "event"),
    [
        ([(40, 60), (90, 60), (90, 60), (40, 60), (40, 60)], "stop"),
        ([(40, 60), None, (40, 60)], "disappear"),
        ([(40, 60), None, (40, 60)], "appear"),
    ],
)
def test_what_happens_more_than_once_has_no_one_moment(places: Any, event: str) -> None:
    place, why = measured("moment", f"When does the red ball {event}?", film(*places), None)

    assert (place, "more than once" in why) == (None, True)


def test_slow_motion_is_measured_against_where_the_thing_rested() -> None:
    frames = film(*[(40 + 3 * n, 60) for n in range(6)])

    assert moment("When does the red ball start to move?", frames) in {0, 1}
    assert {"lies still"} < {
        each["description"][13:] for each in answer(SEGMENTS, frames, BALL)
    } | {"lies still"}


@pytest.mark.parametrize(
    ("number", "share"), [(None, 100), (5, 100), (3, 64), (2, 32), (1, 0), (0, 0)]
)
def test_progress_is_the_share_of_the_way_to_the_goal(number: int | None, share: float) -> None:
    text = "How far has 'put the red ball into the blue tray' come?"
    place, _ = measured("progress", text, film(*WAY), number)

    assert place
    assert place.progress == pytest.approx(share, abs=3)


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("moment", "When does the robot let go?", "I measure when a thing"),
        ("moment", "Put the red ball into the blue tray. When does it start?", "I measure when"),
        ("moment", "When does the red ball first stop?", "I measure when a thing"),
        ("moment", "How many seconds before the end does the red ball stop?", "I measure when"),
        ("progress", "How far: do not put the red ball into the blue tray?", "I measure when a"),
        ("moment", "When does the task reach successful completion?", "I measure when a thing"),
        ("moment", "When is the red ball next to the blue tray?", "I measure when a thing"),
        ("moment", "When is the red ball no longer in the blue tray?", "I measure when a thing"),
        ("moment", "When is the green ball in the blue tray?", "I see none"),
        ("moment", "When is the ball in the blue tray?", "ask by colour"),
        ("progress", "How far is the task of folding the shirt?", "I measure when a thing"),
        ("progress", "How far is this: put the red ball in the green bowl?", "I see none"),
        ("progress", "How much is left: put the red ball into the blue tray?", "I measure when"),
        ("moment", "Task: put the red ball into the blue tray. When is it half done?", "I measure"),
        ("moment", "When does the red ball start to move again?", "I measure when a thing"),
        ("moment", "When does the left red ball stop?", "I measure when a thing"),
        ("moment", "When is the red ball in the left half of the blue tray?", "I measure when"),
        ("moment", "How many seconds does the red ball move?", "I measure when a thing"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_reason(kind: str, text: str, why: str) -> None:
    place, said = measured(kind, text, film(*WAY), None)

    assert place is None
    assert why in said


def test_one_thing_is_never_its_own_goal() -> None:
    for text in (
        "When is the blue thing in the blue tray?",
        "When does the blue thing touch the blue tray?",
    ):
        assert measured("moment", text, film(*WAY), None)[0] is None


def test_a_thing_of_which_there_are_two_or_that_is_gone_in_the_end_is_not_followed() -> None:
    two = film(*WAY)
    for _, picture in two:
        ImageDraw.Draw(picture).ellipse((20, 20, 56, 56), fill="#cf2b2b")
    text = "When is the red ball in the blue tray?"

    assert measured("moment", text, two, None)[0] is None
    assert measured("progress", text, film(*WAY[:-1], None), None)[0] is None


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("Where is the red ball at 00:02?", 2, "Where is the red ball?"),
        ("Where is the red ball at second 2 of the clip?", 2, "Where is the red ball?"),
        ("Where is the red ball at second 2.5?", -1, "Where is the red ball?"),
        ("Where is the red ball at 0:00:02?", 2, "Where is the red ball?"),
        ("Where is it in the middle of the film?", -1, "Where is it?"),
        ("Point to it after 3 seconds.", 3, "Point to it."),
        ("Point to it in the last frame.", 5, "Point to it."),
        ("Where is it in the first frame of the film?", 0, "Where is it?"),
        ("Where is it at 00:06?", -1, "Where is it?"),
        ("Where is it at 00:01 and at 00:02?", -1, "Where is it and?"),
        ("Point to the 2 balls at the end of the table.", None, None),
        ("It stops at 00:02. Point to it in every frame.", None, None),
    ],
)
def test_a_time_chooses_a_frame(text: str, number: int | None, rest: str | None) -> None:
    assert frame_at(text, film(*WAY)) == (number, text if rest is None else rest)


LEVELS = ["0-20", "20-40", "40-60", "60-80", "80-100"]
SCHEMA = {
    "type": "object",
    "properties": {"progress_level": {"type": "string", "enum": LEVELS}},
    "required": ["progress_level"],
}
TIME = '{"completion_time_seconds": <float>}, or {"completion_time_seconds": null} if it never is'


@pytest.mark.parametrize(
    ("text", "schema", "said"),
    [
        (f"When is the red ball in the blue tray? {TIME}", None, '"completion_time_seconds": 4.0'),
        (f"When does the blue tray move? {TIME}", None, '"completion_time_seconds": null'),
        (f"When does the gripper close? {TIME}", None, "In a film I measure"),
        ("When is the red ball in the blue tray?", None, "From 4 s on"),
        (
            'When does the blue tray stop? {"seconds": <number or null>, "reason": ""}',
            None,
            '{"seconds": null, "reason": "Never, or not to the end"}',
        ),
        ("Progress of 'put the red ball on the blue tray' {\"progress\": <0 to 1>}", None, ": 1.0"),
        ('How far is it: put the red ball on the blue tray? {"progress": <0-100>}', None, ": 100"),
        ('Track the left red ball in every frame: [{"frame": 0, "point": [y, x]}]', None, "[]"),
        (
            'Point to the red ball in every frame, in pixels: [{"frame": 0, "point": [y, x]}]',
            None,
            '{"frame": 0, "point": [121, 39]}',
        ),
        ('When does the red ball stop? {"timestamp": "MM:SS"}', None, '"timestamp": "00:04"'),
        ("Task: put the red ball into the blue tray. Progress at 00:02?", SCHEMA, '"20-40"'),
        ("Where is the red ball at 00:03?", None, "a red circle in the centre"),
        (
            'The red ball at 00:03: [{"frame": 0, "point": [y, x]}]',
            None,
            '"frame": 3, "point": [50',
        ),
    ],
)
def test_answers_have_the_form_that_is_asked_for(text: str, schema: Any, said: str) -> None:
    draft = replied(Conversation((Turn("user", text, frames=tuple(film(*WAY))),), schema=schema), 0)

    assert draft
    assert said in (draft.parts[0].text or "")


def test_a_schema_that_obliges_to_what_cannot_be_known_is_refused_with_the_reason() -> None:
    turn = Turn("user", "Progress: put the pear on the tray?", frames=tuple(film(*WAY)))

    with pytest.raises(ApiError, match=r"I see none|ask by colour"):
        replied(Conversation((turn,), schema=SCHEMA), 0)
