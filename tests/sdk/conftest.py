from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google import genai

from gemini_nb.offline.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def client() -> Iterator[genai.Client]:
    """The SDK as it comes, with its own default version of the API."""
    with EmbeddedServer() as server:
        options = {"base_url": server.base_url}
        with genai.Client(api_key="any-key", vertexai=False, http_options=options) as made:
            yield made
