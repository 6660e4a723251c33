"""The answer to a request about a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.picture_description import (
    describe_ground,
    describe_scene,
    main_colours,
)
from gemini_nb.offline.vision.picture_phrases import (
    MOST_LISTED,
    counted,
    listed,
    percent,
    place,
    thing,
    thing_there,
    with_article,
)
from gemini_nb.offline.vision.picture_questions import Question, Wanted, read_question, select

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gemini_nb.offline.vision.picture_questions import Kind
    from gemini_nb.offline.vision.scene import Region, Scene

    Answer = Callable[[Scene, Question, list[Region]], str]

HONESTY: Final = (
    "I go by the colours, shapes and places in the pixels; I can't tell what the things are."
)

_MOST_UNKNOWN: Final = 3
_SIDES_IN_ORDER: Final = ("top", "bottom", "middle", "left", "right")


def reply(scene: Scene, request: str) -> str:
    """A few sentences that answer `request`; a description where it asks nothing in particular.

    Colours, shapes, sizes, places and counts are answered. Words that can only be names of
    things are said to be beyond what pixels tell.
    """
    question = read_question(request)
    if question.kind == "describe":
        return f"{describe_scene(scene)} {HONESTY}"
    found = select(scene.regions, question)
    if not question.unknown:
        return _ANSWERS[question.kind](scene, question, found)
    words = listed([f'"{word}"' for word in question.unknown[:_MOST_UNKNOWN]])
    if question.wanted or question.relation or question.about_ground:
        seen = _ANSWERS[question.kind](scene, question, found)
    else:
        seen = describe_scene(scene)
    return f"I can't recognise {words} from pixels. {seen} {HONESTY}"


def _answer_count(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    each = f": {listed([thing_there(region) for region in found])}" if found else ""
    seen = f"I see {counted(len(found), _noun(question.wanted))}{_where(question)}{each}."
    if any(ground.colour in question.wanted.colours for ground in scene.grounds):
        return f"{seen} {describe_ground(scene)}"
    return seen


def _answer_exists(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    yes_or_no = "" if question.unknown else "Yes. " if found else "No. "
    return yes_or_no + _answer_count(scene, question, found)


def _answer_colour(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    if question.about_ground:
        return describe_ground(scene)
    if not question.wanted and not question.relation:
        return (
            f"The main colours are {main_colours(scene)}. {_answer_count(scene, question, found)}"
        )
    if len(found) == 1:
        return f"It is {found[0].colour}: {thing_there(found[0])}."
    return _answer_count(scene, question, found)


def _answer_shape(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    if len(found) == 1:
        return f"Its shape is {with_article(found[0].shape)}: {thing_there(found[0])}."
    return _answer_count(scene, question, found)


def _answer_place(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    if not found:
        return _answer_count(scene, question, found)
    said = [
        f"{thing(region)} is {place(region.centre)}, its centre at y {region.centre[0]} and "
        f"x {region.centre[1]} of 1000"
        for region in found[:MOST_LISTED]
    ]
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _answer_which(scene: Scene, question: Question, found: Sequence[Region]) -> str:
    if question.about_ground:
        return describe_ground(scene)
    if len(found) == 1:
        return f"It is {thing_there(found[0])}, {percent(found[0].share)} of the picture."
    return _answer_count(scene, question, found)


def _noun(wanted: Wanted) -> str:
    """What is meant, in the singular: "red circle"."""
    size = wanted.rank if wanted.rank in {"large", "small"} else ""
    colours = " or ".join(sorted(wanted.colours))
    if len(wanted.shapes) > 1:
        shape = "round thing" if "circle" in wanted.shapes else "four-sided thing"
    else:
        shape = next(iter(wanted.shapes), "thing")
    return " ".join(word for word in (size, colours, shape) if word)


def _where(question: Question) -> str:
    """Where the things meant lie, after a space; nothing where that was not asked."""
    at = _at(question.wanted)
    if question.relation is None:
        return at
    return f"{at} {question.relation} the {_noun(question.anchor)}{_at(question.anchor)}"


def _at(wanted: Wanted) -> str:
    sides = [side for side in _SIDES_IN_ORDER if side in wanted.sides]
    return f" at the {' '.join(sides)}" if sides else ""


_ANSWERS: Final[dict[Kind, Answer]] = {
    "count": _answer_count,
    "exists": _answer_exists,
    "colour": _answer_colour,
    "shape": _answer_shape,
    "place": _answer_place,
    "which": _answer_which,
}
