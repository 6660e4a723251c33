"""Answers read: text, SDK objects or JSON in, points and boxes and the rest out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.doctor import examine
from gemini_nb.spatial.geometry import SCALE, Box
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.reading.answer_text import read_answer
from gemini_nb.spatial.reading.fragment_items import fragment_items
from gemini_nb.spatial.reading.json_fragments import fragments
from gemini_nb.spatial.reading.json_strings import without_lone_surrogates
from gemini_nb.spatial.reading.mask_shapes import within_image
from gemini_nb.spatial.reading.notes import Notes
from gemini_nb.spatial.reading.repetitions import without_repetitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gemini_nb.spatial.geometry import Item


def parse(answer: object, *, image_size: tuple[int, int] | None = None) -> Annotations:
    r"""What an answer says about an image: its points, boxes, masks, paths, in thousandths.

    Takes the answer in any form in which it is at hand, and any shape that Gemini's models give
    it: JSON in fences, in prose, in comments; cut off, repeated, or not quite JSON. What was
    mended or lost is in `.issues`; nothing that a model says raises an error. Takes time in
    proportion to the length of the answer.

    Args:
        answer: text; a response, candidate, content or part of google-genai; a turn of a chat;
            an Interaction; a list of streamed chunks; the JSON of any of these as REST gives it;
            or JSON that is parsed already. Thoughts are left out.
        image_size: width and height in pixels of the image that was sent, where it is known:
            coordinates that are in pixels of it are put right.

    Raises:
        NotAnAnswerError: `answer` is nothing of the kind, as an open file.

    Example:
        >>> found = parse('```json\n[{"point": [412, 305], "label": "mug"},]\n```')
        >>> found
        1 point, 1 repaired
          mug  point  point [412, 305]
          repaired: a trailing comma (',')
        >>> found.to_dicts()
        [{'point': [412, 305], 'label': 'mug'}]
    """
    if isinstance(answer, Annotations):
        return answer
    read = read_answer(answer)
    text = without_lone_surrogates(read.text)
    notes = Notes(text)
    if text != read.text:
        notes.add("repaired", "halves of characters in the text")
    if not text.strip() and not read.calls and not read.remarks:
        notes.add("dropped", "the answer is empty")
    for kind, reason in read.remarks:
        notes.add(kind, reason)
    found = [item for fragment in fragments(text) for item in fragment_items(fragment, text, notes)]
    kept = without_repetitions([*found, *read.calls], notes)
    examined, suspected = examine(tuple(kept), image_size)
    inside = tuple(_within(examined, notes))
    return Annotations(inside, (*notes.issues(), *suspected), text)


def _within(items: Iterable[Item], notes: Notes) -> Iterator[Item]:
    """The items with what lies outside the image cut off, and a note of each."""
    image = Box(0, 0, SCALE, SCALE)
    for item in items:
        bounds = item.bounds
        if bounds is None or (image.contains(bounds) and not isinstance(item, Mask)):
            yield item
            continue
        inside = within_image(item) if isinstance(item, Mask) else item.clip()
        if inside != item:
            notes.add("clipped", f"beyond the image: {item.geometry()}", item.span)
        yield inside
