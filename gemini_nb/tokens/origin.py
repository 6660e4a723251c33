"""Who answered: the model's own name for itself, and whether it was Gemini at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from gemini_nb.fields import field

OFFLINE = "offline/"
"""How the names of the embedded server's models begin."""

_LABEL = "answered-by"
_MODE_HEADER = "x-gemini-nb-mode"


def answered_by(source: object) -> str:
    """The name of the model that answered, as the answer itself tells it; "" if it does not.

    Args:
        source: a response, a chunk, an interaction or an event of one, a count of tokens, an
            `Answer`; REST's JSON of these; or the list of a stream's chunks.

    Example:
        >>> answered_by({"modelVersion": "gemini-3.8-flash"})
        'gemini-3.8-flash'
        >>> answered_by({"model": "gemini-3.8-flash", "labels": {"answered-by": "offline/ngram"}})
        'offline/ngram'
    """
    if isinstance(source, list | tuple):
        names = [answered_by(chunk) for chunk in cast("list[object]", source)]
        return next((name for name in reversed(names) if name), "")
    version = field(source, "model_version")
    if isinstance(version, str) and version:
        return version.removeprefix("models/")
    told = field(source, "interaction")
    if told is not None and not isinstance(told, str):
        return answered_by(told)
    # The embedded server leaves the name that was asked for in an interaction's `model`.
    label = _member(field(source, "labels"), _LABEL)
    name = label or field(source, "model")
    if isinstance(name, str) and name:
        return name.removeprefix("models/")
    headers = field(field(source, "sdk_http_response"), "headers")
    return OFFLINE.rstrip("/") if _member(headers, _MODE_HEADER) else ""


def is_gemini(name: str) -> bool:
    """Whether `name`, as `answered_by` tells it, is none of the embedded server's models.

    Example:
        >>> is_gemini("gemini-3.8-flash"), is_gemini("offline/ngram"), is_gemini("offline")
        (True, False, False)
    """
    return not f"{name}/".startswith(OFFLINE)


def _member(members: object, name: str) -> Any:  # noqa: ANN401 - a header's or a label's value
    return cast("Mapping[str, Any]", members).get(name) if isinstance(members, Mapping) else None
