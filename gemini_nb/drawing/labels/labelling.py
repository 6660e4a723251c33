"""Names or numbers: which label each mark gets, and what the legend has to explain."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.labels.label_spots import Wish
from gemini_nb.drawing.labels.layout import Layout
from gemini_nb.drawing.lettering import LINE_WIDTH, lettering
from gemini_nb.drawing.marks.path_marks import NUMBER_SIZE
from gemini_nb.drawing.scene import LINE_HEIGHT, Label, LegendEntry, Path
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.drawing.labels.layout import Place
    from gemini_nb.drawing.lettering import Lettering
    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.marks.subjects import Subject
    from gemini_nb.drawing.scene import Mark

LabelStyle = Literal["names", "numbers", "none"]
"""What stands beside the marks. names: what the model called them, or numbers and a legend where
there is no room; numbers: always these; none: nothing, the titles tell."""

_BUDGET: Final = 0.25  # of the picture: with more of it under labels, one no longer sees it
_PADDING: Final = 0.35  # at each side of a label's text, in font sizes
_BADGE_SIZE: Final = 0.85  # of a number that stands for a name, in font sizes
_SMALL_BADGE_SIZE: Final = 0.62  # where there are so many that these take more than the budget


class Labelling(NamedTuple):
    """The labels of a scene."""

    labels: tuple[Label, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    unplaced: tuple[int, ...] = ()
    crossed: tuple[Label, ...] = ()
    """Those that stand in the way of marks other than their own."""


class _Wording(NamedTuple):
    """A label's text and its size in pixels."""

    text: Lettering
    font_size: float
    width: float
    height: float


def label_marks(subjects: Sequence[Subject], canvas: Canvas, style: LabelStyle) -> Labelling:
    """The labels of `subjects`: names if all of them leave enough of the picture to see."""
    if style == "none":
        return Labelling()
    layout = Layout(canvas.width, canvas.height, canvas.font_size)
    steps = _step_numbers(subjects, layout, canvas.font_size)
    _show_obstacles(subjects, layout)
    unnamed = [at for at, subject in enumerate(subjects) if subject.name and subject.number]
    placed: dict[int, tuple[Label, bool]] = {}
    if style == "names" and _fits((_name(subjects[at].name, canvas) for at in unnamed), canvas):
        names = {at: _name(subjects[at].name, canvas) for at in unnamed}
        placed = _placed(subjects, names, layout)
        unnamed = [at for at in unnamed if at not in placed]
    numbers = {at: _number(subjects[at].number, canvas, _BADGE_SIZE) for at in unnamed}
    if not _fits(numbers.values(), canvas):
        numbers = {at: _number(subjects[at].number, canvas, _SMALL_BADGE_SIZE) for at in unnamed}
    badges = _placed(subjects, numbers, layout, may_move_away=False)
    both = (*placed.values(), *badges.values())
    return Labelling(
        (*steps, *(label for label, _ in both)),
        _legend([subjects[at] for at in badges]),
        tuple(at for at in unnamed if at not in badges),
        tuple(label for label, is_clear in both if not is_clear),
    )


def _name(text: str, canvas: Canvas) -> _Wording:
    size = canvas.font_size
    return _wording(lettering(text, line_width=min(LINE_WIDTH, canvas.width / size - 1)), size)


def _number(number: int, canvas: Canvas, size: float) -> _Wording:
    return _wording(lettering(str(number)), round(size * canvas.font_size, 1))


def _fits(wordings: Iterable[_Wording], canvas: Canvas) -> bool:
    """Whether labels of these sizes leave enough of the picture to see."""
    areas = accumulate(wording.width * wording.height for wording in wordings)
    # The first that is one too many decides: most of a thousand are never measured.
    return all(area <= _BUDGET * canvas.width * canvas.height for area in areas)


def _wording(text: Lettering, font_size: float) -> _Wording:
    width = (text.width + 2 * _PADDING) * font_size
    return _Wording(text, font_size, width, (LINE_HEIGHT * len(text.lines) + 0.25) * font_size)


def _placed(
    subjects: Sequence[Subject],
    wordings: Mapping[int, _Wording],
    layout: Layout,
    *,
    may_move_away: bool = True,
) -> dict[int, tuple[Label, bool]]:
    """The labels that found a place, by mark, each with whether it stands clear of others."""
    wishes = [
        Wish(subjects[at].anchor, wording.width, wording.height, subjects[at].is_point)
        for at, wording in wordings.items()
    ]
    places = layout.place(wishes, may_move_away=may_move_away)
    return {
        at: (_label(at, subjects[at].mark.colour, wording, place), place.is_clear)
        for (at, wording), place in zip(wordings.items(), places, strict=True)
        if place is not None
    }


def _label(at: int, fill: str, wording: _Wording, place: Place) -> Label:
    left, top, right, bottom = place.box
    return Label(
        at,
        wording.text.lines,
        PixelBox(round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)),
        wording.font_size,
        text_on(fill),
        fill,
        place.leader,
        wording.text.shortened,
    )


def _step_numbers(subjects: Sequence[Subject], layout: Layout, font_size: float) -> list[Label]:
    """The numbers in the discs of paths, as far as they do not cover each other."""
    labels: list[Label] = []
    for at, subject in enumerate(subjects):
        for text, (x, y), radius, fill in subject.steps:
            written = lettering(text)
            size = min(NUMBER_SIZE * font_size, 1.6 * radius / written.width)
            half_width, half_height = written.width * size / 2, 0.5 * size
            box = PixelBox(x - half_width, y - half_height, x + half_width, y + half_height)
            if layout.reserve(box):
                labels.append(Label(at, written.lines, box, round(size, 1), text_on(fill), fill))
    return labels


def _show_obstacles(subjects: Sequence[Subject], layout: Layout) -> None:
    """Let labels keep off points, lines, and the edges of boxes."""
    for subject in subjects:
        if subject.is_point:
            layout.avoid(subject.anchor)
        if subject.kind == "Box":
            layout.avoid_outline(subject.mark.hot_spot)
        elif subject.kind != "Point":
            _avoid_paths(subject.mark, layout)


def _avoid_paths(mark: Mark, layout: Layout) -> None:
    for path in mark.primitives:
        if isinstance(path, Path) and path.fill_opacity < 1:
            layout.avoid_lines((*path.points, path.points[0]) if path.closed else path.points)


def _legend(subjects: Sequence[Subject]) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(subject.number, subject.name, subject.mark.colour)
        for subject in sorted(subjects, key=lambda subject: subject.number)
    )
