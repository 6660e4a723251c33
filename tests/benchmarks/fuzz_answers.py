"""Coverage-guided fuzzing of `parse`: any text, mutated from the forms that tests know.

Needs `pip install atheris`. Run with `python tests/benchmarks/fuzz_answers.py -max_total_time=180`;
other options are those of libFuzzer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["gemini_nb.spatial"]):
    from gemini_nb.spatial.parse import parse

from spatial.forms.reference import REFERENCE
from spatial.forms.reports import FURTHER, REPORTS

SLOWEST = 2.0
"""Seconds for a text of a few kilobytes while coverage is measured."""


def one_answer(data: bytes) -> None:
    """Read one text, and check what has to hold of any."""
    # Broken UTF-8 would only be replaced; lone surrogates do reach parsers.
    text = data.decode("utf-8", "surrogateescape")
    began = time.process_time()
    found = parse(text)
    assert time.process_time() - began < SLOWEST, "too slow"
    for said in (*found.items, *found.issues):
        span = said.span
        assert span is None or 0 <= span.start <= span.end <= len(found.text), "span"
    for item in found:
        box = item.bounds
        assert box is None or (0 <= box.ymin <= box.ymax <= 1000), "y"
        assert box is None or (0 <= box.xmin <= box.xmax <= 1000), "x"
    assert repr(found)
    found.to_dicts()


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, form in enumerate((*REFERENCE, *REPORTS, *FURTHER)):
            if isinstance(form.answer, str):
                seed = form.answer.encode("utf-8", "surrogatepass")
                (Path(corpus) / f"{number}.txt").write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], one_answer)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
