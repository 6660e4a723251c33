from __future__ import annotations

import pytest

from gemini_nb.tokens.running import running_line
from gemini_nb.tokens.usage import Usage


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        # before anything is told, characters are counted
        (("", 0), "≈ 0 tokens so far"),
        (("gemini-3.8-flash", 1247), "gemini-3.8-flash · ≈ 312 tokens so far"),
        (("offline/ngram", 5, 12.3), "offline/ngram, not Gemini · ≈ 2 tokens so far · 12 s"),
        # then what is told takes their place
        (("", 999, None, Usage(prompt=8, total=8)), "8 in · 0 out so far"),
        (
            ("m", 9, None, Usage(prompt=8, thoughts=70, output=3, total=81)),
            "m · 8 in · 70 thoughts · 3 out so far",
        ),
        (("", 9, None, Usage(8, output=3, is_estimate=True)), "≈ 8 in · ≈ 3 out so far"),
    ],
)
def test_the_line_says_what_is_known_so_far(arguments: tuple, line: str) -> None:
    assert running_line(*arguments) == line
