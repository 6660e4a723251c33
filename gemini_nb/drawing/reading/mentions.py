"""Where an answer's text speaks of things on the picture: as JSON, as a link, or by name.

Each such place is replaced by a mention, so that the text can be read again: a fence or a list of
JSON becomes a row of mentions, an inline point one mention, `[apple](apple)` a mention of the
apple. All else in the text stays as the model wrote it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.reading.json_places import json_places, said_besides, with_brackets
from gemini_nb.spatial.label_search import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gemini_nb.drawing.reading.json_places import Place
    from gemini_nb.spatial.annotations import Annotations

# Characters for private use stand for mentions while the text around them is read as Markdown.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

_AROUND: Final = re.compile(f"\\s{{0,9}}({_OPEN}(\\d+){_CLOSE})\\s{{0,9}}")

_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n]*\n?", re.MULTILINE)

_LINK: Final = r"!?\[(?P<text>[^\[\]\n]{1,200})\]\((?P<target>[^()\s]{0,500})\)"
_ADDRESS: Final = r"(?P<address>https?://[^\s<>]{1,2000})"
_MOST_NAMES: Final = 200  # labels that are looked for in the text, so that this stays quick
_SHORTEST: Final = 3  # letters of a label that counts as mentioned: "a" is an article


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that stands for things on the picture."""

    items: tuple[int, ...]
    """Their positions in the annotations."""
    words: str = ""
    """How the text calls them; empty where only their JSON stood there."""
    apart: bool = False
    """Whether it stands on lines of its own."""


class Reading(NamedTuple):
    """An answer's text with mentions in it."""

    markdown: str
    """What the model wrote, with a mark that `with_mentions` knows for each mention."""
    mentions: tuple[Mention, ...]

    def with_mentions(self, text: str, show: Callable[[Mention], str]) -> str:
        """`text`, which is the Markdown or was made of it, with each mention as `show` gives it."""
        return _MARK.sub(lambda mark: show(self.mentions[int(mark[1])]), text)


def reading(found: Annotations) -> Reading:
    """The text of `found` with mentions in place of JSON, links and names.

    Example:
        >>> from gemini_nb.spatial.parse import parse
        >>> read = reading(parse('Take [mug](mug) at {"point": [412, 305], "label": "mug"}!'))
        >>> read.with_mentions(read.markdown, lambda mention: f"<{mention.words or 'JSON'}>")
        'Take <mug> at <JSON>!'
    """
    text = found.text.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")
    mentions: list[Mention] = []
    names = _Names(found.labels)
    places = json_places(found)
    starts = [place.start for place in places]
    written: list[str] = []
    for start, end, fenced in _stretches(text):
        here = places[bisect_left(starts, start) : bisect_left(starts, end)]
        write = _fence if fenced else _open_text
        written.append(write(text, (start, end), here, mentions, names))
    shown = {item for mention in mentions for item in mention.items if not mention.words}
    unsaid = tuple(index for index in range(len(found)) if index not in shown)
    if unsaid:
        written.append(_apart(unsaid, mentions))
    spaced = _AROUND.sub(lambda hit: _lines_of_its_own(hit, mentions), "".join(written))
    return Reading(spaced.strip(), tuple(mentions))


class _Names:
    """The labels of things, and what in a text means one of them."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._items: dict[str, tuple[int, ...]] = {}
        for index, label in enumerate(labels):
            key = _key(label)
            self._items[key] = (*self._items.get(key, ()), index)
        looked_for = [key for key in self._items if _is_name(key)][:_MOST_NAMES]
        names = "|".join(map(_whole_word, sorted(looked_for, key=len, reverse=True)))
        name = f"|(?P<name>{names})" if names else ""
        self._pattern = re.compile(f"{_LINK}|{_ADDRESS}{name}", re.IGNORECASE)

    def marked(self, text: str, mentions: list[Mention]) -> str:
        """`text` with links and names as mentions, which are added to `mentions`."""

        def mark(hit: re.Match[str]) -> str:
            said = hit.groupdict()
            if said["address"]:
                return hit[0]
            if said["text"] is None:
                return self._mention(self._items.get(_key(hit[0]), ()), hit[0], mentions)
            words, target = said["text"], said["target"]
            if target.lower().startswith(("http://", "https://")):
                return f"{words} ({target})"
            items = self._items.get(_key(words)) or self._items.get(_key(target))
            items = items or matching(words, self._labels)
            shown = words if items or _key(words) == _key(target) else f"{words} ({target})"
            return self._mention(items, shown, mentions)

        return self._pattern.sub(mark, text)

    @staticmethod
    def _mention(items: tuple[int, ...], words: str, mentions: list[Mention]) -> str:
        return _add(Mention(items, words), mentions) if items else words


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """The text in fences and between them: start, end, and whether it is a fence."""
    at = 0
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            yield at, fence.start(), False
            at, opened = fence.start(), fence
        elif fence[0].strip() == fence[1] and fence[1].startswith(opened[1]):
            yield at, fence.end(), True
            at, opened = fence.end(), None
    yield at, len(text), opened is not None


def _fence(
    text: str,
    stretch: tuple[int, int],
    places: list[Place],
    mentions: list[Mention],
    _: _Names,
) -> str:
    """A fence that is JSON as mentions; one that is code stays, and the mentions follow."""
    start, end = stretch
    if not places:
        return text[start:end]
    items = tuple(item for place in places for item in place.items)
    opening = _FENCE.match(text, start)
    inside = opening.end() if opening else start
    rest = text[inside : places[0].start] + text[places[-1].end : end]
    rest += "".join(text[a.end : b.start] for a, b in pairwise(places))
    if not re.search(r"\w", rest):
        return _apart(items, mentions)
    content = text[inside:end].strip().rstrip("`~")
    besides = said_besides(content)
    if besides is not None:
        return f"{besides}{_apart(items, mentions)}"
    return f"{text[start:end].rstrip()}{_apart(items, mentions)}"


def _open_text(
    text: str,
    stretch: tuple[int, int],
    places: list[Place],
    mentions: list[Mention],
    names: _Names,
) -> str:
    """Text with its JSON, links and names as mentions."""
    start, end = stretch
    besides = said_besides(text[start:end]) if len(places) == 1 else None
    if besides is not None:
        return names.marked(besides, mentions) + _apart(places[0].items, mentions)
    written: list[str] = []
    at = start
    for place in places:
        first, last = with_brackets(text, place, (at, end))
        written.append(names.marked(text[at:first], mentions))
        line_before, line_after = (
            text[at:first].rpartition("\n")[2],
            text[last:end].partition("\n")[0],
        )
        own_lines = (at == start or "\n" in text[at:first]) and not line_before.strip()
        if own_lines and not line_after.strip():
            written.append(_apart(place.items, mentions))
        else:
            written.append(_add(Mention(place.items), mentions))
        at = last
    written.append(names.marked(text[at:end], mentions))
    return "".join(written)


def _lines_of_its_own(hit: re.Match[str], mentions: list[Mention]) -> str:
    """A mention with one empty line before and after it, where it stands apart."""
    return f"\n\n{hit[1]}\n\n" if mentions[int(hit[2])].apart else hit[0]


def _apart(items: tuple[int, ...], mentions: list[Mention]) -> str:
    return f"\n{_add(Mention(items, apart=True), mentions)}\n"


def _add(mention: Mention, mentions: list[Mention]) -> str:
    mentions.append(mention)
    return f"{_OPEN}{len(mentions) - 1}{_CLOSE}"


def _key(label: str) -> str:
    return " ".join(label.casefold().split())


def _is_name(key: str) -> bool:
    """Whether a label in running text means the thing: not so numbers and single letters."""
    if not key or key.isdecimal():
        return False
    return len(key) >= _SHORTEST or not key.isascii()


def _whole_word(key: str) -> str:
    """A pattern for `key` as whole words, where its script parts words."""
    words = r"\s+".join(map(re.escape, key.split()))
    before = r"(?<!\w)" if key[0].isascii() or key[0].islower() else ""
    after = r"(?!\w)" if key[-1].isascii() or key[-1].islower() else ""
    return f"{before}{words}{after}"
