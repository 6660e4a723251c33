"""A card: what one object is, in a title, a few facts and some remarks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gemini_nb.tables import MUTED, UNTYPESET

FRAME = "border:1px solid rgba(127,127,127,.35);border-radius:6px"
_PLAIN_CELL = "text-align:left;vertical-align:top;border:none;padding:2px 0"
# JupyterLab stripes the rows of a table, which would make a card look like one.
_PLAIN_ROW = "background:none"
_ALARM = "border-left:4px solid rgba(214,69,65,.75)"


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
    """What one object is. Its texts have been through `wording`.

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
        heading = " \N{MIDDLE DOT} ".join(filter(None, (self.title, self.subtitle)))
        facts = [fact for fact in self.facts if fact.value and fact.is_lasting]
        width = max((len(fact.name) for fact in facts), default=0)
        lines = [f"  {fact.name:<{width}}  {fact.value}" for fact in facts]
        return "\n".join([heading, *lines, *(f"  {remark}" for remark in self.remarks)])

    def rich(self) -> str:
        """The card as HTML without style sheets, scripts or colours of text."""
        style = f"display:inline-block;max-width:52em;padding:10px 16px;{FRAME}"
        if self.is_alarm:
            style += f";{_ALARM}"
        subtitle = f"<span style='{MUTED}'> {escape(self.subtitle)}</span>" if self.subtitle else ""
        facts = "".join(_row(fact) for fact in self.facts if fact.value)
        table = f"<table style='margin:6px 0 0'><tbody>{facts}</tbody></table>" if facts else ""
        remarks = "".join(
            f"<div style='margin-top:6px;font-size:90%'>{escape(remark)}</div>"
            for remark in self.remarks
        )
        return (
            f"<div {UNTYPESET} style='{style}'>"
            f"<div><strong>{escape(self.title)}</strong>{subtitle}</div>{table}{remarks}</div>"
        )


def _row(fact: Fact) -> str:
    name = f"<td style='{_PLAIN_CELL};{MUTED};white-space:nowrap'>{escape(fact.name)}</td>"
    value = f"<td style='{_PLAIN_CELL};padding-left:16px'>{escape(fact.value)}</td>"
    return f"<tr style='{_PLAIN_ROW}'>{name}{value}</tr>"
