r"""A model's Markdown made safe and faithful for every page that it may be shown in: `safe`.

JupyterLab shows a cell's own output without a cleaner, and takes formulas out before it reads the
Markdown; nbconvert never cleans; VS Code, Colab and GitHub each have a parser of their own. So the
text is read once, as CommonMark with tables, and written back in the one spelling that all of them
read alike: whatever could be taken for a mark, a tag, a formula or an address, and is none, becomes
an entity. Tags are visible text, save `<br>` and plain `<sub>` and `<sup>`; a picture, which would
be fetched unasked, becomes a link; links lead to the web, to mail, or stay text.
"""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt

from gemini_nb.display import clean, code_span, fence, verbatim
from gemini_nb.markdown.formulas import INSERT
from gemini_nb.markdown.parser import BAR, PARSER, followed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

_PLAIN_ADDRESS: Final = re.compile(r"(?:https?|mailto):(?:(?!@@)[\w./?=%#&+,:@~;-])+", re.ASCII)
_TAG: Final = r"(?i:(<br ?/?>|<(su[bp])>[^<>`$\\&|\[\]*_~!@:\n]{1,200}</\2>))"
# What could be a mark where it stands.
_SPECIAL: Final = re.compile(
    rf"{_TAG}|[`$<&|]|\\(?![A-Za-z0-9])|\\(?=begin|end|ref|eqref)"
    r"|\*(?! )|(?<! )\*|(?<![^\W_])_|_(?![^\W_])|(?<![\s(])~|~(?=[\s~]|$)"
    r"|\](?=[(\[:])|(?i:(?<=ftp)):|@(?=@\d)"
)
_SPECIAL_IN_LINK: Final = re.compile(rf"{_SPECIAL.pattern}|[\[\]]|(?i:(?<=http)|(?<=https)):")
_LINE_START: Final = re.compile(
    r"(?:[-+](?=\s|$|-)|#(?=#{0,5}(?:\s|$))|>|=(?==*\s*$)|:(?=\s)|\d{1,9}[.)](?=\s|$))"
)
# What front ends may look for in code that stands in a list or a quote.
_LIVE: Final = re.compile(r"[$<`~@]|\]\(|\]\[|\]:|\\[\[(]|\\begin|ftp:")
_BEFORE_EMPHASIS: Final = frozenset("([{\"'-/:")
_AFTER_EMPHASIS: Final = frozenset(".,;:!?)]}\"'-/")
_WITH_TAGS: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_TAGS: Final = {"em_close": "em", "strong_close": "strong", "s_close": "del"}


def _entity(mark: re.Match[str]) -> str:
    """A mark as itself: MathJax reads the page, but no formula reaches over an element's edge."""
    if mark.re.groups and mark[1]:
        return mark[1]
    return f"<span>{verbatim(mark[0])}</span>" if mark[0] in {"$", "\\"} else verbatim(mark[0])


def _words(text: str, before: str, *, in_link: bool) -> str:
    """Text in which nothing is a mark."""
    text = re.sub(r"(?<!\s)\s*[\n\r]\s*", " ", text)
    start = None
    if before.endswith("\n"):
        text = text.lstrip(" \t")
        start = _LINE_START.match(text)
    at = start.end() if start else 0
    special = _SPECIAL_IN_LINK if in_link else _SPECIAL
    written = (verbatim(text[:at]) if start else "") + special.sub(_entity, text[at:])
    return "<span></span>" + written if before.endswith("$") and text[:1].isdecimal() else written


def _inline(tokens: Sequence[Token], *, line_break: str = "\n", in_link: bool = False) -> str:
    """The text of a paragraph, heading, cell or label as Markdown."""
    tokens = [token for token in tokens if token.type != "text" or token.content]
    pieces: list[str] = []
    opened: list[tuple[int, Token]] = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        before = pieces[-1] if pieces else line_break
        if token.nesting > 0:
            opened.append((len(pieces), token))
            pieces.append("" if token.type == "link_open" else "*")
            in_link = in_link or token.type == "link_open"
        elif token.type == "link_close":
            in_link = False
            begin, opening = opened.pop()
            label, target = "".join(pieces[begin:]), str(opening.attrs["href"])
            if opening.markup == "autolink":
                label = "" if "://" in target else label.replace(INSERT, "")
            pieces[begin:] = [_linked(label, target)]
        elif token.nesting < 0:
            _emphasise(pieces, opened.pop()[0], token, after)
        elif token.type == "text":
            pieces.append(_words(token.content, before, in_link=in_link))
        elif token.type == "softbreak" or (token.type == "hardbreak" and line_break == " "):
            pieces.append(line_break)
        elif token.type == "hardbreak":
            pieces.append("\\\n")
        else:
            pieces.append(_unit(token, before, in_cell=line_break == " ", in_link=in_link))
    return re.sub(r"!(?=\[)", "&#33;", "".join(pieces))  # no picture, whoever wrote the two


def _emphasise(pieces: list[str], begin: int, closing: Token, after: Token | None) -> None:
    """Put marks around the pieces, or tags where readers differ on whether marks are marks."""
    first, last = pieces[begin + 1][:1], pieces[-1][-1:]
    before = pieces[begin - 1][-1:] if begin else " "
    following = " " if after is None or after.type.endswith("break") else after.content[:1]
    is_opening = before.isspace() or (first.isalnum() and before in _BEFORE_EMPHASIS)
    is_closing = following in {" ", INSERT} or (following in _AFTER_EMPHASIS and last != INSERT)
    is_seen = is_opening and is_closing and not first.isspace() and not last.isspace()
    tag = _TAGS[closing.type]
    mark = closing.markup.replace("_", "*")
    pieces[begin] = mark if is_seen else f"<{tag}>"
    pieces.append(mark if is_seen else f"</{tag}>")


def _unit(token: Token, before: str, *, in_cell: bool, in_link: bool) -> str:
    """A formula, code, a picture or an address; an insert that fell into it stands behind it."""
    if token.type == "image":
        label = _inline(token.children or [], line_break=" ", in_link=True)
        return label if in_link else _linked(label, str(token.attrs["src"]))
    if token.type == "address":
        return _linked("", token.content)
    raw = token.content or token.info.replace(BAR, "|")
    content = raw.replace(INSERT, "")
    if token.type != "formula" or not token.content:
        written = code_span(content)
    else:
        bars = content.replace(BAR, "|") if in_cell else content
        bars = bars.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if in_cell else bars
        # Two formulas, not the mark of a displayed one.
        written = "<span></span>" + bars if before.endswith("$") else bars
    return written + INSERT * raw.count(INSERT)


def _linked(label: str, target: str) -> str:
    """A link; without an address its label."""
    inserts = INSERT * (label + target).count(INSERT)
    label, target = label.replace(INSERT, ""), target.replace(INSERT, "")
    address = followed(target)
    if not label and _PLAIN_ADDRESS.fullmatch(target):
        return f"<{target}>{inserts}"
    return (f"[{label or verbatim(target)}]({address})" if address else label) + inserts


def _groups(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each block, and what stands in it."""
    at = 0
    while at < len(tokens):
        end, is_open = at + 1, tokens[at].nesting > 0
        while is_open and tokens[end].level > tokens[at].level:
            end += 1
        yield tokens[at], tokens[at + 1 : end]
        at = end + is_open


def _blocks(tokens: Sequence[Token], *, is_inner: bool = False) -> list[tuple[str, str]]:
    """The type and the Markdown of each block; what stands in a list or quote is `is_inner`."""
    written: list[tuple[str, str]] = []
    for token, inside in _groups(tokens):
        block = _block(token, inside, is_inner=is_inner)
        inserts = INSERT * (token.content + token.info).count(INSERT)
        written += [(kind, each) for kind, each in ((token.type, block), ("", inserts)) if each]
    return written


def _block(token: Token, inside: Sequence[Token], *, is_inner: bool) -> str:  # noqa: PLR0911 - cases
    match token.type:
        case "paragraph_open":
            return _inline(inside[0].children or [])
        case "heading_open":
            text = _inline(inside[0].children or [], line_break=" ")
            return f"{'#' * int(token.tag[1])} {re.sub('#$', '&#35;', text)}".rstrip()
        case "blockquote_open":
            return _indented(_stacked(_blocks(inside, is_inner=True)), "> ", "> ")
        case "table_open":
            return _table(inside)
        case "hr":
            return "___"  # the one that is neither an underline nor a list
        case "fence" | "code_block":
            text = token.content.replace(INSERT, "").removesuffix("\n")
            if is_inner and _LIVE.search(text):
                return f"<pre><code>{verbatim(text)}</code></pre>"
            return fence(text, (token.info.replace(INSERT, "").split() or [""])[0])
        case _:
            return _list(inside)


def _stacked(blocks: Sequence[tuple[str, str]], *, is_tight: bool = False) -> str:
    text = blocks[0][1] if blocks else ""
    for (above, last), (kind, block) in pairwise(blocks):
        is_next = kind.endswith("list_open") or "`" in {block[0], last[0]}
        text += ("\n" if is_tight and is_next and above != "table_open" else "\n\n") + block
    return text


def _indented(text: str, first: str, further: str) -> str:
    lines = (further + line if line else further.rstrip() for line in text.split("\n"))
    return first + "\n".join(lines)[len(further) :]


def _list(tokens: Sequence[Token]) -> str:
    items: list[str] = []
    paragraphs = [token for token in tokens if token.type == "paragraph_open"]
    is_tight = all(token.hidden for token in paragraphs if token.level == tokens[0].level + 1)
    for item, inside in _groups(tokens):
        mark = f"{item.info}{item.markup} "
        text = _stacked(_blocks(inside, is_inner=True), is_tight=is_tight)
        items.append(_indented(text, mark, " " * len(mark)).rstrip(" "))
    return ("\n" if is_tight else "\n\n").join(items)


def _table(tokens: Sequence[Token]) -> str:
    rows: list[list[str]] = []
    rules: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token.children or [], line_break=" "))
        elif token.type == "th_open":
            align = str(token.attrs.get("style", "")).removeprefix("text-align:")
            rules.append({"left": ":--", "right": "--:", "center": ":-:"}.get(align, "---"))
    return "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:]))


# The rest of a word, label, address or run of marks; scripts without blanks have none.
_REST: Final = re.compile(r"[!-\u0dff]*?(?=(?<!\\)[.,:!?)\"'|]{0,9}(?:[^!-\u0dff]|\Z))")
_NO_WORDS: Final = re.compile(r"[\s|:=*_~`+#>-]*|[\s>]*\d+[.)]| {0,3}\[[^\]\n]+\]:.*")


def _with_inserts(text: str, offsets: Sequence[int]) -> str:
    """The text with a stand-in for each insert, at the nearest place where it does no harm."""
    text = text.replace(INSERT, "\N{REPLACEMENT CHARACTER}")
    pieces: list[str] = []
    at = 0
    for offset in offsets:
        place = max(_place(text, offset), at)
        pieces += (text[at:place], INSERT)
        at = place
    return "".join((*pieces, text[at:]))


def _place(text: str, offset: int) -> int:
    """Back over blanks, bars and lines without words, and on over the word that is begun."""
    at = offset if 0 < offset <= len(text) else len(text)
    while at:
        while at and text[at - 1] in " \t\r\n|":
            at -= 1
        begin = text.rfind("\n", 0, at) + 1
        if not _NO_WORDS.fullmatch(text, begin, at):
            break
        at = max(begin - 1, 0)
    if not at:
        return _place(text, len(text)) if offset != len(text) else offset
    rest = _REST.match(text, at)
    return rest.end() if rest else at


def safe(
    text: str,
    inserts: Sequence[tuple[int, str]] = (),
    links: Mapping[str, Any] | None = None,
) -> str:
    r"""The same Markdown, in which nothing can run or load, and which shows what it says.

    Dollars are money unless they enclose mathematics, and `\(x\)` is mathematics. Any text will do,
    also an unfinished one: it takes time linear in the text, and raises nothing.

    Args:
        text: a model's Markdown.
        inserts: after how many characters of it to put what safe Markdown, in their order. None
            stands in code, in a formula, a link or an address, but behind it; what is beyond the
            text stands at its end.
        links: addresses for `[labels]` that stand elsewhere, as `definitions` finds them.

    Example:
        >>> safe("A `List<int>` for $5, see [here](javascript:x).")
        'A <code>List&lt;int&gt;</code> for <span>&#36;</span>5, see [here&#93;(javascript:x).'
        >>> safe("Use `ls -l` here.", [(6, " [1](https://example.org)")])
        'Use `ls -l` [1](https://example.org) here.'
    """
    if inserts:
        text = _with_inserts(text, [offset for offset, _ in inserts])
    written = clean(_stacked(_blocks(PARSER.parse(clean(text), {"references": dict(links or {})}))))
    pieces = written.split(INSERT) if inserts else [written]
    shown = pieces[0]
    for (_, insert), following in zip_longest(inserts, pieces[1:], fillvalue=""):
        shown += (insert if shown[-1:].strip() else insert.lstrip()) + following
    return shown


def as_html(markdown: str) -> str:
    """What `safe` wrote as HTML, for a page that has no reader of Markdown; links open beside it.

    Args:
        markdown: of `safe`, or made of what is; any other is not safe to show. Formulas stay as
            they are written.

    Example:
        >>> print(as_html(safe("*Well* <b>")))
        <p><em>Well</em> &lt;b&gt;</p>
    """
    page = _WITH_TAGS.render(markdown).rstrip("\n")
    return page.replace("<a href=", '<a target="_blank" rel="noopener" href=')
