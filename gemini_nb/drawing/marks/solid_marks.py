"""Marks of boxes in space: their edges as a camera sees them, the nearest face emphasised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.marks.marks import hull
from gemini_nb.drawing.scene import Mark, Path
from gemini_nb.drawing.wording import title
from gemini_nb.spatial.box_3d import EDGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.scene import Primitive
    from gemini_nb.spatial.box_3d import Box3D
    from gemini_nb.spatial.geometry import PixelPoint

_RING: Final = (0, 1, 3, 2)  # the corners of a face, all around, as two bits
_FACE_OPACITY: Final = 0.15


def solid_mark(
    solid: Box3D, items: tuple[int, ...], colour: str, canvas: Canvas, *, dashed: bool = False
) -> Mark | None:
    """Its projected edges, without those that reach behind the camera; None where all do."""
    projected = solid.project(canvas.width, canvas.height, field_of_view=canvas.field_of_view)
    spots = [canvas.at(*spot) if spot else None for spot in projected]
    near = _nearest_face(solid)
    thin = canvas.stroke(colour, thickness=0.5, dashed=dashed)
    drawn: list[Primitive] = []
    for one, other in EDGES:
        start, end = spots[one], spots[other]
        if start and end and not (one in near and other in near):
            drawn.append(Path((start, end), thin))
    drawn += _face([spots[at] for at in near], colour, canvas, dashed=dashed)
    visible = tuple(spot for spot in spots if spot)
    if not drawn:
        return None
    x, y, z = solid.centre
    told = title(solid, f"3-D box at [{x:g}, {y:g}, {z:g}] m")
    return Mark(tuple(drawn), colour, told, hull(visible, canvas.line), items)


def _face(
    spots: Sequence[PixelPoint | None], colour: str, canvas: Canvas, *, dashed: bool
) -> list[Primitive]:
    """The outline of a face, filled where the camera sees all of it."""
    stroke = canvas.stroke(colour, dashed=dashed)
    whole = tuple(spot for spot in spots if spot)
    if len(whole) == len(spots):
        return [Path(whole, stroke, closed=True, fill=colour, fill_opacity=_FACE_OPACITY)]
    sides = zip(spots, (*spots[1:], spots[0]), strict=True)
    return [Path((start, end), stroke) for start, end in sides if start and end]


def _nearest_face(solid: Box3D) -> tuple[int, ...]:
    """The corners of the face whose middle is nearest to the camera, in order around it."""
    at = solid.corners()

    def distance(face: tuple[int, ...]) -> float:
        middle = [sum(at[corner][axis] for corner in face) for axis in range(3)]
        return sum(value * value for value in middle)

    return min(_FACES, key=distance)


def _faces() -> tuple[tuple[int, ...], ...]:
    """Each face as positions in `Box3D.corners`: those that share one bit of three."""
    found: list[tuple[int, ...]] = []
    for bit in (4, 2, 1):
        low, high = (other for other in (1, 2, 4) if other != bit)
        ring = [(low if at & 1 else 0) | (high if at & 2 else 0) for at in _RING]
        found += [tuple(ring), tuple(corner | bit for corner in ring)]
    return tuple(found)


_FACES: Final = _faces()
