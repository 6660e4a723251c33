"""The sentences that spatial prompts are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

POINT: Final = "[y, x]"
BOX: Final = "[ymin, xmin, ymax, xmax]"
COORDINATES: Final = (
    "Coordinates are whole numbers from 0 to 1000: y from the top edge of the image to the bottom, "
    "x from the left edge to the right."
)


def asked(verb: str, things: Sequence[str]) -> str:
    """What is to be done, with `things`, or with all there is.

    Example:
        >>> asked("Point to", ["the cup"])
        'Point to the following things in the image: the cup.'
    """
    if not things:
        return f"{verb} each thing in the image."
    return f"{verb} the following things in the image: {', '.join(plain_names(things))}."


def plain_names(things: Sequence[str]) -> list[str]:
    """The names, each on one line.

    Raises:
        InvalidOptionError: one of them is empty.
    """
    names = [" ".join(thing.split()).rstrip(".") for thing in things]
    if not all(names):
        raise InvalidOptionError(f"{list(things)!r} has an empty name; name each thing.")
    return names


def joined(names: Sequence[str]) -> str:
    """The names as they are spoken.

    Example:
        >>> joined(["a cup", "a lid", "a pen"])
        'a cup, a lid and a pen'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def limited(limit: int | None) -> tuple[str, ...]:
    """How many entries there may be, in words; nothing where there is no limit.

    Raises:
        InvalidOptionError: the limit is below 1.
    """
    if limit is None:
        return ()
    if limit < 1:
        raise InvalidOptionError(f"limit={limit} leaves nothing to answer; pass 1 or more.")
    return (f"Give at most {limit} {'entry' if limit == 1 else 'entries'}.",)


def naming(things: Sequence[str]) -> str:
    """What to write as labels."""
    if things:
        return f"Use the name{'s' * (len(things) > 1)} above as label{'s' * (len(things) > 1)}."
    return "The label is a short name for the thing."


def omission(things: Sequence[str]) -> str:
    """What to do about things that are not there."""
    missing = "Leave out what is not in the image; answer" if things else "Answer"
    return f"{missing} [] if {'nothing is' if things else 'there is nothing'}."


def answered_as(form: str) -> str:
    """The form of the answer, by an example."""
    return f"Answer with JSON only, in this form: {form}"


def lines(*sentences: str) -> str:
    """The sentences, each on a line."""
    return "\n".join(sentences)
