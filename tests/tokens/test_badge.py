from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb import catalog
from gemini_nb.catalog import Price, Rates
from gemini_nb.errors import GeminiNBError, InvalidOptionError, NotAnAnswerError
from gemini_nb.tokens.badge import TokenBadge, badge
from gemini_nb.tokens.usage import Usage, usage_of
from gemini_nb.tokens.wording import percent

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"
UNPRICED = "gemini-3.6-flash"
quick = settings(derandomize=True, deadline=None, max_examples=60)
counts = st.integers(min_value=0, max_value=3_000_000)


def answered(
    model: str = UNPRICED, finish: str = "STOP", **told: int
) -> types.GenerateContentResponse:
    return types.GenerateContentResponse(
        model_version=model,
        candidates=[types.Candidate(finish_reason=types.FinishReason(finish))],
        usage_metadata=types.GenerateContentResponseUsageMetadata(**told),
    )


FULL: dict[str, int] = {
    "prompt_token_count": 1204,
    "cached_content_token_count": 1024,
    "thoughts_token_count": 310,
    "candidates_token_count": 482,
    "total_token_count": 1996,
}


def words_of(html: str) -> str:
    """What is left of HTML where a front end takes out all tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


# What it says


def test_it_says_in_one_line_what_a_call_took() -> None:
    assert badge(answered(**FULL)).text == (
        "gemini-3.6-flash · 1,204 in (85% cached) · 310 thoughts · 482 out · 0.2% of 1M"
    )


def test_what_was_not_answered_by_gemini_says_so_first_and_costs_nothing() -> None:
    shown = badge(
        answered("offline/ngram", prompt_token_count=12, candidates_token_count=88),
        price=Price(input=1, output=1),
    )

    assert shown.text == "offline/ngram, not Gemini · ≈ 12 in · ≈ 88 out (estimates)"
    assert "$" not in shown.html
    assert "dashed" in shown.html


def test_counts_of_gemini_do_not_look_like_estimates() -> None:
    shown = badge(answered(**FULL))

    assert "≈" not in shown.text + shown.html
    assert "dashed" not in shown.html


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])
def test_an_end_that_is_no_ordinary_one_is_told(finish: str) -> None:
    assert badge(answered(finish=finish, **FULL)).text.endswith(f" · ended by {finish}")


def test_a_refused_prompt_is_told() -> None:
    refused = {
        "promptFeedback": {"blockReason": "SAFETY"},
        "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9},
    }

    assert badge(refused).text == "9 in · 0 out · ended by SAFETY"


def test_an_answer_that_told_no_counts_says_that() -> None:
    silent = types.GenerateContentResponse(
        model_version=MODEL, candidates=[types.Candidate(finish_reason=types.FinishReason.STOP)]
    )

    assert badge(silent).text == "gemini-3.8-flash · no token counts told"
    assert "1 of them told no counts" in badge(silent, answered(**FULL)).text


def test_an_unknown_model_has_no_share_of_a_window_and_no_cost() -> None:
    assert badge(answered("gemini-9-ultra", prompt_token_count=7)).text == (
        "gemini-9-ultra · 7 in · 0 out"
    )


def test_the_time_is_told_only_when_asked_for() -> None:
    class Answer:
        usage = Usage(prompt=8, thoughts=60, output=200, total=268)
        model = UNPRICED
        finish_reason = "STOP"
        seconds = 1.9
        first_token_seconds = 0.6

    assert " s" not in badge(Answer()).text
    assert badge(Answer(), timing=True).text.endswith(" · 1.9 s (first 0.6 s) · 200 tokens/s")


# Cost


def test_a_cost_is_shown_with_the_date_of_its_prices() -> None:
    price = Price(input=1.0, output=10.0, cached=0.1, read_on="2026-08-20")

    # 180 new at 1, 1,024 cached at 0.1, 310 thoughts and 482 out at 10 dollars a million
    assert "≈ $0.0082 (prices of 2026-08-20)" in badge(answered(**FULL), price=price).text


def test_a_price_that_is_not_known_is_not_guessed() -> None:
    uncached = Price(input=1.0, output=10.0)

    assert badge(answered(**FULL)).cost is None
    assert badge(answered(**FULL), price=uncached).cost is None
    assert badge(answered(**FULL), price=replace(uncached, cached=1.0)).cost is not None


def test_a_long_prompt_has_its_own_rates_call_by_call() -> None:
    price = Price(input=1.0, output=1.0, long_prompts=Rates(2.0, 2.0))
    short = answered(prompt_token_count=150_000)
    long = answered(prompt_token_count=300_000)

    costs = [badge(*calls, price=price).cost for calls in ([short], [long], [short, short])]
    assert [cost.dollars for cost in costs if cost] == [0.15, 0.6, 0.3]


def test_a_price_can_be_set_once_for_all_badges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalog.PRICES, UNPRICED, Price(input=1e6, output=0, cached=0))

    assert "≈ $180.00" in badge(answered(**FULL)).text


# What it takes


def test_several_calls_are_added_up() -> None:
    shown = badge(answered(**FULL), answered(MODEL, prompt_token_count=6, candidates_token_count=4))

    assert shown.text == (
        "gemini-3.6-flash · gemini-3.8-flash · 2 calls"
        " · 1,210 in (85% cached) · 310 thoughts · 486 out"
    )


@quick
@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=5))
def test_the_badge_of_several_calls_is_the_sum_of_theirs(told: list[tuple[int, ...]]) -> None:
    names = ("prompt_token_count", "thoughts_token_count", "candidates_token_count")
    calls = [answered(MODEL, **dict(zip(names, each, strict=True))) for each in told]
    badges = [badge(call) for call in calls]
    together = badge(*calls)

    assert badge(*badges) == together
    assert together.calls == len(calls)
    assert together.usage.total == sum(each.usage.total for each in badges)
    assert together.cost is not None
    dollars = sum(each.cost.dollars for each in badges if each.cost)
    assert together.cost.dollars == pytest.approx(dollars)


@quick
@given(counts, st.integers(min_value=1, max_value=3_000_000))
def test_a_share_is_never_rounded_to_nothing(part: int, whole: int) -> None:
    shown = float(percent(part, whole).strip("<%"))

    assert (shown == 0) == (part == 0)
    assert abs(shown - 100 * part / whole) <= 0.5


def test_chunks_of_a_stream_are_one_call(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents="Tell me of rain."))

    assert len(chunks) > 1
    assert badge(chunks).usage == usage_of(chunks[-1])
    assert badge(chunks).calls == 1
    assert badge(*chunks) == badge(chunks)


def test_two_calls_with_the_same_words_are_two_calls(client: genai.Client) -> None:
    calls = [client.models.generate_content(model=MODEL, contents="Hello!") for _ in range(2)]

    assert badge(*calls).calls == 2
    assert badge(*calls).usage.prompt == 2 * badge(calls[0]).usage.prompt


def test_calls_that_have_no_id_are_not_taken_for_one_stream() -> None:
    call = {"candidates": [{"content": {}}], "usageMetadata": {"promptTokenCount": 4}}

    assert badge(call, call).usage.prompt == 8


def test_a_chat_is_counted_as_what_its_next_turn_sends_again(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL)
    assert badge(chat).text.startswith("gemini-3.8-flash · 0 in 0 turns so far")
    chat.send_message("Tell me of rain.")
    list(chat.send_message_stream("And of snow?"))

    history = chat.get_history(curated=True)
    counted = client.models.count_tokens(model=MODEL, contents=history)
    assert badge(chat).usage == usage_of(counted)
    assert f"≈ {counted.total_tokens} in 2 turns so far (estimate)" in badge(chat).text


def test_what_is_to_be_sent_is_counted_before(client: genai.Client) -> None:
    counted = client.models.count_tokens(model=MODEL, contents="Tell me of rain.")

    assert badge(client, "Tell me of rain.", model=MODEL).usage == usage_of(counted)
    assert badge(client, "Tell me of rain.").text == (
        "offline, not Gemini · ≈ 4 to send (estimate) · <0.1% of 1M"
    )


def test_an_interaction_has_a_badge(client: genai.Client) -> None:
    shown = badge(client.interactions.create(model=MODEL, input="Tell me of rain."))

    assert re.fullmatch(
        r"offline/ngram, not Gemini · ≈ \d+ in · ≈ \d+ out \(estimates\)", shown.text
    )


def test_an_embedding_has_no_output_to_tell() -> None:
    embedded = {"embeddings": [{"values": [1.0]}], "usageMetadata": {"promptTokenCount": 5}}

    assert badge(embedded, model="gemini-embedding-2").text == (
        "gemini-embedding-2 · 5 in · <0.1% of 8k"
    )


@pytest.mark.parametrize("thing", ["text", None, 3, {}, [], object()])
def test_what_tells_no_tokens_is_named_with_what_would(thing: object) -> None:
    with pytest.raises(NotAnAnswerError, match=r"count_tokens.* badge\(client, contents") as caught:
        badge(thing)

    assert type(thing).__name__ in str(caught.value)
    assert isinstance(caught.value, GeminiNBError)


def test_an_asynchronous_chat_is_told_how_to_count(client: genai.Client) -> None:
    chat = client.aio.chats.create(model=MODEL, history=[types.UserContent("Hello!")])

    with pytest.raises(NotAnAnswerError, match=r"await client\.aio\.models\.count_tokens"):
        badge(chat)


@pytest.mark.parametrize("extra", [(), ("one", "two")])
def test_a_client_comes_with_one_thing_to_send(
    client: genai.Client, extra: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidOptionError, match=r"badge\(client, contents\)"):
        badge(client, *extra)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(InvalidOptionError):
        badge()


# How it looks


@pytest.fixture
def priced() -> TokenBadge:
    return badge(answered(MODEL, "MAX_TOKENS", **FULL))


def test_it_reads_as_words_where_all_tags_are_taken_out(priced: TokenBadge) -> None:
    words = words_of(priced.html)

    assert words.startswith(priced.text)
    assert "prompt 1,204" in words
    assert "of which cached 1,024 85% of the prompt" in words
    assert "total 1,996 0.2% of the 1,048,576 the model takes" in words


def test_no_dollar_sign_can_open_mathematics(priced: TokenBadge) -> None:
    assert 'class="tex2jax_ignore mathjax_ignore"' in priced.html
    assert priced.html.count("$") == priced.html.count("<span>$</span>") == 2


def test_it_holds_nothing_that_front_ends_take_out_and_no_colour_of_text(
    priced: TokenBadge,
) -> None:
    html = priced.html

    assert not re.search(r"<(style|script|svg|img)|var\(|aria-|role=|\bon\w+=", html)
    assert not re.search(r"[;\"]color:", html)
    assert "<details>" in html


def test_what_a_model_calls_itself_stays_text() -> None:
    html = badge(answered("<img src=x onerror=alert(1)>", prompt_token_count=1)).html

    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_the_same_call_gives_the_same_bundle_with_a_line_of_plain_text(priced: TokenBadge) -> None:
    again = badge(answered(MODEL, "MAX_TOKENS", **FULL))

    assert priced._repr_mimebundle_() == again._repr_mimebundle_()
    assert priced.to_bundle()["text/plain"] == repr(priced) == priced.text
    assert "\n" not in priced.text


def test_a_badge_is_a_value_that_adding_leaves_alone(priced: TokenBadge) -> None:
    before = priced.text
    _ = priced + priced

    assert priced.text == before
    with pytest.raises(FrozenInstanceError):
        priced.calls = 2  # type: ignore[misc]
