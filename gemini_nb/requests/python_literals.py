"""The arguments of a call as Python code that makes the same values again."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from io import BufferedReader, BytesIO
from mimetypes import guess_extension
from os import PathLike, fspath
from types import FunctionType, GenericAlias, MethodType, UnionType
from typing import TYPE_CHECKING, Any, cast

from PIL import Image
from pydantic import BaseModel

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import redact
from gemini_nb.requests.code_layout import Expression, Group, Named, call
from gemini_nb.requests.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONGEST_BYTES = 60  # longer ones are read from a file
_SDK_TYPES = "google.genai.types"
_SDK_HEADERS = ("user-agent", "x-goog-api-client")
_UNWRITTEN = frozenset(("sdk_http_response", "model_config"))


@dataclass(slots=True)
class LiteralWriter:
    """Writes values, and notes what must stand above the code or beside it in files."""

    definitions: Definitions = field(default_factory=Definitions)
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """What the code reads, by the name that it reads it from."""

    def write(self, value: object) -> Expression:
        """The code for a value.

        Raises:
            InvalidOptionError: nothing can be written that would make such a value again.
        """
        if isinstance(value, bool | int | float | str | None) and not isinstance(value, Enum):
            return _scalar(value)
        for kinds, method in self._methods():
            if isinstance(value, kinds):
                return method(value)
        if callable(value) or getattr(value, "__origin__", None) is not None:
            return self._annotation(value)
        raise InvalidOptionError(
            f"A {type(value).__name__} can't be written as code; as_python() takes what JSON can "
            "hold, the SDK's own types, pictures, bytes, paths, functions and classes."
        )

    def _methods(self) -> Iterable[tuple[Any, Callable[[Any], Expression]]]:
        return (
            (Enum, self._enum),
            (bytes | bytearray, self._bytes),
            (Image.Image, self._picture),
            (BaseModel, self._model),
            (Mapping, self._mapping),
            ((list, tuple, set, frozenset), self._collection),
            (type | FunctionType | GenericAlias | UnionType, self._annotation),
            (PathLike, self._path),
            (BytesIO | BufferedReader, self._stream),
            (dt.datetime | dt.timedelta | dt.date, self._time),
        )

    def _enum(self, value: Enum) -> Expression:
        kind = type(value)
        if value.name not in kind.__members__:  # the SDK makes members for names it doesn't know
            return _scalar(value.value)
        return f"{self._class_name(kind)}.{value.name}"

    def _class_name(self, kind: type) -> str:
        if kind.__module__ == _SDK_TYPES:
            self.definitions.imports.add("from google.genai import types")
            return f"types.{kind.__name__}"
        return self.definitions.add(kind.__name__, kind)

    def _bytes(self, value: bytes | bytearray, mime_type: str | None = None) -> Expression:
        data = bytes(value)
        if len(data) <= _LONGEST_BYTES:
            return redact(repr(data))
        suffix = guess_extension(mime_type or "", strict=False) or ".bin"
        return self._read(self._file(data, suffix))

    def _read(self, name: str) -> str:
        self.definitions.imports.add("from pathlib import Path")
        return f"Path({_text(name)}).read_bytes()"

    def _file(self, data: bytes, suffix: str) -> str:
        for name, known in self.files.items():
            if known == data:
                return name
        name = f"file_{len(self.files) + 1}{suffix}"
        self.files[name] = data
        return name

    def _picture(self, value: Image.Image) -> Expression:
        self.definitions.imports.add("from PIL import Image")
        name = str(getattr(value, "filename", "") or "")
        if not name:
            saved = BytesIO()
            value.save(saved, "PNG")
            name = self._file(saved.getvalue(), ".png")
        return call("Image.open", _text(name))

    def _model(self, value: BaseModel) -> Expression:
        kind = type(value)
        if kind.__module__ != _SDK_TYPES:
            # Those of interactions have no public names; the SDK takes their JSON as well.
            return self.write(value.model_dump(mode="json", by_alias=True, exclude_unset=True))
        given = _given(value)
        name = self._class_name(kind)
        if name == "types.Part" and (blob := _only_blob(given)):
            data = self._bytes(blob["data"], blob["mime_type"])
            return call("types.Part.from_bytes", data=data, mime_type=_text(blob["mime_type"]))
        if name == "types.Blob" and isinstance(given.get("data"), bytes):
            data = self._bytes(given.pop("data"), given.get("mime_type"))
            return call(name, data=data, **{n: self.write(v) for n, v in given.items()})
        return call(name, **{field_name: self.write(item) for field_name, item in given.items()})

    def _mapping(self, value: Mapping[object, object]) -> Expression:
        entries: list[Expression] = []
        for name, item in value.items():
            key = self.write(name)
            if not isinstance(key, str):
                raise InvalidOptionError(f"A key can't be written as code: {redact(repr(name))}.")
            entries.append(Named(f"{key}: ", self.write(item)))
        return Group("{", tuple(entries), "}")

    def _collection(self, value: Iterable[object]) -> Expression:
        parts = tuple(self.write(item) for item in value)
        if isinstance(value, list):
            return Group("[", parts, "]")
        if isinstance(value, tuple):
            return Group("(", parts, ")")
        inside = Group("[", tuple(sorted(parts, key=repr)), "]")
        return call(type(value).__name__, inside)

    def _annotation(self, value: Any) -> Expression:  # noqa: ANN401 - classes and what is made of them
        """A class, function or type such as `list[Recipe]`, by its name."""
        if value is type(None):
            return "None"
        if isinstance(value, UnionType):
            return " | ".join(str(self._annotation(member)) for member in value.__args__)
        if getattr(value, "__origin__", None) is not None:
            origin = self._annotation(value.__origin__)
            members = cast("tuple[object, ...]", value.__args__)
            return f"{origin}[{', '.join(str(self._annotation(member)) for member in members)}]"
        if isinstance(value, type) and value.__module__ == "builtins":
            return value.__name__
        if isinstance(value, type) and value.__module__ == _SDK_TYPES:
            return self._class_name(value)
        name = getattr(value, "__name__", None) or type(value).__name__
        if isinstance(value, MethodType) or not name.isidentifier():
            raise InvalidOptionError(
                f"{name} can't be written as code: define a function or class with a name."
            )
        return self.definitions.add(name, value)

    def _path(self, value: PathLike[str]) -> Expression:
        self.definitions.imports.add("from pathlib import Path")
        return call("Path", _text(fspath(value)))

    def _stream(self, value: BytesIO | BufferedReader) -> Expression:
        if isinstance(value, BytesIO):
            self.definitions.imports.add("import io")
            return call("io.BytesIO", self._bytes(value.getvalue()))
        return call("open", _text(str(value.name)), '"rb"')

    def _time(self, value: object) -> Expression:
        self.definitions.imports.add("import datetime")
        return repr(value)


def _given(value: BaseModel) -> dict[str, Any]:
    """The fields of an SDK object that are not as they are without being given."""
    given: dict[str, Any] = {}
    for name, known in type(value).model_fields.items():
        item: Any = getattr(value, name)
        if name == "http_options" and item is not None:
            item = _own_options(item)
        default = known.get_default(call_default_factory=True, validated_data={})
        if name not in _UNWRITTEN and item is not None and item != default:
            given[name] = item
    return given


def _own_options(options: Any) -> Any:  # noqa: ANN401 - types.HttpOptions, or its dictionary
    """HTTP options without the headers that the SDK writes into them; None if none are left."""
    if not isinstance(options, BaseModel):
        return options
    headers: dict[str, str] = getattr(options, "headers", None) or {}
    own = {name: value for name, value in headers.items() if name.lower() not in _SDK_HEADERS}
    left = options.model_copy(update={"headers": own or None})
    return left if _given(left) else None


def _only_blob(given: dict[str, Any]) -> dict[str, Any] | None:
    """The fields of the bytes that a part consists of, if it is nothing else."""
    blob = _given(given["inline_data"]) if set(given) == {"inline_data"} else {}
    return blob if set(blob) == {"data", "mime_type"} else None


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _text(value: str) -> str:
    """A string in double quotes, unless that takes more escapes; without any key."""
    code = repr(redact(str(value)))
    inner = code[1:-1]
    return f'"{inner}"' if code[0] == "'" and '"' not in inner and "\\'" not in inner else code
