"""Code as a cell shows it."""

from __future__ import annotations

import re


def mime_bundle(code: str, language: str) -> dict[str, str]:
    """Code as text, and as a Markdown block that front ends highlight.

    The fence is longer than any run of backticks in the code, so that nothing in it can end it.

    Example:
        >>> print(mime_bundle("echo", "bash")["text/markdown"])
        ```bash
        echo
        ```
    """
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return {"text/plain": code, "text/markdown": f"{fence}{language}\n{code}\n{fence}"}
