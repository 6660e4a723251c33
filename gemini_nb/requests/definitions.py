"""Functions and classes that a call is given, as imports or with their source."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from dataclasses import dataclass, field
from types import FunctionType, ModuleType


@dataclass(slots=True)
class Definitions:
    """Collects what must stand above a call: imports, and sources in the order of need."""

    imports: set[str] = field(default_factory=set[str])
    sources: dict[str, str] = field(default_factory=dict[str, str])
    """By name."""
    missing: dict[str, None] = field(default_factory=dict[str, None])
    """Names that the reader must define, in the order in which they were met."""

    def add(self, name: str, value: object) -> str:
        """The name; above, it then means `value`.

        Modules and what can be imported from one are imported. Of functions and classes of the
        notebook's own, the source is taken, and with it what it needs.
        """
        if name in self.sources or name in self.missing:
            return name
        if isinstance(value, ModuleType):
            module = value.__name__
            self.imports.add(f"import {module}" + (f" as {name}" if module != name else ""))
        elif isinstance(value, bool | int | float | str):
            self.sources[name] = f"{name} = {value!r}"
        elif home := _home(value):
            own: str = getattr(value, "__name__", name)
            self.imports.add(f"from {home} import {own}" + (f" as {name}" if own != name else ""))
        elif isinstance(value, type | FunctionType) and (source := _source(value)):
            self._add_source(name, value, source)
        else:
            self.missing[name] = None
        return name

    def _add_source(self, name: str, value: type | FunctionType, source: str) -> None:
        known = _names_known_to(value)
        self.sources[name] = ""  # it may speak of itself
        for used in sorted(_names_used(source)):
            if used in known and getattr(known[used], "__module__", None) != "builtins":
                self.add(used, known[used])
        del self.sources[name]  # its place is below what it needs
        self.sources[name] = source


def _home(value: object) -> str:
    """The module to import something from, the shortest that has it; "" for the notebook's own."""
    path = getattr(value, "__module__", None) or ""
    name = getattr(value, "__name__", None) or ""
    parts = path.split(".")
    for length in range(1, len(parts) + 1):
        module = ".".join(parts[:length])
        if module != "__main__" and getattr(sys.modules.get(module), name, None) is value:
            return module
    return ""


def _source(thing: type | FunctionType) -> str:
    """What was written to define it; "" if that is not known, or only a part of a line."""
    if thing.__name__ == "<lambda>":
        return ""
    try:
        return textwrap.dedent(inspect.getsource(thing)).strip()
    except (OSError, TypeError):
        return ""


def _names_known_to(thing: type | FunctionType) -> dict[str, object]:
    if isinstance(thing, FunctionType):
        return {**thing.__globals__, **inspect.getclosurevars(thing).nonlocals}
    return dict(vars(sys.modules[thing.__module__])) if thing.__module__ in sys.modules else {}


def _names_used(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
