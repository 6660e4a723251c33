"""The form in which an answer is wanted, as lists, objects and leaves; read from examples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Form: TypeAlias = "ListForm | ObjectForm | LeafForm"

_TOKEN: Final = re.compile(
    r"//[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|<[^<>\n]*>|\.\.\.|\u2026|[-+]?\d+(?:\.\d+)?|[\w$]+|[^\s\w]"
)
_DEEPEST: Final = 8
_MOST_TOKENS: Final = 600
_MOST_STARTS: Final = 60
_LONGEST_NAME: Final = 6  # of a coordinate, in quotes: "ymin"


@dataclass(frozen=True, slots=True)
class LeafForm:
    """One value, or a short list of numbers such as a point's."""

    kind: str = ""
    """The JSON type where a schema gives one."""
    numbers: bool = False
    """Whether it is a list of numbers."""
    names: tuple[str, ...] = ()
    """What the numbers of the list are called, in order, if that is said."""
    text: str = ""
    """How an example wrote the value, or a schema described it."""
    nullable: bool = False
    choices: tuple[str, ...] = ()
    """The only texts that it may be, if they are given."""
    given: bool = False
    """Whether a schema obliges to it, rather than an example showing it."""


@dataclass(frozen=True, slots=True)
class ObjectForm:
    """An object with these keys, in order."""

    fields: tuple[tuple[str, Form], ...]
    nullable: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(name for name, _ in self.fields)


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list whose items have one of these forms."""

    items: tuple[Form, ...]
    most: float = float("inf")
    given: bool = False
    nullable: bool = False


def forms_in(text: str) -> tuple[Form, ...]:
    """The forms of all examples in JSON, or nearly JSON, that `text` gives, in order.

    Example:
        >>> form, = forms_in('Use [{"point": [y, x], "label": <name>}, ...], 0-1000.')
        >>> form.items[0].keys, form.items[0].fields[0][1].names
        (('point', 'label'), ('y', 'x'))
        >>> forms_in("Points are [y, x]. Return [] if there is none.")
        ()
    """
    return tuple(form for form, _, _ in _found(text))


def without_forms(text: str) -> str:
    """`text` with a space in place of each example.

    Example:
        >>> without_forms('Use [{"label": <name>}] for the cup.')
        'Use   for the cup.'
    """
    for _, begin, end in reversed(list(_found(text))):
        text = f"{text[:begin].rstrip().rstrip(':')} {text[end:]}"
    return text


def _found(text: str) -> Iterator[tuple[Form, int, int]]:
    end = 0
    for number, match in enumerate(re.finditer(r"[{\[]", text)):
        if number > _MOST_STARTS:
            return
        if match.start() < end:
            continue
        reading = _Reading(text, match.start())
        try:
            form = reading.value(0)
        except _NoFormError:
            continue
        if _is_example(form):
            end = reading.end
            yield form, match.start(), end


def _is_example(form: Form) -> bool:
    """Whether `form` is more than an aside in brackets: it has keys, or lists of numbers."""
    match form:
        case ObjectForm():
            return True
        case ListForm():
            return any(_is_example(item) or _is_numbers(item) for item in form.items)
        case _:
            return False


def _is_numbers(form: Form) -> bool:
    return isinstance(form, LeafForm) and form.numbers


class _NoFormError(Exception):
    """These brackets hold something else."""


class _Reading:
    """Reads one example, symbol by symbol."""

    def __init__(self, text: str, start: int) -> None:
        found = _TOKEN.finditer(text, start)
        limited = (match for match, _ in zip(found, range(_MOST_TOKENS), strict=False))
        self._tokens = [match for match in limited if not match[0].startswith("//")]
        self._position = 0

    @property
    def end(self) -> int:
        """Where in the text the example ends."""
        return self._tokens[self._position - 1].end()

    def value(self, depth: int) -> Form:
        if depth > _DEEPEST:
            raise _NoFormError
        symbol = self._take()
        if symbol == "{":
            return self._object(depth)
        if symbol == "[":
            return self._list(depth)
        return LeafForm(text=self._rest(symbol))

    def _rest(self, first: str) -> str:
        """All of a leaf, which may be several words: `int, 0-1000` or `the item's name`."""
        said = [first]
        while self._peek() not in {",", "}", "]", ";"}:
            said.append(self._take())
        return " ".join(said)

    def _object(self, depth: int) -> ObjectForm:
        fields: dict[str, Form] = {}
        while self._peek() != "}":
            name = self._take()
            if name in {",", ";", "...", "\u2026"}:
                continue
            name = name.strip("\"'`")
            if self._peek() == "?":
                self._take()
            if not re.fullmatch(r"[\w $-]{1,60}", name) or self._take() != ":":
                raise _NoFormError
            if self._peek() in {"}", ","}:
                fields[name] = LeafForm()
                continue
            fields[name] = self.value(depth + 1)
            while self._peek() not in {",", ";", "}"}:
                self._take()
        self._take()
        if not fields:
            raise _NoFormError
        return ObjectForm(tuple(fields.items()))

    def _list(self, depth: int) -> Form:
        items: list[Form] = []
        while self._peek() != "]":
            if self._peek() in {",", ";", "...", "\u2026"}:
                self._take()
                continue
            items.append(self.value(depth + 1))
        self._take()
        if items and all(isinstance(item, LeafForm) and not item.numbers for item in items):
            leaves = cast("list[LeafForm]", items)
            if any(
                leaf.text[:1] in {'"', "'"} and len(leaf.text) > _LONGEST_NAME for leaf in leaves
            ):
                return ListForm((LeafForm(kind="string"),))
            return LeafForm(numbers=True, names=tuple(_bare(leaf.text) for leaf in leaves))
        return ListForm(tuple(dict.fromkeys(items)))

    def _peek(self) -> str:
        if self._position >= len(self._tokens):
            raise _NoFormError
        return self._tokens[self._position][0]

    def _take(self) -> str:
        symbol = self._peek()
        self._position += 1
        return symbol


def _bare(text: str) -> str:
    return text.strip("\"'<>` ").lower()
