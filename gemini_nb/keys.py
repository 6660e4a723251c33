"""Where an API key comes from: an argument, the environment, or a Colab secret."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module

from gemini_nb.errors import InvalidKeyError
from gemini_nb.redaction import KEY_VARIABLES, PLACEHOLDER, Secret, remember


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and where it was found."""

    secret: Secret
    source: str
    """For a person to read: "GEMINI_API_KEY", "the Colab secret GOOGLE_API_KEY"."""


def find_key(api_key: str | None = None) -> FoundKey | None:
    """The key to use, or None if there is none.

    Looked for in this order: `api_key`; GOOGLE_API_KEY, then GEMINI_API_KEY in the environment,
    as the SDK does; the Colab secrets of the same names. A blank value counts as none, and so
    does the placeholder that `connect` sets while offline.

    Raises:
        InvalidKeyError: a key holds characters that no HTTP header can carry.

    Example:
        >>> find_key("offline-not-a-key") is None, find_key(" my-key ").source
        (True, 'the api_key argument')
    """
    if found := _checked(api_key, "the api_key argument"):
        return found
    for name in KEY_VARIABLES:
        if found := _checked(os.environ.get(name), name):
            return found
    for name in KEY_VARIABLES:
        if found := _checked(_colab_secret(name), f"the Colab secret {name}"):
            return found
    return None


def _checked(value: str | None, source: str) -> FoundKey | None:
    key = (value or "").strip()
    if not key or key == PLACEHOLDER:
        return None
    remember(key)
    for position, character in enumerate(key):
        if not "!" <= character <= "~":
            raise InvalidKeyError(
                f"The key from {source} holds {_named(character)} at position {position + 1} of "
                f"{len(key)}. A key is one run of letters, digits and signs: copy it again."
            )
    return FoundKey(Secret(key), source)


def _named(character: str) -> str:
    if character.isspace():
        return "a line break" if character in "\r\n" else "white space"
    return "a character outside ASCII" if character > "~" else "a control character"


def _colab_secret(name: str) -> str | None:
    """The secret called `name` in Colab's secret manager; None elsewhere or without access."""
    if "google.colab" not in sys.modules:
        return None
    userdata = import_module("google.colab.userdata")
    refusals = tuple(
        refusal
        for refusal_name in ("SecretNotFoundError", "NotebookAccessError", "TimeoutException")
        if (refusal := getattr(userdata, refusal_name, None)) is not None
    )
    try:
        return userdata.get(name)
    except refusals:
        return None
