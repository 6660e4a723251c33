"""What was done to an answer, noted while it is read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.spatial.issues import IssueKind
    from gemini_nb.spatial.reading.json_values import Repair

LONGEST_EXCERPT: Final = 80
_TOLD_ONE_BY_ONE: Final = 50  # of a kind and reason; a megabyte of mistakes makes no better reading


class Notes:
    """Issues in the making, about one text.

    Example:
        >>> from gemini_nb.spatial.geometry import Span
        >>> notes = Notes("[1, 2,]")
        >>> notes.add("repaired", "a trailing comma", Span(5, 6))
        >>> notes.issues()
        (Issue(kind='repaired', reason='a trailing comma', text=',', span=Span(start=5, end=6)),)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._issues: list[Issue] = []
        self._counts: Counter[tuple[IssueKind, str]] = Counter()

    def add(self, kind: IssueKind, reason: str, span: Span | None = None, text: str = "") -> None:
        """Note one thing; `text` where it is about something that stands nowhere."""
        self._counts[kind, reason] += 1
        if self._counts[kind, reason] <= _TOLD_ONE_BY_ONE:
            said = excerpt(text or (self._text[span.start : span.end] if span else ""))
            self._issues.append(Issue(kind, reason, said, span))

    def mended(self, repairs: Iterable[Repair]) -> None:
        """Note what was mended while JSON was read."""
        for reason, start, end in repairs:
            # Asked first: the frequent are many, and only counted.
            if self._counts["repaired", reason] < _TOLD_ONE_BY_ONE:
                self.add("repaired", reason, Span(start, end))
            else:
                self._counts["repaired", reason] += 1

    def issues(self) -> tuple[Issue, ...]:
        """All that was noted, in its order, and how much more there was of the frequent."""
        more = [
            Issue(kind, f"{reason}; {count - _TOLD_ONE_BY_ONE} more of these")
            for (kind, reason), count in self._counts.items()
            if count > _TOLD_ONE_BY_ONE
        ]
        return (*self._issues, *more)


def excerpt(text: str) -> str:
    """`text`, or its beginning, in at most 80 characters."""
    short = text[: LONGEST_EXCERPT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return text if len(text) <= LONGEST_EXCERPT else short
