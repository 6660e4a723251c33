"""Things followed over frames: who is who, where it was in between, and where it was not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Box, Point, Span
from gemini_nb.spatial.statements import Absence, Angle
from gemini_nb.spatial.tracks import Track, name_and_state, tracks

if TYPE_CHECKING:
    from collections.abc import Sequence

quick = settings(derandomize=True, deadline=None, max_examples=60)


def said(*items: tuple[float, float, str]) -> Annotations:
    return Annotations(tuple(Point(y, x, label=label) for y, x, label in items))


def followed(frames: Sequence[Annotations | None], **options: float) -> tuple[Track, ...]:
    """The tracks of a film; None for a frame that was not analysed."""
    answers = {frame: found for frame, found in enumerate(frames) if found is not None}
    return tracks(answers, len(frames), **options)


def test_tracks_follow_a_thing_by_its_name_through_all_frames() -> None:
    [cup] = followed([said((100, 100, "cup")), said((120, 300, "cup")), said((140, 900, "cup"))])
    assert [(at.y, at.x) for at in cup.positions if at] == [(100, 100), (120, 300), (140, 900)]
    assert cup.seen == (0, 1, 2)
    assert cup.number == 0


def test_tracks_take_the_state_in_brackets_for_no_part_of_the_name() -> None:
    [pen] = followed([said((500, 100, "pen (on desk)")), said((500, 700, "Pen (in holder)"))])
    assert pen.label == "pen"
    assert [at.label for at in pen.positions if at] == ["pen (on desk)", "Pen (in holder)"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("pen (on desk)", ("pen", "on desk")),
        ("  pen   tray ( open ) ", ("pen tray", "open")),
        ("pen (a) (b)", ("pen (a)", "b")),
        ("pen (unclosed", ("pen (unclosed", "")),
        ("(only brackets)", ("(only brackets)", "")),
        ("pen (2) left", ("pen (2) left", "")),
        ("", ("", "")),
    ],
)
def test_name_and_state_reads_brackets_at_the_end_only(
    label: str, expected: tuple[str, str]
) -> None:
    assert name_and_state(label) == expected


def test_tracks_interpolate_between_analysed_frames_and_say_so() -> None:
    [pen] = tracks({1: said((100, 200, "pen (a)")), 4: said((400, 200, "pen (b)"))}, count=7)
    assert pen.estimated == (2, 3)
    assert pen.positions[2] == Point(200, 200, label="pen")
    assert pen.positions[3] == Point(300, 200, label="pen")
    assert pen.seen == (1, 4)


def test_tracks_interpolate_nothing_before_the_first_or_after_the_last_sighting() -> None:
    [pen] = followed([None, said((1, 1, "pen")), None, said((1, 9, "pen")), None])
    assert pen.positions[0] is pen.positions[4] is None


def test_tracks_leave_out_what_an_analysed_frame_does_not_name() -> None:
    [pen] = followed([said((1, 1, "pen")), None, said(), None, said((1, 9, "pen"))])
    assert [at is not None for at in pen.positions] == [True, False, False, False, True]
    assert pen.estimated == ()


def test_tracks_tell_several_of_a_name_apart_by_where_they_were() -> None:
    first = said((100, 100, "cup"), (100, 800, "cup"))
    second = said((100, 780, "cup"), (100, 150, "cup"))
    left, right = followed([first, second])
    assert [at.x for at in left.positions if at] == [100, 150]
    assert [at.x for at in right.positions if at] == [800, 780]
    assert (left.title, right.title) == ("cup 1", "cup 2")


def test_tracks_go_by_the_distances_together() -> None:
    first = said((0, 100, "cup"), (0, 200, "cup"))
    second = said((0, 190, "cup"), (0, 300, "cup"))
    ends = [[at.x for at in cup.positions if at] for cup in followed([first, second])]
    assert ends == [[100, 190], [200, 300]]


def test_tracks_take_one_of_several_that_jumped_too_far_for_another_thing() -> None:
    first = said((0, 0, "cup"), (0, 200, "cup"))
    second = said((0, 0, "cup"), (900, 900, "cup"))
    kept, gone, new = followed([first, second], max_jump=300)
    assert (kept.seen, gone.seen, new.seen) == ((0, 1), (0,), (1,))


def test_tracks_let_a_lone_thing_of_its_name_jump() -> None:
    assert len(followed([said((0, 0, "cup")), said((900, 900, "cup"))], max_jump=10)) == 1


def test_tracks_take_the_centre_of_a_box_and_nothing_of_what_has_no_place() -> None:
    found = Annotations((Box(100, 200, 300, 400, label="mug"), Absence(label="pen"), Angle(3)))
    [mug] = followed([found])
    assert mug.positions == (Point(200, 300, label="mug"),)


def test_tracks_take_a_box_and_a_point_of_one_object_for_one_thing() -> None:
    whole = Span(0, 60)
    box, point = Box(0, 0, 9, 9, label="mug", span=whole), Point(8, 1, label="mug", span=whole)
    [mug] = followed([Annotations((box, point))])
    assert mug.positions == (Point(8, 1, label="mug"),)


def test_tracks_come_in_the_order_in_which_things_appear() -> None:
    frames = [said((1, 1, "pen")), said((1, 1, "pen"), (9, 9, "cap"))]
    assert [track.label for track in followed(frames)] == ["pen", "cap"]


def test_tracks_of_no_frames_or_no_things_are_none() -> None:
    assert followed([]) == followed([None, said()]) == ()


places = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["cup", "pen", ""]))
films = st.lists(st.one_of(st.none(), st.lists(places, max_size=5, unique=True)), max_size=5)


def _film(frames: list[list[tuple[int, int, str]] | None]) -> list[Annotations | None]:
    return [None if frame is None else said(*frame) for frame in frames]


@quick
@given(films, st.randoms(use_true_random=False))
def test_tracks_do_not_depend_on_the_order_of_an_answer(frames: list, chance: object) -> None:
    mixed = [frame and chance.sample(frame, len(frame)) for frame in frames]  # type: ignore[attr-defined]
    assert followed(_film(mixed)) == followed(_film(frames))


@quick
@given(films)
def test_tracks_hold_every_sighting_once(frames: list) -> None:
    found = followed(_film(frames))
    for at, frame in enumerate(frames):
        there = [track.positions[at] for track in found if at in track.seen]
        assert sorted((p.y, p.x, p.label) for p in there if p) == sorted(frame or [])


@quick
@given(films)
def test_tracks_estimate_places_between_the_sightings_around_them(frames: list) -> None:
    for track in followed(_film(frames)):
        for before, after in pairwise(track.seen):
            start, end = track.positions[before], track.positions[after]
            assert start
            assert end
            for between in track.positions[before + 1 : after]:
                if between:
                    way = start.distance(between) + between.distance(end)
                    assert way == pytest.approx(start.distance(end), abs=0.01)


# Cups that stand 400 apart and move by less than 150 can't be taken for one another.
steps = st.lists(
    st.tuples(*[st.tuples(st.integers(-70, 70), st.integers(-70, 70))] * 4), min_size=1, max_size=4
)
HOMES = ((200, 200), (200, 600), (600, 200), (600, 600))


@quick
@given(steps)
def test_tracks_never_mix_up_things_that_stay_near_their_place(moves: list) -> None:
    film: list[Annotations | None] = []
    for offsets in moves:
        spots = [(y + dy, x + dx) for (y, x), (dy, dx) in zip(HOMES, offsets, strict=True)]
        film += [said(*[(y, x, "cup") for y, x in spots]), None]
    found = followed(film)
    assert len(found) == len(HOMES)
    for track in found:
        start = track.positions[0]
        assert start
        assert all(start.distance(at) < 200 for at in track.positions if at)
