"""`as_python`: a call of the SDK's as a program to paste."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

from gemini_nb.redaction import redact
from gemini_nb.requests import code_block
from gemini_nb.requests.code_layout import Expression, call, laid_out
from gemini_nb.requests.python_literals import LiteralWriter
from gemini_nb.requests.sdk_calls import Conversation, SDKCall, read_call
from gemini_nb.requests.sent_request import kept_request

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class PythonCode:
    """A program that makes a call; shows itself, and `str` of it is the program. No key is in it.

    Its client reads the key, and the place to send to, from the environment, which `connect` sets,
    and speaks the version of the API that the call's own client speaks. Asynchronous calls use
    `await` as a notebook cell does.
    """

    source: str
    files: tuple[tuple[str, bytes], ...] = ()
    """Names and contents of files that the program reads, and that are nowhere yet."""

    def save_files(self, folder: str | Path = ".") -> tuple[Path, ...]:
        """Write the files that the program reads; what comes back is where they are.

        Args:
            folder: where the program will run.
        """
        paths = tuple(Path(folder) / name for name, _ in self.files)
        for path, (_, data) in zip(paths, self.files, strict=True):
            path.write_bytes(data)
        return paths

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return self.source

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return code_block.mime_bundle(self.source, "python")


def as_python(
    method: Callable[P, object], /, *arguments: P.args, **options: P.kwargs
) -> PythonCode:
    """The program that makes a call of the SDK, with the values of its arguments written out.

    Nothing is sent now. Values of the SDK's types are written with the fields that were given;
    functions and classes of the notebook's own come with their source. Bytes and pictures without
    a file are read from files that `PythonCode.save_files` writes.

    Args:
        method: of a client or a chat, without parentheses, as for `as_curl`.
        arguments: as the method takes them.
        options: as the method takes them.

    Raises:
        InvalidOptionError: not a method of the SDK's that sends a request; a client for Vertex AI;
            an argument that can't be written as code.
        Exception: whatever the SDK raises for these arguments.

    Example:
        >>> from google import genai
        >>> client = genai.Client(api_key="any-key", http_options={"api_version": "v1beta"})
        >>> as_python(client.models.count_tokens, model="gemini-3.8-flash", contents="It's late.")
        from google import genai
        <BLANKLINE>
        client = genai.Client(http_options={"api_version": "v1beta"})
        response = client.models.count_tokens(model="gemini-3.8-flash", contents="It's late.")
    """
    told = read_call(method, arguments, options)
    # The SDK refuses here what it would refuse when the program runs.
    is_stream = kept_request(told).is_stream
    writer = LiteralWriter()
    # Named whatever it is: the SDK's default changes with its version, and some models are only in
    # one version of the API.
    speaking = writer.write({"api_version": told.settings.api_version})
    lines = [f"client = {laid_out(call('genai.Client', http_options=speaking))}"]
    if told.conversation is not None:
        opening = _opening(writer, told, told.conversation)
        lines.append(f"chat = {laid_out(opening, len('chat = '))}")
    lines.append(_statement(writer, told, is_stream=is_stream))
    source = "\n".join([*_beginning(writer), *lines])
    return PythonCode(source, tuple(writer.files.items()))


def _opening(writer: LiteralWriter, told: SDKCall, said: Conversation) -> Expression:
    options: dict[str, Expression] = {"model": writer.write(said.model)}
    config = writer.write(said.config)
    if said.config and config != call("types.GenerateContentConfig"):
        options["config"] = config
    if said.history:
        options["history"] = writer.write(list(said.history))
    return call(f"{_face(told)}.chats.create", **options)


def _face(told: SDKCall) -> str:
    return "client.aio" if told.is_async else "client"


def _statement(writer: LiteralWriter, told: SDKCall, *, is_stream: bool) -> str:
    owner = "chat" if told.conversation is not None else f"{_face(told)}.{told.resource}"
    arguments = [writer.write(argument) for argument in told.arguments]
    options = {name: writer.write(value) for name, value in told.options.items()}
    made = call(f"{owner}.{told.method}", *arguments, **options)
    waiting = "await " if told.is_async else ""
    if not is_stream and told.method != "list":
        return f"response = {waiting}{laid_out(made, len(f'response = {waiting}'))}"
    item, shown = _item(told)
    # An asynchronous chat's stream is awaited as well: all of the SDK's are.
    loop = ("async " if told.is_async else "") + f"for {item} in {waiting}"
    return f"{loop}{laid_out(made, len(loop) + 1)}:\n    {shown}"


def _item(told: SDKCall) -> tuple[str, str]:
    """What to call an element of what comes back, and how to show it."""
    if told.method == "list":
        return "item", "print(item)"
    if told.settings.is_camel_case:
        return "chunk", 'print(chunk.text or "", end="", flush=True)'
    return "event", "print(event)"


def _beginning(writer: LiteralWriter) -> list[str]:
    """Imports, definitions and remarks."""
    found = writer.definitions
    imports = {"from google import genai", *found.imports}
    standard = {line for line in imports if re.split(r"[ .]", line)[1] in sys.stdlib_module_names}
    lines = [*sorted(standard), *([""] if standard else []), *sorted(imports - standard), ""]
    for source in found.sources.values():
        lines += [redact(source), ""]
    for name in found.missing:
        lines.append(f"# Define {name} here: it is yours, and its source is not known.")
    for name, data in writer.files.items():
        lines.append(f"# {name} ({len(data):,} bytes) is what was passed: .save_files() writes it.")
    return lines
