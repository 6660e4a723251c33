"""Which declared functions a request asks for, and with what arguments: rules, no model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.language.sampling import Sampling, source_of_chance
from gemini_nb.offline.language.topic import read_brief, readable
from gemini_nb.offline.prompt import Prompt, Turn
from gemini_nb.offline.structured.declarations import Declaration, read_declarations
from gemini_nb.offline.structured.evidence import Evidence
from gemini_nb.offline.structured.field_values import FieldValues, Spot
from gemini_nb.offline.structured.filling import Filling, TooLargeError
from gemini_nb.offline.structured.json_schema import SchemaReader
from gemini_nb.offline.structured.schema_check import accepts
from gemini_nb.offline.structured.schema_keywords import Json, UnsupportedSchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Mode = Literal["AUTO", "ANY", "NONE", "VALIDATED"]

_THRESHOLD: Final = 2.4
"""One telling word of a function's name is enough, or two of its description and parameters. A
single word of the description is not: descriptions mention much in passing."""
_CLAUSES: Final = re.compile(
    r"[.?!;]\s+|\n+|,?\s+(?:and then|then|and also|also|and)\s+(?=[a-z]+\s)"
    r"|,\s+(?=[a-z]+\s+(?:the|a|an|my|on|off|me|up|down)\b)"
)
_TOGETHER: Final = re.compile(
    r"\b(in|at|near) ((?:[A-Z][\w'-]*(?: [A-Z][\w'-]*)*, )*[A-Z][\w'-]*(?: [A-Z][\w'-]*)*,? and "
    r"[A-Z][\w'-]*(?: [A-Z][\w'-]*)*)"
)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a declared function."""

    name: str
    args: dict[str, Json]
    """Valid for the declared parameters."""


def plan(
    declarations: Sequence[Mapping[str, object]],
    prompt: Prompt,
    *,
    mode: Mode = "AUTO",
    allowed: Sequence[str] = (),
) -> tuple[FunctionCall, ...]:
    """The calls that the last user turn asks for; an empty tuple if it asks for none.

    A function is called if the request uses words of its name, description or parameters that
    tell it from the other functions. Several are called if several clauses each ask for one.
    Arguments come from the request; an optional one is left out if the request says nothing.

    Args:
        declarations: As Gemini has them: `name`, `description`, and `parameters` or
            `parametersJsonSchema`.
        prompt: The conversation.
        mode: ANY makes at least one call, NONE makes none; VALIDATED is as AUTO.
        allowed: Names that may be called; all if empty.

    Raises:
        UnsupportedSchemaError: for parameters that no arguments can be found for.

    Example:
        >>> lamp = {"name": "set_lamp", "parameters": {
        ...     "type": "OBJECT", "properties": {"brightness": {"type": "INTEGER"}}}}
        >>> plan([lamp], Prompt((Turn("user", "Set the lamp to a brightness of 30"),)))
        (FunctionCall(name='set_lamp', args={'brightness': 30}),)
    """
    offered = [each for each in declarations if not allowed or each.get("name") in allowed]
    if mode == "NONE" or not offered:
        return ()
    candidates = read_declarations(offered)
    request = readable(prompt.request)
    chosen = _asked_for(candidates, request)
    if not chosen and mode == "ANY":
        chosen = [(_best(candidates, request), request)]
    return tuple(
        call for declaration, clause in chosen for call in _calls(declaration, clause, prompt)
    )


def _asked_for(candidates: list[Declaration], request: str) -> list[tuple[Declaration, str]]:
    """The declarations that reach the threshold, each with the part of the request it is for."""
    by_name: dict[str, tuple[Declaration, str]] = {}
    for clause in _CLAUSES.split(request):
        best = _best(candidates, clause)
        if best.relevance(clause) >= _THRESHOLD:
            by_name.setdefault(best.name, (best, clause))
    if len(by_name) > 1:
        return list(by_name.values())
    best = _best(candidates, request)
    return [(best, request)] if best.relevance(request) >= _THRESHOLD else []


def _best(candidates: list[Declaration], text: str) -> Declaration:
    """The declaration with most of the words in `text` that the others have not."""
    return max(candidates, key=lambda each: (each.distinction(text), each.relevance(text)))


def _calls(declaration: Declaration, text: str, prompt: Prompt) -> list[FunctionCall]:
    """One call, or one for each of several places that the text names together."""
    together = _TOGETHER.search(text)
    if together is None:
        return [_call(declaration, text, prompt)]
    places = re.split(r",? and |, ", together[2])
    texts = [f"{text[: together.start(2)]}{each}{text[together.end(2) :]}" for each in places]
    calls: list[FunctionCall] = []
    for each in texts:
        call = _call(declaration, each, prompt)
        if call not in calls:
            calls.append(call)
    return calls


def _call(declaration: Declaration, text: str, prompt: Prompt) -> FunctionCall:
    """A call with arguments from `text`, the part of the request that asks for it."""
    subject = read_brief(Prompt((Turn("user", text),))).subject
    sampling = Sampling(temperature=0)
    fields = FieldValues(
        prompt=prompt,
        sampling=sampling,
        evidence=Evidence(text, subject.text if subject else None),
        random=source_of_chance(prompt, sampling, salt=""),
        salt=f"{declaration.name} ",
        sparing=True,
    )
    reader = SchemaReader(declaration.parameters)
    try:
        args = Filling(reader, fields).value(declaration.parameters, Spot(declaration.name))
    except TooLargeError:
        rule = "arguments for it would be too large, or take too long to find"
        raise UnsupportedSchemaError("parameters", declaration.name, rule) from None
    if not isinstance(args, dict) or not accepts(reader, declaration.parameters, args):
        rule = "no arguments were found that meet this schema"
        raise UnsupportedSchemaError("parameters", declaration.name, rule)
    return FunctionCall(declaration.name, args)
