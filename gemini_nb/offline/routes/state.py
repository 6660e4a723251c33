"""What the server remembers between requests, and how it streams."""

from __future__ import annotations

from dataclasses import dataclass, field

from gemini_nb.offline.api.files import FileStore
from gemini_nb.offline.api.interactions import InteractionStore
from gemini_nb.offline.routes.caches import CacheStore


@dataclass(slots=True)
class State:
    """The state of one server; nothing of it outlives the process."""

    words_per_chunk: int
    """How many words a streamed chunk carries."""
    seconds_per_chunk: float
    """Pause before each chunk, so that a reader sees an answer grow."""
    files: FileStore = field(default_factory=FileStore)
    caches: CacheStore = field(default_factory=CacheStore)
    interactions: InteractionStore = field(default_factory=InteractionStore)
    open_streams: int = 0
    """How many streams are being sent now."""
