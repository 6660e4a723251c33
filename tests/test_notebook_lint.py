"""Every tutorial keeps every rule, and README knows them all."""

import re
from pathlib import Path

import pytest

from notebook_testing.lint import RULES, Rule
from notebook_testing.lint.links import broken_links, table_complaints
from notebook_testing.lint.tutorial import Tutorial

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Once it is published its links are whole, for PyPI; here they lead to the files of the checkout.
README = re.sub(
    r"https://github\.com/[^/\s]+/[^/\s]+/(blob|raw)/main/",
    "",
    (ROOT / "README.md").read_text(encoding="utf-8"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_rule(path: Path, rule: Rule) -> None:
    complaints = rule(Tutorial.read(path))
    assert not complaints, "\n".join([path.name, *complaints])


def test_readme_lists_every_notebook() -> None:
    assert not table_complaints(README, [path.name for path in NOTEBOOKS])


def test_readme_links_lead_somewhere() -> None:
    assert not broken_links(README, ROOT)
