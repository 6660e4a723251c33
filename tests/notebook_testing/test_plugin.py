"""One notebook, one cell per case, run by pytest with the plugin as a developer would."""

import inspect
import os
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notebook_testing.comparison import WIDGET_VIEW


def encoded_square(left: int, colour: str, kind: str = "PNG") -> str:
    """Return a white picture with one square, base64-encoded; notebook and test both use it."""
    import base64
    import io

    from PIL import Image

    image = Image.new("RGB", (32, 24), "white")
    image.paste(colour, (left, 8, left + 8, 16))
    file = io.BytesIO()
    image.save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def text(words: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=words)


def shown(metadata: dict | None = None, **data: str) -> NotebookNode:
    media_types = {name.replace("_", "/"): content for name, content in data.items()}
    return new_output("display_data", data=media_types, metadata=metadata or {})


def result(words: str) -> NotebookNode:
    return new_output("execute_result", data={"text/plain": words}, execution_count=1)


def show(**data: str) -> str:
    """The code of a cell that displays exactly these representations."""
    media_types = {name.replace("_", "/"): content for name, content in data.items()}
    return f"display({media_types!r}, raw=True)"


@dataclass(frozen=True)
class Case:
    source: str
    saved: list[NotebookNode] = field(default_factory=list)
    complaint: str = ""  # part of the failure that is expected; empty where the cell passes
    executed: bool = True


RED = encoded_square(8, "red")
OUTPUT_WIDGET = """
from ipywidgets import Output
with Output():
    print("inside")
print("outside")
"""
IMPORTS = "from IPython.display import clear_output\nimport sys, uuid"

SETTINGS = """
[pytest]
addopts = --nbval -p notebook_testing.plugin -p no:cacheprovider -p no:randomly --color=no
    --junitxml=report.xml
filterwarnings = error
"""

CASES = {
    "imports": Case(f"{IMPORTS}\n{inspect.getsource(encoded_square)}"),
    "the same text": Case("print('one')", [text("one\n")]),
    "text that was saved in pieces": Case("print('one two')", [text("one "), text("two\n")]),
    "an updated display": Case(
        "handle = display('first', display_id=True); handle.update('second')",
        [shown(text_plain="'second'")],
    ),
    "a cleared output": Case("print('old'); clear_output(); print('new')", [text("new\n")]),
    "an output cleared by its successor": Case(
        "print('old'); clear_output(wait=True); print('new')", [text("new\n")]
    ),
    "an output captured by a widget": Case(OUTPUT_WIDGET, [text("outside\n")]),
    "a widget with a random name": Case(
        f"view = {{{WIDGET_VIEW!r}: {{'model_id': uuid.uuid4().hex}}, 'text/plain': 'slider'}}\n"
        "display(view, raw=True)",
        [shown(text_plain="slider")],
    ),
    "a semicolon that hides the result": Case("'hidden';"),
    "a result": Case("40 + 2", [result("42")]),
    "the result of the cell before": Case("_ + 1", [result("43")]),
    "the history of results": Case("Out[max(Out)] + 1", [result("44")]),
    "the history of sources": Case("len(In[-2])", [result("17")]),
    "a line that is overwritten": Case("print('50%\\r100%')", [text("100%\n")]),
    "both streams, in either order": Case(
        "print('out'); print('err', file=sys.stderr)", [text("err\n", "stderr"), text("out\n")]
    ),
    "the same picture": Case(
        "display({'image/png': encoded_square(8, 'red')}, raw=True)", [shown(image_png=RED)]
    ),
    "another text": Case("print('two')", [text("one\n")], "+  | two"),
    "a line break too few": Case("print('one', end='')", [text("one\n")], "-  |"),
    "no text where there was some": Case("pass", [text("one\n")], "-stdout"),
    "text where there was none": Case("print('one')", [], "+stdout"),
    "text on the other stream": Case("print('a', file=sys.stderr)", [text("a\n")], "+stderr"),
    "another result": Case("40 + 3", [result("42")], "+  | 43"),
    "a result that was displayed": Case("'a'", [shown(text_plain="'a'")], "+execute_result"),
    "another order": Case(
        "display('a'); print('b')", [text("b\n"), shown(text_plain="'a'")], "display_data"
    ),
    "another square": Case(
        show(image_png=encoded_square(8, "blue")), [shown(image_png=RED)], "64 pixels changed"
    ),
    "a square one pixel further": Case(
        show(image_png=encoded_square(9, "red")), [shown(image_png=RED)], "16 pixels changed"
    ),
    "another photo": Case(
        show(image_jpeg=encoded_square(8, "blue", "JPEG")),
        [shown(image_jpeg=encoded_square(8, "red", "JPEG"))],
        "pixels changed",
    ),
    "another drawing": Case(
        show(**{"image_svg+xml": "<svg><rect/></svg>"}),
        [shown(**{"image_svg+xml": "<svg><circle/></svg>"})],
        "+  | <svg><rect/></svg>",
    ),
    "a second picture": Case(
        f"{show(image_png=RED)};{show(image_png=RED)}", [shown(image_png=RED)], "+display_data"
    ),
    "a picture less": Case("pass", [shown(image_png=RED)], "-display_data"),
    "a picture of another type": Case(
        show(image_jpeg=encoded_square(8, "red", "JPEG")), [shown(image_png=RED)], "+  image/jpeg"
    ),
    "another size on the page": Case(
        show(image_png=RED), [shown({"image/png": {"width": 9}}, image_png=RED)], "-  metadata"
    ),
    "a random id": Case("print(uuid.uuid4())", [text(f"{'0' * 8}\n")], "-  | 00000000"),
    "an exception": Case("1 / 0", [], "division by zero"),
    "a cell that was never run": Case("pass", [], "refresh it", executed=False),
    "other code under cleared outputs": Case("print(1)", [], "refresh it", executed=False),
    "a marker that asks to ignore": Case(
        "# NBVAL_IGNORE_OUTPUT\nprint(1)", [text("2\n")], "+  | 1"
    ),
    "a marker that asks to skip": Case("# NBVAL_SKIP\nprint(1)", [text("2\n")], "+  | 1"),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pytest reports about each case, empty where its cell passed."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [
        new_code_cell(
            case.source,
            id=f"case-{number}",
            execution_count=number if case.executed else None,
            outputs=case.saved,
        )
        for number, case in enumerate(CASES.values(), 1)
    ]
    nbformat.write(new_notebook(cells=cells), folder / "cases.ipynb")
    (folder / "pytest.ini").write_text(SETTINGS)
    subprocess.run(
        [sys.executable, "-m", "pytest", "cases.ipynb"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
        capture_output=True,
    )
    report = ET.parse(folder / "report.xml")  # noqa: S314 - pytest has just written it
    reported = ["".join(test.itertext()) for test in report.iter("testcase")]
    return dict(zip(CASES, reported, strict=True))


@pytest.mark.parametrize("title", [title for title, case in CASES.items() if not case.complaint])
def test_a_cell_passes_that_shows(title: str, failures: dict[str, str]) -> None:
    if "ipywidgets" in CASES[title].source and not find_spec("ipywidgets"):
        pytest.skip("ipywidgets is not installed")
    assert not failures[title].strip()


@pytest.mark.parametrize("title", [title for title, case in CASES.items() if case.complaint])
def test_a_cell_fails_that_shows(title: str, failures: dict[str, str]) -> None:
    assert CASES[title].complaint in failures[title]
