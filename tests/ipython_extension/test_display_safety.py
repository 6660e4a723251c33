"""Whatever the fields hold, it stays text: no live HTML, no mathematics, no keys."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import errors, pagers, types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.ipython.cards import model_card, page_table
from ipython_extension.shells import shown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TAGS = {"div", "strong", "span", "table", "thead", "tbody", "tr", "th", "td", "img"}
ATTRIBUTES = {"class", "style", "src", "alt"}
HOSTILE = (
    "</td></div><script>alert(1)</script>'\"><img src=x onerror=alert(1)> $5 and $6 \x1b[31m\u202e"
)
KEY = "AIza" + "Sy0" * 11 + "Qz"
MODEL = types.Model(
    name=HOSTILE,
    display_name=HOSTILE,
    description=HOSTILE,
    version=HOSTILE,
    supported_actions=[HOSTILE],
)
FILE = types.File(name=HOSTILE, display_name=HOSTILE, mime_type=HOSTILE)
SAID = {
    "message": HOSTILE,
    "status": HOSTILE,
    "details": [
        {"reason": HOSTILE, "retryDelay": HOSTILE},
        {"fieldViolations": [{"field": HOSTILE, "description": HOSTILE + "!"}]},
    ],
}
ERROR = errors.ClientError(400, {"error": SAID})
PAGE = pagers.Pager("models", lambda **_: None, types.ListModelsResponse(models=[MODEL]), {})


class Reader(HTMLParser):
    """What stands in HTML: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.depth, self.text = 0, ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.depth += tag != "img"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag != "img"

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> Reader:
    read = Reader(html)
    assert {tag for tag, _ in read.tags} <= TAGS
    assert {name for _, attributes in read.tags for name in attributes} <= ATTRIBUTES
    assert read.depth == 0
    for tag, attributes in read.tags:
        assert tag != "img" or attributes["src"].startswith("data:image/svg+xml,%3Csvg")
        # A colour of text that suits a light theme can't be read in a dark one.
        assert not re.search(r"(^|;)\s*color\s*:", attributes.get("style") or "")
    assert read.tags[0][1]["class"] == "tex2jax_ignore mathjax_ignore"
    return read


@pytest.mark.parametrize("value", [MODEL, FILE, ERROR, PAGE], ids=lambda v: type(v).__name__)
def test_hostile_fields_stay_text(shell: InteractiveShell, value: Any) -> None:
    data = shown(shell, value)
    read = assert_harmless(data["text/html"])
    assert "<script>alert(1)</script>" in read.text
    assert "\x1b" not in data["text/plain"] + data["text/html"]
    for line in (data["text/plain"] + data["text/html"]).splitlines():
        assert line.count("\u202e") <= line.count("\u202c")


@pytest.mark.parametrize(
    "value",
    [
        types.Model(name=KEY, display_name="x", description=f"{'long ' * 119}{KEY}"),
        types.File(name="files/a", display_name=f"notes {KEY}", mime_type="text/plain"),
        errors.ClientError(400, {"error": {"message": f"POST /v1?key={KEY}&alt=sse failed"}}),
        types.Content(role="model", parts=[types.Part(text=f"Your key is {KEY}.")]),
        types.GenerateContentResponse(
            candidates=[types.Candidate(content=types.Content(parts=[types.Part(text=KEY)]))]
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_key_is_shown(shell: InteractiveShell, value: Any) -> None:
    data = shown(shell, value)
    assert len(data) == 2
    for text in data.values():
        assert KEY[:12] not in text


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_text_in_a_model_stays_text(name: str, title: str, actions: list[str]) -> None:
    model = types.Model(name=name, display_name=title, supported_actions=actions)
    assert_harmless(model_card(model).rich())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", model_card(model).plain())
    response = types.ListModelsResponse(models=[model, model])
    table = page_table(pagers.Pager("models", lambda **_: None, response, {}))
    assert_harmless(table.rich())
    assert len(table.plain().split("\n")) in {1, 4}
