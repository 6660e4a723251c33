"""Every address of the repository comes from pyproject.toml, and none is there too early."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from scripts import run_script

ROOT = Path(__file__).parents[1]
STAMP = Path("tools", "stamp_address.py")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY = PROJECT["project"]["urls"]["Repository"]
PUBLISHED = PROJECT["tool"]["gemini-nb"]["published"]

READ_BY_USERS = [
    *NOTEBOOKS,
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
]
OTHER_PLACE = "https://github.com/someone/else"


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """What the tool reads and writes, elsewhere."""
    for name in ("pyproject.toml", "README.md", STAMP, *(f"notebooks/{p.name}" for p in NOTEBOOKS)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def stamp(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_script(folder / STAMP, *arguments)


def say(folder: Path, *, repository: str = REPOSITORY, published: bool) -> None:
    """Change what `pyproject.toml` in `folder` says."""
    project = folder / "pyproject.toml"
    text = project.read_text(encoding="utf-8").replace(f'"{REPOSITORY}"', f'"{repository}"')
    text = re.sub("(?m)^published = .*", f"published = {json.dumps(published)}", text)
    project.write_text(text, encoding="utf-8")


def first_cells(path: Path) -> tuple[str, str]:
    """The opening text of a notebook and its first code."""
    cells = nbformat.read(path, as_version=4).cells
    return cells[0].source, next(cell.source for cell in cells if cell.cell_type == "code")


def test_stamp_finds_nothing_to_change_here() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / STAMP, "--check"], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", READ_BY_USERS, ids=lambda path: path.name)
def test_a_file_names_the_repository_only_as_it_is(path: Path) -> None:
    # Only lines with the word: a pattern that may begin anywhere takes long over encoded pictures.
    lines = "\n".join(line for line in path.read_text().splitlines() if "github" in line)
    named = set(re.findall(r"[\w./:-]*\bgithub(?:\.com)?/[\w.-]+/gemini[_-]nb\b", lines))
    ours = {REPOSITORY, REPOSITORY.replace("//github.com", "//colab.research.google.com/github")}

    assert named <= (ours if PUBLISHED else set())


@pytest.mark.parametrize("path", READ_BY_USERS, ids=lambda path: path.name)
def test_a_file_has_the_package_from_an_index_only_once_it_is_there(path: Path) -> None:
    claims = re.findall(r"pip install[^`&\n]*\bgemini-nb\b", path.read_text())

    assert PUBLISHED or not claims


def test_stamp_leads_everything_to_the_address_once_it_is_published(copies: Path) -> None:
    say(copies, repository=OTHER_PLACE, published=True)

    assert stamp(copies, "--check").returncode == 1
    assert stamp(copies).returncode == 0
    assert stamp(copies, "--check").returncode == 0
    for path in sorted((copies / "notebooks").iterdir()):
        opening, install = first_cells(path)
        target = f"colab.research.google.com/github/someone/else/blob/main/notebooks/{path.name})"
        assert opening.count(target) == opening.count("colab-badge") == 1
        assert "%pip install -q" in install
    readme = (copies / "README.md").read_text(encoding="utf-8")
    assert f"({OTHER_PLACE}/blob/main/notebooks/00_quickstart.ipynb)" in readme
    assert f"({OTHER_PLACE}/raw/main/docs/answer.png)" in readme
    assert not re.search(r"\]\((?!http)", readme)


def test_stamp_takes_everything_back(copies: Path) -> None:
    for published in (not PUBLISHED, PUBLISHED):
        say(copies, published=published)
        assert stamp(copies).returncode == 0

    for path in (*NOTEBOOKS, ROOT / "README.md"):
        assert (copies / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_stamp_overwrites_no_cell_that_does_something_else(copies: Path) -> None:
    notebook = copies / "notebooks" / NOTEBOOKS[0].name
    other = nbformat.read(notebook, as_version=4)
    next(cell for cell in other.cells if cell.cell_type == "code").source = "mine = 1"
    nbformat.write(other, notebook)

    assert "begin with the cell that installs, not 'mine = 1'" in (ran := stamp(copies)).stderr
    assert ran.returncode == 1


@pytest.mark.parametrize("address", ["https://example.com/a", "https://github.com/a/b.git"])
def test_stamp_refuses_an_address_that_colab_cannot_open(copies: Path, address: str) -> None:
    say(copies, repository=address, published=True)

    assert "https://github.com/OWNER/NAME" in (ran := stamp(copies)).stderr
    assert ran.returncode == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_without_the_package_the_install_cell_stops_and_says_in_a_sentence_what_to_do(
    path: Path, copies: Path
) -> None:
    say(copies, published=False)
    stamp(copies)
    _, install = first_cells(copies / "notebooks" / path.name)

    # Without site-packages, Python finds no package but its own.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", install],
        cwd=copies,
        check=False,
        capture_output=True,
        text=True,
    )
    told = ran.stderr.splitlines()[-1]
    assert ran.returncode == 1
    assert told.startswith("ModuleNotFoundError: gemini_nb is not installed: ")
    assert "(.whl) or the address" in told
    assert told.count(". ") == 0
    assert told.endswith(".")
