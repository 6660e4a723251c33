"""The shelf: four columns and three rows of cubbies, some of them empty."""

from __future__ import annotations

from desktop import book
from forms import block
from layouts import Setting
from materials import plain, wood
from playthings import ball, car, tissue_box, towels
from stage import Camera, Light, surface
from thing import Opening, Part, Thing, stand
from vessels import basket, plant

WIDE, TALL, DEEP, BOARD = 0.3, 0.28, 0.28, 0.02
COLUMNS, ROWS = 4, 3
PITCH, RISE = WIDE + BOARD, TALL + BOARD


def _carcass() -> tuple[Part, ...]:
    """The boards and the back of the shelf; the middle of its floor is the origin."""
    pale, width, height = (
        wood("d9c7a6", "ebdcc0", plank=3.0),
        COLUMNS * PITCH + BOARD,
        ROWS * RISE + BOARD,
    )
    upright = wood("d9c7a6", "ebdcc0", plank=3.0, grain="z")
    parts = [
        block((BOARD, DEEP, height), upright, ((c - COLUMNS / 2) * PITCH, 0, 0), 0.0015)
        for c in range(COLUMNS + 1)
    ]
    parts += [
        block((width - 2 * BOARD, DEEP - 0.001, BOARD), pale, (0, 0, r * RISE), 0.0008)
        for r in range(ROWS + 1)
    ]
    parts.append(block((width, 0.008, height), pale, (0, DEEP / 2 + 0.004, 0), 0.001))
    return tuple(Part(part) for part in parts)


def _cubby(row: int, column: int) -> tuple[float, float, float]:
    """The middle of a cubby's floor, rows counted from the top, columns from the left, from 1."""
    return (column - COLUMNS / 2 - 0.5) * PITCH, -0.02, (ROWS - row) * RISE + BOARD


def _openings(held: dict[tuple[int, int], tuple[str, ...]]) -> tuple[Opening, ...]:
    """Each cubby's front, with what it holds."""
    found = []
    for row in range(1, ROWS + 1):
        for column in range(1, COLUMNS + 1):
            x, _, z = _cubby(row, column)
            corners = tuple(
                (x + sx * WIDE / 2, -DEEP / 2, z + h) for h in (0, TALL) for sx in (-1, 1)
            )
            label = f"cubby in row {row}, column {column}"
            found.append(Opening(label, corners, held.get((row, column), ())))
    return tuple(found)


def _books(at: tuple[float, float, float]) -> tuple[Thing, ...]:
    """Three books standing upright."""
    x, y, z = at
    row = (
        ("red book", "red", "b81d24", 0.03),
        ("green book", "green", "1f7d45", 0.024),
        ("blue book", "blue", "244f9e", 0.036),
    )
    made, left = [], x - 0.05
    for label, colour, cover, thickness in row:
        parts = book(cover, (0.15, 0.21, thickness))
        made.append(stand(parts, label, colour, (left + thickness, y, z + 0.105), (90, 0, 90)))
        left += thickness + 0.002
    return tuple(made)


def cubby_shelf() -> Setting:
    """A shelf of twelve cubbies, seven of them with something in it."""
    surface(wood("8d6a4a", "b08b65"))
    surface(plain("b9c4c6", 0.9), ((-4, 0.16, 0), (4, 0.16, 0), (4, 0.16, 3), (-4, 0.16, 3)))
    things = (
        stand(_carcass(), "shelf", "beige", (0, 0)),
        stand(ball("f06c05", 0.085, "f5efe2"), "orange ball", "orange", _cubby(1, 1), (20, 25, 0)),
        stand(plant("1f8f8a", length=0.12, leaves=15), "potted plant", "green", _cubby(1, 3), 0),
        *_books(_cubby(1, 4)),
        stand(tissue_box(), "tissue box", "blue", _cubby(2, 2), 8),
        stand(towels(("d62f6d", "e8a0b8", "a81f55")), "pink towels", "pink", _cubby(2, 4), 0),
        stand(car("f0b90f", scale=1.9), "yellow toy car", "yellow", _cubby(3, 1), 24),
        stand(basket("6a3d94"), "purple basket", "purple", _cubby(3, 3), 0),
    )
    held = {
        (1, 1): ("orange ball",),
        (1, 3): ("potted plant",),
        (1, 4): ("red book", "green book", "blue book"),
        (2, 2): ("tissue box",),
        (2, 4): ("pink towels",),
        (3, 1): ("yellow toy car",),
        (3, 3): ("purple basket",),
    }
    camera = Camera((0.12, -2.05, 0.72), (0.0, 0.0, 0.47), 36.5, aperture=16)
    light = Light((-1.0, -2.4, 1.9), (0, 0, 0.4), 125.0, 0.84)
    return Setting(things, camera, light, _openings(held))
