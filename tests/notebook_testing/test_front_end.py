"""What a cell may do, and what a front end keeps of it."""

import functools
import os
import socket
import threading
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler
from importlib.util import find_spec
from pathlib import Path

import pytest
from nbclient.exceptions import DeadKernelError

from notebook_testing.environment import PROFILES, notebook_variables
from notebook_testing.front_end import FrontEnd


@pytest.fixture(scope="module")
def front_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    with FrontEnd(tmp_path_factory.mktemp("notebook"), cell_timeout=60) as running:
        yield running


@pytest.fixture
def loopback_url(tmp_path: Path) -> Iterator[str]:
    """A server on this machine with one page that says hello."""
    (tmp_path / "page.txt").write_text("hello")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/page.txt"
        server.shutdown()


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('93.184.216.34', 80))",
        "socket.socket().connect_ex(('93.184.216.34', 80))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'?', ('93.184.216.34', 53))",
        "socket.socket(socket.AF_INET6).connect(('2606:2800:220:1::', 80))",
        "socket.getaddrinfo('example.com', 443)",
        "socket.gethostbyname('example.com')",
        "await asyncio.open_connection('93.184.216.34', 80)",
        "await asyncio.open_connection('example.com', 443)",
    ],
)
def test_a_kernel_refuses_to_reach_another_machine(front_end: FrontEnd, attempt: str) -> None:
    (output,) = front_end.run(f"import asyncio, socket\n{attempt}").outputs
    assert "may reach only the loopback address" in output.evalue


@pytest.mark.parametrize("url", ["http://93.184.216.34", "https://example.com"])
def test_curl_in_a_cell_cannot_reach_another_machine(front_end: FrontEnd, url: str) -> None:
    (output,) = front_end.run(f"%%bash\ncurl --silent {url} || echo exit status $?").outputs
    assert output.text == "exit status 7\n"  # could not connect


def test_a_kernel_reaches_the_loopback_address(front_end: FrontEnd, loopback_url: str) -> None:
    (output,) = front_end.run(
        f"from urllib.request import urlopen\nurlopen({loopback_url!r}).read()"
    ).outputs
    assert output.data["text/plain"] == "b'hello'"


def test_curl_in_a_cell_reaches_the_loopback_address(
    front_end: FrontEnd, loopback_url: str
) -> None:
    for host in ("127.0.0.1", "localhost"):
        url = loopback_url.replace("127.0.0.1", host)
        assert front_end.run(f"!curl --silent {url}").outputs[0].text == "hello"


def test_a_kernel_may_use_sockets_that_are_files(front_end: FrontEnd, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        listening.listen()
        (output,) = front_end.run(
            f"import socket\nsocket.socket(socket.AF_UNIX).connect_ex({str(tmp_path / 'socket')!r})"
        ).outputs
    assert output.data["text/plain"] == "0"


def test_start_up_leaves_no_name_in_the_notebook(tmp_path: Path) -> None:
    with FrontEnd(tmp_path, cell_timeout=60) as fresh:
        (output,) = fresh.run("{'socket', 'sys', 'ipaddress', '__file__'} & set(dir())").outputs
        assert output.data["text/plain"] == "set()"
        (output,) = fresh.run("[name for name in dir() if 'loopback' in name]").outputs
        assert output.data["text/plain"] == "[]"


def test_a_kernel_leaves_our_profile_as_it_was(front_end: FrontEnd) -> None:
    before = sorted(PROFILES.rglob("*"))
    (output,) = front_end.run("get_ipython().profile_dir.location").outputs
    assert str(PROFILES) not in output.data["text/plain"]
    assert sorted(PROFILES.rglob("*")) == before


def test_an_output_widget_holds_what_it_captured(front_end: FrontEnd) -> None:
    if not find_spec("ipywidgets"):
        pytest.skip("ipywidgets is not installed")
    cell = front_end.run("from ipywidgets import Output\nbox = Output()\nwith box: print('inside')")
    assert cell.outputs == []
    (output,) = front_end.run("[held['text'] for held in box.outputs]").outputs
    assert output.data["text/plain"] == "['inside\\n']"


def test_cells_are_numbered_as_in_a_notebook(tmp_path: Path) -> None:
    with FrontEnd(tmp_path, cell_timeout=60) as fresh:
        assert [fresh.run("pass").execution_count for _ in range(3)] == [1, 2, 3]


def test_a_cell_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with FrontEnd(tmp_path, cell_timeout=0.5) as impatient:
        with pytest.raises(TimeoutError, match=r"more than 0\.5 seconds"):
            impatient.run("while True: print('still busy')")
        with pytest.raises(DeadKernelError, match="an earlier cell"):
            impatient.run("pass")


def test_a_kernel_that_dies_is_noticed(tmp_path: Path) -> None:
    with (
        FrontEnd(tmp_path, cell_timeout=60) as mortal,
        pytest.raises(DeadKernelError, match="while it ran this cell"),
    ):
        mortal.run("import os; os._exit(1)")


@pytest.mark.parametrize(
    "name",
    [
        "GOOGLE_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_GENAI_USE_VERTEXAI",
        "GOOGLE_GEMINI_BASE_URL",
        "GEMINI_NB_MODEL",
        "HTTPS_PROXY",
        "LC_ALL",
        "MPLBACKEND",
        "PYTHONSTARTUP",
    ],
)
def test_a_personal_setting_does_not_reach_a_notebook(name: str) -> None:
    assert notebook_variables({name: "mine"}, "profiles").get(name) != "mine"


def test_tests_run_in_the_environment_of_notebooks() -> None:
    assert dict(os.environ) == notebook_variables(os.environ, os.environ["IPYTHONDIR"])
