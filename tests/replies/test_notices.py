from __future__ import annotations

import typing

import pytest
from google.genai import types

from gemini_nb.replies.notices import block_notice, finish_notice, loop_notice, status_notice
from gemini_nb.replies.page import plain_of
from gemini_nb.replies.reply import whole

_KNOWN_ENDS = ("STOP", "FINISH_REASON_UNSPECIFIED")


@pytest.mark.parametrize("reason", [each.name for each in types.FinishReason])
def test_every_finish_reason_of_the_sdk_is_explained(reason: str) -> None:
    notice = finish_notice(reason)
    if reason in _KNOWN_ENDS:
        assert notice is None
        return
    assert notice is not None
    assert "does not know" not in notice.advice
    assert notice.heading.endswith(".")
    assert notice.advice.endswith(".")


@pytest.mark.parametrize("reason", [each.name for each in types.BlockedReason])
def test_every_refusal_of_the_sdk_is_explained(reason: str) -> None:
    notice = block_notice(reason)
    assert notice is not None
    assert "does not know" not in notice.advice


def test_every_status_of_an_interaction_is_explained() -> None:
    interactions = pytest.importorskip("google.genai._gaos.types.interactions")
    allowed = interactions.Interaction.model_fields["status"].annotation
    statuses = [name for form in typing.get_args(allowed) for name in typing.get_args(form)]
    assert "requires_action" in statuses
    for status in statuses:
        notice = status_notice(status)
        assert (notice is None) == (status == "completed")
        assert notice is None or "does not know" not in notice.advice


def test_what_needs_no_words_has_none() -> None:
    assert finish_notice("") is None
    assert block_notice("") is None
    assert status_notice("") is None


@pytest.mark.parametrize("explain", [finish_notice, block_notice, status_notice])
def test_a_name_of_tomorrow_is_told_honestly(explain: typing.Any) -> None:
    assert "BRAND_NEW, which this package does not know" in explain("BRAND_NEW").advice


def _response(*texts: str, **candidate: object) -> list[dict[str, object]]:
    chunks = [{"candidates": [{"content": {"parts": [{"text": text}]}}]} for text in texts]
    return [*chunks[:-1], {"candidates": [chunks[-1]["candidates"][0] | candidate]}]


def test_a_stream_that_ends_without_a_finish_reason_is_not_taken_for_whole() -> None:
    told = plain_of(whole(_response("The first half of the report is ", "about tides")))
    assert "Broke off. The stream ended without a reason" in told
    assert "Broke off" not in plain_of(whole(_response("a", "b", finishReason="STOP")))
    assert "Broke off" not in plain_of(whole(["texts ", "have none"]))
    assert "Broke off" not in plain_of(whole(_response("a whole response by hand")[0]))


def test_a_streamed_interaction_that_is_never_completed_broke_off() -> None:
    step = {"type": "model_output"}
    delta = {"type": "text", "text": "Half of"}
    created = {"id": "i", "status": "in_progress"}
    events = [
        {"event_type": "interaction.created", "interaction": created},
        {"event_type": "step.start", "index": 0, "step": step},
        {"event_type": "step.delta", "index": 0, "delta": delta},
    ]
    assert "Broke off." in plain_of(whole(events))
    assert "Broke off." in plain_of(whole(events[2:]))
    assert "still running" not in plain_of(whole(events))
    completed = {"event_type": "interaction.completed", "interaction": {"status": "completed"}}
    assert "Broke off." not in plain_of(whole([*events, completed]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I am done. " * 400, '"I am done." 400 times'),
        ("So:\n" + "the end\n" * 30, '"the end" 30 times'),
        ("x" * 500, '"x" 500 times'),
        ("Other; " * 400 + "Oth", '"Other;" 400 times'),
    ],
)
def test_loop_notice_says_what_is_repeated(text: str, said: str) -> None:
    notice = loop_notice(text)
    assert notice is not None
    assert said in notice.advice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-" * 500,
        ". " * 300,
        "| 1 | 2 |\n" * 40,
        "Ha! " * 9,
        "A kite flies because the wind pushes. " * 9,
        "\n".join(f"{number}. a line" for number in range(100)),
    ],
)
def test_loop_notice_takes_no_rule_or_list_for_a_loop(text: str) -> None:
    assert loop_notice(text) is None
