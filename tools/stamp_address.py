"""Write the repository's address into the README and the notebooks, and only what is true of it.

`pyproject.toml` says the address once, `[project.urls] Repository`, and beside it whether the
package is published. Until it is, nothing leads to an address where nothing is: no badge opens a
notebook in Colab, and a notebook's first code cell says how else to install the package.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

# What a notebook needs that the package alone does not bring: the extra, and its distribution.
EXTRAS = {"07_video_and_code.ipynb": ("video", "av")}

BADGE = re.compile(r"\n*\[!\[Open in Colab\]\([^)]*\)\]\([^)]*\)")
INSTALLS = re.compile(r'pip install .*gemini-nb|find_spec\("gemini_nb"\)')
LINK = re.compile(
    r"(?<=\]\()(?:https://github\.com/[^/\s]+/[^/\s]+/(?:blob|raw)/main/)?([^):#]+)(?=[)#])"
)

FROM_PYPI = """\
from importlib.util import find_spec

if find_spec("gemini_nb") is None:
    %pip install -q {package}"""

# An error ends "Run all" here, before each cell below shows one of its own.
FROM_A_TEACHER = """\
from importlib.util import find_spec

if find_spec("gemini_nb") is None:
    raise ModuleNotFoundError(
        "gemini_nb is not installed: run `%pip install {package}` in a new cell, where FILE is the "
        "file (.whl) or the address that your teacher gave you, then run this cell again."
    )"""

README_SAYS = {
    False: "Not on PyPI yet.",
    True: 'Or `pip install "gemini-nb[lab,video]"`.',
}


@dataclass(frozen=True, slots=True)
class Project:
    """What `pyproject.toml` says about where the package is."""

    repository: str
    """Address of the repository on GitHub, which is where Colab opens notebooks from."""

    published: bool
    """Whether the repository is public, and the package on PyPI."""


def read_project(root: Path) -> Project:
    """The project whose `pyproject.toml` is in `root`.

    Raises:
        ValueError: The address is not one of GitHub.
    """
    told = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    repository = told["project"]["urls"]["Repository"]
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+(?<!\.git)", repository):
        raise ValueError(
            f"Repository is {repository!r} in pyproject.toml; Colab opens notebooks from "
            "addresses like https://github.com/OWNER/NAME, without more behind it"
        )
    return Project(repository, told["tool"]["gemini-nb"]["published"])


def badge(project: Project, name: str) -> str:
    """The Markdown of a button that opens the notebook called `name` in Colab.

    >>> badge(Project("https://github.com/a/b", published=True), "c.ipynb").partition("](")[2]
    'https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/a/b/blob/main/notebooks/c.ipynb)'
    """
    colab = "https://colab.research.google.com"
    place = project.repository.replace("https://github.com", f"{colab}/github")
    picture = f"![Open in Colab]({colab}/assets/colab-badge.svg)"
    return f"[{picture}]({place}/blob/main/notebooks/{name})"


def install_cell(project: Project, name: str) -> str:
    """The source of the first code cell of the notebook called `name`."""
    extra, distribution = EXTRAS.get(name, ("", ""))
    if project.published:
        return FROM_PYPI.format(package=f'"gemini-nb[{extra}]"' if extra else "gemini-nb")
    return FROM_A_TEACHER.format(package=f"FILE {distribution}".strip())


def stamped_notebook(text: str, name: str, project: Project) -> str:
    """The file of the notebook called `name`, with its badge and its install cell as they must be.

    Raises:
        ValueError: Its first code cell is not about installing the package.
    """
    notebook = nbformat.v4.reads(text)
    opening = notebook.cells[0]
    title, *rest = BADGE.sub("", opening.source).split("\n", 1)
    paragraphs = [title, badge(project, name)] if project.published else [title]
    opening.source = "\n".join(["\n\n".join(paragraphs), *rest])
    install = next(cell for cell in notebook.cells if cell.cell_type == "code")
    if not INSTALLS.search(install.source):
        raise ValueError(f"{name}: begin with the cell that installs, not {install.source!r}")
    install.source = install_cell(project, name)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def stamped_readme(text: str, project: Project) -> str:
    """The README with its links as they must be: whole ones where PyPI shows it, too."""

    def stamped(link: re.Match[str]) -> str:
        kind = "raw" if link[1].endswith(".png") else "blob"
        return f"{project.repository}/{kind}/main/{link[1]}" if project.published else link[1]

    said = README_SAYS[not project.published]
    return LINK.sub(stamped, text).replace(said, README_SAYS[project.published])


def stamp(root: Path, *, check: bool) -> Iterator[Path]:
    """Write the files in `root` anew, unless `check`; yield those that changed or would."""
    project = read_project(root)
    for path in (root / "README.md", *sorted((root / "notebooks").glob("*.ipynb"))):
        before = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            now = stamped_notebook(before, path.name, project)
        else:
            now = stamped_readme(before, project)
        if now != before:
            yield path
            if not check:
                path.write_text(now, encoding="utf-8", newline="\n")


def main() -> int:
    """Stamp or check the files of this checkout; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; exit with 1 and name the files that would change",
    )
    check = parser.parse_args().check
    try:
        changed = list(stamp(ROOT, check=check))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(path.relative_to(ROOT), "would change" if check else "stamped")
    if check and changed:
        print("Run tools/stamp_address.py")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
