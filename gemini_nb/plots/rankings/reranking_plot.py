"""A plot of what a re-ranking moves: before, after, and what that comes to in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from gemini_nb.display import counted
from gemini_nb.embeddings.labels import shortened
from gemini_nb.plots.origin import origin
from gemini_nb.plots.plot import Plot
from gemini_nb.plots.rankings import slopes
from gemini_nb.plots.rankings.queries import longest_text, query_name
from gemini_nb.plots.rankings.reranking import compared, order_after, positions
from gemini_nb.plots.wording import number, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.embeddings.comparing.ranking import Ranking
    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.rankings.reranking import Kind, Move, Reranking

_LINE: Final = 60  # characters
_VERBS: Final[dict[Kind, tuple[str, str]]] = {
    "same": ("stays", "stay"),
    "up": ("moves up", "move up"),
    "down": ("moves down", "move down"),
    "entered": ("enters", "enter"),
    "left": ("leaves", "leave"),
}


def plot_reranking(
    embeddings: Embeddings,
    ranking: Ranking,
    reranked: Sequence[float] | Ranking,
    *,
    k: int,
    title: str | None,
) -> Plot:
    """A plot of the first `k` items of a ranking and of another order of the same items.

    Raises:
        EmbeddingError: either is no order of these items.
    """
    labels = embeddings.labels
    before = positions(ranking, labels)
    after = order_after(reranked, before, labels)
    both = compared(before, after, labels, min(k, len(labels)))
    footnote = statement(*_changes(both), origin(embeddings.answered_by))
    name = query_name(ranking)
    heading = title or f"Nearest to “{name}”, before and after re-ranking"
    longest = longest_text(len(both.moves))
    return Plot(
        "\n".join((f"query: {name}", footnote, *_lines(both))),
        partial(slopes.figure, both, heading, footnote),
        slopes.specification(both, heading, footnote, longest=longest),
    )


def _changes(both: Reranking) -> list[str]:
    """What became of the first items, in words."""
    counts = ", ".join(
        f"{count} {verbs[count > 1]}"
        for kind, verbs in _VERBS.items()
        if (count := both.count(kind))
    )
    changes = [f"of the first {both.places}: {counts}"]
    if both.correlation is not None:
        order = f"rank correlation of the two orders of {counted(both.items, 'item')}"
        changes.append(f"{order} {number(both.correlation)}")
    return changes


def _lines(both: Reranking) -> list[str]:
    return [_line(move) for move in both.moves]


def _line(move: Move) -> str:
    rank = f"{move.after}" if move.is_shown else "-"
    return f"{rank:>2}  {slopes.words(move):<8}{shortened(move.label, _LINE)}"
