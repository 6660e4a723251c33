"""Errors as the Gemini API words them."""

from __future__ import annotations

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
}
"""The canonical status that goes with each HTTP code the server uses."""

NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)


class ApiError(Exception):
    """A request that the API refuses; the server turns it into the reply.

    Attributes:
        code: HTTP status code, 4xx.
        message: what was wrong and, where the offline server adds it, what to do.
        violations: (field path, description) pairs for malformed fields, may be empty.
        status: canonical status, by default the one that goes with `code`.

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
        status: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.violations = violations
        self.status = status or STATUS.get(code, "UNKNOWN")

    def body(self) -> dict[str, Any]:
        """The JSON that every operation but interactions replies with."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.violations:
            fields = [
                {"field": f, "description": d} if f else {"description": d}
                for f, d in self.violations
            ]
            error["details"] = [
                {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": fields}
            ]
        return {"error": error}

    def interaction_body(self) -> dict[str, Any]:
        """The JSON that the interactions operations reply with: the code is a word."""
        word = "invalid_request" if self.status == "INVALID_ARGUMENT" else self.status.lower()
        return {"error": {"code": word, "message": self.message}}
