"""Errors of a magic as a reader sees them: what is wrong and what to do, no traceback of ours."""

from __future__ import annotations

import re
import textwrap
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.errors import GeminiNBError
from gemini_nb.ipython.sdk_objects.error_details import error_details
from gemini_nb.ipython.sdk_objects.errors import error_card
from gemini_nb.ipython.sdk_objects.wording import words
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Generator

_OF_THE_API: Final = ("google.genai", "httpx", "httpx2")
"""The packages whose errors tell of a call that failed, and not of a mistake in this package."""
_LONGEST: Final = 400  # characters of a message in a column
_WIDTH: Final = 96  # characters
_NAME: Final = re.compile(r"  \S* +")


@contextmanager
def told_briefly() -> Generator[None]:
    """Errors that rise from the block are shown by IPython without the way that they took.

    They stay what they are: the cell has failed, and "run all" stops there. Errors that nobody
    foresaw keep their tracebacks.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, GeminiNBError) or _is_of_the_api(error):
            lines = explanation(error).split("\n")
            # IPython asks an exception for its own traceback, and takes this for it.
            with suppress(AttributeError):
                cast("Any", error)._render_traceback_ = lambda: lines
        raise


def explanation(error: BaseException) -> str:
    """What went wrong, what it means and what to do; no key.

    Example:
        >>> print(explanation(GeminiNBError("no answer for ?key=abc123")))
        GeminiNBError: no answer for ?key=[key redacted]
    """
    if _is_of_the_api(error):
        return "\n".join(map(_wrapped, error_card(error).plain().split("\n")))
    # Ours are redacted already; doing it twice would redact the mark.
    said = str(error) if isinstance(error, GeminiNBError) else redact(str(error))
    return f"{type(error).__name__}: {said}"


def _wrapped(line: str) -> str:
    """A line of a card, its value below itself: front ends break long lines within words."""
    name = _NAME.match(line)
    indent = " " * (name.end() if name else 0)
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_long_words=False)


def one_line(error: BaseException) -> str:
    """What an error says, without advice; no key.

    Example:
        >>> one_line(TimeoutError("nothing came"))
        'TimeoutError: nothing came'
    """
    said = error_details(error).message if _is_of_the_api(error) else str(error)
    return f"{type(error).__name__}: {words(said, _LONGEST)}"


def _is_of_the_api(error: BaseException) -> bool:
    module = type(error).__module__
    return module.split(".")[0] in _OF_THE_API or module.startswith("google.genai.")
