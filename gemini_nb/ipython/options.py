"""The options of `%%gemini`: one table for its parser, its help and its completion."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final, Literal

from gemini_nb.errors import InvalidOptionError
from gemini_nb.ipython.command_words import words_of
from gemini_nb.ipython.interpolation import CLOSE, OPEN, interpolate

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Option:
    """One option."""

    name: str
    help: str
    metavar: str = ""
    """What its value is, in capitals; "" if it takes none."""
    holds: Literal["", "model", "variable"] = ""
    """What its value can be completed to."""
    type: type[Any] = str
    repeats: bool = False


MODEL: Final = Option("--model", "ask this model; given twice, both answer side by side", "MODEL",
                      "model", repeats=True)  # fmt: skip
OPTIONS: Final = (
    MODEL,
    Option("--system", "the system instruction: 'TEXT' or {{variable}}", "TEXT"),
    Option("--temperature", "0 for the likeliest words, more for variety", "T", type=float),
    Option("--max-output-tokens", "end the answer after so many tokens", "N", type=int),
    Option("--image", "a picture before the prompt: a variable or a path; may be repeated; what "
           "the answer points at is drawn on it", "NAME", "variable", repeats=True),
    Option("--chat", "go on with the chat in this variable, or begin one there", "NAME",
           "variable"),
    Option("--json", "answer in JSON; the variable of --out holds what it says"),
    Option("--schema", "answer in this form: a pydantic class, list[Class] or a JSON schema; the "
           "variable of --out holds such objects", "NAME", "variable"),
    Option("--out", "keep the answer in this variable too; it is always in _gemini", "VAR"),
    Option("--thoughts", "show a summary of what the model thought"),
    Option("--no-badge", "leave out the line that says what it cost in tokens"),
    Option("--literal", "send {{ and }} as they are"),
)  # fmt: skip
FLAGS: Final = frozenset(option.name for option in OPTIONS if not option.metavar)
"""The options that take no value."""
_SAME: Final = (
    "system",
    "temperature",
    "max_output_tokens",
    "chat",
    "json",
    "schema",
    "out",
    "thoughts",
    "literal",
)
_VALUED: Final = {option.name: option for option in OPTIONS if option.metavar}


@dataclass(frozen=True, slots=True)
class Settings:
    """What one `%%gemini` asks for."""

    models: tuple[str, ...] = ()
    """As they were written; none for the default."""
    system: str | None = None
    temperature: float | None = None
    max_output_tokens: int | None = None
    images: tuple[str, ...] = ()
    chat: str | None = None
    json: bool = False
    schema: str | None = None
    out: str | None = None
    thoughts: bool = False
    badge: bool = True
    literal: bool = False


def arguments_of(line: str, namespace: Mapping[str, object]) -> list[str]:
    """The words of `line` for argparse, each `{{expression}}` in them replaced by its value.

    An option and its value are one word, so that the value may begin with a dash. Where a variable
    is meant, `{{name}}` is as good as `name`.

    Raises:
        InterpolationError: an expression without a value.

    Example:
        >>> arguments_of("--system '- be {{how}}' --image {{photo}} --json", {"how": "brief"})
        ['--system=- be brief', '--image=photo', '--json']
    """
    words = iter(word.text for word in words_of(line))
    arguments: list[str] = []
    for word in words:
        value = next(words, None) if word in _VALUED else None
        if value is None:
            arguments.append("".join(map(str, interpolate(word, namespace))))
        elif _VALUED[word].holds == "variable":
            arguments.append(f"{word}={value.removeprefix(OPEN).removesuffix(CLOSE).strip()}")
        else:
            arguments.append(f"{word}={''.join(map(str, interpolate(value, namespace)))}")
    return arguments


def settings_of(parsed: Namespace) -> Settings:
    """The settings in what argparse has read.

    Raises:
        InvalidOptionError: a variable's name that is none, or options that do not go together.
    """
    given: dict[str, Any] = vars(parsed)
    first = [given["first_model"]] if given["first_model"] else []
    settings = Settings(
        models=tuple(dict.fromkeys([*first, *(given["model"] or [])])),
        images=tuple(given["image"] or []),
        badge=not given["no_badge"],
        **{name: given[name] for name in _SAME},
    )
    for name in ("chat", "out"):
        variable = getattr(settings, name)
        if variable is not None and (not variable.isidentifier() or iskeyword(variable)):
            raise InvalidOptionError(f"--{name} takes a variable's name, not {variable!r}.")
    if settings.chat and len(settings.models) > 1:
        raise InvalidOptionError("--chat goes with one model: a chat has one partner.")
    return settings
