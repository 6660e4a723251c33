"""Answers in JSON: values for a response schema, or for the keys that a prompt spells out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.length import read_length
from gemini_nb.offline.language.sampling import Sampling, source_of_chance
from gemini_nb.offline.language.topic import read_brief, readable
from gemini_nb.offline.structured.evidence import read_evidence
from gemini_nb.offline.structured.field_values import FieldValues, Spot
from gemini_nb.offline.structured.filling import Filling, TooLargeError
from gemini_nb.offline.structured.json_schema import SchemaReader
from gemini_nb.offline.structured.schema_check import accepts
from gemini_nb.offline.structured.schema_hint import read_hint
from gemini_nb.offline.structured.schema_keywords import Json, RawSchema, UnsupportedSchemaError

if TYPE_CHECKING:
    from gemini_nb.offline.prompt import Prompt

__all__ = ["Json", "UnsupportedSchemaError", "free_json", "json_value"]

_EXTRACTING: Final = re.compile(
    r"\b(?:extract|parse|identify|classify|structure|from (?:this|the following)|text:)",
    re.IGNORECASE,
)
_PLAIN: Final[RawSchema] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "summary": {"type": "string"},
        "points": {"type": "array", "items": {"type": "string"}},
    },
}
"""What is written when neither a schema nor the prompt says which keys there are."""


def json_value(
    schema: RawSchema, prompt: Prompt, sampling: Sampling, *, candidate: int = 0
) -> Json:
    """A value that is valid for `schema` and takes from the prompt what it states.

    Both dialects are read: Gemini's responseSchema (types in upper case, `nullable`,
    `propertyOrdering`) and JSON Schema (`$ref`, `anyOf`, `const`, ...). Recursive schemas end.

    Raises:
        UnsupportedSchemaError: for a schema that no value meets, that would take a very large
            one, or that uses a keyword that is not followed; the message names it.

    Example:
        >>> from gemini_nb.offline.prompt import Prompt, Turn
        >>> schema = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}
        >>> json_value(schema, Prompt((Turn("user", "Is it cold in Oslo?"),)), Sampling())
        {'city': 'Oslo'}
    """
    brief = read_brief(prompt)
    fields = FieldValues(
        prompt=prompt,
        sampling=sampling,
        evidence=read_evidence(prompt, brief.subject.text if brief.subject else None),
        random=source_of_chance(prompt, sampling, salt=f"json {candidate}"),
        salt=f"json {candidate} ",
        extracting=_EXTRACTING.search(readable(prompt.request)) is not None,
    )
    reader = SchemaReader(schema)
    try:
        value = Filling(reader, fields, read_length(prompt).items).value(schema, Spot())
    except TooLargeError:
        rule = "a value for it would be too large, or takes too long to find"
        raise UnsupportedSchemaError("schema", "$", rule) from None
    if not accepts(reader, schema, value):
        raise UnsupportedSchemaError("schema", "$", "no value was found that meets all of it")
    return value


def free_json(prompt: Prompt, sampling: Sampling, *, candidate: int = 0) -> Json:
    """A JSON value for a request that asks for JSON without a schema.

    If the prompt spells out keys, as in `{"name": str, "steps": list[str]}`, they are used.

    Example:
        >>> from gemini_nb.offline.prompt import Prompt, Turn
        >>> ask = Prompt((Turn("user", "Name a bird. Return {'bird': str, 'legs': int}"),))
        >>> list(free_json(ask, Sampling()))
        ['bird', 'legs']
    """
    hint = read_hint(readable(prompt.request)) or read_hint(readable(prompt.system))
    return json_value(hint or _PLAIN, prompt, sampling, candidate=candidate)
