"""What an output takes in a notebook file."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Bundle = dict[str, Any]


def stored_bytes(bundle: Bundle) -> int:
    """Bytes of the file: JSON with an indent of 1, text line by line, as Jupyter writes it."""
    data = {
        kind: content.splitlines(keepends=True) if isinstance(content, str) else content
        for kind, content in bundle.items()
    }
    notebook = {"cells": [{"outputs": [{"data": data}]}]}
    return len(json.dumps(notebook, indent=1, ensure_ascii=False).encode())


def picture(figure: Figure) -> Bundle:
    """What a cell shows of a figure of matplotlib: the settings are those of Jupyter's backend."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return {"image/png": base64.b64encode(file.getvalue()).decode("ascii"), "text/plain": "figure"}
