"""Errors as the Gemini API words them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}
"""Google's words where they are not HTTP's own."""

_KIND = "type.googleapis.com/google.rpc."


class ApiError(Exception):
    """A request that the API refuses; the server turns it into the reply.

    `code` is the HTTP status; `violations` pair the paths of malformed fields with what is wrong;
    a `detail` is what a client acts on, its `@type` without what all of Google's have in common.

    Example:
        >>> error = ApiError(404, "models/x is not found.")
        >>> error.body()
        {'error': {'code': 404, 'message': 'models/x is not found.', 'status': 'NOT_FOUND'}}
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        violations: tuple[tuple[str, str], ...] = (),
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.violations = violations
        self.detail = detail
        self.status = _STATUS.get(code, HTTPStatus(code).name)

    def body(self) -> dict[str, Any]:
        """The JSON that every operation but interactions replies with."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if told := [{"field": field, "description": text} for field, text in self.violations]:
            error["details"] = [{"@type": f"{_KIND}BadRequest", "fieldViolations": told}]
        if self.detail:
            error["details"] = [self.detail | {"@type": _KIND + self.detail["@type"]}]
        return {"error": error}

    def interaction_body(self) -> dict[str, Any]:
        """The JSON that the interactions operations reply with: the code is a word."""
        word = "invalid_request" if self.status == "INVALID_ARGUMENT" else self.status.lower()
        return {"error": {"code": word, "message": self.message}}
