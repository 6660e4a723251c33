"""On what an answer rests: its sources, the stretches that cite them, and their marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.display import clean, prose, well_formed, words
from gemini_nb.markdown import followed
from gemini_nb.replies.segments import ToolCall, enum_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from google.genai import types

_QUERIES: Final = (
    ("web_search_queries", "Google Search"),
    ("image_search_queries", "Google image search"),
    ("retrieval_queries", "Retrieval"),
)
_SOURCES: Final = ("web", "maps", "retrieved_context", "image")
_UNNAMED: Final = "a source without a name"
_CONTINUES: Final = 0b10  # the two highest bits of a byte that is not the first of its character


@dataclass(frozen=True, slots=True)
class Source:
    """Something that an answer is grounded in, or cites."""

    title: str
    uri: str
    """"" where it has none that can be opened."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A stretch of the answer's text that rests on sources."""

    start: int
    """Offset into the UTF-8 bytes of the candidate's text, all its `Text` together."""
    end: int
    """Offset after its last byte."""
    sources: tuple[int, ...]
    """Positions in the candidate's `sources`, from 0."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation as the API counts it: from the start of a part, a step, or of all the text."""

    start: int
    end: int
    sources: tuple[Source, ...]
    part: int = 0
    """Which part of the message it is about, from 0."""
    quote: str = ""
    """Its text as the API repeats it, if it does."""


def grounding_sources(metadata: types.GroundingMetadata) -> list[Source]:
    """The sources of grounding metadata, each in its place: the supports count them."""
    found: list[Source] = []
    for chunk in metadata.grounding_chunks or []:
        kinds = (getattr(chunk, kind, None) for kind in _SOURCES)
        told = next((each for each in kinds if each is not None), None)
        names = (getattr(told, name, None) for name in ("title", "domain", "document_name"))
        title = next((name for name in names if name), "")
        uri = getattr(told, "uri", None) or getattr(told, "source_uri", None) or ""
        found.append(Source(well_formed(str(title)), well_formed(str(uri))))
    return found


def claims_of(candidate: types.Candidate, known: Sequence[Source]) -> Iterator[Claim]:
    """The stretches of a message that rest on something.

    Args:
        candidate: one chunk's; its grounding and its citation metadata are read.
        known: the sources that came with earlier chunks. A stream may count on from those.
    """
    if (metadata := candidate.grounding_metadata) is not None:
        here = grounding_sources(metadata)
        for support in metadata.grounding_supports or []:
            told = support.segment
            numbers = support.grounding_chunk_indices or []
            sources = [
                here[number] if number < len(here) else known[number]
                for number in numbers
                if 0 <= number < max(len(here), len(known))
            ]
            if told is not None and sources:
                start = max(0, told.start_index or 0)
                end = max(start, told.end_index or 0)
                quote = well_formed(told.text or "")
                yield Claim(start, end, tuple(sources), told.part_index or 0, quote)
    if candidate.citation_metadata is not None:
        for cited in candidate.citation_metadata.citations or []:
            title = cited.title or cited.uri or ""
            title = f"{title} ({cited.license})" if cited.license else title
            start = max(0, cited.start_index or 0)
            source = Source(well_formed(title), well_formed(cited.uri or ""))
            yield Claim(start, max(start, cited.end_index or 0), (source,))


def lookups_of(candidate: types.Candidate) -> Iterator[ToolCall]:
    """What was searched or opened for a candidate, where the API does not tell when."""
    for name, tool in _QUERIES:
        queries: list[str] = getattr(candidate.grounding_metadata, name, None) or []
        if queries:
            yield ToolCall(tool, "\n".join(map(well_formed, queries)))
    if candidate.url_context_metadata is not None:
        lines: list[str] = []
        for page in candidate.url_context_metadata.url_metadata or []:
            status = enum_name(page.url_retrieval_status) or "SUCCESS"
            told = status.removeprefix("URL_RETRIEVAL_STATUS_").lower()
            trouble = "" if told in {"success", "unspecified"} else f" (not read: {told})"
            lines += [page.retrieved_url + trouble] if page.retrieved_url else []
        if lines:
            yield ToolCall("URL context", "\n".join(lines))


def placed(claim: Claim, text: bytes, possible: Sequence[int]) -> tuple[int, int]:
    """Where a claim stands in a candidate's text.

    The API counts from the start of a part. A stream cuts parts anywhere and counts from the start
    of all their text together. What the API quotes decides.

    Args:
        claim: as the API counts it.
        text: all the candidate's text, in UTF-8.
        possible: offsets that it may count from, the likeliest first.
    """
    quote = claim.quote.encode("utf-8", "replace")
    base = possible[0]
    if quote:
        fitting = (at for at in possible if text[at + claim.start : at + claim.end] == quote)
        found = text.find(quote)
        base = next(fitting, found - claim.start if found >= 0 else base)
    return base + claim.start, base + claim.end


def marks_in(  # noqa: PLR0913 - where the text stands, and how it is marked
    text: str,
    citations: Iterable[Citation],
    sources: Sequence[Source],
    *,
    start: int = 0,
    is_last: bool = True,
    is_bare: bool = False,
) -> list[tuple[int, str]]:
    """The marks of citations in a stretch of a candidate's text, for `markdown.safe`.

    Each is a numbered link to its source, with a blank before it. The numbers are those of
    `sources_markdown`. An offset beyond the text, or inside a character, counts from the nearest
    place there is.

    Args:
        text: the stretch.
        citations: the candidate's.
        sources: the candidate's.
        start: bytes of the candidate's text before the stretch.
        is_last: whether the candidate's text ends with it.
        is_bare: numbers only, no links: for a terminal.

    Returns:
        Offsets in characters, in order, and the Markdown to stand there.

    Example:
        >>> sources = [Source("News", "https://a.org/1")]
        >>> marks_in("Spain won. Hurray!", [Citation(0, 9, (0,))], sources)
        [(9, ' [1](https://a.org/1)')]
    """
    encoded = text.encode("utf-8", "replace")
    numbers_at: dict[int, dict[int, None]] = {}
    for cite in citations:
        end = cite.end - start
        if (end > 0 or start == 0) and (is_last or end <= len(encoded)):
            at = _nearest_edge(encoded, end)
            known = {number: None for number in cite.sources if 0 <= number < len(sources)}
            numbers_at.setdefault(at, {}).update(known)
    marks: list[tuple[int, str]] = []
    for at, numbers in sorted(numbers_at.items()):
        mark = "".join(_mark(number, sources[number], is_bare=is_bare) for number in numbers)
        if mark:
            marks.append((len(encoded[:at].decode()), f" {mark}"))
    return marks


def sources_markdown(sources: Sequence[Source]) -> str:
    """The sources as a numbered list in Markdown; "" if there are none.

    Example:
        >>> print(sources_markdown([Source("A news site", "https://a.org/1"), Source("Notes", "")]))
        Sources:
        <BLANKLINE>
        1. [A news site](https://a.org/1)
        2. Notes
    """
    lines = (f"{number}. {_linked(source)}" for number, source in enumerate(sources, 1))
    return "\n".join(["Sources:", "", *lines]) if sources else ""


def sources_plain(sources: Sequence[Source]) -> str:
    """The sources as a numbered list for a terminal; "" if there are none."""
    told = (": ".join(filter(None, (each.title, each.uri))) or _UNNAMED for each in sources)
    lines = (f"{number}. {words(each, 1000)}" for number, each in enumerate(told, 1))
    return "\n".join(["Sources:", *lines]) if sources else ""


def web_address(uri: str) -> str:
    """The address as it may stand in a link; "" for one that is not of the web.

    Example:
        >>> web_address("https://a.org/(1)"), web_address("javascript:alert(1)")
        ('https://a.org/%281%29', '')
    """
    return followed(clean(uri)) if uri[:8].lower().startswith(("http://", "https://")) else ""


def _nearest_edge(encoded: bytes, offset: int) -> int:
    """The edge of a character that is nearest to an offset, but not the start; 0 means all."""
    before = after = min(offset, len(encoded)) if offset > 0 else len(encoded)
    while before > 0 and before < len(encoded) and encoded[before] >> 6 == _CONTINUES:
        before -= 1
    while after < len(encoded) and encoded[after] >> 6 == _CONTINUES:
        after += 1
    return before if before > 0 and offset - before < after - offset else after


def _mark(number: int, source: Source, *, is_bare: bool) -> str:
    address = "" if is_bare else web_address(source.uri)
    return f"[{number + 1}]({address})" if address else f"[{number + 1}]"


def _linked(source: Source) -> str:
    title = prose(source.title or source.uri) or _UNNAMED
    address = web_address(source.uri)
    return f"[{title}]({address})" if address else title
