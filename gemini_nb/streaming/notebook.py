"""The notebook that this runs in, if it does: which cell is executed, and where outputs go."""

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


def in_output_widget() -> bool:
    """Whether an `ipywidgets.Output` takes the outputs now.

    It keeps each output as it came first: what replaces one by its `display_id` goes by it
    (jupyter-widgets/ipywidgets issue 1844).
    """
    widgets = sys.modules.get("ipywidgets")
    if widgets is None:
        return False
    # There is no public list of widgets that both version 7 and version 8 have.
    module: Any = sys.modules["ipywidgets.widgets.widget"]
    made: Any = getattr(module, "_instances", None)
    made = widgets.Widget.widgets if made is None else made
    return any(
        isinstance(each, widgets.Output) and bool(each.msg_id) for each in list(made.values())
    )
