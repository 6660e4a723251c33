"""What the streaming benchmark streams: answers of our own, made from seeds, cut into chunks."""

from __future__ import annotations

import itertools
import time
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

THINGS = ("gripper", "camera", "ladle", "belt", "lamp", "valve", "tray", "spring", "cable", "scale")
QUALITIES = ("slow", "worn", "bright", "left-hand", "spare", "cold", "round", "heavy", "quiet")
VERBS = ("holds", "turns", "reaches", "measures", "slows", "carries", "covers", "follows", "warms")
ENDS = (
    "before the next part arrives",
    "as long as the light is even",
    "which nobody had expected",
    "and that is why the first reading is thrown away",
    "in about a third of the trials",
    "because the two clocks disagree",
)
SYMBOLS = ("x", "y", "t", "v", "p", "q", "s", "w")


class Size(NamedTuple):
    """How much text, in how many chunks, and how fast."""

    name: str
    characters: int
    chunks: int
    delay: float
    """Seconds between two chunks."""


# The largest comes faster, or it would take 100 seconds for each of those compared.
SIZES = {
    size.name: size
    for size in (
        Size("8k", 8_000, 200, 0.005),
        Size("100k", 100_000, 2_000, 0.005),
        Size("1m", 1_000_000, 20_000, 0.001),
    )
}


def chunks(size: Size, *, plain: bool = False) -> list[str]:
    """An answer of exactly this many characters, cut at random places into as many chunks."""
    whole = text(size.characters, plain=plain)
    places = Random(size.chunks).sample(range(1, len(whole)), size.chunks - 1)
    cuts = [0, *sorted(places), len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(cuts)]


def text(length: int, *, plain: bool = False, seed: int = 4) -> str:
    """Prose, lists, tables, code and LaTeX in turn, or prose only, cut off at `length`."""
    chance = Random(seed)
    kinds: tuple[Callable[[Random], str], ...] = (paragraph,)
    if not plain:
        kinds = (paragraph, code, inline_formulas, bullets, table, paragraph, formula)
    blocks: list[str] = []
    written = 0
    for number, kind in enumerate(itertools.cycle(kinds)):
        block = kind(chance)
        if number % 7 == 0:
            block = f"## {number // 7 + 1}. {noun(chance).capitalize()}\n\n{block}"
        blocks.append(block)
        written += len(block) + 2
        if written > length:
            break
    return "\n\n".join(blocks)[:length]


def paced(parts: Iterable[str], delay: float) -> Iterator[str]:
    """The chunks, as a network brings them: each waits until it is due, none for a slow reader."""
    due = time.monotonic()
    for part in parts:
        due += delay
        time.sleep(max(0.0, due - time.monotonic()))
        yield part


def until(parts: Iterable[str], seconds: float) -> Iterator[str]:
    """The parts, as long as there is time."""
    end = time.monotonic() + seconds
    return itertools.takewhile(lambda _: time.monotonic() < end, parts)


def noun(chance: Random) -> str:
    return f"the {chance.choice(QUALITIES)} {chance.choice(THINGS)}"


def sentence(chance: Random) -> str:
    emphasis = chance.choice(("{}", "{}", "**{}**", "*{}*", "`{}`"))
    words = [noun(chance), chance.choice(VERBS), emphasis.format(noun(chance)), chance.choice(ENDS)]
    return " ".join(words).capitalize() + "."


def paragraph(chance: Random) -> str:
    return " ".join(sentence(chance) for _ in range(chance.randint(3, 6)))


def bullets(chance: Random) -> str:
    mark = chance.choice(("-", "1."))
    return "\n".join(f"{mark} {sentence(chance)}" for _ in range(chance.randint(3, 6)))


def table(chance: Random) -> str:
    head = ["| part | seconds | trials |", "|---|---:|---:|"]
    rows = (
        f"| {noun(chance)} | {chance.uniform(0, 9):.2f} | {chance.randint(1, 99)} |"
        for _ in range(chance.randint(3, 6))
    )
    return "\n".join((*head, *rows))


def code(chance: Random) -> str:
    name = f"{chance.choice(VERBS)}_{chance.choice(THINGS)}"
    lines = [
        f"def {name}(samples: list[float], limit: float = {chance.uniform(0, 9):.2f}) -> float:",
        f'    """{sentence(chance)}"""',
        "    total = 0.0",
        "    for index, sample in enumerate(samples):",
        "        if sample > limit:",
        f"            total += sample / {chance.randint(2, 9)}  # {noun(chance)}",
        "    return total",
    ]
    return "\n".join(("```python", *lines, "```"))


def inline_formulas(chance: Random) -> str:
    return " ".join(f"{sentence(chance)} Here ${small(chance)}$ holds." for _ in range(3))


def small(chance: Random) -> str:
    first, second = chance.sample(SYMBOLS, 2)
    return rf"{first}_{{{chance.randint(1, 9)}}} = \frac{{{second}}}{{{chance.randint(2, 9)}}}"


def formula(chance: Random) -> str:
    first, second, third = chance.sample(SYMBOLS, 3)
    left = rf"\sum_{{i=1}}^{{{chance.randint(2, 9)}}} {first}_i"
    return f"$$\n{left} = \\int_0^1 {second}({third})\\, d{third} + {small(chance)}\n$$"
