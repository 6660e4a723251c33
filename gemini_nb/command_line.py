"""`gemini-nb`: open the tutorials, serve the embedded server, say what is installed."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from gemini_nb.client import BASE_URL_VARIABLE, GEMINI_URL, decide, live_url
from gemini_nb.errors import GeminiNBError
from gemini_nb.redaction import PLACEHOLDER, redact

if TYPE_CHECKING:
    from collections.abc import Sequence

TUTORIALS = "gemini_nb_tutorials"
"""Name of the folder that `gemini-nb lab` makes where there is no checkout."""

DEFAULT_PORT = 8765
_PACKAGE = Path(__file__).parent
_REPORTED = ("google-genai", "jupyterlab", "ipykernel", "ipywidgets", "numpy", "pillow")
_ADDRESS = re.compile(r"(?is)(https?://)(?:[^/?#]*@)?([^/?#@\s]+)(.*)")
_REDIRECTING = ("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE", "HTTPS_PROXY")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 for success, 1 for a problem it explains.

    Args:
        arguments: without the program's name; by default those of this process.
    """
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(redact(f"unknown arguments: {' '.join(rest)}"))
    try:
        if options.command == "lab":
            return open_tutorials(rest)
        if options.command == "serve":
            return serve(options.port)
        return report()
    except (GeminiNBError, OSError) as error:
        print(f"gemini-nb: {redact(str(error))}", file=sys.stderr)
        return 1


def open_tutorials(jupyter_arguments: Sequence[str]) -> int:
    """Open the tutorials in JupyterLab and return its exit code."""
    if _version("jupyterlab") is None:
        print("JupyterLab is missing: pip install 'gemini-nb[lab]'", file=sys.stderr)
        return 1
    folder = tutorials_folder(Path.cwd())
    print(f"Opening the tutorials in {folder.name}/ (Ctrl-C twice ends JupyterLab)", flush=True)
    command = [sys.executable, "-m", "jupyterlab", str(folder), *jupyter_arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # JupyterLab refuses root otherwise; containers run as root
    if os.name == "posix":
        # JupyterLab takes this process over, so that Ctrl-C and signals reach it directly.
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell
    return subprocess.call(command)  # noqa: S603 - our own interpreter


def tutorials_folder(here: Path) -> Path:
    """The tutorials of the checkout that `here` is in, or a copy of them made beside `here`.

    A file that is already there is left alone: it may be somebody's work.
    """
    for place in (here, *here.parents):
        if (place / "notebooks").is_dir() and (place / "gemini_nb").is_dir():
            return place / "notebooks"
    packaged = _PACKAGE / "tutorials"
    source = packaged if packaged.is_dir() else _PACKAGE.parent / "notebooks"
    target = here / TUTORIALS
    for original in sorted(source.rglob("*")):
        copy = target / original.relative_to(source)
        if original.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
    return target


def serve(port: int) -> int:
    """Run the embedded server until it is interrupted."""
    from gemini_nb import catalog  # noqa: PLC0415 - only this command needs it
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    try:
        server = EmbeddedServer(port)
    except OSError as error:
        problem = f"cannot listen on port {port}: {error.strerror or error}"
        raise OSError(f"{problem}. Try --port 0 for a free one.") from None
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(ending, signal.default_int_handler)
    with server:
        print(f"export {BASE_URL_VARIABLE}={server.base_url}")
        print(f"export GEMINI_API_KEY={PLACEHOLDER}")
        print("\nPaste these two lines into another terminal; then, for example:")
        model = catalog.default("text").id
        print(
            f'curl "${BASE_URL_VARIABLE}/v1beta/models/{model}:generateContent" \\\n'
            '  -H "x-goog-api-key: $GEMINI_API_KEY" -H "Content-Type: application/json" \\\n'
            """  -d '{"contents": [{"parts": [{"text": "Why is the sky blue?"}]}]}'"""
        )
        print("\nThe answers are small models of this package, not Gemini. Ctrl-C ends it.")
        sys.stdout.flush()
        try:
            server.wait()
        except KeyboardInterrupt:
            print("\nStopped.")
    return 0


def report() -> int:
    """Print what is installed, which key is found and what `connect()` would do."""
    print(f"Python        {platform.python_version()}")
    for name in ("gemini-nb", *_REPORTED):
        print(f"{name:<13} {_version(name) or f'not installed: pip install {name}'}")
    for name in _REDIRECTING:
        if os.environ.get(name):
            print(f"{name} is set; connect() works around it")
    try:
        plan = decide()
    except GeminiNBError as error:
        print(f"connect()     fails: {error}")
        return 1
    source = plan.summary.rpartition(" key from ")[2]
    print(f"API key       {source if plan.secret else 'none found'}")
    print(f"connect()     {plan.summary}")
    if plan.is_live:
        print(f"address       {_shown(live_url())}")
    return _check_server()


def _shown(address: str) -> str:
    """An address without what may be secret in it: a password, a path, a query."""
    if address == GEMINI_URL:
        return f"{address} (Gemini)"
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return f"{BASE_URL_VARIABLE} is no address: it must begin with http:// or https://"
    scheme, host, rest = found.groups()
    return f"{scheme}{redact(host)}{'/...' if rest else ''} (from {BASE_URL_VARIABLE})"


def _check_server() -> int:
    import urllib.request  # noqa: PLC0415 - only this command needs it

    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with EmbeddedServer() as server:
            direct.open(f"{server.base_url}/v1beta/models?key=any", timeout=10).read()
    except (OSError, RuntimeError) as error:
        print(f"offline       the embedded server does not answer: {error}")
        return 1
    print("offline       the embedded server answers")
    return 0


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gemini-nb",
        description="Learn the Gemini API in notebooks, with or without a key.",
        epilog="Start with: gemini-nb lab",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "lab",
        help="open the tutorials in JupyterLab",
        description="Open the tutorials in JupyterLab. In a checkout of gemini_nb they are its "
        f"notebooks/. Anywhere else they are copied to {TUTORIALS}/ beside you first; files that "
        "are already there stay as they are.",
        epilog="Other arguments go to JupyterLab: gemini-nb lab --no-browser --port 9999",
    )
    server = commands.add_parser(
        "serve",
        help="run the embedded server for terminals and other languages",
        description="Run the embedded server on 127.0.0.1 until Ctrl-C. It speaks the Gemini REST "
        "API without a key and without a network. The two export lines it prints make curl, "
        "google-genai and the JavaScript SDK use it.",
    )
    server.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 for a free one (default: %(default)s)"
    )
    commands.add_parser(
        "doctor",
        help="say what is installed and what connect() would do",
        description="Versions, where a key is found (never the key), and what connect() would do.",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
