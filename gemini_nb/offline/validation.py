"""A request body as a checked message, or the error that Google would send."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import Message

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=Message)

DEEPEST = 100  # how many objects and lists may stand inside each other, as in Google's parser
MOST_OBJECTS = 50_000  # how many there may be: checking takes a second for so many

_SHOWN = 80
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_TYPES = {"bool": "BOOL", "base64": "BYTES", "float": "FLOAT", "int": "INT32", "string": "STRING"}
_TOKEN = re.compile(
    r"""(?P<double>"(?:[^"\\]++|\\.)*+")
      | (?P<single>'(?:[^'\\]++|\\.)*+')
      | (?P<unclosed>["'].*)
      | (?P<trailing>,(?=\s*[}\]]))
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<other>[^"'A-Za-z_$,]++|,)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_PLAIN = re.compile(r"true|false|null|[eE]\d*")  # also the exponent of a number


def parse(body: bytes, message: type[M]) -> M:
    """`body` read leniently and checked as `message`; `ApiError` 400 names each malformed field."""
    return check(loads(body), message)


def check(value: object, message: type[M]) -> M:
    """`value`, parsed JSON, as `message`; raises as `parse` does."""
    if not isinstance(value, dict):
        raise ApiError(400, f"Invalid JSON payload received. Not an object: {_shown(value)}")
    try:
        return message.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)[:10]
    violations = tuple(dict.fromkeys(_violation(detail, message.__name__) for detail in found))
    raise ApiError(400, "\n".join(text for _, text in violations), violations=violations)


def _violation(detail: ErrorDetails, message: str) -> tuple[str, str]:
    """The path of the malformed field as Google writes it, and the sentence about it."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"]]
    path = _snake_case(steps)
    kind, shown, name = detail["type"], _shown(detail["input"]), path.rsplit(".", 1)[-1]
    if kind == "extra_forbidden":
        parent = _snake_case(steps[:-1])
        where = f" at '{parent}'" if parent else ""
        unknown = f'Unknown name "{steps[-1][1 : _SHOWN + 1]}"{where}: Cannot find field.'
        return parent, f"Invalid JSON payload received. {unknown}"
    if kind == "missing":
        return path, f"* {message}.{path}: {name} is not specified"
    if (expected := _TYPES.get(kind.split("_", 1)[0])) is not None:
        reason = " Base64 decoding failed for" if kind == "base64" else ""
        return path, f"Invalid value at '{path}' (TYPE_{expected}),{reason} {shown}"
    if kind.endswith(("_type", "literal_error")):
        return path, f"Invalid value at '{path}', {shown}: {detail['msg']}"
    rule = detail["msg"].replace("Input", name, 1)
    return path, f"* {message}.{path}: {rule}, got {shown}"


def _snake_case(steps: list[str]) -> str:
    return _CAPITAL.sub(r"_\1", "".join(steps).removeprefix("."))[: 4 * _SHOWN].lower()


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)[: 2 * _SHOWN]
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "\u2026"


def loads(body: bytes) -> Any:  # noqa: ANN401 - any JSON value may come back
    """The value that `body` stands for, read as leniently as Google's parser reads it.

    Beyond strict JSON it accepts a byte-order mark, trailing commas, strings and names in single
    quotes, names without quotes, and line breaks inside strings: tutorials and cookbooks rely on
    each. An empty body stands for an empty object. Anything else is an `ApiError` 400.

    Example:
        >>> loads(b"{'contents': [{'parts': {text: 'Hi'}},]}")
        {'contents': [{'parts': {'text': 'Hi'}}]}
    """
    try:
        text = body.decode("utf-8-sig")
        try:
            value = _strict(text if text.strip() else "{}")
        except json.JSONDecodeError:
            value = _strict(_TOKEN.sub(_rewrite, text))
        if "\\u" in text:  # a lone surrogate could not be sent back as UTF-8
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"Invalid JSON payload received. {error}") from None
    return value


def _strict(text: str) -> Any:  # noqa: ANN401 - any JSON value may come back
    value = json.loads(text, strict=False, parse_constant=_finite, parse_float=_finite)
    level: list[Any] = [value]
    count = 0
    for _ in range(DEEPEST + 1):
        holders = [item for item in level if item.__class__ in (dict, list)]
        count += len(holders)
        if not holders:
            return value
        if count > MOST_OBJECTS:
            raise ValueError(f"It holds too many objects and lists: at most {MOST_OBJECTS}.")
        inner = (each.values() if each.__class__ is dict else each for each in holders)
        level = [item for items in inner for item in items]
    raise RecursionError(f"It is nested too deeply: at most {DEEPEST} levels.")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):  # 1e999 would come out as infinity
        raise ValueError(f"{text[:40]} is not a number that JSON can hold.")
    return number


def _rewrite(token: re.Match[str]) -> str:
    """One token of lenient JSON as strict JSON."""
    text = token.group()
    if token.lastgroup == "trailing":
        return ""
    if token.lastgroup == "single":
        requoted = {'"': '\\"', "\\'": "'"}
        return f'"{_QUOTE.sub(lambda found: requoted.get(found[0], found[0]), text[1:-1])}"'
    if token.lastgroup == "name" and not _PLAIN.fullmatch(text):
        return json.dumps(text)
    return text
