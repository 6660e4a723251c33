"""What a cell that shows a stream sends and takes, counted inside the kernel it runs in.

A client cannot count it: a socket that is sent more than is taken from it drops messages silently.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streaming_material as material
import streaming_peers

if TYPE_CHECKING:
    from collections.abc import Callable

# Those that say what the kernel is doing come with every cell and are not counted.
COUNTED = {
    "clear_output",
    "comm_close",
    "comm_msg",
    "comm_open",
    "display_data",
    "error",
    "execute_result",
    "stream",
    "update_display_data",
}


@dataclass
class Told:
    """What one cell sent and took."""

    messages: int = 0
    payload: int = 0
    """Bytes of text inside the messages: values of the MIME bundles, of a stream, of a widget."""
    sent: int = 0
    """Bytes on the wire."""
    cpu: float = 0.0
    """Seconds of the kernel's processor time, in all its threads."""
    wall: float = 0.0
    """Seconds."""
    ended: float = 0.0
    """Seconds since 1970, to compare with the browser's clock."""
    shown: int = 0
    """Characters that were streamed before time was up."""


class Cell:
    """A stream that is ready to be shown, and what showing it took.

    Making it shows a line in the same way, so that what is imported and remembered at first use is
    not counted.
    """

    def __init__(self, peer: str, size: str, *, plain: bool, delay: float, limit: float) -> None:
        self.show = streaming_peers.PEERS[peer].show
        self.chunks = material.chunks(material.SIZES[size], plain=plain)
        self.delay = delay
        self.limit = limit
        self.told = Told()
        self.show([streaming_peers.WARM_UP])
        sys.stdout.flush()

    def run(self, report: str) -> None:
        """Show it, and write what was counted into a file, which no socket can lose."""
        session = _session()
        serialize = session.serialize
        session.serialize = self._counting(serialize)
        began, processor = time.perf_counter(), time.process_time()
        self.show(self._parts())
        sys.stdout.flush()
        self.told.cpu = time.process_time() - processor
        self.told.wall = time.perf_counter() - began
        self.told.ended = time.time()
        session.serialize = serialize
        Path(report).write_text(json.dumps(asdict(self.told)))

    def _parts(self) -> Any:
        paced = material.paced(self.chunks, self.delay)
        for part in material.until(paced, self.limit):
            self.told.shown += len(part)
            yield part

    def _counting(self, serialize: Callable[..., list[bytes]]) -> Callable[..., list[bytes]]:
        def counted(message: dict[str, Any], ident: Any = None) -> list[bytes]:
            frames = serialize(message, ident)
            if message["msg_type"] in COUNTED:
                content = message["content"]
                self.told.messages += 1
                self.told.payload += weight(content.get("data", content.get("text", "")))
                self.told.sent += sum(map(len, frames))
            return frames

        return counted


def weight(value: Any) -> int:
    """Bytes of the text in a JSON value, without its keys and its punctuation."""
    if isinstance(value, dict):
        return sum(map(weight, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(weight, value))
    return len(str(value).encode("utf-8", "surrogatepass"))


def _session() -> Any:
    from IPython import get_ipython

    return get_ipython().kernel.session
