"""Rules about links between notebooks, README and the files beside them."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from notebook_testing.lint.tutorial import Tutorial

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|\b(?:href|src)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
LISTED = re.compile(r"\]\(notebooks/([^)/]+\.ipynb)\)")


def broken_links(markdown: str, folder: Path) -> list[str]:
    """Return the relative links of a text in `folder` that lead to no file."""
    targets = [first or second for first, second in LINK.findall(markdown)]
    return [
        target
        for target in targets
        if not ELSEWHERE.match(target) and not (folder / unquote(target.partition("#")[0])).exists()
    ]


def links_resolve(tutorial: Tutorial) -> list[str]:
    """Return the relative links that lead to no file."""
    return [
        f"{place}: the link {target!r} leads nowhere; mend it or add the file"
        for place, prose in tutorial.prose()
        for target in broken_links(prose, tutorial.path.parent)
    ]


def table_complaints(readme: str, notebooks: Iterable[str]) -> list[str]:
    """Return the notebooks that the README's table lacks, and those it lists in vain.

    >>> table_complaints("| [Basics](notebooks/00_basics.ipynb) |", ["01_chat.ipynb"])
    ["README's table lacks notebooks/01_chat.ipynb",
     "README's table lists notebooks/00_basics.ipynb, which does not exist"]
    """
    rows = "\n".join(line for line in readme.splitlines() if line.lstrip().startswith("|"))
    listed, present = set(LISTED.findall(rows)), set(notebooks)
    lacking = [f"README's table lacks notebooks/{name}" for name in sorted(present - listed)]
    return lacking + [
        f"README's table lists notebooks/{name}, which does not exist"
        for name in sorted(listed - present)
    ]
