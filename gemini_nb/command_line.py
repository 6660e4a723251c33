"""`gemini-nb`: open the tutorials, serve, record a notebook, say what is installed."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gemini_nb import catalog
from gemini_nb.client import BASE_URL_VARIABLE, MODE_VARIABLE, RECORDING_VARIABLE, decide, live_url
from gemini_nb.errors import GeminiNBError, InvalidOptionError, MissingKeyError, RecordingError
from gemini_nb.redaction import PLACEHOLDER, REDACTED, Secret, redact
from gemini_nb.samples import tutorials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.types import ASGIApp

_LISTED = ("google-genai", "jupyterlab", "ipykernel", "ipywidgets", "anywidget", "numpy", "pillow")
_QUOTED = re.compile("'[^']{16,}'")
_REDIRECTING = ("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE", "HTTPS_PROXY")
_SERVING = """\
export {variable}={address}
export GEMINI_API_KEY={key}

Paste these two lines into another terminal; then, for example:
curl "${variable}/v1beta/models/{model}:generateContent" \\
  -H "x-goog-api-key: $GEMINI_API_KEY" -H "Content-Type: application/json" \\
  -d '{{"contents": [{{"parts": [{{"text": "Why is the sky blue?"}}]}}]}}'

{answers}
Ctrl-C ends it."""
_LOOPBACK = ("127.0.0.1", "localhost")


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
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (lab, serve, record, doctor):
        told = getdoc(command) or ""
        added = commands.add_parser(command.__name__, help=told.partition(".")[0], description=told)
        added.set_defaults(run=command)
    _add_options(commands.choices)
    options, options.rest = parser.parse_known_args(arguments)
    if options.rest and options.run is not lab:
        parser.error(f"unknown arguments: {', '.join(map(repr, options.rest))}")
    try:
        return options.run(options)
    except MissingKeyError:
        problem = "asking Gemini needs a key: set GEMINI_API_KEY to yours."
    except (GeminiNBError, OSError) as error:
        problem = redact(str(error))
    print(f"gemini-nb: {problem}", file=sys.stderr)
    return 1


def _add_options(parsers: Mapping[str, argparse.ArgumentParser]) -> None:
    parsers["lab"].add_argument(
        "--replay", action="store_true", help="answer from the recordings beside the notebooks"
    )
    parsers["record"].add_argument("notebook", type=Path, metavar="NOTEBOOK.ipynb")
    parsers["record"].add_argument(
        "--recording", type=Path, metavar="FILE", help="default: beside it, NOTEBOOK.gnb"
    )
    add = parsers["serve"].add_argument
    add("--port", type=int, default=8765, help="0 for a free one (default: %(default)s)")
    add("--host", default=_LOOPBACK[0], help="0.0.0.0 for a room, with --class")
    add("--class", dest="room", action="store_true", help="serve a room; a code is the key")
    add("--record", type=Path, metavar="FILE", help="ask Gemini, with your key, and keep that")
    add("--replay", type=Path, nargs="+", metavar="FILE", help="answer from these recordings")
    add("--unmatched", choices=("refuse", "offline"), default="refuse", help="what isn't in them")
    add("--pace", action="store_true", help="replay streams as slowly as they came")


def lab(options: argparse.Namespace) -> int:
    """Open the tutorials in JupyterLab.

    In a checkout of gemini_nb they are its notebooks/. Anywhere else they are copied to
    gemini_nb_tutorials/ beside you first; files that are already there stay as they are. With
    --replay their connect() answers from the recordings beside them. Other arguments go to
    JupyterLab: gemini-nb lab --no-browser --port 9999
    """
    if _version("jupyterlab") is None:
        print("JupyterLab is missing: pip install 'gemini-nb[lab]'", file=sys.stderr)
        return 1
    folder = tutorials_folder(Path.cwd())
    if options.replay:
        os.environ |= {MODE_VARIABLE: "replay", RECORDING_VARIABLE: str(folder)}
        known = sorted(each.stem for each in folder.glob("*.gnb"))
        print(f"With a recording: {', '.join(known) or 'none yet, gemini-nb record makes one'}")
    print(f"Opening the tutorials in {folder.name}/ (Ctrl-C twice ends JupyterLab)", flush=True)
    command = [sys.executable, "-m", "jupyterlab", str(folder), *options.rest]
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
    source, target = tutorials(), here / "gemini_nb_tutorials"
    for original in sorted(source.rglob("*")):
        copy = target / original.relative_to(source)
        if original.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
    return target


def serve(options: argparse.Namespace) -> int:
    """Run the embedded server for terminals and other languages, until Ctrl-C.

    It listens on 127.0.0.1 and speaks the Gemini REST API without a key and without a network. The
    two export lines it prints make curl, google-genai and the JavaScript SDK use it. With --record
    it asks Gemini and writes down the answers, with --replay it gives those again. With --class it
    serves a room: a code that it prints takes the place of the key.
    """
    from gemini_nb.classroom import create_classroom, new_code  # noqa: PLC0415 - loads the models
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - as above

    _refuse_contradictions(options)
    make_app, answers = _answering(options)
    key = new_code() if options.room else PLACEHOLDER
    room = create_classroom(make_app, code=key) if options.room else None
    try:
        server = EmbeddedServer(options.port, room or make_app(), host=options.host)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        is_free = options.port == 0 or isinstance(error, socket.gaierror)
        remedy = "--host 0.0.0.0 for a room" if is_free else "--port 0 for a free one"
        raise OSError(
            f"cannot listen on {options.host}, port {options.port}: {reason}. Try {remedy}."
        ) from None
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs deaf to Ctrl-C
        signal.signal(ending, signal.default_int_handler)
    address = server.base_url
    if options.host not in _LOOPBACK:
        address = address.replace(_LOOPBACK[0], _own_address())
    if room:
        answers += f" A name may follow: {key}-anna.\nWho asks: {address}{room.page_path}"
    told = {"address": address, "key": key, "model": catalog.default("text").id}
    with server:
        print(_SERVING.format(variable=BASE_URL_VARIABLE, answers=answers, **told), flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            print("\nStopped.")
    return 0


def _refuse_contradictions(options: argparse.Namespace) -> None:
    """Refuse options of `serve` that contradict each other."""
    if options.host not in _LOOPBACK and not options.room:
        remedy = "lets others in: add --class, which asks for a code."
        raise InvalidOptionError(f"--host {options.host} {remedy}")
    if options.record and options.room:
        raise InvalidOptionError("With --class nothing leaves the room: record first, then replay")
    if options.record and options.replay:
        raise InvalidOptionError("--record asks Gemini, --replay does not: choose one.")
    if not options.replay and (options.pace or options.unmatched != "refuse"):
        raise InvalidOptionError("--pace and --unmatched are about a recording: add --replay FILE.")


def _answering(options: argparse.Namespace) -> tuple[Callable[[], ASGIApp], str]:
    """What makes the application that `options` ask for, and who answers, in a sentence."""
    from gemini_nb import classroom  # noqa: PLC0415 - loads the models
    from gemini_nb.offline import files, server  # noqa: PLC0415 - as above
    from gemini_nb.recordings import player, recorder, recording  # noqa: PLC0415 - as above

    if options.record:
        plan = decide("live")
        told = f"It asks {plan.address} with {plan.why}, and records into {options.record.name}."
        ask = {"upstream": live_url(), "key": plan.secret or Secret()}
        return partial(recorder.create_recorder, options.record, **ask), told
    most = (classroom if options.room else files).MOST_STORED_BYTES
    if not options.replay:
        told = "The answers are small models of this package, not Gemini."
        return partial(server.create_app, most_stored_bytes=most), told
    played = recording.read(*options.replay)
    for fault in played.faults:
        print(fault)
    rest = {"refuse": "refused", "offline": "answered by small models, not by Gemini"}
    told = f"{played.summary} are replayed from {played.name}; what is not in it is"
    how = {"unmatched": options.unmatched, "pace": options.pace, "most_stored_bytes": most}
    return partial(player.create_player, played, **how), f"{told} {rest[options.unmatched]}."


def _own_address() -> str:
    """This machine's address in the room, where it is in a network at all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("192.0.2.1", 9))  # an address for documentation; nothing is sent
        return asking.getsockname()[0]
    return _LOOPBACK[0]


def record(options: argparse.Namespace) -> int:
    """Run a notebook once with your key, and write what Gemini answers beside it.

    02_robotics.ipynb gives 02_robotics.gnb. It holds no key, and the notebook is not changed. A
    former recording is replaced only when all cells have run.
    """
    if _version("nbclient") is None:
        print("nbclient is missing: pip install 'gemini-nb[lab]'", file=sys.stderr)
        return 1
    from gemini_nb.notebook_recording import record_notebook, unfinished  # noqa: PLC0415 - as above
    from gemini_nb.recordings.recording import read  # noqa: PLC0415 - as above

    notebook = options.notebook
    if not notebook.is_file():
        raise RecordingError(f"{notebook.name} is not there: give the path of an .ipynb file.")
    recording = options.recording or notebook.with_suffix(".gnb")
    plan = decide("live")
    print(f"Running {notebook.name}: it asks {plan.address} with {plan.why}", flush=True)
    try:
        problem = record_notebook(notebook, recording)
    except KeyboardInterrupt:
        problem = "Stopped"
        # It would tell at length of nbclient's task, which nobody awaits any more.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    kept = unfinished(recording) if problem else recording
    told = f"{read(kept).summary}, in {kept.name}" if kept.exists() else "nothing was recorded"
    print(f"{problem}; {told}" if problem else told, file=sys.stderr if problem else sys.stdout)
    return int(bool(problem))


def doctor(_: argparse.Namespace) -> int:
    """Say what is installed and what connect() would do.

    Versions, where a key is found (never the key), and whether the embedded server answers.
    """
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models
    from gemini_nb.recordings.recording import read  # noqa: PLC0415 - as above

    print(f"Python        {platform.python_version()}")
    for name in ("gemini-nb", *_LISTED):
        remedy = "" if name == "gemini-nb" else f": pip install {name}"
        print(f"{name:<13} {_version(name) or f'not installed{remedy}'}")
    for name in filter(os.environ.get, _REDIRECTING):
        print(f"{name} is set; connect() works around it")
    try:
        plan = decide()
        if plan.recording and not plan.is_live:
            read(plan.recording)
    except GeminiNBError as error:
        print(f"connect()     fails: {error}")
        return 1
    source = plan.why.removeprefix("the key from ") if plan.secret else "none found"
    print(f"API key       {source}")
    print(f"connect()     {plan.summary}")
    if plan.is_live:
        print(f"address       {plan.address}")
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


if __name__ == "__main__":
    sys.exit(main())
