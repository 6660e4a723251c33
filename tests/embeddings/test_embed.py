from __future__ import annotations

import asyncio
import io
import json
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from google.genai import types
from PIL import Image

import gemini_nb as gnb
from gemini_nb import catalog
from gemini_nb.embeddings.batches import MOST_BYTES, batches_of, entries_of
from gemini_nb.embeddings.items import EmbeddedNameWarning, content_of, warn_of_names
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
        (float("nan"), "Item 1 can't be embedded: nan is no text"),
        (None, "None is no text"),
        (["kite", "soup"], r"\['kite', 'soup'\] is no text"),
        (b"no image", "b'no image' is no text, no image"),
        (Path("nowhere.png"), "No such file"),
        ("half a pair: \ud83d", "surrogates not allowed"),
        (Path(__file__), r"read_text\(\)"),
        ({"txt": "kite"}, "{'txt': 'kite'} is no text"),
        (types.Part.from_bytes(data=b"", mime_type="audio/wav"), "Item 1 is empty"),
        (Image.new("F", (2, 2), 300), "Pixels from 300"),
    ],
)
def test_what_cannot_be_embedded_is_named_before_anything_is_sent(
    watched: Any, watched_client: genai.Client, bad: Any, message: str
) -> None:
    with pytest.raises(EmbeddingError, match=message):
        gnb.embed(watched_client, ["kite", bad], dimensions=16)
    assert watched.count == 0


def test_a_table_is_not_taken_for_the_names_of_its_columns(client: genai.Client) -> None:
    with pytest.raises(EmbeddingError, match="pass one of its columns"):
        gnb.embed(client, pd.DataFrame({"text": WORDS}))


def test_items_without_an_order_are_refused(client: genai.Client) -> None:
    with pytest.raises(EmbeddingError, match="in an order; a set does not"):
        gnb.embed(client, set(WORDS))


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("photo.png", True),
        ("pictures/Photo.JPG", True),
        ("https://a.org/talks/kites.mp3?from=3#top", True),
        ("film.mp4", True),
        ("plan.pdf", True),
        ("a red kite.png", False),  # a file of this name would be told
        ("Save it as photo.png", False),
        ("photo.png is a kite", False),
        ("notes.txt", False),
        ("main.py", False),
        ("png", False),
        (".png", False),
        ("x" * 10_000 + ".png", False),
    ],
)
def test_the_name_of_a_picture_is_told_from_a_text(text: str, *, is_told: bool) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        warn_of_names(["a kite", text, text])
    assert [each.category for each in told] == [EmbeddedNameWarning] * is_told


def test_a_name_in_place_of_a_picture_warns_at_the_users_line(
    client: genai.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("red kite.png").touch()
    names = ["pictures/kite.png", "red kite.png", "soup.jpg", "a kite"]
    way = r"name 'pictures/kite.png', and 2 more like it.*pathlib.Path\('pictures/kite.png'\)"
    with pytest.warns(EmbeddedNameWarning, match=way) as told:
        found = gnb.embed(client, names, dimensions=8)
    assert [each.filename for each in told] == [__file__]
    with pytest.warns(EmbeddedNameWarning, match="download it and pass its pathlib") as told:
        found.nearest("https://a.org/kite.png", k=1)
    assert [each.filename for each in told] == [__file__]


def test_greys_of_sixteen_bits_are_scaled_not_clipped() -> None:
    greys = Image.fromarray(np.array([[300, 30_000, 65_535]], np.uint16))
    (part,) = content_of(greys, 0).parts or []
    sent = Image.open(io.BytesIO((part.inline_data and part.inline_data.data) or b""))
    assert [sent.getpixel((x, 0)) for x in range(3)] == [(1,) * 3, (117,) * 3, (255,) * 3]


def test_dimensions_may_be_any_whole_number(client: genai.Client) -> None:
    assert gnb.embed(client, "kite", dimensions=np.int64(16)).dimensions == 16


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"task": "searching"}, InvalidOptionError, "RETRIEVAL_QUERY.*'searching'"),
        ({"title": "Toys"}, InvalidOptionError, "RETRIEVAL_DOCUMENT"),
        ({"title": 5, "task": "RETRIEVAL_DOCUMENT"}, InvalidOptionError, "must be a string"),
        (
            {"title": ["Toys", None, 3], "task": "retrieval_document"},
            InvalidOptionError,
            "not 3: .*None, 3",
        ),
        (
            {"title": ["Toys"], "task": "retrieval_document"},
            InvalidOptionError,
            "not 1: ",
        ),
        ({"dimensions": 0}, InvalidOptionError, "not 0"),
        ({"dimensions": 1.5}, InvalidOptionError, "not 1.5"),
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
    with pytest.raises(InvalidOptionError, match=r"client must be one of connect\(\), not a str"):
        gnb.embed("gemini-embedding-2", WORDS)
    assert len(gnb.embed(client.aio, WORDS)) == 3


def test_items_that_are_alike_are_sent_once(watched: Any, watched_client: genai.Client) -> None:
    found = gnb.embed(watched_client, ["kite", "soup", "kite", "kite"], dimensions=16)
    assert watched.texts == {"kite": 1, "soup": 1}
    np.testing.assert_array_equal(found.vectors[[0, 2, 3]], found.vectors[[0, 0, 0]])
    assert found.items == ("kite", "soup", "kite", "kite")


def test_batches_keep_to_the_limits_of_the_api(watched: Any, watched_client: genai.Client) -> None:
    gnb.embed(watched_client, [f"kite {n}" for n in range(250)], dimensions=8)
    assert sorted(len(body["requests"]) for body in watched.answered) == [50, 100, 100]


def test_long_items_go_in_smaller_batches_and_the_longest_alone() -> None:
    third = MOST_BYTES // 3
    items = ["a" * third, "b" * third, "c" * third, "d", "e" * (2 * MOST_BYTES), "f"]
    batches = batches_of(entries_of(items, [None] * 6, model="gemini-embedding-2"))
    assert [[entry.position for entry in batch] for batch in batches] == [
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


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_connection_that_breaks_in_passing_is_tried_again(
    watched: Any, serve: Callable[..., genai.Client], times: int
) -> None:
    calls: list[str] = []

    async def breaking(scope: Any, receive: Any, send: Any) -> None:
        calls.append(scope["path"])
        if len(calls) > times:
            await watched(scope, receive, send)
            return
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{"})

    if times < 3:
        assert len(gnb.embed(serve(breaking), WORDS, dimensions=16)) == 3
    else:
        with pytest.raises(EmbeddingFailedError, match=r"RemoteProtocolError|ReadError"):
            gnb.embed(serve(breaking), WORDS, dimensions=16)
    assert len(calls) == min(times + 1, 3)


def test_a_request_that_is_refused_for_good_is_not_repeated(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.refusal = {0: 400}.get
    with pytest.raises(EmbeddingFailedError, match=r"items 0 to 2.*400 INVALID_ARGUMENT: Not now"):
        gnb.embed(watched_client, WORDS, dimensions=16)
    assert watched.count == 1


def test_a_quota_for_a_minute_is_waited_out(
    watched: Any, plain_client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    watched.refusal = lambda _number: 429
    with pytest.raises(EmbeddingFailedError, match="429 RESOURCE_EXHAUSTED"):
        gnb.embed(plain_client, WORDS, dimensions=16)
    assert watched.count == 7
    assert 60 < sum(waits) < 75


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

    with pytest.raises(EmbeddingError, match="2 dimensions by Gemini came, not 64"):
        gnb.embed(serve(short), "kite", dimensions=64)
    with pytest.raises(EmbeddingError, match="3 contents were sent and 1 vectors came"):
        gnb.embed(serve(short), WORDS)
    assert gnb.embed(serve(short), "kite").norms.tolist() == [5.0]


BAD = {"NaN": "[NaN, 1.0]", "infinite": "[1e39, 1.0]", "zeros": "[0.0, 0.0]", "empty": "[]"}


@pytest.mark.parametrize("bad", BAD)
def test_a_vector_that_is_none_loses_no_other_and_is_not_cached(
    serve: Callable[..., genai.Client], tmp_path: Path, bad: str
) -> None:
    sent: list[str] = []

    async def partly_bad(scope: Any, receive: Any, send: Any) -> None:
        del scope
        texts = [
            each["content"]["parts"][0]["text"]
            for each in json.loads((await receive())["body"])["requests"]
        ]
        sent.extend(texts)
        usual = "[]" if bad == "empty" else "[3.0, 4.0]"
        rows = [BAD[bad] if text == "soup" else usual for text in texts]
        body = ", ".join(f'{{"values": {row}}}' for row in rows)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": f'{{"embeddings": [{body}]}}'.encode()})

    client, cache = serve(partly_bad), tmp_path / "vectors.db"
    for _ in range(2):
        with pytest.raises(EmbeddingError, match=r"item \d \('\w+'\) is all zeros, or") as told:
            gnb.embed(client, WORDS, cache=cache)
    if bad != "empty":
        assert "item 1 ('soup')" in str(told.value)
        assert told.value.arrived.items == ("kite", "ladder")
        assert sent == [*WORDS, "soup"]


def test_a_query_is_embedded_as_the_set_was(watched: Any, watched_client: genai.Client) -> None:
    found = gnb.embed(watched_client, WORDS, task="retrieval_document", dimensions=16)
    assert found.embedder is not None
    query = found.embedder("flying toys", "RETRIEVAL_QUERY")
    assert query.model == found.model
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
        assert (found.items, found.answered_by, found.task) == (
            expected.items,
            expected.answered_by,
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
