"""Embeddings, as `client.models.embed_content` returns them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from gemini_nb.fields import elements, field
from gemini_nb.ipython.sdk_objects.wording import counted, words
from gemini_nb.tables import Picture, Table
from gemini_nb.tokens.origin import answered_by, is_gemini

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROWS = 50
_CUT = "A text was longer than the model reads: its end is not in its embedding."
_BARS = 48
_BAR_WIDTH, _HEIGHT = 5, 28  # pixels
_BLOCKS = "▁▂▃▄▅▆▇█"


def embeddings_table(response: object) -> Table:
    """How many vectors there are, of how many values, how long they are and what they look like."""
    name = answered_by(response)
    origin = "" if is_gemini(name) else f"{words(name)}, not Gemini"
    return _table(elements(response, "embeddings"), origin)


def embedding_table(embedding: object) -> Table:
    """The same for one of them."""
    return _table([embedding])


def _table(embeddings: Sequence[object], origin: str = "") -> Table:
    vectors = [_values(embedding) for embedding in embeddings]
    sizes = sorted({len(vector) for vector in vectors})
    values = f" of {' or '.join(f'{size:,}' for size in sizes)} values" if sizes else ""
    rest = f"and {len(vectors) - _ROWS:,} more" if len(vectors) > _ROWS else ""
    cut = _CUT if any(map(_is_cut, embeddings)) else ""
    return Table(
        heading=counted(len(vectors), "embedding") + values,
        columns=("", "norm", "least", "greatest", "values"),
        rows=tuple(_row(position, vector) for position, vector in enumerate(vectors[:_ROWS])),
        remarks=tuple(filter(None, (rest, cut, origin))),
        numeric=frozenset({"", "norm", "least", "greatest"}),
    )


def sparkline(values: Sequence[float]) -> str:
    """The values as a row of blocks, the middle of the scale being zero.

    Long vectors are cut into runs of equal length; each shows its value farthest from zero, since
    means of many values of either sign would all be near zero.

    Example:
        >>> sparkline([-1.0, -0.4, 0.4, 1.0])
        '▁▃▆█'
    """
    bars = _bars(values)
    highest = max(map(abs, bars), default=0.0)
    if highest == 0:
        return "\N{MIDDLE DOT}" * len(bars)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((bar / highest + 1) / 2 * steps)] for bar in bars)


def _row(position: int, vector: Sequence[float]) -> tuple[str | Picture, ...]:
    if not vector:
        return (str(position), "", "", "", "none")
    title = f"{len(vector):,} values from {min(vector):.3f} to {max(vector):.3f}"
    picture = Picture(sparkline(vector), _svg(vector), title)
    return (
        str(position),
        f"{math.hypot(*vector):.3f}",
        f"{min(vector):.3f}",
        f"{max(vector):.3f}",
        picture,
    )


def _bars(values: Sequence[float]) -> list[float]:
    count = min(len(values), _BARS)
    edges = [len(values) * n // count for n in range(count + 1)] if count else []
    runs = [values[start:end] for start, end in pairwise(edges)]
    return [max(run, key=abs) for run in runs]


def _svg(values: Sequence[float]) -> str:
    bars = _bars(values)
    highest = max(map(abs, bars)) or 1.0
    middle = _HEIGHT / 2
    drawn = ""
    for position, bar in enumerate(bars):
        length = max(round(abs(bar) / highest * middle, 1), 0.5)
        top = middle - length if bar > 0 else middle
        x = position * _BAR_WIDTH
        # One blue that stands out from a white page and from a dark one.
        drawn += f"<rect x='{x}' y='{top:g}' width='{_BAR_WIDTH - 1}' height='{length:g}'/>"
    size = f"width='{len(bars) * _BAR_WIDTH}' height='{_HEIGHT}'"
    group = f"<g fill='rgb(74,134,232)'>{drawn}</g>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{group}</svg>"


def _values(embedding: object) -> list[float]:
    values = elements(embedding, "values")
    return [float(v) for v in values if isinstance(v, int | float) and math.isfinite(v)]


def _is_cut(embedding: object) -> bool:
    return field(field(embedding, "statistics"), "truncated") is True
