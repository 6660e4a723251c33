"""Places in the midst of prose: in brackets, or by the names of their coordinates.

Square brackets are Gemini's, y first. Round ones are written either way, so they are read only
where the answer says which number is which, and told otherwise.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.json_values import JsonArray, JsonObject, is_list
from gemini_nb.spatial.keys import ROLES, canonical_key
from gemini_nb.spatial.object_items import bare_items, items_in
from gemini_nb.spatial.places import NUMERIC
from gemini_nb.spatial.text_tables import cell, is_placed

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.issues import Notes
    from gemini_nb.spatial.text_tables import Orders

_LONGEST_LINE: Final = 120  # characters; a name stands near its place
_NEAR: Final = 30
_LARGEST: Final = 1000
_CITED: Final = 50  # footnotes seldom go beyond this, and objects seldom stay below it
_MOST_WORDS: Final = 6
_CORNERS: Final = 4
_INTERVALS: Final = ([0, 1], [0, 100], [0, 255], [0, 1000])
"""What is no place in a sentence: the top right corner of a picture seldom is one."""

_WHERE: Final = r"at|near|points?|positions?|coordinates?|location|cent(?:re|er)"
_LINKING: Final = re.compile(
    rf"{_WHERE}|is|are|located|around|in|on|of|with|for|the|an?|its|your|bounding|box|",
    re.IGNORECASE,
)
"""Words between a name and its place, or before the name."""
_BREAKS: Final = re.compile(
    r"and|or|then|with|to|from|see|is|are|was|there|find|take|grab|pick|move", re.IGNORECASE
)
"""Words before which a name does not reach."""
_CUE: Final = re.compile(rf"(?:\b(?:{_WHERE})|[:=*`>|])[\s:(*`]*\Z", re.IGNORECASE)
"""What goes before a place, even one whose numbers are small."""
_OTHERWISE: Final = re.compile(
    r"\b(?:size|shape|dimensions?|resolution|pages?|range|interval|between|CI|matrix|[a-z] in)\b"
    r"[\s\w:=.*`]{0,9}[\[(]*\Z",
    re.IGNORECASE,
)
"""What goes before numbers that are no place."""
_CODE: Final = re.compile(
    r"(?:[\w\])\"'.=-]|(?<![-=])(?<!\) )[=+/<]\s*|(?<![-=\w/\"'])>\s*|\w\()\Z", re.ASCII
)
_CALL: Final = 4  # characters before a bracket that show whether it is code
_MATHS: Final = re.compile(
    r"(?:\b(?:solutions?|equations?|solve the system)\W{1,3}|(?<![\w.])[a-z]\()\Z", re.IGNORECASE
)
"""What goes before numbers whose names are those of variables: `P(X = 120, Y = 300)`."""
_ACTION: Final = re.compile(
    r"(?:click|tap|move|drag|swipe|scroll|point|box|array|coord)\w*\s*[=:(|]?[\s(\[\"'>|]*\Z",
    re.IGNORECASE,
)
"""What goes before numbers that are a place in code, too."""
_PROGRAM: Final = re.compile(
    r"```(?:py\w*|jsx?|javascript|tsx?|typescript|java|c|cpp|go|rust|sh|bash)\s.*?(?:```|\Z)"
    r"|<svg\b.*?(?:</svg>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_BULLETS: Final = re.compile(r"[ \t]*+(?:(?:[-*\u2022>#]|//|\d{1,3}[.)])[ \t]*+)*+")
_AFTER: Final = re.compile(r"[ \t]*+[.,;]?[ \t]*+(?:\r?\n|\Z)")
_MARKED: Final = re.compile(
    r"\*\*([^*]{1,80})\*\*|\[([^\[\]]{1,80})\]\([^()]{0,80}\)|`([^`]{1,80})`"
    r"|\"([^\"]{1,80})\"|\u201c([^\u201d]{1,80})\u201d"
)
_SCORE: Final = re.compile(r"[(\[](?:[\d.]+%?|[xy](?:, ?|/)[xy])[)\]](?=\W*\Z)")
_SIGNS: Final = " \t.,;:!?()[]{}<>|*_`#=-\N{EN DASH}\N{EM DASH}\N{BULLET}\"'\N{FULLWIDTH COLON}"

_N: Final = r"-?\d++(?:\.\d++)?+"
_NUMBER: Final = re.compile(_N)
_SIDE: Final = (
    rf"(?:[xy]_?(?:min|max)|[xy][ -]coord\w*+(?: of| is)?+) {_N}"
    rf"|[A-Z]\w{{0,12}}+(?:[ -]coord\w*+)?+[\"'*`]*+\s*+[=:]\s*+[\"'*`]*+\s*+{_N}(?:\s?px\b|%)?+"
)
_PLACE: Final = re.compile(
    r"(?P<element><\w++(?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'))++\s*+/?>)"
    rf"|(?P<named>(?<![?&\w])(?:{_SIDE})"
    rf"(?:[ \t,;/&\"'*`]++(?:(?:and|to|from) ++){{0,2}}+(?:{_SIDE}))++)"
    rf"|[(\[{{<>]\s*+[\"']?+(?P<bracket>{_N}\.?+(?:(?:\s*+[,;]\s*+|\s++){_N}\.?+){{1,3}}+)\s*+[\"'\\]?[)\]}}<>]"
    rf"|(?:(?<![\w.-]){_N}(?:[,;\t |]++{_N}){{3,4}}+"
    rf"|(?:\A|(?<=[:;|\t])) *+{_N}(?:[;|\t] *+|, ++){_N})[ |]*+$"
    rf"|(?<=/[xy][)\]]: ){_N}/{_N}"
    rf"|\b(?:coordinates?|tap|click|mousemove)\s++{_N}(?:, *+| ){_N}(?![\w.]\w)"
    rf"|(?:click|tap|move|moveto|dragto|scroll)\({_N}, *+{_N}(?=,)"
    rf"|(?:<loc_?\d++>){{2,}}+|(?:<(?!li)[a-z]\w*+>{_N}</\w++>\s*+){{2,}}+",
    re.MULTILINE | re.IGNORECASE,
)
"""Elements with attributes, coordinates by name, numbers in brackets; numbers that end a line, in
tokens of other models, and in tags."""
_MEMBER: Final = re.compile(
    r"(?<![\w-])([A-Za-z]\w*+)(?:[ -]coord\w*+(?: of| is)?)?[\"'*`]*+(?:\s*+[=:]|(?= [\d-]))\s*+"
    rf"(?:\"([^\"<>]*+)\"|'([^'<>]*+)'|[*`]*+\s*+({_N}%?+))"
)
_SPACE: Final = re.compile(r"(?<=\d)\s+(?=[-\d])")
_CONTENT: Final = re.compile(r"[^<\n]{0,80}+")
_ORDER: Final = re.compile(
    r"[(\[](?<!\w.)\s*+([A-Za-z]\w*+(?:\s*+[,/]\s*+[A-Za-z]\w*+){1,3})\s*+[)\]]"
)


class Prose:
    """The places in one answer's prose, piece by piece, and a note of the numbers left over.

    Example:
        >>> from gemini_nb.spatial.issues import Notes
        >>> said = "Handle: (y=412, x=305), lid: (120, 480)"
        >>> prose = Prose(said, notes := Notes(said))
        >>> prose.places(0, len(said), None), prose.tell(), notes.issues()[0].text
        ([Point(y=412, x=305, label='Handle')], None, '(120, 480)')
    """

    def __init__(self, text: str, notes: Notes) -> None:
        self._text = text
        self._notes = notes
        self._unread: list[Span] = []
        self._programs = [found.span() for found in _PROGRAM.finditer(text)]
        self.orders = stated_orders(text)
        orders = self.orders.values()
        self.x_first = next((", ".join(names) for names in orders if _is_x_first(names)), "")

    def array(self, value: JsonArray, image: str | None) -> list[Item] | None:
        """The items of an array on its own or in a sentence; None if it is no place there."""
        span = value.span
        before = line_before(self._text, span.start)
        first = _BULLETS.fullmatch(before)
        alone = first and _AFTER.match(self._text, span.end)
        if not alone:
            numbers = [n for each in value for n in (each if is_list(each) else [each])]
            if _CODE.search(before[-_CALL:]) or not self._is_likely(numbers, span, before):
                return None
        if not value.closed:
            self._notes.add("dropped", "the answer breaks off before this is complete", span)
            return []
        behind = _CONTENT.match(self._text, span.end) if first and not alone else None
        label = _last_name(behind[0].split()) if behind else name_in(before)
        if (named := self._named(value, span)) is not None:
            return items_in(named, span, self._notes, label, image)
        return bare_items(value, span, self._notes, label, image, told=bool(alone))

    def places(self, start: int, end: int, image: str | None) -> list[Item]:
        """The items whose coordinates have names, between two places of the text."""
        items: list[Item] = []
        if not _NUMBER.search(self._text, start, end):
            return items
        since = start
        for found in _PLACE.finditer(self._text, start, end):
            value: JsonObject | JsonArray | None = None
            span = Span(*found.span())
            before = line_before(self._text, span.start)
            if found.lastgroup in {"element", "named"}:
                members = _MEMBER.findall(found[0])
                sizes = [float(each) for each in _NUMBER.findall(found[0])]
                small = found["named"] and all(n.is_integer() and n < _CITED for n in sizes)
                sure = not small or before.endswith("(") or _CUE.search(before)
                other = _MATHS.search(before) or self._is_program(span.start, before)
                likely = bool(sure) and not other
                value = _object(members, span) if likely else None
                likely &= {"x", "y"} <= {name[0].casefold() for name, *_ in members}
            else:
                numbers = [float(each) for each in _NUMBER.findall(found["bracket"] or found[0])]
                likely = found[0].startswith("<loc") or self._is_likely(numbers, span, before)
                own_names = found[0][0] == "<" and not found["bracket"]
                value = self._named(numbers, span) if likely and not own_names else None
            if value is not None:
                content = _CONTENT.match(self._text, span.end, end) if found["element"] else None
                label = content[0].strip() if content else ""
                near = before[max(len(before) - (span.start - since), 0) :]  # of this thing only
                items += items_in(value, span, self._notes, label or name_in(near), image)
            elif likely:
                self._unread.append(span)
            since = found.end()
        return items

    def tell(self) -> None:
        """Note the numbers that look like places, and are read nowhere."""
        if self._unread:
            several = f", {len(self._unread)} times" if len(self._unread) > 1 else ""
            said = f"not read: numbers that look like places{several}; no names say which is y"
            self._notes.add("dropped", said, self._unread[0])

    def _is_likely(self, numbers: list[Any], span: Span, before: str) -> bool:
        """Whether numbers in prose are likely to be a place: no footnote, size, code or link.

        Likely are numbers from 0 to 1000: four, or two of which one is 50 or more, or which a word
        such as "at" or a colon goes before. `[1, 2]` on its own is a footnote. In code only what
        points at something counts, as the numbers of a click.
        """
        if not numbers or len(numbers) == len("rgb") or not NUMERIC.issuperset(map(type, numbers)):
            return False
        linked = self._text[span.end : span.end + 1] in {"(", "["}
        if linked or not 0 <= min(numbers) <= max(numbers) <= _LARGEST:
            return False
        opening, near = self._text[span.start], before[-_NEAR:]
        # All four shares of 1; or a class, centre and size, as YOLO's.
        shares = len(numbers) >= _CORNERS and max(numbers[-_CORNERS:]) <= 1
        if not (shares or max(numbers) >= _CITED or (opening in "[(<" and _CUE.search(near))):
            return False
        action = opening.isalpha() or _ACTION.search(near) is not None
        link = near.endswith("]") and opening == "("  # [mug](412, 305), no call
        code = not (action or shares or link or opening == "<") and _CODE.search(near[-_CALL:])
        program = not action and self._is_program(span.start, before)
        return not (code or program or numbers in _INTERVALS or _OTHERWISE.search(near))

    def _is_program(self, at: int, before: str) -> bool:
        """Whether a program is there, and no call that points at something."""
        index = bisect(self._programs, (at, at))
        within = index > 0 and at < self._programs[index - 1][1]
        return within and not _ACTION.search(before[-_NEAR:])

    def _named(self, values: list[Any], span: Span) -> JsonObject | JsonArray | None:
        """The numbers in a list by the names that the answer gives them; None where it has none."""
        if values and all(map(is_list, values)):
            inner = [self._named(each, span) for each in values]
            return None if None in inner else JsonArray(inner, span)
        names = self.orders.get(len(values))
        if names is None or not NUMERIC.issuperset(map(type, values)):
            return None
        if _is_x_first(names):
            said = f"numbers in the order that the answer names: {', '.join(names)}"
            self._notes.add("rescaled", said, span)
        return JsonObject(dict(zip(names, values, strict=True)), span)


def stated_orders(text: str) -> Orders:
    """The names of two and of four numbers, where an answer says "[x, y]" or the like.

    Example:
        >>> stated_orders("Boxes as (x1, y1, x2, y2).")
        {4: ['x1', 'y1', 'x2', 'y2']}
    """
    orders: dict[int, list[str]] = {}
    for found in _ORDER.finditer(text):
        names = re.findall(r"\w+", found[1])
        sides = {key for name in names if ROLES.get(key := canonical_key(name)) == "side"}
        if len(sides) == len(names) and (sides == {"y", "x"} or len(sides) == _CORNERS):
            orders.setdefault(len(names), names)
    return orders


def _is_x_first(names: list[str]) -> bool:
    return canonical_key(names[0])[0] in "xl"


def line_before(text: str, at: int) -> str:
    """What stands on the line before `at`, or the end of it if it is long."""
    since = max(at - _LONGEST_LINE, 0)
    return text[text.rfind("\n", since, at) + 1 or since : at]


def name_in(before: str) -> str:
    """What the words before a place call the thing: the last marked words, else the last of all.

    Example:
        >>> name_in("Take the **red mug** at ")
        'red mug'
        >>> name_in("Move to the handle of the mug, located at ")
        'handle of the mug'
    """
    if not before or before.isspace():
        return ""
    before = _SCORE.sub("", before)
    if not (said := before.rstrip()).endswith((")", "]")):
        before = before.rpartition("]")[2]
    elif not said.rstrip("]").rpartition("[")[2].strip("0123456789.,- "):
        return ""  # another place
    marked = list(_MARKED.finditer(before))
    if marked:
        name = next(group for group in marked[-1].groups() if group).strip(" :")
    else:
        name = _last_name(before.split())
    return "" if canonical_key(name) in ROLES else name


def name_in_list(text: str, at: int) -> str:
    """The name before an object in a line of a list, or the one word there: `- mug: {...}`."""
    if text[max(at - 2, 0) : at].strip()[-1:] not in {":", "=", "-"}:
        return ""  # as nearly always
    before = line_before(text, at)
    word = before.strip(_SIGNS)
    if word.isidentifier() and canonical_key(word) not in ROLES:
        return word
    bullets = _BULLETS.match(before)
    return name_in(before) if bullets and bullets[0] else ""


def _last_name(words: list[str]) -> str:
    """The last few of `words` that may be a name: up to a break, without articles and signs."""
    while words and _LINKING.fullmatch(words[-1].strip(_SIGNS)):
        words.pop()
    name: list[str] = []
    for word in reversed(words[-_MOST_WORDS:]):
        bare = word.strip(_SIGNS)
        ended = bool(name) and word[-1] in ".,;:!?)]"
        if ended or not bare or _BREAKS.fullmatch(bare) or re.fullmatch(r"\d+[.)]", word):
            break
        name.insert(0, bare)
    while name and _LINKING.fullmatch(name[0]):
        name.pop(0)
    return " ".join(name).removesuffix("'s").removesuffix("\N{RIGHT SINGLE QUOTATION MARK}s")


def _object(said: list[tuple[str, ...]], span: Span) -> JsonObject | None:
    """Coordinates by name, or the attributes of an element, if they say where something is."""
    members: dict[str, Any] = {}
    for key, double, single, bare in said:
        if key in members:
            return None  # several places in one run
        value = cell(_SPACE.sub(", ", double or single or bare), {})
        members[key] = 10 * float(bare[:-1]) if bare.endswith("%") else value  # thousandths
    # Molmo's points have an `alt`, and are in per cent: https://huggingface.co/allenai/Molmo-7B-D-0924
    return JsonObject(members, span) if is_placed(members) and "alt" not in members else None
