"""Model ids: the current ones, the retired ones and what replaced them, and prices; one table.

Figures are Google's, as others quote them from its model, deprecation and price pages, read until
2026-11-29; each price says itself when it was read.

Example:
    >>> from gemini_nb import catalog
    >>> catalog.default("embedding").id
    'gemini-embedding-2'
    >>> catalog.find_retired("models/gemini-pro").replacement
    'gemini-3.8-flash'
    >>> catalog.find_price("gemini-3.8-flash", on="2027-01-01").output
    7.5
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Literal

GEMINI_URL = "https://generativelanguage.googleapis.com"

Kind = Literal["text", "robotics", "embedding"]

VARIABLES: dict[Kind, str] = {
    "text": "GEMINI_NB_MODEL",
    "robotics": "GEMINI_NB_ROBOTICS_MODEL",
    "embedding": "GEMINI_NB_EMBEDDING_MODEL",
}
"""The environment variable that overrides the default model of each kind."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be called."""

    id: str
    """Without the `models/` prefix."""
    kind: Kind
    thinking_levels: tuple[str, ...] = ()
    """What `thinking_level` may be; empty where it has none, or none is known."""
    ends: str | None = None
    """ISO date on which Google has announced to shut it down, if it has."""
    successor: str = ""
    """Id of the model that answers in its place, at its own price: from `ends` on; always, where
    there is no such date, as for an alias. Empty where none does."""
    input_token_limit: int = 1_048_576
    """The context window, in tokens. Gemini 4 counts its thoughts and its answer into it."""
    output_token_limit: int = 65_536
    """The longest answer, in tokens; 1 for embedding models, as the API lists it."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The REST methods that it supports."""
        if self.kind == "embedding":
            return "embedContent", "batchEmbedContents", "countTokens"
        if "-streaming-" in self.id:
            return "bidiGenerateContent", "countTokens"
        return "generateContent", "streamGenerateContent", "countTokens"

    @property
    def display_name(self) -> str:
        """Its name for people, as "Gemini 3.5 Flash-Lite"."""
        name = self.id.replace("-", " ").title()
        return name.replace("Flash Lite", "Flash-Lite").replace("Robotics Er", "Robotics-ER")

    @property
    def ignores_sampling(self) -> bool:
        """Whether `temperature`, `top_p` and `top_k` are accepted and change nothing."""
        return _WITHOUT_SAMPLING.match(self.successor or self.id) is not None


@dataclass(frozen=True, slots=True)
class RetiredModel:
    """A model that is gone."""

    id: str
    replacement: str
    """Id of the model to call instead."""
    ended: str | None
    """ISO date, or year and month, of the shutdown; None where none is known."""
    existed: bool = True
    """False for a name that people try, and that the API never had."""

    @property
    def told(self) -> str:
        """What became of it and what to call instead, in a sentence."""
        fate = "It was shut down" if self.existed else "The Gemini API has none of that name"
        ended = f" ({self.ended})" if self.ended else ""
        return f"{fate}{ended}: use {self.replacement} instead."


@dataclass(frozen=True, slots=True)
class Price:
    """What a model's tokens cost, in US dollars for a million of them, and until when.

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
    read_on: str = ""
    """ISO date on which the price was read."""
    until: str = ""
    """ISO date of the last day on which it holds, where Google has named one."""
    then: Price | None = None
    """The price from the day after `until` on."""
    long_prompts: Price | None = None
    """The rates of a call whose prompt is longer than `LONG_PROMPT`, where they differ."""

    def on(self, day: str) -> Price:
        """The price that holds on `day`, an ISO date.

        Example:
            >>> price = Price(input=1, output=2, until="2026-12-31", then=Price(input=3, output=4))
            >>> price.on("2026-12-31").input, price.on("2027-01-01").input
            (1, 3)
        """
        return self if self.then is None or day[:10] <= self.until else self.then.on(day)

    def rates(self, prompt: int) -> Price:
        """What a call with a prompt of `prompt` tokens is charged by."""
        return self.long_prompts if self.long_prompts and prompt > LONG_PROMPT else self


LONG_PROMPT = 200_000
"""Tokens up to which a prompt has the usual rates, for models that have two."""

_LOW = ("low", "medium", "high")
_MINIMAL = ("minimal", *_LOW)
_EXTRA = (*_LOW, "xhigh")
_WITHOUT_SAMPLING = re.compile(r"gemini-(4-|3\.[678]|3\.5-flash-lite)")  # since July 2026

CURRENT: tuple[Model, ...] = (
    Model("gemini-3.8-flash", "text", _LOW),
    Model("gemini-4-argon", "text", _LOW),
    Model("gemini-4-carbon", "text", _LOW),
    Model("gemini-4-hydrogen", "text", _EXTRA),
    Model("gemini-4-neon", "text", _EXTRA),
    Model("gemini-3.7-flash", "text", _LOW),
    Model("gemini-3.6-flash", "text", _MINIMAL),
    Model("gemini-3.5-flash", "text", _MINIMAL),
    Model("gemini-3.5-flash-lite", "text", _MINIMAL),
    Model("gemini-3.1-flash-lite", "text", _MINIMAL, "2027-05-07"),
    Model("gemini-3.1-pro-preview", "text", _LOW),
    Model("gemini-3-flash-preview", "text", _MINIMAL),
    Model("gemini-2.5-pro", "text", (), "2026-12-01", "gemini-3.8-flash"),
    Model("gemini-2.5-flash", "text", (), "2026-12-01", "gemini-3.5-flash-lite"),
    Model("gemini-2.5-flash-lite", "text"),
    Model("gemini-flash-latest", "text", _LOW, None, "gemini-3.8-flash"),
    Model("gemini-flash-lite-latest", "text", _MINIMAL, None, "gemini-3.5-flash-lite"),
    Model("gemini-pro-latest", "text", _LOW, None, "gemini-3.1-pro-preview"),
    Model("gemini-robotics-er-2-preview", "robotics", _MINIMAL, input_token_limit=131_072),
    Model("gemini-robotics-er-2-streaming-preview", "robotics", input_token_limit=131_072),
    Model("gemini-embedding-2", "embedding", input_token_limit=8_192, output_token_limit=1),
    # Its end is told as 2026-07-14 and as 2028-05-14: too far apart to tell one.
    Model("gemini-embedding-001", "embedding", input_token_limit=2_048, output_token_limit=1),
)
"""The models that can be called, the default of each kind first."""

# What to call instead of which, with the day on which it ended, where one is known, or `never`.
# Those for speech are Google's, by its list of models; this package asks none of them.
_ENDED = """
gemini-3.8-flash: gemini-pro 2025-02-15, gemini-1.0-pro 2025-02-15, gemini-pro-vision 2024-07-12,
  gemini-1.0-pro-vision 2024-07-12, gemini-1.5-flash 2025-09, gemini-2.0-flash 2026-06-01,
  gemini-2.0-flash-thinking, gemini-2.5-flash-preview, aqa, chat-bison-001 2024-08-15,
  text-bison-001 2024-08-15, learnlm-1.5-pro-experimental, learnlm-2.0-flash-experimental
gemini-3-flash-preview: gemini-3-flash never
gemini-3.5-flash-lite: gemini-1.5-flash-8b 2025-09, gemini-2.0-flash-lite 2026-06-01,
  gemini-2.5-flash-lite-preview 2026-03-31, gemini-3.1-flash-lite-preview 2026-05
gemini-3.1-pro-preview: gemini-ultra, gemini-1.0-ultra, gemini-1.5-pro 2025-09, gemini-2.0-pro,
  gemini-exp, gemini-2.5-pro-exp, gemini-2.5-pro-preview 2025-12-02,
  gemini-3-pro-preview 2026-03-09, gemini-3-pro never, gemini-3.1-pro never
gemini-3.8-live: gemini-2.0-flash-live 2025-12-09, gemini-live-2.5-flash-preview 2025-12-09,
  gemini-2.5-flash-native-audio-preview 2026-11-17, gemini-2.5-flash-preview-native-audio-dialog
gemini-3.8-flash-tts: gemini-2.5-pro-preview-tts 2026-11-17
gemini-3.8-flash-lite-tts: gemini-2.5-flash-preview-tts 2026-11-17
gemini-3.1-flash-image: gemini-2.0-flash-preview-image-generation,
  gemini-2.0-flash-exp-image-generation, gemini-2.5-flash-image-preview 2026-01-15,
  gemini-3.1-flash-image-preview 2026-06-25
gemini-embedding-2: embedding-001 2025-10, text-embedding-004 2026-01-14,
  gemini-embedding-exp 2025-10, gemini-embedding-2-preview 2026-11-06,
  embedding-gecko-001 2024-08-15, embedding-gecko-002 2024-08-15, text-embedding-005 never
gemini-robotics-er-2-preview: gemini-robotics-er-1.5-preview 2026-04-30,
  gemini-robotics-er-1.6-preview 2026-08-31
"""

RETIRED: tuple[RetiredModel, ...] = tuple(
    RetiredModel(name, replacement, ended.removeprefix("never") or None, ended != "never")
    for replacement, entries in re.findall(r"(?m)^(\S+): ((?:.|\n  )+)", _ENDED)
    for name, ended in re.findall(r"([a-z][\w.-]*) ?(never|[\d-]*)", entries)
)
"""Models that lessons and old code name and that no longer answer."""

# What lessons put behind a name: gemini-1.5-pro-002, gemini-2.5-pro-preview-05-06.
_VERSION = re.compile(r"(-(latest|exp|preview|\d{3}))?(-\d\d-\d\d|-\d\d-\d{4}|-\d{4})?")

# Of the paid tier, standard service, for text, as price lists and announcements quote them from
# ai.google.dev/gemini-api/docs/pricing, which could not be opened. Where none has a rate, there is
# none here, nor where it hangs on the kind of input, as for gemini-embedding-2.
_FLASH = Price(0.75, 3.75, 0.075, "2026-10-14", "2026-12-31", Price(1.50, 7.50, 0.15, "2026-10-14"))
_LITE = Price(0.30, 2.50, 0.03, "2026-11-29")
_ROBOTICS = Price(1, 5, 0.10, "2026-10-14", "2026-12-31", Price(2, 10, 0.20, "2026-10-14"))
_ARGON = Price(2, 10, 0.1, "2026-10-14", "2026-11-30", Price(4, 20, 0.2, "2026-10-14"))
_CARBON = Price(2, 10, None, "2026-11-10", "2026-11-30", Price(4, 20, None, "2026-11-10"))
PRICES: dict[str, Price] = {
    **dict.fromkeys(("gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash"), _FLASH),
    "gemini-4-argon": _ARGON,
    "gemini-4-carbon": _CARBON,
    "gemini-4-hydrogen": Price(1.50, 7.50, 0.075, "2026-11-29"),
    "gemini-4-neon": Price(3.00, 15.00, None, "2026-11-18"),
    "gemini-3.5-flash": Price(1.50, 9.00, 0.15, "2026-11-29"),
    "gemini-3.5-flash-lite": _LITE,
    "gemini-3.1-flash-lite": Price(0.25, 1.50, 0.025, "2026-11-29"),
    "gemini-3.1-pro-preview": Price(2, 12, 0.20, "2026-11-29", long_prompts=Price(4, 18)),
    "gemini-2.5-pro": Price(1.25, 10.0, 0.125, "2026-11-29", "2026-11-30", _FLASH, Price(2.5, 15)),
    "gemini-2.5-flash": Price(0.30, 2.50, 0.03, "2026-11-29", "2026-11-30", _LITE),
    "gemini-robotics-er-2-preview": _ROBOTICS,
    "gemini-robotics-er-2-streaming-preview": _ROBOTICS,
    "gemini-embedding-001": Price(0.15, 0, None, "2026-11-29"),
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
    return find(chosen) or replace(first, id=chosen, thinking_levels=())


def find(name: str) -> Model | None:
    """The current model called `name`, with or without `models/`; None if there is none."""
    return next((model for model in CURRENT if model.id == bare_id(name)), None)


def find_price(name: str, on: str = "") -> Price | None:
    """What the model called `name` costs; None where it is not known.

    Args:
        name: with or without `models/`; an alias has the price of the model that it stands for.
        on: ISO date of the call. Without it, the price is the one that held when it was read.

    Example:
        >>> find_price("models/gemini-3.5-flash").input
        1.5
        >>> [find_price("gemini-2.5-pro", day).output for day in ("2026-11-30", "2026-12-01")]
        [10.0, 3.75]
    """
    name = bare_id(name)
    known = find(name)
    price = PRICES.get(name) or PRICES.get(known.successor if known else "")
    return price.on(on) if price else None


def find_retired(name: str) -> RetiredModel | None:
    """The retired model called `name`, in capitals, too; None if it is not one.

    Example:
        >>> find_retired("gemini-1.5-pro-002").replacement
        'gemini-3.1-pro-preview'
    """
    name = bare_id(name).lower()
    for gone in () if find(name) else RETIRED:
        if name.startswith(gone.id) and _VERSION.fullmatch(name.removeprefix(gone.id)):
            return replace(gone, id=name)
    return None


def bare_id(name: str) -> str:
    """`name` without the `models/` prefix.

    Example:
        >>> bare_id("models/gemini-3.8-flash")
        'gemini-3.8-flash'
    """
    return name.removeprefix("models/")
