from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google import genai

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.offline.server import EmbeddedServer


@pytest.fixture(scope="module")
def client(server: EmbeddedServer) -> Iterator[genai.Client]:
    """The SDK as it comes, asking the embedded server."""
    options = genai.types.HttpOptions(base_url=server.base_url)
    with genai.Client(api_key="any-key", vertexai=False, http_options=options) as asking:
        yield asking
