"""Which model a magic asks: an id, not a nickname, and one that still answers."""

from __future__ import annotations

import difflib
import re
from typing import Final

from gemini_nb import catalog
from gemini_nb.errors import ModelError

# A newer model than our table knows may be asked for by its full id.
_FULL_ID: Final = re.compile(r"(models/)?[a-z]+(-[a-z]+)*-\d[\w.-]*|tunedModels/[\w.-]+")


def model_ids() -> tuple[str, ...]:
    """The ids of the models that answer prompts, the default first."""
    usual = catalog.default("text").id
    current = [model.id for model in catalog.CURRENT if model.kind != "embedding"]
    return (usual, *(name for name in current if name != usual))


def chosen_model(name: str) -> str:
    """The id of the model called `name`, without `models/`; the default for "".

    Raises:
        ModelError: a nickname, such as "flash"; a model that is retired; or one that makes
            vectors and no answers.

    Example:
        >>> chosen_model("models/gemini-3.6-flash")
        'gemini-3.6-flash'
    """
    if not name:
        return catalog.default("text").id
    if retired := catalog.find_retired(name):
        ended = f" since {retired.ended}" if retired.ended else ""
        raise ModelError(f"{retired.id} is gone{ended}; ask {retired.replacement}.")
    known = catalog.find(name)
    if known is not None and known.kind == "embedding":
        raise ModelError(
            f"{known.id} makes vectors, not answers; ask it with gnb.embed(client, texts)."
        )
    if known is None and not _FULL_ID.fullmatch(name):
        raise ModelError(f"{name!r} is no model's id.{suggestion(name)}")
    return catalog.bare_id(name)


def suggestion(name: str) -> str:
    """A sentence on which models `name` may mean, and which there are.

    Example:
        >>> suggestion("3.6-flahs").split(" Models: ")[0]
        ' Did you mean gemini-3.6-flash?'
    """
    ids = model_ids()
    parts = [one for one in ids if name.lower() in one]
    similar = [*parts, *difflib.get_close_matches(name.lower(), ids, cutoff=0.5)]
    meant = f" Did you mean {similar[0]}?" if similar else ""
    return f"{meant} Models: {', '.join(ids)}."
