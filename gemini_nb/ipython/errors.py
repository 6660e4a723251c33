"""Errors of the SDK as a reader wants them: what the API says, what it means and what to do."""

from __future__ import annotations

import linecache
import re
from contextlib import suppress
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from textwrap import fill
from traceback import walk_tb
from typing import Any, Final

from gemini_nb import catalog
from gemini_nb.display import Card, Fact, clean, words

_OF_CALLS: Final = ("gemini_nb.errors.", "google.genai.", "httpx.", "httpx2.")
_REST: Final = "  (%tb shows the way it took.)"
_SAID: Final = 600  # characters of what the API says
_PLACES: Final = 5  # fields of the request that are wrong, or quotas that are used up
_MODEL: Final = re.compile(r"\bmodels/([\w.-]*\w)")
_NEW_KEY: Final = (
    "Make one at https://aistudio.google.com/apikey and set GEMINI_API_KEY; gnb.connect() works "
    "without any."
)
_LATER: Final = (
    "Try again a little later; HttpRetryOptions(attempts=5) in http_options does it for you."
)
_ADVICE: Final[dict[str | int, tuple[str, str]]] = {
    "API_KEY_INVALID": ("The API does not know this key.", _NEW_KEY),
    "FAILED_PRECONDITION": (
        "The request is right, but this account or object is not ready for it.",
        "Read what the API says: often billing has to be set up, or a file is still processed.",
    ),
    400: (
        "The API could not make sense of the request.",
        "Compare the named fields with the reference; their spelling and types matter.",
    ),
    401: ("The API does not know who is asking.", _NEW_KEY),
    403: ("No key was sent, or it does not allow this.", _NEW_KEY),
    404: (
        "What the request names is not there, or not for this key or version of the API.",
        "Look at the name; [m.name for m in client.models.list()] has the models' names.",
    ),
    408: ("The API waited too long for the request.", _LATER),
    409: ("Another request changed the same thing at the same time.", _LATER),
    413: ("The request is too large.", "Send large files with client.files.upload instead."),
    429: (
        "Too many requests or tokens for this key's quota.",
        "Wait, send less at once, or look at the limits in AI Studio.",
    ),
    499: ("The request was given up before the answer was ready.", "Send it again."),
    500: (
        "The API failed; it is not the fault of the request.",
        "Try again; if it stays, a shorter prompt or another model may work.",
    ),
    502: ("Something between here and the API failed.", _LATER),
    503: ("The model has more requests than it can answer now.", f"{_LATER} Or ask another model."),
    504: (
        "The answer took longer than the API allows.",
        "Ask for less at once, stream the answer, or set a longer timeout.",
    ),
    "APITimeoutError": (
        "No answer came in the time that was set.",
        "Set a longer timeout in http_options (in milliseconds), or ask for less at once.",
    ),
    "APIConnectionError": (
        "The API could not be reached.",
        "Look at the network, the proxy, GOOGLE_GEMINI_BASE_URL; connect('offline') needs none.",
    ),
    "UnknownApiResponseError": (
        "What came back is not what the API sends.",
        "Something in between may have answered: look at GOOGLE_GEMINI_BASE_URL and the proxy.",
    ),
}
"""What it means and what to do, by the API's reason, its status, HTTP's code or the class."""


def error_card(error: BaseException) -> Card:
    """What went wrong in the SDK, in either API, what it means and what to do; no key."""
    kind = type(error).__name__
    code: int = getattr(error, "code", None) or getattr(error, "status_code", None) or 0
    body: Any = getattr(error, "details", None) or getattr(error, "body", None) or {}
    said: Any = body.get("error", body)  # some transports leave the wrapping out
    message = said.get("message") or getattr(error, "message", None) or error
    told = getattr(error, "status", None) or said.get("status") or said.get("code")
    status = "" if told == code else words(told).upper()
    details: list[Any] = [one for one in said.get("details") or () if isinstance(one, dict)]
    violations = [one.get("fieldViolations") or one.get("violations") or () for one in details]
    places = [words(one.get("field") or one.get("quotaId")) for one in chain(*violations)]
    reason, wait = (
        next((words(one[name]) for one in details if one.get(name)), "")
        for name in ("reason", "retryDelay")
    )
    names = (reason, status, code, kind, code // 100 * 100)
    meaning, remedy = next((_ADVICE[name] for name in names if name in _ADVICE), ("", ""))
    if code == 404:  # noqa: PLR2004 - HTTP's
        meaning, remedy = _other_model(words(message, _SAID)) or (meaning, remedy)
    title = " ".join(filter(None, (str(code or ""), status)))
    return Card(
        title=title or kind,
        subtitle=kind if title else "",
        facts=(
            Fact("says", words(message, _SAID)),
            Fact("at", ", ".join(filter(None, places[:_PLACES]))),
            Fact("means", meaning),
            Fact("do", f"Wait {wait}, as the API asks. {remedy}" if wait else remedy),
        ),
        is_alarm=True,
    )


def brief(error: BaseException) -> list[str]:
    """What went wrong, what it means and what to do, and where in the reader's code.

    It takes a traceback's place for this package's errors, for those of a call to Gemini, and for
    whatever the SDK stumbled over; there are no lines for errors of the reader's own code.
    """
    kinds = [f"{kind.__module__}." for kind in type(error).__mro__]
    is_told = any(kind.startswith(_OF_CALLS) for kind in kinds)
    rooms = ("google.genai.", "gemini_nb.") if is_told else "google.genai."
    place, is_inside = "", False
    for frame, line in walk_tb(error.__traceback__):
        module, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
        is_inside = module.startswith(rooms) or (is_inside and module != "__main__")
        source = "" if is_inside else linecache.getline(file, line).strip()
        if source and not module.startswith("IPython.") and not source.startswith("get_ipython()"):
            name = "" if module == "__main__" else f"{Path(file).name}, "
            place = f"  {name}line {line}: {source}"
    if not is_inside or not isinstance(error, Exception):
        return []
    return [line for line in (*explanation(error).split("\n"), place, _REST) if line]


def explanation(error: BaseException) -> str:
    """What went wrong, what it means and what to do, for a traceback's place; no key.

    Example:
        >>> from gemini_nb import GeminiNBError
        >>> print(explanation(GeminiNBError("no answer for ?key=abc123")))
        GeminiNBError: no answer for ?key=[key redacted]
    """
    if type(error).__module__.startswith(("google.genai.", "httpx")):
        with suppress(Exception):  # whatever a proxy may have put into the API's place
            lines = error_card(error).plain().split("\n")
            # Front ends break long lines within words; values stand below "  means  ".
            return "\n".join(fill(one, 96, subsequent_indent=" " * 9) for one in lines)
    return f"{type(error).__name__}: {clean(str(error))}"


def _other_model(message: str) -> tuple[str, str] | None:
    """What to call instead of a model that is not there, if anything is known of it."""
    named = _MODEL.search(message)
    name = named[1] if named else ""
    if retired := catalog.find_retired(name):
        return f"There is no {name}. {retired.told}", f"model={retired.replacement!r}"
    near = get_close_matches(name.lower(), [model.id for model in catalog.CURRENT], n=1)
    if near and name != near[0]:
        return f"There is no model called {name}.", f"Did you mean model={near[0]!r}?"
    return None
