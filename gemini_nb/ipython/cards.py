"""Models, files and whatever else has a name, as cards; pages of them, and embeddings, as tables.

A page is a table of its items' cards: what an item says of itself in a line of its card stands in a
column.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb import catalog
from gemini_nb.display import Card, Fact, Table, byte_size, counted, words
from gemini_nb.ipython.options import lifetime
from gemini_nb.tokens.usage import is_gemini, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.genai import pagers, types

_ROWS: Final = 100  # a longer table is no longer read, and makes a notebook heavy
_NUMERIC: Final = frozenset({"takes", "returns", "size", "", "norm", "least", "greatest"})
_COMPANION: Final = re.compile("stream|count|batch|async|createCached")
"""How methods begin that come with another one, which says enough in a table."""
_MEANINGS: Final = {
    "PROCESSING": "The API is still reading it: ask again with client.files.get before its use.",
    "FAILED": "The API could not read it: see .error, and upload it again.",
}
_CUT: Final = "A text was longer than the model reads: its end is not in its embedding."
_NO_SAMPLING: Final = "temperature, top_p and top_k have no effect"
_IN_CARDS_ONLY: Final = frozenset({"about", "sampling"})
_BARS: Final = 48
_BLOCKS: Final = "▁▂▃▄▅▆▇█"


def model_card(model: types.Model) -> Card:
    """What a model is called, what it takes and returns, and until when it is there."""
    name, title = catalog.bare_id(words(model.name)), words(model.display_name)
    known = catalog.find(name)
    # A successor's ways are its own until the day it takes over.
    is_fixed = known is not None and known.ignores_sampling and not known.ends
    return Card(
        title=title or name or "A model",
        subtitle=name if title else "",
        facts=(
            Fact("takes", _tokens(model.input_token_limit)),
            Fact("returns", _tokens(model.output_token_limit)),
            Fact("methods", ", ".join(map(words, model.supported_actions or ()))),
            Fact("thinks", "yes" if model.thinking else ""),
            Fact("sampling", _NO_SAMPLING if is_fixed else ""),
            Fact("about", words(model.description, 600)),
        ),
        remarks=_told(lifetime(name)),
    )


def thing_card(thing: Any) -> Card:  # noqa: ANN401 - classes without a common base
    """A file, cached content, a job, a store, a document or an operation: what it tells of itself.

    Its name is given by the API and differs each time, so that only the rich form has it; the time
    until it expires is told from its beginning, not from now.
    """

    def of(name: str) -> Any:  # noqa: ANN401 - one has what another has not
        return getattr(thing, name, None)

    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(thing).__name__).capitalize()
    state, failure = words(getattr(of("state"), "name", of("state"))), of("error")
    made, ends = of("create_time"), of("expiration_time") or of("expire_time")
    hours = round((ends - made).total_seconds() / 3600) if made and ends else 0
    return Card(
        title=words(of("display_name")) or kind,
        subtitle=kind if of("display_name") else "",
        facts=(
            Fact("type", words(of("mime_type"))),
            Fact("size", byte_size(of("size_bytes"))),
            Fact("length", words(dict(of("video_metadata") or {}).get("video_duration"))),
            Fact("model", words(of("model") or of("base_model"))),
            Fact("holds", _tokens(getattr(of("usage_metadata"), "total_token_count", None))),
            Fact("state", state),
            Fact("done", {True: "yes", False: "not yet"}.get(of("done"), "")),
            Fact("kept", f"for {counted(hours, 'hour')}" if hours > 0 else ""),
            Fact("name", words(of("name")), is_lasting=False),
        ),
        remarks=_told(
            _MEANINGS.get(state),
            f"The API says: {words(getattr(failure, 'message', failure))}" if failure else "",
        ),
    )


def page_table(pager: pagers.Pager[Any]) -> Table:
    """The items on the page that a pager holds; the API is asked for nothing."""
    several = words(pager.name).replace("_", " ")
    one = several.removesuffix("s")
    rows = [_cells(item, one) for item in pager.page[:_ROWS]]
    # A column that says nothing about any of these items is not worth its room.
    columns = dict.fromkeys(name for row in rows for name, cell in row.items() if cell)
    more = "There are more pages: loop over the pager, or call its next_page()."
    return Table(
        heading=f"{counted(len(pager.page), one, several)} on this page",
        columns=tuple(columns),
        rows=tuple(tuple(row.get(name, "") for name in columns) for row in rows),
        remarks=_told(
            _rest(len(pager.page), " on this page"), more if pager.config.get("page_token") else ""
        ),
        numeric=_NUMERIC,
    )


def embeddings_table(told: Any) -> Table:  # noqa: ANN401 - a response, or one embedding of it
    """How many vectors there are, of how many values, how long they are and what they look like."""
    embeddings: list[Any] = getattr(told, "embeddings", [told]) or []
    vectors: list[list[float]] = [embedding.values or [] for embedding in embeddings]
    sizes = " or ".join(f"{size:,}" for size in sorted(set(map(len, vectors))))
    answered = told_by(told if hasattr(told, "embeddings") else None)
    is_cut = any(getattr(each.statistics, "truncated", None) for each in embeddings)
    return Table(
        heading=counted(len(vectors), "embedding") + (f" of {sizes} values" if sizes else ""),
        columns=("", "norm", "least", "greatest", "values"),
        rows=tuple(
            (str(n), *(f"{x:.3f}" for x in (math.hypot(*v), min(v), max(v))), sparkline(v))
            for n, v in enumerate(vectors[:_ROWS])
        ),
        remarks=_told(
            _rest(len(vectors)),
            _CUT if is_cut else "",
            "" if is_gemini(answered.model) else f"{words(answered.model)}, not Gemini",
            f"replayed, recorded on {answered.recorded}" if answered.recorded else "",
        ),
        numeric=_NUMERIC,
    )


def sparkline(values: Sequence[float]) -> str:
    """The values as a row of blocks, the middle of the scale being zero.

    Long vectors are cut into runs of equal length; each shows its value farthest from zero, since
    means of many values of either sign would all be near zero.

    Example:
        >>> sparkline([-1.0, -0.4, 0.4, 1.0])
        '▁▃▆█'
    """
    count = min(len(values), _BARS)
    edges = [len(values) * n // count for n in range(count + 1)] if count else []
    bars = [max(values[start:end], key=abs) for start, end in pairwise(edges)]
    highest = max(map(abs, bars), default=0.0)
    if highest == 0:
        return "\N{MIDDLE DOT}" * len(bars)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((bar / highest + 1) / 2 * steps)] for bar in bars)


def _cells(item: object, one: str) -> dict[str, str]:
    """The columns of an item on a page of `one`s, by their names."""
    card = model_card(cast("types.Model", item)) if one == "model" else thing_card(item)
    told = {one: card.title}
    if one == "model":  # it is called by its id
        told = {"id": card.subtitle or card.title, "name": card.title if card.subtitle else ""}
    # What the API names anew in each run stands in no column.
    facts = [fact for fact in card.facts if fact.is_lasting and fact.name not in _IN_CARDS_ONLY]
    told |= {fact.name: fact.value for fact in facts} | {"note": " ".join(card.remarks)}
    methods = told.get("methods", "").split(", ")
    return told | {"methods": ", ".join(name for name in methods if not _COMPANION.match(name))}


def _told(*sentences: str | None) -> tuple[str, ...]:
    return tuple(filter(None, sentences))


def _rest(held: int, where: str = "") -> str:
    return f"and {held - _ROWS:,} more{where}" if held > _ROWS else ""


def _tokens(count: int | None) -> str:
    return counted(count, "token") if count else ""
