"""Three-dimensional boxes in the camera's frame, and where their corners fall on the image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.geometry import Item, PixelPoint, number

FIELD_OF_VIEW: Final = 60.0
"""Degrees, horizontally: what Google's examples assume where the camera is not known."""

EDGES: Final = tuple((a, b) for a in range(8) for b in range(a + 1, 8) if (a ^ b).bit_count() == 1)
"""The 12 edges of a box, as pairs of positions in `Box3D.corners`."""

_NEAREST: Final = 1e-3  # metres: nothing closer can be projected


@dataclass(frozen=True, slots=True, repr=False)
class Box3D(Item):
    """A box in space, in metres and degrees: x to the right, y forward, z up, from the camera.

    Source of the form [xc, yc, zc, xs, ys, zs, roll, pitch, yaw]:
    https://github.com/google-gemini/cookbook, Spatial understanding in 3D.

    Example:
        >>> crate = Box3D((0, 2, 0), (1, 1, 1), (0, 0, 0), label="crate")
        >>> crate.project(width=800, height=600)[0]
        PixelPoint(x=169.0..., y=530.9...)
    """

    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    rotation: tuple[float, float, float]
    """Roll, pitch and yaw: about x, y and z, applied in this order."""

    def __post_init__(self) -> None:
        Item.__post_init__(self)
        for name in ("centre", "size", "rotation"):
            said = getattr(self, name)
            if len(said) != len("xyz") or not all(map(math.isfinite, said)):
                raise GeometryError(f"Box3D({name}={said}) is no place; pass three finite numbers.")

    def corners(self) -> tuple[tuple[float, float, float], ...]:
        """Its eight corners, in metres."""
        unit = np.array(list(product((-0.5, 0.5), repeat=3)))
        turned = (unit * self.size) @ _rotation(self.rotation).T + self.centre
        return tuple((x, y, z) for x, y, z in turned.tolist())

    def project(
        self, width: int, height: int, *, field_of_view: float = FIELD_OF_VIEW
    ) -> tuple[PixelPoint | None, ...]:
        """Where its corners fall on an image of `width` by `height` pixels.

        A pinhole camera: the focal length is `width / (2 tan(field_of_view / 2))`.

        Args:
            width: of the image, in pixels.
            height: of the image, in pixels.
            field_of_view: horizontal, in degrees, between 0 and 180.

        Returns:
            One place for each of `corners()`; None for a corner behind the camera.
        """
        focal = width / (2 * math.tan(math.radians(field_of_view) / 2))
        return tuple(
            PixelPoint(width / 2 + focal * x / y, height / 2 - focal * z / y)
            if y > _NEAREST
            else None
            for x, y, z in self.corners()
        )

    def geometry(self) -> dict[str, Any]:
        return {"box_3d": [number(v) for v in (*self.centre, *self.size, *self.rotation)]}


def _rotation(degrees: tuple[float, float, float]) -> np.ndarray[tuple[int, int], np.dtype[Any]]:
    (sr, sp, sy), (cr, cp, cy) = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    roll = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    pitch = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    yaw = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    return yaw @ pitch @ roll
