from __future__ import annotations

import asyncio
import json
import re
import threading
import zlib
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest
from google.genai import types
from google.genai.errors import ClientError

from gemini_nb.client import connect, disconnect
from gemini_nb.errors import InvalidOptionError
from gemini_nb.tokens.badge import TokenBadge, badge
from gemini_nb.tokens.meter import meter, meter_table, observe
from gemini_nb.tokens.usage import Usage
from tokens.calls import MODEL, PROMPT, generate, interact, interact_stream, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google import genai

STORY = "Tell me a long story of a lighthouse."


def chat(client: genai.Client) -> object:
    return client.chats.create(model=MODEL).send_message(PROMPT)


def chat_stream(client: genai.Client) -> object:
    return list(client.chats.create(model=MODEL).send_message_stream(PROMPT))


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


@pytest.fixture(scope="module", autouse=True)
def connected() -> Iterator[None]:
    """One embedded server for all of these tests."""
    connect("offline")
    yield
    disconnect()


@pytest.fixture
def asking() -> genai.Client:
    """A client of its own: an asynchronous one ends with its event loop."""
    return connect("offline", http_options={"timeout": 60_000})


@pytest.mark.parametrize("ask", EVERY_WAY)
def test_meter_counts_every_way_of_asking_once_as_the_answer_tells(
    asking: genai.Client, ask: Callable[[genai.Client], object]
) -> None:
    with meter() as used:
        answer = ask(asking)

    assert used.total == badge(answer)
    assert used.total.usage.total > 0


def test_meter_adds_calls_up_by_model(asking: genai.Client) -> None:
    with meter() as used:
        calls = badge(generate(asking), stream(asking))
        asking.models.count_tokens(model=MODEL, contents=PROMPT)

    assert used.total.usage == calls.usage
    assert [(row.models, row.calls) for row in used.rows] == [
        (("offline/templates",), 2),
        (("offline",), 1),
    ]
    assert "1 call of count_tokens, which takes no tokens" in str(used)


def test_meter_counts_a_stream_up_while_it_arrives(asking: genai.Client) -> None:
    with meter() as used:
        assert str(used).startswith("no calls yet")
        chunks = iter(asking.models.generate_content_stream(model=MODEL, contents=STORY))
        first = next(chunks)
        assert used.total.usage.total < badge(list(chunks)).usage.total

    assert badge(first).usage.total < used.total.usage.total


def test_meter_keeps_what_a_stream_had_told_that_is_left(asking: genai.Client) -> None:
    with meter() as used:
        chunks: Any = asking.models.generate_content_stream(model=MODEL, contents=STORY)
        first = next(chunks)
        chunks.close()

    assert used.total.usage.total >= badge(first).usage.total
    assert used.total.untold == 0
    assert "failed" not in str(used)


def test_meter_counts_calls_that_fail_and_still_raise(asking: genai.Client) -> None:
    with meter() as used:
        with pytest.raises(ClientError):
            asking.models.generate_content(model="gemini-none", contents=PROMPT)
        with pytest.raises(ClientError):
            list(asking.models.generate_content_stream(model="gemini-none", contents=PROMPT))

    assert used.total.calls == 2
    assert used.total.usage.total == 0
    assert "2 calls failed" in str(used)


def test_meter_says_what_told_no_counts() -> None:
    silent = httpx.MockTransport(lambda _: httpx.Response(200, json={"embeddings": []}))
    client = connect("offline", http_options={"client_args": {"transport": silent}})
    with meter() as used:
        client.models.embed_content(model="gemini-embedding-2", contents=PROMPT)

    assert "1 call told no token counts" in str(used)


def test_meter_counts_what_embeddings_take(asking: genai.Client) -> None:
    with meter() as used:
        asking.models.embed_content(model="gemini-embedding-2", contents=PROMPT)

    assert used.total.untold == 0
    assert used.total.usage.total == used.total.usage.prompt > 0


def test_meter_counts_the_calls_that_the_sdk_makes_by_itself(asking: genai.Client) -> None:
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
    assert used.total.calls == 2
    assert used.total.usage.total > badge(answer).usage.total


def test_meters_that_are_nested_both_count(asking: genai.Client) -> None:
    with meter() as outer:
        generate(asking)
        with meter() as inner:
            generate(asking)
        generate(asking)

    assert (outer.total.calls, inner.total.calls) == (3, 1)


def test_meter_counts_nothing_outside_its_block_and_goes_on_when_entered_again(
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


def test_meter_says_whose_calls_it_does_not_see(client: genai.Client) -> None:
    with meter() as used:
        generate(client)

    assert used.total.calls == 0
    assert "calls of clients that gnb.connect() has not made" in str(used)


def test_observe_looks_at_no_more_than_the_headers_while_no_meter_counts() -> None:
    class Reply:
        headers: ClassVar[dict[str, str]] = {"x-gemini-nb-mode": "offline"}

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"looked at .{name}")

    observe(Reply())


def test_meter_counts_calls_in_several_threads(asking: genai.Client) -> None:
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


def test_meter_warns_at_80_percent_of_its_budget_and_when_it_is_spent(
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
def test_meter_refuses_a_budget_that_is_no_number_of_tokens(budget: Any) -> None:
    with pytest.raises(InvalidOptionError, match="budget must be a number of tokens"):
        meter(budget=budget)


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_meter_reads_along_and_delays_nothing(library: str, *, is_packed: bool) -> None:
    http = pytest.importorskip(library)
    pack = zlib.compressobj(wbits=31) if is_packed else None
    sent: list[int] = []

    def body() -> Iterator[bytes]:
        for count in range(1, 6):
            sent.append(count)
            event = json.dumps({"modelVersion": MODEL, "usageMetadata": {"totalTokenCount": count}})
            line = f"data: {event}\r\n\r\n".encode()
            yield pack.compress(line) + pack.flush(zlib.Z_SYNC_FLUSH) if pack else line

    headers = {"content-type": "text/event-stream"} | (
        {"content-encoding": "gzip"} if is_packed else {}
    )
    transport = http.MockTransport(lambda _: http.Response(200, headers=headers, content=body()))
    hooks = {"response": [observe]}
    address = f"http://gemini/v1beta/models/{MODEL}:streamGenerateContent"
    with (
        meter() as used,
        http.Client(transport=transport, event_hooks=hooks) as asking,
        asking.stream("POST", address) as response,
    ):
        lines = response.iter_lines()
        seen = [next(lines) for _ in range(3)]
        assert [json.loads(line[6:])["usageMetadata"]["totalTokenCount"] for line in seen[::2]] == [
            1,
            2,
        ]
        assert sent == [1, 2]  # nothing was asked for before its time
        assert used.total.usage.total == 2

    assert sent == [1, 2]  # nor after the caller stopped
    assert used.total.usage.total == 2


def test_meter_reads_the_counts_that_an_interaction_tells_on_its_way() -> None:
    usage = {"total_input_tokens": 8, "total_output_tokens": 3}
    events = [
        {"event_type": "step.delta", "index": 0, "metadata": {"total_usage": usage}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "a message"}},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    headers = {"content-type": "text/event-stream"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, text=body))
    asking = httpx.Client(transport=transport, event_hooks={"response": [observe]})
    with asking, meter() as used, asking.stream("POST", "http://gemini/v1beta/interactions") as got:
        assert list(got.iter_lines())

    assert (used.total.usage.prompt, used.total.usage.output) == (8, 3)


def test_meter_keeps_what_a_stream_had_told_that_broke() -> None:
    def body() -> Iterator[bytes]:
        yield b'data: {"modelVersion": "m", "usageMetadata": {"totalTokenCount": 7}}\n\n'
        raise httpx.ReadError("broken")

    headers = {"content-type": "text/event-stream"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=body()))
    asking = httpx.Client(transport=transport, event_hooks={"response": [observe]})
    with asking, meter() as used, pytest.raises(httpx.ReadError):
        asking.post(f"http://gemini/v1beta/models/{MODEL}:streamGenerateContent")

    assert used.total.usage.total == 7
    assert "1 call failed" in str(used)


# How it looks


def test_meter_table_sets_numbers_below_each_other() -> None:
    usages = {
        MODEL: Usage(prompt=12_345, cached=200, output=7, total=12_352),
        "gemini-3.5-flash": Usage(prompt=6, output=1, total=7),
    }
    shown = meter_table([TokenBadge(usage, (name,)) for name, usage in usages.items()])

    assert shown.plain().splitlines() == [
        "2 calls, 12,359 tokens",
        "  model             calls  prompt  cached  output   total",
        "  gemini-3.8-flash      1  12,345     200       7  12,352",
        "  gemini-3.5-flash      1       6               1       7",
        "  total                 2  12,351     200       8  12,359",
    ]


def test_meter_table_tells_costs_with_the_date_of_their_prices_once() -> None:
    call = {"modelVersion": MODEL, "usageMetadata": {"promptTokenCount": 1_000_000}}
    shown = meter_table([badge(call, on="2026-11-29")]).plain()

    assert shown.splitlines()[-1].split() == [MODEL, "1", "1,000,000", "1,000,000", "≈", "$0.75"]


def test_meter_shows_itself_while_it_counts(asking: genai.Client) -> None:
    with meter(budget=2000) as used:
        generate(asking)
        bundle = used._repr_mimebundle_()

    assert bundle["text/plain"] == repr(used)
    assert "tokens of a budget of 2,000 are used" in bundle["text/html"]
