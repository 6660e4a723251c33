"""Rules about titles and headings."""

import re
from collections.abc import Iterator

from notebook_testing.lint.tutorial import Tutorial

HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)

# Not part of a sentence's case: code, where links lead, and pictures. Its place is kept.
ASIDE = re.compile(r"`[^`]*`|\]\([^)]*\)|!\[[^]]*\]")
KEPT_PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
WORD = re.compile(rf"{KEPT_PLACE}|[^\W\d_](?:[\w'\u2019-]*\w)?")
SENTENCE_END = re.compile(r"[:.?!]\s|\s[-\u2013\u2014]\s")
CAPITALISED = re.compile(r"([A-Z][a-z]+)(?:['\u2019]s)?")
NAMES = frozenset(
    {
        *("Bearer", "Cloud", "Colab", "Debian", "English", "Europa", "Gemini", "Google"),
        *("Jupyter", "Linux", "Markdown", "Matplotlib", "Pillow", "Python", "Studio", "Unicode"),
        *("Vertex", "Windows"),
    }
)


def opens_with_title(tutorial: Tutorial) -> list[str]:
    """Return a complaint where the first cell does not begin with a title."""
    first = tutorial.notebook.cells[0] if tutorial.notebook.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        return ["cell 1: begin with a text cell that starts with the title, a line `# ...`"]
    return []


def one_title(tutorial: Tutorial) -> list[str]:
    """Return the further titles of a notebook that has more than one, or that it has none."""
    titles = [(place, text) for place, level, text in _headings(tutorial) if level == 1]
    if not titles:
        return ["no title: begin the first cell with a line `# ...`"]
    return [f"{place}: the title {text!r} is not the first; use `##`" for place, text in titles[1:]]


def sentence_case(tutorial: Tutorial) -> list[str]:
    """Return the headings with a capital inside a sentence or none at its beginning.

    Names are known by an inner capital or digit (JupyterLab, REST), or listed.
    """
    complaints = []
    for place, _, text in _headings(tutorial):
        sentences = SENTENCE_END.split(ASIDE.sub(f" {KEPT_PLACE} ", text))
        words = [word for sentence in sentences for word in WORD.findall(sentence)[1:]]
        complaints += [
            f"{place}: write {word.lower()!r} in the heading {text!r}, or add {word!r} to the names"
            for word in words
            if (found := CAPITALISED.fullmatch(word)) and found[1] not in NAMES
        ]
        if text[0].islower():
            complaints.append(f"{place}: begin the heading {text!r} with a capital")
    return complaints


def _headings(tutorial: Tutorial) -> Iterator[tuple[str, int, str]]:
    for place, prose in tutorial.prose():
        for hashes, text in HEADING.findall(prose):
            yield place, len(hashes), text
