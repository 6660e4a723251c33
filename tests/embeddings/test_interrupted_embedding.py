"""Embedding that is stopped in the middle: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import _thread
import asyncio
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google.genai import types

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingInterrupt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from google import genai

FAILING = 0.1  # of the requests


def failures(seed: int) -> Callable[[int], int | None]:
    chance = random.Random(seed)
    codes = [chance.choice((429, 503)) if chance.random() < FAILING else None for _ in range(400)]
    return lambda number: codes[number]


def test_a_stopped_run_of_10_000_items_goes_on_where_it_was(
    watched: Any, watched_client: genai.Client, tmp_path: Path
) -> None:
    items = [f"{n} kites" for n in range(10_000)]
    options: dict[str, Any] = {"dimensions": 64, "cache": tmp_path / "vectors.sqlite"}
    watched.refusal = failures(seed=5)
    watched.before = lambda number: _thread.interrupt_main() if number == 15 else None

    with pytest.raises(EmbeddingInterrupt, match="of 10,000 items have arrived") as stopped:
        gnb.embed(watched_client, items, **options)
    arrived = stopped.value.arrived
    assert 0 < len(arrived) < 10_000
    assert sorted(arrived.items) == sorted(watched.texts)

    found = gnb.embed(watched_client, items, **options)
    assert found.items == tuple(items)
    assert watched.count > len(watched.answered), "some must have failed"
    assert len(watched.texts) == 10_000
    assert set(watched.texts.values()) == {1}

    places = [items.index(item) for item in arrived.items]
    assert places == sorted(places)
    np.testing.assert_array_equal(found.vectors[places], arrived.vectors)
    sample = random.Random(0).sample(range(10_000), 100)
    response = watched_client.models.embed_content(
        model=found.model,
        contents=[types.Content(parts=[types.Part(text=items[place])]) for place in sample],
        config=types.EmbedContentConfig(output_dimensionality=64),
    )
    direct = np.array([each.values for each in response.embeddings or []])
    np.testing.assert_allclose(found.vectors[sample], direct, atol=1e-6)


def test_what_sleeps_until_another_try_is_not_waited_for(
    watched: Any, plain_client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini_nb.embeddings.batches._LAST_WAIT", 0.2)
    watched.refusal = lambda number: 429 if number else None
    watched.before = lambda number: _thread.interrupt_main() if number == 4 else None
    with pytest.raises(EmbeddingInterrupt, match=r"100 of 900 items.*With cache=") as stopped:
        gnb.embed(plain_client, [f"{n} kites" for n in range(900)], dimensions=8)
    assert set(stopped.value.arrived.items) == set(watched.texts)


def test_it_is_a_keyboard_interrupt_for_whoever_waits_for_one(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.before = lambda _number: _thread.interrupt_main()
    with pytest.raises(KeyboardInterrupt):
        gnb.embed(watched_client, "a kite")


def test_a_cancelled_task_leaves_what_has_arrived_in_the_cache(
    watched: Any, watched_client: genai.Client, tmp_path: Path
) -> None:
    items = [f"{n} kites" for n in range(2_000)]
    options: dict[str, Any] = {"dimensions": 8, "cache": tmp_path / "vectors.sqlite"}

    async def cancelled() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        watched.before = lambda number: (
            loop.call_soon_threadsafe(task.cancel) if number == 12 else 0
        )
        try:
            await gnb.aembed(watched_client, items, **options)
        finally:
            await watched_client.aio.aclose()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    before = set(watched.texts)
    watched.answered.clear()
    found = gnb.embed(watched_client, items, **options)
    assert found.items == tuple(items)
    # What was in flight when it was cancelled is asked for again: at most four batches.
    assert len(before) + len(watched.texts) <= 2_000 + 400
    assert len(watched.texts) < 2_000
