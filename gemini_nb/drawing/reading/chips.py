"""Chips: the small coloured tags in a text that stand for marks on the picture beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.wording import clean
from gemini_nb.spatial.geometry import number
from gemini_nb.spatial.statements import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.drawing.reading.mentions import Mention
    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Item

_MOST_BADGES: Final = 12  # numbers on one chip; a word for more of them is no longer a pointer
_MOST_RULES: Final = 300  # marks that are linked by hovering; each takes 230 bytes
_PLACE_NUMBERS: Final = 4  # of a box; longer geometry is not told within a sentence
_ARROW: Final = "\N{RIGHTWARDS ARROW}"  # instead of a number, for a path
_GREY: Final = "#808080"
_BADGE: Final = "border-radius:.6em;padding:0 .45em;font-weight:600"
_CHIP: Final = "border-radius:.6em;padding:0 .45em 0 0;box-decoration-break:clone"


class Sign(NamedTuple):
    """What stands for one mark, in the text and on the picture."""

    number: int
    """From 1 on; 0 for paths of numbered points, and for what has no place on the picture."""
    name: str
    colour: str
    title: str
    spot: int
    """Position of the mark's spot among the picture's, from 1 on; 0 where it has none."""


def signs(found: Annotations, scene: Scene) -> tuple[Sign, ...]:
    """The sign of each item, those of one mark the same.

    Args:
        found: the items.
        scene: of `found`, which says what belongs together and in which colour.
    """
    marks = {item: at for at, mark in enumerate(scene.marks) for item in mark.items}
    made: list[Sign] = []
    for index, item in enumerate(found):
        if index not in marks:
            made.append(Sign(0, _told(item), _GREY, _told(item), 0))
            continue
        mark = scene.marks[marks[index]]
        first = min(mark.items)
        if len({found[part].label for part in mark.items}) == 1:
            name = clean(found[first].label)
            made.append(Sign(first + 1, name, mark.colour, mark.title, marks[index] + 1))
        else:
            # Its points have numbers of their own on the picture, and together no name.
            made.append(Sign(0, mark.title, mark.colour, mark.title, marks[index] + 1))
    return tuple(made)


def chip(mention: Mention, by_item: tuple[Sign, ...]) -> str:
    """A mention as HTML: one tag for words of the text, one for each mark where JSON stood.

    All looks are inline, since a notebook of unknown origin loses its style sheets.
    """
    meant = _distinct(mention, by_item)
    if mention.words:
        return _tag(meant, clean(mention.words))
    return " ".join(_tag((sign,), sign.name) for sign in meant)


def words(mention: Mention, by_item: tuple[Sign, ...], found: Annotations) -> str:
    """A mention as plain text: "(1: apple [412, 305])" where JSON stood, else "apple (1)"."""
    meant = _distinct(mention, by_item)
    if mention.words:
        numbers = ", ".join(str(sign.number) for sign in meant if sign.number)
        return f"{mention.words} ({numbers})" if numbers else mention.words
    first = {sign: next(i for i in mention.items if by_item[i] == sign) for sign in meant}
    told = [_marker(sign, found[index]) for sign, index in first.items()]
    return ("\n" if mention.apart else " ").join(told)


def rules(scene: Scene) -> str:
    """A style sheet that lights up the spots of a chip, and the chips of a spot.

    Chips and spots are counted, not named, so that the rules are the same in every output.
    """
    linked = "".join(
        f".gnb-answer:has(.gnb-to-{at}:hover,.gnb-to-{at}:focus) .gnb-spot:nth-of-type({at})"
        "{box-shadow:0 0 0 9999px rgba(0,0,0,.6);z-index:1}"
        f".gnb-answer:has(.gnb-spot:nth-of-type({at}):hover) .gnb-to-{at}"
        "{outline:2px solid currentColor}"
        for at in range(1, min(len(scene.marks), _MOST_RULES) + 1)
    )
    return f"<style>{linked}</style>" if linked else ""


def _tag(meant: tuple[Sign, ...], text: str) -> str:
    if not meant:
        return escape(text)
    shown = meant[:_MOST_BADGES]
    # The spaces count where looks are lost: without them numbers and words run together.
    badges = "".join(f"{_badge(sign)} " for sign in shown if sign.spot)
    more = f"+{len(meant) - len(shown)} " if len(meant) > len(shown) else ""
    edge = meant[0].colour if len({sign.colour for sign in meant}) == 1 else _GREY
    title = "; ".join(sign.title for sign in shown)
    label = escape(text)
    spots = _spots(shown) if len(shown) == 1 else ""
    room = "" if badges else "padding-left:.45em;"
    return (
        f'<span class="gnb-chip{spots}" tabindex="0" title="{escape(title)}"'
        f' style="{_CHIP};{room}border:1px solid {edge}">{badges}{more}{label}</span>'
    )


def _badge(sign: Sign) -> str:
    look = f"{_BADGE};background:{sign.colour};color:{text_on(sign.colour)}"
    return f'<span class="gnb-badge{_spots((sign,))}" style="{look}">{sign.number or _ARROW}</span>'


def _spots(meant: tuple[Sign, ...]) -> str:
    return "".join(f" gnb-to-{sign.spot}" for sign in meant if sign.spot)


def _distinct(mention: Mention, by_item: tuple[Sign, ...]) -> tuple[Sign, ...]:
    """The signs of a mention, in order, each once."""
    return tuple(dict.fromkeys(by_item[item] for item in mention.items))


def _marker(sign: Sign, item: Item) -> str:
    if not sign.number:
        return f"({sign.name})"
    return f"({sign.number}: {f'{sign.name} {_place(item.geometry())}'.strip()})"


def _place(geometry: Mapping[str, object]) -> str:
    """The numbers of a point or a box, as JSON has them."""
    for value in geometry.values():
        if isinstance(value, list) and len(value) <= _PLACE_NUMBERS:  # pyright: ignore[reportUnknownArgumentType] - of any JSON
            return str(value)  # pyright: ignore[reportUnknownArgumentType] - of any JSON
    return ""


def _told(item: Item) -> str:
    """A statement without a place on the picture, in words."""
    if isinstance(item, Call):
        if isinstance(item.args, tuple):
            given = ", ".join(map(repr, item.args))
        else:
            given = ", ".join(f"{name}={value!r}" for name, value in item.args.items())
        return clean(f"{item.function}({given})")
    said = {**item.geometry(), **item.details}
    values = ", ".join(f"{key} {_value(value)}" for key, value in said.items())
    return clean(f"{item.label} {values}")


def _value(value: object) -> str:
    return str(number(value)) if isinstance(value, float) else str(value)
