from __future__ import annotations

import html
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.json_values import JsonObject, holds_objects, json_text, plain, unlooped
from gemini_nb.spatial.tolerant_json import DEEPEST, fragments, unwrapped
from time_limits import HANGS

quickly = settings(derandomize=True, deadline=None, max_examples=60)

OBJECTS = st.lists(
    st.dictionaries(
        st.sampled_from(["box_2d", "label", "point", "n", "the sum"]),
        st.integers(-9999, 9999)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.booleans()
        | st.none()
        | st.text(max_size=12)
        | st.lists(st.integers(0, 1000), max_size=4),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=5,
)
PLAIN_OBJECTS = st.lists(
    st.builds(
        lambda sides, label, sure: {"box_2d": sides, "label": label, "sure": sure},
        st.lists(st.integers(0, 1000), min_size=4, max_size=4),
        st.sampled_from(["mug", "red tray", "lid", "a"]),
        st.sampled_from([True, False, None]),
    ),
    min_size=1,
    max_size=5,
)
SLIPS = {
    "a trailing comma": lambda text: f"{text[:-1]},]",
    "trailing commas": lambda text: text.replace("}", ",}"),
    "Python's literals": lambda text: repr(json.loads(text)),
    "typographers' quotes": lambda text: (
        text.replace('{"', "{“").replace(', "', ", “").replace('":', "”:")
    ),
    "keys without quotes": lambda text: text.replace('"sure"', "sure").replace('"label"', "label"),
    "missing commas between objects": lambda text: text.replace("}, {", "} {"),
    "missing commas between members": lambda text: text.replace(', "label"', ' "label"'),
    "comments": lambda text: text.replace("[{", "[ // first\n{").replace("}, {", "}, /* next */ {"),
    "an ellipsis": lambda text: f"{text[:-1]}, ...]",
    "doubled braces": lambda text: text.replace("{", "{{").replace("}", "}}"),
    "doubled closing braces": lambda text: text.replace("}, {", "}}, {"),
    "a missing bracket": lambda text: f'{{"things": {text[:-1]}}}',
    "no last bracket": lambda text: text[:-1],
    "no-break spaces": lambda text: text.replace("}, {", "},\u00a0{").replace('": [', '":\u00a0['),
    "zero-width spaces": lambda text: text.replace("}, {", "},\u200b{").replace("[", "[\u200b"),
    "NUL": lambda text: text.replace('": ', '":\0'),
    "a missing opening quote": lambda text: text.replace('"label": "', '"label": '),
}


def read(text: str) -> list[Any]:
    return [plain(fragment.value) for fragment in fragments(unwrapped(text))]


def told(text: str) -> list[str]:
    return [reason for fragment in fragments(text) for reason, *_ in fragment.repairs]


@quickly
@given(OBJECTS)
def test_fragments_reads_json_as_the_standard_library_does_and_mends_nothing(
    objects: list[dict[str, Any]],
) -> None:
    text = json.dumps(objects, ensure_ascii=False)

    (fragment,) = fragments(text)

    assert plain(fragment.value) == objects
    assert fragment.value.span == (0, len(text))
    assert {reason for reason, *_ in fragment.repairs} <= {
        "a backslash or control character in a string"  # DEL and the like are none of JSON's
    }


@pytest.mark.parametrize("slip", SLIPS)
@quickly
@given(objects=PLAIN_OBJECTS)
def test_fragments_reads_the_same_after_one_slip_and_tells_of_it(
    slip: str, objects: list[dict[str, Any]]
) -> None:
    text = json.dumps(objects)
    damaged = SLIPS[slip](text)

    assert damaged != text or len(objects) == 1
    assert read(damaged)[0] in (objects, {"things": objects})
    assert damaged == text or told(damaged)


@pytest.mark.parametrize("hide", [json.dumps, html.escape], ids=["in a string", "in HTML"])
@quickly
@given(objects=OBJECTS)
def test_unwrapped_lays_bare_what_strings_and_web_pages_hide(
    hide: Any, objects: list[dict[str, Any]]
) -> None:
    text = json.dumps(objects)

    assert read(hide(text))[0] == objects
    assert read(f'{{"n": 1, "result": {json.dumps(text)}}}')[0]["result"] == objects


@quickly
@given(PLAIN_OBJECTS, st.data())
def test_fragments_keeps_each_whole_object_of_what_breaks_off(
    objects: list[dict[str, Any]], data: st.DataObject
) -> None:
    text = json.dumps(objects)
    cut = data.draw(st.integers(2, len(text)))
    ends = [len(json.dumps(objects[:count])) - 1 for count in range(1, len(objects) + 1)]
    whole = sum(end <= cut for end in ends)

    found = read(text[:cut])

    assert found[0][:whole] == objects[:whole]
    assert cut == len(text) or told(text[:cut])


PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ",",
            ":",
            '"',
            "'",
            "\\",
            "\n",
            "#",
            "```",
            "//",
            "/*",
            "...",
            " ",
        ),
        *("null", "True", "NaN", "1e400", "412", "-1", '"label"', '"mug"', "[1, 2]", '{"a": 1}'),
        *("\x00", "\ufeff", "\u201c", "\u201d", "&quot;", '\\"'),
    ]
)


@quickly
@given(st.text() | st.lists(PIECES, max_size=60).map("".join))
def test_fragments_reads_any_text_and_its_spans_lie_in_it_in_order(text: str) -> None:
    text = unwrapped(text)
    at = 0
    for fragment in fragments(text):
        assert at <= fragment.value.span.start < fragment.value.span.end <= len(text)
        at = fragment.value.span.end
        for _, start, end in fragment.repairs:
            assert fragment.value.span.start <= start <= end <= len(text)
        json.dumps(plain(fragment.value), allow_nan=False).encode()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '{"mask": <start_of_mask><seg_3><seg_5>", "n": 1}',
            {"mask": "<start_of_mask><seg_3><seg_5>", "n": 1},
        ),
        ('{"label": kettle", "n": 1}', {"label": "kettle", "n": 1}),
        ('{"label": kettle, "n": 1}', {"label": "kettle", "n": 1}),
        ('{"label": "the "long" oar, blue", "n": 1}', {"label": 'the "long" oar, blue', "n": 1}),
        ("{'label': 'Anna's mug', 'n': 1}", {"label": "Anna's mug", "n": 1}),
        ('{"label": "oar\nof ash", "n": 1,}', {"label": "oar\nof ash", "n": 1}),
        ('{"label": "oar,\n "n": 1}', {"label": "oar", "n": 1}),
        ('{"label": "oar, "n": 1}', {"label": "oar", "n": 1}),
        (r'{"label": "a \pear"}', {"label": "a pear"}),
        (r'{"label": "p\ud83dr"}', {"label": "p\ufffdr"}),
        ('{"label": "kettle", "label": "green kettle"}', {"label": "green kettle"}),
        ('{"w": 12, "w": null}', {"w": 12}),
        ('{"x": 305 px, "y": 12%}', {"x": "305 px", "y": "12%"}),
        ("[+5, \u22125, 412 305]", [5, -5, 412, 305]),
        ('{"a": True, "b": None, "c": NaN}', {"a": True, "b": None, "c": "NaN"}),
        ('{"a": 1e999, "b": 1}', {"a": "1e999", "b": 1}),
        ('{"label": , "n": 1}', {"label": None, "n": 1}),
        ('[{"point": [1, 2]], "n": 1}]', [{"point": [1, 2], "n": 1}]),
        ('[{"point": [1, 2, "n": 3}, {"n": 1}]', [{"point": [1, 2], "n": 3}, {"n": 1}]),
        ('[{"point": [1, 2}, {"n": 1}]', [{"point": [1, 2]}, {"n": 1}]),
        ('{"boxes": [{"n": 1}}, {"n": 2}}], "n": 3}', {"boxes": [{"n": 1}, {"n": 2}], "n": 3}),
        ('[{"n": 1, {"n": 2}]', [{"n": 1}, {"n": 2}]),
        ("[(1, 2), (3, 4)]", [[1, 2], [3, 4]]),
        ('# [\n#   {"n": 1},\n#   {"n": 2}\n# ]', [{"n": 1}, {"n": 2}]),
        ('[{"n": 1}\n```\nThat is all.', [{"n": 1}]),
        ('{"a": "{", "b": "}, {", "c": {}}', {"a": "{", "b": "}, {", "c": {}}),
        ('[{"type": []}, {"type": {}}]', [{"type": []}, {"type": {}}]),
    ],
)
def test_fragments_mends_a_slip(text: str, wanted: object) -> None:
    assert read(text) == [wanted]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ('{"a": [1, 2,]}', ["a trailing comma"]),
        ("[1,, 2]", ["a comma too many"]),
        ("[1, \u22122]", ["a sign that JSON does not know"]),
        ('{"a":\u00a01}', ["characters between the tokens that JSON does not know"]),
        ('{"mask": <seg_3>", "n": 1}', ["a string without its opening quote"]),
        ('{"a": {"b": 1', ["the answer ends before its JSON does"]),
        ('{"a": {"b": 1}, and so on', ["JSON without its end"]),
    ],
)
def test_fragments_tells_what_it_mended(text: str, reasons: list[str]) -> None:
    assert told(text) == reasons


def test_fragments_leaves_the_characters_of_a_label_alone() -> None:
    label = "\u201czero\u200bwidth\u201d \u00a0 R&amp;D \u2212 \u2018x\u2019"

    assert read(f'[{{"label": "{label}",}}]') == [[{"label": label}]]


def test_fragments_finds_each_piece_in_prose_and_where_it_stands() -> None:
    text = 'The mug [1, 2] by {name}, {"label": "pen"}; see [link](here) and [3]. {x: 1}'

    assert [text[slice(*fragment.value.span)] for fragment in fragments(text)] == [
        "[1, 2]",
        '{"label": "pen"}',
        "[3]",
        "{x: 1}",
    ]


def test_fragments_knows_where_each_object_stands_whatever_was_mended() -> None:
    text = "{'boxes': [{'n': 1,}, {\"n\": 2} {n: 3}]}"

    (fragment,) = fragments(text)

    assert isinstance(fragment.value, JsonObject)
    boxes = fragment.value.members["boxes"]
    assert [text[slice(*box.span)] for box in boxes] == ["{'n': 1,}", '{"n": 2}', "{n: 3}"]
    assert [box.closed for box in boxes] == [True, True, True]
    assert boxes.holds_objects
    assert holds_objects(boxes)
    assert not holds_objects([1, 2])


def test_fragments_goes_on_behind_what_is_corrupt() -> None:
    assert read('[{"n": 1}, {"n": @@ }, {"n": 3}] then {"n": 4}')[-1] == {"n": 4}
    assert {"n": 3} in read('[{"n": 1}, {"n": [1, @@ }, {"n": 3}]')


def test_fragments_stops_at_the_deepest_level_and_reads_what_is_innermost() -> None:
    found = list(fragments("[" * 100 + '{"n": 1}' + "]" * 100))

    assert found[0].too_deep
    assert plain(found[1].value) == {"n": 1}
    assert not any(each.too_deep for each in fragments("[" * DEEPEST + "]" * DEEPEST))
    assert all(each.too_deep for each in fragments('{"a": ' + "[[]," * 900 + "1" + "]" * 900 + "}"))


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        '{"a":',
        "{'a':'b'},",
        '["\\"',
        '{"label": "mug, \n',
        "[/*",
        '[{\\"',
        "“a\n",
        '["}\n',
        "1 ",
    ],
)
def test_fragments_takes_time_in_proportion_to_the_text(piece: str) -> None:
    text = "[" + piece * (100_000 // len(piece))
    began = time.process_time()

    for _ in fragments(unwrapped(text)):
        pass

    assert time.process_time() - began < HANGS


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Other; " * 400, ("Other;…", 400)),
        ("A bin. " + "Other; " * 400 + "Oth", ("A bin. Other;…", 400)),
        ("4+Pj" * 90, ("4+Pj…", 90)),
        ("a mug, a mug, a mug", ("a mug, a mug, a mug", 1)),
        ("", ("", 1)),
    ],
)
def test_unlooped_cuts_a_string_that_ends_in_a_loop(text: str, wanted: tuple[str, int]) -> None:
    assert unlooped(text) == wanted


@quickly
@given(st.lists(st.sampled_from(["red", "blue", "mug", "tray", "left of", "42"]), max_size=40))
def test_unlooped_leaves_alone_what_is_no_loop(words: list[str]) -> None:
    text = ", ".join(f"{number} {word}" for number, word in enumerate(words))

    assert unlooped(text) == (text, 1)


def test_json_text_turns_arrays_and_tuples_into_lists_and_refuses_cycles() -> None:
    import numpy as np

    endless: list[object] = []
    endless.append(endless)

    assert json_text({"box_2d": np.array([1, 2]), "at": (3, np.float64(4.5))}) == (
        '{"box_2d": [1, 2], "at": [3, 4.5]}'
    )
    assert json_text(endless) is None
