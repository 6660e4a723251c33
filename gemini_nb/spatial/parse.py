"""Answers read: text, SDK objects or JSON in, points and boxes and the rest out."""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from gemini_nb.display import well_formed
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.spatial.annotations import Annotations, numbering_issues
from gemini_nb.spatial.geometry import Item
from gemini_nb.spatial.issues import Notes
from gemini_nb.spatial.json_values import (
    JsonArray,
    JsonObject,
    holds_objects,
    is_list,
    is_mapping,
    json_text,
)
from gemini_nb.spatial.keys import keys_of
from gemini_nb.spatial.object_items import call_items, items_in, without_repetitions
from gemini_nb.spatial.places import any_key
from gemini_nb.spatial.prose import Prose, name_in_list
from gemini_nb.spatial.text_tables import tables
from gemini_nb.spatial.tolerant_json import DEEPEST, fragments, unwrapped, visible
from gemini_nb.spatial.units import examine, from_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gemini_nb.replies.reply import Reply
    from gemini_nb.spatial.issues import IssueKind
    from gemini_nb.spatial.json_values import Fragment, Repair

    Remark = tuple[IssueKind, str]

_OTHERS: Final = ("user", "function")
"""Roles of turns that are not the model's."""
_DIGIT: Final = re.compile(r"\d")
_HEADING: Final = re.compile(
    r"^[ \t#*>_`-]*+(?:\d[.)]\s*+)?(?:[^:{\n]{0,60}?\b(?:for|in|of|from) (?:the )?)?"
    r"([\w-][\w -]{0,60}\.(?:jpe?g|png|webp|gif|heic|bmp)"
    r"|(?:image|picture|photo|frame|view)[ _#-]*(?:\d{1,4}|(?-i:[A-H]))"
    r"|(?:first|second|third|fourth|left|right) (?:image|picture|photo|frame|view)"
    r"|(?:before|after)(?=[ \t:*_]*+$))"
    r"(?:[^\w\n][^\n]{0,60})?$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that names one of several pictures: "Image 2:", "**a.jpg**", "In the first photo:"."""
_OF_HEADINGS: Final = (
    *("image", "picture", "photo", "frame", "view", "before"),
    *(".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".bmp"),
)


def parse(answer: object, *, image_size: tuple[int, int] | None = None) -> Annotations:
    r"""What an answer says about an image: its points, boxes, masks, paths, in thousandths.

    Takes the answer in any form in which it is at hand, and any shape that Gemini's models give
    it: JSON in fences, in prose, in comments; tables with named columns; places in sentences; cut
    off, repeated, or not quite JSON. What was mended, lost or not understood is in `.issues`;
    nothing that a model says raises an error. Takes time in proportion to the answer's length.

    Args:
        answer: text; a response, candidate, content or part of google-genai; a turn of a chat;
            an Interaction; a list of streamed chunks; the JSON of any of these as REST gives it;
            or JSON that is parsed already. Thoughts are left out. Items, such as some of
            another answer's, are taken as they are.
        image_size: width and height in pixels of the image that was sent, where it is known:
            coordinates that are in pixels of it are put right.

    Raises:
        NotAnAnswerError: `answer` is nothing of the kind, as an open file.

    Example:
        >>> found = parse('```json\n[{"point": [412, 305], "label": "mug"},]\n```')
        >>> found
        1 point, 1 repaired
          mug  point [412, 305]
          repaired: a trailing comma (',')
        >>> found.to_dicts()
        [{'point': [412, 305], 'label': 'mug'}]
    """
    if isinstance(answer, Annotations):
        return answer
    if _is_several(answer):
        answer = list(cast("Iterable[object]", answer))
    given = answer if is_list(answer) else [answer]
    if given and all(isinstance(each, Item) for each in given):
        return Annotations(tuple(cast("list[Item]", given)))
    calls: list[Item] = []
    remarks: list[Remark] = []
    said = _text(answer, calls, remarks)
    text = unwrapped(whole_text := well_formed(said))
    if whole_text != said or (not isinstance(answer, str) and "\ufffd" in said):
        remarks.append(("repaired", "halves of characters in the text"))
    if text != whole_text:
        remarks.append(("repaired", "JSON inside a string, with HTML entities, or in NumPy's form"))
    if not (text.strip() or calls or remarks):
        remarks.append(("dropped", "the answer is empty"))
    notes = Notes(text)
    for kind, reason in remarks:
        notes.add(kind, reason)
    kept = without_repetitions([*_Walk(text, notes, image_size).items(), *calls], notes)
    examined, suspected = examine(tuple(kept), image_size)
    inside = tuple(_within(examined, notes))
    return Annotations(inside, (*notes.issues(), *suspected, *numbering_issues(inside)), text)


class _Walk:
    """One way through a text: its JSON, and what stands between that, tables and prose."""

    def __init__(self, text: str, notes: Notes, image_size: tuple[int, int] | None) -> None:
        self._text = text
        self._plain = visible(text)
        self._notes = notes
        self._image_size = image_size
        self._prose = Prose(self._plain, notes)
        self._picture = _pictures(self._plain)
        self._arrays: list[tuple[JsonArray, Sequence[Repair]]] = []

    def items(self) -> Iterator[Item]:
        """What the text says, in its order."""
        at = 0
        for piece in fragments(self._text):
            value, span = piece.value, piece.value.span
            if piece.too_deep:
                said = f"brackets more than {DEEPEST} levels deep"
                self._notes.add("dropped", said, span)
            if isinstance(value, JsonArray) and not value.holds_objects:
                self._arrays.append((value, piece.repairs))
            elif not _says_nothing(piece, self._plain):
                if self._arrays or _DIGIT.search(self._plain, at, span.start):
                    yield from self._between(at, span.start)
                label = name_in_list(self._plain, span.start)
                yield from items_in(value, span, self._notes, label, self._picture(span.start))
                if self._prose.x_first and any_key(value, "box", "point", "points", "path"):
                    said = f"read as [y, x], though the answer says [{self._prose.x_first}]"
                    self._notes.add("suspected", said, span)
                self._notes.mended(piece.repairs)
                at = span.end
        yield from self._between(at, len(self._text))
        self._prose.tell()

    def _between(self, at: int, end: int) -> Iterator[Item]:
        """The items of tables, of arrays, and of names with numbers between objects."""
        found = tables(self._plain, at, end, self._prose.orders, self._notes)
        arrays = [*((rows, ()) for rows in found), *self._arrays]
        for array, repairs in sorted(arrays, key=lambda each: each[0].span):
            start, read = array.span.start, None
            image = self._picture(start)
            if array.holds_objects:  # a table's rows
                read = _rows(array, self._notes, self._picture, self._image_size)
            elif start >= at:  # in no table
                read = self._prose.array(array, image)
                self._notes.mended(repairs if read else ())
            if read is not None:
                yield from self._prose.places(at, start, image)
                yield from read
                at = array.span.end
        yield from self._prose.places(at, end, self._picture(at))
        self._arrays.clear()


def _pictures(text: str) -> Callable[[int], str | None]:
    """Which of several pictures, that headings name, a place in the text is about."""
    lower = text.lower()  # far faster to look through than lines are
    headings = list(_HEADING.finditer(text)) if any(map(lower.__contains__, _OF_HEADINGS)) else []
    several = len({found[1].casefold() for found in headings}) > 1
    starts = [found.start() for found in headings] if several else []
    return lambda at: headings[bisect(starts, at) - 1][1] if starts and at >= starts[0] else None


def _rows(
    rows: JsonArray,
    notes: Notes,
    picture: Callable[[int], str | None],
    image_size: tuple[int, int] | None,
) -> list[Item]:
    """The items of a table. Corner and size are asked for in pixels, as Gemini's own are corners.

    Source: https://github.com/benwbrum/fromthepage/issues/5221
    """
    items = [
        i for each in rows for i in items_in(each, rows.span, notes, "", picture(each.span.start))
    ]
    if not {"x", "y", "w", "h"} <= keys_of(tuple(rows[0].members)).names.keys():
        return items
    if image_size is None:
        said = "columns x, y, w, h: pass image_size=(width, height) if they are pixels"
        notes.add("suspected", said, rows.span)
        return items
    width, height = image_size
    notes.add("rescaled", f"columns x, y, w, h: taken for pixels of {width} x {height}", rows.span)
    return list(from_pixels(items, width, height))


def _says_nothing(piece: Fragment, text: str) -> bool:
    """Whether it is empty, or a program's brace: bare words in it, and no known key."""
    value = piece.value
    if not isinstance(value, JsonObject):
        return False
    if not value.members:
        return not piece.repairs
    bare = text[value.span.start + 1].isidentifier()
    known = "label" in value.members or keys_of(tuple(value.members)).clear
    return bare and not (known or any(map(holds_objects, value.members.values())))


def _within(items: Iterable[Item], notes: Notes) -> Iterator[Item]:
    """The items with what lies outside the image cut off, and a note of each."""
    for item in items:
        inside = item.clip()
        if inside is not item and inside != item:
            notes.add("clipped", f"beyond the image: {item.geometry()}", item.span)
        yield inside


def _text(answer: object, calls: list[Item], remarks: list[Remark]) -> str:
    """The text of an answer in any form; its calls, and what is to be told of it, are added.

    Raises:
        NotAnAnswerError: it has no such form.
    """
    if isinstance(answer, bytes | bytearray):
        answer = said = answer.decode(errors="replace")
        with suppress(ValueError, RecursionError):
            answer = json.loads(said) if said.lstrip()[:1] in {"{", "["} else said
    if answer is None:
        remarks.append(("dropped", "there is no answer: it is None"))
    if isinstance(answer, str) or answer is None:
        return answer or ""
    if _is_several(answer):
        turns = cast("Iterable[object]", answer)
        answer = [turn for turn in turns if _role(turn) not in _OTHERS]
        if not answer:
            return "[]"
    from gemini_nb.replies.reply import whole  # noqa: PLC0415 - loads the SDK, which text needs not

    try:
        return _said(whole(answer), calls, remarks)
    except NotAnAnswerError:
        if isinstance(text := getattr(answer, "text", None), str):
            return text
        if not (is_mapping(answer) or is_list(answer) or hasattr(answer, "tolist")):
            raise NotAnAnswerError(
                f"{type(answer).__name__} is no answer that can be read; pass its text, the "
                "response of google-genai, or parsed JSON."
            ) from None
        if (text := json_text(answer)) is None:
            remarks.append(("dropped", "JSON that contains itself, or is nested without end"))
        return text or ""


def _said(reply: Reply, calls: list[Item], remarks: list[Remark]) -> str:
    """The words and programs of the first candidate."""
    from gemini_nb.replies import segments as kinds  # noqa: PLC0415 - loaded with `whole`

    texts: list[str] = []
    for segment in reply.candidates[0].segments if reply.candidates else ():
        match segment:
            case kinds.Text(text=text):
                texts.append(text)
            case kinds.Code(code=text, language=language):
                texts.append(f"\n```{language}\n{text}\n```\n")
            case kinds.CodeOutput(text=text):
                texts.append(f"\n```\n{text}\n```\n")
            case kinds.FunctionCall(name=name) if name:
                calls += call_items(name, segment.arguments)
            case kinds.Unknown(kind=kind):
                remarks.append(("unsupported", f"a part of an unknown kind: {kind}"))
            case _:
                pass
    if not texts and not calls:
        remarks.append(("dropped", _why_nothing(reply)))
    if (more := len(reply.candidates) - 1) > 0:
        remarks.append(("dropped", f"{more} more of the candidates: only the first is read"))
    unknown = (f"a field unknown to the SDK: {place}" for place in reply.set_aside)
    remarks.extend(("unsupported", place) for place in unknown)
    return "".join(texts)


def _why_nothing(reply: Reply) -> str:
    """Why a reply holds no text."""
    refused = reply.block_reason and f"the request was blocked, {reply.block_reason}"
    ended = [each.finish_reason or "no reason given" for each in reply.candidates[:1]]
    kind = "interaction" if reply.interaction_id else "response"
    return f"the {kind} holds no text ({reply.failure or refused or ''.join(ended) or 'nothing'})"


def _role(turn: object) -> object:
    """Whose turn of a chat it is."""
    return turn.get("role") if is_mapping(turn) else getattr(turn, "role", None)


def _is_several(answer: object) -> bool:
    """Whether these are turns or chunks; an open file is an iterator as well, of its lines."""
    several = isinstance(answer, list | tuple | Iterator)
    return several and not hasattr(cast("object", answer), "read")
