"""What a tutorial takes from the studio is what its next cell runs, to the letter."""

from pathlib import Path

import nbformat
import pytest

STUDIO = Path(__file__).parents[1] / "notebooks/05_ai_studio.ipynb"


@pytest.mark.parametrize(("taken", "magic"), [("as_python", ""), ("as_curl", "%%bash\n")])
def test_studio_code_is_pasted_as_it_was_shown(taken: str, magic: str) -> None:
    cells = [cell for cell in nbformat.read(STUDIO, 4).cells if cell.cell_type == "code"]
    (at,) = [n for n, cell in enumerate(cells) if cell.source.endswith(f"studio.{taken}()")]

    assert cells[at + 1].source == magic + cells[at].outputs[0].data["text/plain"]
