"""Tables in text, as JSON objects: CSV, TSV, Markdown and TOON with named columns, and YAML.

They are read only where columns or keys say what is what, and numbers stand under them.
"""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.json_values import JsonArray, JsonObject, is_list
from gemini_nb.spatial.keys import ROLES, canonical_key, keys_of
from gemini_nb.spatial.places import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.spatial.issues import Notes
    from gemini_nb.spatial.keys import Role

    Orders = Mapping[int, list[str]]
    """The names of two and of four numbers, where the answer says in which order they stand."""
    Rows = tuple[list[JsonObject], int]
    """The rows of one table, and the number of the line behind it."""

_LISTED: Final[tuple[Role, ...]] = (
    *("box", "corners", "corner", "point", "points", "path", "mask", "solid"),
)
_CORNERS: Final = 4
_LONGEST: Final = 10_000  # characters of a line; csv refuses cells of more than 131,072
_HINT: Final = re.compile(
    r"box|rect|point|coord|position|location|cent|top|traj|path|mask|poly|xyxy|\b[xy]",
    re.IGNORECASE,
)
"""Some of it is in each key of a place: a quick look that spares most answers a slow one."""
_LINE: Final = re.compile(r"[^\n]++")
_RULE: Final = re.compile(r"[\s|:+=-]*+")
_TOON: Final = re.compile(r"\s*+[\w\"]*+\[\d++[|\t]?\]\{([^{}]++)\}:\s*+")
_BARE_LIST: Final = re.compile(r"(?<![\"\w])(?:\[[^\[\]\"]*+\]|\([^()\",]*+,[^()\"]*+\))")
_NOTE: Final = re.compile(r"[\[(][^\])]*+[\])]+")
_MARKED: Final = re.compile(r"([*_`\"']*+)(.*?)\1")
_NUMERAL: Final = re.compile(r"[(\[]*+-?\d")
_DECODER: Final = json.JSONDecoder(parse_constant=str)
_ELEMENT: Final = re.compile(r"[ \t]*+-[ \t]++(-?\d++(?:\.\d++)?)\s*+")
_KEY: Final = re.compile(
    r"(?P<indent>[ \t]*+)(?P<bullet>(?:[-*+\u2022]|\d{1,3}[.)])[ \t]++)?+"
    r"[*_`\"']{0,3}(?P<key>[A-Za-z]\w{0,30}+(?:[ -]\w{1,30}+){0,3})[*_`\"']{0,3}"
    r"(?:(?:\[\d++\])?:|(?<=\*\*)$)"
    r"[*_`\"']{0,3}(?:\s++(?P<value>.*?))?(?:\s#\s.*)?"
)


def tables(text: str, start: int, end: int, orders: Orders, notes: Notes) -> list[JsonArray]:
    r"""The tables between two places of a text, each as an array of its rows.

    Example:
        >>> from gemini_nb.spatial.issues import Notes
        >>> said = "label,y,x\nmug,412,305"
        >>> [row.members for row in tables(said, 0, len(said), {}, Notes(said))[0]]
        [{'label': 'mug', 'y': 412, 'x': 305}]
    """
    if not _HINT.search(text, start, end):
        return []
    said = _LINE.finditer(text, start, end)
    lines = [line for line in said if len(line[0]) < _LONGEST and not _RULE.fullmatch(line[0])]
    found: list[JsonArray] = []
    at = 0
    while at < len(lines) - 1:
        rows, at = _columns(lines, at, orders, notes) or _records(lines, at, orders)
        if rows:
            found.append(JsonArray([*rows], Span(rows[0].span.start, rows[-1].span.end)))
    return found


def cell(said: str, orders: Orders) -> Any:  # noqa: ANN401 - JSON may be anything
    """What a cell says: a number, a list, or text; numbers in a stated order as an object."""
    if said.isdecimal() and len(said) < len("1000000000"):
        return int(said)  # as nearly always
    marked = _MARKED.fullmatch(said.strip())
    said = marked[2].strip() if marked else said.strip()
    if not _NUMERAL.match(said) or (said[0] == "(" and not orders):
        return said
    try:
        values = _DECODER.decode(f"[{said.strip('()')}]")
    except (ValueError, RecursionError):
        return said
    value = values[0] if len(values) == 1 else values
    if is_list(value):
        order = orders.get(len(value))
        return JsonObject(dict(zip(order, value, strict=True)), Span(0, 0)) if order else value
    return value if type(value) in NUMERIC and abs(value) < float("inf") else said


def is_placed(members: Mapping[str, Any]) -> bool:
    """Whether numbers stand under the keys of a place."""
    keys = keys_of(tuple(members))
    said = {name: members[keys.names[name]] for name in keys.roles.get("side", ())}
    sides = {name for name, value in said.items() if type(value) in NUMERIC}
    listed = (members[keys.names[n]] for role in _LISTED for n in keys.roles.get(role, ()))
    return (
        {"y", "x"} <= sides
        or (len(keys.form) > 0 and sides.issuperset(keys.form))
        or len(sides) >= _CORNERS
        or any(is_list(value) or isinstance(value, JsonObject) for value in listed)
    )


def _columns(lines: list[re.Match[str]], at: int, orders: Orders, notes: Notes) -> Rows | None:
    """The rows below the names of columns in line `at`; None where they are no such names."""
    toon = _TOON.fullmatch(lines[at][0])
    head = toon[1] if toon else lines[at][0]
    delimiter = next((each for each in ("\t", "|", ",", ";", "  ") if each in head), "")
    names = _cells(head, delimiter)
    kinds = {1: "point", 3: "box"}  # of "[y, x]" or "(ymin, xmin, ymax, xmax)"
    columns = [_NOTE.sub("", each).strip() or kinds.get(each.count(","), "") for each in names]
    if len(columns) < len("yx") or not (keys := keys_of(tuple(columns))).clear:
        return None
    rows: list[JsonObject] = []
    at += 1
    while at < len(lines) and delimiter in (said := lines[at][0]):
        values, span = _cells(said, delimiter), Span(*lines[at].span())
        if keys_of(tuple(values)).clear:
            break  # the next table
        if len(values) == len(columns):
            members = {key: cell(value, orders) for key, value in zip(columns, values, strict=True)}
            if is_placed(members):
                rows.append(JsonObject(members if "label" in keys.roles else _named(members), span))
        elif rows and re.search(r"\d", said):
            told = f"a row of {len(values)} cells in a table of {len(columns)} columns"
            notes.add("dropped", told, span)
        at += 1
    return (rows, at) if rows else None


def _cells(line: str, delimiter: str) -> list[str]:
    if not delimiter:
        return []
    if delimiter == "  ":
        return re.split(" {2,}", line.strip())
    if delimiter == "|":
        line = line.strip().removeprefix("|").removesuffix("|")
    elif not {*'"[('}.isdisjoint(line):
        quoted = line if '"[' in line else _BARE_LIST.sub(r'"\g<0>"', line)
        try:
            return next(csv.reader([quoted], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return []
    return [each.strip() for each in line.split(delimiter)]


def _named(members: dict[str, Any]) -> dict[str, Any]:
    """The members of a row without a label: its first text is one."""
    first = next((name for name, said in members.items() if isinstance(said, str) and said), None)
    return {("label" if name == first else name): value for name, value in members.items()}


def _records(lines: list[re.Match[str]], at: int, orders: Orders) -> Rows:
    """The records of the lines `key: value` from line `at` on.

    A key that was there, or a bullet behind lines without one, begins the next record. A key
    without a value names the records further right, unless it says what kind of thing follows.
    """
    records: list[JsonObject] = []
    names: list[str] = []
    key, name, column, bulleted = "", "", 0, True
    while at < len(lines):
        line, (start, end) = lines[at][0], lines[at].span()
        members = records[-1].members if records else {}
        if said := _KEY.fullmatch(line):
            key, value, indent = said["key"], said["value"], len(said["indent"])
            if heads := not value and canonical_key(key) not in ROLES:
                name, column = key, indent
            bullet, bulleted = said["bullet"] and not bulleted, bool(said["bullet"])
            if not records or key in members or (members and (heads or bullet)):
                records.append(JsonObject(members := {}, Span(start, end)))
                names.append("")
            if not members:
                names[-1] = name if indent + bulleted > column else ""
            if value:
                members[key] = cell(value, orders)
        elif key and (number := _ELEMENT.fullmatch(line)) and is_list(members.get(key, [])):
            members.setdefault(key, []).append(cell(number[1], orders))
        else:
            break
        records[-1].span = Span(records[-1].span.start, end)
        at += 1
    for record, above in zip(records, names, strict=True):
        if above and "label" not in keys_of(tuple(record.members)).roles:
            record.members["label"] = above
    return [each for each in records if is_placed(each.members)], at if records else at + 1
