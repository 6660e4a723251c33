"""Where an answer's text speaks of the things it found: with a link, by name, or as JSON.

Each thing is mentioned once. Where the text names it, its JSON goes, together with the bullet, line
or fence that held nothing else; where it does not, the mention takes the place of the JSON. All
else stays as the model wrote it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.spatial.json_values import JsonObject, holds_objects
from gemini_nb.spatial.tolerant_json import fragments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.spatial.annotations import Annotations

MARK: Final = re.compile("\ue000(\\d{1,6})\ue001")
"""Stands for a mention in the text, while that is read as Markdown: characters for private use."""

_PRIVATE: Final = re.compile("[\ue000\ue001]")
_FENCE: Final = re.compile(
    r"^[ \t]*(?P<ticks>`{3,}|~{3,})[^\n`]*\n.*?(?:^[ \t]*(?P=ticks)|\Z)", re.MULTILINE | re.DOTALL
)
_OPENING: Final = re.compile(  # what may stand before JSON on a line, or in a fence, of its own
    r"(?:\A|\n)(?P<lead>[ \t>]*(?P<bullet>(?:[-*+]|\d{1,3}[.)]|\#+|//)[ \t]+)?)"
    r"(?P<fence>(?:`{3,}|~{3,})[^\n`]*\n\s*)?[ \t]*\Z"
)
_FENCE_END: Final = re.compile(r"\s*(?:(?:`{3,}|~{3,})[ \t\r]*(?:\n|\Z)|\Z)")
_LINE_END: Final = re.compile(r"[ \t\r.,;]*(?:\n|\Z)")
_JOINT: Final = re.compile(r"(?:[ \t]*[:(=\u2013\u2014-]|(?<=[*_)\]`.!?\u3002]))[ \t]*\Z")
_BETWEEN: Final = re.compile(r"[\s,]*")
_APART: Final = "\n\n"  # around what had lines of its own, and was no item of a list
_LINK: Final = (
    r"!?\[(?P<text>[^\[\]\n]{1,200})\]\((?P<target>[^()\n]{0,500})\)"
    r"|(?P<address>https?://[^\s<>]{1,2000})"
)
_NEAR: Final = 120  # characters before JSON in which its line may begin
_MOST: Final = 200  # labels, and places that name them: so this takes little time in any text
_SHORTEST: Final = 3  # bytes of a label that counts as named: "a" is an article
_LONGEST_PLACE: Final = 60  # characters of a place in prose, which stays as it is written


class Mention(NamedTuple):
    """What stands in the text for one or more things on the picture."""

    things: tuple[int, ...]
    words: str = ""
    """How the text calls them; empty where their JSON stood."""


class _Cut(NamedTuple):
    """A stretch of JSON, and what stands there instead."""

    start: int
    end: int
    things: tuple[int, ...]
    told: str = ""
    """What the JSON says besides."""
    named_in: tuple[int, int] = (0, 0)
    """Where in the text a name makes a mention here unnecessary."""
    lead: str = ""
    """Stands before the mentions, and `tail` behind."""
    tail: str = ""


class _Hit(NamedTuple):
    """A link or a name in the text, and the things that it may mean."""

    start: int
    end: int
    words: str
    things: tuple[int, ...]
    is_link: bool = False


def linked(found: Annotations, things: Sequence[tuple[int, ...]]) -> tuple[str, list[Mention]]:
    r"""The text of an answer with a mark for each mention, and the mentions by their numbers.

    Args:
        found: the answer.
        things: positions in `found` of what each thing consists of; each of them in one thing.

    Example:
        >>> from gemini_nb.spatial.parse import parse
        >>> said = parse('A [mug](mug).\n* [{"point": [412, 305], "label": "mug"}]')
        >>> text, mentions = linked(said, [(0,)])
        >>> MARK.sub("<chip>", text), mentions
        ('A <chip>.', [Mention(things=(0,), words='mug')])
    """
    text = _PRIVATE.sub("\ufffd", found.text)
    labels = [tuple(dict.fromkeys(found[item].label for item in thing)) for thing in things]
    cuts = _cuts(text, found, things)
    prose = _edited(text, [(cut.start, cut.end, " " * (cut.end - cut.start)) for cut in cuts])
    cut_of = {thing: cut for cut in reversed(cuts) for thing in cut.things}
    hits = _hits(_FENCE.sub(lambda fence: " " * len(fence[0]), prose), labels)
    starts = [(found[thing[0]].span or (0, 0))[0] for thing in things]
    named = _named(hits, cut_of, starts)
    unnamed = set(range(len(things))).difference(*named.values())
    mentions: list[Mention] = []

    def marked(which: Iterable[int], words: str = "") -> str:
        """Marks for things at one place; those of one name share one."""
        together: defaultdict[object, list[int]] = defaultdict(list)
        for thing in dict.fromkeys(which):
            together[words or (any(labels[thing]) and labels[thing]) or thing].append(thing)
        mentions.extend(Mention(tuple(alike), words) for alike in together.values())
        last = len(mentions)
        return ", ".join(f"\ue000{at}\ue001" for at in range(last - len(together), last))

    edits = [
        (hit.start, hit.end, marked(named.get(hit, ()), hit.words) or hit.words) for hit in hits
    ]
    for cut in cuts:
        marks = marked(at for at in cut.things if at in unnamed and cut_of[at] is cut)
        instead = f"{cut.lead}{marks}{cut.tail}" if marks else _APART * (cut.lead == _APART)
        edits.append((cut.start, cut.end, cut.told + instead))
    rest: list[int] = []
    for thing in sorted(unnamed - cut_of.keys()):
        start, end = found[things[thing][0]].span or (0, 0)
        if 0 < end - start <= _LONGEST_PLACE and not {"\n", "|"} & set(text[start:end]):
            edits.append((start, end, marked([thing], text[start:end])))
        else:
            rest.append(thing)
    written = f"{_edited(text, edits)}\n\n{marked(rest)}"
    return re.sub(r"\n{3,}", "\n\n", written).strip().lstrip("\ufeff"), mentions


def _cuts(text: str, found: Annotations, things: Sequence[tuple[int, ...]]) -> list[_Cut]:
    """The JSON in which things stand; what only blanks and commas part is cut as one."""
    thing_of = {item: at for at, thing in enumerate(things) for item in thing}
    spans = sorted((item.span, thing_of[at]) for at, item in enumerate(found) if item.span)
    starts = [span.start for span, _ in spans]
    cuts: list[_Cut] = []
    known: set[str] = set()
    for value, *_ in fragments(text):
        start, end = value.span
        held = spans[bisect_left(starts, start) : bisect_left(starts, end)]
        # [412, 305] in a sentence is a place like any other in prose, and stays.
        is_json = holds_objects(value) or _widened(text, _Cut(start, end, ())).lead == _APART
        if not is_json or not (held or text[start:end] in known):
            continue
        known.add(text[start:end])  # a repetition, which was left out, goes with what was kept
        here, told = tuple(thing for _, thing in held), ""
        if isinstance(value, JsonObject) and all(span != value.span for span, _ in held):
            said = value.members.items()
            told = "\n\n".join(f"{k}: {v}" for k, v in said if isinstance(v, str | int | float))
        if cuts and _BETWEEN.fullmatch(text, cuts[-1].end, start):
            last = cuts.pop()
            start, here, told = last.start, last.things + here, last.told or told
        cuts.append(_Cut(start, end, here, told))
    return [_widened(text, cut) for cut in cuts]


def _widened(text: str, cut: _Cut) -> _Cut:
    """JSON with what goes with it: its line or its fence, or the sign that joins it to a name."""
    start, end = cut.start, cut.end
    near = max(start - _NEAR, 0)
    line_end = _LINE_END.match(text, end)
    if before := _OPENING.search(text, near, start):
        after = _FENCE_END.match(text, end) if before["fence"] else line_end
        if after:
            lead, tail = (before["lead"], "\n") if before["bullet"] else (_APART, _APART)
            start, end = before.start("lead"), after.end()
            return _Cut(start, end, cut.things, cut.told, (0, len(text)), lead, tail)
    if joint := _JOINT.search(text, near, start):
        sign = joint[0].strip()
        closes = sign == "(" and text.startswith(")", end)
        if closes or not sign or (line_end and sign != "("):
            line = max(text.rfind("\n", near, start), near), start
            start, end, tail = joint.start(), end + closes, ")" * closes
            return _Cut(start, end, cut.things, cut.told, line, joint[0], tail)
    return cut


def _hits(text: str, labels: Sequence[tuple[str, ...]]) -> list[_Hit]:
    """The links in a text, and the labels that it holds as whole words."""
    known: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    for thing, names in enumerate(labels):
        for key in filter(None, map(_key, names)):
            known[key] += (thing,)
    is_name = (key for key in known if len(key.encode()) >= _SHORTEST and not key.isdecimal())
    names = sorted(islice(is_name, _MOST), key=len, reverse=True)
    pattern = re.compile("|".join((_LINK, *map(_whole_word, names))), re.IGNORECASE)
    hits: list[_Hit] = []
    for hit in islice(pattern.finditer(text), _MOST):
        words, target = hit["text"] or hit[0], hit["target"] or ""
        if (hit["address"] or target).lower().startswith(("http://", "https://")):
            continue
        words = words.strip("*_`") or words
        meant = known.get(_key(words)) or known.get(_key(target)) or ()
        if target and not meant and _key(words) != _key(target):
            words = f"{words} ({target})"
        hits.append(_Hit(*hit.span(), words, meant, is_link=hit["text"] is not None))
    return hits


def _named(
    hits: Sequence[_Hit], cut_of: Mapping[int, _Cut], starts: Sequence[int]
) -> dict[_Hit, list[int]]:
    """The things that a hit mentions: every thing, which `starts` there, goes to one or to none."""
    hits_of: defaultdict[int, list[_Hit]] = defaultdict(list)
    for hit in hits:
        for thing in hit.things:
            cut = cut_of.get(thing)
            if cut is None or cut.named_in[0] <= hit.start < cut.named_in[1]:
                hits_of[thing].append(hit)
    named: defaultdict[_Hit, list[int]] = defaultdict(list)
    for thing, several in hits_of.items():
        cut, start = cut_of.get(thing), starts[thing]
        # The first link, or else the first name; but of several alike each has the one beside it.
        if len(several[0].things) > 1 and (cut is None or len(cut.things) == 1):
            named[min(several, key=lambda hit: abs(hit.start - start))].append(thing)
        else:
            named[min(several, key=lambda hit: (not hit.is_link, hit.start))].append(thing)
    return named


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """`text` with stretches replaced; of two that overlap the first."""
    pieces: list[str] = []
    at = 0
    for start, end, written in sorted(edits):
        if start >= at:
            pieces += (text[at:start], written)
            at = end
    return "".join((*pieces, text[at:]))


def _key(label: str) -> str:
    return " ".join(label.casefold().split())


def _whole_word(key: str) -> str:
    """A pattern for `key` as whole words, where its script parts words."""
    words = r"\s+".join(map(re.escape, key.split()))
    before = r"(?<!\w)" if key[0].isascii() or key[0].islower() else ""
    after = r"(?!\w)" if key[-1].isascii() or key[-1].islower() else ""
    return f"{before}{words}{after}"
