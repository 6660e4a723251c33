from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb import catalog
from gemini_nb.catalog import Price
from gemini_nb.errors import GeminiNBError, InvalidOptionError, NotAnAnswerError
from gemini_nb.replies.reply import whole
from gemini_nb.streaming.answer import Answer
from gemini_nb.tokens.badge import TokenBadge, badge, running_line
from gemini_nb.tokens.token_badge import percent
from gemini_nb.tokens.usage import Usage, usage_of

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"
UNPRICED = "gemini-9-flash"
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


def test_badge_says_in_one_line_what_a_call_took() -> None:
    assert badge(answered(**FULL)).text == (
        "gemini-9-flash · 1,204 in (85% cached) · 310 thoughts · 482 out"
    )


def test_badge_of_what_was_not_gemini_says_so_first_and_costs_nothing() -> None:
    shown = badge(
        answered("offline/templates", prompt_token_count=12, candidates_token_count=88),
        price=Price(input=1, output=1),
    )

    assert shown.text == "offline/templates, not Gemini · ≈ 12 in · ≈ 88 out (estimates)"
    assert "$" not in shown.html
    assert "dashed" in shown.html


def test_badge_of_gemini_does_not_look_like_estimates() -> None:
    shown = badge(answered(**FULL))

    assert "≈" not in shown.text + shown.html
    assert "dashed" not in shown.html


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"])
def test_badge_tells_an_end_that_is_no_ordinary_one(finish: str) -> None:
    assert badge(answered(finish=finish, **FULL)).text.endswith(f" · ended by {finish}")


def test_badge_tells_of_a_refused_prompt() -> None:
    refused = {
        "promptFeedback": {"blockReason": "SAFETY"},
        "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9},
    }

    assert badge(refused).text == "9 in · 0 out · ended by SAFETY"


def test_badge_of_an_answer_without_counts_says_that() -> None:
    silent = types.GenerateContentResponse(
        model_version=MODEL, candidates=[types.Candidate(finish_reason=types.FinishReason.STOP)]
    )

    assert badge(silent).text == "gemini-3.8-flash · no token counts told"
    assert "1 of them told no counts" in badge(silent, answered(**FULL)).text


@pytest.mark.parametrize(
    "told",
    [
        {"usageMetadata": {}},
        {"usageMetadata": {"promptTokenCount": "many"}},
        {"promptTokenCount": None},
        {"candidates": [{"content": {"parts": [{"text": "Owls."}]}}]},
        types.GenerateContentResponseUsageMetadata(),
        types.GenerateContentResponse(),
    ],
)
def test_badge_of_a_call_without_counts_says_no_zero(told: object) -> None:
    assert badge(told).text == "no token counts told"
    assert usage_of(told) is None


def test_badge_takes_the_usage_of_an_interaction_by_itself_or_in_its_field() -> None:
    usage = {"total_input_tokens": 3, "total_output_tokens": 2}

    assert badge({"usage": usage}).text == badge(usage).text == "3 in · 2 out"
    assert badge({"usage": usage, "model": UNPRICED}).text == "gemini-9-flash · 3 in · 2 out"


def test_badge_of_an_unknown_model_has_no_share_of_a_window_and_no_cost() -> None:
    assert badge(answered("gemini-9-ultra", prompt_token_count=7)).text == (
        "gemini-9-ultra · 7 in · 0 out"
    )


def test_badge_tells_the_time_only_when_asked_for() -> None:
    told = {"prompt_token_count": 8, "thoughts_token_count": 60, "candidates_token_count": 200}
    answer = Answer(whole(answered(**told)), seconds=1.9, first_token_seconds=0.6)

    assert " s" not in badge(answer).text
    assert badge(answer, timing=True).text.endswith(" · 1.9 s (first 0.6 s) · 200 tokens/s")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        # before anything is told, characters are counted
        (("", 0), "≈ 0 tokens so far"),
        (("", 3), "≈ 1 token so far"),
        # a model may call itself anything
        (("m\x1b]0;x\x07 ?key=abc123", 8), "m␛]0;x␇ ?key=[key redacted] · ≈ 2 tokens so far"),
        (("gemini-3.8-flash", 1247), "gemini-3.8-flash · ≈ 312 tokens so far"),
        (
            ("offline/templates", 5, 12.3),
            "offline/templates, not Gemini · ≈ 2 tokens so far · 12 s",
        ),
        # then what is told takes their place
        (("", 999, None, Usage(prompt=8, total=8)), "8 in · 0 out so far"),
        (
            ("m", 9, None, Usage(prompt=8, thoughts=70, output=3, total=81)),
            "m · 8 in · 70 thoughts · 3 out so far",
        ),
        (
            ("", 9, None, Usage(8, output=3, is_estimate=True)),
            "≈ 8 in · ≈ 3 out (estimates) so far",
        ),
    ],
)
def test_running_line_says_what_is_known_so_far(arguments: tuple, line: str) -> None:
    assert running_line(*arguments) == line


# Cost


def test_badge_shows_a_cost_with_the_date_of_its_prices() -> None:
    price = Price(input=1.0, output=10.0, cached=0.1, read_on="2026-08-20")

    # 180 new at 1, 1,024 cached at 0.1, 310 thoughts and 482 out at 10 dollars a million
    assert "≈ $0.0082 (prices of 2026-08-20)" in badge(answered(**FULL), price=price).text


def test_badge_guesses_no_price() -> None:
    uncached = Price(input=1.0, output=10.0)

    assert badge(answered(**FULL)).cost is None
    assert badge(answered(**FULL), price=uncached).cost is None
    assert badge(answered(**FULL), price=replace(uncached, cached=1.0)).cost is not None


def test_badge_takes_the_rates_of_long_prompts_call_by_call() -> None:
    price = Price(input=1.0, output=1.0, long_prompts=Price(2.0, 2.0))
    short = answered(prompt_token_count=150_000)
    long = answered(prompt_token_count=300_000)

    costs = [badge(*calls, price=price).cost for calls in ([short], [long], [short, short])]
    assert costs == [0.15, 0.6, 0.3]


@pytest.mark.parametrize(
    ("model", "day", "dollars"),
    [
        ("gemini-3.8-flash", "2026-12-31", 0.75 + 3.75),
        ("gemini-3.8-flash", "2027-01-01", 1.50 + 7.50),
        ("gemini-4-argon", "2026-11-30", 2.0 + 10.0),
        ("gemini-4-argon", "2026-12-01", 4.0 + 20.0),
        # what is asked of it is answered by gemini-3.8-flash from December on
        ("gemini-2.5-pro", "2026-11-30", 2.5 + 15.0),
        ("gemini-2.5-pro", "2026-12-01", 0.75 + 3.75),
        ("gemini-2.5-pro", "2027-01-01", 1.50 + 7.50),
    ],
)
def test_badge_takes_the_price_of_the_day(model: str, day: str, dollars: float) -> None:
    call = answered(model, prompt_token_count=1_000_000, candidates_token_count=1_000_000)

    assert badge(call, on=day).cost == pytest.approx(dollars)
    assert f"≈ ${dollars:.2f} (prices of 2026-1" in badge(call, on=day).text


@pytest.mark.parametrize("day", ["tomorrow", "2026-1-1", "20261129", "2026-13-01", "2026-11-29T10"])
def test_badge_refuses_a_day_that_is_no_iso_date(day: str) -> None:
    with pytest.raises(InvalidOptionError, match=rf'ISO date, as "2026-11-29", not \'{day}\''):
        badge(answered(**FULL), on=day)


@pytest.mark.parametrize(("day", "dollars"), [(31, 0.01), (32, 0.02)])
def test_badge_takes_the_price_of_today_without_a_day(
    monkeypatch: pytest.MonkeyPatch, day: int, dollars: float
) -> None:
    class Calendar(date):
        @classmethod
        def today(cls) -> date:
            return date(2026, 12, 1) + timedelta(days=day - 1)

    monkeypatch.setattr("gemini_nb.tokens.badge.date", Calendar)
    price = Price(input=1, output=1, until="2026-12-31", then=Price(input=2, output=2))

    assert badge(answered(prompt_token_count=10_000), price=price).cost == dollars


def test_badge_takes_a_price_that_is_set_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalog.PRICES, UNPRICED, Price(input=1e6, output=0, cached=0))

    assert "≈ $180.00" in badge(answered(**FULL)).text


# What it takes


def test_badge_adds_up_several_calls() -> None:
    shown = badge(answered(**FULL), answered(MODEL, prompt_token_count=6, candidates_token_count=4))

    assert shown.text == (
        "gemini-9-flash · gemini-3.8-flash · 2 calls"
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
    assert together.cost == pytest.approx(sum(each.cost or 0 for each in badges))


@quick
@given(counts, st.integers(min_value=1, max_value=3_000_000))
def test_a_share_is_never_rounded_to_nothing(part: int, whole: int) -> None:
    shown = float(percent(part, whole).strip("<%"))

    assert (shown == 0) == (part == 0)
    assert abs(shown - 100 * part / whole) <= 0.5


def test_badge_takes_chunks_of_a_stream_for_one_call(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents="Tell me of rain."))

    assert len(chunks) > 1
    assert badge(chunks).usage == usage_of(chunks[-1])
    assert badge(chunks).calls == 1
    assert badge(*chunks) == badge(chunks)


def test_badge_takes_calls_with_the_same_words_for_two(client: genai.Client) -> None:
    calls = [client.models.generate_content(model=MODEL, contents="Hello!") for _ in range(2)]

    assert badge(*calls).calls == 2
    assert badge(*calls).usage.prompt == 2 * badge(calls[0]).usage.prompt


def test_badge_takes_calls_without_an_id_for_several() -> None:
    call = {"candidates": [{"content": {}}], "usageMetadata": {"promptTokenCount": 4}}

    assert badge(call, call).usage.prompt == 8


def test_badge_of_a_chat_counts_what_its_next_turn_sends_again(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL)
    assert badge(chat).text.startswith("gemini-3.8-flash · 0 in 0 turns so far")
    chat.send_message("Tell me of rain.")
    list(chat.send_message_stream("And of snow?"))

    history = chat.get_history(curated=True)
    counted = client.models.count_tokens(model=MODEL, contents=history)
    assert badge(chat).usage == usage_of(counted)
    assert f"≈ {counted.total_tokens} in 2 turns so far (estimate)" in badge(chat).text


def test_badge_counts_what_is_to_be_sent(client: genai.Client) -> None:
    counted = client.models.count_tokens(model=MODEL, contents="Tell me of rain.")

    assert badge(client, "Tell me of rain.", model=MODEL).usage == usage_of(counted)
    assert badge(client, "Tell me of rain.").text == (
        "offline, not Gemini · ≈ 4 to send (estimate) · <0.1% of 1M"
    )


def test_badge_of_an_interaction(client: genai.Client) -> None:
    shown = badge(client.interactions.create(model=MODEL, input="Tell me of rain."))

    assert re.fullmatch(
        r"offline/templates, not Gemini · ≈ \d+ in · ≈ \d+ out \(estimates\)", shown.text
    )


def test_badge_of_an_embedding_has_no_output() -> None:
    embedded = {"embeddings": [{"values": [1.0]}], "usageMetadata": {"promptTokenCount": 5}}

    assert badge(embedded, model="gemini-embedding-2").text == (
        "gemini-embedding-2 · 5 in · <0.1% of 8k"
    )


@pytest.mark.parametrize("thing", ["text", None, 3, {}, [], object()])
def test_badge_names_what_tells_no_tokens_and_what_would(thing: object) -> None:
    with pytest.raises(NotAnAnswerError, match=r"count_tokens.* badge\(client, contents") as caught:
        badge(thing)

    assert type(thing).__name__ in str(caught.value)
    assert isinstance(caught.value, GeminiNBError)


def test_badge_tells_an_asynchronous_chat_how_to_count(client: genai.Client) -> None:
    chat = client.aio.chats.create(model=MODEL, history=[types.UserContent("Hello!")])

    with pytest.raises(NotAnAnswerError, match=r"await client\.aio\.models\.count_tokens"):
        badge(chat)


@pytest.mark.parametrize("extra", [(), ("one", "two")])
def test_badge_takes_a_client_with_one_thing_to_send(
    client: genai.Client, extra: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidOptionError, match=r"badge\(client, contents\)"):
        badge(client, *extra)


def test_badge_of_nothing_at_all_is_refused() -> None:
    with pytest.raises(InvalidOptionError):
        badge()


# How it looks


@pytest.fixture
def priced() -> TokenBadge:
    return badge(answered(MODEL, "MAX_TOKENS", **FULL), on="2026-11-29")


def test_badge_reads_as_its_line_where_all_tags_are_taken_out(priced: TokenBadge) -> None:
    assert words_of(priced.html).startswith(priced.text)


def test_badge_has_every_count_in_its_table(priced: TokenBadge) -> None:
    rows = [words_of(row.replace("</td>", " ")) for row in priced.html.split("<tr>")[2:]]

    assert rows[0] == "answered by gemini-3.8-flash"
    assert rows[1:6] == [
        "prompt 1,204",
        "cached 1,024 85% of the prompt",
        "thoughts 310 charged as output",
        "output 482",
        "total 1,996 0.2% of the 1,048,576 the model takes",
    ]
    assert rows[6].startswith("cost ≈ $0.0032 prices of 2026-10-14, without searches")


def test_badge_tells_what_its_counts_are_made_of() -> None:
    details = [{"modality": "TEXT", "tokenCount": 6}, {"modality": "IMAGE", "tokenCount": 258}]
    usage = {"promptTokenCount": 264, "promptTokensDetails": details}

    assert "text 6, image 258" in badge({"usageMetadata": usage, "modelVersion": MODEL}).html


def test_no_dollar_sign_in_the_line_of_a_badge_can_open_mathematics(priced: TokenBadge) -> None:
    line = priced.html.partition("</summary>")[0]

    assert "class='tex2jax_ignore mathjax_ignore'" in line
    assert line.count("$") == line.count("<span>$</span>") == 1


def test_badge_holds_nothing_that_front_ends_take_out_and_no_colour_of_text(
    priced: TokenBadge,
) -> None:
    html = priced.html

    assert not re.search(r"<(style|script|svg|img)|var\(|aria-|role=|\bon\w+=", html)
    assert not re.search(r"[;\"]color:", html)
    assert "<details>" in html


def test_badge_keeps_what_a_model_calls_itself_as_text() -> None:
    html = badge(answered("<img src=x onerror=alert(1)>", prompt_token_count=1)).html

    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_badge_of_the_same_call_is_the_same(priced: TokenBadge) -> None:
    again = badge(answered(MODEL, "MAX_TOKENS", **FULL), on="2026-11-29")

    assert priced._repr_mimebundle_() == again._repr_mimebundle_()
    assert priced._repr_mimebundle_()["text/plain"] == repr(priced) == priced.text
    assert "\n" not in priced.text


def test_badge_is_left_alone_by_adding(priced: TokenBadge) -> None:
    before = priced.text
    _ = priced + priced

    assert priced.text == before
    with pytest.raises(FrozenInstanceError):
        priced.calls = 2  # type: ignore[misc]
