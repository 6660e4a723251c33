r"""A model's Markdown: where it may be cut while it grows, and what makes it safe to show.

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
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_block import paragraph, reference, table

from gemini_nb.display import clean, code_span, fence, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# Punctuation that no living text has: it stands for an insert while the text is parsed.
_INSERT: Final = "\N{CUNEIFORM PUNCTUATION SIGN DIAGONAL QUADCOLON}"
_DEEPEST: Final = 16  # quotes in each other, or half as many lists; some readers drop the 20th
_LONGEST_FORMULA: Final = 60  # lines ...
_FARTHEST: Final = 4_000  # ... and characters; a mark that nothing closes is no formula's

# --- Addresses and formulas ---------------------------------------------------------------------
_ALLOWED: Final = re.compile(r"https?://[^/?#]|mailto:[^/]|#", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff]")
_LONE_PERCENT: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_PLAIN_ADDRESS: Final = re.compile(r"(?:https?|mailto):(?:(?!@@)[\w./?=%#&+,:@~;-])+", re.ASCII)
_BARE_ADDRESS: Final = re.compile(
    r"https?://(?:[^\s<>\"`|\\^{}()\[\]]|\([^\s<>\"`|\\^{}()\[\]]*\)){1,2000}", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"(?<![a-z0-9.+-])https?$", re.IGNORECASE)


def followed(address: str) -> str:
    """The address a link may have, with everything that could be a mark encoded; "" for none.

    Example:
        >>> followed("https://example.org/a_(b)?x=1&y=$2")
        'https://example.org/a_%28b%29?x=1&amp;y=%242'
        >>> followed("JavaScript:alert(1)"), followed("notes.md")
        ('', '')
    """
    if _FORBIDDEN.search(address) or not _ALLOWED.match(address):
        return ""
    encoded = quote(_LONE_PERCENT.sub("%25", address), "/?#:@!&+,;=%-._~", errors="replace")
    return encoded.replace("@@", "%40%40").replace("&", "&amp;")


_ENVIRONMENT: Final = (
    r"\\begin\{((?:[bBpvV]?matrix|smallmatrix|align(?:ed|at|edat)?|array|cases|CD|eqnarray|equation"
    r"|flalign|gather(?:ed)?|multline|split|subarray)\*?)\}"
)
_OPENING: Final = re.compile(rf"\$\$?|\\[(\[]|{_ENVIRONMENT}")
_DISPLAYED: Final = re.compile(rf"(?<!\\)(?:\\\\)*(?=\$\$|\\\[|{_ENVIRONMENT})")
_MARKS: Final = {"$$": ("$$", "$$"), "$": ("$", "$"), r"\(": (r"\)", "$"), r"\[": (r"\]", "$$")}
_FENCE_OR_HEADING: Final = re.compile(r"`{3}|~{3}|#{1,6}(?:\s|$)")
_UNSEEN: Final = re.compile(r"(?<!\\)%[^\n]*|\\label\s*\{[^{}]*\}")
_BAR: Final = "\N{DIVIDES}"
_BARRED: Final = re.compile(r"\$[^$\n]{1,500}\$|\\\([^$\n]{1,500}?\\\)")
_DOLLAR: Final = re.compile(r"(?<!\\)(?:\\\\)*\$")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SIGN: Final = re.compile(r"[\\^_={}]")
_AMOUNT: Final = re.compile(r"\d[^\\^_={}+*/<>]*\s")
# What reaches beyond a formula: addresses, styles, names of elements, and definitions, which last
# for the whole page. MathJax 2, in pages that nbconvert makes, follows them unasked.
_REACHING: Final = re.compile(
    r"`|@@|\\(?:href|url|class|cssId|style|unicode|require|bbox|data|mmlToken|html\w*|include\w*"
    r"|[a-z]*def|let|futurelet|(?:re)?newcommand|providecommand|(?:re)?newenvironment"
    r"|DeclareMathOperator|DeclarePairedDelimiter\w*|csname|catcode|begingroup|verb|Newextarrow"
    r"|definecolor|input|write|read|special)(?![a-zA-Z])"
)


def _formula(text: str, at: int) -> tuple[int, str] | None:
    """Where the formula that begins here ends, and how all front ends read it; "" if unsafe.

    Prices are no formulas: a dollar opens one by pandoc's rule (no blank after the opening one,
    none before the closing one, no digit after that), and words between two dollars are words.
    """
    found = _OPENING.match(text, at)
    if not found:
        return None
    opening, inside = found[0], found.end()
    closing, mark = _MARKS.get(opening, (f"\\end{{{found[1]}}}", ""))
    unescaped = re.compile(rf"(?<!\\)(?:\\\\)*{re.escape(closing)}")
    limit = inside + _FARTHEST
    is_near = text.find(closing, inside, limit) >= 0  # the quick answer for text without any
    closed = unescaped.search(text, inside, limit) if is_near else None
    end = closed.end() if closed else inside
    stop = end - len(closing)
    body = text[inside:stop].strip()
    if not body or (mark and _is_prose(body.replace(_INSERT, ""))):
        return None
    if opening == "$":
        is_tight = len(body) == stop - inside and not text[end : end + 1].isdecimal()
        before = text[at - 1 : at] if at else " "
        if not is_tight or before.isalnum() or before in "$\\" or "`" in body:
            return None
    if mark and opening != closing and opening in body:
        return None
    body = " ".join(_UNSEEN.sub("", body).split("\n"))
    body = body.replace("<", r"\lt ").replace(">", r"\gt ")
    # A reader without mathematics must find no link in there; TeX does not see the blank.
    body = re.sub(r"\](?=[(\[:])|!(?=\[)", r"\g<0> ", body)
    if _REACHING.search(body) or not _is_balanced(body) or (mark == "$" and _DOLLAR.search(body)):
        return end, ""
    return end, f"{mark}{body}{mark}" if mark else f"{opening}{body}{closing}"


def _is_prose(body: str) -> bool:
    """Whether what stands between two marks of mathematics reads as words or prices."""
    if _SIGN.search(body):
        return False
    words = _WORD.findall(body)
    return bool(_AMOUNT.match(body)) or (bool(words) and body.strip() != words[0])


def _is_balanced(body: str) -> bool:
    depth = 0
    for found in _BRACES.findall(body):
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth < 0:
            return False
    return depth == 0


# --- Reading: the parser's rules, and three of our own ------------------------------------------
def _formula_in_text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as it is called
    found = _formula(state.src, state.pos) if state.src[state.pos] in "$\\" else None
    if found and not silent:
        token = state.push("formula", "", 0)
        token.content, token.info = found[1], state.src[state.pos : found[0]]
    state.pos = found[0] if found else state.pos
    return found is not None


def _address_in_text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """A bare address, which front ends make a link of: in one piece, whatever marks it has."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-8:])
    found = scheme and _BARE_ADDRESS.match(state.src, state.pos - len(scheme[0]))
    address = found[0].rstrip(f".,;:!?'*_~{_INSERT}") if found else ""
    if not scheme or not followed(address.replace(_INSERT, "")):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    state.push("address", "", 0).content = address
    state.pos += len(address) - len(scheme[0])
    return True


def _formula_on_lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A displayed formula of several lines; what looks like a list in there is none."""
    line = _line(state, start)
    if ("$$" not in line and "\\" not in line) or state.is_code_block(start):
        return False
    lines = [line]
    for number in range(start + 1, min(end, start + _LONGEST_FORMULA)):
        line = _line(state, number)
        if (line and state.sCount[number] < state.blkIndent) or _FENCE_OR_HEADING.match(line):
            break
        lines.append(line)
    # While the text grows, the rest of the formula may be on its way.
    is_last = state.env.get("grows", False) and start + len(lines) == state.lineMax
    count = _lines_of_formula(lines, may_grow=is_last and len(lines) < _LONGEST_FORMULA)
    if not count:
        return False
    if not silent:
        state.line = start + count
        state.push("paragraph_open", "p", 1).map = [start, state.line]
        token = state.push("inline", "", 0)
        token.content, token.children = "\n".join(lines[:count]), []
        state.push("paragraph_close", "p", -1)
    return True


def _lines_of_formula(lines: Sequence[str], *, may_grow: bool) -> int:
    """How many lines there are to the end of the formula that the first one leaves open."""
    text, at = "\n".join(lines), 0
    while (opening := _DISPLAYED.search(lines[0], at)) and not lines[0].count("`") % 2:
        begin, after = opening.end(), lines[0][opening.end() :].strip()
        found = _formula(text, begin)
        if not found and may_grow and (not lines[0][:begin].strip() or _OPENING.fullmatch(after)):
            return len(lines)
        at = found[0] if found else begin + 2
        if at > len(lines[0]):
            return 1 + text.count("\n", 0, at)
    return 0


def _formulas_in_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A table; a bar in a formula is not the edge of a cell, after which the rest would be lost."""
    if not silent and table(state, start, end, True):  # noqa: FBT003
        last = start
        while last + 1 < end and _line(state, last + 1):
            last += 1
        begin, stop = state.bMarks[start], state.eMarks[last]
        rows = _BARRED.sub(
            lambda found: found[0].replace("|", _BAR) if _formula(found[0], 0) else found[0],
            state.src[begin:stop],
        )
        if _BAR in rows:
            state.src = state.src[:begin] + rows + state.src[stop:]
    return table(state, start, end, silent)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """An address for a label; but a footnote is text."""
    return not _line(state, start).startswith("[^") and reference(state, start, end, silent)


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    return state.level >= _DEEPEST and paragraph(state, start, end, silent)


class _Parser(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": _DEEPEST + 10})
        self.enable(["table", "strikethrough"])
        ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("table", "too deep", _too_deep)
        self.block.ruler.before("lheading", "formula", _formula_on_lines, ends)
        self.block.ruler.at("reference", _definition)
        self.block.ruler.at("table", _formulas_in_table, {"alt": ["paragraph", "reference"]})
        self.inline.ruler.before("escape", "formula", _formula_in_text)
        self.inline.ruler.after("text", "address", _address_in_text)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        return url  # `followed` encodes it

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return bool(followed(url.replace(_INSERT, "")))


_PARSER: Final = _Parser()

# --- Writing ------------------------------------------------------------------------------------
_TAG: Final = r"(?i:(<br ?/?>|<(su[bp])>[^<>`$\\&|\[\]*_~!@:\n]{1,200}</\2>))"
# What could be a mark where it stands.
_SPECIAL: Final = re.compile(
    rf"{_TAG}|[`$<&|]|\\(?![A-Za-z0-9])|\\(?=begin|end|ref|eqref)"
    r"|\*(?! )|(?<! )\*|(?<![^\W_])_|_(?![^\W_])|(?<![\s(])~|~(?=[\s~]|$)"
    r"|\](?=[(\[:])|!(?=\[)|(?i:(?<=ftp)):|@(?=@\d)"
)
_SPECIAL_IN_LINK: Final = re.compile(rf"{_SPECIAL.pattern}|[\[\]]|(?i:(?<=http)|(?<=https)):")
_LINE_START: Final = re.compile(
    r"(?:[-+](?=\s|$|-)|#(?=#{0,5}(?:\s|$))|>|=(?==*\s*$)|:(?=\s)|\d{1,9}[.)](?=\s|$))"
)
# What front ends may look for in code that stands in a list or a quote.
_LIVE: Final = re.compile(r"[$<`~@]|\]\(|\]\[|\]:|\\[\[(]|\\begin|ftp:")
_BEFORE_EMPHASIS: Final = frozenset("([{\"'-/:")
_AFTER_EMPHASIS: Final = frozenset(".,;:!?)]}\"'-/")
_TAGS: Final = {"em_close": "em", "strong_close": "strong", "s_close": "del"}


def _entity(mark: re.Match[str]) -> str:
    """A mark as itself: MathJax reads the page, but no formula reaches over an element's edge."""
    if mark.re.groups and mark[1]:
        return mark[1]
    return f"<span>{verbatim(mark[0])}</span>" if mark[0] in {"$", "\\"} else verbatim(mark[0])


def _words(text: str, before: str, *, in_link: bool) -> str:
    """Text in which nothing is a mark."""
    text = re.sub(r"\s*[\n\r]\s*", " ", text)
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
            if begin and pieces[begin - 1].endswith("!"):
                pieces[begin - 1] = pieces[begin - 1][:-1] + "&#33;"  # no picture
            label, target = "".join(pieces[begin:]), str(opening.attrs["href"])
            if opening.markup == "autolink":
                label = "" if "://" in target else label.replace(_INSERT, "")
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
    return "".join(pieces)


def _emphasise(pieces: list[str], begin: int, closing: Token, after: Token | None) -> None:
    """Put marks around the pieces, or tags where readers differ on whether marks are marks."""
    first, last = pieces[begin + 1][:1], pieces[-1][-1:]
    before = pieces[begin - 1][-1:] if begin else " "
    following = " " if after is None or after.type.endswith("break") else after.content[:1]
    is_opening = before.isspace() or (first.isalnum() and before in _BEFORE_EMPHASIS)
    is_closing = following in {" ", _INSERT} or (following in _AFTER_EMPHASIS and last != _INSERT)
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
    raw = token.content or token.info.replace(_BAR, "|")
    content = raw.replace(_INSERT, "")
    if token.type != "formula" or not token.content:
        written = code_span(content)
    else:
        bars = content.replace(_BAR, "|") if in_cell else content
        bars = bars.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if in_cell else bars
        # Two formulas, not the mark of a displayed one.
        written = "<span></span>" + bars if before.endswith("$") else bars
    return written + _INSERT * raw.count(_INSERT)


def _linked(label: str, target: str) -> str:
    """A link; without an address its label."""
    inserts = _INSERT * (label + target).count(_INSERT)
    label, target = label.replace(_INSERT, ""), target.replace(_INSERT, "")
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
        inserts = _INSERT * (token.content + token.info).count(_INSERT)
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
            text = token.content.replace(_INSERT, "").removesuffix("\n")
            if is_inner and _LIVE.search(text):
                return f"<pre><code>{verbatim(text)}</code></pre>"
            return fence(text, (token.info.replace(_INSERT, "").split() or [""])[0])
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


# --- Inserts ------------------------------------------------------------------------------------
# The rest of a word, label, address or run of marks; scripts without blanks have none.
_REST: Final = re.compile(r"[!-\u0dff]*?(?=(?<!\\)[.,:!?)\"'|]{0,9}(?:[^!-\u0dff]|\Z))")
_NO_WORDS: Final = re.compile(r"[\s|:=*_~`+#>-]*|[\s>]*\d+[.)]| {0,3}\[[^\]\n]+\]:.*")


def _with_inserts(text: str, offsets: Sequence[int]) -> str:
    """The text with a stand-in for each insert, at the nearest place where it does no harm."""
    text = text.replace(_INSERT, "\N{REPLACEMENT CHARACTER}")
    pieces: list[str] = []
    at = 0
    for offset in offsets:
        place = max(_place(text, offset), at)
        pieces += (text[at:place], _INSERT)
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


# --- What others call ---------------------------------------------------------------------------
_DEFINES: Final = re.compile(r"^[ \t>*+-]*\[(?!\^)[^\[\]\n]+\]:", re.MULTILINE)
_NO_LIST_ITEM: Final = re.compile(r"[^\s\d*+-]")


def safe(text: str, inserts: Sequence[tuple[int, str]] = ()) -> str:
    r"""The same Markdown, in which nothing can run or load, and which shows what it says.

    Dollars are money unless they enclose mathematics, and `\(x\)` is mathematics. Any text will do,
    also an unfinished one: it takes time linear in the text, and raises nothing.

    Args:
        text: a model's Markdown.
        inserts: after how many characters of it to put what safe Markdown, in their order. None
            stands in code, in a formula, a link or an address, but behind it; what is beyond the
            text stands at its end.

    Example:
        >>> safe("A `List<int>` for $5, see [here](javascript:x).")
        'A <code>List&lt;int&gt;</code> for <span>&#36;</span>5, see [here&#93;(javascript:x).'
        >>> safe("Use `ls -l` here.", [(6, " [1](https://example.org)")])
        'Use `ls -l` [1](https://example.org) here.'
    """
    if inserts:
        text = _with_inserts(text, [offset for offset, _ in inserts])
    written = clean(_stacked(_blocks(_PARSER.parse(clean(text)))))
    pieces = written.split(_INSERT) if inserts else [written]
    shown = pieces[0]
    for (_, insert), following in zip_longest(inserts, pieces[1:], fillvalue=""):
        shown += (insert if shown[-1:].strip() else insert.lstrip()) + following
    return shown


def definitions(text: str) -> str:
    r"""The lines that give addresses for `[labels]`, to append to a block that uses them.

    Example:
        >>> definitions("See [one].\n\n[one]: https://example.org 'A title'\n")
        '[ONE]: <https://example.org>\n'
        >>> definitions("nothing of the kind")
        ''
    """
    if not _DEFINES.search(text):
        return ""
    found: dict[str, Any] = {}
    _PARSER.block.parse(clean(text), _PARSER, found, [])
    given = found.get("references", {})
    return "".join(f"[{label}]: <{followed(to['href'])}>\n" for label, to in given.items())


class Blocks:
    r"""Markdown as it arrives, cut into finished blocks.

    A block ends with the blank lines after it. It is never cut inside code, a formula, a table, a
    list or a quote, so that the blocks made `safe` one by one are what the whole would be, but for
    links whose address stands in another block (see `definitions`).

    Example:
        >>> blocks = Blocks()
        >>> blocks.feed("# One\n\n- a\n\n- b\n")
        ['# One\n\n']
        >>> blocks.feed("\nTwo"), blocks.unfinished
        (['- a\n\n- b\n\n'], 'Two')
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._size = 0  # characters in the lines
        self._enough = 0  # characters there must be before it is worth looking again
        self._is_after_blank = False

    def feed(self, text: str) -> list[str]:
        """The blocks that are finished now, in order; joined with what follows, the text itself."""
        finished: list[str] = []
        for number, piece in enumerate(text.split("\n")):
            if number:
                finished += self._end_line()
            # The first character may already show that no list goes on.
            if not self._line and self._is_after_blank and _NO_LIST_ITEM.match(piece):
                finished += self._cut(piece[0])
            self._line += [piece] if piece else []
        return finished

    @property
    def unfinished(self) -> str:
        """The text after the last finished block."""
        return "".join((*self._lines, *self._line))

    def _end_line(self) -> list[str]:
        line, self._line = "".join((*self._line, "\n")), []
        is_undecided = self._is_after_blank and line[0] in "*+-0123456789"
        finished = self._cut(line) if is_undecided else []
        self._lines.append(line)
        self._size += len(line)
        self._is_after_blank = line.isspace()
        return finished

    def _cut(self, beginning: str) -> list[str]:
        """The blocks before the last one of the text with the beginning of its next line."""
        if self._size < self._enough:
            return []
        tokens: list[Token] = []
        source = "".join((*self._lines, beginning)).replace("\r", " ")
        _PARSER.block.parse(source, _PARSER, {"grows": True}, tokens)
        starts = [token.map[0] for token in tokens if token.map and not token.level]
        is_one = len(starts) <= 1
        self._enough = self._size * 6 // 5 if is_one else 0
        if is_one:
            return []
        finished = ["".join(self._lines[a:b]) for a, b in pairwise((0, *starts[1:]))]
        self._lines = self._lines[starts[-1] :]
        self._size = sum(map(len, self._lines))
        return finished
