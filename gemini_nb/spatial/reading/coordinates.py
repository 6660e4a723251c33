"""Numbers, pairs and corners, in every form in which models write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gemini_nb.spatial.reading.json_values import JsonArray, JsonObject, is_list, is_mapping
from gemini_nb.spatial.reading.keys import CENTRED, SIDES, SIZED, canonical_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_QUANTITY: Final = re.compile(r"([-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?)\s*+(\D*+)\Z")
_UNITS: Final = frozenset(["", "px", "pt", "%", "\N{DEGREE SIGN}", "deg", "degrees", "s", "m"])
_NUMBERS: Final = re.compile(r"[\s\[\](),;]++")
LARGEST: Final = 1e9
"""Beyond this a coordinate is a slip, and arithmetic with it loses digits."""
NUMERIC: Final = frozenset([int, float])
"""Types of numbers; `isinstance` would take True for one."""
_PER_CENT: Final = 10  # thousandths


class Corners(NamedTuple):
    """A box before it is one: its corners may be out of order."""

    ymin: float
    xmin: float
    ymax: float
    xmax: float


def quantity(value: object, repair: Callable[[str], None]) -> float | None:
    """The number that `value` is, or spells; None for anything else.

    Example:
        >>> quantity("412px", print)
        a number in a string
        412
        >>> quantity([1], print), quantity(True, print), quantity(float("nan"), print)
        (None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        match = _QUANTITY.match(value.strip()[:50])
        if not match or match[2].strip().casefold() not in _UNITS:
            return None
        repair("a number in a string")
        value = float(match[1]) * (_PER_CENT if "%" in match[2] else 1)
        value = int(value) if value.is_integer() else value
    return value if abs(value) <= LARGEST else None  # false for NaN


def quantities(value: object, repair: Callable[[str], None]) -> list[float] | None:
    """The numbers in a list, in lists within it, or in a string; None if there is anything else.

    Example:
        >>> quantities([[1, 2], [3, 4]], print), quantities([1, None], print)
        ([1, 2, 3, 4], None)
    """
    if isinstance(value, str):
        words = [word for word in _NUMBERS.split(value) if word]
        if len(words) <= 1:
            return None
        value = words
    if not is_list(value):
        return None
    if value and NUMERIC.issuperset(map(type, value)):
        numbers: list[float] = value  # the usual case, without a look at each
        return numbers[:] if max(map(abs, numbers)) <= LARGEST else None
    found: list[float] = []
    for element in value:
        more = (
            quantities(element, repair) if is_list(element) else _single(quantity(element, repair))
        )
        if more is None:
            return None
        found += more
    return found


def pair(value: object, repair: Callable[[str], None]) -> tuple[float, float] | None:
    """A y and an x, from a list of two or an object that names them; None for anything else."""
    if not is_list(value):
        members = members_of(value)
        return None if members is None else named_pair(canonical(members), repair)
    if len(value) != len("yx"):
        return None
    y, x = value
    if type(y) is type(x) is int and abs(y) <= LARGEST >= abs(x):
        return y, x  # the usual case
    y, x = quantity(y, repair), quantity(x, repair)
    return None if y is None or x is None else (y, x)


def pairs(value: object, repair: Callable[[str], None]) -> list[tuple[float, float]] | None:
    """All pairs of a list that holds nothing else, two of them at least; None otherwise."""
    if not is_list(value) or not value or (isinstance(value, JsonArray) and not value.closed):
        return None
    found: list[tuple[float, float]] = []
    for element in value:
        one = pair(element, repair)
        if one is None:
            return None
        found.append(one)
    return found


def named_pair(
    members: Mapping[str, Any], repair: Callable[[str], None]
) -> tuple[float, float] | None:
    """The y and the x among `members`, whose keys are canonical; or the point that they name."""
    if "y" in members and "x" in members:
        return pair([members["y"], members["x"]], repair)
    return pair(members["point"], repair) if is_list(members.get("point")) else None


def named_corners(members: Mapping[str, Any], repair: Callable[[str], None]) -> Corners | None:
    """The box whose sides, or place and size, stand among `members` under canonical keys.

    Example:
        >>> named_corners({"y": 1, "x": 2, "y2": 3, "x2": 4}, print)
        Corners(ymin=1, xmin=2, ymax=3, xmax=4)
        >>> named_corners({"y": 10, "x": 20, "h": 5, "w": 7}, print)
        Corners(ymin=10, xmin=20, ymax=15, xmax=27)
        >>> named_corners({"cy": 10, "cx": 20, "h": 4, "w": 6}, print)
        Corners(ymin=8.0, xmin=17.0, ymax=12.0, xmax=23.0)
    """
    for form in (*SIDES, *SIZED, *CENTRED):
        if not all(key in members for key in form):
            continue
        read = [quantity(members[key], repair) for key in form]
        numbers = [number for number in read if number is not None]
        if len(numbers) != len(form):
            continue
        a, b, c, d = numbers
        if form in SIDES:
            return Corners(a, b, c, d)
        if form in SIZED:
            return Corners(a, b, a + c, b + d)
        return Corners(a - c / 2, b - d / 2, a + c / 2, b + d / 2)
    return None


def canonical(members: Mapping[str, Any]) -> dict[str, Any]:
    """`members` with keys in small letters, without signs: "y_min" and "yMin" become "ymin"."""
    return {canonical_key(key): value for key, value in members.items()}


def members_of(value: object) -> Mapping[str, Any] | None:
    """The members of an object, as the reader or as the standard decoder makes it."""
    if isinstance(value, JsonObject):
        return value.members
    return value if is_mapping(value) else None


def _single(value: float | None) -> list[float] | None:
    return None if value is None else [value]
