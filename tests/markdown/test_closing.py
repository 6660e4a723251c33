"""An answer that is still being written: what is seen is always the beginning of what will be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.markdown.closing import closed
from gemini_nb.markdown.guarding import guarded
from markdown_pages import documents, seen, with_tags

quick = settings(derandomize=True, deadline=None, max_examples=150)

PLAN = r"""# Plan

Here is **the plan** with *emphasis*, `code`, and a [link](https://example.org/a_b "t") or <https://a.b>.

1. First **step**: use `pip install x`
   - nested *item* with `a | b`
   - and ***both*** ~~gone~~
2. Second:
   ```python
   x = {"a": 1}  # comment
   ```

| Name | Price |
|------|-------|
| `a`  | $5    |
| **b** | $10 & more |

> A quote with __strong__ text
> and more

---

The formula \(x^2\) and $$E = mc^2$$ and \[
a < b
\] done, H<sub>2</sub>O<br>AT&amp;T &lt;tag&gt;, $n$th.

```js
const a = `x`;
```

Final ![picture](https://a.b/c.png) and snake_case_name, 2 * 3 = 6, a < b. List<int>. See [1], [note].
"""  # noqa: E501 - a model does not wrap its lines
LISTS = """* **One**: text
* **Two**: `x` and **`bold code`** and *`it`*

***

Text ending with a table:
| a | b |
|:-:|---|
| 1 | 2 |

    indented code

~~~
tilde
~~~

1) x
2) y

Setext
======

- [ ] todo
- [x] done **now**

*a **b** c* and **a *b* c**, ***x** y*, "quoted **text**", (*paren*) and **Note:** yes.
"""
MATHEMATICS = r"""The area is $A = \pi r^2$, so for $r = 2$ we have:

$$
\begin{aligned}
A &= \pi \cdot 4 \\
  &\approx 12.57
\end{aligned}
$$

- First: \(a_1 + b_1\) costs $5, not $6.
- Then \[ x = \frac{1}{2} \]
  which is `$HOME` in **the end of $x$**.

\begin{align}
a &= b
\end{align}

Done.
"""
ANSWERS = [PLAN, LISTS, MATHEMATICS]


def visible(markdown: str) -> str:
    """What a reader sees, without the brackets that may turn out to be a link's."""
    shown = seen(with_tags.render(guarded(markdown)), with_addresses=False)
    return re.sub(r"[\[\]\s]", "", shown)


@pytest.mark.parametrize("answer", ANSWERS)
def test_at_every_moment_the_beginning_of_the_answer_is_seen(answer: str) -> None:
    whole = visible(answer)
    for end in range(len(answer) + 1):
        shown = visible(closed(answer[:end]))
        # A digit and an exclamation mark are words until it turns out what they begin.
        if not re.search(r"(^ *\d+| !)$", answer[:end].rsplit("\n", 1)[-1]):
            assert whole.startswith(shown), answer[:end][-60:]


@pytest.mark.parametrize("answer", ANSWERS)
def test_little_is_held_back(answer: str) -> None:
    for end in range(0, len(answer), 7):
        begun = answer[:end]
        assert len(closed(begun)) > end - 120


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_finished_answer_is_left_alone(answer: str) -> None:
    assert closed(answer) == answer


@quick
@given(documents, st.randoms(use_true_random=False))
def test_closing_what_is_closed_changes_nothing(text: str, chance: st.random.Random) -> None:
    once = closed(text[: chance.randint(0, len(text))])
    assert closed(once) == once


@quick
@given(st.text(st.sampled_from("`$\\<&[]()!|*_~->#: \nab1"), max_size=60))
def test_any_text_at_all_can_be_closed(text: str) -> None:
    assert closed(closed(text)) == closed(text)


CUT = {
    "**": "",
    "*": "",
    "a **": "a ",
    "**bold*": "**bold**",
    "**bold ": "**bold** ",
    "# ": "",
    "- a\n- ": "- a\n",
    "- a\n- **": "- a\n",
    "1.": "",
    "> ": "",
    "`": "",
    "`a": "`a`",
    "``a`": "``a``",
    "**a `b": "**a `b`**",
    "```": "",
    "```py": "",
    "```py\nx\n`": "```py\nx\n```",
    "- ```\n  x": "- ```\n  x\n  ```",
    "> ~~~\n> x": "> ~~~\n> x\n> ~~~",
    "[": "",
    "a [te": "a te",
    "a [te](": "a te",
    "a [te](https://x": "a te",
    "![pic](https": "pic",
    "$": "",
    "so $x +": "so ",
    "so \\(x": "so ",
    "so \\": "so ",
    "costs $5": "costs $5",
    "costs $5 or": "costs $5 or",
    "| a | b |\n": "",
    "| a | b |\n|--": "",
    "a &am": "a ",
    "a <b": "a ",
    "a < b": "a < b",
    "List<in": "List<in",
    "a <https://x.y": "a ",
    "2 * 3": "2 * 3",
    "a_b": "a_b",
}


@pytest.mark.parametrize("begun", CUT)
def test_half_a_mark_is_not_shown(begun: str) -> None:
    assert closed(begun) == CUT[begun]


WORST = [
    "word ", "*a ", "*a _b ", "**", "`a", "``a`b ", "[a", "[a](", "$a ", "$a+", "\\(a ", "\\(",
    "- ", "> ", "- a\n", "| a |\n", "```\n", "<", "&", "![", "~", "1. ", "\\begin{align}",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_a_long_text_is_closed_once_and_for_all(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    # 0.4 s on a slow machine; a step that grows with the square would take minutes.
    assert closed(closed(text)) == closed(text)


def test_a_fence_of_ticks_with_tildes_after_it_is_closed_by_ticks() -> None:
    assert closed("```~~~\nx") == "```~~~\nx\n```"
