"""From annotations to a scene: what is drawn, in which colours, under which labels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gemini_nb.display import SEPARATOR, counted, words
from gemini_nb.drawing import marks
from gemini_nb.drawing.colours import as_hex, colours_of
from gemini_nb.drawing.labels import Subject, label_marks
from gemini_nb.drawing.scene import Mark, Scene
from gemini_nb.spatial.annotations import KIND_NAMES, composites
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.statements import Absence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gemini_nb.drawing.labels import LabelStyle
    from gemini_nb.spatial.consensus import Spread
    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.statements import Grasp

_LONGEST: Final = 1000  # characters of a title, or a name in a legend: more, nobody reads
_LONGEST_NAME: Final = 40  # in the description, as the next
_MOST_NAMES: Final = 8
_SHAPES: Final[dict[str, Callable[..., marks.Shape | None]]] = {
    "Point": marks.point_shape,
    "Box": marks.box_shape,
    "Trajectory": marks.path_shape,
    "Mask": marks.mask_shape,
    "Box3D": marks.solid_shape,
    "Grasp": marks.grasp_shape,
}


def compose(  # noqa: PLR0913 - what is drawn, on what, and how
    annotations: Sequence[Item],
    width: int,
    height: int,
    *,
    spreads: Sequence[Spread | None] = (),
    outliers: Sequence[Item] = (),
    field_of_view: float = FIELD_OF_VIEW,
    labels: LabelStyle = "names",
    font_size: float | None = None,
    colours: Mapping[str, str] | None = None,
    reduction: float = 1.0,
) -> Scene:
    """The scene of `annotations` over a picture of `width` by `height` pixels.

    Args:
        annotations: any items. What has no place in the picture gets no mark.
        width: of the picture as a person sees it, in pixels, as is `height`.
        height: see `width`.
        spreads: how far several answers differ on each item: an ellipse around its centre.
        outliers: items that stand apart: drawn hollow and dashed, without labels.
        field_of_view: as `draw` has it, and so `labels`, `font_size` and `colours`.
        labels: see there.
        font_size: see there.
        colours: see there.
        reduction: how many times smaller the picture is shown: letters and lines stay readable.

    Raises:
        GeometryError: the letters have no size, or the field of view is no angle of a camera.
        InvalidOptionError: a colour is none.

    Example:
        >>> from gemini_nb.spatial.geometry import Box
        >>> scene = compose([Box(200, 100, 800, 500, label="mug")], 800, 600)
        >>> scene.description, scene.labels[0].lines
        ('800 x 600, 1 box: mug', ('mug',))
    """
    canvas = marks.canvas_of(
        width, height, font_size=font_size, field_of_view=field_of_view, reduction=reduction
    )
    apart = canvas._replace(dashed=True)
    things = [*_things(annotations), *((item, ()) for item in outliers)]
    names = [words(thing.label, _LONGEST) for thing, _ in things]
    chosen = {**colours_of(thing.label for thing, _ in things), **as_hex(colours or {})}
    spread = dict(enumerate(spreads))
    subjects: list[Subject] = []
    for at, (thing, parts) in enumerate(things):
        colour, kind, name = chosen[thing.label], type(thing).__name__, names[at]
        draw = _SHAPES.get(kind)
        shape = draw(thing, colour, canvas if parts else apart) if draw else None
        if shape is None:
            continue
        if len(parts) == 1 and (deviation := spread.get(parts[0])):
            shape = marks.with_spread(shape, deviation, colour, canvas)
        primitives, told, hot_spot, anchor, steps = shape
        told = told if parts else f"outlier, {told}"
        title = f"{name}{SEPARATOR}{told}" if name else told
        for key, value in getattr(thing, "details", {}).items():
            title += f"{SEPARATOR}{key} {value}"
        mark = Mark(primitives, colour, words(title, _LONGEST), hot_spot, parts)
        subjects.append(Subject(mark, kind, name, parts[0] + 1 if parts else 0, anchor, steps))
    description = f"{width} x {height}, {_described(subjects, annotations)}"
    subjects.sort(key=_area, reverse=True)
    placed, legend = label_marks(subjects, canvas, labels)
    in_order = tuple([subject.mark for subject in subjects])
    return Scene(width, height, in_order, placed, legend, description)


def _things(items: Sequence[Item]) -> list[tuple[Item | Grasp, tuple[int, ...]]]:
    """What gets one mark each, and the positions of the items that it consists of."""
    joined = {each.parts[0]: each for each in composites(items)}
    taken = {part for each in joined.values() for part in each.parts}
    return [
        joined.get(at) or (item, (at,))
        for at, item in enumerate(items)
        if at not in taken or at in joined
    ]


def _area(subject: Subject) -> int:
    """In whole square pixels, lest what is equally large be put in order by a rounding error."""
    left, top, right, bottom = subject.mark.hot_spot
    return round((right - left) * (bottom - top))


def _described(subjects: Sequence[Subject], items: Sequence[Item]) -> str:
    """What is marked on the picture, in a line: the text for a screen reader."""
    by_kind: dict[str, list[str]] = {}
    for subject in subjects:
        if subject.number:
            by_kind.setdefault(subject.kind, []).append(subject.name)
    told = [
        f"{counted(len(names), *KIND_NAMES[kind])}{_listed(names)}"
        for kind, names in by_kind.items()
    ]
    absent = [item.label for item in items if isinstance(item, Absence)]
    if absent:
        told.append(f"{counted(len(absent), *KIND_NAMES['Absence'])}{_listed(absent)}")
    if outliers := sum(not subject.number for subject in subjects):
        told.append(counted(outliers, "outlier"))
    return "; ".join(told) or ("nothing marked" if items else "nothing found")


def _listed(names: Iterable[str]) -> str:
    """The first few names, shortened, each with how often it is there."""
    counts = Counter(filter(None, names))
    told = [
        words(name, _LONGEST_NAME) + (f" ({count})" if count > 1 else "")
        for name, count in list(counts.items())[:_MOST_NAMES]
    ]
    if len(counts) > _MOST_NAMES:
        told.append(f"and {len(counts) - _MOST_NAMES} more")
    return f": {', '.join(told)}" if told else ""
