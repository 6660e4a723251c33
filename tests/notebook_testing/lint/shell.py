"""The rule about shell commands: what they fetch comes from the address that `connect()` set."""

import re
import shlex
from collections.abc import Iterator

from notebook_testing.lint.tutorial import Tutorial

SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script|!)")
SHELL_LINE = re.compile(r"^\s*(?:\w+\s*=\s*)?!+((?:.*\\\n)*.*)$", re.MULTILINE)
FETCHERS = frozenset({"curl", "wget"})
ADDRESS = re.compile(r"\$GOOGLE_GEMINI_BASE_URL\b|\$\{GOOGLE_GEMINI_BASE_URL\}")
# An address that an earlier reply gave, as a resumable upload's.
VARIABLE = re.compile(r"\$\{?([a-z_]\w*)")
OTHER_HOST = re.compile(r"(?:\w+://)|[\w-]+(?:\.[\w-]+)+(?::\d+)?/")


def requests_stay_here(tutorial: Tutorial) -> list[str]:
    """Return the `curl` commands that name a host, or none that we know to be right."""
    complaints = []
    for place, cell in tutorial.cells("code"):
        for script in _scripts(cell.source):
            try:
                fetches = list(_fetches(script))
            except ValueError as error:
                complaints.append(f"{place}: cannot read the shell command ({error})")
                continue
            complaints += [
                f'{place}: {fault}; fetch from "$GOOGLE_GEMINI_BASE_URL/..." only'
                for arguments in fetches
                for fault in _faults(arguments, script)
            ]
    return complaints


def _scripts(source: str) -> list[str]:
    if SHELL_CELL.match(source):
        return [source.partition("\n")[2]]
    return SHELL_LINE.findall(source)


def _fetches(script: str) -> Iterator[list[str]]:
    """The arguments of each command that fetches, those inside `$(...)` too."""
    for command in _commands(script):
        for inner in (word.partition("$(")[2] for word in command):
            yield from _fetches(inner)
        fetchers = [position for position, word in enumerate(command) if word in FETCHERS]
        if fetchers:
            yield command[fetchers[0] + 1 :]


def _commands(script: str) -> Iterator[list[str]]:
    # A line break ends a command, unless it is escaped or quoted.
    words = shlex.shlex(script.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
    words.whitespace = " \t\r"
    words.whitespace_split = True
    command: list[str] = []
    for word in words:
        if set(word) <= set("();|&\n"):
            yield command
            command = []
        else:
            command.append(word)
    yield command


def _faults(arguments: list[str], script: str) -> list[str]:
    named = [word for word in arguments if OTHER_HOST.match(word)]
    if named:
        return [f"the request goes to {word!r}" for word in named]
    assigned = [
        found[1]
        for word in arguments
        if (found := VARIABLE.match(word)) and re.search(rf"\b{found[1]}=", script)
    ]
    if assigned or any(ADDRESS.match(word) for word in arguments):
        return []
    return ["the request does not name its address"]
