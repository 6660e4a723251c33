"""The API's own tools, in words: what was used, and what it was asked."""

from __future__ import annotations

from typing import Any, cast

from gemini_nb.answers.json_text import json_text, members
from gemini_nb.answers.surrogates import well_formed

_WORDS = {
    "google_search": "Google Search",
    "google_search_web": "Google Search",
    "google_search_image": "Google image search",
    "google_maps": "Google Maps",
    "url_context": "URL context",
    "mcp_server_tool": "MCP server",
}


def tool_words(kind: str) -> str:
    """The name of a tool for people, from the API's name for it or for a call of it.

    Example:
        >>> tool_words("google_search_call"), tool_words("FILE_SEARCH"), tool_words("")
        ('Google Search', 'File search', 'Tool')
    """
    name = kind.lower().removesuffix("_call").removesuffix("_result").removesuffix("_response")
    return _WORDS.get(name) or name.replace("_", " ").capitalize() or "Tool"


def asked(arguments: object) -> str:
    r"""What a tool was asked, one query or address a line; other arguments as JSON.

    Example:
        >>> asked({"queries": ["who won", "the score"]})
        'who won\nthe score'
    """
    return well_formed("\n".join(_lines(members(arguments))))


def _lines(arguments: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, value in arguments.items():
        values: list[Any] = [value]
        if isinstance(value, list):
            values = cast("list[Any]", value)
        if all(isinstance(each, str) for each in values):
            lines += [each for each in values if each]
        elif values != [None]:
            lines.append(f"{name}: {json_text(arguments[name])}")  # noqa: PLR1733 - its type is known
    return lines
