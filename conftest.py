"""What every test run starts from: notebooks compared strictly, in a fixed environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from collections.abc import Generator

    from xdist.remote import Producer

# The test folders are no packages; this one is shared by tests and tools.
sys.path.insert(0, str(Path(__file__).parent / "tests"))

# The offline models answer the same request alike; the tests of chance take it away.
os.environ["GEMINI_NB_SEED"] = "1"

pytest_plugins = ["notebook_testing.plugin"]

# Start-up code of the notebooks' kernels: importing it would bind this process to its rules.
collect_ignore = ["tests/ipython"]


class WholeFiles(LoadFileScheduling):
    """Gives each process whole files, and all that look at the browser to one."""

    def _split_scope(self, nodeid: str) -> str:
        browser = "tests/browser/"
        return browser if nodeid.startswith(browser) else super()._split_scope(nodeid)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """A process more than there are cores: those that ask browsers and kernels wait for them."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeFiles:
    """Divide the tests among the processes."""
    return WholeFiles(config, log)
