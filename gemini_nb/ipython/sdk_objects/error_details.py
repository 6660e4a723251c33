"""What an error of the SDK says, whichever of its two families it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gemini_nb.fields import elements, field
from gemini_nb.ipython.sdk_objects.wording import words

_VIOLATIONS = 5
_MODEL = re.compile(r"\bmodels/([\w.-]*\w)")


@dataclass(frozen=True, slots=True)
class ErrorDetails:
    """What the API, or the way to it, said."""

    code: int | None = None
    """Of HTTP; None where no answer came."""
    status: str = ""
    """The API's name for it, as "NOT_FOUND"; the interactions have "not_found"."""
    message: str = ""
    reason: str = ""
    """A finer name that some errors have, as "API_KEY_INVALID"."""
    violations: tuple[str, ...] = ()
    """The fields of the request that are wrong, or the quotas that are used up."""
    wait: str = ""
    """How long the API asks to wait, as "31s"."""

    @property
    def model(self) -> str:
        """The model that the message names; "" if it names none."""
        found = _MODEL.search(self.message)
        return found[1] if found else ""


def error_details(error: object) -> ErrorDetails:
    """What `error` says: one of `google.genai.errors`, or of the interactions' own family.

    Example:
        >>> said = {"error": {"code": 404, "message": "models/x is not found"}}
        >>> error_details({"code": 404, "status": "NOT_FOUND", "details": said}).model
        'x'
    """
    body = field(error, "details")
    if body is None:
        body = field(error, "body")
    # The API wraps it; the SDK leaves the wrapping out for some transports.
    said: Any = field(body, "error") or body
    code = field(error, "code") or field(error, "status_code")
    status = field(error, "status") or field(said, "status") or field(said, "code")
    message = field(said, "message") or field(error, "message") or error
    details = elements(said, "details")
    return ErrorDetails(
        code=code if isinstance(code, int) else None,
        status=words(status) if isinstance(status, str) else "",
        message=words(message, 600),
        reason=_first(details, "reason"),
        violations=tuple(_violations(details, message)),
        wait=_first(details, "retry_delay"),
    )


def _first(details: list[Any], name: str) -> str:
    return next((words(found) for entry in details if (found := field(entry, name))), "")


def _violations(details: list[Any], message: object) -> list[str]:
    told: list[str] = []
    for entry in details:
        for violation in (*elements(entry, "field_violations"), *elements(entry, "violations")):
            place = field(violation, "field") or field(violation, "quota_id")
            description = field(violation, "description")
            # With one violation, its description is the message once more.
            meaning = "" if description == message else words(description)
            told.append(": ".join(filter(None, (words(place), meaning))))
    return list(filter(None, told))[:_VIOLATIONS]
