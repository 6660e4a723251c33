"""What was done to an answer while it was read: nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from gemini_nb.display import LONGEST_KEY
from gemini_nb.redaction import redact
from gemini_nb.spatial.geometry import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

IssueKind = Literal[
    "repaired", "clipped", "rescaled", "duplicate", "dropped", "suspected", "unsupported"
]
"""repaired: the JSON was mended, or a number read from a string. clipped: coordinates were brought
back into the image. rescaled: another scale or order was turned into Gemini's. duplicate: a
repetition was left out. dropped: nothing could be made of it. suspected: it may be wrong, or was
read on an assumption. unsupported: it is understood, but can't be decoded."""

Note: TypeAlias = "Callable[[IssueKind, str], None]"
"""Notes one thing, of a kind and for a reason, about what is being read."""

_LONGEST_EXCERPT: Final = 80
_TOLD_ONE_BY_ONE: Final = 50  # of a kind and reason; a megabyte of mistakes makes no better reading


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that was done to an answer, or found wrong with it, while it was read."""

    kind: IssueKind
    reason: str
    text: str = ""
    """What it is about, as it stands in the answer; shortened where it is long."""
    span: Span | None = None
    """Where in the answer's text that stands."""


class Notes:
    """Issues in the making, about one text.

    Example:
        >>> notes = Notes("[1, 2,]")
        >>> notes.add("repaired", "a trailing comma", Span(5, 6))
        >>> notes.issues()
        (Issue(kind='repaired', reason='a trailing comma', text=',', span=Span(start=5, end=6)),)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._issues: list[Issue] = []
        self._counts: Counter[tuple[IssueKind, str]] = Counter()
        self._last: object = None

    def add(self, kind: IssueKind, reason: str, span: Span | None = None) -> None:
        """Note one thing; the same of the same place only once."""
        if span is not None and (kind, reason, span) == self._last:
            return
        self._last = kind, reason, span
        self._counts[kind, reason] += 1
        if self._counts[kind, reason] <= _TOLD_ONE_BY_ONE:
            said = excerpt(self._text[span.start : span.end]) if span else ""
            self._issues.append(Issue(kind, reason, said, span))

    def mended(self, repairs: Iterable[tuple[str, int, int]]) -> None:
        """Note what was mended while JSON was read: reason, start and end of each."""
        for reason, start, end in repairs:
            self.add("repaired", reason, Span(start, end))

    def issues(self) -> tuple[Issue, ...]:
        """All that was noted, in its order, and how much more there was of the frequent."""
        more = [
            Issue(kind, f"{reason}; {count - _TOLD_ONE_BY_ONE} more of these")
            for (kind, reason), count in self._counts.items()
            if count > _TOLD_ONE_BY_ONE
        ]
        return (*self._issues, *more)


def silent(_: IssueKind, __: str) -> None:
    """What is only looked at is not noted."""


def excerpt(text: str) -> str:
    """`text`, or its beginning, in at most 80 characters, without any key."""
    # Keys go first: half a key would no longer look like one.
    text = redact(text[: _LONGEST_EXCERPT + LONGEST_KEY])
    short = text[: _LONGEST_EXCERPT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return text if len(text) <= _LONGEST_EXCERPT else short
