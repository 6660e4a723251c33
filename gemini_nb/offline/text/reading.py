"""What a message asks for: a text to be made up, an explanation, a role, a length; what it states.

The patterns say what *can* be done, never what can't: what none of them fits is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gemini_nb.offline.text.corpus import COMMON, defaults, listed, pattern, stems
from gemini_nb.offline.words import STOP_WORDS, words

_LONGEST = 2000  # characters of a message that are searched for what it asks
_QUOTED = 300  # characters, after which a quote takes up no further sentence
_SHORT, _LONG, _ENOUGH = 2, 4, 0.51
_MARKS = " .!?,;:"
_HEEDED = STOP_WORDS.union(*map(listed, ("orders", "tones", "given", "heeded")))
_NUMBERS = {word: n for n, word in enumerate(defaults("lists", "numbers")[0].split(", "))}
_POEMS = ("verse", "haiku", "limerick")
_KINDS = {word: kind for kind in (*_POEMS, "letter") for word in listed(kind)}

_UNIT_END = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)\s+|\n+")
_POLITE = pattern(r"^(?:<polite>\b[\s,.!:]*)+")
_LIMIT = pattern(
    r"(?:\b<within>\s+){0,3}\b(?P<number>\d{1,4}|<numbers>|an?|(?:a )?few)[ -]"
    r"(?:(?:short|single|plain) )?(?P<unit>word|sentence|paragraph|step)s?\b"
    r"(?: or less| or fewer| at most)?"
)
_SIZE = pattern(r"\b(?:shorter|short|briefly|brief|concise|(?P<long>longer|long))\b")
_INVENTION = pattern(
    r"(?P<verb><makes>\s+)?(?:(?:me|us)\s+)?"
    r"(?P<part>(?:the|a) (?:first|opening)(?: lines?| sentences?)?(?: of)?\s+)?"
    r"(?:(?P<article>an?|another|the|some)\s+)?(?P<manner>(?:[\w'-]+\s+){0,4}?)"
    r"(?P<kind><kinds>)s?(?P<rest>(?:$|[.!?,;:]|\s<joins>\b).*)"
)
_CLAUSE_END = re.compile(r"[.,;:!?\n]+")
_STYLE = r"(?:in|with|as) (?:[\w'-]+ ){0,4}?(?:<manners>|<tongues>)\b"
_PARTS = tuple(
    pattern(rf"\b{part}(?=\s*(?:$|[.,;:!?\n]|\s(?:<clauses>|who)\b|\sand <further>\b|\s{_STYLE}))")
    for part in (
        r"to (?:my |a (?=friend))?(?P<reader>(?:<readers>\b|(?-i:[A-Z])\w+)(?: (?-i:[A-Z])\w+)?)",
        rf"(?!{_STYLE})(?:be )?(?:set|tak(?:es?|ing) place)(?: <texts>)? (?P<where>.+?)",
        r"(?:about|of|on|featuring) (?P<topic>.+?(?: who .+?)?)",
        r"(?:as|into) (?:an?|another) (?P<kind><kinds>)",
        r"for (?P<reader>.+?)",
    )
)
"""What a text can be given: what stands for class tokens, each at the end of a phrase."""
_TONGUE = pattern(r"\bin <tongues>\b")
_DEMAND = pattern(r"(?:to|of|for) |(?:about|on) \w+ing\b")
_CHANGE = pattern(r"^(?:<changes>\b\s*)?(?:<texts>\b\s*){0,2}")
_ASK = pattern(
    r"(?P<verb><asking_verbs>\b)?\s*(?:(?:an? |the )?(?:explanation|introduction|essay) )?"
    r"(?:(?:about|of|on) )?(?P<way>(?:how(?! <amounts>)|why|what(?:'s)?)\s+)?(?P<rest>.+)"
)
_PERSONA = pattern(
    r"\b<being>\s+(?:(?P<name>(?-i:[A-Z])[\w-]+)\b,?\s*)?"
    r"(?P<noun>(?:an?|the|my) [^.,;:!?\n]{2,60})?"
)
_LIVES = pattern(
    r"\b(?:(?:lives?|living) (?=(?:in|on|at|near|under|by) )|(?=(?:in|on|at) (?-i:[A-Z])))"
    r"([^.,;:!?\n]{2,50})"
)
_NOUN_END = pattern(r"\s<nouns_end>\s.*")
_QUESTION = pattern(r"^(?:question|q|task)\s*:\s*|\b(?:tell me|say|find) (?=<openers>)")
_HEADING = pattern(r"(?:[-*]|(?:<given>)\s*:)\s+(?=\S)")
_POINTS_BACK = re.compile(r"^(?:It|Its|They|Their|He|His|She|Her|This|These) |\b(?:it|them)[.!]$")
_NAME = re.compile(r"(?<=[\w,] )[A-Z]\w+|\b\d+\b")
_DOES = re.compile(r"\b(?:did|does|has|had|will) ([A-Z]\w+)")
_NO_THING = pattern(
    r"(?:<openers>|whether|that)\b|(?:me|us|you|him|her|\w+self)$|(?:the )?<abstracts> of\b|"
    r"\w+ing (?:<articles>)\b|(?-i:(?!The |An? |My )[A-Z]\w+ [A-Z])|.*(?:\d\W\d|\d$)"
)
_CLOSED = pattern(r"<closed>\b")
_ADDS = pattern(r"\b<adds>\b")
_NAMED = r"(?-i:[^.!?] [A-Z]|^(?!The |An? )[A-Z]\w+ [a-z])"
_EVIDENCE = tuple(
    (pattern(rf"\b(?:{asked})"), pattern(said))
    for asked, said in (
        (r"colou?rs?\b", r"\b<colours>\b"),
        (r"when\b|(?:what|which) (?:time|day|date|year|month)\b", r"\d|\b<times>s?\b"),
        (r"why\b", r"\b(?:because|since|so|due|reason|thanks|for|to)\b"),
        (r"where\b(?=.{1,60}\b<ways>\b)", r"\b(?:<positions>|from|to)\b"),
        (
            r"where\b",
            r"\b<positions>\b(?! (?:the )?(?:\d+\b(?! (?-i:[A-Z][a-z]))|<times>|<numbers>))",
        ),
        (r"how old\b", r"\b<ages>s?\b"),
        (r"how (?:many|much)\b|price", r"(?<!\d)(?<!\bat )\d{1,3}(?!\d)|(?<!\bat )\b<numbers>\b"),
        (r"how (?!do|to|is|are)<amounts>\b", r"\b<measures>s?\b"),
        (r"names?\b|called\b", r"(?-i:[^.!?] [A-Z])"),
        (r"who(?:'s| is| was) (?:the|my|your|our)\b", _NAMED),
        (r"who (?=own)", r"\b(?:owne[dr]|owns?|belongs)\b"),
        (r"who(?:se|m)?\b", rf"\b<persons>s?\b|{_NAMED}"),
        (r"what(?:'s| is| are)(?= (?:an? )?[\w-]+\W*$)", r"^(?:an? )?\w+ (?:is|are) "),
    )
)
"""What a question asks for, and what a sentence that answers it has, if not that very word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message asks for; each is empty where it asks for nothing of the sort."""

    plain: str
    """The message without politeness and limits."""
    limits: dict[str, int]
    """Of sentences, words, paragraphs or steps; "size" for a short or long text."""
    persona: dict[str, str]
    """Whom it tells the model to be: what stands for class tokens."""
    questions: tuple[str, ...]
    """What it wants to have explained."""
    names: dict[str, str]
    """Of a text to be made up: its kind, and what stands for class tokens in it."""
    unkept: tuple[str, ...]
    """What else that text should be, in the message's own words."""
    orders: tuple[str, ...]
    """Sentences that order what no answer of the model heeds."""
    wish: str
    """Whether it only wants "more", or the text before "shorter" or "longer"."""


def read(text: str) -> Reading:
    """What the beginning of `text` asks for.

    Example:
        >>> found = read("Please write a story about a kite in two sentences.")
        >>> found.names, found.limits
        ({'topic': 'a kite', 'kind': 'story'}, {'sentence': 2})
    """
    return _read(text[:_LONGEST])


@lru_cache(maxsize=256)
def _read(text: str) -> Reading:
    limits, plain = _limits(text)
    parts = units(text)
    asked = [found for unit in parts if (found := _ASK.fullmatch(_polite(_limits(unit)[1])))]
    questions = tuple(found["rest"] for found in asked if found["verb"] or found["way"])
    names, unkept = dict[str, str](), tuple[str, ...]()
    for unit in parts:
        found = _INVENTION.fullmatch(_polite(_limits(unit)[1]))
        if found and (unit[-1] != "?" or _POLITE.match(unit)):
            others = (each for each in parts if each is not unit and not _persona(each))
            limits = {"sentence": 1, **limits} if found["part"] else limits
            names, unkept = _invention(found, [_limits(each)[1] for each in others])
            break
    plain = _CHANGE.sub("", _polite(plain))
    bare = " ".join(word for word in words(text) if word != "please")
    wish = "more" if {bare, plain.lower()} & listed("go_on") else ""
    if not plain and [*limits] == ["size"]:
        wish = "longer" if limits["size"] == _LONG else "shorter"
    told = (each for each in parts if not (_states(each) or _persona(each) or " like " in each))
    orders = (_polite(each) for each in told if not _HEEDED.issuperset(words(_limits(each)[1])))
    return Reading(plain, limits, _persona(text), questions, names, unkept, tuple(orders), wish)


def statements(text: str) -> tuple[list[str], str]:
    """The sentences and rows of a table in `text` that state something, and what it asks.

    Example:
        >>> statements("The ferry leaves at ten. It is red. Be brief. What is red?")
        (['The ferry leaves at ten.', 'The ferry leaves at ten. It is red.'], 'What is red?')
    """
    stated: list[str] = []
    asked = header = ""
    for line in filter(words, text.splitlines()):
        if "|" in line:
            stated += [f"{header}\n{line}"] if header else []
            header = header or line
            continue
        before = header = ""
        for unit in units(line):
            told = _HEADING.sub("", unit, count=1)
            if told[-1] == "?" or _QUESTION.search(told[:_LONGEST]):
                asked = _QUESTION.sub("", told)
            elif told[-1] != ":" and told[0] != "#" and _states(told):
                # What points back is quoted with what it points to.
                follows = 0 < len(before) < _QUOTED and _POINTS_BACK.search(told)
                before = f"{before} {told}" if follows else told
                stated.append(before)
    return stated, asked


def answers(quotes: list[str], asked: str) -> list[str]:
    """The quotes with most of the question's words, and with the kind of thing it asks for.

    Example:
        >>> answers(["The lamp is old.", "The lamp is red."], "What colour is the lamp?")
        ['The lamp is red.']
    """
    kinds = ((match[0], there) for kind, there in _EVIDENCE if (match := kind.search(asked)))
    kind, evidence = next(kinds, ("", None))
    sought = stems(kind) - COMMON
    every = stems(read(asked).plain) - COMMON - sought
    wanted = (every - listed("asking")) or every or sought
    names = _NAME.findall(asked[:_LONGEST])
    named = stems(" ".join(names)) - COMMON - stems("Mr Mrs Ms Dr")
    # A name in the question is no answer to it.
    asked_of = re.compile(rf"\b(?:{'|'.join(names) or '(?!)'})\b")
    doer = "".join(_DOES.findall(asked)[:1]) or "(?!)"  # who does it is not whom it is done to
    other = re.compile(rf"\b(?:from|to|with|for)(?: [a-z]+){{0,2}} {doer}\b")
    fitting = {q: stems(q) for q in quotes if named <= stems(q) and not other.search(q)}
    shared = {
        quote: len(wanted & found)
        for quote, found in fitting.items()
        if not evidence or evidence.search(asked_of.sub("", quote)) or (sought and sought <= found)
    }
    needed = len(wanted) if _CLOSED.match(asked) else max(1, _ENOUGH * len(wanted))
    most = max(shared.values(), default=0)
    found = [quote for quote in shared if shared[quote] == most >= needed]
    if evidence and kind.lower().startswith("how m"):
        told = (q for q in quotes if shared.get(q) == most or _ADDS.search(q))
        if len({*map(frozenset, map(evidence.findall, told))} - {frozenset()}) > 1:
            return []  # which of the numbers, or what sum of them, it does not know
    return [q for n, q in enumerate(found) if not n or not q.startswith(found[n - 1])]


def units(text: str) -> list[str]:
    """The sentences and lines of `text`.

    Example:
        >>> units("Mr. Bo came. He left!")
        ['Mr. Bo came.', 'He left!']
    """
    return [unit.strip() for unit in _UNIT_END.split(text) if unit.strip()]


def _states(unit: str) -> bool:
    """Whether a sentence states a fact, rather than telling the model what to do or be."""
    first = words(_POLITE.sub("", unit[:_LONGEST]))[:1]
    return bool(first) and first[0] not in listed("orders") and not _persona(unit)


def _polite(text: str) -> str:
    """`text` without its polite beginning and end, and its end mark."""
    return _POLITE.sub("", text.strip(_MARKS).removesuffix(" please").strip(_MARKS)).strip()


def _limits(text: str) -> tuple[dict[str, int], str]:
    """The limits of length that `text` sets, and `text` without them."""
    limits: dict[str, int] = {}
    for found in _LIMIT.finditer(text):
        number, unit = found["number"].lower(), found["unit"].lower()
        few = 1 if number in {"a", "an"} else 15 if unit == "word" else 3
        limits[unit] = max(int(number) if number.isdigit() else _NUMBERS.get(number, few), 1)
    plain = _LIMIT.sub("", text)
    for size in _SIZE.finditer(plain):
        limits["size"] = _LONG if size["long"] else _SHORT
    return limits, re.sub(r"\s+", " ", _SIZE.sub("", plain)).strip()


def _persona(text: str) -> dict[str, str]:
    for found in _PERSONA.finditer(text[:_LONGEST]):
        noun, name = _NOUN_END.sub("", found["noun"] or ""), found["name"] or ""
        if (noun or name) and listed("roles").isdisjoint(words(noun or name)[-1:]):
            lives, both = _LIVES.search(text[:_LONGEST]), ", ".join(filter(None, (name, noun)))
            where = _NOUN_END.sub("", lives[1]) if lives else ""
            return {"persona": noun or name, "self": both, "where": where}
    return {}


def _invention(found: re.Match[str], others: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What a match of `_INVENTION` and the sentences beside it give to the text, and ask beyond."""
    manner = [word for word in words(found["manner"]) if word not in listed("plain")]
    known = (found["article"] or "").lower() == "the" and not found["part"]
    bare = manner and not (found["verb"] or found["article"])
    if known or bare or not STOP_WORDS.isdisjoint(manner) or _TONGUE.search(found[0]):
        return {}, ()
    names: dict[str, str] = {}
    rest = "\n".join([found["rest"].strip(), *others])
    demand = manner or _DEMAND.match(_PARTS[0].sub("", rest).strip())
    for part in _PARTS:
        if given := part.search(rest):
            names |= {name: value for name, value in given.groupdict().items() if value}
            rest = f"{rest[: given.start()]}\n{rest[given.end() :]}"
    if manner and "topic" not in names:
        names["topic"] = f"{'an' if manner[0][0] in 'aeiou' else 'a'} {' '.join(manner)}"
        manner = []
    kind = _KINDS.get(names.get("kind", found["kind"]).lower().rstrip("s"), "story")
    if names.get("reader") and "topic" not in names and kind in _POEMS:
        names["topic"] = names["reader"]
    left = (_CHANGE.sub("", _polite(each)).strip() for each in _CLAUSE_END.split(rest))
    unkept = tuple(each for each in (" ".join(manner), *left) if each)
    if (kind == "letter" and (unkept or demand)) or _NO_THING.match(names.get("topic", "")):
        return {}, ()
    return {**names, "kind": kind}, unkept
