"""A bar that tells how many items have their vector, once that takes a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

# The text bar: a widget's, in a notebook that is opened again, is an error message.
import tqdm.std

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from gemini_nb.embeddings.asking.batches import Batch

    Keep = Callable[[Batch, object], None]

_QUIET: Final = 2.0  # seconds before it is shown


@contextmanager
def shown(batches: Sequence[Batch], keep: Keep) -> Generator[Keep]:
    """`keep`, with a bar on stderr that grows by each batch that is kept.

    A single batch has none, and TQDM_DISABLE=1 switches it off.

    Example:
        >>> with shown([], lambda batch, response: print(response)) as keep:
        ...     keep((), "kept")
        kept
    """
    if len(batches) <= 1:
        yield keep
        return
    total = sum(map(_items, batches))
    # tqdm tells type checkers next to nothing.
    with cast("Any", tqdm.std).tqdm(total=total, unit="items", leave=False, delay=_QUIET) as bar:

        def keep_and_show(batch: Batch, response: object) -> None:
            keep(batch, response)
            bar.update(_items(batch))

        yield keep_and_show


def _items(batch: Batch) -> int:
    return sum(len(entry.positions) for entry in batch)
