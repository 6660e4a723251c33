"""The vectors in what an embedding call gave back, one for each item or an error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gemini_nb.embeddings.fields import field
from gemini_nb.errors import EmbeddingError
from gemini_nb.tokens.usage import answered_by, is_gemini

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.embeddings.unit_vectors import Vectors

_AGGREGATED = (
    " gemini-embedding-2 reads a list of strings as one content and gives one vector for all of "
    "them: wrap each string in a types.Content of its own, or use gemini_nb.embed, which does."
)


def vectors_of(response: object, count: int) -> Vectors:
    """The vectors in `response`, shape (count, dimensions), as they came.

    Args:
        response: what `embed_content` returned, or REST's JSON of it; an array; vectors as lists of
            numbers; or a list of any of these, as from one call for each item.
        count: how many items were to be embedded.

    Raises:
        EmbeddingError: there are no vectors in it, not as many as items, or of several lengths.

    Example:
        >>> vectors_of({"embeddings": [{"values": [3, 4]}, {"values": [0, 2]}]}, 2).tolist()
        [[3.0, 4.0], [0.0, 2.0]]
    """
    rows = list(_rows(response))
    if len(rows) != count:
        why = _AGGREGATED if len(rows) == 1 and count > 1 else ""
        raise EmbeddingError(
            f"{len(rows):,} vector{'s' * (len(rows) != 1)} for {count:,} "
            f"item{'s' * (count != 1)}: each item needs one.{why}"
        )
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise EmbeddingError(
            f"The vectors have from {lengths[0]} to {lengths[-1]} values: they are not of one "
            "model and length. Embed all items alike."
        )
    return np.array(rows, dtype=np.float32).reshape(count, lengths[0] if lengths else 0)


def author_of(response: object) -> str:
    """Who answered instead of Gemini, as the response tells; "" for Gemini itself.

    Example:
        >>> author_of({"embeddings": [{"values": [3, 4]}]})
        ''
    """
    is_list = isinstance(response, list | tuple)
    parts = cast("Sequence[object]", response) if is_list else (response,)
    told = (answered_by(part) for part in parts if not isinstance(part, list | tuple))
    return next((name for name in told if not is_gemini(name)), "")


def _rows(source: object) -> Iterator[Vectors]:
    if hasattr(source, "__array__"):
        yield from _numbers(source)
    elif isinstance(source, list | tuple):
        parts = cast("Sequence[object]", source)
        if parts and isinstance(parts[0], int | float | np.number):
            yield from _numbers(parts)
        else:
            for part in parts:
                yield from _rows(part)
    else:
        yield from _rows(_content(source))


def _content(source: object) -> object:
    """What holds the numbers in a response, or in one embedding of it."""
    for name in ("embeddings", "embedding", "values"):
        content = field(source, name)
        if content is not None and not callable(content):
            return content
    told = field(field(source, "error"), "message")
    reason = f'the API answered "{told}"' if isinstance(told, str) else "it has none"
    raise EmbeddingError(
        f"No vector can be read from a {type(source).__name__}: {reason}. Pass what embed_content "
        "returned, REST's JSON of it, or an array."
    )


def _numbers(source: object) -> Vectors:
    """One vector or several as rows."""
    try:
        # Too great for float32 becomes infinite, which `Embeddings` refuses by the item's name.
        with np.errstate(over="ignore"):
            array = np.atleast_2d(np.asarray(cast("Any", source), dtype=np.float32))
    except (TypeError, ValueError):
        raise EmbeddingError(
            f"A {type(source).__name__} in this response holds something besides numbers, or rows "
            "of several lengths."
        ) from None
    return array.reshape(math.prod(array.shape[:-1]), array.shape[-1])
