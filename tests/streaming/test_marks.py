"""Marks on a picture that appear while an answer is still arriving."""

from __future__ import annotations

import json

import pytest

import gemini_nb as gnb
from gemini_nb.streaming.complete_items import complete_items

MUG = {"point": [412, 305], "label": "mug"}
PEN = {"box_2d": [100, 200, 300, 400], "label": "pen"}
PATH = {"label": "wipe", "trajectory": [[100, 100], [200, 250], [300, 400]]}
CUPS = {"label": "cups", "points": [{"y": 100, "x": 200}, {"y": 300, "x": 400}]}
BARE = {"points": [{"y": 100, "x": 200}, {"y": 300, "x": 400}], "label": "cups"}
NOTED = {"point": [412, 305], "attributes": {"colour": "red"}, "label": "mug"}

ANSWERS = [
    json.dumps([MUG, PEN, PATH]),
    json.dumps([MUG, PEN, PATH], indent=2),
    "Here they are:\n```json\n"
    + json.dumps([MUG, PATH, MUG | {"label": "cup"}])
    + "\n```\nThat is all.",
    json.dumps({"items": [MUG, PEN]}),
    json.dumps([CUPS, MUG]),
    json.dumps([BARE, MUG]),
    json.dumps([NOTED, PEN]),
    "\n".join(map(json.dumps, [MUG, PEN, PATH])),
    json.dumps([[MUG, PEN], [PATH]]),
    json.dumps([MUG | {"label": 'a "quoted" } ] brace'}, PEN]),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_shown_early_is_never_taken_back(answer: str) -> None:
    final = gnb.parse(answer).to_dicts()
    for end in range(len(answer) + 1):
        shown = gnb.parse(answer[: complete_items(answer[:end])]).to_dicts()
        assert shown == final[: len(shown)]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_complete_answer_is_read_to_its_last_object(answer: str) -> None:
    shown = gnb.parse(answer[: complete_items(answer)]).to_dicts()
    assert shown == gnb.parse(answer).to_dicts()


def test_the_first_mark_is_there_long_before_the_last() -> None:
    answer = ANSWERS[0]
    assert complete_items(answer[: len(json.dumps(MUG)) + 2]) > 0
