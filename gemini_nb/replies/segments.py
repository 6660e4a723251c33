"""The kinds of things that an answer is made of, as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic_core import from_json, to_json

from gemini_nb.display import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.genai.types import (
        CodeExecutionResult,
        FunctionResponse,
        Part,
    )
    from google.genai.types import FunctionCall as SDKFunctionCall

UNKNOWN: Final = "unknown"
"""Key of `Part.part_metadata` under which a part that the SDK does not know keeps its name ..."""
CONTENT: Final = "content"
"""... and under which it keeps what it held, as JSON."""
ALL_ARGUMENTS: Final = "$"
"""`PartialArg.json_path` of arguments that arrive as one JSON text, cut anywhere."""

_PARTIAL: Final = "trailing-strings"
_TOOLS: Final = {
    "google_search": "Google Search",
    "google_search_web": "Google Search",
    "google_search_image": "Google image search",
    "google_maps": "Google Maps",
    "url_context": "URL context",
}
# Parts of a tool's result that are a third party's HTML, or for the API alone.
_NOT_TO_SHOW: Final = ("search_suggestions", "widget_context_token", "rendered_content")


@dataclass(frozen=True, slots=True)
class Text:
    """Words to the reader; Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """A summary of what the model thought; Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A program that the model wrote and had executed."""

    code: str
    language: str = "python"
    """In small letters; "" where it is not told."""


@dataclass(frozen=True, slots=True)
class CodeOutput:
    """What came of executing it."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or document, given as its bytes or by its address."""

    mime_type: str
    data: bytes = b""
    uri: str = ""
    is_thought: bool = False
    """Whether it is a draft, made while the model was thinking."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function that the model wants called."""

    name: str
    arguments: dict[str, Any]
    """What is known of them while they arrive."""
    id: str = ""
    unread: str = ""
    """What came as arguments, while or where it is not the whole JSON of an object."""


@dataclass(frozen=True, slots=True)
class FunctionResult:
    """What a function, or one of the API's own tools, returned."""

    name: str
    result: Any
    """JSON."""
    id: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A use of one of the API's own tools, such as a search."""

    tool: str
    """In words: "Google Search"."""
    detail: str = ""
    """What it was asked: the queries or addresses, one a line."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part of a kind that this package does not know."""

    kind: str
    content: str
    """As JSON."""


Segment = (
    Text | Thought | Code | CodeOutput | Media | FunctionCall | FunctionResult | ToolCall | Unknown
)


def segments_of(part: Part) -> Iterator[Segment]:  # noqa: C901 - one case for each kind
    """What a part says; nothing for one that only carries a signature.

    Example:
        >>> from google.genai import types
        >>> list(segments_of(types.Part(text="Let me see.", thought=True)))
        [Thought(text='Let me see.')]
    """
    is_thought = part.thought is True
    if part.text:
        text = well_formed(part.text)
        yield Thought(text) if is_thought else Text(text)
    if (blob := part.inline_data) is not None and blob.data:
        yield Media(blob.mime_type or "", blob.data, is_thought=is_thought)
    if (file := part.file_data) is not None and file.file_uri:
        yield Media(file.mime_type or "", uri=file.file_uri, is_thought=is_thought)
    if (code := part.executable_code) is not None:
        language = enum_name(code.language).lower()
        yield Code(code.code or "", "" if language.endswith("unspecified") else language)
    if (output := part.code_execution_result) is not None:
        yield _output(output)
    if (call := part.function_call) is not None:
        yield _call(call)
    if (response := part.function_response) is not None:
        yield from _result(response)
    if (used := part.tool_call) is not None:
        yield ToolCall(tool_words(enum_name(used.tool_type)), _asked(used.args or {}))
    if (found := part.tool_response) is not None:
        told = _unwrapped(found.response or {})
        if shown := _without_markup(told):
            yield FunctionResult(tool_words(enum_name(found.tool_type)), shown, found.id or "")
    if (kind := (part.part_metadata or {}).get(UNKNOWN)) is not None:
        yield Unknown(str(kind), str(cast("dict[str, Any]", part.part_metadata).get(CONTENT, "")))


def tool_words(kind: str) -> str:
    """The name of a tool for people, from the API's name for it.

    Example:
        >>> tool_words("GOOGLE_SEARCH_WEB"), tool_words("file_search"), tool_words("wiki: find")
        ('Google Search', 'File search', 'wiki: find')
    """
    if ":" in kind:  # a server and one of its functions
        return kind
    name = kind.lower()
    return _TOOLS.get(name) or name.replace("_", " ").capitalize() or "Tool"


def json_text(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON: an SDK object, JSON, or anything else, of which only the type is told.

    Example:
        >>> json_text({"raw": b"bytes", "odd": object()})
        '{"raw":"Ynl0ZXM=","odd":"<object>"}'
    """
    try:
        written = to_json(
            value,
            indent=indent,
            exclude_none=True,
            bytes_mode="base64",
            inf_nan_mode="constants",
            fallback=lambda odd: f"<{type(odd).__name__}>",
        )
    except (ValueError, RecursionError):  # halves of characters, cycles
        return well_formed(value) if isinstance(value, str) else f"<{type(value).__name__}>"
    return written.decode()


def partial_object(text: str) -> dict[str, Any]:
    """The object that JSON cut off anywhere shows so far; empty where it is no JSON object.

    Example:
        >>> partial_object('{"city": "Par'), partial_object("city=Paris")
        ({'city': 'Par'}, {})
    """
    try:
        found: object = from_json(text or "{}", allow_partial=_PARTIAL)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def is_json(text: str) -> bool:
    """Whether all of `text` is a JSON array or object, perhaps cut off, that holds something.

    Example:
        >>> is_json('[{"point": [1, 2]'), is_json("[a link](https://example.org)"), is_json("42")
        (True, False, False)
        >>> is_json('{"a": 1} and **words**'), is_json("[1] Smith, *Plants*, 2020.")
        (False, False)
    """
    if text.lstrip()[:1] not in {"[", "{"}:
        return False
    try:
        return bool(from_json(text))
    except ValueError as error:  # words may follow; only an end that is missing is JSON's own
        return str(error).startswith("EOF") and bool(from_json(text, allow_partial=_PARTIAL))
    except RecursionError:
        return False


def enum_name(member: object) -> str:
    """The name of an enumeration's member, which the SDK keeps as a string if it is a new one."""
    return str(getattr(member, "value", None) or member or "")


def _output(output: CodeExecutionResult) -> CodeOutput:
    failed = enum_name(output.outcome) not in {"", "OUTCOME_OK", "OUTCOME_UNSPECIFIED"}
    return CodeOutput(well_formed(output.output or ""), is_error=failed)


def _call(call: SDKFunctionCall) -> FunctionCall:
    arguments, unread = dict(call.args or {}), ""
    written = [each.string_value or "" for each in call.partial_args or []]
    if written and (call.partial_args or [])[0].json_path == ALL_ARGUMENTS:
        text = well_formed("".join(written))
        arguments |= partial_object(text)
        unread = "" if is_whole_object(text) else text
    elif call.will_continue:
        unread = json_text(arguments)
    return FunctionCall(well_formed(call.name or ""), arguments, call.id or "", unread)


def is_whole_object(text: str) -> bool:
    """Whether `text` is the JSON of an object, complete."""
    try:
        return isinstance(from_json(text), dict)
    except (ValueError, RecursionError):
        return False


def _result(response: FunctionResponse) -> Iterator[Segment]:
    told = response.response
    is_error = told is not None and told.get("error") is not None
    result = None if told is None else _unwrapped(told)
    yield FunctionResult(response.name or "", result, response.id or "", is_error)
    for part in response.parts or []:
        if (blob := part.inline_data) is not None and blob.data:
            yield Media(blob.mime_type or "", blob.data)
        if (file := part.file_data) is not None and file.file_uri:
            yield Media(file.mime_type or "", uri=file.file_uri)


def _unwrapped(response: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What was returned: the SDK wraps it as {"result": ...} or {"error": ...}."""
    if len(response) == 1 and (name := next(iter(response))) in {"result", "error"}:
        return response[name]
    return dict(response)


def _without_markup(result: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(result, list):
        kept = [_without_markup(each) for each in cast("list[Any]", result)]
        return [each for each in kept if each]
    if isinstance(result, dict):
        told = cast("dict[str, Any]", result)
        return {name: told[name] for name in told if name not in _NOT_TO_SHOW}
    return result


def _asked(arguments: Mapping[str, Any]) -> str:
    """What a tool was asked, one query or address a line; other arguments as JSON."""
    lines: list[str] = []
    for name, value in arguments.items():
        listed = cast("list[object]", value) if isinstance(value, list) else [cast("object", value)]
        texts = [each for each in listed if isinstance(each, str)]
        if len(texts) == len(listed):
            lines += [well_formed(each) for each in texts if each]
        elif listed != [None]:
            lines.append(f"{name}: {json_text(arguments[name])}")  # noqa: PLR1733 - its type is known
    return "\n".join(lines)
