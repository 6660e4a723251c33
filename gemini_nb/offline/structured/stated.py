"""What a text states: values, each with the words that are evidence of what it is.

A field takes a value only if a word of the field's name is among them, and each other word of the
name is said somewhere in the text. Of two values that suit as well it takes neither.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def _stems(said: str) -> set[str]:
    return {*map(stem, said.split())}


WORDS: Any = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))
"""Word lists, and patterns of requests for calls."""
_UNITS = {word for unit in WORDS["units"] for word in _stems(unit)}
_IMPLIED: dict[str, set[str]] = {}
"""What else a word beside a value says: "tall" a height, "m" metres, "in" a city."""
for _said, _means in [*WORDS["implied"].items(), *((unit, unit) for unit in WORDS["units"])]:
    for _word in _stems(_said):
        _IMPLIED.setdefault(_word, set()).update(_stems(_means))
_KINDS = {kind: _stems(said) for kind, said in WORDS["kinds"].items()}
_PLAIN, _JUDGED, _PLACED, _STATES, _WORDED = (
    _stems(WORDS[name]) for name in ("plain", "judged", "placed", "states", "worded")
)
_NO_NAMES = STOP_WORDS | {*WORDS["no_names"].split()}
_ENDS = STOP_WORDS | {*WORDS["ends"].split()}
_ARTICLES = {*WORDS["articles"].split()}
_VALUES = {word: n for n, word in enumerate(WORDS["numerals"].split(), 2)}  # "one" says little
_NUMERAL, _MONTH = "|".join(_VALUES), "|".join(map(str.capitalize, WORDS["months"].split()))
_CAPITAL = r"[A-Z\u00c0-\u00de\u0141\u015a\u0160\u010c\u017b\u017d][\w'-]*"
_FORMS = {
    "quote": r"[\"\u201c][^\"\u201d\n]{1,300}[\"\u201d]|(?<!\w)'[^'\n]{1,300}'(?!\w)",
    "email": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
    "url": r"https?://[^\s\"'<>]+(?<![.,;)])",
    "time": r"\b(?i:\d{1,2}:\d\d(?: ?[ap]m\b)?|\d{1,2} ?[ap]m\b|noon\b|midnight\b)",
    "date": r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|[Tt]oday|[Tt]omorrow"
    rf"|(?:{_MONTH}) \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?)\b",
    "number": r"(?<!\d to )(?<!\d or )(?<! than )(?<!tween \d and )(?<!tween \d\d and )"
    r"(?:(?<![\w.,/:+-])-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,15})?"
    rf"|\b(?i:{_NUMERAL})\b)(?![\d:/]|[-.]\d|(?:st|nd|th)\b| (?:hund|thou|mill|bill|to \d|or \d))",
    "name": rf"\b{_CAPITAL}(?: (?:(?:de|da|van|von|of) )?{_CAPITAL})*(?:, [A-Z]{{2}}\b)?",
}
_FACT = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS.items()))
REGION = re.compile(rf", {_CAPITAL}(?: {_CAPITAL}){{0,3}}(?=[.?!\n]|$| (?:today|tomorrow|now)\b)")
"""What a place's name goes on with in a request: "Paris, Texas"."""
_CUT = re.compile(r" (?!(?:and|with|to)\b)[a-z]")  # "body See you at noon"
# "City: Pune, ...": a label, and what stands after it up to the clause's end
_LABEL = re.compile(r"(?:^|[\n.,;(] ?)([^\W\d][\w -]{0,30}) ?[:=](?!(?<=\d:)\d) ?(?=[^\n])")
_LABELLED = re.compile(r"(?:(?!, \w+:|[.!?](?: |$))[^\n;]){1,200}")
# Around a number, which \0 stands for: "At 71, ...", "Tom is 12.", "Ann (9)"
_AGE = re.compile(r"(?:\b[Aa]t|\bis|,) ?\0(?=[,.;!?]|$| and\b)|\(\0[,)]")
# What parts the words before a value from it: an earlier number with its unit, too
_CLAUSE = re.compile(
    rf"[,;!?()\n]|\. |\b(?:and|but|or)\b|(?:\d|\b(?i:{_NUMERAL})\b)"
    r"(?: ?(?!(?:in|at|near|from|to|of|on|for|by)\b)[^\W\d]+|%)?"
)
_NOUN = re.compile(r"[^\W_][\w'-]*(?! ?[:=])|[^\w ]")
_JOINS = re.compile(r"(?:,|,? and|,? or)(?: in| for| at)? ")
_TOGETHER = re.compile(rf"{_FORMS['name']}(?:{_JOINS.pattern}{_FORMS['name']})*")
# What follows a name at a sentence's beginning, and not just any first word
_ACTS = re.compile(
    r",? (?:is|has|had|got|lives|works|won|said|was|\w{2,20}ed|\d{1,3}[,.])(?!\w)"
    r"|,? (?:and )?(?=[A-Z])| \("
)
_CLAUSES = re.compile(r"(?<=[.;!?\n])|, | but ")
_DENIAL = re.compile(r"not|no|non|never|without|neither|false|nobody|none|nothing|[a-z]{2,8}n't")
_DOUBT = re.compile(r"\b(?:if|whether|maybe|perhaps|might|could|would|should|unless|until)\b")
_PARTS = re.compile(r",? and |[,;] |\. |\n")
_HEADING = re.compile(r"^[\w ]{1,40}: (?=[^\d-])")
_LONGEST_NOUN, _LONGEST_LABEL = 4, 2
_NEAR = 120  # characters beside a name that may deny it


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a text states."""

    kind: str
    """A key of `_FORMS`, "label" for what stands after a colon, "thing" for what a number counts,
    "bare" for a number that neither counts nor measures."""
    value: str | float
    start: int
    end: int
    signs: frozenset[str] = frozenset()
    """The stems of what is evidence: words beside it, what they imply, and its form."""


def spelled(name: str) -> list[str]:
    """The stems of the words of a field's name.

    Example:
        >>> spelled("inStock"), spelled("height_m")
        (['in', 'stock'], ['height', 'm'])
    """
    return [*map(stem, words(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name[:200])))]


def stems(text: str) -> frozenset[str]:
    """The stems of the words of `text` that carry its subject."""
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)


def noun(text: str) -> str:
    """The noun phrase that `text` begins with, without its article.

    Example:
        >>> noun("the large red mugs for Ann"), noun("% of all")
        ('large red mugs', '%')
    """
    taken: list[str] = []
    for word in _NOUN.findall(text[:80].lstrip(" -")):
        small = word.lower() in _ARTICLES
        if word in _UNITS and not (taken or word.isalpha()):
            return word
        ends = not word[0].isalpha() or len(taken) == _LONGEST_NOUN
        if ends or (word.lower() in _ENDS and not small):
            break
        taken += [] if small else [word]
    return " ".join(taken)


def facts(text: str) -> Iterator[Fact]:
    """The values that `text` states.

    Example:
        >>> [fact.value for fact in facts("My brother Tom turned 12.")]
        ['Tom', 12]
    """
    for found in _LABEL.finditer(text):
        rest = _LABELLED.match(text, found.end())
        if rest and not {"and", "or", "for"} & {*found[1].split()}:
            signs = stems(found[1]) - _KINDS["email"] - _KINDS["url"]
            yield Fact("label", rest[0].strip(" .\"'"), *rest.span(), signs)
    for match in _FACT.finditer(text):
        kind, shown, (start, end) = str(match.lastgroup), match[0], match.span()
        before = words(_CLAUSE.split(text[max(0, start - 60) : start])[-1])[-5:]
        if kind == "number":
            yield from _number(text, match, [*map(stem, before)])
            continue
        last = {*map(stem, before[-1:])}
        signs = last.union(*(_IMPLIED.get(word, ()) for word in last))
        if kind == "name":
            shown = _name(match)
            if before and len(shown) == 1:  # "sensor B"
                shown = f"{before[-1]} {shown}"
            if last & _WORDED and _CUT.match(text, end):
                continue
            placed = last & _PLACED or re.search(r"\d", shown)
            signs |= {stem(shown.split(" ")[0].lower())} | (set() if placed else _KINDS["person"])
        if shown:
            value = shown[1:-1] if kind == "quote" else shown
            signs |= _KINDS.get(kind, set())
            yield Fact(kind, value, end - len(shown), end, frozenset(signs))


def _number(text: str, match: re.Match[str], before: list[str]) -> Iterator[Fact]:
    """A number, and the thing that it counts."""
    behind, plain = text[match.end() : match.end() + 80], match[0].lower().replace(",", "")
    counted = noun(behind) if behind[:1] not in {*".,;:!?)"} else ""
    sign = {text[match.start() - 1 : match.start()]} & _UNITS
    after = [stem(word) for word in counted.split()]
    counts = bool(after) and after[0] not in _UNITS
    if counts:  # "the table has 4 legs" is no number of tables
        before = [word for word in before if word not in {"of", "is", "was", "are"}][-1:]
    beside = sign.union(before, after)
    signs = beside.union(*(_IMPLIED.get(word, ()) for word in beside - _PLACED))
    signs |= _KINDS["counted"] if counts else set()
    if _AGE.search(f"{text[max(0, match.start() - 12) : match.start()]}\0{behind}"):
        signs.add("age")
    value = float(plain) if "." in plain else _VALUES.get(plain) or int(plain)
    kind = "number" if after or sign else "bare"
    yield Fact(kind, value, *match.span(), frozenset(signs))
    if counts:
        yield Fact("thing", counted, match.end(), match.end() + 1, frozenset(_KINDS["thing"]))


def _name(match: re.Match[str]) -> str:
    """What is matched without what is no name in it: a title, the first word of a sentence."""
    opens = match.string[max(0, match.start() - 3) : match.start()].strip()[-1:]
    taken = match[0].split(" ")
    if len(taken) == 1 and opens in {"", *".!?:"} and not _ACTS.match(match.string, match.end()):
        return ""
    while taken and taken[0].lower() in _NO_NAMES:
        taken.pop(0)
    return " ".join(taken)


def fit(fact: Fact, name: str, said: frozenset[str]) -> int:
    """How well a fact suits a field of this name, 0: not at all; `said` are the text's stems."""
    wanted = {*spelled(name)}
    hit = wanted & fact.signs
    if not hit or wanted - hit - _PLAIN - said:
        return 0
    return 2 * len(hit) + len(hit - _PLAIN) + {"label": 8, "thing": -1}.get(fact.kind, 0)


def choice(text: str, options: Sequence[str], name: str, about: str = "") -> str | None:
    """The one option that `text` names and doesn't deny; None where that needs a judgement.

    Example:
        >>> choice("Not by train, by night bus", ["bus", "night bus", "train"], "transport")
        'night bus'
    """
    wanted = {*spelled(name)}
    near = [said for said in _CLAUSES.split(text) if wanted & {*map(stem, words(said))}]
    judged = _JUDGED & {*wanted, *stems(f"{about} {' '.join(options)}")}
    for said in ("\n".join(near), "" if judged else text):
        if len(named := chosen(said, options)) == 1:
            return named[0]
    return None


def chosen(text: str, options: Sequence[str]) -> list[str]:
    """The options that `text` names and doesn't deny; not "bus" where it is a "night bus"."""
    named = {one: f" {' '.join(spelled(one))} " for one in options if truth(text, one)}
    return [
        one for one, said in named.items() if not any(said in o != said for o in named.values())
    ]


@lru_cache(maxsize=1)  # an enumeration asks of one text for each of its options
def _sure(text: str) -> list[str]:
    """The clauses of `text` that are in no doubt, as the stems that matter between spaces."""
    sure = (words(clause) for clause in _CLAUSES.split(text) if not _DOUBT.search(clause))
    telling = (
        [w for w in c if w not in STOP_WORDS - _STATES or _DENIAL.fullmatch(w)] for c in sure
    )
    return [f" {' '.join(map(stem, kept))} " for kept in telling]


def truth(text: str, name: str, *, beside: bool = False) -> bool | None:
    """Whether `text` names something, or what a field is called, or denies it; None: neither.

    If `beside` the name there must be "is", "has", "yes" or the like, too, as a mention is no yes.

    Example:
        >>> truth("The lamp is not in stock", "in_stock"), truth("A lamp", "broken")
        (False, None)
    """
    needle = f" {' '.join(word for word in spelled(name) if word not in STOP_WORDS)} "
    for said in _sure(text) if needle.strip() else ():
        if (at := said.find(needle)) >= 0:
            end = at + len(needle)
            before = said[max(0, at - _NEAR) : at].split()
            after = said[end : end + _NEAR].split()
            denied = any(map(_DENIAL.fullmatch, [*before[-3:], *after[:1]]))
            stated = {*before[-1:]} & _STATES or {*after[:1]} & {"yes", "true"}
            if denied or stated or not beside:
                return not denied
    return None


def together(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """The names that `text` lists with commas and "and", and where.

    Example:
        >>> list(together("Is it warm in Paris, Pune and in New York?"))
        [(14, 41, ['Paris', 'Pune', 'New York'])]
    """
    for match in _TOGETHER.finditer(text):
        first = _name(match)
        names = [name for name in _JOINS.split(first) if name]
        if len(names) > 1 and (" and " in first or " or " in first):
            yield match.end() - len(first), match.end(), names


def pairs(text: str) -> list[tuple[str, Fact]]:
    """Names or things with the number of each; nothing if one part of the text has none, or two.

    Example:
        >>> [(name, fact.value) for name, fact in pairs("Scores: Ann got 3 points, Bob 5")]
        [('Ann', 3), ('Bob', 5)]
    """
    rows: list[tuple[Fact, list[Fact]]] = []
    for part in _PARTS.split(_HEADING.sub("", text)):
        known = [*facts(part)]
        numbers = [fact for fact in known if not isinstance(fact.value, str)]
        if len(numbers) != 1 and (known or re.match("(?:a|an|some) ", part)):
            return []
        for number in numbers:
            before = part[: number.start].strip(" :=(").split()
            if 0 < len(before) <= _LONGEST_LABEL and not _ENDS & {*map(str.lower, before)}:
                known.append(Fact("before", " ".join(before), 0, number.start))
            rows.append((number, known))
    kinds = {fact.kind for _, known in rows for fact in known}
    keys = (
        ("name", "before") if "name" in kinds else ("thing",) if "thing" in kinds else ("before",)
    )
    found: dict[str, Fact] = {}
    for number, known in rows:
        told = [str(fact.value) for kind in keys for fact in known if fact.kind == kind]
        found |= dict.fromkeys(told[:1], number)
    return [*found.items()] if len(found) == len(rows) else []
