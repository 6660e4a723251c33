"""Tables of numbers: each way to show a stream, and each number over ours."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from playwright.sync_api import Error as PlaywrightError
from streaming_peers import OURS, PEERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

NAMES = 24  # columns
WHOLE_PERCENT = 90  # of the words: formulas are shown without the names of LaTeX's commands
WIDTH = 15  # columns of one number
# A cell that raised or never came back, in the kernel or in the page.
FAILURES = (CellTimeoutError, CellExecutionError, DeadKernelError, PlaywrightError)


class Column(NamedTuple):
    """A number of each row."""

    name: str
    form: str
    is_compared: bool = True
    """Whether less is better."""


class Row(NamedTuple):
    """What one way of showing it took."""

    numbers: Mapping[str, float]
    is_over: bool = False


def median(rows: list[Row]) -> Row:
    """Number by number, of those that all rounds know."""
    names = [name for name in rows[0].numbers if all(name in row.numbers for row in rows)]
    middle = {name: statistics.median(row.numbers[name] for row in rows) for name in names}
    return Row(middle, any(row.is_over for row in rows))


def compare(
    columns: tuple[Column, ...], peers: Iterable[str], rounds: int, run: Callable[[str], Row]
) -> dict[str, Row]:
    """Run them all, print each as soon as it is known, then how they compare to ours."""
    print_head("", columns)
    rows: dict[str, Row] = {}
    for peer in peers:
        try:
            rows[peer] = median([run(peer) for _ in range(rounds)])
        except FAILURES as failure:
            why = getattr(failure, "evalue", None) or str(failure).splitlines()[0]
            print(f"{peer:<{NAMES}}  failed: {why}", flush=True)
            continue
        print_row(peer, rows[peer], columns, rows[peer].numbers)
    if OURS in rows:
        print_ratios(rows, columns)
    return rows


def print_head(title: str, columns: tuple[Column, ...]) -> None:
    print(f"{title:<{NAMES}}" + "".join(f"{column.name:>{WIDTH}}" for column in columns))


def print_row(
    name: str, row: Row, columns: tuple[Column, ...], numbers: Mapping[str, float]
) -> None:
    """Numbers that were still growing when time was up have a sign before them."""
    sign = ">" if row.is_over else ""
    cells = (
        f"{sign}{numbers[column.name]:{column.form}}" if column.name in numbers else "-"
        for column in columns
    )
    print(f"{name:<{NAMES}}" + "".join(f"{cell:>{WIDTH}}" for cell in cells), flush=True)


def print_ratios(rows: dict[str, Row], columns: tuple[Column, ...]) -> None:
    """Each number over ours, and who is before us of those that show all of it as Markdown."""
    ours = rows[OURS].numbers
    compared = [column for column in columns if column.is_compared]
    shown = tuple(Column(column.name, ".2f") for column in compared if ours.get(column.name))
    print_head("times ours", shown)
    for name, row in rows.items():
        ratios = {
            each.name: row.numbers[each.name] / ours[each.name]
            for each in shown
            if each.name in row.numbers
        }
        print_row(f"  {name}", row, shown, ratios)
    rivals = {name: row for name, row in rows.items() if is_rival(name, row)}
    for column in compared:
        less = [
            name for name, row in rivals.items() if row.numbers[column.name] < ours[column.name]
        ]
        if less:
            print(f"less {column.name} than ours: {', '.join(less)}")


def is_rival(name: str, row: Row) -> bool:
    """Whether it was done in time and the reader saw all of it, as Markdown while it grew."""
    is_whole = row.numbers.get("shown %", 100) > WHOLE_PERCENT
    return PEERS[name].is_markdown and is_whole and not row.is_over and name != OURS
