"""Words of anyone's as Markdown in which no mark means anything."""

from __future__ import annotations

import re
from typing import Final

from gemini_nb.markdown.characters import verbatim

# Most words need no escaping, and stay readable in the saved notebook.
_PLAIN_WORD: Final = re.compile(r"\(?[^\W_](?:[\w/'-]*[^\W_])?[).,;:]*")


def words_markdown(text: str) -> str:
    """The words on one line; what could be a mark, an address or a tag is written as entities.

    Example:
        >>> words_markdown("Raise max_output_tokens (now 8), not <b>.")
        'Raise max_output_tokens (now 8), not &lt;b&gt;&#46;'
    """
    return " ".join(
        word if _PLAIN_WORD.fullmatch(word) else verbatim(word) for word in text.split()
    )
