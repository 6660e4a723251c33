"""Values for a schema from what the request states; what it doesn't state is null or refused."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured import stated
from gemini_nb.offline.structured.schema import Schema, expression, refused, valid
from gemini_nb.offline.structured.stated import Fact

if TYPE_CHECKING:
    from gemini_nb.offline.conversation import Conversation

_MODEL = "offline/structured"
_MOST_STEPS = 3000
_MOST_READ = 20_000
_QUESTION = re.compile(r"(?:^|(?<=[.!?\n]))[^.!?\n]*\?(?=\s|$)")
_EXAMPLE = re.compile(r"(?i)\b(?:form|format|example|schema|json)\b[^{}\[\]\n]{0,40}[{\[][^\n]*")
"""The form of the answer, whose values nobody states."""
_FORMATS = {"date": "date", "date-time": "date", "time": "time", "email": "email", "uri": "url"}
_DATE, _ANY = re.compile(r"\d{4}-\d\d-\d\d$"), re.compile("")
_SPOT = re.compile(r"\b(?:(?:in|at|near|for|about) (?:the )?|(?i:how many) )(?!stock\b)(?=[a-z])")
_ENDS = re.compile(r"(?: please| today| tomorrow| now)?(?:[.,;!?\n]|$| to \d| are\b)")
_PLURAL = re.compile(r"[^\Ws]s ?[:=] ?$")
_JOINS = re.compile(r",? (?:and|or) |, ?")


class UnknownError(ApiError):
    """The request doesn't say what a field needs."""

    def __init__(self, path: str) -> None:
        super().__init__(
            400,
            f"The request doesn't say what {path or 'the answer'} is, and offline nothing is "
            "invented. State it, make it nullable or optional, or ask Gemini with a key.",
        )


def answer(conversation: Conversation, index: int) -> Draft:
    """JSON for the schema, or the bare word of an enumeration.

    Every value stands in the request. What doesn't is null or left out where that is allowed; an
    invented value would mislead, so a field that must have one is refused.

    Raises:
        UnknownError: which names the field that the request doesn't state.
        ApiError: 400 where a picture or a film is asked for more than is seen in it.
    """
    del index  # nothing is left to chance
    schema = conversation.schema
    if schema is None:
        no_form = "Offline, JSON is written for a schema only: send responseJsonSchema."
        return Draft.of(json.dumps({"refusal": no_form}), _MODEL)
    if conversation.turns[-1].pictures or conversation.turns[-1].frames:
        raise refused("of what is shown, only places, counts and colours are told offline")
    try:
        value = filled(schema, conversation.request)
    except UnknownError:  # perhaps earlier turns say it
        spoken = [turn.text for turn in conversation.turns if turn.role == "user"]
        value = filled(schema, "\n".join(spoken))
    bare = conversation.mime_type == "text/x.enum"
    return Draft.of(str(value) if bare else json.dumps(value, ensure_ascii=False), _MODEL)


def filled(schema: Schema, text: str, *, loose: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """A value for `schema`, which is normalised, with what `text` states.

    In a `loose` text, which asks for just this as a call with these arguments, less is evidence.

    Raises:
        UnknownError: `text` doesn't state what must be there.

    Example:
        >>> named = {"age": {"type": "integer"}, "name": {"type": "string"}}
        >>> filled({"type": "object", "properties": named}, "My brother Tom turned 12.")
        {'age': 12, 'name': 'Tom'}
    """
    text = text[:_MOST_READ]
    text = text if loose else _QUESTION.sub(" ", _EXAMPLE.sub(" ", text))
    value = _Filler(text, loose=loose).value(schema, "", "")
    if not valid(value, schema):
        raise refused("no value was found that meets all of it")
    return value


class _Filler:
    """Fills a schema from one text."""

    def __init__(self, text: str, *, loose: bool) -> None:
        self.text = text
        self.said = stated.stems(text)
        self.loose = loose
        self.needed: list[str] = [""] if loose else []
        self.words = 0  # how many of what is needed are words
        self.operands: dict[str, Fact] = {}  # the numbers of "add 3 and 4", in order
        self.facts = [*stated.facts(text)]  # each is given once, so that two fields get two
        self.steps = 0

    def value(self, schema: Schema, name: str, path: str) -> Any:  # noqa: ANN401 - any JSON
        """A value for the field `name`; null where that is allowed and the text says nothing."""
        self.steps += 1 + len(self.facts) // 20
        if self.steps > _MOST_STEPS:
            raise refused("a value for it would be too large")
        node: dict[str, Any] = schema if isinstance(schema, dict) else {"enum": [None] * schema}
        union: list[Any] = node.get("anyOf", node.get("oneOf", []))
        told = [each for each in union if each not in (True, False) and _kind(each) != "null"]
        if len(told) == 1:
            node = {**node, **told[0]}
        options = [each for each in node.get("enum", ()) if each is not None]
        if "const" in node or len(options) == 1:
            return node.get("const", options[:1] and options[0])
        kinds = node.get("type", "null" if "enum" in node else "string")
        kind = next((k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "null"), "")
        nullable = None in node["enum"] if "enum" in node else "null" in kinds
        value: Any = None
        with suppress(UnknownError) if nullable or len(told) < len(union) else nullcontext():
            if kind == "object":
                return self._object(node, path)
            if kind == "array":
                return self._array(node, name, path)
            value = None if len(told) > 1 else self._single(node, kind, options, name)
            if value is None:
                raise UnknownError(path)
        return value

    def _single(self, node: dict[str, Any], kind: str, options: list[Any], name: str) -> Any:  # noqa: ANN401
        """What is stated: for a boolean, an option, or the one fact that suits best."""
        if kind == "boolean":
            return stated.truth(self.text, name, beside=not self.loose)
        if words := [each for each in options if isinstance(each, str)]:
            return stated.choice(self.text, words, name, node.get("description", ""))
        if "pattern" in node:
            bare = node["pattern"].removeprefix("^").removesuffix("$")
            alike = {each[0] for each in expression(rf"\b(?:{bare})\b").finditer(self.text)}
            return alike.pop() if len(alike) == 1 else None
        name = _FORMATS.get(node.get("format", ""), name)
        known = [f for f in self.facts if isinstance(f.value, str) == (kind == "string")]
        form = _DATE if node.get("format") == "date" else _ANY
        known = [f for f in known if valid(f.value, node) and form.match(str(f.value))]
        listed = {f for f in known if f.kind == "label" and ", " in str(f.value)}
        scores = {f: stated.fit(f, name, self.said) for f in known if f not in listed}
        most = max(scores.values(), default=0)
        best = [f for f in scores if scores[f] == most] if most else self._alone(known, kind, name)
        if len({fact.value for fact in best}) != 1:
            return None
        self.facts = [f for f in self.facts if f.end <= best[0].start or best[0].end <= f.start]
        value, before = best[0].value, self.text[: best[0].start]
        more = (
            self.loose and kind == "string" and before.endswith((" in ", " near ", " for ", " at "))
        )
        region = stated.REGION.match(self.text, best[0].end) if more else None
        return f"{value}{region[0]}" if region else value

    def _alone(self, known: list[Fact], kind: str, name: str) -> list[Fact]:
        """What a needed argument gets without a word beside it, as it is the only one."""
        if kind != "string" or name not in self.needed:
            return [fact for fact in known if fact == self.operands.get(name)]
        if known:
            return [fact for fact in known if fact.kind in {"name", "quote"}]
        spots = [found.end() for found in _SPOT.finditer(self.text) if self.words == 1]
        nouns = [Fact("name", stated.noun(self.text[at:]), at, at + 1) for at in spots]
        return [fact for fact in nouns if _ENDS.match(self.text, fact.start + len(str(fact.value)))]

    def _object(self, node: dict[str, Any], path: str) -> dict[str, Any]:
        named, needed = node.get("properties", {}), node.get("required", [])
        if not named and isinstance(node.get("additionalProperties"), dict):
            pairs = {key: fact.value for key, fact in stated.pairs(self.text)}
            if not pairs or not {*stated.spelled(path)} <= self.said:
                raise UnknownError(path)
            return pairs
        result: dict[str, Any] = {}
        self.needed = needed if self.loose else []
        numbers = [each for each in self.needed if _kind(named.get(each)) in ("number", "integer")]
        self.words = sum(_kind(named.get(each)) == "string" for each in self.needed)
        bare = [fact for fact in self.facts if fact.kind == "bare"]
        self.operands = dict(zip(numbers, bare, strict=True)) if len(bare) == len(numbers) else {}
        for each in dict.fromkeys([*node.get("propertyOrdering", []), *named, *needed]):
            with nullcontext() if each in needed else suppress(UnknownError):
                value = self.value(named.get(each, True), each, f"{path}.{each}".lstrip("."))
                if each in needed or value not in (None, [], {}):
                    result[each] = value
        return result

    def _array(self, node: dict[str, Any], name: str, path: str) -> list[Any]:
        given: Any = node.get("items", {})
        item = cast("dict[str, Any]", given if isinstance(given, dict) else {"enum": []})
        values = self._paired(item) if _kind(item) == "object" else self._listed(item, name)
        if len(values) < max(1, node.get("minItems", 0)):
            raise UnknownError(path)
        return values

    def _listed(self, item: dict[str, Any], name: str) -> list[Any]:
        """What the text lists after the field's name, or all that is of the field's kind."""
        if options := [str(each) for each in item.get("enum", ())]:
            return stated.chosen(self.text, options)
        if item.get("type") != "string":
            told = [fact for fact in self.facts if not isinstance(fact.value, str)]
            gaps = [self.text[a.end : b.start] for a, b in pairwise(told)]
            one = not name and gaps and all(map(_JOINS.fullmatch, gaps))
            return [fact.value for fact in told] if one or name in self.needed else []
        if not name:
            return self._only()
        suiting = [fact for fact in self.facts if stated.fit(fact, name, self.said)]
        if labels := [str(fact.value) for fact in suiting if fact.kind == "label"]:
            return _JOINS.split(labels[0])
        for start, _, names in stated.together(self.text):
            before = stated.stems(self.text[max(0, start - 25) : start])
            if stated.stems(name) & before or name in self.needed:
                return names
        return [fact.value for fact in suiting if isinstance(fact.value, str)]

    def _only(self) -> list[str]:
        """The one list of the text, for a list without a name; none if there are other names."""
        labels = [f for f in self.facts if f.kind == "label"]
        labels = [f for f in labels if _PLURAL.search(self.text[max(0, f.start - 9) : f.start])]
        lists = [(f.start, f.end, _JOINS.split(str(f.value))) for f in labels]
        lists = lists or [e for e in stated.together(self.text) if _ENDS.match(self.text, e[1])]
        (start, end, names), *more = lists or [(0, 0, [])]
        more += [f for f in self.facts if f.kind == "name" and not start <= f.start < end]
        return names if names[1:] and not more else []

    def _paired(self, item: dict[str, Any]) -> list[Any]:
        """Objects of a text and a number: all that the text has, as half a list would mislead."""
        named: dict[str, Any] = item.get("properties", {})
        kinds = {str(_kind(each)): name for name, each in named.items()}
        number, text = kinds.get("number", kinds.get("integer", "")), kinds.get("string", "")
        pairs = stated.pairs(self.text) if len(named) == len(kinds) == 2 and number and text else []  # noqa: PLR2004
        suit = [f.kind == "bare" or stated.fit(f, number, self.said) for _, f in pairs]
        values = [{text: key, number: fact.value} for key, fact in pairs]
        others = {f.value for f in self.facts if f.kind == "name"} - {key for key, _ in pairs}
        return values if all(suit) and not others else []


def _kind(schema: Any) -> Any:  # noqa: ANN401 - a schema, and the one type it has besides null
    if not isinstance(schema, dict):
        return None
    node = cast("dict[str, Any]", schema)
    union = cast("list[Any]", node.get("anyOf", []))
    given: Any = [_kind(each) for each in union] or node.get("type")
    types = cast("list[Any]", given if isinstance(given, list) else [given])
    told = [each for each in types if each != "null"] or types
    return told[0] if len(told) == 1 else None
