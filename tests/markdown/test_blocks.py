"""An answer cut into blocks: nothing is lost, and each is rendered as it is in the whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.markdown.blocks import Blocks, definitions
from markdown_pages import as_written, documents, documents_without_definitions

quick = settings(derandomize=True, deadline=None, max_examples=150)


def cut(*pieces: str) -> list[str]:
    blocks = Blocks()
    finished = [block for piece in pieces for block in blocks.feed(piece)]
    return [*finished, blocks.unfinished]


@quick
@given(documents_without_definitions)
def test_blocks_rendered_one_by_one_are_the_whole_rendered(text: str) -> None:
    assert "".join(as_written.render(block) for block in cut(text)) == as_written.render(text)


@quick
@given(documents, st.randoms(use_true_random=False))
def test_the_blocks_are_the_same_in_whatever_pieces_the_text_arrives(
    text: str, chance: st.random.Random
) -> None:
    text = text.replace("\n", "\r\n") if chance.random() < 0.3 else text
    ends = sorted(chance.choices(range(len(text) + 1), k=chance.randint(0, 9)))
    pieces = [text[a:b] for a, b in zip([0, *ends], [*ends, None], strict=True)]
    assert cut(*pieces) == cut(*text) == cut(text)
    assert "".join(cut(*pieces)) == text


TOGETHER = [
    "- a\n\n- b\n\n  c\n",
    "1. a\n\n   ```\n\n   x\n",
    "```\n\n# x\n\n```\n",
    "~~~\n\n```\n\n",
    "    code\n\n    more\n",
    "- a\n\n  more\n",
    "\\[\n\na\n\n\\]\n",
    "$$\n\na\n\n$$\n",
    "\\begin{align}\na\n\\end{align}\n",
    "| a |\n|---|\n| b |\n",
    "> a\n> b\n",
    "text\n===\n",
]


@pytest.mark.parametrize("text", TOGETHER)
def test_what_belongs_together_is_not_cut(text: str) -> None:
    assert cut(*text) == [text]


def test_a_block_is_finished_as_soon_as_the_next_one_has_begun() -> None:
    blocks = Blocks()
    assert blocks.feed("One.\n\n") == []
    assert blocks.feed("T") == ["One.\n\n"]
    assert blocks.feed("wo.\n\n* ") == []
    assert blocks.feed("x\n") == ["Two.\n\n"]
    assert blocks.unfinished == "* x\n"


def test_a_formula_that_is_never_closed_does_not_hold_the_rest_back() -> None:
    assert len(cut("$$\n\n" + "text\n\n" * 200)) > 100


def test_a_block_gets_its_definitions_from_elsewhere() -> None:
    text = "See [x].\n\n```\n[x]: https://no.example\n```\n\n[x]: https://a.b 'T'\n"
    block = cut(text)[0]
    assert 'href="https://a.b"' in as_written.render(f"{block}\n{definitions(text)}")
    assert definitions(text) == "[x]: https://a.b 'T'\n"


@pytest.mark.parametrize("text", ["word ", "a\n\n", "- a\n", "```\n", "| a\n", "$", "\n", "> "])
def test_a_character_at_a_time_takes_no_longer_for_being_late(text: str) -> None:
    blocks = Blocks()
    whole = text * (200_000 // len(text))
    # A step that grows with the square would take minutes.
    finished = [block for character in whole for block in blocks.feed(character)]
    assert "".join((*finished, blocks.unfinished)) == whole
