"""Names or numbers: which label each mark gets, and what the legend has to explain."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from gemini_nb.drawing.colours import WHITE, text_on
from gemini_nb.drawing.layout import Layout
from gemini_nb.drawing.lettering import LINE_WIDTH, lettering, text_width
from gemini_nb.drawing.marks import canvas_of
from gemini_nb.drawing.scene import LINE_HEIGHT, Disc, Label, LegendLine, Path
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.drawing.lettering import Lettering
    from gemini_nb.drawing.marks import Canvas
    from gemini_nb.drawing.scene import Mark, Scene

LabelStyle = Literal["names", "numbers", "none"]
"""What stands beside the marks. names: what the model called them, or numbers and a legend where
there is no room; numbers: always these; none: nothing, the titles tell."""

_BUDGET: Final = 0.25  # of the picture: with more of it under labels, one no longer sees it
_PADDING: Final = 0.35  # at each side of a label's text, in font sizes
_AIR: Final = 0.25  # above and below its lines, together
_SHOWN, _NARROW = 60, 0.4  # letters of a name, and their width in font sizes, at a cautious guess
_CROWD: Final = 60  # labels: where there are more, numbers are smaller
_NUMBER_SIZES: Final = (0.85, 0.62)  # in font sizes: of a few, in a crowd
_STEP_SIZE: Final = 0.72  # of the numbers on a path, in font sizes
_ROW: Final = 1.8  # height of the legend's, in font sizes
_COLUMN: Final = 20.0  # width of the legend's at least, in font sizes
_NUMBERS: Final = 12.0  # width at most of the legend's numbers, in font sizes


class Subject(NamedTuple):
    """A mark, and what its label could say."""

    mark: Mark
    kind: str
    """The name of the thing's class."""
    name: str
    """What the model called it, clean; empty where it gave no name."""
    number: int
    """Its place in the answer, from 1 on; 0 for what gets no label."""
    anchor: PixelBox
    """What the label stands beside."""
    steps: tuple[tuple[str, Disc], ...] = ()
    """Discs with numbers in them."""


def label_marks(
    subjects: Sequence[Subject], canvas: Canvas, style: LabelStyle
) -> tuple[tuple[Label, ...], tuple[LegendLine, ...]]:
    """The labels of `subjects`, and the legend of those that are numbers.

    Names stand where all of them leave enough of the picture to see, and numbers in place of those
    that would hide something. Where these find no place either, all are numbers.
    """
    if style == "none":
        return (), ()
    size = canvas.font_size
    layout = Layout(canvas.width, canvas.height, size)
    labels = _step_numbers(subjects, layout, size)
    for subject in subjects:
        _avoid(subject.mark, layout, canvas.line)
    unnamed = [at for at, each in enumerate(subjects) if each.name and each.number]
    room = _BUDGET * canvas.width * canvas.height
    named: list[Label] = []
    letters = sum(min(len(subjects[at].name), _SHOWN) for at in unnamed)
    if style == "names" and letters * _NARROW * LINE_HEIGHT * size**2 <= room:
        widest = min(LINE_WIDTH, canvas.width / size - 1)
        names = {at: lettering(subjects[at].name, line_width=widest) for at in unnamed}
        if sum(math.prod(_extent(text, size)) for text in names.values()) <= room:
            named = _placed(names, subjects, layout, size)
            unnamed = sorted(set(unnamed).difference(label.mark for label in named))
    size = round(_NUMBER_SIZES[len(unnamed) > _CROWD] * size, 1)
    numbers = {at: lettering(str(subjects[at].number)) for at in unnamed}
    numbered = _placed(numbers, subjects, layout, size, room)
    if named and len(numbered) < len(unnamed):
        return label_marks(subjects, canvas, "numbers")
    there = {label.mark for label in numbered}
    return (*labels, *named, *numbered), _legend([(subjects[at], at in there) for at in unnamed])


def _step_numbers(subjects: Sequence[Subject], layout: Layout, font_size: float) -> list[Label]:
    """The numbers in the discs of paths, as far as they do not cover each other."""
    labels: list[Label] = []
    for at, subject in enumerate(subjects):
        for text, ((x, y), radius, colour, _) in subject.steps:
            width, fill = text_width(text), colour or WHITE
            size = min(_STEP_SIZE * font_size, 1.6 * radius / width)
            half_width, half_height = width * size / 2, 0.5 * size
            box = PixelBox(x - half_width, y - half_height, x + half_width, y + half_height)
            if layout.reserve(box):
                labels.append(Label(at, (text,), box, round(size, 1), text_on(fill), fill))
    return labels


def _avoid(mark: Mark, layout: Layout, margin: float) -> None:
    """Let labels keep off points and lines; over the long sides of boxes they may lie."""
    for each in mark.primitives:
        if isinstance(each, Disc):
            (x, y), clear = each.centre, each.radius + margin
            layout.avoid(PixelBox(x - clear, y - clear, x + clear, y + clear))
        elif isinstance(each, Path) and each.fill_opacity < 1:
            layout.avoid_lines((*each.points, *each.points[: each.closed]))


def _extent(text: Lettering, size: float) -> tuple[float, float]:
    """Width and height of a label, in pixels."""
    width = text.width + 2 * _PADDING
    return width * size, (LINE_HEIGHT * len(text.lines) + _AIR) * size


def _placed(
    texts: dict[int, Lettering],
    subjects: Sequence[Subject],
    layout: Layout,
    size: float,
    room: float | None = None,
) -> list[Label]:
    """The labels that find a place; `texts` by the positions of their subjects.

    With `room`, they may hide what they can't keep off, and cover that many square pixels in all.
    """
    labels: list[Label] = []
    covered = 0.0
    for at, text in texts.items():
        mark, anchor, extent = subjects[at].mark, subjects[at].anchor, _extent(text, size)
        covered += extent[0] * extent[1]
        if room is not None and covered > room:
            break
        if box := layout.beside((anchor, *extent), may_hide=room is not None):
            fill = mark.colour
            labels.append(Label(at, text.lines, box, size, text_on(fill), fill))
    return labels


def _legend(numbered: Iterable[tuple[Subject, bool]]) -> tuple[LegendLine, ...]:
    """What numbers stand for, those of one name in a line, in the order of the first numbers."""
    grouped: dict[tuple[str, str, bool], list[int]] = {}
    for subject, placed in sorted(numbered, key=lambda each: each[0].number):
        told = subject.name, subject.mark.colour, placed
        grouped.setdefault(told, []).append(subject.number)
    return tuple([LegendLine(_ranges(numbers), *told) for told, numbers in grouped.items()])


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers as a reader writes them: "1, 4-6"."""
    runs = groupby(enumerate(numbers), key=lambda each: each[1] - each[0])
    ends = [(together[0][1], together[-1][1]) for _, run in runs if (together := list(run))]
    return ", ".join([f"{first}-{last}" if first < last else str(first) for first, last in ends])


def legend_labels(scene: Scene) -> tuple[list[Label], int]:
    """What is written on white below the picture, and how many pixels high that is.

    The numbers on their colour and what they stand for, each a label; the lines run down in as
    many columns as the picture is wide. Nothing where the legend is empty.
    """
    labels: list[Label] = []
    if not scene.legend:
        return labels, 0
    size = canvas_of(scene.width, scene.height).font_size
    columns = max(int(scene.width / (_COLUMN * size)), 1)
    rows, width = math.ceil(len(scene.legend) / columns), scene.width / columns
    for at, (numbers, name, colour, placed) in enumerate(scene.legend):
        column, row = divmod(at, rows)
        left, end = column * width + 0.5 * size, (column + 1) * width
        middle = scene.height + (row + 0.8) * _ROW * size
        for text, most, fill in (
            (numbers, _NUMBERS * size, colour if placed else WHITE),
            (name, scene.width, WHITE),
        ):
            room = max(min(most, end - left) / size - 2 * _PADDING - 0.3, 1.0)
            lines, letters = lettering(text, line_width=room, most_lines=1)
            right = left + (letters + 2 * _PADDING) * size
            box = PixelBox(left, middle - 0.7 * size, right, middle + 0.7 * size)
            labels.append(Label(-1, lines, box, size, text_on(fill), fill))
            left = right + 0.15 * size
    return labels, math.ceil((rows + 0.6) * _ROW * size)
