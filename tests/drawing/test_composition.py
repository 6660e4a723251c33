from __future__ import annotations

import cmath
import io
import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.display import words
from gemini_nb.drawing.colours import contrast
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.scene import Disc, Path, Rectangle, Tint
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import Annotations, summary
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Affine, Box, Item, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Absence, Angle, Call, Segment

if TYPE_CHECKING:
    from gemini_nb.drawing.scene import Label, Mark, Scene

quick = settings(derandomize=True, deadline=None, max_examples=25)
MIRROR = Affine(1, 0, -1, 1000)

thousandths = st.integers(0, 1000)
names = st.one_of(st.just(""), st.from_regex("[a-z]{1,9}( [a-z]{1,9}){0,9}", fullmatch=True))
points = st.builds(Point, thousandths, thousandths, label=names)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    (top, bottom), (left, right) = (sorted(draw(st.tuples(thousandths, thousandths))) for _ in "yx")
    return Box(top, left, bottom, right, label=draw(names))


items = st.lists(
    st.one_of(
        points,
        boxes(),
        st.builds(Trajectory, st.lists(points, min_size=1, max_size=9).map(tuple), label=names),
    ),
    max_size=25,
)


def grey_png() -> bytes:
    encoded = io.BytesIO()
    Image.new("L", (8, 8), 200).save(encoded, "PNG")
    return encoded.getvalue()


def overlap(one: Label, other: Label) -> bool:
    apart = (
        one.box.right <= other.box.left
        or other.box.right <= one.box.left
        or one.box.bottom <= other.box.top
        or other.box.bottom <= one.box.top
    )
    return not apart


def only_mark(scene: Scene) -> Mark:
    [mark] = scene.marks
    return mark


@quick
@given(items)
def test_labels_never_overlap_nor_leave_the_picture(found: list[Item]) -> None:
    scene = compose(found, 640, 480)
    for one, other in combinations(scene.labels, 2):
        assert not overlap(one, other), (one, other)
    for label in scene.labels:
        left, top, right, bottom = label.box
        assert left >= 0
        assert top >= 0
        assert right <= 640
        assert bottom <= 480


@quick
@given(items)
def test_every_item_is_in_one_mark_and_every_name_is_shown_or_told_of(found: list[Item]) -> None:
    scene = compose(found, 640, 480)
    assert sorted(at for mark in scene.marks for at in mark.items) == list(range(len(found)))
    labelled = {label.mark for label in scene.labels}
    listed = {line.text for line in scene.legend}
    for at, mark in enumerate(scene.marks):
        if len(mark.items) == 1 and found[mark.items[0]].label:
            assert found[mark.items[0]].label in mark.title
            assert at in labelled or found[mark.items[0]].label in listed


@quick
@given(items)
def test_every_number_in_place_of_a_name_is_in_the_legend(found: list[Item]) -> None:
    scene = compose(found, 640, 480, labels="numbers")
    told = {number: line.text for line in scene.legend for number in numbers_in(line.numbers)}
    assert told == {at: item.label for at, item in enumerate(found, start=1) if item.label}


def numbers_in(told: str) -> list[int]:
    ranges = [part.split("-") for part in told.split(", ")]
    return [number for ends in ranges for number in range(int(ends[0]), int(ends[-1]) + 1)]


@quick
@given(st.lists(st.one_of(points, boxes()), max_size=12))
def test_mirrored_items_have_mirrored_marks(found: list[Item]) -> None:
    plain = [replace(item, label="thing") for item in found]
    there = compose(plain, 800, 600, labels="none")
    mirrored = compose([item.transform(MIRROR) for item in plain], 800, 600, labels="none")
    for mark, image in zip(there.marks, mirrored.marks, strict=True):
        left, top, right, bottom = mark.hot_spot
        assert image.hot_spot == pytest.approx((800 - right, top, 800 - left, bottom), abs=0.21)


@quick
@given(items)
def test_composing_changes_nothing_and_does_the_same_again(found: list[Item]) -> None:
    before = list(found)
    assert compose(found, 640, 480) == compose(tuple(found), 640, 480)
    assert found == before


@pytest.mark.parametrize(
    "found",
    [
        [Point(1e8, -1e8, label="far")],
        [Box(-5e5, -5e5, 5e8, 5e8, label="all")],
        [Trajectory((Point(-1e8, 0), Point(1e8, 1000)), label="through")],
        [Box(500, 500, 500, 500, label="nothing")],
        [Trajectory((Point(5, 5),), label="one")],
        [Trajectory(tuple(Point(n % 7, n % 11) for n in range(5000)))],
        [Point(500, 500, label="word " * 2000)],
    ],
)
@pytest.mark.parametrize("size", [(1, 1), (16, 4000), (640, 480)])
def test_what_is_odd_is_drawn_all_the_same(found: list[Item], size: tuple[int, int]) -> None:
    assert len(compose(found, *size).marks) == 1


def test_a_point_is_a_disc_in_a_ring_where_it_lies() -> None:
    [disc] = only_mark(compose([Point(500, 250)], 800, 600)).primitives
    assert isinstance(disc, Disc)
    assert disc.centre == (200, 300)
    assert disc.fill is not None
    assert contrast(disc.stroke.colour, disc.fill) >= 4.5


def test_a_box_is_a_rectangle_with_its_name_on_the_upper_edge() -> None:
    scene = compose([Box(200, 100, 800, 500, label="mug")], 800, 600)
    [outline] = only_mark(scene).primitives
    assert isinstance(outline, Rectangle)
    assert outline.box == (80, 120, 400, 480)
    [label] = scene.labels
    assert label.lines == ("mug",)
    assert label.box.bottom == pytest.approx(120, abs=2)
    assert label.box.left == pytest.approx(80, abs=2)


def test_lines_and_letters_grow_with_the_picture() -> None:
    small, large = (compose([Box(200, 100, 800, 500, label="mug")], w, w) for w in (600, 2400))
    assert large.labels[0].font_size == pytest.approx(4 * small.labels[0].font_size, rel=0.02)
    widths = [scene.marks[0].primitives[0].stroke.width for scene in (small, large)]  # type: ignore[union-attr]
    assert widths[1] == pytest.approx(4 * widths[0], rel=0.02)


def test_the_title_says_all_that_the_model_said() -> None:
    mark = only_mark(compose([Point(412, 305, label="mug", details={"confidence": 0.9})], 80, 60))
    assert mark.title == "mug · point [412, 305] · confidence 0.9"


def test_points_numbered_through_are_one_path_with_numbers_in_its_discs() -> None:
    found = [Point(500, 100 + 90 * step, label=str(step)) for step in range(4)]
    scene = compose([*found, Box(0, 0, 9, 9)], 800, 600)
    path = next(mark for mark in scene.marks if mark.items == (0, 1, 2, 3))
    line, *rest = path.primitives
    assert isinstance(line, Path)
    assert [x for x, _ in line.points] == [80, 152, 224, 296]
    fills = {disc.centre.x: disc.fill for disc in rest if isinstance(disc, Disc) and disc.fill}
    assert fills == {80: "#ffffff", 152: path.colour, 224: path.colour, 296: path.colour}
    assert sorted(label.lines for label in scene.labels) == [("0",), ("1",), ("2",), ("3",)]
    assert not scene.legend


def test_the_title_of_a_path_tells_what_is_done_at_each_step() -> None:
    found = [
        Point(500, 300 * step, details={"step": step, "action": action})
        for step, action in enumerate(["reach", None, "lift"], start=1)
    ]
    scene = compose(found, 800, 600)
    assert only_mark(scene).title == "trajectory of 3 points · 1 reach · 3 lift"
    assert sorted(label.lines for label in scene.labels) == [("1",), ("2",), ("3",)]


def test_the_end_of_a_path_lies_over_its_start() -> None:
    loop = Trajectory((Point(500, 500), Point(100, 500), Point(500, 500)), label="there and back")
    scene = compose([loop], 800, 600)
    *_, end = only_mark(scene).primitives
    assert isinstance(end, Disc)
    assert end.fill == only_mark(scene).colour
    assert [label.lines for label in scene.labels][:2] == [("3",), ("2",)]


def test_the_start_of_a_path_is_open_and_its_end_filled() -> None:
    mark = only_mark(compose([Trajectory((Point(500, 100), Point(500, 900)))], 800, 600))
    discs = [primitive for primitive in mark.primitives if isinstance(primitive, Disc)]
    fills = {disc.centre.x: disc.fill for disc in discs}
    assert fills == {80: "#ffffff", 720: mark.colour}


def test_arrowheads_point_along_the_path() -> None:
    mark = only_mark(compose([Trajectory((Point(500, 900), Point(500, 100)))], 800, 600))
    [(tip, *wings)] = [p.points for p in mark.primitives if isinstance(p, Path) and p.closed]
    assert all(tip.x < wing.x for wing in wings)


def test_of_a_path_of_many_steps_as_many_are_numbered_as_are_clear_of_each_other() -> None:
    scene = compose([Trajectory(tuple(Point(500, 100 + 4 * at) for at in range(200)))], 800, 600)
    assert {"1", "200"} < {label.lines[0] for label in scene.labels}
    discs = {p.centre: p.radius for p in only_mark(scene).primitives if isinstance(p, Disc)}
    assert 10 < len(discs) == len(scene.labels)
    for one, other in combinations(discs, 2):
        assert math.dist(one, other) > 1.5 * discs[one]


@pytest.mark.parametrize(("degrees", "rises"), [(0, 0), (30, 1), (-30, -1)])
def test_a_grasp_turns_anticlockwise(degrees: float, rises: int) -> None:
    found = [Box(200, 200, 800, 800, label="cup"), Point(500, 500), Angle(degrees, label="cup")]
    mark = only_mark(compose(found, 800, 600))
    assert mark.items == (0, 1, 2)
    outline, line, *_ = mark.primitives
    assert isinstance(outline, Rectangle)
    assert isinstance(line, Path)
    assert outline.stroke.dashed
    _, _, (left, left_y), (right, right_y), _, _ = line.points
    assert left < right
    assert (left_y - right_y > 1) - (left_y - right_y < -1) == rises


def test_a_mask_is_a_tint_over_its_box() -> None:
    [tint] = only_mark(compose([Mask(Box(0, 500, 500, 1000), png=grey_png())], 80, 60)).primitives
    assert isinstance(tint, Tint)
    assert tint.box == (40, 0, 80, 30)


def test_a_mask_of_polygons_is_filled_and_has_its_name_at_its_peak() -> None:
    corners = (Point(300, 700), Point(800, 900), Point(800, 100))
    scene = compose(
        [Mask(Box(300, 100, 800, 900, label=""), polygons=(corners,), label="flag")], 800, 600
    )
    [shape] = only_mark(scene).primitives
    assert isinstance(shape, Path)
    assert shape.points == ((560, 180), (720, 480), (80, 480))
    assert 0 < shape.fill_opacity < 1
    [label] = scene.labels
    assert label.box.left <= 560 <= label.box.right
    assert label.box.top - 15 < 180 < label.box.bottom + 15


def test_a_box_in_space_has_twelve_edges_and_thin_are_those_that_it_hides() -> None:
    mark = only_mark(compose([Box3D((1, 3, 1), (1, 1, 1), (0, 0, 0))], 800, 600))
    edges = [p for p in mark.primitives if isinstance(p, Path)]
    widths = [edge.stroke.width for edge in edges]
    assert len(edges) == 12
    assert max(widths[:3]) < min(widths[3:])
    # Seen from below on the left, the corner that is behind, above and on the right is hidden.
    x, y = 400 + 692.8 * 1.5 / 3.5, 300 - 692.8 * 1.5 / 3.5
    for edge in edges[:3]:
        assert any(math.dist(end, (x, y)) < 0.2 for end in edge.points)


def test_a_wider_field_of_view_makes_things_smaller() -> None:
    crate = [Box3D((0, 3, 0), (1, 1, 1), (0, 0, 0))]
    near, far = (only_mark(compose(crate, 800, 600, field_of_view=view)) for view in (60, 90))
    assert near.hot_spot.right - near.hot_spot.left > far.hot_spot.right - far.hot_spot.left


def test_edges_behind_the_camera_are_left_out() -> None:
    through = only_mark(compose([Box3D((0, 0, 0), (1, 4, 1), (0, 0, 0))], 800, 600))
    assert 0 < sum(isinstance(p, Path) for p in through.primitives) < 12
    assert compose([Box3D((0, -5, 0), (1, 1, 1), (0, 0, 0))], 800, 600).marks == ()


@pytest.mark.parametrize(
    "asked",
    [
        {"field_of_view": 0},
        {"field_of_view": 180},
        {"font_size": 0},
        {"font_size": -3},
        {"font_size": 1e-9},
    ],
)
def test_sizes_and_angles_that_are_none_are_refused(asked: dict[str, float]) -> None:
    with pytest.raises(GeometryError, match=str(next(iter(asked.values())))):
        compose([], **{"width": 800, "height": 600, **asked})  # type: ignore[arg-type]


def test_what_has_no_place_has_no_mark_but_absence_is_told() -> None:
    said = [Absence(label="knife"), Call("move", (1, 2)), Segment("0:01", "0:02")]
    scene = compose(said, 80, 60)
    assert scene.marks == ()
    assert scene.description == "80 x 60, 1 thing not in frame: knife"


@dataclass(frozen=True)
class Deviation:
    y: float
    x: float
    covariance: float


@pytest.mark.parametrize(
    ("spread", "radii", "degrees"),
    [
        (Deviation(10, 30, 0), (60, 20), 0),
        (Deviation(30, 10, 0), (60, 20), 90),
        (Deviation(20, 20, 400), (40 * 2**0.5, 0), 45),
    ],
)
def test_the_ellipse_of_a_spread_holds_two_standard_deviations(
    spread: Deviation, radii: tuple[float, float], degrees: float
) -> None:
    mark = only_mark(compose([Point(500, 500)], 1000, 1000, spreads=[spread]))
    [ellipse] = [p for p in mark.primitives if isinstance(p, Path)]
    turn = cmath.rect(1, -math.radians(degrees))
    turned = [complex(x - 500, y - 500) * turn for x, y in ellipse.points]
    assert max(place.real for place in turned) == pytest.approx(radii[0], abs=0.1)
    assert max(place.imag for place in turned) == pytest.approx(radii[1], abs=0.1)


def test_outliers_are_hollow_and_dashed_and_have_no_labels() -> None:
    scene = compose([Point(5, 5, label="mug")], 800, 600, outliers=[Point(9, 9, label="mug")])
    [outlier] = [mark for mark in scene.marks if not mark.items]
    [disc] = outlier.primitives
    assert isinstance(disc, Disc)
    assert disc.fill is None
    assert disc.stroke.dashed
    assert len(scene.labels) == 1
    assert len({mark.colour for mark in scene.marks}) == 1
    assert scene.description == "800 x 600, 1 point: mug; 1 outlier"


def test_beyond_the_budget_labels_are_numbers_and_the_legend_names_them() -> None:
    found = [
        Box(at * 40, left, at * 40 + 30, left + 150, label=f"a thing with a name, {at}, {left}")
        for at in range(24)
        for left in (100, 600)
    ]
    scene = compose(found, 640, 480)
    assert {label.lines[0] for label in scene.labels} == {str(n) for n in range(1, 49)}
    assert [line.numbers for line in scene.legend] == [str(n) for n in range(1, 49)]
    assert scene.legend[47].text == "a thing with a name, 23, 600"


@pytest.mark.parametrize(
    ("style", "lines", "legend"), [("names", ["mug"], 0), ("numbers", ["1"], 1), ("none", [], 0)]
)
def test_labels_are_of_the_asked_style(style: Any, lines: list[str], legend: int) -> None:
    scene = compose([Point(5, 5, label="mug")], 800, 600, labels=style)
    assert [label.lines[0] for label in scene.labels] == lines
    assert len(scene.legend) == legend


def test_given_colours_are_kept() -> None:
    found = [Point(5, 5, label="mug"), Point(900, 5, label="pen")]
    scene = compose(found, 800, 600, colours={"mug": "#123456"})
    assert "#123456" in {mark.colour for mark in scene.marks}


def test_what_is_small_is_drawn_over_what_is_large() -> None:
    found = Annotations((Point(500, 500), Box(400, 400, 600, 600), Box(0, 0, 1000, 1000)))
    assert [mark.items for mark in compose(found, 800, 600).marks] == [(2,), (1,), (0,)]


def test_the_description_counts_and_names() -> None:
    found = [Box(0, 0, 9, 9, label=name) for name in ("mug", "pen", "mug")] + [Point(1, 1)]
    assert compose(found, 800, 533).description == "800 x 533, 3 boxes: mug (2), pen; 1 point"


def test_the_description_counts_what_the_summary_does() -> None:
    steps = [Point(500, 60 * at, label=str(at)) for at in range(12)]
    found = [*steps, Box(0, 0, 9, 9, label="lid"), Point(5, 5, label="cup"), Angle(30, label="cup")]
    scene = compose(found, 800, 600)
    assert set(scene.description.split(", ", 1)[1].split("; ")) == {
        "1 trajectory",
        "1 box: lid",
        "1 grasp: cup",
    }
    assert set(summary(found).split(", ")) == {"1 trajectory", "1 box", "1 grasp"}


@pytest.mark.parametrize(
    "name", ["a  b\n", " ", "", "Bearer", "x?key=", "\0", "\u202ex", "x" * 2000]
)
def test_every_name_is_cleaned_and_stays_with_its_thing(name: str) -> None:
    found = [Point(5, 5, label=name), Point(900, 900, label="tea"), Box(0, 0, 9, 9, label="pot")]
    marks = {mark.items[0]: mark for mark in compose(found, 800, 600).marks}
    assert marks[1].title.startswith("tea ")
    assert marks[2].title.startswith("pot ")
    assert marks[0].title.startswith(words(name, 900)[:800] or "point")
