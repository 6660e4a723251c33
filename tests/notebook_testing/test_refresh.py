"""The command that regenerates the tutorials' outputs."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from scripts import run_script

COMMAND = Path(__file__).parents[2] / "tools" / "refresh_notebooks.py"


def write(path: Path, *cells: NotebookNode) -> Path:
    """A notebook as some editor may leave it: old format, its own metadata, no ids."""
    notebook = new_notebook(metadata={"widgets": {}, "colab": {"toc_visible": True}})
    notebook.nbformat_minor = 4
    notebook.cells = list(cells)
    for cell in cells:
        cell.pop("id")
    path.write_text(nbformat.v4.writes(notebook))
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write(
        tmp_path_factory.mktemp("written") / "small.ipynb",
        new_markdown_cell("# Title"),
        new_code_cell(
            "import sys\nprint('one'); sys.stdout.flush(); print('two')\nlen(sys.argv) > 0",
            execution_count=7,
            metadata={"execution": {"iopub.execute_input": "2020"}, "cellView": "form"},
        ),
        new_code_cell(
            "view = {'application/vnd.jupyter.widget-view+json': {'model_id': id(sys)}}\n"
            "display({**view, 'text/plain': 'slider'}, raw=True)"
        ),
    )
    subprocess.run([sys.executable, COMMAND, path], check=True, capture_output=True)
    return path


def test_a_refreshed_notebook_is_valid_and_complete(written: Path) -> None:
    notebook = nbformat.read(written, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    title, printing, showing = notebook.cells
    assert title.source == "# Title"
    assert [printing.execution_count, showing.execution_count] == [1, 2]
    assert printing.outputs == [
        new_output("stream", text="one\ntwo\n"),
        new_output("execute_result", data={"text/plain": "True"}, execution_count=1),
    ]
    assert showing.outputs == [new_output("display_data", data={"text/plain": "slider"})]


def test_a_refreshed_notebook_keeps_only_metadata_that_matter(written: Path) -> None:
    notebook = nbformat.read(written, as_version=4)
    assert notebook.metadata == {
        "colab": {"toc_visible": True},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell.metadata for cell in notebook.cells] == [{}, {"cellView": "form"}, {}]


def test_refreshing_again_gives_the_same_bytes(written: Path) -> None:
    before = written.read_bytes()
    assert run_script(COMMAND, written).returncode == 0
    assert written.read_bytes() == before
    assert before.endswith(b"}\n")


def test_a_check_names_what_would_change_and_changes_nothing(written: Path) -> None:
    other = written.with_name("other.ipynb")
    other.write_text(written.read_text().replace('"slider"', '"switch"'))
    before = other.read_bytes()
    checked = run_script(COMMAND, "--check", written, other)
    assert checked.returncode == 1
    assert "other.ipynb" in checked.stdout
    assert "small.ipynb" not in checked.stdout
    assert other.read_bytes() == before


def test_a_notebook_that_fails_is_named_and_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "failing.ipynb", new_code_cell("1 / 0"))
    before = path.read_bytes()
    failed = run_script(COMMAND, path)
    assert failed.returncode == 1
    assert "failing.ipynb" in failed.stderr
    assert "cell 1" in failed.stderr
    assert "division by zero" in failed.stderr
    assert path.read_bytes() == before
