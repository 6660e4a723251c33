"""Things followed over frames: who is who, where it was in between, and where it was not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Box, Point, Span
from gemini_nb.spatial.statements import Absence, Angle
from gemini_nb.spatial.tracks import Track, name_and_state, tracks

quick = settings(derandomize=True, deadline=None, max_examples=60)


def said(*items: tuple[float, float, str]) -> Annotations:
    return Annotations(tuple(Point(y, x, label=label) for y, x, label in items))


def test_a_thing_is_followed_by_its_name_through_all_frames() -> None:
    [cup] = tracks([said((100, 100, "cup")), said((120, 300, "cup")), said((140, 900, "cup"))])
    assert [(at.y, at.x) for at in cup.positions if at] == [(100, 100), (120, 300), (140, 900)]
    assert cup.seen == (0, 1, 2)
    assert cup.number is None


def test_the_state_in_brackets_is_no_part_of_the_name() -> None:
    [pen] = tracks([said((500, 100, "pen (on desk)")), said((500, 700, "Pen (in holder)"))])
    assert pen.label == "pen"
    assert pen.states == ("on desk", "in holder")


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
def test_only_brackets_at_the_end_hold_a_state(label: str, expected: tuple[str, str]) -> None:
    assert name_and_state(label) == expected


def test_between_analysed_frames_positions_are_interpolated_and_said_to_be() -> None:
    [pen] = tracks({1: said((100, 200, "pen (a)")), 4: said((400, 200, "pen (b)"))}, count=7)
    assert pen.estimated == (2, 3)
    assert pen.positions[2] == Point(200, 200, label="pen")
    assert pen.positions[3] == Point(300, 200, label="pen")
    assert pen.seen == (1, 4)


def test_nothing_is_interpolated_before_the_first_or_after_the_last_sighting() -> None:
    [pen] = tracks([None, said((1, 1, "pen")), None, said((1, 9, "pen")), None])
    assert pen.positions[0] is pen.positions[4] is None


def test_what_an_analysed_frame_does_not_name_is_absent_there_and_around() -> None:
    [pen] = tracks([said((1, 1, "pen")), None, said(), None, said((1, 9, "pen"))])
    assert [at is not None for at in pen.positions] == [True, False, False, False, True]
    assert pen.estimated == ()


def test_several_of_a_name_are_told_apart_by_where_they_were() -> None:
    first = said((100, 100, "cup"), (100, 800, "cup"))
    second = said((100, 780, "cup"), (100, 150, "cup"))
    left, right = tracks([first, second])
    assert [at.x for at in left.positions if at] == [100, 150]
    assert [at.x for at in right.positions if at] == [800, 780]
    assert (left.title, right.title) == ("cup 1", "cup 2")


def test_the_distances_together_decide_and_not_the_first_that_is_near() -> None:
    first = said((0, 100, "cup"), (0, 200, "cup"))
    second = said((0, 190, "cup"), (0, 300, "cup"))
    ends = [[at.x for at in cup.positions if at] for cup in tracks([first, second])]
    assert ends == [[100, 190], [200, 300]]


def test_one_of_several_that_would_have_jumped_too_far_is_another_thing() -> None:
    first = said((0, 0, "cup"), (0, 200, "cup"))
    second = said((0, 0, "cup"), (900, 900, "cup"))
    kept, gone, new = tracks([first, second], max_jump=300)
    assert (kept.seen, gone.seen, new.seen) == ((0, 1), (0,), (1,))


def test_a_lone_thing_of_its_name_may_jump() -> None:
    assert len(tracks([said((0, 0, "cup")), said((900, 900, "cup"))], max_jump=10)) == 1


def test_a_box_stands_for_its_centre_and_statements_without_a_place_for_nothing() -> None:
    found = Annotations((Box(100, 200, 300, 400, label="mug"), Absence(label="pen"), Angle(3)))
    [mug] = tracks([found])
    assert mug.positions == (Point(200, 300, label="mug"),)


def test_a_box_and_a_point_of_one_object_are_one_thing() -> None:
    whole = Span(0, 60)
    box, point = Box(0, 0, 9, 9, label="mug", span=whole), Point(8, 1, label="mug", span=whole)
    [mug] = tracks([Annotations((box, point))])
    assert mug.positions == (Point(8, 1, label="mug"),)


def test_tracks_come_in_the_order_in_which_things_appear() -> None:
    frames = [said((1, 1, "pen")), said((1, 1, "pen"), (9, 9, "cap"))]
    assert [track.label for track in tracks(frames)] == ["pen", "cap"]


@pytest.mark.parametrize("frame", [-1, 3])
def test_annotations_for_a_frame_that_does_not_exist_are_refused(frame: int) -> None:
    with pytest.raises(PictureError, match=f"no frame {frame}"):
        tracks({frame: said((1, 1, "pen"))}, count=3)


def test_no_frames_and_no_things_make_no_tracks() -> None:
    assert tracks([]) == tracks({}) == tracks([None, said()]) == ()


places = st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(["cup", "pen", ""]))
films = st.lists(st.one_of(st.none(), st.lists(places, max_size=5, unique=True)), max_size=5)


def _film(frames: list[list[tuple[int, int, str]] | None]) -> list[Annotations | None]:
    return [None if frame is None else said(*frame) for frame in frames]


@quick
@given(films, st.randoms(use_true_random=False))
def test_the_order_of_an_answer_changes_nothing(frames: list, chance: object) -> None:
    mixed = [frame and chance.sample(frame, len(frame)) for frame in frames]  # type: ignore[attr-defined]
    assert tracks(_film(mixed)) == tracks(_film(frames))


@quick
@given(films)
def test_every_sighting_belongs_to_exactly_one_track(frames: list) -> None:
    followed = tracks(_film(frames))
    for at, frame in enumerate(frames):
        there = [track.positions[at] for track in followed if at in track.seen]
        assert sorted((p.y, p.x, p.label) for p in there if p) == sorted(frame or [])


@quick
@given(films)
def test_estimates_lie_between_the_sightings_around_them(frames: list) -> None:
    for track in tracks(_film(frames)):
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


def _cups(moves: list, *, mirrored: bool) -> list[Annotations | None]:
    film: list[Annotations | None] = []
    for offsets in moves:
        spots = [(y + dy, x + dx) for (y, x), (dy, dx) in zip(HOMES, offsets, strict=True)]
        film += [said(*[(y, 1000 - x if mirrored else x, "cup") for y, x in spots]), None]
    return film[:-1]


def _paths(followed: tuple[Track, ...], *, mirrored: bool) -> set:
    return {
        tuple((p.y, 1000 - p.x if mirrored else p.x) if p else None for p in track.positions)
        for track in followed
    }


@quick
@given(steps)
def test_mirrored_frames_give_mirrored_tracks(moves: list) -> None:
    straight = tracks(_cups(moves, mirrored=False))
    assert len(straight) == len(HOMES)
    turned = tracks(_cups(moves, mirrored=True))
    assert _paths(turned, mirrored=True) == _paths(straight, mirrored=False)


@quick
@given(steps)
def test_things_that_stay_near_their_place_are_never_mixed_up(moves: list) -> None:
    for track in tracks(_cups(moves, mirrored=False)):
        start = track.positions[0]
        assert start
        assert all(start.distance(at) < 200 for at in track.positions if at)
