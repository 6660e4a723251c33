from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

import gemini_nb as gnb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from google.genai import Client


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """A client of the embedded server, with the variables set that commands and programs read."""
    yield gnb.connect("offline")
    gnb.disconnect()


@pytest.fixture
def run(client: Client, tmp_path: Path) -> Callable[[object], str]:
    """Runs a command in bash, in a folder of its own; what it prints comes back."""
    del client

    def in_bash(command: object) -> str:
        script = tmp_path / "command.sh"  # a command may be longer than an argument of one
        script.write_text(str(command), encoding="utf-8")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", script],
            check=True,
            capture_output=True,
            cwd=tmp_path,
            env=os.environ,
            timeout=30,
        )
        return done.stdout.decode()

    return in_bash
