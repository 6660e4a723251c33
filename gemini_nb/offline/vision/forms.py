"""The form in which an answer is wanted, read from a schema or from an example in the prompt."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal

from gemini_nb.offline.vision.phrases import meanings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ROLES: Final = meanings("keys")
"""What a key stands for, by the key in small letters without signs."""
SIDES: Final = frozenset(["y", "x", "ymin", "xmin", "ymax", "xmax", "height", "width"])
WHERE: Final = frozenset(["point", "box", "mask", "polygon", "line", "angle"]) | SIDES
"""Roles that say where something is."""
CORNERS: Final = {"topleft": (0, 2), "bottomright": (2, 4)}
"""Roles of points that make a box together, and from where to where they stand in it."""
_FAR_CORNERS: Final = frozenset(["y2", "x2", "ymax", "xmax", "height", "width", "h", "w"])
_DEEPEST: Final = 8


@dataclass(frozen=True, eq=False)  # without slots, for what is worked out once
class Form:
    """The form of a JSON value."""

    kind: Literal["object", "list", "numbers", "leaf"] = "leaf"
    """"numbers" is a short list of numbers, as a point's two."""
    type: str = ""
    """JSON type, of numbers that of each; empty where an example shows the form."""
    fields: tuple[tuple[str, Form], ...] = ()
    """Of an object, in order."""
    items: tuple[Form, ...] = ()
    """The forms that the items of a list may have, of which there are at most so many."""
    most: int | None = None
    names: tuple[str, ...] = ()
    """Of numbers, in order: ("ymin", "xmin", "ymax", "xmax"); empty texts where unknown."""
    text: str = ""
    """How an example wrote the value, or what a schema says of it."""
    choices: tuple[Any, ...] = ()
    """The only values that are allowed, if there are such."""
    nullable: bool = False

    @cached_property
    def own(self) -> tuple[str, ...]:
        """What each field of an object stands for, as `role_of` has it."""
        return tuple(role_of(name, inner, self.fields) for name, inner in self.fields)

    @cached_property
    def roles(self) -> frozenset[str]:
        """What all values in it stand for.

        Example:
            >>> sorted(form_in('As [{"point": [y, x], "label": <name>}]')[0].roles)
            ['label', 'point']
        """
        inner = [*self.items[:1], *(form for _, form in self.fields)]
        found = {*self.own, *(role for each in inner for role in each.roles)}
        return frozenset(found | {role_of("", self)}) - {""}

    @cached_property
    def spatial(self) -> bool:
        """Whether there is room for where something is."""
        roles = self.roles
        return bool(roles & (WHERE - SIDES)) or {"y", "x"} <= roles or {"ymin", "xmin"} <= roles

    @cached_property
    def tells_one(self) -> bool:
        """Whether an object has a place itself, rather than a list of places."""
        lists = [(role_of(key, each), each) for key, each in self.fields if each.kind == "list"]
        many = any(role == "line" or (each.spatial and role != "polygon") for role, each in lists)
        return self.spatial and not many


def role_of(key: str, form: Form, siblings: Iterable[tuple[str, Form]] = ()) -> str:
    """What the value of `key` in an object stands for; empty if that is unclear.

    Example:
        >>> role_of("box_2d", Form("numbers")), role_of("y", Form()), role_of("price", Form())
        ('box', 'y', '')
    """
    plain = _plain(key)
    ending = re.search("(?:label|name|color|point|box|angle|count)$", plain)
    known = (plain, plain.removesuffix("s"), ending[0] if ending else "")
    flag = "done" if re.search(r"(?i)\b(?:true|false|bool\w*)\b", form.text) else ""
    role = next((_ROLES[each] for each in known if each in _ROLES), flag)
    if plain in {"y", "x"} and _FAR_CORNERS & {_plain(name) for name, _ in siblings}:
        return f"{plain}min"
    if role in CORNERS:
        return role
    if form.kind == "numbers":
        return {2: "point", 4: "box"}.get(len(form.names), role if role in WHERE else "")
    if form.kind == "list" and role in {"mask", "label"}:
        return "polygon" if role == "mask" else "" if form.spatial else role
    worded = form.type == "string" or form.text[:1] in {'"', "'"}
    if worded and role in WHERE - {"mask"}:  # "position": "on the left"
        return ""
    return role if form.type != "boolean" or role == "present" else ""


def _plain(key: str) -> str:
    return re.sub(r"[\W_]", "", key.lower()).removesuffix("2d")


def form_of(schema: object, depth: int = 0) -> Form:
    """The form that a normalised JSON Schema asks for.

    Example:
        >>> side = {"type": "integer"}
        >>> cup = {"type": "object", "properties": {"y": side, "x": side}, "required": ["y", "x"]}
        >>> form_of({"type": "array", "items": cup}).items[0].own
        ('y', 'x')
    """
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return Form()
    read: dict[str, Any] = {**schema}
    if options := read.get("anyOf") or read.get("oneOf"):
        forms = [form_of(each, depth + 1) for each in options]
        real = [each for each in forms if each.type != "null"] or forms
        best = next((each for each in real if each.spatial), real[0])
        return replace(best, nullable=best.nullable or len(real) < len(forms))
    types: Any = read.get("type", "object" if "properties" in read else "")
    types = [types] if isinstance(types, str) else types
    kind = next((each for each in types if each != "null"), "null")
    about = f"{read.get('description', '')}{' 0 to 1' if read.get('maximum') == 1 else ''}"
    choices = tuple([read["const"]] if "const" in read else read.get("enum", ()))
    form = Form("leaf", kind, text=about, choices=choices, nullable="null" in types)
    if kind == "object":
        fields = tuple((k, form_of(v, depth + 1)) for k, v in read.get("properties", {}).items())
        return replace(form, kind="object", fields=fields)
    if kind != "array":
        return form
    parts = read.get("prefixItems") or [read.get("items", {})]
    items = tuple(form_of(each, depth + 1) for each in parts)
    most = read.get("maxItems")
    if any(each.kind != "leaf" or each.type not in {"integer", "number"} for each in items):
        return replace(form, kind="list", items=items, most=most)
    size = len(parts) if "prefixItems" in read else most or read.get("minItems", 0)
    text = f"{about} {items[0].text}"
    return replace(form, kind="numbers", type=items[0].type, names=("",) * min(size, 5), text=text)


_TOKEN: Final = re.compile(
    r"\"[^\"\n]*\"|'[^'\n{}\[\]:,]{0,60}'|<[^<>\n]*>|\.\.\.|[-+]?\d+(?:\.\d+)?|[\w$]+|[^\s\w]"
)
_COORDINATE: Final = re.compile(r"\W*[yx](?:_?(?:min|max|cent(?:er|re)|\d))?\W*", re.IGNORECASE)
_PAUSES: Final = frozenset([",", ";", "...", "\u2026"])
_SEGMENT: Final = re.compile(r"\b(?:start_timestamp|end_timestamp|description)\b")
_MOST_TOKENS, _MOST_STARTS = 600, 60


def form_in(text: str) -> tuple[Form | None, str]:
    """The form that an example in `text` shows, or the keys that it names; and `text` without it.

    Example:
        >>> form, rest = form_in('The cup as [{"point": [y, x], "label": <name>}, ...], please.')
        >>> form.items[0].own, form.items[0].fields[0][1].names, rest
        (('point', 'label'), ('y', 'x'), 'The cup , please.')
        >>> form_in("Points are [y, x]. Return [] if there is none.")[0] is None
        True
    """
    forms: list[Form] = []
    kept, begun = "", 0
    for start in islice(re.finditer(r"[{\[]", text), _MOST_STARTS):
        begin = start.start()
        matches = [*islice(_TOKEN.finditer(text, begin), _MOST_TOKENS if begin >= begun else 0)]
        tokens = [match[0] for match in reversed(matches)]
        with suppress(ValueError, IndexError):
            form = _example(tokens, 0)
            if form.kind in {"object", "list"} and form.roles:
                forms.append(form)
                kept += text[begun:begin].rstrip(": ").removesuffix(" as") + " "
                begun = matches[len(matches) - len(tokens) - 1].end()
    if not forms:
        keys = tuple((key, Form()) for key in dict.fromkeys(_SEGMENT.findall(text)))
        return Form("list", items=(Form("object", fields=keys),)) if len(keys) > 1 else None, text
    form = next((form for form in forms if form.kind == "list"), forms[0])
    items = _different([item for form in forms for item in form.items or (form,)])
    return Form("list", items=items) if len(items) > 1 else form, kept + text[begun:].lstrip()


def _example(tokens: list[str], depth: int) -> Form:
    """The form that `tokens`, the first one last, begin with; what belongs to it is taken away."""
    if depth > _DEEPEST or (first := tokens.pop()) in {"}", "]", ":"}:
        raise ValueError
    if first == "{":
        fields: dict[str, Form] = {}
        while (name := tokens.pop().strip("\"'`")) != "}":
            if name not in _PAUSES:
                if not re.fullmatch(r"[\w $-]{1,60}", name) or tokens.pop() != ":":
                    raise ValueError
                empty = tokens[-1] in {",", "}"}
                fields[name] = Form() if empty else _example(tokens, depth + 1)
                while tokens[-1] not in {",", ";", "}"}:
                    tokens.pop()
        return Form("object", fields=tuple(fields.items()))
    if first == "[":
        return _list(tokens, depth)
    said = [first]
    while tokens[-1] not in {",", "}", "]", ";"}:  # `int, 0-1000` or `the item's name`
        said.append(tokens.pop())
    shown = " ".join(said)
    return Form(text=shown, nullable=bool(re.search(r"\b(?:null|None)\b", shown)))


def _list(tokens: list[str], depth: int) -> Form:
    items: list[Form] = []
    while tokens[-1] != "]":
        if tokens[-1] in _PAUSES:
            tokens.pop()
        else:
            items.append(_example(tokens, depth + 1))
    tokens.pop()
    texts = [item.text for item in items]
    if not items or any(item.kind != "leaf" for item in items):
        return Form("list", items=_different(items))
    if any(each[0] in {'"', "'"} and not _COORDINATE.fullmatch(each) for each in texts):
        return Form("list", items=(items[0],))
    return Form("numbers", names=tuple(re.sub(r"[\"'<>` ]", "", each).lower() for each in texts))


def _different(items: Sequence[Form]) -> tuple[Form, ...]:
    """One form of each set of keys."""
    first: dict[object, Form] = {}
    for item in items:
        first.setdefault((item.kind, *dict(item.fields)), item)
    return tuple(first.values())
