"""What a front end is offered while a reader types, by a real kernel."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import IPython
import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, start_new_kernel

from gemini_nb.ipython.model_choice import model_ids

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("completion")
    manager, client = start_new_kernel(
        kernel_name=CURRENT_ENV_KERNEL_NAME, cwd=str(folder), stderr=subprocess.DEVNULL
    )
    client.execute("%load_ext gemini_nb\nphoto = photograph = 1", reply=True, timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def offered(kernel: Any, code: str) -> set[str]:
    """What may stand in place of the word before the cursor, which is `|` in `code`."""
    cursor = code.index("|")
    reply = kernel.complete(code.replace("|", ""), cursor, reply=True, timeout=60)["content"]
    word = code[reply["cursor_start"] : cursor]
    return {match for match in reply["matches"] if match.startswith(word) or word in match}


@pytest.mark.parametrize("body", ["", "\nSome text,\nand more."])
@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("%%gemini --te|", {"--temperature"}),
        ("%%gemini gemini-3.8-flash --s|", {"--system", "--schema"}),
        ("%%gemini --json --max|", {"--max-output-tokens"}),
    ],
)
def test_options_after_two_dashes(kernel: Any, line: str, options: set[str], body: str) -> None:
    assert options <= offered(kernel, line + body)
    # Older versions of IPython, as Colab's, always add what Python itself would offer.
    assert options == offered(kernel, line + body) or IPython.version_info < (8, 6)


@pytest.mark.parametrize(
    "code",
    [
        "%%gemini |",
        "%%gemini |\nbody",
        "%%gemini --model |\nbody",
        "%%gemini --json --model gemini-3|",
        "%gemini --model gem|",
        "%%gemini_tokens |\nbody",
        "%%gemini gemini-3|\nbody",
    ],
)
def test_models_where_one_is_named(kernel: Any, code: str) -> None:
    word = code.split("|", maxsplit=1)[0].rsplit(" ", maxsplit=1)[-1]
    assert {one for one in model_ids() if one.startswith(word)} <= offered(kernel, code)


@pytest.mark.parametrize(
    "code",
    [
        "%%gemini --image pho|\nbody",
        "%%gemini --chat pho|",
        "%%gemini --schema pho|\nbody",
        "%%gemini\nDescribe {{pho|",
        "%%gemini\nDescribe {{pho|}} and {{photo}}",
        "%%gemini --system {{pho|",
        "%gemini describe {{ pho|",
    ],
)
def test_variables_where_one_is_named(kernel: Any, code: str) -> None:
    assert offered(kernel, code) == {"photo", "photograph"}


def test_a_value_that_is_free_gets_no_options(kernel: Any) -> None:
    assert "--system" not in offered(kernel, "%%gemini --system |")


def test_other_cells_are_completed_as_ever(kernel: Any) -> None:
    assert not offered(kernel, "x = |") & {"--system", *model_ids()}
    assert offered(kernel, "pho|") == {"photo", "photograph"}


def test_unloading_ends_it(kernel: Any) -> None:
    kernel.execute("%unload_ext gemini_nb", reply=True, timeout=60)
    assert offered(kernel, "%%gemini --te|") == set()
    kernel.execute("%load_ext gemini_nb", reply=True, timeout=60)
    assert offered(kernel, "%%gemini --te|") == {"--temperature"}
