from __future__ import annotations

import typing

import pytest
from google.genai import types

from gemini_nb.answers.finish_reasons import block_notice, finish_notice, status_notice

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
