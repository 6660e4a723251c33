"""Ways to ask a client, of which badges and meters tell what they took."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"
PROMPT = "Tell me of rain."


def generate(client: genai.Client) -> object:
    """Ask for an answer."""
    return client.models.generate_content(model=MODEL, contents=PROMPT)


def stream(client: genai.Client) -> object:
    """Ask for its chunks."""
    return list(client.models.generate_content_stream(model=MODEL, contents=PROMPT))


def interact(client: genai.Client) -> object:
    """Ask for an interaction."""
    return client.interactions.create(model=MODEL, input=PROMPT)


def interact_stream(client: genai.Client) -> object:
    """Ask for its events."""
    with client.interactions.create(model=MODEL, input=PROMPT, stream=True) as events:
        return list(events)
