from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING

import pytest

from gemini_nb.offline.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: all modules of all tests.

    Looking through them again and again took it a tenth of the time of the tests.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """One embedded server for all tests that only ask it."""
    with EmbeddedServer() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_interrupts() -> None:
    """Also where the tests run in the background, for which shells have it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module", autouse=True)
def _no_connection_is_left() -> Iterator[None]:
    """What a file of tests sets for others, such as `connect`, it takes back: any may be next."""
    before = variables()
    yield
    assert variables() == before


def variables() -> dict[str, str]:
    """But those that pytest sets, and scikit-learn (of OpenMP, "KMP") and MuJoCo when they load."""
    own = ("PYTEST_CURRENT_TEST", "KMP_", "MUJOCO_GL", "PYOPENGL_PLATFORM")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}
