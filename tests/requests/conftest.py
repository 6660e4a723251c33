from __future__ import annotations

import os
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from google import genai
from PIL import Image, ImageDraw

from gemini_nb.redaction import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gemini_nb.offline.server import EmbeddedServer


@pytest.fixture(scope="session")
def client(server: EmbeddedServer) -> Iterator[genai.Client]:
    """A client of the embedded server; the environment of the tests stays as it was."""
    options = {"base_url": server.base_url, "api_version": "v1beta"}
    with genai.Client(api_key=PLACEHOLDER, vertexai=False, http_options=options) as made:
        yield made


@pytest.fixture
def folder(server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with the variables set, for one test, that the code reads."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.base_url)
    monkeypatch.setenv("GEMINI_API_KEY", PLACEHOLDER)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Callable[[object], str]:
    """Runs a command in bash, in the working folder; what it prints comes back."""

    def in_bash(command: object) -> str:
        script = folder / "command.sh"  # a command may be longer than an argument of one
        script.write_text(str(command), encoding="utf-8")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", script],
            check=True,
            capture_output=True,
            env=os.environ,
            timeout=30,
        )
        return done.stdout.decode()

    return in_bash


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A picture that is longer, as base64, than an argument of a command may be."""
    grain = np.random.default_rng(1).integers(225, 256, (240, 320, 3), dtype=np.uint8)
    image = Image.fromarray(grain)
    ImageDraw.Draw(image).rectangle((40, 40, 120, 120), fill="blue")
    encoded = BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()
