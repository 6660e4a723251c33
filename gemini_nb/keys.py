"""Where an API key comes from: an argument, the environment, or a Colab secret."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

from gemini_nb.errors import InvalidKeyError
from gemini_nb.redaction import KEY_VARIABLES, PLACEHOLDER, Secret, remember

_NAMES_A_KEY = re.compile(r"(?i)key|token|secret|auth")


def find_key(api_key: str | None = None) -> tuple[Secret | None, str]:
    """The key to use, or None if there is none, and where it is from, for a person to read.

    Looked for in this order: `api_key`; GOOGLE_API_KEY, then GEMINI_API_KEY in the environment,
    as the SDK does; the Colab secrets of the same names. A blank value counts as none, and so
    does the placeholder that `connect` sets while offline.

    Raises:
        InvalidKeyError: a key holds characters that no HTTP header can carry, or is not a str.

    Example:
        >>> find_key("offline-not-a-key"), find_key(" my-key ")
        ((None, ''), ('[key redacted]', 'the api_key argument'))
    """
    places: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
        ("the api_key argument", "", lambda _: api_key),
        *((name, name, os.environ.get) for name in KEY_VARIABLES),
        *((f"the Colab secret {name}", name, _colab_secret) for name in KEY_VARIABLES),
    )
    for source, name, look_up in places:
        key = hidden(look_up(name))
        if key and key != PLACEHOLDER:
            _check(key, source)
            return key, source
    return None, ""


def hidden(key: str | None) -> Secret | None:
    """`key` as a Secret, which `redact` takes out of every text from now on.

    Raises:
        InvalidKeyError: `key` is not a str.
    """
    if key is None or isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        remember(key or "")
        return None if key is None else Secret(key.strip())
    kind = type(key).__name__
    if isinstance(key, bytes):
        remember(key.decode(errors="replace"))
    del key
    raise InvalidKeyError(
        f"A key is a str, not {kind}: pass api_key=Path(...).read_text() for one in a file."
    )


def hidden_in(options: Any, name: str = "") -> Any:  # noqa: ANN401 - nested as the SDK's options
    """`options` with what is named as a key or token hidden: in headers, parameters, anywhere."""
    if isinstance(options, Mapping):
        members = cast("Mapping[str, Any]", options)
        return {name: hidden_in(value, name) for name, value in members.items()}
    if hasattr(options, "model_fields_set"):  # the SDK's HttpOptions
        hidden_in(dict(options))
    return hidden(options) if isinstance(options, str) and _NAMES_A_KEY.search(name) else options


def _check(key: Secret, source: str) -> None:
    for position, character in enumerate(key, start=1):
        if not "!" <= character <= "~":
            raise InvalidKeyError(
                f"The key from {source} holds {character!r} at position {position} of {len(key)}. "
                "A key is one run of letters, digits and signs: copy it again."
            )


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
