"""Rules about the file and its cells."""

import json
from collections import Counter

from nbformat.validator import iter_validate

from notebook_testing.lint.tutorial import Tutorial

FORMAT = (4, 5)  # the first in which cells have ids
MOST_BYTES = 300_000
MOST_LINES = 15


def valid_format(tutorial: Tutorial) -> list[str]:
    """Return what makes the file other than a valid notebook of our format."""
    content = json.loads(tutorial.text)
    major, minor = (content.get(name) for name in ("nbformat", "nbformat_minor"))
    if (major, minor) != FORMAT:
        return [f"the format is {major}.{minor}, not 4.5; refresh the notebook"]
    return [
        f"not a valid notebook, at {error.json_path}: {error.message}; refresh it"
        for error in iter_validate(content, version=major, version_minor=minor)
    ]


def unique_ids(tutorial: Tutorial) -> list[str]:
    """Return the cell ids that occur twice."""
    counts = Counter(cell.get("id") for cell in tutorial.notebook.cells)
    return [
        f"{count} cells have the id {cell_id!r}; delete it and refresh the notebook"
        for cell_id, count in counts.items()
        if count > 1
    ]


def modest_size(tutorial: Tutorial) -> list[str]:
    """Return the file's size where it is too large for a quick look or a clean diff."""
    size = len(tutorial.text.encode())
    if size > MOST_BYTES:
        return [f"{size} bytes, at most {MOST_BYTES}; show smaller or fewer pictures"]
    return []


def short_cells(tutorial: Tutorial) -> list[str]:
    """Return the code cells that are too long to take in at once; blank lines don't count."""
    complaints = []
    for place, cell in tutorial.cells("code"):
        lines = sum(1 for line in cell.source.splitlines() if line.strip())
        if lines > MOST_LINES:
            complaints.append(f"{place}: {lines} lines of code, at most {MOST_LINES}; split it")
    return complaints
