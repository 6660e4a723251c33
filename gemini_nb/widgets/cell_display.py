"""Where a widget stands in a notebook, and what stays there when it is done."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from anywidget import AnyWidget

from gemini_nb.streaming.notebook import in_kernel
from gemini_nb.streaming.screens import DISPLAY_VARIABLE

if TYPE_CHECKING:
    from ipywidgets import DOMWidget

Bundle = dict[str, Any]

VIEW: Final = "application/vnd.jupyter.widget-view+json"
"""The MIME type by which a front end looks for a live widget."""


class CellDisplay:
    """The outputs in which one widget is shown, and which something static can take over.

    A front end that has lost the kernel shows an error in place of a widget, whatever else the
    output holds (jupyter-widgets/ipywidgets issue 3823): what is to last must take its place.
    """

    def __init__(self, widget: DOMWidget) -> None:
        self._widget = widget
        self._handles: list[Any] = []

    def show(self, static: Bundle) -> None:
        """Show the widget in the running cell; where widgets can't be, what is `static`.

        Args:
            static: a MIME bundle with the same content, for a reader without a kernel. It is all
                that is shown outside a notebook, and where GEMINI_NB_DISPLAY is "final".
        """
        display = import_module("IPython.display").display  # a script may have no IPython
        if not in_kernel() or os.environ.get(DISPLAY_VARIABLE) == "final":
            display(static, raw=True)
            return
        # As a bundle: ipywidgets 7 shows a widget by itself, and then there is no display_id.
        live = {"version_major": 2, "version_minor": 0, "model_id": self._widget.model_id}
        # Where Colab finds the code that runs an anywidget, it is told beside the bundle.
        bundle: Any = getattr(self._widget, "_repr_mimebundle_", None)
        metadata: Any = bundle()[1] if isinstance(self._widget, AnyWidget) else {}
        handle = display({VIEW: live, **static}, metadata=metadata, raw=True, display_id=True)
        self._handles.append(handle)

    def replace(self, static: Bundle) -> None:
        """Put what is `static` in the place of the widget, wherever it is shown."""
        for handle in self._handles:
            handle.update(static, raw=True)
        self._handles.clear()
