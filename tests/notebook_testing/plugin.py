"""A pytest plugin: nbval's notebook items, held to everything that a reader sees.

nbval finds the notebooks and reports their cells. What it compares is too little (swapped pictures
and cells that were never run pass) and too much (display updates and cleared outputs fail), so
the items run and compare through this package. Its ignore and skip markers have no effect here.
"""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from nbclient.exceptions import DeadKernelError
from nbval.plugin import IPyNbCell, IPyNbFile

from notebook_testing.comparison import differences
from notebook_testing.environment import (
    drifts,
    notebook_environment,
    why_not_mujoco,
    workplace,
)
from notebook_testing.front_end import FrontEnd


class StrictNotebook(IPyNbFile):
    """A notebook whose cells run in a kernel of this environment."""

    kernel: FrontEnd | None
    _on_teardown: ExitStack

    def collect(self) -> Generator["StrictCell", None, None]:
        """Yield one item per code cell."""
        for item in super().collect():
            yield StrictCell.from_parent(
                self, name=item.name, cell_num=item.cell_num, cell=item.cell, options={}
            )

    def setup(self) -> None:
        """Start the kernel."""
        self._on_teardown = ExitStack()
        place = self._on_teardown.enter_context(workplace(self.path.parent))
        timeout = self.config.option.nbval_cell_timeout
        self.kernel = self._on_teardown.enter_context(FrontEnd(place, cell_timeout=timeout))

    def teardown(self) -> None:
        """Stop the kernel, if it ever started."""
        self._on_teardown.close()


class StrictCell(IPyNbCell):
    """A code cell that must run, without an exception, and show what was saved with it.

    A cell tagged "mujoco" runs where MuJoCo can render.
    """

    def runtest(self) -> None:
        """Run the cell, whose predecessors have run, and compare.

        Raises:
            NbCellError: nbval's error, which its report shows with the source of the cell.
        """
        may_drift = drifts(self.cell)
        if may_drift and (reason := why_not_mujoco()):
            pytest.skip(reason)
        try:
            made = self.parent.kernel.run(self.cell.source).outputs
        except (TimeoutError, DeadKernelError) as error:
            self.raise_cell_error(str(error))
        for output in made:
            if output.output_type == "error":
                self.raise_cell_error("The cell raised an exception", "\n".join(output.traceback))
        if self.cell.execution_count is None:
            self.raise_cell_error("The notebook was saved before this cell was run: refresh it")
        if changes := differences(self.cell.outputs, made, may_drift=may_drift):
            self.raise_cell_error(
                "The cell shows something else than was saved", "\n".join(changes)
            )


def pytest_configure(config: pytest.Config) -> None:
    """Fix the environment before any kernel starts, until pytest ends."""
    environment = ExitStack()
    environment.enter_context(notebook_environment())
    config.add_cleanup(environment.close)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Put our notebooks in the place of nbval's."""
    collectors = yield
    return [
        StrictNotebook.from_parent(parent, path=file_path)
        if isinstance(collector, IPyNbFile)
        else collector
        for collector in collectors
    ]
