"""From annotations to a scene: what is drawn, in which colours, under which labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gemini_nb.drawing.colours import colours_of
from gemini_nb.drawing.labels.labelling import label_marks
from gemini_nb.drawing.labels.stacking import stacking
from gemini_nb.drawing.marks.canvas import canvas_of
from gemini_nb.drawing.marks.subjects import Group, groups_of, subject_of
from gemini_nb.drawing.scene import Scene
from gemini_nb.drawing.wording import description
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gemini_nb.drawing.labels.labelling import LabelStyle
    from gemini_nb.drawing.marks.marks import Spread
    from gemini_nb.drawing.marks.subjects import Subject
    from gemini_nb.drawing.scene import Label
    from gemini_nb.spatial.geometry import Item


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
        annotations: `Annotations`, or any items. Points that are numbered through become one
            path, and the parts of a grasp one mark; what has no place in the picture, none.
        width: of the picture, in pixels, as a person sees it.
        height: of the picture, in pixels.
        spreads: how far several answers differ on each item: an ellipse around its centre.
        outliers: items that stand apart: drawn hollow and dashed, without labels.
        field_of_view: of the camera, horizontally, in degrees, for boxes in space.
        labels: "names", "numbers" with a legend, or "none". Names turn into numbers where there
            is no room for them.
        font_size: of the labels, in pixels; by default about a 75th of the picture's diagonal.
        colours: "#rrggbb" by label, so that a series of pictures keeps them; other labels get
            theirs from `colours_of`.
        reduction: how many times smaller the picture is shown: letters and lines stay readable.

    Raises:
        GeometryError: the picture or the letters have no size, or the field of view is no angle
            of a camera.

    Example:
        >>> from gemini_nb.spatial.geometry import Box
        >>> scene = compose([Box(200, 100, 800, 500, label="mug")], 800, 600)
        >>> scene.description, scene.labels[0].lines
        ('800 x 600, 1 box: mug', ('mug',))
    """
    canvas = canvas_of(
        width, height, font_size=font_size, field_of_view=field_of_view, reduction=reduction
    )
    groups = [*groups_of(annotations, spreads), *(Group(item, hollow=True) for item in outliers)]
    chosen = {**colours_of(group.thing.label for group in groups), **(colours or {})}
    found = [subject_of(group, chosen[group.thing.label], canvas) for group in groups]
    subjects = [subject for subject in found if subject]
    drawn = sorted(subjects, key=_area, reverse=True)
    labelling = label_marks(drawn, canvas, labels)
    told = [(subject.kind, subject.name) for subject in subjects if subject.number]
    scene = Scene(
        width,
        height,
        tuple(subject.mark for subject in drawn),
        labelling.labels,
        labelling.legend,
        labelling.unplaced,
        description(width, height, told, annotations),
    )
    return _stacked(scene, labelling.crossed) if labelling.crossed else scene


def _area(subject: Subject) -> int:
    """In whole square pixels, lest what is equally large be put in order by a rounding error."""
    left, top, right, bottom = subject.mark.hot_spot
    return round((right - left) * (bottom - top))


def _stacked(scene: Scene, crossed: Sequence[Label]) -> Scene:
    """The same scene, its marks in an order in which few lines run over labels."""
    order = stacking(scene.marks, crossed)
    place = {before: now for now, before in enumerate(order)}
    return replace(
        scene,
        marks=tuple(scene.marks[at] for at in order),
        labels=tuple(
            label if place[label.mark] == label.mark else replace(label, mark=place[label.mark])
            for label in scene.labels
        ),
        unplaced=tuple(sorted(place[at] for at in scene.unplaced)),
    )
