"""The text of one paragraph, heading or table row, made safe: `guarded_inline`.

Each mark that could begin something is either known for what it is (a code span, a formula, a link
to the web) or becomes an entity, which no reader of Markdown takes for a mark. Emphasis is left to
the reader: it can do no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from gemini_nb.markdown.characters import ENTITY, decoded, verbatim, written
from gemini_nb.markdown.links import AUTOLINK, MAIL, TARGET, definition, followed
from gemini_nb.markdown.mathematics import Formulas

_SPECIAL: Final = re.compile(r"[`$\\<&\]]|!(?=\[)|\[(?=!\[)|(?i:ftp(?=:))")
_TAG: Final = re.compile(r"<(?:br ?/?|(sub|sup)>([^<>\n`$\\&\[\]]{1,200})</\1)>", re.IGNORECASE)
_PICTURE: Final = re.compile(r"!\[([^\[\]\n]{0,500})(?=\]\()")
_PLAIN_CODE: Final = re.compile(r"[\w ,;.:=+()/'\"-]*")
_TEX_WORD: Final = re.compile(r"(?:begin|end|ref|eqref)(?![a-zA-Z])")
_BLANK: Final = frozenset(" \n")
_LONGEST_LABEL: Final = 1_000
_LONGEST_LINE: Final = 4_000
_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def guarded_inline(text: str, *, in_table: bool = False) -> str:
    r"""A paragraph's text, in which nothing can run, load, or be taken for what it is not.

    Example:
        >>> guarded_inline("A `List<int>` for $5, see [here](javascript:x).")
        'A <code>List&lt;int&gt;</code> for <span>&#36;</span>5, see [here&#93;(javascript:x).'
    """
    if not _SPECIAL.search(text):
        return text
    scan = _Scan(text, in_table=in_table)
    pieces: list[str] = []
    at = 0
    while special := _SPECIAL.search(text, at):
        pieces.append(text[at : special.start()])
        piece, at = scan.piece(special.start())
        if piece.startswith("$") and not pieces[-1] and len(pieces) > 1 and pieces[-2][-1:] == "$":
            pieces.append("<span></span>")  # two formulas, not the mark of a displayed one
        pieces.append(piece)
    pieces.append(text[at:])
    return "".join(pieces)


class _Scan:
    """What stands where in one text; the places of closing marks are found once."""

    def __init__(self, text: str, *, in_table: bool) -> None:
        self._text = text
        self._in_table = in_table
        self._formulas = Formulas(text, in_table=in_table)
        self._runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._runs.setdefault(len(run[0]), []).append(run.start())
        self._readers = {
            "`": self._code,
            "$": self._dollar,
            "\\": self._backslash,
            "<": self._angle,
            "&": self._entity,
            "]": self._bracket,
            "!": self._picture,
            "[": self._linked_picture,
        }

    def piece(self, at: int) -> tuple[str, int]:
        """What to write for the special character at an index, and the index to go on from."""
        return self._readers.get(self._text[at], self._scheme)(at)

    def _scheme(self, at: int) -> tuple[str, int]:
        """An `ftp:` that JupyterLab would make a link of."""
        return self._text[at : at + 3] + "&#58;", at + 4

    def _dollar(self, at: int) -> tuple[str, int]:
        return self._formula(at) or (written("$"), at + 1)

    def _code(self, at: int) -> tuple[str, int]:
        text = self._text
        length = _run_length(text, at)
        places = self._runs.get(length, [])
        number = bisect_left(places, at + length)
        if number == len(places):
            return "&#96;" * length, at + length
        stop = places[number]
        body = text[at + length : stop]
        if self._in_table:
            body = body.replace("\\|", "|")
        return _as_code(body), stop + length

    def _formula(self, at: int) -> tuple[str, int] | None:
        formula = self._formulas.at(at)
        if formula is None:
            return None
        raw = self._text[at : formula.end].replace("\n", " ")
        return formula.markdown or f"<code>{verbatim(raw)}</code>", formula.end

    def _backslash(self, at: int) -> tuple[str, int]:
        return self._formula(at) or self._escape(at)

    def _escape(self, at: int) -> tuple[str, int]:
        character = self._text[at + 1 : at + 2]
        if character and character in "$<&`\\[]!()":
            return written(character), at + 2
        if character in _PUNCTUATION or character == "\n":
            return self._text[at : at + 2], at + 2
        is_tex = _TEX_WORD.match(self._text, at + 1) or not character
        return written("\\") if is_tex else "\\", at + 1

    def _angle(self, at: int) -> tuple[str, int]:
        text = self._text
        if tag := _TAG.match(text, at):
            if not tag[1]:
                return "<span></span><br>", tag.end()
            name = tag[1].lower()
            return f"<{name}>{tag[2]}</{name}>", tag.end()
        if link := AUTOLINK.match(text, at) or MAIL.match(text, at):
            scheme = "" if link.re is AUTOLINK else "mailto:"
            if address := followed(scheme + link[1]):
                return f"[{verbatim(link[1])}]({address})", link.end()
        return "&lt;", at + 1

    def _entity(self, at: int) -> tuple[str, int]:
        found = ENTITY.match(self._text, at)
        if not found:
            return "&amp;", at + 1
        meant = decoded(found[0])
        if meant == found[0]:
            return "&amp;", at + 1
        is_mark = len(meant) == 1 and meant in _PUNCTUATION
        return written(meant) if is_mark else found[0], found.end()

    def _bracket(self, at: int) -> tuple[str, int]:
        text = self._text
        if text.startswith("](", at):
            target = TARGET.match(text, at)
            address = followed(target[1] or target[2] or "") if target else ""
            return (f"]({address})", target.end()) if target and address else ("&#93;", at + 1)
        if text.startswith("]:", at):
            return self._definition(at)
        return "]", at + 1

    def _definition(self, at: int) -> tuple[str, int]:
        text = self._text
        begin = text.rfind("\n", max(at - _LONGEST_LABEL, 0), at) + 1
        if begin == 0 and at > _LONGEST_LABEL:
            return "&#93;", at + 1
        stop = text.find("\n", at, at + _LONGEST_LINE)
        line = text[begin : stop if stop >= 0 else at + _LONGEST_LINE]
        given = definition(line) if line.find("]:") == at - begin else None
        return (f"]: {given[1]}", begin + len(line)) if given else ("&#93;", at + 1)

    def _picture(self, at: int) -> tuple[str, int]:
        """A picture is fetched as soon as it is seen: a link to it waits for the reader."""
        link = self._picture_link(at)
        return (f"[{link[0]}]({link[1]})", link[2]) if link else ("&#33;", at + 1)

    def _picture_link(self, at: int) -> tuple[str, str, int] | None:
        picture = _PICTURE.match(self._text, at)
        target = TARGET.match(self._text, picture.end()) if picture else None
        address = followed(target[1] or target[2] or "") if target else ""
        if not picture or not target or not address:
            return None
        return guarded_inline(picture[1]).strip() or verbatim(address), address, target.end()

    def _linked_picture(self, at: int) -> tuple[str, int]:
        """A picture that is a link, `[![alt](picture)](address)`: its description is the link."""
        link = self._picture_link(at + 1)
        if link and self._text.startswith("](", link[2]):
            return f"[{link[0]}", link[2]
        return "[", at + 1


def _run_length(text: str, at: int) -> int:
    stop = at
    while stop < len(text) and text[stop] == "`":
        stop += 1
    return stop - at


def _as_code(body: str) -> str:
    """A code span; as HTML where another reader's opinion on its inside could matter."""
    if body[:1] in _BLANK and body[-1:] in _BLANK and body.strip():
        body = body[1:-1]
    if body and _PLAIN_CODE.fullmatch(body) and body == body.strip():
        return f"`{body}`"
    shown = "\n".join(verbatim(line) for line in body.split("\n"))  # each line keeps its place
    return f"<code>{shown}</code>"
