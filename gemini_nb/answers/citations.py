"""Citations as numbered links in the text, and the list of sources that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.escaping import words_markdown
from gemini_nb.answers.marker_places import Place, places_in
from gemini_nb.markdown.links import followed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.answers.segments import Citation, Source

_CONTINUES = 0b10  # the two highest bits of a byte that is not the first of its character


def with_citations(
    text: str, citations: Iterable[Citation], sources: Sequence[Source], *, bare: bool = False
) -> str:
    """The text with a numbered mark where each cited stretch ends: a link to its source.

    A mark never stands in code, in a formula, in a link or in an address, but after it. An offset
    beyond the text, or inside a character, counts from the nearest place there is. The numbers are
    those of `sources_markdown`. The result is as safe as the text was: pass it through `guarded`.

    Args:
        text: a candidate's words, Markdown.
        citations: stretches of it, in UTF-8 bytes.
        sources: what they refer to. Only addresses of the web become links.
        bare: numbers only, no links: for a terminal.

    Example:
        >>> from gemini_nb.answers.segments import Citation, Source
        >>> cited = [Citation(0, 9, (0,))]
        >>> with_citations("Spain won. Hurray!", cited, [Source("News", "https://a.org/1")])
        'Spain won [1](https://a.org/1). Hurray!'
    """
    marks = _marks(text, citations, len(sources))
    if not marks:
        return text
    places = places_in(text)
    by_place: dict[Place, dict[int, None]] = {}
    for position, numbers in marks:
        by_place.setdefault(places.after(position), {}).update(dict.fromkeys(numbers))
    written: list[str] = []
    at = 0
    for place in sorted(by_place, key=lambda place: place.at):
        mark = "".join(_mark(number, sources[number], bare=bare) for number in by_place[place])
        written.append(text[at : place.at])
        at = place.at
        written += _set(mark, place, text, places.unclosed)
    return "".join([*written, text[at:]])


def sources_markdown(sources: Sequence[Source]) -> str:
    """The sources as a numbered list in Markdown; "" if there are none.

    Example:
        >>> from gemini_nb.answers.segments import Source
        >>> print(sources_markdown([Source("A news site", "https://a.org/1"), Source("Notes", "")]))
        Sources:
        <BLANKLINE>
        1. [A news site](https://a.org/1)
        2. Notes
    """
    if not sources:
        return ""
    lines = (f"{number}. {_linked(source)}" for number, source in enumerate(sources, 1))
    return "\n".join(["Sources:", "", *lines])


def sources_plain(sources: Sequence[Source]) -> str:
    """The sources as a numbered list for a terminal; "" if there are none.

    Example:
        >>> from gemini_nb.answers.segments import Source
        >>> print(sources_plain([Source("A news site", "https://a.org/1")]))
        Sources:
        1. A news site: https://a.org/1
    """
    if not sources:
        return ""
    lines = (
        f"{number}. " + _one_line(": ".join(filter(None, (source.title, source.uri))) or _UNNAMED)
        for number, source in enumerate(sources, 1)
    )
    return "\n".join(["Sources:", *lines])


_UNNAMED = "a source without a name"


def web_address(uri: str) -> str:
    """The address as it may stand in a link; "" for one that is not of the web.

    Example:
        >>> web_address("https://a.org/(1)"), web_address("javascript:alert(1)")
        ('https://a.org/%281%29', '')
    """
    return followed(uri) if uri[:8].lower().startswith(("http://", "https://")) else ""


def _marks(text: str, citations: Iterable[Citation], count: int) -> list[tuple[int, list[int]]]:
    """After how many characters the sources of which numbers are cited, in order."""
    encoded = text.encode("utf-8", "replace")
    ends = [
        (_nearest_edge(encoded, cite.end), [each for each in cite.sources if 0 <= each < count])
        for cite in citations
    ]
    marks: list[tuple[int, list[int]]] = []
    at = characters = 0
    for end, numbers in sorted(ends):
        characters += len(encoded[at:end].decode())
        at = end
        if numbers:
            marks.append((characters, numbers))
    return marks


def _nearest_edge(encoded: bytes, offset: int) -> int:
    """The edge of a character that is nearest to an offset, but not the start; 0 means all."""
    before = after = min(offset, len(encoded)) if offset > 0 else len(encoded)
    while before > 0 and before < len(encoded) and encoded[before] >> 6 == _CONTINUES:
        before -= 1
    while after < len(encoded) and encoded[after] >> 6 == _CONTINUES:
        after += 1
    return before if before > 0 and offset - before < after - offset else after


def _mark(number: int, source: Source, *, bare: bool) -> str:
    address = "" if bare else web_address(source.uri)
    return f"[{number + 1}]({address})" if address else f"[{number + 1}]"


def _set(mark: str, place: Place, text: str, unclosed: str) -> list[str]:
    """The mark and what must stand around it."""
    if not place.is_block:
        return [" " if place.at and not text[place.at - 1].isspace() else "", mark]
    if place.at < len(text):
        return ["\n", mark, "\n\n"]
    ended = "" if text.endswith("\n") else "\n"
    return [f"{ended}{unclosed}\n" if unclosed else ended, "\n", mark]


def _linked(source: Source) -> str:
    title = words_markdown(source.title or source.uri) or _UNNAMED
    address = web_address(source.uri)
    return f"[{title}]({address})" if address else title


def _one_line(text: str) -> str:
    return " ".join(text.split())
