"""What every test run starts from: notebooks compared strictly, in a fixed environment."""

import sys
from pathlib import Path

# The test folders are no packages; this one is shared by tests and tools.
sys.path.insert(0, str(Path(__file__).parent / "tests"))

pytest_plugins = ["notebook_testing.plugin"]

# Start-up code of the notebooks' kernels: importing it would bind this process to its rules.
collect_ignore = ["tests/ipython"]
