"""Errors of the SDK: what they mean and what to do."""

from __future__ import annotations

from difflib import get_close_matches

from gemini_nb import catalog
from gemini_nb.ipython.sdk_objects.cards import Card, Fact
from gemini_nb.ipython.sdk_objects.error_details import ErrorDetails, error_details
from gemini_nb.ipython.sdk_objects.models import lifetime
from gemini_nb.ipython.sdk_objects.wording import words

_KEY_PAGE = "https://aistudio.google.com/apikey"
_NEW_KEY = f"Make one at {_KEY_PAGE} and set GEMINI_API_KEY; gnb.connect() works without any."
_LATER = "Try again a little later; HttpRetryOptions(attempts=5) in http_options does it for you."

# By the finer reason, the API's status or HTTP's code, whichever is found first.
_ADVICE: dict[str | int, tuple[str, str]] = {
    "API_KEY_INVALID": ("The API does not know this key.", _NEW_KEY),
    "API_KEY_SERVICE_BLOCKED": (
        "This key may not be used for the Gemini API.",
        f"Allow it in the key's restrictions, or make another at {_KEY_PAGE}.",
    ),
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
}
_WITHOUT_CODE: dict[str, tuple[str, str]] = {
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
    "FunctionInvocationError": (
        "A Python function that the model may call failed.",
        "Call it by hand with the same arguments: the fault is in the function.",
    ),
}
_CLIENT_ERROR, _SERVER_ERROR = range(400, 500), range(500, 600)


def error_card(error: object) -> Card:
    """What went wrong, what it means and what to do, with every key taken out."""
    details = error_details(error)
    meaning, remedy = _advice(type(error).__name__, details)
    title = " ".join(filter(None, (str(details.code or ""), details.status.upper())))
    kind = type(error).__name__
    return Card(
        title=title or kind,
        subtitle=kind if title else "",
        facts=(
            Fact("says", details.message),
            *(Fact("at" if n == 0 else "", text) for n, text in enumerate(details.violations)),
            Fact("means", meaning),
            Fact("do", remedy),
        ),
        is_alarm=True,
    )


def _advice(kind: str, details: ErrorDetails) -> tuple[str, str]:
    """What it means and what to do."""
    if details.code == 404 and (told := _other_model(details.model)):  # noqa: PLR2004 - HTTP
        return told
    names: tuple[str | int | None, ...] = (details.reason, details.status, details.code)
    meaning, remedy = next((_ADVICE[name] for name in names if name in _ADVICE), ("", ""))
    if details.wait:
        remedy = f"Wait {words(details.wait)}, as the API asks. {remedy}"
    return (meaning, remedy) if meaning else _without_advice(kind, details)


def _without_advice(kind: str, details: ErrorDetails) -> tuple[str, str]:
    if details.code in _CLIENT_ERROR:
        return _ADVICE[400]
    if details.code in _SERVER_ERROR:
        return _ADVICE[500]
    return _WITHOUT_CODE.get(kind, ("", ""))


def _other_model(name: str) -> tuple[str, str] | None:
    """What to call instead of a model that is not there, if anything is known of it."""
    if retired := catalog.find_retired(name):
        return f"{name} is gone. {lifetime(name)}", f"model={retired.replacement!r}"
    near = get_close_matches(name, [model.id for model in catalog.CURRENT], n=1)
    if near and name != near[0]:
        return f"There is no model called {name}.", f"Did you mean model={near[0]!r}?"
    return None
