"""Which cell is being executed, to tell whether something was shown in it already."""

from __future__ import annotations

import sys
from typing import Any


def shell() -> Any:  # noqa: ANN401 - IPython has no complete types
    """The IPython shell that this runs in; None outside IPython, which is not loaded for it."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def in_kernel() -> bool:
    """Whether outputs go to a notebook, and not to a terminal or a file."""
    return getattr(shell(), "kernel", None) is not None


def current() -> str:
    """What names this execution of a cell, and no other; "" outside a notebook."""
    if not in_kernel():
        return ""
    # Not the number of the cell: front ends that keep no history leave it as it is.
    return str(shell().get_parent().get("header", {}).get("msg_id", ""))


def is_above(shown_in: str) -> bool:
    """Whether what is to be shown as a cell's last line stands above it already.

    Args:
        shown_in: the execution that showed it; "" for none. What is passed to `display` is shown.
    """
    is_result = getattr(getattr(shell(), "displayhook", None), "msg", None) is not None
    return is_result and bool(shown_in) and shown_in == current()
