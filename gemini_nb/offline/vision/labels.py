"""Labels of findings: by looks, by number, or so that no two are the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.finding import Finding
    from gemini_nb.offline.vision.scene import Region

_PAIR = 2


def described(region: Region) -> str:
    """A label by looks: "red circle"."""
    shape = "thing" if region.shape == "irregular shape" else region.shape
    return f"{region.colour} {shape}"


def numbered(findings: Sequence[Finding], first: int) -> list[Finding]:
    """`findings` labelled with numbers from `first`."""
    return [replace(each, label=str(number)) for number, each in enumerate(findings, first)]


def told_apart(findings: Sequence[Finding]) -> list[Finding]:
    """`findings` with equal labels told apart: two by their places, more by numbers."""
    times = Counter(each.label for each in findings)
    seen: Counter[str] = Counter()
    result: list[Finding] = []
    for each in findings:
        seen[each.label] += 1
        label = each.label
        if times[label] == _PAIR:
            other = next(one for one in findings if one.label == label and one is not each)
            label = f"{_side(each, other)} {label}"
        elif times[label] > 1:
            label = f"{label} {seen[label]}"
        result.append(replace(each, label=label))
    return result


def _side(one: Finding, other: Finding) -> str:
    """On which side of `other` the finding `one` is."""
    (y, x), (other_y, other_x) = one.point or (0, 0), other.point or (0, 0)
    if abs(x - other_x) >= abs(y - other_y):
        return "left" if x < other_x else "right"
    return "upper" if y < other_y else "lower"
