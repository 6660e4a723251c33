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
import urllib.request
from importlib.metadata import PackageNotFoundError, version
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gemini_nb import catalog
from gemini_nb.client import BASE_URL_VARIABLE, GEMINI_URL, decide, live_url
from gemini_nb.errors import GeminiNBError
from gemini_nb.redaction import PLACEHOLDER, REDACTED, redact

if TYPE_CHECKING:
    from collections.abc import Sequence

_PACKAGE = Path(__file__).parent
_REPORTED = (
    "google-genai",
    "jupyterlab",
    "ipykernel",
    "ipywidgets",
    "anywidget",
    "numpy",
    "pillow",
)
_ADDRESS = re.compile(r"(?is)(https?://)(?:[^/?#]*@)?([^/?#@\s]+)(.*)")
_QUOTED = re.compile("'[^']{16,}'")
_REDIRECTING = ("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE", "HTTPS_PROXY")
_SERVING = """\
export {variable}={address}
export GEMINI_API_KEY={key}

Paste these two lines into another terminal; then, for example:
curl "${variable}/v1beta/models/{model}:generateContent" \\
  -H "x-goog-api-key: $GEMINI_API_KEY" -H "Content-Type: application/json" \\
  -d '{{"contents": [{{"parts": [{{"text": "Why is the sky blue?"}}]}}]}}'

The answers are small models of this package, not Gemini. Ctrl-C ends it."""


class _Parser(argparse.ArgumentParser):
    """What it quotes may be a key, pasted into the wrong place."""

    def error(self, message: str) -> NoReturn:
        super().error(_QUOTED.sub(REDACTED, redact(message)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 for success, 1 for a problem it explains.

    Args:
        arguments: without the program's name; by default those of this process.
    """
    parser = _Parser(
        prog="gemini-nb",
        description="Learn the Gemini API in notebooks, with or without a key.",
        epilog="Start with: gemini-nb lab",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in (("lab", lab), ("serve", serve), ("doctor", doctor)):
        told = cleandoc(command.__doc__ or "")
        commands.add_parser(name, help=told.partition(".")[0], description=told)
    commands.choices["serve"].add_argument(
        "--port", type=int, default=8765, help="0 for a free one (default: %(default)s)"
    )
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unknown arguments: {', '.join(map(repr, rest))}")
    try:
        if options.command == "lab":
            return lab(rest)
        return serve(options.port) if options.command == "serve" else doctor()
    except (GeminiNBError, OSError) as error:
        print(f"gemini-nb: {redact(str(error))}", file=sys.stderr)
        return 1


def lab(jupyter_arguments: Sequence[str]) -> int:
    """Open the tutorials in JupyterLab.

    In a checkout of gemini_nb they are its notebooks/. Anywhere else they are copied to
    gemini_nb_tutorials/ beside you first; files that are already there stay as they are. Other
    arguments go to JupyterLab: gemini-nb lab --no-browser --port 9999
    """
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
    target = here / "gemini_nb_tutorials"
    for original in sorted(source.rglob("*")):
        copy = target / original.relative_to(source)
        if original.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
    return target


def serve(port: int) -> int:
    """Run the embedded server for terminals and other languages, until Ctrl-C.

    It listens on 127.0.0.1 and speaks the Gemini REST API without a key and without a network. The
    two export lines it prints make curl, google-genai and the JavaScript SDK use it.
    """
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    try:
        server = EmbeddedServer(port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"cannot listen on port {port}: {reason.removeprefix('bind(): ').rstrip('.')}"
        raise OSError(f"{problem}. Try --port 0 for a free one.") from None
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(ending, signal.default_int_handler)
    told = {"address": server.base_url, "key": PLACEHOLDER, "model": catalog.default("text").id}
    with server:
        print(_SERVING.format(variable=BASE_URL_VARIABLE, **told), flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            print("\nStopped.")
    return 0


def doctor() -> int:
    """Say what is installed and what connect() would do.

    Versions, where a key is found (never the key), and whether the embedded server answers.
    """
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    print(f"Python        {platform.python_version()}")
    for name in ("gemini-nb", *_REPORTED):
        print(f"{name:<13} {_version(name) or f'not installed: pip install {name}'}")
    for name in filter(os.environ.get, _REDIRECTING):
        print(f"{name} is set; connect() works around it")
    try:
        plan = decide()
    except GeminiNBError as error:
        print(f"connect()     fails: {error}")
        return 1
    print(
        f"API key       {plan.why.removeprefix('the key from ') if plan.secret else 'none found'}"
    )
    print(f"connect()     {plan.summary}")
    if plan.is_live:
        print(f"address       {_shown(live_url())}")
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with EmbeddedServer() as server:
            direct.open(f"{server.base_url}/v1beta/models?key=any", timeout=10).read()
    except (OSError, RuntimeError) as error:
        print(f"offline       the embedded server does not answer: {error}")
        return 1
    print("offline       the embedded server answers")
    return 0


def _shown(address: str) -> str:
    """An address without what may be secret in it: a password, a path, a query."""
    if address == GEMINI_URL:
        return f"{address} (Gemini)"
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return f"{BASE_URL_VARIABLE} is no address: it must begin with http:// or https://"
    scheme, host, rest = found.groups()
    return f"{scheme}{redact(host)}{'/...' if rest else ''} (from {BASE_URL_VARIABLE})"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
