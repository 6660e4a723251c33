"""One way to show a stream, in a cell of a real ipykernel."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import nbformat
import streaming_material as material
from nbclient import NotebookClient
from streaming_probe import Told

if TYPE_CHECKING:
    from nbformat import NotebookNode

SETUP, SHOWN = range(2)
SLACK = 3  # times the limit for the text, until a cell that does not come back is given up
# Seconds for what was sent to arrive after the cell has ended. Where too much was sent, the last of
# it was dropped on the way, with the message that the kernel is idle.
DRAINED = 30


class Case(NamedTuple):
    """What is streamed, and how."""

    size: str
    delay: float
    """Seconds between two chunks."""
    limit: float
    """Seconds after which a stream is cut off."""
    plain: bool = False
    """Prose only, rather than lists, tables, code and formulas too."""


class InKernel(NamedTuple):
    """What showing it took, and what is left of it."""

    told: Told
    saved: int
    """Bytes that the cell's outputs add to a notebook file; no widget's state, as in JupyterLab."""
    kept: float
    """Share of the answer's words which the outputs hold."""


def notebook(peer: str, case: Case, report: Path) -> NotebookNode:
    """Two cells: get ready, show the stream and write into a file what it took."""
    arguments = f"plain={case.plain}, delay={case.delay}, limit={case.limit}"
    setup = f"""\
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from streaming_probe import Cell
cell = Cell({peer!r}, {case.size!r}, {arguments})
"""
    sources = (setup, f"cell.run({str(report)!r})")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": kernel},
    )


def run(peer: str, case: Case) -> InKernel:
    """What it took; nbclient's errors pass through."""
    patience = int(SLACK * case.limit) + 60
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "told.json"
        made = notebook(peer, case, report)
        client = NotebookClient(
            made,
            timeout=patience,
            iopub_timeout=DRAINED,
            extra_arguments=["--log-level=ERROR"],
            coalesce_streams=True,
        )
        client.execute()
        told = told_in(report)
    outputs = made.cells[SHOWN].outputs
    kept = share_of_words(case, " ".join(map(_text, outputs)))
    return InKernel(told, len(json.dumps(outputs, indent=1)), kept)


def told_in(report: Path) -> Told:
    """What the cell wrote."""
    return Told(**json.loads(report.read_text()))


def share_of_words(case: Case, found: str) -> float:
    """Share of the answer's words that are in a text which shows or stores it."""
    answer = "".join(material.chunks(material.SIZES[case.size], plain=case.plain))
    words = Counter(_words(answer))
    return (words & Counter(_words(found))).total() / words.total()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _text(output: NotebookNode) -> str:
    data = output.get("data", {})
    return data.get("text/markdown") or data.get("text/html") or output.get("text", "")
