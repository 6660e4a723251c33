"""Vectors kept in an SQLite file under the hash of what they are of: no text is in it, no key."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.similarity import Vectors, lengths
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

_APPLICATION: Final = 0x676E6265  # "gnbe": by this SQLite knows whose file it is
_PATIENCE: Final = 30.0  # seconds to wait for another process that is writing
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, model TEXT NOT NULL, answered_by TEXT NOT NULL
)
"""
_FIND: Final = """SELECT rowid, key, vector, answered_by FROM vectors
WHERE key = ? AND typeof(vector) = 'blob'"""


@contextmanager
def opened(path: str | os.PathLike[str] | None) -> Generator[sqlite3.Connection | None]:
    """The cache in the file at `path`, made if it is missing; None without a path.

    Several processes may use it at once. Whatever SQLite raises becomes an `EmbeddingError`.
    """
    if path is None:
        yield None
        return
    if not isinstance(path, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance] - a notebook may pass True
        raise EmbeddingError(f'cache must be the path of a file, as "vectors.db", not {path!r}.')
    file = Path(path).expanduser()
    if not file.parent.is_dir():
        raise EmbeddingError(f"The cache {file} can't be made: there is no folder {file.parent}.")
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE)) as connection:
            _claim(connection, file)
            yield connection
    except sqlite3.Error as error:
        remedy = "It was left as it is; if broken or no cache, remove it or name another file."
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            remedy = "Another program is writing to it: wait for it or stop it, and call again."
        raise EmbeddingError(f"The cache {file} can't be used: {error}. {remedy}") from error


def find(
    cache: sqlite3.Connection, keys: Iterable[bytes], dimensions: int | None
) -> tuple[dict[bytes, Vectors], str]:
    """Vectors by key, as they came, and who answered instead of the model: "" for itself.

    They are of one author, that of the vector written last, and of one length. What can't be a
    vector counts as missing: it is asked for again, and replaced.
    """
    read: list[tuple[bytes, Vectors, str]] = []
    rows = sorted(row for key in keys for row in cache.execute(_FIND, (key,)))
    for _, key, blob, author in rows:
        vector = np.frombuffer(blob[: len(blob) // 4 * 4], "<f4").astype(np.float32)
        if lengths(vector[np.newaxis])[1].all():
            read.append((key, vector, author))
    usual = Counter(len(vector) for _, vector, _ in read).most_common(1)
    read = [row for row in read if len(row[1]) == (dimensions or usual[0][0])]
    last = read[-1][2] if read else ""
    return {key: vector for key, vector, author in read if author == last}, last


def put(
    cache: sqlite3.Connection, vectors: Mapping[bytes, Vectors], model: str, answered_by: str
) -> None:
    """Keep vectors by key, all or none of them; those known by the same keys are replaced."""
    rows = [(key, row.astype("<f4").tobytes(), model, answered_by) for key, row in vectors.items()]
    with cache:
        cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)


def _claim(connection: sqlite3.Connection, file: Path) -> None:
    """Make the table in a new file; leave a file of another program alone."""
    if connection.execute("PRAGMA application_id").fetchone() == (_APPLICATION,):
        return  # it may be read-only, or another process may be writing
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # another process may be making it at this moment
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION and (application or tables):
            raise EmbeddingError(
                f"{file} is an SQLite file of another program; give the cache a file of its own."
            )
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
