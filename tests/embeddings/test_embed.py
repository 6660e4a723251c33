from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from google.genai import types
from PIL import Image

import gemini_nb as gnb
from gemini_nb import catalog
from gemini_nb.embeddings.asking.batches import MOST_BYTES
from gemini_nb.embeddings.asking.contents import content_of
from gemini_nb.errors import (
    EmbeddingError,
    EmbeddingFailedError,
    InvalidOptionError,
    ModelError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from google import genai

WORDS = ["kite", "soup", "ladder"]


def test_the_set_says_what_was_asked_and_who_answered(client: genai.Client) -> None:
    kites = gnb.embed(client, WORDS, task="clustering", dimensions=32)
    assert (kites.model, kites.task) == (catalog.default("embedding").id, "CLUSTERING")
    assert (kites.answered_by, kites.dimensions) == ("offline", 32)


@pytest.mark.parametrize(
    "items",
    [
        WORDS,
        tuple(WORDS),
        (word for word in WORDS),
        pd.Series(WORDS, index=[7, 8, 9]),
        pd.Series(WORDS, index=["text", "parts", "other"]),
        np.array(WORDS),
        [types.Part(text="kite"), {"text": "soup"}, types.Content(parts=[{"text": "ladder"}])],
        ["kite", {"parts": [{"text": "soup"}]}, types.UserContent("ladder")],
    ],
)
def test_items_come_in_many_forms(client: genai.Client, items: Any) -> None:
    found = gnb.embed(client, items, dimensions=16)
    assert found.labels == tuple(WORDS)
    np.testing.assert_array_equal(found, gnb.embed(client, WORDS, dimensions=16))


def test_a_single_item_is_a_set_of_one(client: genai.Client) -> None:
    for item in ("kite", types.Part(text="kite"), types.Content(parts=[{"text": "kite"}])):
        assert gnb.embed(client, item, dimensions=16).labels == ("kite",)


def test_no_item_gives_an_empty_set_and_asks_nothing(
    watched: Any, watched_client: genai.Client
) -> None:
    assert gnb.embed(watched_client, [], dimensions=16).vectors.shape == (0, 16)
    assert watched.count == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("", "Item 1 is empty"),
        (" \n", "Item 1 is empty"),
        (types.Content(parts=[]), "Item 1 is empty"),
        (float("nan"), "Item 1 can't be embedded: it is a float"),
        (None, "it is None"),
        (["kite", "soup"], "it is a list"),
        (b"no image", "its 8 bytes are no image"),
        (Path("nowhere.png"), "No such file"),
        ("half a pair: \ud83d", "surrogates not allowed"),
        ({"txt": "kite"}, "it is a dict"),
        (Image.new("F", (2, 2)), "mode 'F' has no range"),
    ],
)
def test_what_cannot_be_embedded_is_named_before_anything_is_sent(
    watched: Any, watched_client: genai.Client, bad: Any, message: str
) -> None:
    with pytest.raises(EmbeddingError, match=message):
        gnb.embed(watched_client, ["kite", bad], dimensions=16)
    assert watched.count == 0


def test_a_table_is_not_taken_for_the_names_of_its_columns(client: genai.Client) -> None:
    with pytest.raises(EmbeddingError, match="pass one of them"):
        gnb.embed(client, pd.DataFrame({"text": WORDS}))


def test_items_without_an_order_are_refused(client: genai.Client) -> None:
    with pytest.raises(EmbeddingError, match="no order"):
        gnb.embed(client, set(WORDS))


def test_a_picture_keeps_all_its_greys() -> None:
    greys = Image.fromarray(np.array([[300, 30_000]], np.uint16))
    (part,) = content_of(greys, 0).parts or []
    sent = part.inline_data.data if part.inline_data else None
    np.testing.assert_array_equal(Image.open(io.BytesIO(sent or b"")), [[300, 30_000]])


def test_a_title_on_two_lines_is_one_title(client: genai.Client) -> None:
    def titled(title: str) -> gnb.Embeddings:
        return gnb.embed(client, "soup", task="RETRIEVAL_DOCUMENT", title=title, dimensions=16)

    np.testing.assert_array_equal(titled("hot\n soup"), titled("hot soup"))


def test_dimensions_may_be_any_whole_number(client: genai.Client) -> None:
    assert gnb.embed(client, "kite", dimensions=np.int64(16)).dimensions == 16


def test_a_shortened_set_embeds_its_queries_as_short(client: genai.Client) -> None:
    found = gnb.embed(client, WORDS, dimensions=64).truncate(16).nearest("soup", k=1)
    assert found[0].label == "soup"


def test_a_text_file_is_not_taken_for_a_picture(client: genai.Client, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a kite")
    with pytest.raises(EmbeddingError, match=r"read_text\(\)"):
        gnb.embed(client, tmp_path / "notes.txt")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"task": "searching"}, InvalidOptionError, "RETRIEVAL_QUERY.*'searching'"),
        ({"title": "Toys"}, InvalidOptionError, "RETRIEVAL_DOCUMENT"),
        (
            {"title": ["Toys", None, 3], "task": "retrieval_document"},
            InvalidOptionError,
            "a string, or None for none, not 3",
        ),
        (
            {"title": ["Toys"], "task": "retrieval_document"},
            InvalidOptionError,
            "1 titles and 3 items",
        ),
        ({"dimensions": 0}, InvalidOptionError, "not 0"),
        ({"dimensions": True}, InvalidOptionError, "not True"),
        ({"model": "embedding-001"}, ModelError, "use gemini-embedding-2"),
        ({"model": "gemini-3.8-flash"}, ModelError, "not vectors"),
    ],
)
def test_options_that_cannot_be_used_are_refused_before_anything_is_sent(
    watched: Any,
    watched_client: genai.Client,
    options: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        gnb.embed(watched_client, WORDS, **options)
    assert watched.count == 0


def test_only_a_client_can_be_asked(client: genai.Client) -> None:
    with pytest.raises(InvalidOptionError, match="must be a client"):
        gnb.embed("gemini-embedding-2", WORDS)
    with pytest.raises(InvalidOptionError, match="aembed"):
        gnb.embed(client.aio, WORDS)


def test_items_that_are_alike_are_sent_once(watched: Any, watched_client: genai.Client) -> None:
    found = gnb.embed(watched_client, ["kite", "soup", "kite", "kite"], dimensions=16)
    assert watched.texts == {"kite": 1, "soup": 1}
    np.testing.assert_array_equal(found.vectors[[0, 2, 3]], found.vectors[[0, 0, 0]])
    assert found.items == ("kite", "soup", "kite", "kite")


def test_batches_keep_to_the_limits_of_the_api(watched: Any, watched_client: genai.Client) -> None:
    gnb.embed(watched_client, [f"kite {n}" for n in range(250)], dimensions=8)
    assert sorted(len(body["requests"]) for body in watched.answered) == [50, 100, 100]


def test_long_items_go_in_smaller_batches_and_the_longest_alone() -> None:
    from gemini_nb.embeddings.asking.batches import Recipe, batches_of, entries_of

    third = MOST_BYTES // 3
    items = ["a" * third, "b" * third, "c" * third, "d", "e" * (2 * MOST_BYTES), "f"]
    batches = batches_of(entries_of(items, Recipe("gemini-embedding-2"), [None] * 6))
    assert [[entry.positions[0] for entry in batch] for batch in batches] == [
        [0, 1],
        [2, 3],
        [4],
        [5],
    ]


def test_what_fails_in_passing_is_asked_again(watched: Any, watched_client: genai.Client) -> None:
    watched.refusal = {0: 429, 1: 503, 2: 503}.get
    assert len(gnb.embed(watched_client, WORDS, dimensions=16)) == 3
    assert (watched.count, len(watched.answered)) == (4, 1)


def test_a_client_that_was_made_without_retries_tries_again_too(
    watched: Any, plain_client: genai.Client
) -> None:
    watched.refusal = {0: 503}.get
    assert len(gnb.embed(plain_client, WORDS, dimensions=16)) == 3
    assert watched.count == 2


def test_a_client_that_was_made_with_retries_is_asked_as_often_as_it_says(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.refusal = lambda _number: 503
    with pytest.raises(EmbeddingFailedError, match="503 UNAVAILABLE"):
        gnb.embed(watched_client, WORDS, dimensions=16)
    assert watched.count == 4


def test_a_broken_connection_is_tried_again(serve: Callable[..., genai.Client]) -> None:
    from gemini_nb.offline.server import create_app

    app, calls = create_app(), []

    async def breaking(scope: Any, receive: Any, send: Any) -> None:
        calls.append(scope["path"])
        if len(calls) > 1:
            await app(scope, receive, send)
            return
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{"})

    assert len(gnb.embed(serve(breaking), WORDS, dimensions=16)) == 3
    assert len(calls) == 2


def test_a_request_that_is_refused_for_good_is_not_repeated(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.refusal = {0: 400}.get
    with pytest.raises(EmbeddingFailedError, match=r"items 0 to 2.*400 INVALID_ARGUMENT: Not now"):
        gnb.embed(watched_client, WORDS, dimensions=16)
    assert watched.count == 1


def test_a_wait_of_hours_is_not_waited(watched: Any, watched_client: genai.Client) -> None:
    watched.refusal, watched.wait = (lambda _number: 429), "7200s"
    with pytest.raises(EmbeddingFailedError, match="429 RESOURCE_EXHAUSTED"):
        gnb.embed(watched_client, WORDS, dimensions=16)
    assert watched.count == 1


def test_a_failure_keeps_what_has_arrived_in_order(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.refusal = lambda number: 503 if number >= 3 else None
    items = [f"kite {n}" for n in range(1000)]
    with pytest.raises(EmbeddingFailedError, match=r"300 of 1,000 items") as failure:
        gnb.embed(watched_client, items, dimensions=8)
    arrived = failure.value.arrived
    assert isinstance(arrived, gnb.Embeddings)
    assert set(arrived.items) == set(watched.texts)
    assert list(arrived.items) == sorted(arrived.items, key=items.index)
    watched.refusal = lambda _number: None
    again = gnb.embed(watched_client, arrived.items[:5], dimensions=8)
    np.testing.assert_allclose(arrived.vectors[:5], again.vectors, atol=1e-6)


def test_the_errors_text_holds_no_key(watched: Any, serve: Callable[..., genai.Client]) -> None:
    from gemini_nb.redaction import remember

    remember("Not now.")  # what the server says, as if it were the key
    watched.refusal = {0: 400}.get
    with pytest.raises(EmbeddingFailedError, match="No item has arrived") as failure:
        gnb.embed(serve(watched), WORDS)
    assert "Not now." not in str(failure.value)


def test_vectors_of_another_length_than_asked_are_refused(
    serve: Callable[..., genai.Client],
) -> None:
    async def short(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b'{"embeddings": [{"values": [3.0, 4.0]}]}'}
        )

    with pytest.raises(EmbeddingError, match="64 dimensions were asked for, and vectors of 2"):
        gnb.embed(serve(short), "kite", dimensions=64)
    with pytest.raises(EmbeddingError, match=r"batch of 3 items.* that came is 1:"):
        gnb.embed(serve(short), WORDS)
    assert gnb.embed(serve(short), "kite").norms.tolist() == [5.0]


def test_a_query_is_embedded_as_the_set_was(watched: Any, watched_client: genai.Client) -> None:
    found = gnb.embed(watched_client, WORDS, task="retrieval_document", dimensions=16)
    assert found.embedder is not None
    query = found.embedder("flying toys", "RETRIEVAL_QUERY")
    assert query.space == found.space
    assert watched.texts["task: search result | query: flying toys"] == 1


def test_the_async_twin_gives_the_same(watched: Any, watched_client: genai.Client) -> None:
    items = [f"kite {n % 300}" for n in range(500)]
    expected = gnb.embed(watched_client, items, task="clustering", dimensions=16)
    watched.refusal = {6: 429, 8: 503}.get

    async def both() -> tuple[gnb.Embeddings, gnb.Embeddings]:
        options = {"task": "clustering", "dimensions": 16}
        try:
            return (
                await gnb.aembed(watched_client, items, **options),
                await gnb.aembed(watched_client.aio, items, **options),
            )
        finally:
            await watched_client.aio.aclose()

    for found in asyncio.run(both()):
        np.testing.assert_array_equal(found.vectors, expected.vectors)
        assert (found.items, found.space, found.task) == (
            expected.items,
            expected.space,
            expected.task,
        )
    assert set(watched.texts.values()) == {3}


def test_the_async_twin_keeps_what_has_arrived_too(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.refusal = lambda number: 503 if number >= 2 else None

    async def failing() -> None:
        try:
            await gnb.aembed(watched_client, [f"kite {n}" for n in range(900)], dimensions=8)
        finally:
            await watched_client.aio.aclose()

    with pytest.raises(EmbeddingFailedError, match="200 of 900 items") as failure:
        asyncio.run(failing())
    assert set(failure.value.arrived.items) == set(watched.texts)


def test_a_single_batch_shows_no_progress_bar(
    client: genai.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    gnb.embed(client, [f"kite {n}" for n in range(100)], dimensions=8)
    assert capfd.readouterr().err == ""
