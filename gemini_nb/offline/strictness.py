"""What Gemini refuses, refused here with the same status and words, so that code fails here first.

The words are those that public reports quote; where none does, the comment beside them says so.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from gemini_nb.offline.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.catalog import Model
    from gemini_nb.offline.messages import Content, FunctionCall, GenerateContentRequest, Part

ROLES = ("user", "model", "function", "tool", "")

# Not image/jpg (github.com/ogkalu2/comic-translate/pull/399), nor GIF, which no page lists.
_TAKEN = re.compile(
    r"(image/(png|jpeg|webp|hei[cf]|\*)|audio/[\w.*+-]+|text/(?!vnd\.)[\w.+-]+|"
    r"video/(mp4|mpe?g|mov|quicktime|(x-ms)?(avi|video|wmv)|x-ms-wmv|(x-)?flv|webm|3gpp|\*)|"
    r"application/(pdf|json|xml|rtf|x-python|x-javascript|x-typescript|\*))(;.*)?"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")  # reports of 2025 tell of 64 characters
_NAMING = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z"
    ", 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128."
)
_BUDGETS = {"gemini-2.5-pro": (128, 32_768), "gemini-2.5-flash-lite": (512, 24_576)}
_ALWAYS_THINKS = re.compile(r"gemini-(2\.5-pro|3\.[678]|4)")


def check(request: GenerateContentRequest, model: Model) -> None:
    """Refuse a `request`, its files already put in, that Gemini's `model` would refuse.

    Example:
        >>> from gemini_nb import catalog
        >>> from gemini_nb.offline.messages import GenerateContentRequest
        >>> hello = {"contents": {"parts": {"text": "Hi"}}, "generationConfig": {"logprobs": 3}}
        >>> check(GenerateContentRequest.model_validate(hello), catalog.default("text"))
        Traceback (most recent call last):
        gemini_nb.offline.errors.ApiError: Logprobs is not enabled for models/gemini-3.8-flash
    """
    check_contents(request.contents, model, "GenerateContentRequest")
    turns = list(_turns(request.contents))
    refusals = (
        _of_settings(request, model),
        _of_form(request, model),
        _of_tools(request, model),
        _of_names(request),
        _of_responses(turns),
        _of_signatures(turns) if model.thinking_levels else (),  # Gemini 3 and later
    )
    for text in itertools.chain.from_iterable(refusals):
        raise ApiError(400, text)


def check_contents(contents: Sequence[Content], model: Model, message: str) -> None:
    """Refuse a `message` with no contents, an empty part, an unknown role or a wrong file type."""
    if not contents and message != "CreateCachedContentRequest":
        raise _refusal(message, "contents", "contents is not specified")
    for number, content in enumerate(contents):
        path = f"contents[{number}]"
        if content.role not in ROLES:
            raise ApiError(400, f"Please use a valid role: user, model. Got {content.role[:80]!r}.")
        if not content.parts:
            raise _refusal(message, f"{path}.parts", "contents.parts must not be empty")
        for index, part in enumerate(content.parts):
            place = f"{path}.parts[{index}]"
            if part.is_empty:
                rule = "required oneof field 'data' must have one initialized field"
                raise _refusal(message, f"{place}.data", rule)
            if part.function_response and not part.function_response.name:
                raise _refusal(message, f"{place}.function_response.name", "Name cannot be empty.")
            kind = part.inline_data.mime_type.lower() if part.inline_data else "text/plain"
            if not _TAKEN.fullmatch(kind):
                note = " (this server doesn't take Gemini 4's office files)"
                note *= model.id.startswith("gemini-4-")
                raise ApiError(400, f"Unsupported MIME type: {kind[:120]}{note}")


def _refusal(message: str, path: str, rule: str) -> ApiError:
    return ApiError(400, f"* {message}.{path}: {rule}", violations=((path, rule),))


def _of_settings(request: GenerateContentRequest, model: Model) -> Iterator[str]:
    """Why the settings are refused, each reason in words; likewise below."""
    config = request.generation_config
    if config.response_logprobs or config.logprobs is not None:
        yield f"Logprobs is not enabled for models/{model.id}"
    if config.presence_penalty or config.frequency_penalty:  # only Gemini 2.0 had them
        yield "Penalty is not enabled for this model"
    thinking = config.thinking_config
    level, budget = (thinking.thinking_level or "").upper(), thinking.thinking_budget
    if level and budget is not None:
        yield "You can only set only one of thinking budget and thinking level."
    if level and not model.thinking_levels:
        yield "Thinking level is not supported for this model."
    if level and level.lower() not in {*model.thinking_levels, "thinking_level_unspecified"}:
        text = f"Thinking level {level[:40]} is not supported for this model."
        yield f"{text} Please retry with other thinking level."
    if budget is None or budget == -1:
        return
    if model.id.startswith("gemini-4-"):  # that it is refused is known, not in which words
        yield "Thinking budget is not supported for this model: set thinking_level."
    always = _ALWAYS_THINKS.match(model.id)
    if budget == 0 and model.thinking_levels and always:
        yield "Request contains an invalid argument."
    least, most = _BUDGETS.get(model.id, (0, 24_576))
    if not least <= budget <= most and (budget or always):
        text = f"The thinking budget {budget} is invalid."
        yield f"{text} Please choose a value between {least} and {most}."


def _of_form(request: GenerateContentRequest, model: Model) -> Iterator[str]:
    config = request.generation_config
    if {kind.upper() for kind in config.response_modalities} - {"TEXT"}:
        kinds = ", ".join(config.response_modalities)[:80].upper()
        text = f"combination of response modalities ({kinds}) is not supported by the model."
        accepted = f"models/{model.id} accepts the following combination of response modalities:"
        yield f"The requested {text} {accepted}\n* TEXT\n"
    schema = config.response_schema is not None or config.response_json_schema is not None
    if schema and config.response_mime_type in {"", "text/plain"}:  # documented, without the words
        yield "A response schema needs response_mime_type: set it to application/json."
    functions = any(tool.function_declarations for tool in request.tools)
    if functions and config.response_mime_type == "application/json" and not model.thinking_levels:
        yield "Function calling with a response mime type: 'application/json' is unsupported"


def _of_tools(request: GenerateContentRequest, model: Model) -> Iterator[str]:
    names = Counter(d.name for tool in request.tools for d in tool.function_declarations)
    for name, count in names.items():
        if count > 1:
            yield f"Duplicate function declaration found: {name[:80]}"
    config = request.tool_config
    if "function_calling_config" in config.model_fields_set and not names:
        yield "Function calling config is set without function_declarations."
    built_in = {name for tool in request.tools for name in tool.model_fields_set}
    if names and built_in - {"function_declarations"}:
        if not model.thinking_levels:
            yield "Tool use with function calling is unsupported"
        if not config.include_server_side_tool_invocations:
            flag = "Please enable tool_config.include_server_side_tool_invocations"
            yield f"{flag} to use Built-in tools with Function calling."


def _of_names(request: GenerateContentRequest) -> Iterator[str]:
    for place, tool in enumerate(request.tools):
        for index, each in enumerate(tool.function_declarations):
            if not _NAME.fullmatch(each.name):
                path = f"GenerateContentRequest.tools[{place}].function_declarations[{index}].name"
                yield f"* {path}: {_NAMING}"
    names = {each.name for tool in request.tools for each in tool.function_declarations}
    calling = request.tool_config.function_calling_config
    if calling.allowed_function_names and calling.mode not in {"ANY", "VALIDATED"}:
        yield "Please set allowed_function_names only when function calling mode is ANY."
    # Documented is that the names should match, not the words.
    strange = (name for name in calling.allowed_function_names if name not in names)
    yield from (f"No function_declarations has the allowed {name[:80]!r}." for name in strange)


def _turns(contents: Sequence[Content]) -> Iterator[tuple[int, bool, list[Part]]]:
    """Number of its first content, whether the model's, and the parts of each turn.

    What the model said stands in several contents where it was streamed, one for each chunk.
    """
    numbered = enumerate(contents, 1)
    for of_model, group in itertools.groupby(numbered, lambda pair: pair[1].role == "model"):
        said = list(group)
        if of_model:
            yield said[0][0], True, [part for _, content in said for part in content.parts]
        else:
            yield from ((number, False, content.parts) for number, content in said)


def _of_responses(turns: Sequence[tuple[int, bool, list[Part]]]) -> Iterator[str]:
    """Function responses must be those of the calls in the turn before."""
    called: list[FunctionCall] = []
    for number, of_model, parts in [*turns, (0, False, [])]:
        calls = [part.function_call for part in parts if part.function_call]
        responses = [part.function_response for part in parts if part.function_response]
        if calls and (number == 1 or not of_model):
            before = "a user turn or after a function response turn"
            yield f"Please ensure that function call turn comes immediately after {before}."
        if responses and not called:
            before = "a function call turn"
            yield f"Please ensure that function response turn comes immediately after {before}."
        if len(responses) != len(called):
            equal = "function response parts is equal to the number of function call parts"
            yield f"Please ensure that the number of {equal} of the function call turn."
        # github.com/archestra-ai/archestra/pull/7583 tells that it is refused, not in which words.
        names = {call.id: call.name for call in called if call.id}
        left = Counter(call.name for call in called)
        left.subtract(response.name for response in responses)
        for each in responses:
            if (names and each.id and names.get(each.id) != each.name) or left[each.name] < 0:
                yield f"No function call fits the response of {each.name[:80]!r} ({each.id!r})."
        called = calls


def _of_signatures(turns: Sequence[tuple[int, bool, list[Part]]]) -> Iterator[str]:
    """The first call of each step in the user's current turn must have kept its signature."""
    spoken = [
        index
        for index, (_, of_model, parts) in enumerate(turns)
        if not of_model and any(part.function_response is None for part in parts)
    ]
    for number, _, parts in turns[spoken[-1] if spoken else 0 :]:
        calls = [part for part in parts if part.function_call]
        if calls and not calls[0].thought_signature and (call := calls[0].function_call):
            yield (
                "Function call is missing a thought_signature in functionCall parts. This is "
                "required for tools to work correctly, and missing thought_signature may lead to "
                "degraded model performance. Additional data, function call "
                f"`default_api:{call.name[:80]}` , position {number}. Please refer to "
                "https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
            )
