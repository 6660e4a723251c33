"""Answers in every form that guides, recorded answers and reports have."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gemini_nb as gnb
from gemini_nb.offline.structured.schema import valid
from gemini_nb.offline.vision.forms import Form, form_in, form_of
from gemini_nb.offline.vision.places import Place, filled, written

PROPERTY = settings(max_examples=40, derandomize=True, deadline=None)
MASK = np.zeros((40, 40), bool)
MASK[8:16, 20:32] = True
CUP = Place(
    "red cup", (300.0, 650.0), (200.0, 500.0, 400.0, 800.0), MASK, 30, colour="red", shape="circle"
)
PEN = Place("pen", (700.0, 100.0), (690.0, 50.0, 710.0, 150.0), angle=-90, colour="blue")
LOST = Place("key")
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PAIR = {"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 2}
FOUR = {"type": "array", "items": INTEGER, "minItems": 4, "maxItems": 4}


def told(example: str, *places: Place, **options: Any) -> Any:
    form, _ = form_in(example)
    assert form is not None
    return filled(form, places, example, **options)


def a(needed: str = "", **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "properties": properties, "required": needed.split()}


def several(items: Any, **limits: int) -> dict[str, Any]:
    return {"type": "array", "items": items, **limits}


@pytest.mark.parametrize(
    ("example", "value"),
    [
        # points
        ('[{"point": [y, x], "label": <name>}, ...]', {"point": [300, 650], "label": "red cup"}),
        ('[{"point": <point>, "label": <label1>}]', {"point": [300, 650], "label": "red cup"}),
        ('[{"label": "", "point": [x, y]}]', {"label": "red cup", "point": [650, 300]}),
        ('[{"name": "str", "y": int, "x": int}]', {"name": "red cup", "y": 300, "x": 650}),
        ('[{"at": {"x": 0, "y": 0}, "what": "label"}]', {"at": {"x": 650, "y": 300}}),
        # boxes
        (
            '[{"box_2d": [ymin, xmin, ymax, xmax], "label": <label for the object>}]',
            {"box_2d": [200, 500, 400, 800], "label": "red cup"},
        ),
        ('[{"bbox": [xmin, ymin, xmax, ymax]}]', {"bbox": [500, 200, 800, 400]}),
        ('[{"bbox": [x, y, width, height]}]', {"bbox": [500, 200, 300, 200]}),
        ('[{"box": ["y1", "x1", "y2", "x2"]}]', {"box": [200, 500, 400, 800]}),
        (
            '[{"label": <label>, "y": 0, "x": 0, "y2": 0, "x2": 0}]',
            {"label": "red cup", "y": 200, "x": 500, "y2": 400, "x2": 800},
        ),
        (
            '[{"ymin": 0, "xmin": 0, "ymax": 0, "xmax": 0}]',
            {"ymin": 200, "xmin": 500, "ymax": 400, "xmax": 800},
        ),
        (
            '[{"x": 0, "y": 0, "width": 0, "height": 0}]',
            {"x": 500, "y": 200, "width": 300, "height": 200},
        ),
        (
            '[{"rect": {"left": 0, "top": 0, "right": 0, "bottom": 0}}]',
            {"rect": {"left": 500, "top": 200, "right": 800, "bottom": 400}},
        ),
        (
            '[{"top_left": {"y": 0, "x": 0}, "bottom_right": [y, x]}]',
            {"top_left": {"y": 200, "x": 500}, "bottom_right": [400, 800]},
        ),
        # fractions and pixels, order from the words around
        ('[{"x_min": 0, "y_min": 0}] from 0 to 1', {"x_min": 0.5, "y_min": 0.2}),
        ('Coordinates in 0.0-1.0: [{"point": [x, y]}]', {"point": [0.65, 0.3]}),
        ('[{"point": [y, x]}] in 0-1000', {"point": [300, 650]}),
        ('[{"point": ...}] as (x, y) in pixels', {"point": [416, 144]}),
        ('[{"x": 0, "y": 0}] in image pixel coordinates', {"x": 416, "y": 144}),
        # more about a thing
        ('[{"point": [y, x], "color": "", "shape": ""}]', {"color": "red", "shape": "circle"}),
        ('[{"point": [y, x], "angle": <int -90..90>}]', {"point": [300, 650], "angle": 30}),
        ('[{"step": 1, "point": [y, x]}]', {"step": 1, "point": [300, 650]}),
        ('[{"in_frame": true, "point": [y, x]}]', {"in_frame": True, "point": [300, 650]}),
        ('[{"image": 0, "point": [y, x]}]', {"image": 0, "point": [300, 650]}),
        ('[{"point": [y, x], "price": 0}]', {"point": [300, 650]}),
    ],
)
def test_a_thing_is_told_with_the_keys_of_the_example(example: str, value: Any) -> None:
    (item,) = told(example, CUP, sizes=[(640, 480)])

    assert item.items() >= value.items()
    assert not {"price", "what"} & item.keys()


def test_the_keys_of_segments_may_be_named_instead() -> None:
    prompt = "Give JSON with the keys start_timestamp, end_timestamp and description."
    (item,) = told(prompt, replace(CUP, seconds=1.0, until=2.0))

    assert list(item) == ["start_timestamp", "end_timestamp", "description"]


def test_grasps_are_a_mixed_list() -> None:
    example = '[{"box_2d": [..], "label": ""}, {"point": [y, x], "label": ""}, {"angle": 0}]'

    assert told(example.replace("..", "ymin, xmin, ymax, xmax"), CUP) == [
        {"box_2d": [200, 500, 400, 800], "label": "red cup"},
        {"point": [300, 650], "label": "red cup"},
        {"angle": 30},
    ]


def test_masks_and_polygons_are_of_the_thing() -> None:
    (item,) = told('[{"mask": <PNG data URI>, "polygon": [[y, x], ...], "label": ""}]', CUP)

    assert item["mask"].startswith("data:image/png;base64,")
    assert sorted(item["polygon"]) == [[200, 500], [200, 800], [400, 500], [400, 800]]
    assert told('[{"box_2d": [y, x, y2, x2], "mask": ""}]', PEN) == [
        {"box_2d": [690, 50, 710, 150]}
    ]


STOPS = tuple(Place(str(n), (500.0, 100.0 * n), action=f"go on {n}") for n in range(3))


@pytest.mark.parametrize(
    ("example", "value"),
    [
        (
            '[{"point": [y, x], "label": "0"}]',
            [{"point": [500, 100 * n], "label": str(n)} for n in range(3)],
        ),
        (
            '[{"step": 1, "point": [y, x], "action": "..."}]',
            [{"step": n + 1, "point": [500, 100 * n], "action": f"go on {n}"} for n in range(3)],
        ),
        ('{"trajectory": [[y, x], ...]}', {"trajectory": [[500, 0], [500, 100], [500, 200]]}),
        ('[{"path": [[x, y]]}]', [{"path": [[0, 500], [100, 500], [200, 500]]}]),
        (
            '{"waypoints": [{"y": 0, "x": 0}]}',
            {"waypoints": [{"y": 500, "x": 100 * n} for n in range(3)]},
        ),
        ("[[y, x], ...]", [[500, 0], [500, 100], [500, 200]]),
    ],
)
def test_ways_are_lists_of_stops_or_one_item(example: str, value: Any) -> None:
    assert told(example, *STOPS) == value


@pytest.mark.parametrize(
    ("example", "value"),
    [
        (
            '{"count": 0, "items": [{"point": [y, x]}]}',
            {"count": 1, "items": [{"point": [300, 650]}]},
        ),
        (
            '{"boxes": [{"box_2d": [ymin, xmin, ymax, xmax]}]}',
            {"boxes": [{"box_2d": [200, 500, 400, 800]}]},
        ),
        ('{"count": <int>}', {"count": 1}),
        ('{"visible": true}', {"visible": True}),
        # keys that name things are not told apart, and so not filled
        ('{"red_cup": [y, x], "key": [y, x]}', []),
        ('{"red_count": 0, "blue_count": 0}', {}),
        (
            '{"point": [y, x]} or {"in_frame": false, "label": ""}',
            [{"point": [300, 650]}, {"in_frame": False, "label": "key"}],
        ),
        ('[{"point": [y, x], "label": ""}]', [{"point": [300, 650], "label": "red cup"}]),
        ('{"labels": ["..."]}', {"labels": ["red cup"]}),
    ],
)
def test_what_is_not_there_has_no_place(example: str, value: Any) -> None:
    assert told(example, CUP, LOST) == value


@pytest.mark.parametrize(
    ("example", "value"),
    [
        (
            '[{"start_timestamp": "00:00", "end_timestamp": "00:05", "description": ""}]',
            [{"start_timestamp": "01:01.5", "end_timestamp": "01:03", "description": "it falls"}],
        ),
        (
            '[{"start": 0.0, "end": 1.5, "label": ""}]',
            [{"start": 61.5, "end": 63.0, "label": "pen"}],
        ),
        ('[{"timestamp": "MM:SS", "label": ""}]', [{"timestamp": "01:01.5", "label": "pen"}]),
    ],
)
def test_times_are_told_as_wanted(example: str, value: Any) -> None:
    segment = Place("pen", seconds=61.5, until=63.0, action="it falls")

    assert told(example, segment) == value


def test_places_of_one_frame_may_share_an_entry() -> None:
    places = [Place(*(name, (10.0 * n, 20.0)), picture=n, seconds=float(n))
              for n in range(2) for name in ("a", "b")]  # fmt: skip

    assert told('[{"frame": 0, "points": [{"point": [y, x], "label": ""}]}]', *places) == [
        {
            "frame": n,
            "points": [
                {"point": [10 * n, 20], "label": "a"},
                {"point": [10 * n, 20], "label": "b"},
            ],
        }
        for n in range(2)
    ]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (
            several(a("point", point=PAIR, label=TEXT)),
            [{"point": [300, 650], "label": "red cup"}, {"point": [700, 100], "label": "pen"}],
        ),
        (several(a("box_2d", box_2d=FOUR), maxItems=1), [{"box_2d": [200, 500, 400, 800]}]),
        (several(PAIR), [[300, 650], [700, 100]]),
        (
            several(a("y x", y=INTEGER, x=INTEGER, price={"type": ["number", "null"]})),
            [{"y": 300, "x": 650, "price": None}, {"y": 700, "x": 100, "price": None}],
        ),
        (
            a("count boxes", count=INTEGER, boxes=several(a("box_2d", box_2d=FOUR, color=TEXT))),
            {
                "count": 2,
                "boxes": [
                    {"box_2d": [200, 500, 400, 800], "color": "red"},
                    {"box_2d": [690, 50, 710, 150], "color": "blue"},
                ],
            },
        ),
        (
            several(
                a(
                    "p",
                    p={"type": "array", "prefixItems": [INTEGER, INTEGER], "description": "[x, y]"},
                )
            ),
            [{"p": [650, 300]}, {"p": [100, 700]}],
        ),
        (
            several(a("x", x={"type": "number", "maximum": 1}, y={"type": "number", "maximum": 1})),
            [{"x": 0.65, "y": 0.3}, {"x": 0.1, "y": 0.7}],
        ),
        (
            several(
                a(
                    "point kind",
                    point=PAIR,
                    kind={"enum": ["plate", "cup", None], "type": ["string", "null"]},
                )
            ),
            [{"point": [300, 650], "kind": "cup"}, {"point": [700, 100], "kind": None}],
        ),
        (a("found", found={"type": "boolean"}), {"found": True}),
        (INTEGER, 2),
        ({"type": "boolean"}, True),
        (several(TEXT), ["red cup", "pen"]),
        ({"anyOf": [a("point", point=PAIR), {"type": "null"}]}, {"point": [300, 650]}),
        (a("path", path=several(PAIR)), {"path": [[300, 650], [700, 100]]}),
        (a("path", path=several(several(INTEGER))), {"path": [[300, 650], [700, 100]]}),
    ],
)
def test_schemas_are_filled(schema: dict[str, Any], value: Any) -> None:
    assert filled(form_of(schema), [CUP, PEN]) == value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (several(a("point", point=PAIR, label=TEXT)), []),
        (
            several(a("point", point={**PAIR, "type": ["array", "null"]}, label=TEXT)),
            [{"point": None, "label": "key"}],
        ),
        (several(a("in_frame", point=PAIR, in_frame={"type": "boolean"})), [{"in_frame": False}]),
        ({"anyOf": [a("point", point=PAIR), {"type": "null"}]}, None),
        (a("count", count=INTEGER), {"count": 0}),
    ],
)
def test_schemas_say_what_is_missing(schema: dict[str, Any], value: Any) -> None:
    assert filled(form_of(schema), [LOST]) == value


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (several(a("point price", point=PAIR, price={"type": "number"})), CUP),
        (several(a("confidence box_2d", box_2d=FOUR, confidence={"type": "number"})), CUP),
        (a("y x", y=INTEGER, x=INTEGER), LOST),
        (a("red_cup pen", red_cup=PAIR, pen=PAIR), CUP),
        (several(PAIR, minItems=3), CUP),
    ],
)
def test_what_a_schema_obliges_to_in_vain_is_not_made_up(
    schema: dict[str, Any], place: Place
) -> None:
    assert not valid(filled(form_of(schema), [place]), schema)


@pytest.mark.parametrize(
    "text",
    [
        "Points are [y, x]. Return [] if there is none.",
        "Where is the box [the big one]? The label is {unknown}.",
        *("[", "{{{{", '{"a": [', "[[[[]]]]", "{]" * 300, '{"a" "b"}', "{'a': }"),
        'Point to the "box" and the "object".',
    ],
)
def test_other_brackets_are_no_example(text: str) -> None:
    assert form_in(text) == (None, text)


def test_schemas_of_many_keys_are_filled_in_no_time() -> None:
    keys = {f"key {n}": INTEGER for n in range(1000)}
    form = form_of(several(a("point", point=PAIR, **keys)))
    value: Any = filled(form, [replace(CUP, label=f"cup {n}") for n in range(30)])

    assert value == [{"point": [300, 650]}] * 30


@pytest.mark.parametrize("run", ['"', "'", "<", "{", "[", "a_", '{"a":', "0", "key ", "[y,", "in "])
def test_long_runs_are_read_in_no_time(run: str) -> None:
    text = run * 50_000

    form, _ = form_in(text)
    assert filled(form or Form(), [CUP], text) is not None


def test_the_example_is_taken_out_of_the_text() -> None:
    prompt = 'Point to the cup: [{"point": [y, x], "label": ""}, ...]. No fences.'

    assert form_in(prompt)[1] == "Point to the cup . No fences."


def test_answers_are_written_as_gemini_writes_them() -> None:
    value: Any = [{"point": [1, 2]}, {"point": [3, 4]}]

    assert written(value) == '```json\n[\n  {"point": [1, 2]},\n  {"point": [3, 4]}\n]\n```'
    assert json.loads(written(value, fenced=False)) == value


sides = st.tuples(
    st.integers(0, 400), st.integers(0, 400), st.integers(500, 1000), st.integers(500, 1000)
)


@PROPERTY
@given(
    st.lists(sides, max_size=5),
    st.sampled_from(
        [
            '[{"box_2d": [ymin, xmin, ymax, xmax], "label": ""}]',
            '[{"label": "", "y": 0, "x": 0, "y2": 0, "x2": 0}]',
            '{"boxes": [{"box_2d": [ymin, xmin, ymax, xmax], "label": ""}]}',
            '[{"ymin": 0, "xmin": 0, "ymax": 0, "xmax": 0, "name": ""}]',
            '[{"point": [y, x], "label": ""}]',
        ]
    ),
)
def test_what_is_written_parses_to_the_same_places(
    boxes: list[tuple[int, int, int, int]], example: str
) -> None:
    centres = [((box[0] + box[2]) // 2, 250) for box in boxes]
    places = [Place(f"thing {n}", centres[n], box) for n, box in enumerate(boxes)]
    found = gnb.parse(written(told(example, *places)))

    assert list(found.labels) == [place.label for place in places]
    if "point" in example:
        assert [(point.y, point.x) for point in found.points] == centres
    else:
        assert [(each.ymin, each.xmin, each.ymax, each.xmax) for each in found.boxes] == boxes
