"""What the tests ask of a kernel that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from notebook_testing.front_end import FrontEnd


def errors_of(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "error"]


def run(notebook: FrontEnd, source: str) -> NotebookNode:
    """The cell, which ran without an error."""
    cell = notebook.run(source)
    assert errors_of(cell) == []
    return cell


def value(notebook: FrontEnd, expression: str) -> Any:
    """A value in the kernel that JSON can carry."""
    cell = run(notebook, f"print(json.dumps({expression}, default=str))")
    return json.loads(cell.outputs[0].text)


def failed(notebook: FrontEnd, source: str) -> NotebookNode:
    """The cell, which failed."""
    cell = notebook.run(source)
    # A kernel gives up what is asked right after a failure: ipykernel's `stop_on_error`.
    notebook.run("pass")
    return cell
