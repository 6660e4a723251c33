from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gemini_nb as gnb
from gemini_nb.embeddings.batches import entries_of
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from google import genai

    Serve = Callable[..., genai.Client]

KEY = "12d67acd34b05667648f6e73feb506af2910e160e70a30de21faf50cfc735016"  # as written by 0.1.0
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
    assert again.answered_by == first.answered_by


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
    with pytest.raises(EmbeddingError, match="by Gemini came, not 16 by offline"):
        gnb.embed(watched_client, [*ITEMS, "one more"], dimensions=16, cache=cache)


def test_authors_that_change_within_a_call_are_refused(
    watched: Any, watched_client: genai.Client
) -> None:
    watched.is_gemini = lambda number: number >= 3
    with pytest.raises(EmbeddingError, match="can't be compared") as told:
        gnb.embed(watched_client, [f"kite {n}" for n in range(1000)], dimensions=8)
    assert len(told.value.arrived) in {100, 200, 300}


def test_keys_are_those_of_older_caches() -> None:
    old = entries_of(["a kite"], [None], model="gemini-embedding-2", dimensions=8, place="loopback")
    assert old[0].key.hex() == KEY


@pytest.mark.parametrize(
    "damage",
    [
        np.full(16, np.nan, "<f4").tobytes(),
        np.zeros(16, "<f4").tobytes(),
        np.ones(15, "<f4").tobytes(),
        np.ones(16, "<f4").tobytes()[:-1],
        b"",
        "not a blob",
    ],
)
@pytest.mark.parametrize("dimensions", [16, None])
def test_a_damaged_vector_is_missing_and_is_replaced(
    watched: Any, watched_client: genai.Client, cache: Path, damage: object, dimensions: int | None
) -> None:
    options: dict[str, Any] = {"dimensions": dimensions, "cache": cache}
    first = gnb.embed(watched_client, ["kite", "soup", "ladder"], **options)
    with closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE rowid = 2", [damage])
    for _ in range(2):
        again = gnb.embed(watched_client, ["kite", "soup", "ladder"], **options)
        np.testing.assert_array_equal(again.vectors, first.vectors)
    assert watched.texts == {"kite": 1, "soup": 2, "ladder": 1}


@pytest.mark.parametrize("locked_from", [0, 2])
def test_a_locked_cache_loses_nothing_that_has_arrived(
    watched: Any,
    watched_client: genai.Client,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    locked_from: int,
) -> None:
    monkeypatch.setattr("gemini_nb.embeddings.cache._PATIENCE", 0.05)
    gnb.embed(watched_client, "a kite", dimensions=8, cache=cache)
    with closing(sqlite3.connect(cache, check_same_thread=False)) as other:
        lock = lambda: other.execute("BEGIN EXCLUSIVE")  # noqa: E731
        if not locked_from:
            lock()
        watched.before = lambda number: lock() if number == locked_from else None
        with pytest.raises(EmbeddingError, match=r"database is locked\. Another program") as told:
            gnb.embed(watched_client, ITEMS, dimensions=8, cache=cache)
        assert len(told.value.arrived) == (0 if not locked_from else 120)
        other.rollback()
    assert len(gnb.embed(watched_client, ITEMS, dimensions=8, cache=cache)) == 120


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
    with pytest.raises(
        EmbeddingError, match=r"vectors\.sqlite.*(file of its own|name another file)"
    ):
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


def test_a_cache_that_is_being_written_or_read_only_can_be_read(
    watched: Any, watched_client: genai.Client, cache: Path
) -> None:
    gnb.embed(watched_client, "a kite", dimensions=8, cache=cache)
    with closing(sqlite3.connect(cache)) as other:
        other.execute("BEGIN IMMEDIATE")
        gnb.embed(watched_client, "a kite", dimensions=8, cache=cache)
    assert watched.count == 1


def test_two_processes_may_use_a_cache_at_once(
    watched: Any, watched_client: genai.Client, cache: Path
) -> None:
    script = f"""
import gemini_nb as gnb
items = [f"kite {{n}}" for n in range(900)]
print(len(gnb.embed(gnb.connect("offline"), items, dimensions=8, cache={str(cache)!r})))
"""
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].split()[-1] for process in both] == ["900", "900"]
    items = [f"kite {n}" for n in range(900)]
    assert len(gnb.embed(watched_client, items, dimensions=8, cache=cache)) == 900
    assert watched.count == 0
