"""What rows make of an answer: no widget, no page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.spatial.geometry import Box, Item, Point, Span, Trajectory
from gemini_nb.spatial.statements import Absence, Angle
from gemini_nb.widgets.editing import changes_of, looks_of, rows_of, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH = Trajectory((Point(1, 2, label="grip"), Point(3, 4), Point(5, 6, details={"z": 1})))
GIVEN = (
    Box(10.25, 20, 30, 40, label="mug", details={"colour": "red"}, span=Span(3, 9)),
    Absence(label="pen"),
    PATH,
    Point(700, 800, label="tea", image="left"),
)


def _changed(items: Sequence[Item], key: str, **said: Any) -> list[dict[str, Any]]:
    return [{**row, **(said if row["id"] == key else {})} for row in rows_of(items)]


def test_rows_of_leaves_out_what_can_not_be_edited() -> None:
    grasped = [Box(0, 0, 9, 9, label="jar"), Angle(30, label="jar"), Point(5, 5, label="pen")]

    assert [(row["id"], row["kind"]) for row in rows_of(GIVEN)] == [
        ("m0", "box"),
        ("m2", "path"),
        ("m3", "point"),
    ]
    assert [row["id"] for row in rows_of(grasped)] == ["m2"]
    assert rows_of([Point(1, 2, label="a\ud800b")])[0]["label"].isprintable()


def test_standing_is_what_was_given_where_nobody_touched_it() -> None:
    stands = standing(GIVEN, rows_of(GIVEN))

    assert all(now is was for now, was in zip(stands.values(), GIVEN, strict=True))


@pytest.mark.parametrize(
    ("key", "said", "expected"),
    [
        ("m0", {"at": [[1, 2], [3, 4]]}, {"box_2d": [1, 2, 3, 4], "label": "mug", "colour": "red"}),
        ("m0", {"label": "cup"}, {"box_2d": [10.25, 20, 30, 40], "label": "cup", "colour": "red"}),
        ("m3", {"at": [[0, 1]]}, {"point": [0, 1], "label": "tea", "image": "left"}),
    ],
)
def test_standing_keeps_what_else_was_said(
    key: str, said: dict[str, Any], expected: dict[str, Any]
) -> None:
    now = standing(GIVEN, _changed(GIVEN, key, **said))[key]

    assert now.to_dict() == expected
    assert now.span == GIVEN[int(key[1:])].span


def test_standing_keeps_the_points_of_a_path_that_are_left() -> None:
    rows = _changed(GIVEN, "m2", at=[[1, 2, 0], [7, 7], [9, 9, 2]])

    path = standing(GIVEN, rows)["m2"]

    assert isinstance(path, Trajectory)
    assert path.points == (PATH.points[0], Point(7, 7), Point(9, 9, details={"z": 1}))


def test_standing_puts_what_is_new_last_and_in_the_only_picture() -> None:
    given = [Point(1, 2, label="a", image="left"), Point(3, 4, label="b", image="left")]
    new = {"id": "n1", "kind": "box", "at": [[1, 2], [3, 4]], "label": "c", "accepted": False}

    stands = standing(given, [new, rows_of(given)[1]])

    assert stands == {"m1": given[1], "n1": Box(1, 2, 3, 4, label="c", image="left")}
    assert standing(GIVEN, [new])["n1"].image is None


def test_looks_of_gives_the_points_of_a_path_one_colour_and_its_line() -> None:
    points = [Point(n, n, label=str(n)) for n in (2, 0, 1)]
    ordered = [Point(n, n, details={"step": n}, label="go") for n in (1, 0)]

    # Numbers that do not count up as they come are no path.
    assert looks_of(standing(points, rows_of(points)), rows_of(points))[2] == []
    colours, by_id, (path,) = looks_of(standing(ordered, rows_of(ordered)), rows_of(ordered))
    assert path.geometry() == {"trajectory": [[0, 0], [1, 1]]}
    assert by_id["m0"] == by_id["m1"]
    assert by_id["m0"][0] == colours["go"]


def test_changes_of_tells_each_kind() -> None:
    given = [*GIVEN, Point(1, 1, label="x"), Point(2, 2, label="y")]
    box, path, tea, _, y = rows_of(given)
    rows = [
        {**box, "at": [[10.25, 20], [30, 30]], "label": "cup"},
        {**path, "at": [[4, 6, 0], [3, 4, 1], [5, 6, 2]]},
        {**tea, "accepted": True},
        y,
        {"id": "n1", "kind": "point", "at": [[5, 5]], "label": "a\nb", "accepted": True},
    ]

    changes = changes_of(given, rows)

    assert changes.accepted == (given[3],)
    assert [(pair.before, round(pair.distance)) for pair in changes.moved] == [
        (given[0], 10),
        (PATH, 5),
    ]
    assert [pair.after.label for pair in changes.relabelled] == ["cup"]
    assert changes.deleted == (given[4],)
    assert changes.untouched == 2
    assert repr(changes).splitlines()[0] == (
        "1 accepted, 2 moved, 1 relabelled, 1 added, 1 deleted, 2 untouched"
    )
    assert "IoU 0.50" in repr(changes)
    assert "5.0 thousandths" in repr(changes)
    assert "a b" in repr(changes)
