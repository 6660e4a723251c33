"""`%load_ext gemini_nb` and `%unload_ext gemini_nb`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gemini_nb import tracebacks
from gemini_nb.ipython import completion, formatters

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_NAMES = ("gemini", "gemini_tokens")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give `shell` the magics, their completion, and rich display of the SDK's own objects."""
    from gemini_nb.ipython.magics import GeminiMagics  # noqa: PLC0415 - needs IPython

    tracebacks.hide_keys()
    shell.register_magics(GeminiMagics(shell))
    completion.register(shell)
    formatters.register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take out what `load_ipython_extension` put in; keys stay out of tracebacks."""
    formatters.unregister(shell)
    completion.unregister(shell)
    manager: Any = shell.magics_manager
    for name in _NAMES:
        for kind in ("line", "cell"):
            manager.magics[kind].pop(name, None)
    manager.registry.pop("GeminiMagics", None)
