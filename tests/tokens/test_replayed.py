"""What badges, meters and cards say of answers that come from a recording."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

from gemini_nb.catalog import Price
from gemini_nb.client import connect, disconnect
from gemini_nb.ipython.answers import answer_page
from gemini_nb.ipython.cards import embeddings_table
from gemini_nb.tokens.badge import badge
from gemini_nb.tokens.meter import meter
from tokens.calls import MODEL, PROMPT, generate, interact, interact_stream, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google import genai

    from gemini_nb.offline.server import EmbeddedServer

REPLAYED = re.compile(r"replayed, recorded on \d{4}-\d\d-\d\d")


def embed(client: genai.Client) -> Any:
    return client.models.embed_content(model="gemini-embedding-2", contents=PROMPT)


def count(client: genai.Client) -> Any:
    return client.models.count_tokens(model=MODEL, contents=PROMPT)


EVERY_WAY: list[Callable[[genai.Client], Any]] = [
    generate,
    stream,
    interact,
    interact_stream,
    embed,
    count,
]


@pytest.fixture(scope="module")
def recorded(
    server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Any, str]]:
    """The badges while `EVERY_WAY` was recorded, by the way; then a recording is replayed."""
    path = tmp_path_factory.mktemp("recordings") / "lesson.gnb"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
        client = connect("record", recording=path, api_key="key-of-the-teacher")
        badges = {ask: badge(ask(client)).text for ask in EVERY_WAY}
        environment.setenv("GEMINI_NB_RECORDING", str(path))
        yield badges
        disconnect()


@pytest.fixture
def replaying(recorded: dict[Any, str]) -> genai.Client:
    assert recorded
    return connect("replay", http_options={"timeout": 60_000})


@pytest.mark.parametrize("ask", EVERY_WAY)
def test_badge_of_a_replayed_answer_says_so_and_else_what_it_said(
    recorded: dict[Any, str], replaying: genai.Client, ask: Callable[[genai.Client], Any]
) -> None:
    text = badge(ask(replaying)).text

    assert REPLAYED.search(text)
    assert REPLAYED.sub("", text).replace(" ·  · ", " · ") == recorded[ask]


@pytest.mark.parametrize("ask", [generate, stream, interact, interact_stream])
def test_meter_says_in_its_rows_what_was_replayed(
    replaying: genai.Client, ask: Callable[[genai.Client], Any]
) -> None:
    with meter() as used:
        answer = ask(replaying)

    assert used.total == badge(answer)
    assert "offline/templates, not Gemini, replayed, recorded on 2" in str(used)
    assert "1 call replayed, which costs nothing" in str(used)


def test_meter_has_a_row_for_what_was_replayed_beside_what_was_not(
    replaying: genai.Client,
) -> None:
    with meter() as used:
        generate(replaying)
        generate(connect("offline"))

    assert len(used.rows) == 2
    assert used.total.text.count("partly replayed, recorded on 2") == 1


def test_cards_say_what_was_replayed(replaying: genai.Client) -> None:
    assert REPLAYED.search(answer_page(generate(replaying))["text/plain"])
    assert REPLAYED.search(answer_page(interact(replaying))["text/plain"])
    assert REPLAYED.search(embeddings_table(embed(replaying)).plain())


def test_badge_of_geminis_replayed_answer_costs_what_it_cost_on_its_day() -> None:
    def answer(mode: str) -> types.GenerateContentResponse:
        return types.GenerateContentResponse(
            model_version="gemini-9-flash",
            sdk_http_response=types.HttpResponse(headers={"x-gemini-nb-mode": mode}),
            usage_metadata=types.GenerateContentResponseUsageMetadata(prompt_token_count=1_000_000),
        )

    now = Price(input=1, output=1, until="2026-12-31", then=Price(input=2, output=2))
    price = replace(now, read_on="2026-11-01")
    shown = badge(answer("replay; recorded=2026-11-30"), price=price)

    assert shown.text == (
        "gemini-9-flash · replayed, recorded on 2026-11-30 · 1,000,000 in · 0 out"
        " · ≈ $1.00 when recorded (prices of 2026-11-01)"
    )
    assert "replaying costs nothing" in shown.html
    later = badge(answer("replay; recorded=2027-01-01"), price=price)
    assert later.cost == 2
    assert (shown + later).recorded == ("2026-11-30", "2027-01-01")
    assert "when recorded" not in badge(answer("record"), price=price).text
