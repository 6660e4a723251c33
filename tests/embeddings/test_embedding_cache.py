from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from google import genai

    Serve = Callable[..., genai.Client]

ITEMS = [f"kite {n}" for n in range(120)]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_what_is_in_the_cache_is_not_asked_for_again(
    watched: Any, watched_client: genai.Client, cache: Path
) -> None:
    first = gnb.embed(watched_client, ITEMS[:100], dimensions=16, cache=cache)
    again = gnb.embed(watched_client, ITEMS[::-1], dimensions=16, cache=str(cache))
    assert set(watched.texts.values()) == {1}
    np.testing.assert_array_equal(again[20:].vectors[::-1], first.vectors)
    np.testing.assert_array_equal(again[20:].norms[::-1], first.norms)
    assert again.space == first.space


def test_another_port_of_this_machine_is_the_same_place(
    watched: Any, serve: Serve, cache: Path
) -> None:
    for _ in range(2):
        gnb.embed(serve(watched), "a kite", cache=cache)
    assert watched.count == 1


@pytest.mark.parametrize(
    "change",
    [
        {"dimensions": 8},
        {"model": "gemini-embedding-001"},
        {"task": "clustering"},
        {"task": "retrieval_document"},
        {"task": "retrieval_document", "title": "Toys"},
        {"model": "gemini-embedding-001", "task": "retrieval_document"},
        {"model": "gemini-embedding-001", "task": "retrieval_document", "title": "Toys"},
        {"items": "a Kite"},
        {"items": {"text": "a kite", "thought": True}},
    ],
)
def test_whatever_changes_the_vector_is_asked_anew(
    watched: Any, watched_client: genai.Client, cache: Path, change: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"items": "a kite", "model": "gemini-embedding-2", "dimensions": 16}
    for options in (usual, usual | change, usual, usual | change):
        gnb.embed(watched_client, cache=cache, **options)
    assert watched.count == 2


def test_no_text_is_stored(client: genai.Client, cache: Path) -> None:
    gnb.embed(client, "nobody may read this", task="clustering", cache=cache)
    assert b"nobody" not in cache.read_bytes()


def test_vectors_of_two_authors_do_not_meet(
    watched: Any, watched_client: genai.Client, cache: Path
) -> None:
    gnb.embed(watched_client, ITEMS, dimensions=16, cache=cache)
    watched.is_gemini = lambda _number: True
    for _ in range(2):
        found = gnb.embed(watched_client, [*ITEMS, "one more"], dimensions=16, cache=cache)
        assert (len(found), found.answered_by) == (121, "")
    assert watched.texts == {**dict.fromkeys(ITEMS, 2), "one more": 1}


def test_authors_that_change_within_a_call_are_refused(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.is_gemini = lambda number: number >= 3
    with pytest.raises(EmbeddingError, match="answered differently"):
        gnb.embed(watched_client, [f"kite {n}" for n in range(1000)], dimensions=8)


@pytest.mark.parametrize("how", ["text", "foreign", "folder"])
def test_a_file_that_is_no_cache_is_left_alone(
    client: genai.Client, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "vectors.sqlite"
    if how == "text":
        path.write_text("not a database" * 100)
    elif how == "foreign":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE vectors (name TEXT)")
        connection.close()
    else:
        path.mkdir()
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(EmbeddingError, match=r"^[^.]*vectors\.sqlite[^.]*\.( If [^.]*\.)?$"):
        gnb.embed(client, "a kite", cache=path)
    assert before is None or path.read_bytes() == before


def test_a_cache_in_a_folder_that_is_not_there_is_refused(
    watched: Any, watched_client: genai.Client, tmp_path: Path
) -> None:
    with pytest.raises(EmbeddingError, match="there is no folder"):
        gnb.embed(watched_client, "a kite", cache=tmp_path / "nowhere" / "vectors.sqlite")
    assert watched.count == 0


def test_a_cache_that_is_no_path_is_refused(client: genai.Client) -> None:
    with pytest.raises(EmbeddingError, match="not True"):
        gnb.embed(client, "a kite", cache=True)


def test_two_at_once_may_use_a_cache(client: genai.Client, cache: Path) -> None:
    found: dict[int, gnb.Embeddings] = {}

    def work(number: int) -> None:
        items = ITEMS if number else ITEMS[::-1]
        found[number] = gnb.embed(client, items, dimensions=8, cache=cache)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(found[0].vectors[::-1], found[1].vectors, atol=1e-6)
