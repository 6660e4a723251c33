"""Rules about having been run: completely, in order, and without trouble."""

import re

from notebook_testing.comparison import WIDGET_VIEW
from notebook_testing.lint.tutorial import Tutorial

MARKER = re.compile(
    r"#+\s*(?:NBVAL_|PYTEST_VALIDATE_)\w+"  # as a comment
    r"|nbval-[\w-]+|raises-exception|skip-execution"  # as a tag
)

ENDS_THE_CONNECTION = re.compile(r"^[ \t]*(?:\w+\.)?disconnect\(", re.MULTILINE)

PASSING_NOISE = {
    "a warning": re.compile(r"\b\w*Warning\b:"),
    "a progress bar": re.compile(
        r"\d%\|?[█▏▎▍▌▋▊▉#]|\d(?:it/s|s/it)|━{3}|\bHBox\(|\b(?:Int|Float)Progress\(|\r(?!\n)"
    ),
}


def no_markers(tutorial: Tutorial) -> list[str]:
    """Return the cells that ask a test to ignore, skip or forgive something."""
    complaints = []
    for place, cell in tutorial.cells("code"):
        candidates = [*cell.source.splitlines(), *cell.metadata.get("tags", [])]
        complaints += [
            f"{place}: take out the marker {candidate.strip()!r}, and what made it necessary"
            for candidate in candidates
            if MARKER.fullmatch(candidate.strip())
        ]
    return complaints


def run_in_order(tutorial: Tutorial) -> list[str]:
    """Return the code cells that are empty, were not run, or ran out of order."""
    complaints = []
    for expected, (place, cell) in enumerate(tutorial.cells("code"), 1):
        if not cell.source.strip():
            complaints.append(f"{place}: delete the empty code cell")
        elif cell.execution_count != expected:
            complaints.append(
                f"{place}: ran as [{cell.execution_count}], not [{expected}]; refresh the notebook"
            )
    return complaints


def connection_stays(tutorial: Tutorial) -> list[str]:
    """Return the cells after which no other can be run again, since they end the connection."""
    return [
        f"{place}: leave out `disconnect()`, after which a reader can run no cell again"
        for place, cell in tutorial.cells("code")
        if ENDS_THE_CONNECTION.search(cell.source)
    ]


def no_errors(tutorial: Tutorial) -> list[str]:
    """Return the cells that show an exception."""
    return [
        f"{place}: shows a {output.ename}; catch it and show what the reader should see"
        for place, output in tutorial.outputs()
        if output.output_type == "error"
    ]


def no_standard_error(tutorial: Tutorial) -> list[str]:
    """Return the cells that show standard error."""
    return [
        f"{place}: wrote to standard error; silence its cause, such as curl without --silent"
        for place, output in tutorial.outputs()
        if output.get("name") == "stderr"
    ]


def no_widget_state(tutorial: Tutorial) -> list[str]:
    """Return where live widgets were saved, which show nothing without a kernel."""
    complaints = [
        f"{place}: refers to a live widget; refresh the notebook, which keeps the static form"
        for place, output in tutorial.outputs()
        if WIDGET_VIEW in output.get("data", {})
    ]
    if "widgets" in tutorial.notebook.metadata:
        complaints.append("the metadata holds widget state; refresh the notebook")
    return complaints


def no_passing_noise(tutorial: Tutorial) -> list[str]:
    """Return the cells whose outputs show a warning or a progress bar."""
    return tutorial.complain_of(PASSING_NOISE, "remove its cause")
