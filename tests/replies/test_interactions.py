from __future__ import annotations

import typing

import pydantic
import pytest

from gemini_nb.replies.citations import Citation, Source
from gemini_nb.replies.reply import Candidate, GrowingReply, whole
from gemini_nb.replies.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Segment,
    Text,
    Thought,
    ToolCall,
    Unknown,
)

interactions = pytest.importorskip("google.genai._gaos.types.interactions")


def _event(event: dict[str, typing.Any]) -> typing.Any:
    """As the SDK hands it over; as JSON where an older SDK raises at news by itself."""
    try:
        return interactions.InteractionSSEStreamEvent.model_validate({"data": event}).data
    except pydantic.ValidationError:
        assert "brand" in str(event)
        return event


def _start(step: dict[str, typing.Any], index: int = 0) -> dict[str, typing.Any]:
    return {"event_type": "step.start", "index": index, "step": step}


def _delta(delta: dict[str, typing.Any], index: int = 0) -> dict[str, typing.Any]:
    return {"event_type": "step.delta", "index": index, "delta": delta}


def _text(text: str, index: int = 0) -> dict[str, typing.Any]:
    return _delta({"type": "text", "text": text}, index)


_OUTPUT = {"type": "model_output"}


def _segments(*events: dict[str, typing.Any]) -> tuple[Segment, ...]:
    """What the events say, which must be the same from the SDK's objects and from JSON."""
    read = whole([_event(event) for event in events])
    assert read == whole(list(events))
    return read.candidates[0].segments if read.candidates else ()


def test_text_that_comes_with_the_start_of_a_step_is_not_lost() -> None:
    begun = _start(_OUTPUT | {"content": [{"type": "text", "text": "A professional"}]})
    assert _segments(begun, _text(" napper.")) == (Text("A professional napper."),)


def test_text_that_comes_only_with_the_start_is_not_lost() -> None:
    begun = _start(_OUTPUT | {"content": [{"type": "text", "text": "Yes."}]})
    assert _segments(begun, {"event_type": "step.stop", "index": 0}) == (Text("Yes."),)


def test_arguments_of_a_call_are_put_together() -> None:
    call = {"type": "function_call", "id": "c1", "name": "weather", "arguments": {}}
    deltas = [_delta({"type": "arguments_delta", "arguments": part}) for part in ('{"ci', 'ty":')]
    last = _delta({"type": "arguments_delta", "arguments": ' "Paris"}'})
    assert _segments(_start(call), *deltas, last) == (
        FunctionCall("weather", {"city": "Paris"}, "c1"),
    )
    (unfinished,) = _segments(_start(call), *deltas)
    assert isinstance(unfinished, FunctionCall)
    assert unfinished.unread == '{"city":'


def test_calls_that_are_written_at_the_same_time_keep_their_own_arguments() -> None:
    def call(name: str, index: int) -> dict[str, typing.Any]:
        return _start({"type": "function_call", "id": name, "name": name, "arguments": {}}, index)

    def more(text: str, index: int) -> dict[str, typing.Any]:
        return _delta({"type": "arguments_delta", "arguments": text}, index)

    assert _segments(
        call("f", 0), call("g", 1), more('{"x":', 0), more('{"y":', 1), more("1}", 0), more("2}", 1)
    ) == (FunctionCall("f", {"x": 1}, "f"), FunctionCall("g", {"y": 2}, "g"))


@pytest.mark.parametrize(
    ("delta", "segment"),
    [
        (
            {"type": "thought_summary", "content": {"type": "text", "text": "Hm"}},
            Thought("Hm"),
        ),
        (
            {"type": "image", "mime_type": "image/png", "data": "AAAA"},
            Media("image/png", b"\0\0\0"),
        ),
        (
            {"type": "audio", "mime_type": "audio/wav", "data": "AAAA"},
            Media("audio/wav", b"\0\0\0"),
        ),
        (
            {"type": "video", "mime_type": "video/mp4", "uri": "https://a.org/v"},
            Media("video/mp4", uri="https://a.org/v"),
        ),
        (
            {"type": "document", "mime_type": "text/csv", "uri": "https://a.org/d"},
            Media("text/csv", uri="https://a.org/d"),
        ),
        (
            {
                "type": "code_execution_call",
                "arguments": {"code": "print(1)", "language": "python"},
            },
            Code("print(1)", "python"),
        ),
        (
            {"type": "code_execution_result", "result": "1\n"},
            CodeOutput("1\n"),
        ),
        (
            {"type": "google_search_call", "arguments": {"queries": ["a", "b"]}},
            ToolCall("Google Search", "a\nb"),
        ),
        (
            {"type": "google_maps_call", "arguments": {"queries": ["cafe"]}},
            ToolCall("Google Maps", "cafe"),
        ),
        (
            {"type": "url_context_call", "arguments": {"urls": ["https://a.org"]}},
            ToolCall("URL context", "https://a.org"),
        ),
        (
            {"type": "url_context_result", "result": [{"url": "https://a.org", "status": "error"}]},
            FunctionResult("URL context", [{"url": "https://a.org", "status": "error"}]),
        ),
        ({"type": "file_search_call"}, ToolCall("File search")),
        (
            {
                "type": "mcp_server_tool_call",
                "server_name": "wiki",
                "name": "find",
                "arguments": {"title": "Oak"},
            },
            ToolCall("wiki: find", "Oak"),
        ),
        (
            {"type": "function_result", "name": "weather", "result": "21", "is_error": True},
            FunctionResult("weather", "21", is_error=True),
        ),
        ({"type": "brand_new", "x": 1}, Unknown("brand_new", '{"type":"brand_new","x":1}')),
    ],
)
def test_each_kind_of_delta_is_read(delta: dict[str, typing.Any], segment: Segment) -> None:
    if delta["type"] == "function_result":
        delta = delta | {"call_id": "c"}
        assert isinstance(segment, FunctionResult)
        segment = FunctionResult(segment.name, segment.result, "c", segment.is_error)
        assert whole([_delta(delta)]).candidates[0].segments == (segment,)
        return
    assert _segments(_delta(delta)) == (segment,)


def test_every_delta_of_the_installed_sdk_says_something_known_or_nothing() -> None:
    kinds = {
        str(typing.get_args(model.model_fields["type"].annotation)[0])
        for name in interactions.__all__
        if name.endswith("Delta")
        and "type" in getattr(model := getattr(interactions, name), "model_fields", {})
    }
    assert "text" in kinds
    assert "arguments_delta" in kinds
    for kind in sorted(kinds):
        segments = whole(_delta({"type": kind})).candidates
        assert not any(
            isinstance(segment, Unknown) for each in segments for segment in each.segments
        ), kind


def test_third_party_markup_of_a_search_is_left_out() -> None:
    result = {"type": "google_search_result", "result": [{"search_suggestions": "<style>x"}]}
    assert _segments(_delta(result)) == ()


def test_a_step_may_begin_empty_and_tell_its_queries_later() -> None:
    call = {"type": "google_search_call", "id": "s", "arguments": {"queries": []}}
    more = {"type": "google_search_call", "arguments": {"queries": ["who won"]}}
    assert _segments(_start(call), _delta(more)) == (ToolCall("Google Search", "who won"),)


def test_code_told_again_at_the_end_stands_once() -> None:
    code = {"type": "code_execution_call", "id": "s", "arguments": {"code": ""}}

    def more(text: str) -> dict[str, typing.Any]:
        return _delta({"type": "code_execution_call", "arguments": {"code": text}})

    told = _segments(_start(code), more("x = 1\n"), more("x = 1\nprint(x)"))
    assert [segment.code for segment in told if isinstance(segment, Code)] == ["x = 1\nprint(x)"]


def test_annotations_count_bytes_from_the_text_of_their_step() -> None:
    note = {"type": "url_citation", "url": "https://a.org", "title": "A"}
    first = note | {"start_index": 0, "end_index": 3}
    events = [
        _start(_OUTPUT),
        _text("Öl"),
        _delta({"type": "text_annotation_delta", "annotations": [first]}),
        _start(_OUTPUT, 1),
        _text("Gas", 1),
        _delta({"type": "text_annotation_delta", "annotations": [first]}, 1),
    ]
    candidate = whole([_event(event) for event in events]).candidates[0]
    assert candidate.sources == (Source("A", "https://a.org"),)
    assert candidate.citations == (Citation(0, 3, (0,)), Citation(3, 6, (0,)))


@pytest.mark.parametrize(
    ("note", "source"),
    [
        ({"type": "url_citation", "url": "https://a.org", "title": "A"}, ("A", "https://a.org")),
        (
            {"type": "place_citation", "url": "https://m.org", "name": "Cafe"},
            ("Cafe", "https://m.org"),
        ),
        (
            {"type": "file_citation", "file_name": "a.pdf", "page_number": 3},
            ("a.pdf, page 3", ""),
        ),
    ],
)
def test_annotations_of_a_whole_interaction_become_sources(
    note: dict[str, typing.Any], source: tuple[str, str]
) -> None:
    contents = [
        {"type": "text", "text": "Plain. "},
        {
            "type": "text",
            "text": "Cited.",
            "annotations": [note | {"start_index": 0, "end_index": 6}],
        },
    ]
    reply = whole({"id": "i", "status": "completed", "steps": [_OUTPUT | {"content": contents}]})
    assert reply.candidates[0].sources == (Source(*source),)
    assert reply.candidates[0].citations == (Citation(7, 13, (0,)),)


_COMPLETED = {
    "event_type": "interaction.completed",
    "interaction": {
        "id": "i1",
        "status": "completed",
        "model": "gemini-3.8-flash",
        "steps": [
            {"type": "user_input", "content": [{"type": "text", "text": "Question"}]},
            _OUTPUT | {"content": [{"type": "text", "text": "Answer"}]},
        ],
        "usage": {"total_input_tokens": 5, "total_output_tokens": 2, "total_tokens": 7},
    },
}


def test_the_completed_interaction_does_not_say_the_text_twice() -> None:
    reply = whole([_event(event) for event in (_start(_OUTPUT), _text("Answer"), _COMPLETED)])
    assert reply.candidates[0].segments == (Text("Answer"),)
    assert (reply.interaction_id, reply.status, reply.model) == (
        "i1",
        "completed",
        "gemini-3.8-flash",
    )
    assert reply.usage is not None
    assert reply.usage.total_token_count == 7


def test_the_completed_interaction_says_the_text_if_nothing_was_streamed() -> None:
    assert whole([_event(_COMPLETED)]).candidates[0].text == "Answer"


def test_what_the_user_put_in_is_no_part_of_the_answer() -> None:
    asked = {"type": "user_input", "content": [{"type": "text", "text": "Question"}]}
    assert _segments(_start(asked), _text("more"), _start(_OUTPUT, 1), _text("Answer", 1)) == (
        Text("Answer"),
    )


def test_texts_of_a_thought_step_are_thoughts() -> None:
    assert _segments(_start({"type": "thought"}), _text("Hm")) == (Thought("Hm"),)


def test_an_interaction_that_goes_on_in_another_one_may_count_its_steps_anew() -> None:
    assert _segments(_start(_OUTPUT), _text("One."), _start(_OUTPUT), _text("Two.")) == (
        Text("One."),
        Text("Two."),
    )


def test_an_error_event_is_told() -> None:
    event = {"event_type": "error", "error": {"code": "overloaded", "message": "Try later."}}
    assert whole([_event(event)]).failure == "overloaded: Try later."


def test_a_step_that_failed_tells_its_error() -> None:
    step = _OUTPUT | {"error": {"code": 3, "message": "Bad picture."}}
    assert whole([_event(_start(step))]).failure == "3: Bad picture."


def test_an_event_of_tomorrow_is_kept_as_unknown() -> None:
    (segment,) = _segments({"event_type": "brand.new", "x": 1})
    assert segment == Unknown("brand.new", '{"event_type":"brand.new","x":1}')


def test_status_updates_are_followed() -> None:
    growing = GrowingReply()
    growing.add(
        _event(
            {
                "event_type": "interaction.status_update",
                "interaction_id": "i",
                "status": "requires_action",
            }
        )
    )
    assert growing.reply().status == "requires_action"


def test_events_in_the_envelope_of_the_sdk_are_understood() -> None:
    envelope = interactions.InteractionSSEStreamEvent.model_validate({"data": _text("Hi")})
    assert whole(envelope).candidates[0].text == "Hi"


@pytest.mark.parametrize(
    "event_type", ["step.start", "step.delta", "interaction.completed", "error"]
)
def test_events_without_their_content_never_raise(event_type: str) -> None:
    assert whole({"event_type": event_type}).candidates in ((), (Candidate(),))
