from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gemini_nb.offline.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One embedded server for all tests that only ask it."""
    with EmbeddedServer() as running:
        yield running
