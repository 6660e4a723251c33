"""Shells of IPython's own making, for the tests that show objects in them."""

from __future__ import annotations

import builtins
import contextlib
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def new_shell() -> Iterator[InteractiveShell]:
    """A shell without a history file, which leaves this process as it found it."""
    main, names = sys.modules["__main__"], set(vars(builtins))
    config = Config()
    config.HistoryManager.enabled = False
    try:
        yield InteractiveShell(config=config)
    finally:
        sys.modules["__main__"] = main
        for name in set(vars(builtins)) - names:
            delattr(builtins, name)


def shown(shell: InteractiveShell, value: Any) -> dict[str, str]:
    """What a cell that ends with `value` sends to the front end, by MIME type."""
    data, metadata = shell.display_formatter.format(value)
    assert metadata == {}
    return data
