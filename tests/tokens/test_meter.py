from __future__ import annotations

import asyncio
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types
from google.genai.errors import ClientError
from google.genai.models import AsyncModels, Models
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import InvalidOptionError
from gemini_nb.tokens.badge import badge
from gemini_nb.tokens.meter import Meter, meter
from gemini_nb.tokens.meter_table import MeterReading, MeterRow
from gemini_nb.tokens.token_badge import TokenBadge
from gemini_nb.tokens.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.offline.server import EmbeddedServer

MODEL = "gemini-3.8-flash"
PROMPT = "Tell me of rain."


def generate(client: genai.Client) -> object:
    return client.models.generate_content(model=MODEL, contents=PROMPT)


def stream(client: genai.Client) -> object:
    return list(client.models.generate_content_stream(model=MODEL, contents=PROMPT))


def chat(client: genai.Client) -> object:
    return client.chats.create(model=MODEL).send_message(PROMPT)


def chat_stream(client: genai.Client) -> object:
    return list(client.chats.create(model=MODEL).send_message_stream(PROMPT))


def interact(client: genai.Client) -> object:
    return client.interactions.create(model=MODEL, input=PROMPT)


def interact_stream(client: genai.Client) -> object:
    with client.interactions.create(model=MODEL, input=PROMPT, stream=True) as events:
        return list(events)


def generate_later(client: genai.Client) -> object:
    async def ask() -> object:
        async with client.aio as later:
            return await later.models.generate_content(model=MODEL, contents=PROMPT)

    return asyncio.run(ask())


def stream_later(client: genai.Client) -> object:
    async def ask() -> object:
        async with client.aio as later:
            chunks = await later.models.generate_content_stream(model=MODEL, contents=PROMPT)
            return [chunk async for chunk in chunks]

    return asyncio.run(ask())


def interact_later(client: genai.Client) -> object:
    async def ask() -> object:
        async with client.aio as later:
            events = await later.interactions.create(model=MODEL, input=PROMPT, stream=True)
            return [event async for event in events]

    return asyncio.run(ask())


EVERY_WAY: list[Callable[[genai.Client], object]] = [
    generate,
    stream,
    chat,
    chat_stream,
    interact,
    interact_stream,
    generate_later,
    stream_later,
    interact_later,
]


@pytest.fixture
def asking(server: EmbeddedServer) -> genai.Client:
    """A client of its own: an asynchronous one ends with its event loop."""
    options = types.HttpOptions(
        base_url=server.base_url,
        # Where aiohttp is installed, the SDK would use it and leave its session open.
        async_client_args={"transport": _transport()},
    )
    return genai.Client(api_key="any-key", vertexai=False, http_options=options)


def _transport() -> Any:
    from gemini_nb.transport import http_arguments

    return http_arguments("http://127.0.0.1")["async_client_args"].get("transport")


@pytest.mark.parametrize("ask", EVERY_WAY)
def test_every_way_of_asking_is_counted_once_as_the_answer_tells(
    asking: genai.Client, ask: Callable[[genai.Client], object]
) -> None:
    with meter() as used:
        answer = ask(asking)

    assert used.total == badge(answer)
    assert used.total.usage.total > 0


def test_calls_are_added_up_by_model(asking: genai.Client) -> None:
    with meter() as used:
        calls = badge(generate(asking), stream(asking))
        asking.models.count_tokens(model=MODEL, contents=PROMPT)

    assert used.total.usage == calls.usage
    assert [(row.model, row.badge.calls) for row in used.reading.rows] == [
        ("offline/ngram", 2),
        ("offline", 1),
    ]
    assert "1 call of count_tokens, which takes no tokens" in str(used)


def test_a_stream_counts_up_while_it_arrives(asking: genai.Client) -> None:
    with meter() as used:
        assert str(used) == "no calls yet"
        chunks = iter(asking.models.generate_content_stream(model=MODEL, contents=PROMPT))
        first = next(chunks)
        assert used.total.usage == badge(first).usage
        last = list(chunks)[-1]

    assert used.total.usage == badge(last).usage


def test_a_stream_that_is_left_keeps_what_it_had_told(asking: genai.Client) -> None:
    with meter() as used:
        chunks: Any = asking.models.generate_content_stream(model=MODEL, contents=PROMPT)
        first = next(chunks)
        chunks.close()

    assert used.total.usage == badge(first).usage
    assert used.reading.failed_calls == 0


def test_a_call_that_fails_is_counted_and_still_raises(asking: genai.Client) -> None:
    with meter() as used:
        with pytest.raises(ClientError):
            asking.models.generate_content(model="gemini-none", contents=PROMPT)
        with pytest.raises(ClientError):
            list(asking.models.generate_content_stream(model="gemini-none", contents=PROMPT))

    assert used.total.calls == used.reading.failed_calls == 2
    assert used.total.usage == Usage()
    assert "2 calls failed" in str(used)


def test_what_tells_no_counts_is_said_to(asking: genai.Client) -> None:
    with meter() as used:
        asking.models.embed_content(model="gemini-embedding-2", contents=PROMPT)

    assert "1 call told no token counts" in str(used)


def test_calls_that_the_sdk_makes_by_itself_are_said_to_be_missing(asking: genai.Client) -> None:
    def get_weather(city: str) -> str:
        """Returns the weather in a city.

        Args:
            city: its name.
        """
        return f"rain in {city}"

    config = types.GenerateContentConfig(tools=[get_weather])
    with meter() as used:
        answer = asking.models.generate_content(
            model=MODEL, contents="What is the weather in Paris?", config=config
        )

    assert answer.automatic_function_calling_history
    assert "more than this: the SDK called functions by itself" in str(used)


def test_nested_meters_both_count(asking: genai.Client) -> None:
    with meter() as outer:
        generate(asking)
        with meter() as inner:
            generate(asking)
        generate(asking)

    assert (outer.total.calls, inner.total.calls) == (3, 1)


def test_outside_its_block_nothing_is_counted_and_entering_again_goes_on(
    asking: genai.Client,
) -> None:
    used = meter()
    generate(asking)
    with used:
        generate(asking)
    generate(asking)
    with used:
        generate(asking)

    assert used.total.calls == 2


def test_only_the_calls_of_the_client_given_are_counted(
    asking: genai.Client, client: genai.Client
) -> None:
    with meter(asking) as used:
        generate(asking)
        interact(asking)
        chat(asking)
        generate(client)
        interact(client)

    assert used.total.calls == 3


def test_the_sdk_is_put_back_as_it_was(asking: genai.Client) -> None:
    before = (Models.generate_content, Models.count_tokens, AsyncModels.generate_content_stream)
    with meter(), meter():
        assert Models.generate_content is not before[0]
        assert Models.generate_content.__doc__ == before[0].__doc__
        generate(asking)

    after = (Models.generate_content, Models.count_tokens, AsyncModels.generate_content_stream)
    assert after == before


def test_calls_in_several_threads_are_all_counted(asking: genai.Client) -> None:
    def ask() -> None:
        for _ in range(5):
            generate(asking)

    with meter() as used:
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert used.total.calls == 20
    assert used.total.usage.prompt == 20 * badge(generate(asking)).usage.prompt


def test_a_budget_is_warned_of_at_80_percent_and_when_it_is_spent(
    asking: genai.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    once = badge(generate(asking)).usage.total
    with meter(budget=10 * once) as used:
        while used.total.usage.total < 12 * once:
            generate(asking)
    told = capsys.readouterr().err.splitlines()

    assert len(told) == 2
    shares = [int(re.findall(r"\((\d+)%\)", line)[0]) for line in told]
    assert 80 <= shares[0] < 100 <= shares[1]
    assert told[1].endswith(": the budget is spent")
    assert "of a budget of" in str(used)


@pytest.mark.parametrize("budget", [0, -5, 1.5, True, "many"])
def test_a_budget_is_a_number_of_tokens(budget: Any) -> None:
    with pytest.raises(InvalidOptionError, match="budget must be a number of tokens"):
        meter(budget=budget)


def test_a_client_is_needed_where_one_is_given() -> None:
    with pytest.raises(InvalidOptionError, match=r"takes a client, .* not a str"):
        meter("gemini-3.8-flash")


# How it looks


def reading(*told: tuple[str, Usage]) -> MeterReading:
    return MeterReading(tuple(MeterRow(name, TokenBadge(usage, (name,))) for name, usage in told))


def test_numbers_stand_below_each_other() -> None:
    shown = reading(
        (MODEL, Usage(prompt=12_345, cached=200, output=7, total=12_352)),
        ("gemini-3.5-flash", Usage(prompt=6, output=1, total=7)),
    )

    assert shown.text.splitlines() == [
        "model             calls      in  cached  out   total",
        "gemini-3.8-flash      1  12,345     200    7  12,352",
        "gemini-3.5-flash      1       6            1       7",
        "total                 2  12,351     200    8  12,359",
    ]


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=6))
def test_the_table_is_aligned_and_adds_up_whatever_the_counts(prompts: list[int]) -> None:
    shown = reading(
        *((f"model-{n}", Usage(prompt=count, total=count)) for n, count in enumerate(prompts))
    )
    lines = shown.text.splitlines()

    assert len({len(line) for line in lines}) == 1
    assert shown.total.usage.total == sum(prompts)


def test_html_tells_the_same_words_and_guards_dollar_signs() -> None:
    call = {"modelVersion": MODEL, "usageMetadata": {"promptTokenCount": 1_000_000}}
    html = MeterReading((MeterRow(MODEL, badge(call)),), budget=2_000_000).html

    words = " ".join(re.sub(r"<[^>]*>", "", html).split())
    assert "gemini-3.8-flash 1 1,000,000 1,000,000 ≈ $0.75" in words
    assert "1,000,000 tokens of a budget of 2,000,000 are used (50%)" in words
    assert html.count("$") == html.count("<span>$</span>") == 1
    assert 'class="tex2jax_ignore mathjax_ignore"' in html


def test_a_meter_shows_itself_while_it_counts() -> None:
    with Meter() as used:
        bundle = used._repr_mimebundle_()

    assert bundle["text/plain"] == repr(used) == "no calls yet"
    assert "no calls yet" in bundle["text/html"]
