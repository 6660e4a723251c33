"""A model, as `client.models.get` and `client.models.list` return it."""

from __future__ import annotations

from typing import Any

from gemini_nb import catalog
from gemini_nb.fields import elements, field
from gemini_nb.ipython.sdk_objects.cards import Card, Fact
from gemini_nb.ipython.sdk_objects.wording import number, words


def model_card(model: object) -> Card:
    """What a model is called, what it takes and returns, and until when it is there."""
    name = model_id(model)
    display_name = words(field(model, "display_name"))
    return Card(
        title=display_name or name or "A model",
        subtitle=name if display_name else "",
        facts=(
            Fact("takes", _tokens(field(model, "input_token_limit"))),
            Fact("returns", _tokens(field(model, "output_token_limit"))),
            Fact("methods", ", ".join(map(words, methods(model)))),
            Fact("sampling", _sampling(model)),
            Fact("thinks", "yes" if field(model, "thinking") is True else ""),
            Fact("version", words(field(model, "version"))),
        ),
        remarks=tuple(filter(None, (words(field(model, "description"), 600), lifetime(name)))),
    )


def model_id(model: object) -> str:
    """The id to call a model by, without `models/`."""
    return catalog.bare_id(words(field(model, "name")))


def methods(model: object) -> list[Any]:
    """The REST methods that a model supports."""
    return elements(model, "supported_actions") or elements(model, "supported_generation_methods")


def lifetime(name: str) -> str:
    """What is known of the end of the model called `name`, in a sentence; "" if nothing is.

    Example:
        >>> lifetime("gemini-robotics-er-1.5-preview")
        'It was shut down (2026-04-30): use gemini-robotics-er-2-preview instead.'
        >>> lifetime("gemini-2.5-pro")
        'Google shuts it down on 2026-12-01.'
    """
    if retired := catalog.find_retired(name):
        ended = f" ({retired.ended})" if retired.ended else ""
        return f"It was shut down{ended}: use {retired.replacement} instead."
    known = catalog.find(name)
    return f"Google shuts it down on {known.ends}." if known and known.ends else ""


def _tokens(limit: object) -> str:
    return f"up to {number(limit)} tokens" if limit else ""


def _sampling(model: object) -> str:
    highest = words(field(model, "max_temperature"))
    settings = [
        f"{name} {value}" + (f" (at most {highest})" if name == "temperature" and highest else "")
        for name in ("temperature", "top_p", "top_k")
        if (value := words(field(model, name)))
    ]
    return ", ".join(settings)
