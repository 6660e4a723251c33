"""Which of the SDK's classes are shown, by their names: the SDK itself need not be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from gemini_nb.ipython.sdk_objects.answers import answer_page, part, step
from gemini_nb.ipython.sdk_objects.chats import content_page, transcript
from gemini_nb.ipython.sdk_objects.embeddings import embedding_table, embeddings_table
from gemini_nb.ipython.sdk_objects.errors import error_card
from gemini_nb.ipython.sdk_objects.files import file_card
from gemini_nb.ipython.sdk_objects.models import model_card
from gemini_nb.ipython.sdk_objects.pages import page_table
from gemini_nb.ipython.sdk_objects.token_counts import token_counts

if TYPE_CHECKING:
    from collections.abc import Callable

MimeType = Literal["text/html", "text/markdown"]


class View(Protocol):
    """How an object is shown."""

    def plain(self) -> str:
        """It in words, for a terminal."""
        ...

    def rich(self) -> str:
        """It as the kind's MIME type has it."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of the SDK, and how its objects are shown."""

    module: str
    name: str
    view: Callable[[object], View]
    mime_type: MimeType

    @property
    def full_name(self) -> str:
        """The class as IPython names it."""
        return f"{self.module}.{self.name}"


_TYPES = "google.genai.types"
_ERRORS = "google.genai.errors"
# Since 2.9 the interactions are in modules of these names, through 3.4.
_INTERACTIONS = "google.genai._gaos.types.interactions"
_INTERACTION_ERRORS = "google.genai._gaos.lib.compat_errors"
_STEPS = (
    "CodeExecutionCallStep",
    "CodeExecutionResultStep",
    "FileSearchCallStep",
    "FileSearchResultStep",
    "FunctionCallStep",
    "FunctionResultStep",
    "GoogleMapsCallStep",
    "GoogleMapsResultStep",
    "GoogleSearchCallStep",
    "GoogleSearchResultStep",
    "MCPServerToolCallStep",
    "MCPServerToolResultStep",
    "ModelOutputStep",
    "ProcessingCallStep",
    "ProcessingResultStep",
    "RetrievalCallStep",
    "RetrievalResultStep",
    "ThoughtStep",
    "ToolSearchCallStep",
    "ToolSearchResultStep",
    "URLContextCallStep",
    "URLContextResultStep",
    "UserInputStep",
)


def _html(module: str, view: Callable[[object], View], *names: str) -> list[Kind]:
    return [Kind(module, name, view, "text/html") for name in names]


def _markdown(module: str, view: Callable[[object], View], *names: str) -> list[Kind]:
    return [Kind(module, name, view, "text/markdown") for name in names]


KINDS: tuple[Kind, ...] = (
    *_markdown(_TYPES, answer_page, "GenerateContentResponse", "Candidate"),
    *_markdown(_TYPES, part, "Part"),
    *_markdown(_TYPES, content_page, "Content"),
    *_markdown(f"{_INTERACTIONS}.interaction", answer_page, "Interaction"),
    *(Kind(f"{_INTERACTIONS}.{n.lower()}", n, step, "text/markdown") for n in _STEPS),
    Kind(f"{_INTERACTIONS}.step", "UnknownStep", step, "text/markdown"),
    *_markdown("google.genai.chats", transcript, "Chat", "AsyncChat"),
    *_html(
        _TYPES,
        token_counts,
        "CountTokensResponse",
        "GenerateContentResponseUsageMetadata",
        "UsageMetadata",
    ),
    *_html(f"{_INTERACTIONS}.usage", token_counts, "Usage"),
    *_html(_TYPES, embeddings_table, "EmbedContentResponse"),
    *_html(_TYPES, embedding_table, "ContentEmbedding"),
    *_html(_TYPES, model_card, "Model"),
    *_html(_TYPES, file_card, "File"),
    *_html("google.genai.pagers", page_table, "Pager", "AsyncPager"),
    *_html(_ERRORS, error_card, "APIError", "UnknownApiResponseError", "FunctionInvocationError"),
    *_html(_INTERACTION_ERRORS, error_card, "GeminiNextGenAPIClientError"),
)
"""Classes whose derived classes are shown alike."""
