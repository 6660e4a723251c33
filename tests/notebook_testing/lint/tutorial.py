"""A notebook as the rules read it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nbformat
from nbformat import NotebookNode

FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Tutorial:
    """A saved notebook: where it lies, the text of its file, and what that text holds."""

    path: Path
    text: str
    notebook: NotebookNode

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the notebook at `path` as it is, valid or not."""
        text = path.read_text(encoding="utf-8")
        return cls(path, text, nbformat.v4.reads(text))

    def cells(self, kind: str) -> Iterator[tuple[str, NotebookNode]]:
        """Yield each cell of a kind, "code" or "markdown", after the words that point to it."""
        for number, cell in enumerate(self.notebook.cells, 1):
            if cell.cell_type == kind:
                first_line = cell.source.strip().partition("\n")[0]
                yield f"cell {number} ({first_line[:EXCERPT]!r})", cell

    def outputs(self) -> Iterator[tuple[str, NotebookNode]]:
        """Yield each output after the words that point to its cell."""
        for place, cell in self.cells("code"):
            for output in cell.outputs:
                yield place, output

    def prose(self) -> Iterator[tuple[str, str]]:
        """Yield the Markdown of each text cell, less its code blocks."""
        for place, cell in self.cells("markdown"):
            yield place, FENCED.sub("", cell.source)

    def complain_of(self, patterns: dict[str, re.Pattern[str]], advice: str) -> list[str]:
        """Return each cell whose outputs show what a pattern finds; patterns are by name."""
        return [
            f"{place}: the output shows {what}, {found[0]!r}; {advice}"
            for place, output in self.outputs()
            for what, pattern in patterns.items()
            if (found := pattern.search(readable(output)))
        ]


def readable(output: NotebookNode) -> str:
    """Return everything in an output that is text: all but encoded pictures."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join([output.evalue, *output.traceback])
    return "\n".join(
        content if isinstance(content, str) else json.dumps(content)
        for media_type, content in output.data.items()
        if not media_type.startswith("image/") or media_type == "image/svg+xml"
    )
