"""Model ids: the current ones, the retired ones and what replaced them; one table.

Figures are Google's, read on 2026-11-22 from its model, deprecation and release-note pages.

Example:
    >>> from gemini_nb import catalog
    >>> catalog.default("embedding").id
    'gemini-embedding-2'
    >>> catalog.find_retired("models/gemini-pro").replacement
    'gemini-3.8-flash'
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "robotics", "embedding"]

VARIABLES: dict[Kind, str] = {
    "text": "GEMINI_NB_MODEL",
    "robotics": "GEMINI_NB_ROBOTICS_MODEL",
    "embedding": "GEMINI_NB_EMBEDDING_MODEL",
}
"""The environment variable that overrides the default model of each kind."""

GENERATION_METHODS = ("generateContent", "streamGenerateContent", "countTokens")
EMBEDDING_METHODS = ("embedContent", "batchEmbedContents", "countTokens")


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be called."""

    id: str
    """Without the `models/` prefix."""
    kind: Kind
    display_name: str
    input_token_limit: int
    """The context window, in tokens."""
    output_token_limit: int
    """The longest answer, in tokens; 1 for embedding models, as the API lists it."""
    ends: str | None = None
    """ISO date on which Google has announced to shut it down, if it has."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The REST methods that the model supports."""
        return EMBEDDING_METHODS if self.kind == "embedding" else GENERATION_METHODS


@dataclass(frozen=True, slots=True)
class RetiredModel:
    """A model that is gone."""

    id: str
    replacement: str
    """Id of the model to call instead."""
    ended: str | None
    """ISO date, or year and month, of the shutdown; None where Google gave no date."""


def _text(name: str, display: str, ends: str | None = None) -> Model:
    return Model(name, "text", display, 1_048_576, 65_536, ends)


CURRENT: tuple[Model, ...] = (
    _text("gemini-3.8-flash", "Gemini 3.8 Flash"),
    _text("gemini-3.7-flash", "Gemini 3.7 Flash"),
    _text("gemini-3.6-flash", "Gemini 3.6 Flash"),
    _text("gemini-3.5-flash", "Gemini 3.5 Flash"),
    _text("gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite"),
    _text("gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview"),
    _text("gemini-2.5-pro", "Gemini 2.5 Pro", ends="2026-12-01"),
    _text("gemini-2.5-flash", "Gemini 2.5 Flash", ends="2026-12-01"),
    _text("gemini-flash-latest", "Gemini Flash Latest"),
    Model(
        "gemini-robotics-er-2-preview", "robotics", "Gemini Robotics-ER 2 Preview", 131_072, 65_536
    ),
    Model("gemini-embedding-2", "embedding", "Gemini Embedding 2", 8_192, 1),
    Model("gemini-embedding-001", "embedding", "Gemini Embedding 001", 2_048, 1),
)
"""The models that can be called, the default of each kind first."""

RETIRED: tuple[RetiredModel, ...] = (
    RetiredModel("gemini-pro", "gemini-3.8-flash", "2025-02-15"),
    RetiredModel("gemini-pro-vision", "gemini-3.8-flash", "2024-07-12"),
    RetiredModel("gemini-ultra", "gemini-3.1-pro-preview", None),
    RetiredModel("embedding-001", "gemini-embedding-2", "2025-10"),
    RetiredModel("chat-bison-001", "gemini-3.8-flash", "2024-08-15"),
    RetiredModel("text-bison-001", "gemini-3.8-flash", "2024-08-15"),
    RetiredModel("embedding-gecko-001", "gemini-embedding-2", "2024-08-15"),
    RetiredModel("embedding-gecko-002", "gemini-embedding-2", "2024-08-15"),
    RetiredModel("aqa", "gemini-3.8-flash", None),
    RetiredModel("gemini-robotics-er-1.5-preview", "gemini-robotics-er-2-preview", "2026-04-30"),
    RetiredModel("gemini-robotics-er-1.6-preview", "gemini-robotics-er-2-preview", "2026-08-31"),
)
"""Models that Google's REST and robotics guides name and that no longer answer."""


def default(kind: Kind) -> Model:
    """The model of `kind` to use unless the caller says otherwise.

    The variable in `VARIABLES` overrides it; an id that this table does not know is taken as it
    is, with the limits of the kind's default.

    Raises:
        ValueError: `kind` is none of "text", "robotics" and "embedding".

    Example:
        >>> default("robotics").id
        'gemini-robotics-er-2-preview'
    """
    if kind not in VARIABLES:
        raise ValueError(f"kind must be one of {', '.join(VARIABLES)}, not {kind!r}")
    first = next(model for model in CURRENT if model.kind == kind)
    chosen = bare_id(os.environ.get(VARIABLES[kind], "").strip()) or first.id
    if known := find(chosen):
        return known
    return Model(chosen, kind, chosen, first.input_token_limit, first.output_token_limit)


def find(name: str) -> Model | None:
    """The current model called `name`, with or without `models/`; None if there is none."""
    return next((model for model in CURRENT if model.id == bare_id(name)), None)


def find_retired(name: str) -> RetiredModel | None:
    """The retired model called `name`, with or without `models/`; None if it is not one."""
    return next((model for model in RETIRED if model.id == bare_id(name)), None)


def bare_id(name: str) -> str:
    """`name` without the `models/` prefix.

    Example:
        >>> bare_id("models/gemini-3.8-flash")
        'gemini-3.8-flash'
    """
    return name.removeprefix("models/")
