"""Formulas that fill lines of their own, as Markdown's lines are read one by one."""

from __future__ import annotations

import re
from typing import Final

_DISPLAYED: Final = re.compile(r"(?<!\\)(?:\\\\)*(\$\$|\\[\[\]]|\\(?:begin|end)\{[a-zA-Z]+\*?\})")
_CLOSING: Final = {"$$": "$$", "\\[": "\\]"}


def closing_mark(rest: str) -> str:
    """The mark that will close the formula which a line opens and does not close, or ""."""
    marks = list(_DISPLAYED.finditer(rest)) if "\\" in rest or "$$" in rest else []
    if not marks or (rest[: marks[0].start(1)].strip() and rest[marks[-1].end() :].strip()):
        return ""
    closing = ""
    for mark in marks:
        if not closing:
            closing = _CLOSING.get(mark[1], "") or mark[1].replace("\\begin", "\\end", 1)
            closing = closing if closing != mark[1] or mark[1] == "$$" else ""
        elif mark[1] == closing:
            closing = ""
    return closing
