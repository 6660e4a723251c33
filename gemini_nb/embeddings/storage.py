"""Embeddings in a file: NumPy's npz, free of pickle, so that opening one runs no code.

An archive holds `vectors` and `norms` (float32), `format` (a number), and `record`: the rest as
JSON in UTF-8 bytes, since NumPy's own texts lose the NULs at their ends.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from gemini_nb.embeddings.embeddings import Embeddings

_SUFFIX: Final = ".npz"
_RECORDED: Final = ("items", "labels", "modalities", "model", "answered_by", "task")
_SURROGATES: Final = "surrogatepass"  # a text cut in the middle of an emoji ends in half of it


def save(target: str | Path, embeddings: Embeddings) -> Path:
    """Where the set was saved, with ".npz" at its end."""
    path = Path(target)
    if path.suffix.lower() != _SUFFIX:
        path = path.with_name(path.name + _SUFFIX)
    record = {name: getattr(embeddings, name) for name in _RECORDED}
    record["items"] = [
        item if isinstance(item, str) else label
        for item, label in zip(embeddings.items, embeddings.labels, strict=True)
    ]
    text = json.dumps(record, ensure_ascii=False).encode("utf-8", _SURROGATES)
    with path.open("wb") as file:
        np.savez(
            file,
            format=np.int64(1),
            vectors=embeddings.vectors,
            norms=embeddings.norms,
            record=np.frombuffer(text, np.uint8),
        )
    return path


def load(source: str | Path, kind: type[Any]) -> Any:  # noqa: ANN401 - one of `kind`
    """The set that was saved, as a `kind` of set; the ".npz" of the path may be left out."""
    path = Path(source)
    if not path.exists() and path.suffix.lower() != _SUFFIX:
        path = path.with_name(path.name + _SUFFIX)
    with path.open("rb") as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                vectors, norms = archive["vectors"], archive["norms"].astype(np.float32)
                record = json.loads(archive["record"].tobytes().decode("utf-8", _SURROGATES))
            fields = {name: record[name] for name in _RECORDED}
            fields["labels"] = fields["labels"] or ()  # null: as the items
            return kind(vectors=vectors, norms=norms, **fields)
        except Exception as error:  # zip, zlib, NumPy and json have a dozen errors for damage
            raise EmbeddingError(
                f"{path.name!r} is no archive of embeddings, is damaged, or is of a newer version "
                f"({type(error).__name__}): load() reads what Embeddings.save wrote. For vectors "
                "from elsewhere, use from_response."
            ) from error
