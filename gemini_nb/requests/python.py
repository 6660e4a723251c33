"""`as_python`: a call of the SDK's as a program to paste."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from dataclasses import dataclass, field, replace
from enum import Enum
from io import BytesIO
from os import PathLike, fspath
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from PIL import Image
from pydantic import BaseModel
from rich.pretty import Node

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import redact
from gemini_nb.requests.call_code import CallCode, add_file, group, json_code, laid_out, scalar
from gemini_nb.requests.calls import read_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.requests.curl import P

_LONGEST_BYTES = 60  # longer ones are read from a file
_SDK_TYPES = "google.genai.types"
_SDK_HEADERS = ("user-agent", "x-goog-api-client")


def as_python(method: Callable[P, object], /, *arguments: P.args, **options: P.kwargs) -> CallCode:
    """The program that makes a call of the SDK, with the values of its arguments written out.

    Nothing is sent now. Values of the SDK's types are written with the fields that were given;
    functions and classes of the notebook's own come with their source. Bytes and pictures without
    a file are read from files that `CallCode.save_files` writes. Arguments and errors are those of
    `as_curl`, and InvalidOptionError for an argument that can't be written as code.

    Example:
        >>> from google import genai
        >>> client = genai.Client(api_key="any-key", http_options={"api_version": "v1beta"})
        >>> as_python(client.models.count_tokens, model="gemini-3.8-flash", contents="Tides")
        from google import genai
        <BLANKLINE>
        client = genai.Client(http_options={"api_version": "v1beta"})
        response = client.models.count_tokens(model="gemini-3.8-flash", contents="Tides")
    """
    told = read_call(method, arguments, options)
    writer = _Writer()

    def line(start: str, name: str, /, *parts: Any, **named: Any) -> str:  # noqa: ANN401
        made = replace(writer.call(name, *parts, **named), key_repr=start, key_separator=" ")
        return laid_out(made, indent=4)

    # Which version of the API is the default changes, and some models are in one of them only.
    lines = [line("client =", "genai.Client", http_options={"api_version": told.api_version})]
    face, waiting = ("client.aio", " await") if told.is_async else ("client", "")
    name = f"{face}.{told.name}"
    if told.chat:
        chat = {n: v for n, v in told.chat.items() if v and (n != "config" or _given(v))}
        lines.append(line("chat =", f"{face}.chats.create", **chat))
        name = told.name
    if told.item:
        # An asynchronous chat's stream is awaited as well: all of the SDK's are.
        start = f"{'async ' if told.is_async else ''}for {told.item} in{waiting}"
        text = 'chunk.text or "", end="", flush=True' if told.item == "chunk" else told.item
        lines.append(f"{line(start, name, *arguments, **options)}:\n    print({text})")
    else:
        lines.append(line(f"response ={waiting}", name, *arguments, **options))
    above = (text for source in writer.sources.values() for text in (source, ""))
    source = "\n".join([*sorted(writer.imports), "", *above, *lines])
    return CallCode(source, "python", told.body, tuple(writer.files.items()))


@dataclass(slots=True)
class _Writer:
    """Writes values, and notes what must stand above the code or beside it in files."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    imports: set[str] = field(default_factory=lambda: {"from google import genai"})
    sources: dict[str, str] = field(default_factory=dict[str, str])
    """By name, in the order of need."""

    def call(self, name: str, /, *parts: Any, **named: Any) -> Node:  # noqa: ANN401 - any value
        """The code for a call of `name` with these values."""
        given = [("", part) for part in parts] + [(f"{own}=", named[own]) for own in named]
        code = ((before, json_code(value, self.value, _text)) for before, value in given)
        return group(f"{name}(", code, ")")

    def value(self, value: Any) -> str | Node:  # noqa: ANN401, PLR0911 - a case for each kind
        """The code for a value that is no list and no dictionary."""
        match value:
            case Enum():
                # The SDK makes members for names that it doesn't know.
                is_known = value.name in type(value).__members__
                return f"{self.name(type(value))}.{value.name}" if is_known else _text(value.value)
            case str():
                return _text(value)
            case bool() | int() | float() | None:
                return repr(value)
            case bytes():
                return self.read(value)
            case BaseModel():
                return self.model(value)
            case Image.Image():
                self.imports.add("from PIL import Image")
                if name := getattr(value, "filename", ""):
                    return self.call("Image.open", str(name))
                saved = BytesIO()
                value.save(saved, "PNG")
                kept = add_file(self.files, saved.getvalue(), "image/png")
                return self.call("Image.open", kept)
            case PathLike():
                return _text(fspath(cast("PathLike[str]", value)))
            case BytesIO():  # what takes a stream takes a path
                return _text(add_file(self.files, value.getvalue()[value.tell() :]))
            case _:
                return self.name(value)

    def read(self, data: bytes, mime_type: str = "") -> Node:
        """The code for bytes: the longer ones are read from a file."""
        if len(data) <= _LONGEST_BYTES:
            return Node(value_repr=redact(repr(data)))
        self.imports.add("from pathlib import Path")
        name = add_file(self.files, data, mime_type)
        return Node(value_repr=f'Path("{name}").read_bytes()')

    def model(self, value: BaseModel) -> Node:
        """The code for an object of the SDK's, with the fields that were given."""
        if type(value).__module__ != _SDK_TYPES:
            # Those of interactions have no public names; the SDK takes their JSON as well.
            given = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
            return json_code(given, self.value, _text)
        name, given = self.name(type(value)), _given(value)
        blob = _given(given["inline_data"]) if set(given) == {"inline_data"} else {}
        if set(blob) == {"data", "mime_type"}:
            name, given = "types.Part.from_bytes", blob
        if isinstance(given.get("data"), bytes):
            given["data"] = self.read(given["data"], given.get("mime_type") or "")
        return self.call(name, **given)

    def name(self, value: Any) -> str:  # noqa: ANN401 - classes and what is made of them
        """The name of a class, a function or a type such as `list[Recipe]`."""
        if value is type(None):
            return "None"
        if getattr(value, "__origin__", None) is not None:
            inside = ", ".join(str(self.value(member)) for member in value.__args__)
            return f"{self.name(value.__origin__)}[{inside}]"
        name: str = getattr(value, "__name__", "")
        if isinstance(value, MethodType) or not name.isidentifier():
            raise InvalidOptionError(
                f"A {type(value).__name__} can't be written as code; what can is JSON, the SDK's "
                "types, pictures, bytes, paths, or a function or class with a name."
            )
        return self.define(name, value)

    def define(self, name: str, value: Any) -> str:  # noqa: ANN401 - any global of a notebook's
        """What to call `value`: what can be imported is; else its source comes along."""
        own, home = getattr(value, "__name__", name), _home(value)
        renamed = "" if own == name else f" as {name}"
        if home == _SDK_TYPES:
            self.imports.add("from google.genai import types")
            return f"types.{own}"
        if isinstance(value, ModuleType):
            self.imports.add(f"import {own}{renamed}")
        elif home and home != "builtins":
            self.imports.add(f"from {home} import {own}{renamed}")
        elif not home and name not in self.sources:
            self.sources[name] = ""  # it may speak of itself
            source = self.source(name, value)
            del self.sources[name]  # its place is below what it needs
            self.sources[name] = redact(source)
        return name

    def source(self, name: str, value: Any) -> str:  # noqa: ANN401 - as above
        """The source of a definition, when what it needs is defined."""
        if isinstance(value, bool | int | float | str):
            return f"{name} = {value!r}"
        try:
            source = textwrap.dedent(inspect.getsource(value)).strip()
        except (OSError, TypeError):
            return f"# Define {name} here: it is yours, and its source is not known."
        known = vars(sys.modules[value.__module__])
        if isinstance(value, FunctionType):
            known = {**value.__globals__, **inspect.getclosurevars(value).nonlocals}
        nodes = [*ast.walk(ast.parse(source))]
        parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
        used = {node.id for node in nodes if isinstance(node, ast.Name)} - parameters
        for needed in sorted(used & known.keys()):
            self.define(needed, known[needed])
        return source


def _home(value: object) -> str:
    """The module to import something from; "" for the notebook's own."""
    module, name = getattr(value, "__module__", None) or "", getattr(value, "__name__", "")
    for home in (module.partition(".")[0], module):
        if home != "__main__" and getattr(sys.modules.get(home), name, None) is value:
            return home
    return ""


def _given(value: Any) -> dict[str, Any]:  # noqa: ANN401 - an object of the SDK's, or a dictionary
    """The fields of an SDK object that are not as they are without being given."""
    if not isinstance(value, BaseModel):
        return value
    given: dict[str, Any] = {}
    for name, known in type(value).model_fields.items():
        item: Any = getattr(value, name)
        if name == "headers" and item:
            item = {own: item[own] for own in item if own.lower() not in _SDK_HEADERS} or None
        is_empty = name == "http_options" and item and not _given(item)
        default = known.get_default(call_default_factory=True, validated_data={})
        if item is not None and item != default and not is_empty:
            given[name] = item
    return given


def _text(value: str) -> str:
    return scalar(redact(value))  # JSON's way to write a string is Python's as well
