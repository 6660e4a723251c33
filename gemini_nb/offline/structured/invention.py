"""Plausible values for fields of which a request says nothing: numbers and texts."""

from __future__ import annotations

import math
import re
import uuid
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.text_model import complete, phrase
from gemini_nb.offline.structured.pattern import PatternError, matching
from gemini_nb.offline.structured.schema_check import is_multiple
from gemini_nb.offline.structured.schema_keywords import UnsupportedSchemaError
from gemini_nb.offline.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from gemini_nb.offline.language.sampling import Sampling
    from gemini_nb.offline.prompt import Prompt
    from gemini_nb.offline.structured.json_schema import Node

# Where the values of a field usually lie, by the root of its name.
_USUAL: Final = {
    "year": (1950, 2025),
    "age": (18, 80),
    "price": (4, 60),
    "cost": (4, 60),
    "rating": (3, 5),
    "score": (1, 10),
    "percent": (5, 95),
    "probability": (0, 1),
    "confidence": (0, 1),
    "minute": (5, 90),
    "temperature": (-5, 30),
    "calory": (80, 600),
    "latitude": (-60, 70),
    "longitude": (-170, 170),
    "population": (2000, 900000),
}
_USUAL_OTHERWISE: Final = (1, 12)
_TRIED_MULTIPLES: Final = 50
_NARROWEST: Final = 6
_TRIED_TEXTS: Final = 20
_LONGEST: Final = 4000
_PROSE: Final = {
    *("story", "essay", "article", "poem", "body", "content", "answer", "response", "text"),
}
_PROSE_TOKENS: Final = 300
_NAME_WORDS: Final = 3
_FORMS: Final = {
    "date": r"\d{4}-\d\d-\d\d",
    "time": r"\d\d:\d\d:\d\dZ",
    "email": r"[\w.+-]+@[\w.-]+",
    "uri": r"https?://\S+",
}
_HUGE: Final = 2.0**53
"""From here on every floating-point number is whole."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def invented_number(
    node: Node, about: Sequence[str], random: Random, *, whole: bool, path: str
) -> float:
    """A number within the bounds of `node`, where possible a usual one for the field.

    Raises:
        UnsupportedSchemaError: if no number, or none that can be found, meets the bounds.
    """
    low, high = bounds(node, whole=whole)
    if low > high:
        raise UnsupportedSchemaError("minimum", path, "no number lies within these bounds")
    usual = next((_USUAL[stem(word)] for word in about if stem(word) in _USUAL), _USUAL_OTHERWISE)
    start, end = max(low, usual[0]), min(high, usual[1])
    if start > end:  # the bounds exclude what is usual: stay near the end that is given
        span = max(10.0, abs(low if math.isfinite(low) else high) * 0.1)
        start = low if math.isfinite(low) else high - span
        end = min(high, start + span)
    if node.multiple_of:
        number = _multiple(node, (start, end), random, whole=whole)
        if number is None:
            rule = f"no multiple of {node.multiple_of:g} was found in range"
            raise UnsupportedSchemaError("multipleOf", path, rule)
        return number
    if whole:
        return random.randint(math.ceil(start), max(math.ceil(start), math.floor(end)))
    number = round(start + (end - start) * random.random(), 2)
    return min(max(number, low), high)


def bounds(node: Node, *, whole: bool) -> tuple[float, float]:
    """The least and the greatest number that `node` allows, infinite where it sets no bound."""
    low = max(node.minimum, math.nextafter(node.above, math.inf))
    high = min(node.maximum, math.nextafter(node.below, -math.inf))
    if not whole:
        return low, high
    lowest = math.ceil(low) if abs(low) < _HUGE else low
    highest = math.floor(high) if abs(high) < _HUGE else high
    return lowest + (lowest <= node.above), highest - (highest >= node.below)


def _multiple(
    node: Node, usual: tuple[float, float], random: Random, *, whole: bool
) -> float | None:
    """A multiple of the step that `node` asks for, in the usual range if there is one."""
    step = abs(node.multiple_of or 1)
    low, high = bounds(node, whole=whole)
    quotient = usual[0] / step
    if not math.isfinite(quotient):  # near the largest number that there is
        return None
    first = math.ceil(quotient)
    if usual[1] - usual[0] > _NARROWEST * step:
        first += random.randint(0, _NARROWEST - 1)
    for offset in range(_TRIED_MULTIPLES):
        for factor in (first + offset, first - offset):
            number = factor * step
            fits = low <= number <= high and is_multiple(number, step)
            if fits and (not whole or float(number).is_integer()):
                return int(number) if whole else number
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What a text is written for."""

    about: str
    """The field's name in words, and its description."""
    prompt: Prompt
    sampling: Sampling
    random: Random
    path: str

    def phrase(self, salt: str) -> str:
        """A few words, or a paragraph for a field that asks for prose."""
        if _PROSE.isdisjoint(self.about.split()[:_NAME_WORDS]):
            return phrase(self.about, self.prompt, self.sampling, salt=salt)
        sampling = replace(self.sampling, max_output_tokens=_PROSE_TOKENS, stop_sequences=())
        return complete(self.prompt, sampling, candidate=zlib.crc32(salt.encode())).text


def invented_text(node: Node, context: Context, *, salt: str) -> str:
    """A text in the format, pattern and length of `node`.

    Raises:
        UnsupportedSchemaError: for a pattern that is not followed and for a length out of reach.
    """
    if node.min_length > min(node.max_length, _LONGEST):
        rule = f"a text has at most {min(node.max_length, _LONGEST):g} characters here"
        raise UnsupportedSchemaError("minLength", context.path, rule)
    if node.pattern is not None:
        return _for_pattern(node, context)
    text = _formatted(node.format, context.random)
    if text is None:
        text = context.phrase(salt)
        while len(text) < node.min_length:
            text = f"{text}; {context.phrase(f'{salt}+{len(text)}') or 'and so on'}"
    return fitted(text, node)


def fitted(text: str, node: Node) -> str:
    """`text` within the length that `node` allows: cut at a word, or filled up with dots."""
    text = text.ljust(node.min_length, ".")
    if len(text) <= node.max_length:
        return text
    most = int(node.max_length)
    cut = text[: most + 1].rsplit(" ", 1)[0].rstrip(",;:")
    return cut if node.min_length <= len(cut) <= most else text[:most]


def meets_format(text: str, form: str) -> bool:
    """Whether `text` may stand where `form` is asked for; formats without a rule here allow any."""
    return form not in _FORMS or re.fullmatch(_FORMS[form], text) is not None


def _for_pattern(node: Node, context: Context) -> str:
    for _ in range(_TRIED_TEXTS):
        try:
            text = matching(node.pattern or "", context.random)
        except PatternError as error:
            raise UnsupportedSchemaError("pattern", context.path, str(error)) from None
        if node.min_length <= len(text) <= node.max_length:
            return text
    rule = "no text was found that also has this length"
    raise UnsupportedSchemaError("pattern", context.path, rule)


def _formatted(form: str, random: Random) -> str | None:
    """A text in one of the formats of JSON Schema, or None for another format."""
    word = "".join(random.choices(_LETTERS, k=6))
    day = f"20{random.randint(20, 29)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    time = f"{random.randint(0, 23):02d}:{random.randint(0, 59):02d}:{random.randint(0, 59):02d}"
    host = ".".join(str(random.randint(1, 254)) for _ in range(3))
    texts = {
        "date": day,
        "time": f"{time}Z",
        "date-time": f"{day}T{time}Z",
        "duration": f"PT{random.randint(5, 90)}M",
        "email": f"{word}@example.com",
        "uri": f"https://example.com/{word}",
        "url": f"https://example.com/{word}",
        "hostname": f"{word}.example.com",
        "ipv4": f"192.{host}",
        "ipv6": f"2001:db8::{random.randint(1, 0xFFFF):x}",
        "uuid": str(uuid.UUID(int=random.getrandbits(128), version=4)),
    }
    return texts.get(form.lower())
