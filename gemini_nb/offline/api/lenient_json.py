"""JSON as Google's parser takes it, which is more than RFC 8259 allows."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

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
_KEYWORDS = {"true", "false", "null"}
_EXPONENT = re.compile(r"[eE]\d*")


class LenientJSONError(ValueError):
    """The text is not JSON, not even leniently read; the message says where."""


def loads(body: bytes) -> Any:  # noqa: ANN401 - any JSON value may come back
    r"""The value that `body` stands for, read as leniently as Google's parser reads it.

    Beyond strict JSON it accepts a byte-order mark, trailing commas, strings and names in single
    quotes, names without quotes, and line breaks inside strings: tutorials and cookbooks rely on
    each. An empty body stands for an empty object.

    Raises:
        LenientJSONError: `body` is not UTF-8, not JSON, nested too deeply, or holds a number or
            a `\u` escape that stands for nothing.

    Example:
        >>> loads(b"{'contents': [{'parts': {text: 'Hi'}},]}")
        {'contents': [{'parts': {'text': 'Hi'}}]}
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The body is not UTF-8: {error.reason} at byte {error.start}."
        raise LenientJSONError(message) from None
    if not text.strip():
        return {}
    try:
        return _strict(text)
    except json.JSONDecodeError:
        pass
    try:
        return _strict(_TOKEN.sub(_rewrite, text))
    except json.JSONDecodeError as error:
        message = f"{error.msg} at line {error.lineno}, column {error.colno}."
        raise LenientJSONError(message) from None


def _strict(text: str) -> Any:  # noqa: ANN401 - any JSON value may come back
    try:
        value = json.loads(text, strict=False, parse_constant=_refuse_constant)
        if "\\u" in text:  # a lone surrogate could not be sent back as UTF-8
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise LenientJSONError("The body is nested too deeply.") from None
    except UnicodeEncodeError:
        raise LenientJSONError("A \\u escape is half of a surrogate pair.") from None
    except ValueError as error:
        raise LenientJSONError(f"{error}.") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not a JSON number"
    raise ValueError(message)


def _rewrite(token: re.Match[str]) -> str:
    """One token of lenient JSON as strict JSON."""
    text = token.group()
    if token.lastgroup == "trailing":
        return ""
    if token.lastgroup == "single":
        return '"' + _QUOTE.sub(_requote, text[1:-1]) + '"'
    if token.lastgroup == "name" and text not in _KEYWORDS and not _EXPONENT.fullmatch(text):
        return json.dumps(text)
    return text


def _requote(found: re.Match[str]) -> str:
    return {'"': '\\"', "\\'": "'"}.get(found.group(), found.group())
