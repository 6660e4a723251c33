"""See what Gemini returns, in a notebook cell; and learn the API without a key.

Example:
    >>> import gemini_nb as gnb
    >>> client = gnb.connect("offline")
    gemini_nb: offline, answered by the embedded server (mode "offline")
    >>> client.models.count_tokens(model="gemini-3.8-flash", contents="Hello!").total_tokens
    2
    >>> gnb.disconnect()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gemini_nb import catalog
    from gemini_nb.client import connect, disconnect
    from gemini_nb.errors import GeminiNBError
    from gemini_nb.redaction import redact

__all__ = ["GeminiNBError", "catalog", "connect", "disconnect", "redact"]

_HOME = {
    "GeminiNBError": "errors",
    "connect": "client",
    "disconnect": "client",
    "redact": "redaction",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    """Load a public name on first use: `import gemini_nb` itself loads nothing heavy."""
    if name == "catalog":
        return import_module("gemini_nb.catalog")
    if name in _HOME:
        return getattr(import_module(f"gemini_nb.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return __all__
