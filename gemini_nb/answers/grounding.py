"""What an answer rests on: grounding and citation metadata, and the annotations of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.pieces import Claim, Grounded
from gemini_nb.answers.segments import Source, ToolCall
from gemini_nb.answers.surrogates import text_of, well_formed
from gemini_nb.fields import elements, field, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_QUERIES = (
    ("web_search_queries", "Google Search"),
    ("image_search_queries", "Google image search"),
    ("retrieval_queries", "Retrieval"),
)
_CITATIONS = ("url_citation", "file_citation", "place_citation")


def grounded(metadata: object, candidate: int, part_offsets: tuple[int, ...]) -> Grounded:
    """What grounding metadata tells of a candidate.

    Args:
        metadata: the SDK's or REST's; its HTML of search suggestions is a third party's, and
            left out.
        candidate: whose it is.
        part_offsets: bytes of text before each part of the message that it came with.
    """
    claims = (_supported(claim, part_offsets) for claim in elements(metadata, "grounding_supports"))
    return Grounded(
        candidate,
        sources=tuple(_source(chunk) for chunk in elements(metadata, "grounding_chunks")),
        claims=tuple(claim for claim in claims if claim.sources),
        lookups=tuple(_lookups(metadata)),
    )


def cited(metadata: object, candidate: int) -> Grounded:
    """What citation metadata tells: stretches that repeat a publication."""
    found = elements(metadata, "citations") or elements(metadata, "citation_sources")
    return Grounded(candidate, *_one_source_each(_publication(citation) for citation in found))


def annotated(annotations: Iterable[object], step: int | None, offset: int = 0) -> Grounded:
    """What the annotations of an interaction's text cite; those that cite nothing are left out.

    Args:
        annotations: url_citation, file_citation, place_citation and others.
        step: the step that the text belongs to.
        offset: bytes of the step's text before the annotated one.

    Example:
        >>> cite = {"type": "url_citation", "url": "https://a.org", "end_index": 4}
        >>> annotated([cite], step=0).claims[0].sources
        (0,)
    """
    cites = (note for note in annotations if field(note, "type") in _CITATIONS)
    sources, claims = _one_source_each((_annotation(note), _span(note, offset)) for note in cites)
    return Grounded(0, sources, claims, step=step)


def opened(metadata: object, candidate: int) -> Grounded:
    """Which addresses were read for a candidate, by its URL context metadata."""
    lines = [
        _address(page)
        for page in elements(metadata, "url_metadata")
        if text_of(page, "retrieved_url")
    ]
    lookups = (ToolCall("URL context", "\n".join(lines)),) if lines else ()
    return Grounded(candidate, lookups=lookups)


def _supported(support: object, part_offsets: tuple[int, ...]) -> Claim:
    segment = field(support, "segment")
    part = _number(segment, "part_index")
    start, end = _span(segment)
    return Claim(
        start=start,
        end=end,
        sources=tuple(
            index for index in elements(support, "grounding_chunk_indices") if type(index) is int
        ),
        offset=part_offsets[part] if part < len(part_offsets) else 0,
        part=part,
        quote=text_of(segment, "text"),
    )


def _one_source_each(
    found: Iterable[tuple[Source, tuple[int, int]]],
) -> tuple[tuple[Source, ...], tuple[Claim, ...]]:
    """The sources, each once, and a claim for every stretch."""
    numbers: dict[Source, int] = {}
    claims = [
        Claim(start, end, (numbers.setdefault(source, len(numbers)),))
        for source, (start, end) in found
    ]
    return tuple(numbers), tuple(claims)


def _source(chunk: object) -> Source:
    for kind in ("web", "maps", "retrieved_context", "image"):
        told = field(chunk, kind)
        if told is not None:
            names = ("title", "domain", "document_name")
            return Source(
                title=next((text_of(told, name) for name in names if text_of(told, name)), ""),
                uri=text_of(told, "uri") or text_of(told, "source_uri"),
            )
    return Source(title="", uri="")  # keeps its place: the supports count the chunks


def _publication(citation: object) -> tuple[Source, tuple[int, int]]:
    licence = text_of(citation, "license")
    uri = text_of(citation, "uri")
    title = text_of(citation, "title") or uri
    return Source(f"{title} ({licence})" if licence else title, uri), _span(citation)


def _annotation(note: object) -> Source:
    page = field(note, "page_number")
    title = next(
        (words for name in ("title", "name", "file_name") if (words := text_of(note, name))), ""
    )
    uri = text_of(note, "url") or text_of(note, "document_uri")
    if not title and field(note, "type") == "file_citation":
        title = text_of(note, "source")
    return Source(f"{title}, page {page}" if type(page) is int else title, uri)


def _lookups(metadata: object) -> Iterator[ToolCall]:
    for name, tool in _QUERIES:
        queries = [well_formed(each) for each in elements(metadata, name) if isinstance(each, str)]
        if queries:
            yield ToolCall(tool, "\n".join(queries))


def _address(page: object) -> str:
    status = name_of(field(page, "url_retrieval_status")).removeprefix("URL_RETRIEVAL_STATUS_")
    trouble = "" if status in {"", "SUCCESS", "UNSPECIFIED"} else f" (not read: {status.lower()})"
    return text_of(page, "retrieved_url") + trouble


def _span(told: object, offset: int = 0) -> tuple[int, int]:
    start = _number(told, "start_index")
    return offset + start, offset + max(start, _number(told, "end_index"))


def _number(told: object, name: str) -> int:
    found = field(told, name)
    return max(0, found) if type(found) is int else 0
