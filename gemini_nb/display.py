r"""What every room shows is made of: clean text, and the one table, card, fence and code span.

Whatever leaves this package passes `clean`, in HTML, in Markdown and as plain text: a terminal
obeys control characters, an open mark of direction turns the rest of a page around, half a
character can't be saved, and a key must not be. `Table`, `Card`, `fence` and `code_span` clean
what they are given; who writes HTML or text by hand calls `html`, `words` or `clean`.

Front ends differ in what they leave of an output: JupyterLab drops style sheets and `aria-*` where
a notebook is not trusted, GitHub drops styles altogether, dark themes come without notice. So
styles are inline, in greys that lie over any background, with no colour of text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final

from rich.filesize import decimal

from gemini_nb.redaction import redact

LINE: Final = 200
"""Characters of a field that are shown; what is longer ends with an ellipsis."""
LONGEST_KEY: Final = 4096
"""Characters, with room to spare: that many more are searched for keys before a text is cut."""
SEPARATOR: Final = " \N{MIDDLE DOT} "
"""What stands between facts on one line."""
MUTED: Final = "opacity:.7"
"""Style of secondary text: it takes the theme's own colour."""
UNTYPESET: Final = "class='tex2jax_ignore mathjax_ignore'"
"""Keeps JupyterLab from setting what stands between two dollar signs as mathematics."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HALF: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("\r\n?|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
# The two separators are line ends for JavaScript, and not for Python.
_PICTURED: Final = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}
_PICTURED.update({"\r": "\n", "\r\n": "\n", "\u2028": " ", "\u2029": " "})
_OPENING: Final = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),  # embeddings and overrides
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),  # isolates
}
_MARKS: Final = re.compile(r"[\n!\"#$&'()*+<=>@\[\\\]_`{|}~^:.-]")
# Most words need no escaping, and stay readable in the saved notebook.
_PLAIN_WORD: Final = re.compile(r"\(?(?:\d+\.\d+|[^\W_](?:[\w/'-]*[^\W_])?)[).,;:]*")
_ENTITIES: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_PLAIN_CODE: Final = re.compile(r"[\w ,;.:=+()/'\"-]*")
_TICKS: Final = re.compile("`+")
_NOT_A_LANGUAGE: Final = re.compile(r"[^\w+#.-]")
# JupyterLab takes these for formulas, in code as well.
_TAKEN_FROM_CODE: Final = re.compile(r"\\begin\{|\\\\[()\[\]]|@@\d+@@")


def clean(text: str) -> str:
    r"""The text as it may leave this package, on as many lines as it has.

    Keys are redacted; control characters but newline and tab become the pictures that Unicode has
    of them; marks of direction are closed at the end of their line; halves of a character are
    joined or replaced; every line end is `\n`. Cleaning what is clean changes nothing.

    Example:
        >>> clean("a\x1b[2Jb\r\n"), clean("\ud83d\ude00 \ud800") == "\U0001f600 \ufffd"
        ('a␛[2Jb\n', True)
        >>> clean("abc \u202e fed").endswith("\u202c")
        True
    """
    text = well_formed(redact(text))
    text = _CONTROL.sub(lambda found: _PICTURED.get(found[0], _REPLACEMENT), text)
    if not _TURNING.search(text):
        return text
    return "\n".join(map(_with_direction_closed, text.split("\n")))


def well_formed(text: str) -> str:
    r"""Text that can be sent and saved: halves of a character are joined, or replaced by U+FFFD.

    Example:
        >>> well_formed("\ud83d\ude00") == "\U0001f600", well_formed("a\ud83d")
        (True, 'a\ufffd')
    """
    if text.isascii() or not _HALF.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _HALF.sub(_REPLACEMENT, joined)


def words(value: object, longest: int = LINE) -> str:
    r"""What a field holds, clean and on one line; "" for None.

    Marks that turn the direction of writing are taken out: in a name they only pose as another.

    Args:
        value: anything.
        longest: how many characters to show at most.

    Example:
        >>> words("a name\n on two lines", longest=10)
        'a name on…'
    """
    if value is None:
        return ""
    # Keys go first: half a key would no longer look like one.
    line = clean(" ".join(_TURNING.sub("", str(value)).split())[: longest + LONGEST_KEY])
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "\u2026"


def html(text: str) -> str:
    """Clean text as HTML, for elements and for attributes.

    Example:
        >>> html("<b> & 'c'")
        '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    return escape(clean(text))


def counted(count: int, one: str, several: str = "") -> str:
    """A count and what is counted.

    Example:
        >>> counted(1, "file"), counted(2_000, "file"), counted(2, "batch", "batches")
        ('1 file', '2,000 files', '2 batches')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def byte_size(count: object) -> str:
    """A size in the largest fitting decimal unit; "" where none is told.

    Example:
        >>> byte_size(5), byte_size("1234567"), byte_size(None)
        ('5 bytes', '1.2 MB', '')
    """
    return decimal(int(str(count))) if str(count).isdecimal() else ""


def verbatim(text: str) -> str:
    """Text in which every mark is an entity, so that no reader of Markdown, TeX or HTML obeys it.

    Example:
        >>> verbatim("a|b <c>")
        'a&#124;b &lt;c&gt;'
    """
    return _MARKS.sub(lambda mark: _ENTITIES.get(mark[0]) or f"&#{ord(mark[0])};", clean(text))


def prose(text: str) -> str:
    """Words of anyone's on one line of Markdown, in which no mark means anything.

    Example:
        >>> prose("Raise max_output_tokens (now 8), not <b>.")
        'Raise max_output_tokens (now 8), not &lt;b&gt;&#46;'
    """
    shown = clean(text).split()
    return " ".join(word if _PLAIN_WORD.fullmatch(word) else verbatim(word) for word in shown)


def fence(text: str, language: str = "") -> str:
    """A block of code as Markdown, whatever its text holds.

    Example:
        >>> print(fence("x = 1", "python"))
        ```python
        x = 1
        ```
    """
    text = clean(text).removesuffix("\n")
    if _TAKEN_FROM_CODE.search(text):
        return f"<pre><code>{verbatim(text)}</code></pre>"
    language = _NOT_A_LANGUAGE.sub("", language)
    if language.startswith("mermaid") and "<" in text:
        language = ""  # nbconvert writes a diagram's text into the page as it is
    ticks = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    return f"{ticks}{language}\n{text}\n{ticks}"


def code_span(text: str) -> str:
    """Code within a line of Markdown; as HTML where two readers could differ on its inside.

    Example:
        >>> code_span("x = 1"), code_span("List<int>")
        ('`x = 1`', '<code>List&lt;int&gt;</code>')
    """
    text = " ".join(clean(text).split("\n"))
    is_plain = text and _PLAIN_CODE.fullmatch(text) and text == text.strip()
    return f"`{text}`" if is_plain else f"<code>{verbatim(text)}</code>"


@dataclass(frozen=True, slots=True)
class Table:
    """Several objects, one a row, under a line that says how many there are.

    Example:
        >>> print(Table("2 files", ("name", "size"), (("a.txt", "5 bytes"), ("b", ""))).plain())
        2 files
          name   size
          a.txt  5 bytes
          b
    """

    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()
    numeric: frozenset[str] = frozenset()
    """The columns that are set flush right."""

    def plain(self) -> str:
        """The table as lines of text, with a column no wider than it must be."""
        rows = [self.columns, *self.rows] if self.rows else []
        grid = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        for row in grid:
            for n, (name, width) in enumerate(zip(self.columns, widths, strict=True)):
                row[n] = row[n].rjust(width) if name in self.numeric else row[n].ljust(width)
        lines = ["  ".join(row).rstrip() for row in grid] + [*map(clean, self.remarks)]
        return "\n".join([clean(self.heading), *(f"  {line}" for line in lines)])

    def rich(self) -> str:
        """The table as HTML without style sheets, scripts or colours of text."""
        remarks = "".join(_element("div", f"{MUTED};font-size:90%", told) for told in self.remarks)
        head, body = self._row(self.columns, "th"), "".join(map(self._row, self.rows))
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
        return (
            f"<div {UNTYPESET}><div><strong>{html(self.heading)}</strong></div>"
            f"{table if body else ''}{remarks}</div>"
        )

    def bundle(self) -> dict[str, str]:
        """The table as a MIME bundle, for `_repr_mimebundle_` of what it tells about."""
        return {"text/plain": self.plain(), "text/html": self.rich()}

    def _row(self, cells: tuple[str, ...], tag: str = "td") -> str:
        shown: list[str] = []
        for name, cell in zip(self.columns, cells, strict=True):
            # A name that is broken in two is hard to copy.
            wrap = ";white-space:nowrap" if name == self.columns[0] else ""
            align = "right" if name in self.numeric else "left"
            shown.append(_element(tag, f"text-align:{align};padding:3px 12px 3px 4px{wrap}", cell))
        return f"<tr>{''.join(shown)}</tr>"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card."""

    name: str
    value: str
    """Where it is empty, the line is left out."""
    is_lasting: bool = True
    """Whether it is the same on every run; what is not stands in HTML only."""


@dataclass(frozen=True, slots=True)
class Card:
    """What one object is, in a title, a few facts and some remarks.

    Example:
        >>> print(Card("notes.txt", facts=(Fact("size", "5 bytes"), Fact("state", ""))).plain())
        notes.txt
          size  5 bytes
    """

    title: str
    subtitle: str = ""
    facts: tuple[Fact, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences that stand below the facts."""
    is_alarm: bool = False
    """Whether it tells of something that went wrong."""

    def plain(self) -> str:
        """The card as lines of text."""
        heading = SEPARATOR.join(filter(None, (self.title, self.subtitle)))
        facts = [fact for fact in self.facts if fact.value and fact.is_lasting]
        width = max((len(fact.name) for fact in facts), default=0)
        lines = [f"  {fact.name:<{width}}  {fact.value}" for fact in facts]
        return clean("\n".join([heading, *lines, *(f"  {remark}" for remark in self.remarks)]))

    def rich(self) -> str:
        """The card as HTML without style sheets, scripts or colours of text."""
        alarm = ";border-left:4px solid rgba(214,69,65,.75)" if self.is_alarm else ""
        subtitle = _element("span", MUTED, f" {self.subtitle}") if self.subtitle else ""
        facts = "".join(_row(fact) for fact in self.facts if fact.value)
        remarks = (_element("div", "margin-top:6px;font-size:90%", told) for told in self.remarks)
        table = f"<table style='margin:6px 0 0'><tbody>{facts}</tbody></table>" if facts else ""
        return (
            f"<div {UNTYPESET} style='display:inline-block;max-width:52em;padding:10px 16px;"
            f"border:1px solid rgba(127,127,127,.35);border-radius:6px{alarm}'>"
            f"<div><strong>{html(self.title)}</strong>{subtitle}</div>"
            f"{table}{''.join(remarks)}</div>"
        )

    def bundle(self) -> dict[str, str]:
        """The card as a MIME bundle."""
        return {"text/plain": self.plain(), "text/html": self.rich()}


def _row(fact: Fact) -> str:
    cell = "text-align:left;vertical-align:top;border:none;padding:2px 0"
    name = _element("td", f"{cell};{MUTED};white-space:nowrap", fact.name)
    value = _element("td", f"{cell};padding-left:16px", fact.value)
    # JupyterLab stripes the rows of a table, which would make a card look like one.
    return f"<tr style='background:none'>{name}{value}</tr>"


def _element(tag: str, style: str, text: str) -> str:
    return f"<{tag} style='{style}'>{html(text)}</{tag}>"


def _with_direction_closed(line: str) -> str:
    """The line, with what turns its direction ended where the line ends."""
    is_open: list[str] = []
    for mark in _TURNING.findall(line):
        if mark in _OPENING:
            is_open.append(_OPENING[mark])
        elif is_open and mark == is_open[-1]:
            is_open.pop()
    return line + "".join(reversed(is_open))
