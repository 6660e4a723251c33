"""`plot_neighbors`: what is nearest to a query, by how much, and whether that is much here."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import floor
from typing import TYPE_CHECKING, Final

from gemini_nb.display import counted
from gemini_nb.embeddings.comparing.ranking import Ranking
from gemini_nb.embeddings.embedded_items import require_set
from gemini_nb.embeddings.labels import shortened
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.origin import origin
from gemini_nb.plots.plot import Plot
from gemini_nb.plots.rankings import lollipop_specification, lollipops
from gemini_nb.plots.rankings.lollipops import Lollipops, Row
from gemini_nb.plots.rankings.queries import fitted, longest_text, query_name
from gemini_nb.plots.rankings.reranking import positions
from gemini_nb.plots.rankings.reranking_plot import plot_reranking
from gemini_nb.plots.wording import number, numbered, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.embeddings.comparing.pairs import PairScores
    from gemini_nb.embeddings.comparing.ranking import Hit
    from gemini_nb.embeddings.embeddings import Embeddings

MOST_ROWS: Final = 30
"""More can't be taken in at a glance; `Embeddings.nearest` lists them."""

_LABEL: Final = 36  # characters
_LINE: Final = 60
_FEWEST_PAIRS: Final = 3
_BAND: Final = 0.05, 0.95


def plot_neighbors(
    embeddings: Embeddings,
    query: object,
    *,
    k: int = 10,
    reranked: Sequence[float] | Ranking | None = None,
    title: str | None = None,
) -> Plot:
    """A plot of the items nearest to a query: how near, how unusual that is, how clear the first.

    Each item is a dot at its score, with the share of this set's pairs that are less alike. Lines
    start at the median of those pairs, not at 0: a cosine of 0 has no meaning where all items
    of a model share a direction, and bars from there would all look the same. Behind them is the
    range of all pairs but the lowest and highest 5 %. A thick end marks the lead of the first.

    In a set of several kinds of content, scores are cosines less the query's mean with the items
    of that kind, and lines start at that mean: see `Embeddings.nearest`.

    Args:
        embeddings: what is searched.
        query: text, an image, a `types.Content`; one embedded item; or a `Ranking`.
        k: how many items to show, 1 to 30.
        reranked: another order of the same items, to show what it moves: a score for each item,
            or a `Ranking`. Of equal scores, the item that was first stays first.
        title: stands above; the query, by default.

    Raises:
        EmbeddingError: there is nothing to search, `k` is not 1 to 30, or `reranked` is no order
            of these items, such as one score for all of them.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = Embeddings([[1, 0], [3, 4], [0, 1]], ["red", "pink", "blue"], model="a-model")
        >>> plot_neighbors(kites, kites[0], k=2)
        query: red
        leads by 0.40 · lines start at the median of this set's 3 pairs (0.60), not at 0; ...
        1  1.00  100 %  red
        2  0.60   50 %  pink
    """
    require_set(embeddings)
    if k not in range(1, MOST_ROWS + 1):
        raise EmbeddingError(
            f"k={k!r} is not 1 to {MOST_ROWS}, what a plot can show; Embeddings.nearest lists more."
        )
    wanted = max(k, 2) if reranked is None else len(embeddings)
    ranking = query if isinstance(query, Ranking) else embeddings.nearest(query, k=max(wanted, 1))
    if reranked is not None:
        return plot_reranking(embeddings, ranking, reranked, k=k, title=title)
    positions(ranking, embeddings.labels)  # of these items, or there is nothing to show
    # A ranking may be that of shorter vectors: what it was measured by is its own.
    pairs = None if ranking.is_centred else ranking.searched.pair_scores()
    hits = ranking.hits[:k]
    footnote = statement(lead_of(ranking), _scale(pairs), origin(embeddings.answered_by))
    shown = _lollipops(ranking, hits, pairs)
    heading = title or f"Nearest to “{query_name(ranking)}”"
    return Plot(
        "\n".join((f"query: {query_name(ranking)}", footnote, *_lines(ranking, hits))),
        partial(lollipops.figure, shown, heading, footnote),
        lollipop_specification.specification(shown, heading, footnote),
    )


def _lines(ranking: Ranking, hits: Sequence[Hit]) -> list[str]:
    width, decimals = len(str(len(hits))), decimals_for(ranking)
    return [
        f"{rank:>{width}}  {number(hit.score, decimals)}  {_share(hit):>5}  "
        f"{shortened(hit.label, _LINE)}"
        for rank, hit in enumerate(hits, 1)
    ]


def lead_of(ranking: Ranking) -> str:
    """How far the first is ahead of the second, in words; "" without a second."""
    if ranking.margin is None:
        return ""
    lead = _lead(ranking)
    if not lead:
        return "the first two are equally near"
    match ranking.margin_percentile:
        case None:
            return lead
        case 100:
            return f"{lead}, more than any item here leads"
        case share:
            return f"{lead}, more than {floor(share)} % of the items here lead"


def decimals_for(ranking: Ranking) -> int:
    """How many decimals tell the first score from the second, 2 to 4."""
    margin = ranking.margin or 0
    return next((decimals for decimals in (2, 3, 4) if margin >= 0.5 * 10**-decimals), 2)


def _lollipops(ranking: Ranking, hits: Sequence[Hit], pairs: PairScores | None) -> Lollipops:
    decimals = decimals_for(ranking)
    longest = longest_text(len(hits))
    rows = [
        Row(
            numbered(rank, fitted(hit.label, _LABEL), _LABEL),
            shortened(hit.label, longest),
            hit.score,
            number(hit.score, decimals),
            _share(hit),
        )
        for rank, hit in enumerate(hits, 1)
    ]
    lead = _lead(ranking)
    if lead:
        rows[0] = replace(rows[0], shown=f"{rows[0].shown}, {lead}")
    return Lollipops(
        rows=tuple(rows),
        start=_start(pairs),
        start_name="mean of its kind" if pairs is None else "median pair",
        band=_band(pairs),
        second=float(ranking.scores[1]) if len(ranking) > 1 else None,
        share_name="pairs below" if rows[0].share else "",
        score_name="cosine less the mean of its kind" if ranking.is_centred else "cosine",
    )


def _lead(ranking: Ranking) -> str:
    """The lead of the first alone, in words; "" where there is none to speak of."""
    lead = number(ranking.margin or 0, decimals_for(ranking))
    return f"leads by {lead}" if float(lead) else ""


def _share(hit: Hit) -> str:
    """The share of pairs below, cut to whole per cent: 100 % only where none is above."""
    return "" if hit.percentile is None else f"{floor(hit.percentile)} %"


def _start(pairs: PairScores | None) -> float | None:
    """Where the lines start: at the mean that was taken off, or at the median of the pairs."""
    if pairs is None:
        return 0.0
    return pairs.quantile(0.5) if len(pairs) else None


def _band(pairs: PairScores | None) -> tuple[float, float] | None:
    if pairs is None or len(pairs) < _FEWEST_PAIRS:
        return None
    low, high = _BAND
    return pairs.quantile(low), pairs.quantile(high)


def _scale(pairs: PairScores | None) -> str:
    """What the scores are measured against, in words."""
    if pairs is None:
        return "scores and lines start at the query's mean cosine with the items of the same kind"
    start, band = _start(pairs), _band(pairs)
    if start is None:
        return "a single item: there are no pairs to measure its score by"
    if len(pairs) == 1:
        return f"lines start at this set's only pair ({number(start)}), not at 0"
    some = f"{counted(len(pairs), 'pair')}{'' if pairs.is_exact else ', a sample,'}"
    spread = f"lines start at the median of this set's {some} ({number(start)}), not at 0"
    if band is None:
        return spread
    low, high = band
    return f"{spread}; band: 5th to 95th percentile ({number(low)} to {number(high)})"
