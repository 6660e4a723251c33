from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
# Once it is published its links are whole, for PyPI; here they lead to the files of the checkout.
README = re.sub(
    r"https://github\.com/[^/\s]+/[^/\s]+/(blob|raw)/main/",
    "",
    (ROOT / "README.md").read_text(encoding="utf-8"),
)


def test_it_is_short() -> None:
    assert len(README.split()) <= 450


def test_the_first_lines_run() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "answered by offline/" in done.stdout
    assert len([line for line in code.splitlines() if line]) <= 7


def test_both_commands_start_from_nothing_and_are_locked() -> None:
    commands = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)

    assert len(commands) == 2
    for command in commands:
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")
        assert "-c constraints.txt" in command


def test_its_pictures_are_there() -> None:
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        with Image.open(ROOT / name) as picture:
            assert picture.width >= 600, name


def test_the_versions_named_are_those_supported() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    for version in re.findall(r"Python :: (3\.\d+)", project):
        low, high = re.findall(r"Python (3\.\d+) to (3\.\d+)", README)[0]
        assert float(low[2:]) <= float(version[2:]) <= float(high[2:])
