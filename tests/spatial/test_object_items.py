"""JSON objects and lists made into items, whatever their keys: through `parse`."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.geometry import Point, Trajectory
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.statements import Call, Segment
from time_limits import HANGS

CAT = {"box_2d": [10, 20, 30, 40], "label": "cat"}
MUG = {"point": [412, 305], "label": "mug"}
TRAY = [120, 230, 450, 670]
PATH = [[10, 20], [30, 40], [50, 60]]
quickly = settings(derandomize=True, deadline=None, max_examples=150)


def issues(answer: object) -> list[str]:
    return [f"{issue.kind}: {issue.reason}" for issue in parse(answer).issues]


@pytest.mark.parametrize(
    "said",
    [
        {"box_2d": TRAY},
        {"boundingBox": TRAY},
        {"<start_of_mask>_box_2d": TRAY},
        {"box_2d": [[120, 230], [450, 670]]},
        {"bbox": "[120, 230, 450, 670]"},
        {"box_2d": {"ymin": 120, "xmin": 230, "ymax": 450, "xmax": 670}},
        {"y": 120, "x": 230, "y2": 450, "x2": 670},
        {"x_min": 230, "y_min": 120, "x_max": 670, "y_max": 450},
        {"x": 230, "y": 120, "w": 440, "width": 440, "h": 330},
        {"xyxy": [230, 120, 670, 450]},
        {"coordinates": TRAY},
        {"box_2d": [450, 670, 120, 230]},
    ],
    ids=str,
)
def test_parse_reads_a_box_under_any_of_its_keys(said: dict[str, Any]) -> None:
    found = parse([{**said, "label": "tray"}])

    assert found.to_dicts() == [{"box_2d": TRAY, "label": "tray"}]


@quickly
@given(st.permutations(["label", "y", "x", "y2", "x2", "confidence", "note"]))
def test_parse_minds_no_order_of_keys(keys: list[str]) -> None:
    said = {"label": "tray", "y": 120, "x": 230, "y2": 450, "x2": 670}
    said |= {"confidence": 0.9, "note": {"of": "oak"}}

    found = parse([{key: said[key] for key in keys}])

    assert found.boxes[0].geometry() == {"box_2d": TRAY}
    assert found[0].details == {"confidence": 0.9, "note": {"of": "oak"}}


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (7, "7"),
        (None, ""),
        (True, "true"),
        (["red", "mug"], "red, mug"),
        ({"en": "mug", "ja": "マグ"}, "mug, マグ"),
        ({}, ""),
    ],
)
def test_parse_makes_text_of_any_label(said: object, label: str) -> None:
    found = parse([{"point": [1, 2], "label": said}])

    assert found.labels == (label,)
    assert found.to_dicts() == [{"point": [1, 2], "label": label}]


def test_parse_cuts_a_label_that_loops_and_tells() -> None:
    found = parse([{"box_2d": TRAY, "label": "Other; " * 400}])

    assert found.labels[0].startswith("Other;")
    assert len(found.labels[0]) < 20
    assert [issue.kind for issue in found.issues] == ["duplicate"]
    assert "400 times" in found.issues[0].reason


@pytest.mark.parametrize(
    ("answer", "pictures"),
    [
        ({"image_1": [CAT], "image_2": [CAT]}, ["image_1", "image_2"]),
        ({"a.jpg": [CAT], "IMG 2.PNG": [CAT]}, ["a.jpg", "IMG 2.PNG"]),
        ({"images": {"a.jpg": TRAY, "b.jpg": TRAY}, "text": "two"}, ["a.jpg", "b.jpg"]),
        ([[CAT], [CAT]], [0, 1]),
        ([[], [CAT], [CAT]], [1, 2]),
        ([{"image": "a.jpg", "objects": [CAT]}, {"image": "b.jpg", "objects": [CAT]}], None),
        ({"results": [{"file": "a.jpg", "found": [CAT]}, {"file": "b.jpg", "found": [CAT]}]}, None),
        ([CAT | {"image_index": 0}, CAT | {"image_index": 1}], [0, 1]),
        ({"frames": [{"frame": 1, "objects": [CAT]}, {"frame": 2, "objects": [CAT]}]}, [1, 2]),
        ([CAT | {"timestamp": "00:12"}, CAT | {"timestamp": "00:13"}], [None, None]),
    ],
    ids=str,
)
def test_parse_keeps_a_thing_of_each_of_several_pictures(
    answer: object, pictures: list[Any] | None
) -> None:
    found = parse(answer)

    assert [item.image for item in found] == (pictures or ["a.jpg", "b.jpg"])
    assert found.issues == ()


def test_parse_knows_no_picture_where_the_answer_tells_of_one() -> None:
    assert [item.image for item in parse([[CAT, MUG]])] == [None, None]


@pytest.mark.parametrize("key", ["trajectory", "path", "waypoints", "polyline"])
def test_parse_reads_a_path_where_the_key_says_so(key: str) -> None:
    spots = [{"y": y, "x": x} for y, x in PATH]
    several = parse({key: [PATH, PATH[::-1]]})

    for said in (PATH, spots, {"points": PATH}):
        assert parse({key: said, "label": "wipe"}).to_dicts() == [
            {"trajectory": PATH, "label": "wipe"}
        ]
    assert len(several.of(Trajectory)) == 2


def test_parse_takes_pairs_for_points_and_tells_where_no_key_says_what_they_are() -> None:
    assert [item.geometry()["point"] for item in parse(PATH)] == PATH
    assert "3 pairs of numbers without a key: taken for points" in issues(PATH)[0]
    assert parse({"points": PATH, "label": "pea"}).labels == ("pea", "pea", "pea")
    assert issues({"points": PATH, "label": "pea"}) == []


def test_parse_reads_pixels_beside_the_size_of_the_picture() -> None:
    corners = [{"confidence": 0.91, "xyxy": [400, 300, 800, 900]}]
    found = parse({"width": 1600, "height": 1200, "boxes": corners})

    assert found.to_dicts() == [{"box_2d": [250, 250, 750, 500], "label": "", "confidence": 0.91}]
    assert issues({"width": 1600, "height": 1200, "boxes": corners}) == [
        "rescaled: places beside a picture's size of 1600 x 1200: taken for pixels"
    ]
    assert parse({"width": -5, "height": 0, "boxes": corners}).boxes  # and no error
    assert parse({"width": 1600, "height": 1200, "objects": [CAT]}).to_dicts() == [CAT]


@pytest.mark.parametrize("name", ["click_at", "hover_at", "type_text_at", "scroll_at"])
def test_parse_marks_where_a_computer_is_to_be_used(name: str) -> None:
    call = {"function_call": {"name": name, "args": {"x": 412, "y": 88, "text": "tea"}}}
    answer = {"candidates": [{"content": {"role": "model", "parts": [call]}}]}
    as_text = {"function": name, "args": {"x": 412, "y": 88, "text": "tea"}}

    for found in (parse(answer), parse(as_text)):
        assert found.of(Call)[0].args == {"x": 412, "y": 88, "text": "tea"}
        assert found.points == (Point(88, 412, label=name),)
    said = parse(as_text).to_dicts()
    assert parse(said).to_dicts() == said


def test_parse_marks_where_a_computer_is_to_drag() -> None:
    ends = {"x": 1, "y": 2, "destination_x": 300, "destination_y": 400}

    [path] = parse({"name": "drag_and_drop", "args": ends}).of(Trajectory)

    assert path.geometry() == {"trajectory": [[2, 1], [400, 300]]}
    assert path.label == "drag_and_drop"


def test_parse_marks_no_place_for_calls_of_other_functions() -> None:
    found = parse([{"function": "move", "args": [163, 427, True]}])

    assert found.to_dicts() == [{"function": "move", "args": [163, 427, True]}]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ({"box_3d": [0.1, 1.9, -0.2, 0.5, 0.5, 0.9, 0, 0, 90]}, [0, 0, 90]),
        ({"box_3d": [0.1, 1.9, -0.2, 0.5, 0.5, 0.9]}, [0, 0, 0]),
        ({"center": [0.1, 1.9, -0.2], "size": [0.5, 0.5, 0.9], "rotation": [0, 0, 90]}, [0, 0, 90]),
        ({"box_3d": {"center": [0.1, 1.9, -0.2], "size": [0.5, 0.5, 0.9]}}, [0, 0, 0]),
    ],
    ids=str,
)
def test_parse_reads_boxes_in_space(said: dict[str, Any], numbers: list[int]) -> None:
    found = parse([{**said, "label": "chair"}])

    assert found.to_dicts() == [
        {"box_3d": [0.1, 1.9, -0.2, 0.5, 0.5, 0.9, *numbers], "label": "chair"}
    ]
    six = isinstance(said.get("box_3d"), list) and len(said["box_3d"]) == 6
    assert [issue.kind for issue in found.issues] == ["suspected"] * six


@pytest.mark.parametrize(
    "answer",
    [
        {"box_2d": None, "label": "x"},
        {"box_2d": [1, 2, 3], "label": "x"},
        {"point": [1, None], "label": "x"},
        {"point": [1], "label": "x"},
        {"trajectory": [[1, 2], [3]], "label": "x"},
        {"box_3d": [1, 2, 3], "label": "x"},
        {"completion_time_seconds": "soon"},
        {"size": [4000, 3000]},
        {"mug": "1, 2"},
        {"type": {}},
        {"label": "x"},
        [1, 2, 3],
    ],
    ids=str,
)
def test_parse_tells_of_each_object_that_it_can_not_read(answer: object) -> None:
    found = parse(answer)

    assert len(found) == 0
    assert [issue.kind for issue in found.issues] == ["dropped"]


def test_parse_tells_of_numbers_beside_those_that_it_reads() -> None:
    assert parse([1, 2, [3, 4]]).points == (Point(3, 4),)
    assert issues([1, 2, [3, 4]]) == ["dropped: a list that is neither a box nor a point"]


@pytest.mark.parametrize(
    "said",
    [
        {"start": "00:02", "end": "00:09"},
        {"results": [{"timestamp": "00:02", "description": "the lid comes off"}]},
    ],
    ids=str,
)
def test_parse_reads_a_stretch_of_time(said: dict[str, Any]) -> None:
    assert [each.start_timestamp for each in parse(said).of(Segment)] == ["00:02"]
    assert parse({"timestamp": "00:12", "in_frame": False}).to_dicts() == [
        {"in_frame": False, "timestamp": "00:12"}
    ]


def test_parse_keeps_what_is_said_again_of_things_without_a_place() -> None:
    again = [{"function": "open", "args": []}, {"angle": 5, "label": "lid"}] * 2

    assert parse(again).to_dicts() == again


def test_parse_keeps_one_of_a_loop_of_objects() -> None:
    found = parse([MUG, *[CAT] * 40])

    assert found.to_dicts() == [MUG, CAT]
    assert issues([MUG, *[CAT] * 40]) == ["duplicate: said 40 times, kept once"]


def test_parse_keeps_a_path_that_comes_back() -> None:
    spots = [{"point": [1, 2]}, {"point": [30, 40]}, {"point": [1, 2]}]

    assert len(parse(spots)) == 3


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ({"mug": [412, 305]}, "mug"),
        ({"mug": {"point": [412, 305]}}, "mug"),
        ({"objects": {"mug": [412, 305]}, "count": 1}, "mug"),
        ({"objects": [{"mug": [412, 305]}]}, "mug"),
        ({"results": [{"point": [412, 305]}]}, ""),
        ({"objects": [{"point": [412, 305], "name": "mug"}], "status": "ok"}, "mug"),
        ([["mug", 412, 305]], "mug"),
        ([{"step": 1, "point": [412, 305], "action": "grasp"}], "grasp"),
    ],
    ids=str,
)
def test_parse_finds_the_name_of_a_thing(answer: object, label: str) -> None:
    found = parse(answer)

    assert [(p.y, p.x, p.label) for p in found.points] == [(412, 305, label)]
    assert found.issues == ()


KEYS = st.sampled_from(
    [
        "",
        *("point", "box_2d", "points", "mask", "label", "y", "x", "y2", "x2", "width", "height"),
        *(
            "start",
            "args",
            "function",
            "type",
            "box_3d",
            "size",
            "center",
            "xyxy",
            "image",
            "a.jpg",
        ),
        *("trajectory", "in_frame", "angle", "description", "progress_level", "objects"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(st.integers(-9, 2000), max_size=5)
        | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=20,
)


@quickly
@given(JSON)
def test_parse_raises_for_no_json(value: Any) -> None:
    if isinstance(value, list | dict):
        for found in (parse(value), parse(json.dumps(value)), parse({"candidates": value})):
            assert repr(found)
            assert all(math.isfinite(n) for box in found.boxes for n in (box.ymin, box.xmax))
            json.dumps(found.to_dicts())


def test_parse_takes_time_in_proportion_to_the_number_of_objects() -> None:
    boxes = [{"box_2d": [n % 900, n % 870, 950, 960], "label": f"bun {n}"} for n in range(20_000)]
    start = time.process_time()

    assert len(parse(boxes)) == 20_000
    assert time.process_time() - start < HANGS
