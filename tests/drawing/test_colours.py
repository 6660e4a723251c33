from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.colours import PALETTE, as_hex, colours_of, contrast, text_on
from gemini_nb.errors import InvalidOptionError

quick = settings(derandomize=True, deadline=None, max_examples=60)

# G. Machado, M. Oliveira, L. Fernandes, A physiologically-based model for simulation of color
# vision deficiency, 2009: severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def seen_as(colour: str, deficiency: str) -> np.ndarray:
    """CIE L*a*b* of `colour` as somebody with the deficiency sees it."""
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ linear / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_every_two_colours_can_be_told_apart(deficiency: str) -> None:
    for one, other in combinations(PALETTE, 2):
        difference = np.linalg.norm(seen_as(one, deficiency) - seen_as(other, deficiency))
        assert difference > 14, (one, other)  # about 2 is the least that an eye can see


@pytest.mark.parametrize("colour", PALETTE)
def test_text_on_every_colour_has_the_contrast_that_reading_needs(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5


@quick
@given(st.text(min_size=1))
def test_a_label_alone_has_the_same_colour_whatever_its_case_and_spacing(label: str) -> None:
    spaced = f"  {label} "
    assert colours_of([label])[label] == colours_of([spaced])[spaced]
    assert colours_of(["Pen  Holder"])["Pen  Holder"] == colours_of(["pen holder"])["pen holder"]


@quick
@given(st.lists(st.text(max_size=8), max_size=20))
def test_colours_do_not_depend_on_the_order_of_labels(labels: list[str]) -> None:
    assert colours_of(labels) == colours_of(labels[::-1])


@quick
@given(st.sets(st.from_regex("[a-z]{1,8}", fullmatch=True), max_size=len(PALETTE)))
def test_labels_have_different_colours_while_there_are_enough(labels: set[str]) -> None:
    assert len(set(colours_of(labels).values())) == len(labels)


def test_with_more_labels_than_colours_all_are_shared_evenly() -> None:
    colours = list(colours_of(f"object {n}" for n in range(2 * len(PALETTE))).values())
    assert {colours.count(colour) for colour in PALETTE} == {2}


def test_most_labels_keep_their_colour_among_four_others() -> None:
    alone = {f"thing {n}": colours_of([f"thing {n}"])[f"thing {n}"] for n in range(300)}
    labels = list(alone)
    kept = 0
    for start in range(0, 300, 5):
        together = colours_of(labels[start : start + 5])
        kept += sum(alone[label] == colour for label, colour in together.items())
    assert kept > 0.75 * 300


@pytest.mark.parametrize(
    ("label", "colour"),
    [
        ("green thing", "#009e73"),
        ("Purple oval", "#762a83"),
        ("dark red mug", "#cc3311"),
        ("mug (blue)", "#0072b2"),
        ("red-brown pot", "#cc3311"),
        ("orange", "#e69f00"),
        ("gray and white cat", "#888888"),
    ],
)
def test_a_label_that_names_a_colour_has_it_whatever_else_is_there(label: str, colour: str) -> None:
    for others in (
        [],
        ["mug", "pen"],
        ["green cup", "red cup"],
        [f"object {n}" for n in range(30)],
    ):
        assert colours_of([*others, label])[label] == colour


@pytest.mark.parametrize("colour", ["#CC3311", "#c31", "rgb(204, 51, 17)"])
def test_colours_may_be_given_in_any_usual_form(colour: str) -> None:
    assert set(as_hex({"mug": colour}).values()) <= {"#cc3311"}


@pytest.mark.parametrize("colours", [{"mug": "'/><script>"}, {"mug": 7}, {"mug": ""}, ["red"]])
def test_what_is_no_colour_is_refused(colours: object) -> None:
    with pytest.raises(InvalidOptionError, match="pass colours by label"):
        as_hex(colours)


def test_a_label_without_a_colour_keeps_off_those_that_are_named() -> None:
    free = colours_of(["mug", "pen", "bowl"])
    named = {"green tea", "blue ink", "an orange", "yellow soap"}
    taken = {colours_of([label])[label] for label in named}
    together = colours_of([*named, *free])
    assert taken.isdisjoint(together[label] for label in free)
