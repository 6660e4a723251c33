"""A set of embeddings as a small table: what was embedded, by whom, how long the vectors were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.display import Table
from gemini_nb.embeddings.labels import shortened
from gemini_nb.tokens.usage import is_gemini

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gemini_nb.embeddings.spaces import Space

_ROWS: Final = 10
_PLAIN_RANGE: Final = (0.01, 1000)  # outside of it a length reads better with an exponent
_UNIT: Final = 0.005  # how far from 1 a length still shows as 1.00


def embeddings_table(
    labels: Sequence[str],
    modalities: Sequence[str],
    norms: NDArray[np.float32],
    space: Space,
    task: str | None = None,
) -> Table:
    """The first 10 items, under a line that says how many there are and who made the vectors.

    Args:
        labels: what stands for each item.
        modalities: the kind of each item; shown where there are several.
        norms: the length of each vector before it was made unit length.
        space: model and dimensions.
        task: the task type they were made for, if any.

    Example:
        >>> from gemini_nb.embeddings.spaces import Space
        >>> space = Space("gemini-embedding-2", dimensions=768)
        >>> print(embeddings_table(["a kite"], ["text"], np.ones(1), space, "CLUSTERING").plain())
        1 embedding of 768 dimensions, from gemini-embedding-2
             item    norm
          0  a kite  1.00
          made for CLUSTERING
    """
    is_mixed = len(set(modalities)) > 1
    return Table(
        heading=_heading(len(labels), space),
        columns=("", "item", *(("kind",) if is_mixed else ()), "norm"),
        rows=tuple(
            (str(row), shortened(labels[row]), *((modalities[row],) if is_mixed else ()), length)
            for row, length in enumerate(map(_length, norms[:_ROWS].tolist()))
        ),
        remarks=tuple(_remarks(norms, task)),
        numeric=frozenset({"", "norm"}),
    )


def _heading(count: int, space: Space) -> str:
    size = f" of {space.dimensions:,} dimension{'s' * (space.dimensions != 1)}" if count else ""
    origin = space.author if is_gemini(space.answered_by) else f"{space.author}, not Gemini"
    return f"{count:,} embedding{'s' * (count != 1)}{size}, from {shortened(origin, 80)}"


def _remarks(norms: NDArray[np.float32], task: str | None) -> list[str]:
    remarks = [f"and {len(norms) - _ROWS:,} more"] if len(norms) > _ROWS else []
    if task:
        remarks.append(f"made for {shortened(task)}")
    if len(norms) and float(np.abs(norms - 1).max()) > _UNIT:
        least, greatest = _length(float(norms.min())), _length(float(norms.max()))
        lengths = f"length {least}" if least == greatest else f"lengths {least} to {greatest}"
        remarks.append(f"vectors came with {lengths}: made unit length here")
    return remarks


def _length(norm: float) -> str:
    least, greatest = _PLAIN_RANGE
    return f"{norm:.2f}" if least <= norm < greatest else f"{norm:.1e}"
