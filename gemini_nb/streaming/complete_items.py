"""How much of an unfinished JSON answer can be read without having to take anything back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|"[^\n]*\Z|[{}\[\]:,]')


@dataclass(slots=True)
class _Container:
    is_object: bool
    words: int = 0
    """Texts that are directly in it as values: a label is one of them."""
    members: int = 0


def complete_items(text: str) -> int:
    r"""Up to where `text` holds only items that nothing which follows can change.

    That is after an object which stands in a list, at any depth of lists; or in a list in an object
    that has no other member yet, as `{"items": [`, if the item has words of its own: what follows
    could otherwise give it a label.

    Example:
        >>> complete_items('[{"point": [1, 2], "label": "mug"}, {"point": [4')
        34
        >>> complete_items('{"label": "cups", "points": [{"y": 1, "x": 2}, ')
        0
    """
    open_now: list[_Container] = []
    complete = 0
    is_value = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            if open_now and open_now[-1].is_object:
                open_now[-1].members += 1
            open_now.append(_Container(is_object=mark == "{"))
        elif mark in "}]":
            if not open_now:
                continue
            closed = open_now.pop()
            if mark == "}" and closed.is_object and _is_final(closed, open_now):
                complete = token.end()
        elif mark == ":":
            is_value = True
            continue
        elif mark != "," and is_value and open_now and open_now[-1].is_object:
            open_now[-1].words += 1
            open_now[-1].members += 1
        is_value = False
    return complete


def _is_final(item: _Container, around: list[_Container]) -> bool:
    """Whether nothing that follows can say more of an object that was just closed."""
    if around and around[-1].is_object:
        return False  # it is a member of an item
    objects = [container for container in around if container.is_object]
    return not objects or (item.words > 0 and all(each.members == 1 for each in objects))
