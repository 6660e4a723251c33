"""A model's Markdown as simple HTML: what a notebook of unknown origin still shows, and no more.

Paragraphs, headings, lists, quotes, code, bold and italics become elements; every other character
stays a character. Nothing in the text can become an attribute, an address, a script or a style.
Markdown libraries pass raw HTML and addresses on, or bring a cleaner of their own size.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_FENCE: Final = re.compile(r"[ \t]*(`{3,}|~{3,})[^`\n]*")
_BULLET: Final = re.compile(r"([ \t]*)([*+-]|\d{1,9}[.)])([ \t]+|$)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]+(.*)")
_RULE: Final = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
_QUOTE: Final = re.compile(r" {0,3}> ?")
_DEEPEST: Final = 12  # lists and quotes in each other; deeper ones are read as text

_CODE: Final = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1)[^<])+)(?<=\S)\1")
_EMPHASIS: Final = (
    re.compile(r"(?<![*\w])\*(?=[^\s*])([^*<]+)(?<=\S)\*(?![*\w])"),
    re.compile(r"(?<![_\w])_(?=[^\s_])([^_<]+)(?<=\S)_(?![_\w])"),
)
_BREAK: Final = re.compile(r"(?: {2,9}|\\)\n")
# Characters for private use stand for finished pieces, so that nothing is read as Markdown twice.
_OPEN, _CLOSE = "\uf8f0", "\uf8f1"
_STASHED: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def to_html(markdown: str) -> str:
    r"""`markdown` as HTML; whatever it does not know stays as it is written.

    Example:
        >>> to_html("1. **Apples**\n2. <b>pears</b>")
        '<ol><li><strong>Apples</strong></li><li>&lt;b&gt;pears&lt;/b&gt;</li></ol>'
    """
    text = markdown.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd").expandtabs(4)
    return "".join(_blocks(text.splitlines(), 0))


def _blocks(lines: list[str], depth: int) -> list[str]:
    """The elements of some lines, in order."""
    made: list[str] = []
    at = 0
    while at < len(lines):
        for read in (_blank, _code, _heading, _list, _quote, _paragraph):
            element, end = read(lines, at, depth)
            if end > at:
                made.append(element)
                at = end
                break
    return made


def _blank(lines: list[str], at: int, _: int) -> tuple[str, int]:
    return "", at if lines[at].strip() else at + 1


def _code(lines: list[str], at: int, _: int) -> tuple[str, int]:
    fence = _FENCE.fullmatch(lines[at])
    if not fence:
        return "", at
    end = at + 1
    while end < len(lines) and not lines[end].strip().startswith(fence[1]):
        end += 1
    code = escape("\n".join(lines[at + 1 : end]))
    # Inline, since a frontend's own style sheet would not wrap long lines.
    return f"<pre style='white-space:pre-wrap'><code>{code}</code></pre>", end + 1


def _heading(lines: list[str], at: int, _: int) -> tuple[str, int]:
    if _RULE.fullmatch(lines[at]):
        return "<hr>", at + 1
    heading = _HEADING.fullmatch(lines[at])
    # No <h1>: the notebook's table of contents would list it.
    if not heading:
        return "", at
    return f"<p><strong>{inline(heading[1].rstrip(' #'))}</strong></p>", at + 1


def _list(lines: list[str], at: int, depth: int) -> tuple[str, int]:
    bullet = _BULLET.match(lines[at])
    if not bullet or depth >= _DEEPEST:
        return "", at
    indent, numbered = len(bullet[1]), bullet[2][0].isdecimal()
    items: list[str] = []
    while at < len(lines) and (next_bullet := _BULLET.match(lines[at])):
        same = next_bullet[2][0].isdecimal() == numbered
        if not same or abs(len(next_bullet[1]) - indent) > 1 or _RULE.fullmatch(lines[at]):
            break
        inner = [lines[at][next_bullet.end() :]]
        at += 1
        while at < len(lines) and _belongs(lines, at, indent):
            inner.append(lines[at][indent:])
            at += 1
        items.append(f"<li>{_item(inner, depth + 1)}</li>")
    if not numbered:
        return f"<ul>{''.join(items)}</ul>", at
    first = int(bullet[2][:-1])
    start = "" if first == 1 else f" start='{first}'"
    return f"<ol{start}>{''.join(items)}</ol>", at


def _belongs(lines: list[str], at: int, indent: int) -> bool:
    """Whether a line goes on with the list item before it, whose bullet stands at `indent`."""
    line = lines[at]
    if not line.strip():
        after = next((later for later in lines[at + 1 : at + 4] if later.strip()), "")
        return _indent(after) > indent + 1
    if _indent(line) > indent + 1:
        return True
    before = lines[at - 1].strip()
    return bool(before) and not any(
        form.match(line) for form in (_BULLET, _HEADING, _QUOTE, _FENCE)
    )


def _item(lines: list[str], depth: int) -> str:
    """A list item; its first paragraph goes without an element, so that lists stay dense."""
    margin = min((_indent(line) for line in lines[1:] if line.strip()), default=0)
    inner = [lines[0], *(line[margin:] for line in lines[1:])]
    first, *rest = _blocks(inner, depth) or [""]
    return "".join((first.removeprefix("<p>").removesuffix("</p>"), *rest))


def _quote(lines: list[str], at: int, depth: int) -> tuple[str, int]:
    end = at
    while depth < _DEEPEST and end < len(lines) and _QUOTE.match(lines[end]):
        end += 1
    inner = [_QUOTE.sub("", line, count=1) for line in lines[at:end]]
    return f"<blockquote>{''.join(_blocks(inner, depth + 1))}</blockquote>", end


def _paragraph(lines: list[str], at: int, depth: int) -> tuple[str, int]:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        starts = any(form.match(lines[end]) for form in (_FENCE, _HEADING, _QUOTE))
        if starts or (_BULLET.match(lines[end]) and depth < _DEEPEST):
            break
        end += 1
    text = "\n".join(line.lstrip() for line in lines[at:end])
    return f"<p>{inline(text)}</p>", end


def inline(text: str) -> str:
    """One paragraph's text as HTML: code, bold, italics, and line breaks.

    Example:
        >>> inline("*not* `<b>` 2 * 3")
        '<em>not</em> <code>&lt;b&gt;</code> 2 * 3'
    """
    stash: list[str] = []

    def keep(make: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
        def kept(found: re.Match[str]) -> str:
            stash.append(make(found))
            return f"{_OPEN}{len(stash) - 1}{_CLOSE}"

        return kept

    shown = _CODE.sub(keep(lambda found: f"<code>{escape(found[2].strip())}</code>"), text)
    shown = escape(_ESCAPED.sub(keep(lambda found: escape(found[1])), shown))
    shown = _STRONG.sub(r"<strong>\2</strong>", shown)
    for emphasis in _EMPHASIS:
        shown = emphasis.sub(r"<em>\1</em>", shown)
    shown = _BREAK.sub("<br>", shown.strip())
    return _STASHED.sub(lambda found: stash[int(found[1])], shown)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
