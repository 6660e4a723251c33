"""The noun phrases of a request that name what is to be found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.everyday_things import looks_of
from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.phrase_words import COLOUR_GROUPS, DARK, LIGHT, LINKS
from gemini_nb.offline.vision.picture_words import COLOURS, RANKS
from gemini_nb.offline.vision.task_phrases import things_of_task
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_BULLET: Final = re.compile(r"^\s*(?:[-*\u2022]|\d+[.)])\s+")
_ABOUT_FORM: Final = re.compile(
    r"^\W*(?:if|never|do not|don't|please do not|the (?:answer|points?|coordinates?|labels?|format"
    r"|values?|box(?:es)?|output|json|response|masks?|polygons?|numbers?|reply)\b"
    r"|(?:your|its) (?:answer|output|response|reply)|all (?:points|coordinates|values|boxes)"
    r"|points? (?:are|should|must|in)|coordinates|labels? |each (?:entry|item|point|element|box"
    r"|label|mask) |(?:use|follow) (?:the|this|these|a) (?:following )?(?:json )?(?:format|keys?"
    r"|schema|form)|values|where:?$|box_2d\b|no (?:code|markdown|prose|explanation|extra)"
    r"|(?:the )?(?:example|format|output|note|json)\b|nothing else|integers|normali[sz]e"
    r"|only (?:return|output|give|answer|reply|respond)\b(?!.*\bfor\b)|limit\b|label (?:each|the"
    r"|it|them"
    r"|every)|name them|give each)",
    re.IGNORECASE,
)
_PLACES: Final = (
    r"points?|boxe?s?|box_2d|rectangles?|detections?|masks?|outlines?|polygons?|contours?"
    r"|segmentations?|coordinates|positions?|locations?|centres?|centers?|centroids?"
    r"|cross(?:es)?|dots?|pins?|markers?"
)
_NAMED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bpoint(?:s|ing)?\s+(?:to|at|out|on|onto|towards?)\b:?\s*(.+)",
        (
            rf"\b(?:{_PLACES})\b[^.,:]{{0,34}}?\s(?:for|of|around|on|onto|matching|covering|marking"
            rf"|over"
            r"|that (?:match|mark|cover|show)|corresponding to|to|at|showing)\b:?\s+(.+)"
        ),
        r"\bwhere\s+((?!is\b|are\b).+?)\s+(?:is|are|lies?|sits?)\b",
        r"\b(?:where(?:abouts)?\s+(?:is|are|can I find|do you see)|where's)\s+(.+)",
        r"\b(?:is|are) there\s+(.+)",
        r"\bhow many\s+(.+?)(?:\s+(?:are|is|can|do|does|lie|sit|exist|appear|have|there)\b.*)?$",
        (
            r"\b(?:locate|find|detect|segment|mark|outline|identify|spot|pinpoint|localise|localize"
            r"|highlight|show me|show|tap(?: on)?|touch|click(?: on)?|select|count|grasp"
            r"|grip|pick up|grab|include|annotate|list|mask|box|track|pick out"
            r"|indicate|trace|give me"
            r"|get|return)\b\s*:?\s+(.+)"
        ),
        r"\b(?:following|these|those|for each|objects?|items?|things?)\b[^:.]*:\s*(.+)",
    )
)
"""Ways to say what is meant; the first that a sentence has counts."""
_STOP: Final = re.compile(
    r"""\s*(?:,\s*|\b(?:and|then|also)\s+)*\b(?:
        (?:return|giv(?:e|ing)|answer|output|provid(?:e|ing)|respond|reply|report|draw|write|format
        |put|state|tell|returning|stating|coordinates\s+(?:0|from|between|are|in))\b
      | using\b | (?<!colour\s)(?<!color\s)(?<!shape\s)as\b(?!\s+(?:many|well|big|large)\b)
      | in\s+(?:json|the\s+(?:following\s+)?(?:json\s+)?form|this\s+form|\[|yx|pixel|normali|order)
      | with\s+(?:the\s+|their\s+|its\s+|an?\s+|one\s+|tight\s+|
        unique\s+|different\s+|distinct\s+|short\s+|descriptive\s+|["'])*
        (?:json|labels?|keys?|points?|bounding|box(?:es)?|coordinates|masks?|polygons?|names?
        |colou?rs\b)
      | (?:format(?:ted)?|normali[sz]ed|labell?ed|named|called)\b
      | by\s+(?:pointing|returning|placing|marking|giving|its|their)\b
      | so\s+(?:that|i|we)\b | (?:one|a)\s+(?:point|entry|box|mask|object)
        \s+(?:per|each|for\s+each)\b
      | (?:its|their)\s+(?:label|box|bounding|mask|point|colou?r|name)
      | (?:up\s+to|no\s+more\s+than|at\s+most|limited?\s+to|maximum)\b
      | i\s+(?:need|want)\b | please\b | if\s+(?:you|there|none|any|it|no)\b | only\s+json\b
      | each\s+(?:with|as|one)\b | count\s+them | how\s+many\b
    ).*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_STARTS_WITH_LIMIT: Final = re.compile(
    r"^(?:up to|no more than|at most|a maximum of|maximum)\s+\w+\s+", re.IGNORECASE
)
_QUOTED: Final = re.compile(
    r"\"([^\"\n]{1,80})\"|'([^'\n]{2,80})'(?![a-z])|\u201c([^\u201d]{1,80})\u201d"
)
_SEPARATORS: Final = re.compile(
    r"\s*(?:[,;&\n]|\band then\b|\band also\b|\bas well as\b|\bplus\b|\bfollowed by\b|\bthen\b"
    r"|\band\b|\bor\b)\s*",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(
    r"^(?:(?:one|a point|a box) (?:for|per|on|around)|for|of|to|at|around|on(?= the | an? )"
    r"|(?:put|place|then) .* on)\s+",
    re.IGNORECASE,
)
_REFERRING: Final = re.compile(
    r"\s+(?:that|which)?\s*you (?:refer to|mention|name|use|describe|talk about|speak of)\b.*",
    re.IGNORECASE,
)
_ARTICLES: Final = frozenset(("the", "all", "a", "an", "every", "each"))
_MOST_PHRASES: Final = 60
_PRONOUNS: Final = frozenset(("it", "its", "them", "their", "they", "also", "so", "json", "this"))
_ABOUT_WAYS: Final = frozenset(
    ("trajectory", "trajectories", "path", "route", "waypoints", "points")
)
_OF_ANSWERS: Final = """
    json list array label labels format point points box boxes bounding mask masks coordinates
    segmentation answer result results output 2d key keys value y x
"""
_ABOUT_ANSWERS: Final = frozenset(_OF_ANSWERS.split())


def named_things(text: str) -> tuple[ThingPhrase, ...]:
    """What the sentences of `text` ask to find, in order; empty where they name nothing.

    Example:
        >>> [each.text for each in named_things("Point to the red block and the bowl, please.")]
        ['red block', 'bowl']
        >>> [each.text for each in named_things("Get points for: 'bun', 'fig'. Points are [y, x].")]
        ['bun', 'fig']
    """
    found: dict[str, ThingPhrase] = {}
    for sentence in sentences(text):
        refers_back = bool(found) and _REFERRING.search(sentence) is not None
        if refers_back or _ABOUT_FORM.match(sentence):
            continue
        for phrase in things_of_task(sentence) or _phrases(sentence):
            found.setdefault(phrase.text.lower(), phrase)
    return tuple(found.values())


def sentences(text: str) -> list[str]:
    """The sentences of `text`; the items of a list belong to the sentence before them."""
    found: list[str] = []
    for line in _SENTENCE_END.split(text):
        item = _BULLET.sub("", line).strip()
        if found and item != line.strip() and found[-1].endswith((":", ",")):
            found[-1] = f"{found[-1]} {item},"
        elif item:
            found.append(item)
    return found


def _phrases(sentence: str) -> list[ThingPhrase]:
    for pattern in _NAMED:
        match = pattern.search(sentence)
        if match is None:
            continue
        said = phrases_of(match[1])
        if said:
            return said
    return []


def phrases_of(text: str) -> list[ThingPhrase]:
    """The phrases that `text` lists, up to where it begins to speak of the answer's form."""
    quoted = [a or b or c for a, b, c in _QUOTED.findall(text)]
    if any(_means_things(words(each)) for each in quoted):
        return [read_phrase(each) for each in quoted if _means_things(words(each))]
    text = _STARTS_WITH_LIMIT.sub("", text.strip())
    text = re.sub(r"^as many (\w+) as\b.*", r"\1", text.strip())
    text = re.sub(r"^(?:everything|anything) that (?:is|looks)\b", "all things that are", text)
    text = _REFERRING.sub("", _STOP.sub("", f" {text}")).strip(" .,;:!?(\n")
    if ":" in text:
        text = text.rsplit(":", 1)[1]
    parts = [_LEADING.sub("", part) for part in _split(text) if words(part)][:_MOST_PHRASES]
    phrases = [read_phrase(part) for part in _completed(parts)]
    return [phrase for phrase in phrases if _means_things(words(phrase.text))]


def _means_things(found: list[str]) -> bool:
    """Whether the words of a phrase mean things rather than the answer, or what was said."""
    if not found or found[0] in _PRONOUNS or found[-1] in _PRONOUNS:
        return False
    if all(word.isdecimal() for word in found):
        return False
    return _ABOUT_WAYS.isdisjoint(found) and not _ABOUT_ANSWERS.issuperset(found)


def _split(text: str) -> list[str]:
    """`text` at commas and conjunctions, but for "between this and that"."""
    kept = re.sub(
        r"\b((?:in )?between\b[^,]*?)\s+and\s+",
        lambda found: f"{found[1]} \0 ",
        text,
        flags=re.IGNORECASE,
    )
    return [part.replace("\0", "and") for part in _SEPARATORS.split(kept)]


def _completed(parts: list[str]) -> list[str]:
    """`parts` with the noun that "the red and the blue circles" says only once."""
    result: list[str] = []
    for index, part in enumerate(parts):
        later = next((each for each in parts[index + 1 :] if not _is_bare(each)), "")
        if _is_bare(part) and _shares_noun(part, later):
            noun = [word for word in later.split() if not (_is_bare(word) or word in _ARTICLES)]
            result.append(" ".join([part, *noun]))
        else:
            result.append(part)
    return result


def _shares_noun(part: str, later: str) -> bool:
    """Whether `part`, as "the red", waits for the noun of `later`, as "the blue circles".

    "The orange and the plate" are two things: only what has a colour or the like of its own can
    lend its noun, and where `part` may be a noun itself, only if no article begins a new thing.
    """
    if any(pattern.match(part.lower()) for _, pattern in LINKS):
        return False
    said = words(later)
    own = [word for word in said if word not in _ARTICLES]
    if not own or not _is_bare(own[0]):
        return False
    begins_anew = words(part)[0] in _ARTICLES and said[0] in _ARTICLES
    may_be_noun = looks_of((stem(words(part)[-1]),)) is not None
    return not (begins_anew and may_be_noun) or read_phrase(later).many


def _is_bare(part: str) -> bool:
    """Whether `part` is made of colours and the like, and waits for its noun."""
    found = [word for word in words(part) if word not in _ARTICLES]
    telling = (COLOURS, COLOUR_GROUPS, RANKS)
    return bool(found) and all(
        any(word in table for table in telling) or word in LIGHT | DARK for word in found
    )
