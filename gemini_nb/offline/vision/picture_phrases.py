"""Things, places and numbers of a scene as phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.scene import Region

MOST_LISTED: Final = 12
"""How many things a sentence names; more are only counted."""

LARGE: Final = 0.08
"""Share of the image from which a thing is called large."""
SMALL: Final = 0.01
"""Share of the image below which a thing is called small."""
_ONE_PERCENT: Final = 0.01
_THIRDS: Final = (333, 667)
_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def number_word(number: int) -> str:
    """`number` as a word up to twelve, in digits above.

    Example:
        >>> number_word(3), number_word(0), number_word(30)
        ('three', 'no', '30')
    """
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def counted(number: int, noun: str) -> str:
    """`number` of what `noun` names in the singular.

    Example:
        >>> counted(1, "thing"), counted(2, "thing")
        ('one thing', 'two things')
    """
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """`share` of 1 in per cent.

    Example:
        >>> percent(0.256), percent(0.003)
        ('26 %', 'under 1 %')
    """
    return f"{100 * share:.0f} %" if share >= _ONE_PERCENT else "under 1 %"


def place(centre: tuple[int, int]) -> str:
    """Where `centre` (y and x in thousandths) lies, in a grid of three by three.

    Example:
        >>> place((100, 900)), place((500, 500)), place((500, 100))
        ('at the top right', 'in the centre', 'at the left')
    """
    y, x = (sum(coordinate >= third for third in _THIRDS) for coordinate in centre)
    if y == x == 1:
        return "in the centre"
    row, column = ("top", "", "bottom")[y], ("left", "", "right")[x]
    return f"at the {f'{row} {column}'.strip()}"


def thing(region: Region) -> str:
    """`region` as a noun phrase: "a large red circle"."""
    size = "large " if region.share >= LARGE else "small " if region.share < SMALL else ""
    if region.shape == "irregular shape":
        return with_article(f"{size}{region.colour} thing of irregular shape")
    return with_article(f"{size}{region.colour} {region.shape}")


def with_article(noun: str) -> str:
    """`noun` after "a" or "an".

    Example:
        >>> with_article("oval"), with_article("blue oval")
        ('an oval', 'a blue oval')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def thing_there(region: Region) -> str:
    """`region` as a noun phrase with its place: "a red circle at the top left"."""
    return f"{thing(region)} {place(region.centre)}"


def listed(items: Sequence[str]) -> str:
    """`items` as a list in words, those beyond `MOST_LISTED` only counted.

    Example:
        >>> listed(["a mug"]), listed(["a mug", "a plate", "an apple"])
        ('a mug', 'a mug, a plate and an apple')
    """
    if len(items) > MOST_LISTED:
        items = [*items[:MOST_LISTED], f"{len(items) - MOST_LISTED} more"]
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
