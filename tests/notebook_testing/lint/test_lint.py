"""Each rule passes a good tutorial and finds its fault in a bad one."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebook_testing.lint import RULES
from notebook_testing.lint.links import broken_links, table_complaints
from notebook_testing.lint.tutorial import Tutorial

NAME = "07_points.ipynb"
OPENING = "# Point at things\n\nIn this notebook you will learn to count them."
STARTED = "import gemini_nb as gnb\n\nclient = gnb.connect()"
ASKED = 'curl --silent "$GOOGLE_GEMINI_BASE_URL/v1beta/models" -H "x-goog-api-key: $GEMINI_API_KEY"'


def prose(source: str) -> NotebookNode:
    return new_markdown_cell(source)


def code(
    source: str, *outputs: NotebookNode, count: int | None = 1, **keys: object
) -> NotebookNode:
    return new_code_cell(source, execution_count=count, outputs=list(outputs), **keys)


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def shown(media_type: str, content: object) -> NotebookNode:
    return new_output("display_data", data={media_type: content})


def tutorial(
    *cells: NotebookNode, folder: Path = Path("notebooks"), **metadata: object
) -> Tutorial:
    notebook = new_notebook(metadata=metadata)
    notebook.cells = list(cells)
    return Tutorial(folder / NAME, nbformat.v4.writes(notebook), notebook)


def complaints(rule: str, checked: Tutorial) -> list[str]:
    (found,) = [candidate for candidate in RULES if candidate.__name__ == rule]
    return found(checked)


@dataclass(frozen=True)
class Fault:
    """Cells that break one rule, and a part of the complaint."""

    rule: str
    cells: list[NotebookNode]
    complaint: str


PLAIN = prose("Words.")
A_KEY = "AIza" + "x" * 35

FAULTS = {
    "an id used twice": Fault("unique_ids", [code("1", id="a"), code("2", id="a")], "2 cells"),
    "a huge picture": Fault(
        "modest_size", [code("1", shown("image/png", "A" * 300_000))], "at most 300000"
    ),
    "a code cell first": Fault("opens_with_title", [code("1")], "cell 1: begin with"),
    "no cell": Fault("opens_with_title", [], "cell 1: begin with"),
    "words before the title": Fault(
        "opens_with_title", [prose(f"Welcome\n{OPENING}")], "starts with the title"
    ),
    "two titles": Fault("one_title", [prose(OPENING), prose("# More")], "the title 'More'"),
    "no title": Fault("one_title", [prose("## Section")], "no title"),
    "a capital in a heading": Fault("sentence_case", [prose("## Count The tokens")], "'the'"),
    "a heading in small letters": Fault("sentence_case", [prose("## count")], "with a capital"),
    "a long cell": Fault("short_cells", [code("a = 1\n" * 16)], "16 lines of code, at most 15"),
    "an empty cell": Fault("run_in_order", [code("", count=None)], "delete the empty code cell"),
    "a cell that was not run": Fault("run_in_order", [code("1", count=None)], "not [1]"),
    "a cell that ran later": Fault("run_in_order", [code("1", count=2)], "ran as [2], not [1]"),
    "an ended connection": Fault("connection_stays", [code("gnb.disconnect()")], "leave out"),
    "an ignore marker": Fault("no_markers", [code("# NBVAL_IGNORE_OUTPUT\n1")], "NBVAL_IGNORE"),
    "a skip tag": Fault("no_markers", [code("1", metadata={"tags": ["nbval-skip"]})], "nbval-skip"),
    "a raises tag": Fault(
        "no_markers", [code("1", metadata={"tags": ["raises-exception"]})], "raises-exception"
    ),
    "an exception": Fault(
        "no_errors", [code("x", new_output("error", ename="NameError"))], "shows a NameError"
    ),
    "standard error": Fault("no_standard_error", [code("x", printed("!", "stderr"))], "silence"),
    "a live widget": Fault(
        "no_widget_state",
        [code("x", shown("application/vnd.jupyter.widget-view+json", {}))],
        "live widget",
    ),
    "a warning": Fault("no_passing_noise", [code("x", printed("UserWarning: no"))], "UserWarning"),
    "a progress bar": Fault("no_passing_noise", [code("x", printed("7%|█  | 3/9"))], "progress"),
    "a path": Fault("no_machine_details", [code("x", printed("in /home/me/a.png"))], "/home/"),
    "an address": Fault(
        "no_machine_details", [code("x", shown("text/html", "at 0x7f8a12bc30"))], "0x7f8a12bc30"
    ),
    "a port": Fault(
        "no_machine_details",
        [code("x", shown("application/json", {"url": "http://127.0.0.1:40123/"}))],
        "127.0.0.1:40123",
    ),
    "a key in code": Fault("no_keys", [code(f"key = '{A_KEY}'")], "line 10 of the file"),
    "a key in an output": Fault("no_keys", [code("x", printed(f"?key={A_KEY}"))], "revoke it"),
    "a link to nothing": Fault("links_resolve", [prose("[next](08.ipynb#top)")], "08.ipynb#top"),
    "a missing picture": Fault("links_resolve", [prose('<img src="a.png">')], "a.png"),
    "curl to Google": Fault(
        "requests_stay_here",
        [code('%%bash\ncurl --silent \\\n "https://generativelanguage.googleapis.com/v1beta"')],
        "goes to 'https://generativelanguage.googleapis.com/v1beta'",
    ),
    "curl in a line": Fault(
        "requests_stay_here", [code("page = !curl example.com/page")], "goes to 'example.com/page'"
    ),
    "curl within curl": Fault(
        "requests_stay_here",
        [code(f'%%bash\n{ASKED} -d "$(curl https://example.com/a)"')],
        "goes to 'https://example.com/a",
    ),
    "a second curl": Fault(
        "requests_stay_here", [code(f"%%bash\n{ASKED}\ncurl --silent $OTHER")], "does not name"
    ),
    "an open quote": Fault("requests_stay_here", [code("!curl 'a")], "No closing quotation"),
}


def good(folder: Path) -> Tutorial:
    return tutorial(
        prose(OPENING),
        code(STARTED),
        prose(f"## Count tokens with `Client`: Google's REST API\n[again]({NAME}#count)"),
        code(
            f"%%bash\n# Don't forget the key.\n{ASKED} |\n  grep name", printed("name\n"), count=2
        ),
        code(f"!{ASKED}", count=3),
        prose("```\n# a comment in an example, [not a link](nowhere)\n```"),
        folder=folder,
    )


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_a_good_tutorial_keeps_the_rule(rule: str, tmp_path: Path) -> None:
    checked = good(tmp_path)
    checked.path.write_text(checked.text)
    assert complaints(rule, Tutorial.read(checked.path)) == []


@pytest.mark.parametrize("title", FAULTS)
def test_a_rule_finds(title: str) -> None:
    fault = FAULTS[title]
    (complaint,) = complaints(fault.rule, tutorial(*fault.cells))
    assert fault.complaint in complaint


def test_widget_state_in_the_metadata_is_found() -> None:
    (complaint,) = complaints("no_widget_state", tutorial(code("1"), widgets={}))
    assert "widget state" in complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"nbformat": 4, "nbformat_minor": 4, "cells": [], "metadata": {}}', "4.4, not 4.5"),
        ('{"nbformat": 4, "nbformat_minor": 5, "cells": []}', "'metadata' is a required property"),
    ],
)
def test_a_file_of_another_format_is_found(text: str, complaint: str) -> None:
    (found,) = complaints("valid_format", Tutorial(Path(NAME), text, new_notebook()))
    assert complaint in found


def test_every_rule_has_been_seen_to_find_a_fault() -> None:
    proven = {fault.rule for fault in FAULTS.values()} | {"valid_format"}
    assert proven == {rule.__name__ for rule in RULES}


def test_a_key_is_not_repeated_in_the_complaint() -> None:
    (complaint,) = complaints("no_keys", tutorial(code(f"key = '{A_KEY}'")))
    assert A_KEY not in complaint


def test_an_address_from_an_earlier_reply_may_be_used() -> None:
    upload = f'%%bash\nupload_url=$({ASKED} | grep url)\ncurl --silent "$upload_url" -d @a.png'
    assert complaints("requests_stay_here", tutorial(code(upload))) == []


def test_a_link_that_names_a_section_or_a_site_needs_no_file() -> None:
    assert broken_links("[a](#part) [b](https://example.com) [c](mailto:me)", Path()) == []


def test_the_table_is_where_readme_lists_notebooks() -> None:
    link = f"[Points](notebooks/{NAME})"
    assert table_complaints(f"| 7 | {link} |", [NAME]) == []
    assert table_complaints(f"See {link}.", [NAME]) == [f"README's table lacks notebooks/{NAME}"]
