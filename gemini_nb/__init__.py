"""See what Gemini returns, in a notebook cell; and learn the API without a key.

Example:
    >>> import gemini_nb as gnb
    >>> client = gnb.connect("offline")
    gemini_nb: offline, answered by the embedded server (mode "offline")
    >>> client.models.count_tokens(model="gemini-3.8-flash", contents="Hello!").total_tokens
    2
    >>> gnb.disconnect()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gemini_nb.redaction import hide_keys

if TYPE_CHECKING:
    from gemini_nb import catalog, robot
    from gemini_nb.client import connect, disconnect
    from gemini_nb.drawing.crop import crop
    from gemini_nb.drawing.frames import draw_frames
    from gemini_nb.drawing.linked_text import show
    from gemini_nb.drawing.overlay import draw
    from gemini_nb.drawing.sampling import sample_frames
    from gemini_nb.embeddings.embed import aembed, embed
    from gemini_nb.embeddings.embeddings import Embeddings, similarity
    from gemini_nb.errors import GeminiNBError
    from gemini_nb.ipython.extension import load_ipython_extension, unload_ipython_extension
    from gemini_nb.plots.dimensions_plot import plot_dimensions
    from gemini_nb.plots.map_plot import plot_map
    from gemini_nb.plots.neighbors_plot import plot_neighbors
    from gemini_nb.plots.similarity_plot import plot_similarity
    from gemini_nb.redaction import redact
    from gemini_nb.replies.reply import follow
    from gemini_nb.requests.curl import as_curl
    from gemini_nb.requests.javascript import as_javascript
    from gemini_nb.requests.python import as_python
    from gemini_nb.robot.orchestration import run
    from gemini_nb.samples import sample
    from gemini_nb.spatial import prompts
    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.comparison import assert_close, compare
    from gemini_nb.spatial.consensus import consensus
    from gemini_nb.spatial.geometry import Box, Point, Trajectory
    from gemini_nb.spatial.masks import Mask
    from gemini_nb.spatial.parse import parse
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.stream import astream, stream
    from gemini_nb.tokens.badge import badge
    from gemini_nb.tokens.meter import meter
    from gemini_nb.widgets.annotator import annotate
    from gemini_nb.widgets.playground import playground
    from gemini_nb.widgets.studio import studio

__all__ = [
    "Annotations", "Answer", "Box", "Embeddings", "GeminiNBError", "Mask", "Point", "Trajectory",
    "aembed", "annotate", "as_curl", "as_javascript", "as_python", "assert_close", "astream",
    "badge", "catalog", "compare", "connect", "consensus", "crop", "disconnect", "draw",
    "draw_frames", "embed", "follow", "load_ipython_extension", "meter", "parse", "playground",
    "plot_dimensions", "plot_map", "plot_neighbors", "plot_similarity", "prompts", "redact",
    "robot", "run", "sample", "sample_frames", "show", "similarity", "stream", "studio",
    "unload_ipython_extension",
]  # fmt: skip

_NAMES = {
    "client": "connect disconnect",
    "drawing.crop": "crop",
    "drawing.frames": "draw_frames",
    "drawing.linked_text": "show",
    "drawing.overlay": "draw",
    "drawing.sampling": "sample_frames",
    "embeddings.embed": "aembed embed",
    "embeddings.embeddings": "Embeddings similarity",
    "errors": "GeminiNBError",
    "ipython.extension": "load_ipython_extension unload_ipython_extension",
    "plots.dimensions_plot": "plot_dimensions",
    "plots.similarity_plot": "plot_similarity",
    "plots.map_plot": "plot_map",
    "plots.neighbors_plot": "plot_neighbors",
    "redaction": "redact",
    "replies.reply": "follow",
    "requests.curl": "as_curl",
    "requests.javascript": "as_javascript",
    "requests.python": "as_python",
    "robot.orchestration": "run",
    "samples": "sample",
    "spatial.annotations": "Annotations",
    "spatial.comparison": "assert_close compare",
    "spatial.consensus": "consensus",
    "spatial.geometry": "Box Point Trajectory",
    "spatial.masks": "Mask",
    "spatial.parse": "parse",
    "streaming.answer": "Answer",
    "streaming.stream": "astream stream",
    "tokens.badge": "badge",
    "tokens.meter": "meter",
    "widgets.annotator": "annotate",
    "widgets.playground": "playground",
    "widgets.studio": "studio",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}
_MODULES = {"catalog": "catalog", "prompts": "spatial.prompts", "robot": "robot"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    """Load a public name on first use: `import gemini_nb` itself loads nothing heavy."""
    if name in _MODULES:
        return import_module(f"gemini_nb.{_MODULES[name]}")
    if name in _HOME:
        return getattr(import_module(f"gemini_nb.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return __all__


# Now: a call that does not fit connect()'s signature never gets inside it.
hide_keys(lambda error: import_module("gemini_nb.ipython.errors").brief(error))
