"""Several answers to one prompt: what they agree on, how far they lie apart, who disagrees."""

from __future__ import annotations

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import GeometryError, InvalidOptionError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.consensus import Consensus, consensus
from gemini_nb.spatial.geometry import Affine, Box, Item, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Absence, Angle

quick = settings(derandomize=True, deadline=None, max_examples=40)
thousandths = st.integers(0, 1000)
points = st.builds(Point, thousandths, thousandths, label=st.sampled_from(["cup", "lid", ""]))
boxes = st.builds(
    lambda ys, xs: Box(min(ys), min(xs), max(ys), max(xs), label="bun"),
    st.tuples(thousandths, thousandths),
    st.tuples(thousandths, thousandths),
)
answers = st.lists(st.lists(st.one_of(points, boxes), max_size=5), min_size=1, max_size=5)


def of(*items: Item) -> Annotations:
    return Annotations(tuple(items))


def cups(*places: tuple[float, float]) -> list[Annotations]:
    """An answer for each place, which sees a cup there."""
    return [of(Point(y, x, label="cup")) for y, x in places]


def seen(found: Consensus) -> list[dict[str, object]]:
    return found.agreed.to_dicts()


def test_consensus_is_the_mean_of_what_all_see() -> None:
    found = consensus(cups((100, 200), (110, 200), (120, 200)))
    assert seen(found) == [{"point": [110, 200], "label": "cup"}]
    assert found.support == (3,)
    assert found.of == 3
    assert not found.outliers


def test_consensus_keeps_a_wild_answer_out_of_the_mean() -> None:
    found = consensus(cups((100, 200), (110, 200), (900, 900), (120, 200)))
    assert seen(found) == [{"point": [110, 200], "label": "cup"}]
    assert found.support == (3,)
    assert found.outliers.to_dicts() == [{"point": [900, 900], "label": "cup"}]


def test_consensus_keeps_two_things_of_one_name_two() -> None:
    left, right = Point(500, 100, label="cup"), Point(500, 900, label="cup")
    found = consensus([of(left, right), of(right, left), of(left, right)])
    assert sorted(map(repr, found.agreed)) == [
        "Point(y=500.0, x=100.0, label='cup')",
        "Point(y=500.0, x=900.0, label='cup')",
    ]
    assert found.support == (3, 3)


def test_consensus_counts_an_answer_once_for_a_thing() -> None:
    twice = of(Point(500, 100, label="cup"), Point(505, 100, label="cup"))
    found = consensus([twice, of(), of(), of()])
    assert not found.agreed
    assert len(found.outliers) == 2


def test_consensus_takes_names_that_mean_the_same_for_one() -> None:
    names = ["stem of the banana", "banana stem", "stem of the banana"]
    found = consensus(of(Point(10, 10, label=name)) for name in names)
    assert found.agreed.labels == ("stem of the banana",)
    assert found.support == (3,)


def test_consensus_takes_different_names_for_different_things() -> None:
    found = consensus([of(Point(5, 5, label="cup")), of(Point(5, 5, label="lid"))])
    assert len(found.outliers) == 2


def test_consensus_averages_boxes_corner_by_corner() -> None:
    found = consensus([of(Box(0, 0, 100, 200)), of(Box(20, 10, 120, 220))])
    assert seen(found) == [{"box_2d": [10, 5, 110, 210], "label": ""}]


def test_consensus_averages_paths_along_their_length() -> None:
    straight = Trajectory((Point(0, 0), Point(0, 1000)), label="wipe")
    stepped = Trajectory(tuple(Point(20, x) for x in (0, 250, 500, 1000)), label="wipe")
    found = consensus([of(straight), of(stepped), of(straight)])
    [path] = found.agreed.trajectories
    assert path.to_dict()["trajectory"][0] == pytest.approx([20 / 3, 0], abs=1e-3)
    assert path.to_dict()["trajectory"][-1] == pytest.approx([20 / 3, 1000], abs=1e-3)


def test_consensus_takes_points_numbered_from_0_or_by_step_for_one_path() -> None:
    run = [Point(100, 100 * n, label=str(n)) for n in range(5)]
    steps = [Point(100, 100 * n, details={"step": n}) for n in range(5)]
    found = consensus([of(*run), of(*steps[::-1])])
    [path] = found.agreed.trajectories
    assert [point.x for point in path.points] == [0, 100, 200, 300, 400]


def test_consensus_never_joins_things_of_different_pictures() -> None:
    images = (0, 1, "a.jpg", None)
    found = consensus([of(*(Point(5, 5, label="cup", image=image) for image in images))] * 2)
    assert {item.image for item in found.agreed} == set(images)
    assert not consensus([of(Point(5, 5, image=0)), of(Point(5, 5, image=1))]).agreed


def test_consensus_of_masks_is_the_one_nearest_to_the_mean() -> None:
    masks = [
        Mask(Box(0, 0, 100 + n, 100), polygons=((Point(0, 0), Point(n, 0)),)) for n in (0, 8, 20)
    ]
    found = consensus(of(mask) for mask in masks)
    assert found.agreed.masks == (masks[1],)


def test_consensus_agrees_on_what_has_no_place_where_it_is_said_alike() -> None:
    fork = Absence(label="fork")
    found = consensus([of(fork), of(fork, Angle(3)), of(Angle(4))])
    assert found.agreed.items == (fork,)
    assert found.spread == (None,)
    assert found.outliers.of(Angle) == (Angle(3), Angle(4))


def test_consensus_keeps_only_details_that_all_share() -> None:
    said = [{"colour": "red", "confidence": share} for share in (0.5, 0.9)]
    found = consensus(of(Point(5, 5, details=details)) for details in said)
    assert found.agreed[0].details == {"colour": "red"}


def test_spread_is_that_of_the_centres() -> None:
    found = consensus(cups((100, 500), (104, 502), (108, 504)))
    [spread] = found.spread
    assert spread is not None
    assert (spread.y, spread.x, spread.covariance) == pytest.approx((4, 2, 8))


def test_consensus_counts_an_empty_answer() -> None:
    found = consensus([*cups((5, 5), (6, 6)), of()])
    assert (found.support, found.of) == ((2,), 3)


@pytest.mark.parametrize(
    ("count", "others", "agreed", "outliers"),
    [(1, 0, 1, 0), (1, 1, 0, 1), (2, 2, 1, 0), (2, 3, 0, 2)],
)
def test_consensus_needs_half_of_the_answers_and_two_of_several(
    count: int, others: int, agreed: int, outliers: int
) -> None:
    found = consensus([*cups(*[(5, 5)] * count), *[of()] * others])
    assert (len(found.agreed), len(found.outliers)) == (agreed, outliers)


def test_consensus_needs_as_many_as_least_says() -> None:
    assert len(consensus([*cups((5, 5)), of(), of()], least=1).agreed) == 1
    assert not consensus(cups((5, 5), (5, 5)), least=3).agreed


def test_consensus_of_no_answers_is_empty() -> None:
    assert repr(consensus([])) == "0 answers: 0 agreed, 0 outliers"


def test_consensus_refuses_a_negative_tolerance() -> None:
    with pytest.raises(GeometryError, match="tolerance=-1"):
        consensus([], tolerance=-1)


def test_consensus_reads_raw_answers() -> None:
    found = consensus(['[{"point": [10, 20], "label": "cup"}]'] * 2)
    assert seen(found) == [{"point": [10, 20], "label": "cup"}]


def response(*texts: str) -> types.GenerateContentResponse:
    contents = [types.Content(role="model", parts=[types.Part(text=text)]) for text in texts]
    return types.GenerateContentResponse(
        candidates=[types.Candidate(content=content) for content in contents]
    )


def test_consensus_takes_the_candidates_of_a_response_for_answers() -> None:
    found = consensus(response(*(f'[{{"point": [10, {x}], "label": "cup"}}]' for x in (20, 22))))
    assert seen(found) == [{"point": [10, 21], "label": "cup"}]
    assert found.of == 2


@pytest.mark.parametrize("answer", ["abc", b"abc", response("[]"), of(), {"point": [1, 2]}, 3])
def test_consensus_refuses_one_answer_and_says_how_to_pass_several(answer: object) -> None:
    with pytest.raises(InvalidOptionError, match=r"pass a list: consensus\(\["):
        consensus(answer)  # type: ignore[arg-type]


def test_consensus_reads_as_a_table_with_support_and_spread() -> None:
    said = repr(consensus(cups((100, 200), (110, 200), (120, 200), (900, 9))))
    assert said.splitlines() == [
        "4 answers: 1 agreed, 1 outlier",
        "  cup, seen by 3 of 4 ±10.0  point [110, 200]",
        "outliers:",
        "  cup  point [900, 9]",
    ]


def test_consensus_shows_labels_as_words_and_never_as_markup() -> None:
    html = consensus([of(Point(5, 5, label="<script>x</script>"))])._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@quick
@given(answers)
def test_consensus_loses_nothing_between_what_is_agreed_and_the_outliers(
    lists: list[list[Item]],
) -> None:
    found = consensus([of(*items) for items in lists])
    assert sum(found.support) + len(found.outliers) == sum(map(len, lists))
    assert all(support <= len(lists) for support in found.support)
    assert len(found.support) == len(found.spread) == len(found.agreed)


@quick
@given(st.lists(points, min_size=1, max_size=6), st.integers(2, 5))
def test_consensus_of_one_answer_again_and_again_is_that_answer(
    items: list[Item], times: int
) -> None:
    alone = [item for item in items if all(_far(item, other) for other in items)]
    found = consensus([of(*alone)] * times)
    assert set(found.agreed.items) == set(alone)
    assert all(spread is not None and spread.y == spread.x == 0 for spread in found.spread)


@quick
@given(answers, st.integers(1, 999))
def test_consensus_of_shifted_answers_is_shifted(lists: list[list[Item]], shift: int) -> None:
    moved = Affine(1, shift, 1, -shift)
    plain = consensus([of(*items) for items in lists], least=1, tolerance=0)
    other = consensus(
        [of(*(item.transform(moved) for item in items)) for items in lists], least=1, tolerance=0
    )
    back = Affine(1, -shift, 1, shift)
    assert [item.transform(back) for item in other.agreed] == list(plain.agreed)


def _far(item: Item, other: Item) -> bool:
    """Whether both can't be sightings of one thing."""
    if item is other:
        return True
    assert isinstance(item, Point)
    assert isinstance(other, Point)
    return item.label != other.label or item.distance(other) > 60
