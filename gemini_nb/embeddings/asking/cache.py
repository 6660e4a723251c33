"""Vectors kept in an SQLite file under the hash of what they are of: no text is in it, no key."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from gemini_nb.embeddings.unit_vectors import Vectors

_APPLICATION: Final = 0x676E6265  # "gnbe": by this SQLite knows whose file it is
_PATIENCE: Final = 60.0  # seconds to wait for another process that is writing
_AT_ONCE: Final = 500  # keys in one question; older builds of SQLite take 999
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, model TEXT NOT NULL, answered_by TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """What vectors have in common that may stand in one set."""

    answered_by: str
    """Who answered instead of the model, as "offline"; "" for the model itself."""
    dimensions: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a cache has of what was asked for."""

    vectors: Mapping[bytes, Vectors] = field(default_factory=dict[bytes, "Vectors"])
    """As they came, not yet unit length, by key."""
    origin: Origin | None = None
    """Of all of them; None if there is none."""


class Cache:
    """Vectors in a file, which `opened` opens; several processes may use it at once."""

    def __init__(self, path: Path | None, connection: sqlite3.Connection | None) -> None:
        self._path = path
        self._connection = connection

    def find(self, keys: Sequence[bytes]) -> Found:
        """What is known of `keys`: vectors of one origin, that of the one written last."""
        if self._connection is None:
            return Found()
        rows: list[tuple[int, bytes, bytes, str]] = []
        with _explained(self._path):
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows += self._connection.execute(
                    f"SELECT rowid, key, vector, answered_by FROM vectors WHERE key IN ({marks})",  # noqa: S608 - question marks only
                    some,
                )
        if not rows:
            return Found()
        with _explained(self._path):
            read = [
                (number, key, np.frombuffer(vector, "<f4").astype(np.float32), author)
                for number, key, vector, author in rows
            ]
        _, _, last, author = max(read, key=lambda row: row[0])
        origin = Origin(author, len(last))
        return Found(
            {key: vector for _, key, vector, by in read if Origin(by, len(vector)) == origin},
            origin,
        )

    def put(self, keys: Sequence[bytes], vectors: Vectors, model: str, answered_by: str) -> None:
        """Keep `vectors`, all or none of them; those known by the same keys are replaced."""
        if self._connection is None:
            return
        rows = [
            (key, vector.astype("<f4").tobytes(), model, answered_by)
            for key, vector in zip(keys, vectors, strict=True)
        ]
        with _explained(self._path), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)


@contextmanager
def opened(path: str | os.PathLike[str] | None) -> Generator[Cache]:
    """The cache in the file at `path`; without one, a cache that keeps nothing.

    Args:
        path: of the file, which is made if it is missing.

    Raises:
        EmbeddingError: it can't be opened, or is something else than a cache.

    Example:
        >>> with opened(None) as cache:
        ...     cache.find([b"key"]).vectors
        {}
    """
    if path is None:
        yield Cache(None, None)
        return
    if not isinstance(path, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance] - a notebook may pass True
        raise EmbeddingError(
            f'cache must be the path of a file, as "vectors.sqlite", not {path!r}.'
        )
    file = Path(path).expanduser()
    if not file.parent.is_dir():
        raise EmbeddingError(f"The cache {file} can't be made: there is no folder {file.parent}.")
    with _explained(file):
        connection = sqlite3.connect(file, timeout=_PATIENCE)
    with closing(connection):
        with _explained(file):
            _claim(connection, file)
        yield Cache(file, connection)


def _claim(connection: sqlite3.Connection, file: Path) -> None:
    """Make the table in a new file; leave a file of another program alone."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application == _APPLICATION:
        return
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


@contextmanager
def _explained(file: Path | None) -> Generator[None]:
    try:
        yield
    except EmbeddingError:  # a ValueError, which says all there is to say
        raise
    except (sqlite3.Error, ValueError) as error:  # the latter: bytes that are no vector
        raise EmbeddingError(
            f"The cache {file} can't be used: {error}. If it is broken or no cache, remove it or "
            "name another file; it was left as it is."
        ) from error
