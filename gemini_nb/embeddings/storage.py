"""Embeddings in a file: NumPy's npz, free of pickle, so that opening one runs no code.

An archive holds `vectors` and `norms` (float32), `format` (a number), and `record`: the rest as
JSON in UTF-8 bytes, since NumPy's own texts lose the NULs at their ends.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypedDict, cast, get_args

import numpy as np

from gemini_nb.embeddings.items import Modality
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_FORMAT: Final = 1
_SUFFIX: Final = ".npz"
# Lone surrogates, as a text cut in the middle of an emoji has them, are kept.
_SURROGATES: Final = "surrogatepass"
_DAMAGE: Final = (
    ValueError,  # also texts that are not UTF-8 or JSON
    TypeError,  # fields of another form, or an array alone
    KeyError,
    EOFError,
    MemoryError,  # a damaged header may ask for any size
    NotImplementedError,  # or for a compression that there is not
    RuntimeError,  # or for a password
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)


class Fields(TypedDict):
    """What is kept of an `Embeddings`, under the names of its fields."""

    vectors: NDArray[np.float32]
    items: tuple[object, ...]
    labels: tuple[str, ...]
    modalities: tuple[Modality, ...]
    norms: NDArray[np.float32]
    model: str
    answered_by: str
    task: str | None


def save(target: str | os.PathLike[str] | IO[bytes], fields: Fields) -> Path | None:
    """Where the fields were saved, with ".npz" at its end; None for an open file.

    Items that are text are kept; others, as images, come back as their label.

    Example:
        >>> from io import BytesIO
        >>> kept = Fields(vectors=np.ones((1, 1), np.float32), items=("a kite",), model="a-model",
        ...     labels=("a kite",), modalities=("text",), norms=np.ones(1, np.float32),
        ...     answered_by="", task=None)
        >>> file = BytesIO()
        >>> save(file, kept), file.seek(0), load(file)["items"]
        (None, 0, ('a kite',))
    """
    if not isinstance(target, str | os.PathLike):
        _write(target, fields)
        return None
    path = Path(target)
    if path.suffix.lower() != _SUFFIX:
        path = path.with_name(path.name + _SUFFIX)
    with path.open("wb") as file:
        _write(file, fields)
    return path


def load(source: str | os.PathLike[str] | IO[bytes]) -> Fields:
    """The fields that were saved; the ".npz" of a path may be left out.

    Raises:
        EmbeddingError: it is no archive of embeddings, is damaged, or is of a newer version.
        OSError: there is no such file, or it may not be read.
    """
    if not isinstance(source, str | os.PathLike):
        return _read(source, "The file")
    path = Path(source)
    with_suffix = path.with_name(path.name + _SUFFIX)
    with (path if path.exists() or not with_suffix.exists() else with_suffix).open("rb") as file:
        return _read(file, repr(path.name))


def _write(file: IO[bytes], fields: Fields) -> None:
    labels = [str(label) for label in fields["labels"]]
    items = [
        str(item) if isinstance(item, str) else label
        for item, label in zip(fields["items"], labels, strict=True)
    ]
    record = {
        "items": items,
        "labels": None if labels == items else labels,
        "modalities": fields["modalities"],
        "model": fields["model"],
        "answered_by": fields["answered_by"],
        "task": fields["task"],
    }
    text = json.dumps(record, ensure_ascii=False).encode("utf-8", _SURROGATES)
    np.savez(
        file,
        format=np.int64(_FORMAT),
        vectors=np.asarray(fields["vectors"], np.float32),
        norms=np.asarray(fields["norms"], np.float32),
        record=np.frombuffer(text, np.uint8),
    )


def _read(file: IO[bytes], name: str) -> Fields:
    try:
        with np.load(file, allow_pickle=False) as archive:
            version = int(archive["format"])
            if version <= _FORMAT:
                return _fields(archive)
    except _DAMAGE as error:
        raise EmbeddingError(
            f"{name} is no archive of embeddings, or is damaged ({type(error).__name__}): load() "
            "reads what Embeddings.save wrote. For vectors from elsewhere, use from_response."
        ) from None
    raise EmbeddingError(
        f"{name} is of format {version}, and this version of gemini_nb reads up to {_FORMAT}: "
        "pip install --upgrade gemini-nb"
    )


def _fields(archive: Mapping[str, NDArray[Any]]) -> Fields:
    record = json.loads(archive["record"].tobytes().decode("utf-8", _SURROGATES))
    items = _texts(record["items"])
    modalities = _texts(record["modalities"])
    fields = Fields(
        vectors=archive["vectors"],
        items=items,
        labels=items if record["labels"] is None else _texts(record["labels"]),
        modalities=cast("tuple[Modality, ...]", modalities),
        norms=archive["norms"],
        model=record["model"],
        answered_by=record["answered_by"],
        task=record["task"],
    )
    told: list[object] = [record["model"], record["answered_by"], record["task"] or ""]
    counts = {len(fields[name]) for name in ("vectors", "items", "labels", "modalities", "norms")}
    floats = {fields[name].dtype for name in ("vectors", "norms")}
    if (
        len(counts) > 1
        or (fields["vectors"].ndim, fields["norms"].ndim) != (2, 1)
        or floats != {np.dtype(np.float32)}
        or not set(modalities) <= set(get_args(Modality))
        or not all(isinstance(text, str) for text in told)
    ):
        raise ValueError
    return fields


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError
    texts = cast("list[object]", values)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return tuple(cast("list[str]", texts))
