"""Model ids: the current ones, the retired ones and what replaced them, and prices; one table.

Figures are Google's, read on 2026-11-22 from its model, deprecation and release-note pages; each
price says itself when it was read.

Example:
    >>> from gemini_nb import catalog
    >>> catalog.default("embedding").id
    'gemini-embedding-2'
    >>> catalog.find_retired("models/gemini-pro").replacement
    'gemini-3.8-flash'
    >>> catalog.find_price("gemini-3.8-flash").read_on
    '2026-09-28'
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


@dataclass(frozen=True, slots=True)
class Rates:
    """What tokens cost: US dollars for a million of them."""

    input: float
    output: float
    """Of the answer and of thoughts."""
    cached: float | None = None
    """Of that part of the input that came from cached content; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model's tokens cost: US dollars for a million of them.

    Example:
        >>> PRICES["my-tuned-model"] = Price(input=0.5, output=3, cached=0.05)
        >>> find_price("my-tuned-model").output
        3
        >>> del PRICES["my-tuned-model"]
    """

    input: float
    output: float
    """Of the answer and of thoughts."""
    cached: float | None = None
    """Of that part of the input that came from cached content; None where it is not known."""
    long_prompts: Rates | None = None
    """The rates of a call whose prompt is longer than `LONG_PROMPT`, where they differ."""
    read_on: str = ""
    """ISO date on which the price was read."""
    until: str = ""
    """ISO date of the last day on which it holds, where Google has named one."""
    source: str = ""
    """Address of the page."""

    def rates(self, prompt: int) -> Rates:
        """What a call with a prompt of `prompt` tokens is charged by."""
        if self.long_prompts is not None and prompt > LONG_PROMPT:
            return self.long_prompts
        return Rates(self.input, self.output, self.cached)


LONG_PROMPT = 200_000
"""Tokens up to which a prompt has the usual rates, for models that have two."""

PRICE_PAGE = "https://ai.google.dev/gemini-api/docs/pricing"


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


# Of the paid tier, standard service, for any kind of input. The page itself could not be opened:
# these are what others quote word for word from it, with the day on which they read it. Where no
# quotation had the rate of cached input, there is none here, and where none had a model, no price.
PRICES: dict[str, Price] = {
    "gemini-3.8-flash": Price(
        input=0.75,
        output=3.75,
        cached=0.075,
        read_on="2026-09-28",
        until="2026-12-31",
        source=PRICE_PAGE,
    ),
    "gemini-3.5-flash": Price(input=1.50, output=9.00, read_on="2026-10-07", source=PRICE_PAGE),
    "gemini-3.5-flash-lite": Price(
        input=0.30, output=2.50, read_on="2026-10-07", source=PRICE_PAGE
    ),
    "gemini-3.1-pro-preview": Price(
        input=2.00,
        output=12.00,
        long_prompts=Rates(4.00, 18.00),
        read_on="2026-10-07",
        source=PRICE_PAGE,
    ),
}
"""Prices by model id. Assign to it to correct a price, or to add one."""


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


def find_price(name: str) -> Price | None:
    """What the model called `name` costs, with or without `models/`; None where it is not known.

    Example:
        >>> find_price("models/gemini-3.5-flash").input
        1.5
    """
    return PRICES.get(bare_id(name))


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
