"""Single values of a schema: texts, numbers and truths, stated by the request or invented."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.structured.evidence import Evidence, Reading, name_words
from gemini_nb.offline.structured.invention import (
    Context,
    bounds,
    fitted,
    invented_number,
    invented_text,
    meets_format,
)
from gemini_nb.offline.words import words

if TYPE_CHECKING:
    from random import Random

    from gemini_nb.offline.language.sampling import Sampling
    from gemini_nb.offline.prompt import Prompt
    from gemini_nb.offline.structured.json_schema import Node

_SHARE_OF_TRUE: Final = 0.6
_TRIES_FOR_A_NEW_TEXT: Final = 4
_STATED_FORMATS: Final = {"", "enum", "date", "time", "email", "uri"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a value something is filled in."""

    path: str = "$"
    name: str = ""
    """The nearest property's name."""
    depth: int = 0
    listed: bool = False
    """Whether it is inside a list."""
    required: bool = True

    def property(self, name: str, *, required: bool) -> Spot:
        """The spot of a property."""
        path = f"{self.path}.{name}"
        return replace(self, path=path, name=name, depth=self.depth + 1, required=required)

    def item(self, index: int) -> Spot:
        """The spot of an item."""
        return replace(self, path=f"{self.path}[{index}]", depth=self.depth + 1, listed=True)

    def deeper(self) -> Spot:
        """The same spot, one step deeper in the schema."""
        return replace(self, depth=self.depth + 1)


@dataclass(slots=True)
class FieldValues:
    """Makes single values, and remembers which texts it has written."""

    prompt: Prompt
    sampling: Sampling
    evidence: Evidence
    random: Random
    salt: str
    """Distinguishes several answers to one request."""
    sparing: bool = False
    """Whether only what is required may be invented, as in arguments of a function."""
    extracting: bool = False
    """Whether the request is to be read for values, wherever they stand in it."""
    _written: set[str] = field(default_factory=set[str])

    def truth(self, spot: Spot) -> bool:
        """A truth value; without evidence more often true than not."""
        stated = self.evidence.truth(name_words(spot.name))
        invented = self.sparing or self.random.random() < _SHARE_OF_TRUE
        return invented if stated is None else stated

    def stated_truth(self, spot: Spot) -> bool | None:
        """A truth value that the request states."""
        return self.evidence.truth(name_words(spot.name))

    def number(self, node: Node, spot: Spot, *, whole: bool) -> float:
        """A number within the bounds of `node`."""
        stated = self.stated_number(node, spot, whole=whole)
        if stated is not None and not node.multiple_of:
            return stated
        about = name_words(spot.name)
        return invented_number(node, about, self.random, whole=whole, path=spot.path)

    def stated_number(self, node: Node, spot: Spot, *, whole: bool) -> float | None:
        """A number of the request within the bounds of `node`."""
        low, high = bounds(node, whole=whole)

        def fits(number: float) -> bool:
            return low <= number <= high and (not whole or float(number).is_integer())

        strict = not (self.extracting or self.sparing)
        stated = self.evidence.number(name_words(spot.name), fits, strict=strict)
        return int(stated) if whole and stated is not None else stated

    def text(self, node: Node, spot: Spot) -> str:
        """A text in the format, pattern and length of `node`."""
        if node.pattern is None and node.format in _STATED_FORMATS:
            stated = self.stated_text(node, spot)
            if stated and meets_format(stated, node.format):
                return fitted(stated, node)
        suggested = next((each for each in node.suggestions if isinstance(each, str)), None)
        if suggested and self.sparing:
            return suggested
        context = Context(
            about=" ".join([*name_words(spot.name), node.about]),
            prompt=self.prompt,
            sampling=self.sampling,
            random=self.random,
            path=spot.path,
        )
        text = ""
        for attempt in range(_TRIES_FOR_A_NEW_TEXT):
            text = invented_text(node, context, salt=f"{self.salt}{spot.path} {attempt}")
            if text not in self._written:
                break
        self._written.add(text)
        return text

    def stated_text(self, node: Node, spot: Spot) -> str | None:
        """A text that the request states for a field of this name."""
        return self.evidence.wording(name_words(spot.name), words(node.about), self._reading(spot))

    def stated_texts(self, spot: Spot) -> list[str]:
        """Texts that the request lists."""
        if not (self.sparing or self.extracting):
            return []
        return self.evidence.several(name_words(spot.name))

    def _reading(self, spot: Spot) -> Reading:
        if self.extracting or (self.sparing and spot.required):
            return "loose"
        return "names" if self.sparing else "close"
