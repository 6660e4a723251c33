"""`%load_ext gemini_nb` and `%unload_ext gemini_nb`: the magics, and how the SDK's objects show.

The SDK's classes are known by name, so that it need not be loaded; derived ones are shown alike.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gemini_nb.display import Card, Table, clean
from gemini_nb.ipython import options
from gemini_nb.redaction import hide_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from IPython.core.interactiveshell import InteractiveShell

_TYPES: Final = "google.genai.types"
_COUNTS: Final = ("CountTokensResponse", "GenerateContentResponseUsageMetadata", "UsageMetadata")
_THINGS: Final = (
    *("File", "CachedContent", "BatchJob", "TuningJob", "FileSearchStore", "Document"),
    *("GenerateVideosOperation", "ImportFileOperation", "UploadToFileSearchStoreOperation"),
)
SHOWN: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("answers.answer_page", _TYPES, ("GenerateContentResponse", "Candidate")),
    ("answers.message", _TYPES, ("Part",)),
    ("answers.transcript", _TYPES, ("Content",)),
    ("answers.transcript", "google.genai.chats", ("Chat", "AsyncChat")),
    ("answers.token_counts", _TYPES, _COUNTS),
    # Interactions, their steps, contents and events: all derive from this one, in every version.
    ("answers.of_interactions", "google.genai._gaos.types.basemodel", ("BaseModel",)),
    ("cards.model_card", _TYPES, ("Model",)),
    ("cards.thing_card", _TYPES, _THINGS),
    ("cards.page_table", "google.genai.pagers", ("Pager", "AsyncPager")),
    ("cards.embeddings_table", _TYPES, ("EmbedContentResponse", "ContentEmbedding")),
    ("errors.error_card", "google.genai.errors", ("APIError", "UnknownApiResponseError")),
    ("errors.error_card", "google.genai.errors", ("FunctionInvocationError",)),
    # Those of the interactions: up to google-genai 3.4, and since.
    ("errors.error_card", "google.genai._gaos.lib.compat_errors", ("GeminiNextGenAPIClientError",)),
    ("errors.error_card", "google.genai._interactions_errors", ("GeminiNextGenAPIClientError",)),
)
"""What shows an object, and of which classes: their module and names."""

_loaded: WeakKeyDictionary[Any, list[Callable[[], object]]] = WeakKeyDictionary()
"""What takes out again what a shell was given."""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give `shell` the magics, their completion, and rich display of the SDK's own objects.

    What a reader has registered for one of the SDK's classes keeps its place. Doing it twice
    changes nothing.
    """
    from gemini_nb.ipython.magics import GeminiMagics  # noqa: PLC0415 - needs IPython

    hide_keys()
    shell.register_magics(GeminiMagics(shell))
    if shell not in _loaded:
        _loaded[shell] = [options.complete(shell), *_displays(shell.display_formatter)]


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take out what `load_ipython_extension` put in; keys stay out of tracebacks."""
    for undo in _loaded.pop(shell, []):
        undo()
    manager: Any = shell.magics_manager
    for name in ("gemini", "gemini_tokens"):
        for kind in ("line", "cell"):
            manager.magics[kind].pop(name, None)
    manager.registry.pop("GeminiMagics", None)


def _displays(display: Any) -> Iterator[Callable[[], object]]:  # noqa: ANN401 - IPython's
    """Have the SDK's objects shown; yields what ends that, class by class."""
    shown_by = {_print: display.formatters["text/plain"], _bundle: display.mimebundle_formatter}
    for view, module, names in SHOWN:
        for name in (f"{module}.{each}" for each in names):
            for show, formatter in shown_by.items():
                if formatter.for_type(name) is None:  # else the reader's own
                    formatter.for_type(name, partial(show, view))
                    yield partial(formatter.pop, name, None)


def _print(view: str, value: object, printer: Any, _is_cycle: bool) -> None:  # noqa: ANN401, FBT001 - IPython's
    shown = _bundle(view, value)
    text = clean(repr(value)) if shown is None else shown["text/plain"]
    # Line by line, so that an object in a list is indented as the list is.
    for position, line in enumerate(text.split("\n")):
        if position:
            printer.break_()
        printer.text(line)


def _bundle(view: str, value: object) -> dict[str, str] | None:
    """The object as a front end shows it; None for one that is to be left as it is.

    A display must not add an error of its own to the reader's work, whatever objects a version of
    the SDK, a proxy or a test has made.
    """
    module, name = view.split(".")
    try:
        shown = getattr(import_module(f"gemini_nb.ipython.{module}"), name)(value)
        return shown.bundle() if isinstance(shown, Card | Table) else shown
    except Exception:  # noqa: BLE001 - see above
        return {"text/plain": f"<{type(value).__name__}: its fields are not as expected>"}
