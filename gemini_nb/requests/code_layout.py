"""Python expressions laid out over lines, as formatters do it."""

from __future__ import annotations

from dataclasses import dataclass

_WIDTH = 88
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Group:
    """An expression with parts between brackets: a call, a list, a dictionary."""

    opening: str
    """With what stands before the bracket, as "types.Part("."""
    parts: tuple[Expression, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Named:
    """An argument with its name, or a member of a dictionary with its key."""

    name: str
    """With what stands between, as "text="."""
    value: Expression


Expression = str | Group | Named
"""A string is code that stays on its line."""


def call(name: str, /, *parts: Expression, **named: Expression) -> Group:
    """A call of `name` with these arguments."""
    by_name = (Named(f"{key}=", value) for key, value in named.items())
    return Group(f"{name}(", (*parts, *by_name), ")")


def laid_out(code: Expression, used: int = 0, indentation: int = 0) -> str:
    """The code of an expression: on one line if it fits, otherwise a line for each part.

    Args:
        code: the expression.
        used: columns that are taken on its first line, by what stands around it.
        indentation: columns by which the caller will indent its further lines.

    Example:
        >>> print(laid_out(call("ask", '"' + "o" * 79 + '"', "1")).replace("o" * 77, "..."))
        ask(
            "...oo", 1
        )
    """
    line = _on_one_line(code)
    if isinstance(code, Named):
        return code.name + laid_out(code.value, used + len(code.name), indentation)
    if isinstance(code, str) or not code.parts or used + len(line) <= _WIDTH:
        return line
    if len(code.parts) == 1 and code.opening == "[" and isinstance(code.parts[0], Group):
        return f"[{laid_out(code.parts[0], used + 1, indentation)}]"
    deeper = indentation + _INDENT
    together = ", ".join(map(_on_one_line, code.parts))
    if deeper + len(together) <= _WIDTH and code.opening != "(":
        return f"{code.opening}\n{' ' * _INDENT}{together}\n{code.closing}"
    inside = "".join(f"{laid_out(part, deeper + len(','), deeper)},\n" for part in code.parts)
    return f"{code.opening}\n{_indented(inside)}{code.closing}"


def _indented(code: str) -> str:
    return "".join(" " * _INDENT + line for line in code.splitlines(keepends=True))


def _on_one_line(code: Expression) -> str:
    if isinstance(code, str):
        return code
    if isinstance(code, Named):
        return code.name + _on_one_line(code.value)
    inside = ", ".join(_on_one_line(part) for part in code.parts)
    lonely = "," if code.opening == "(" and len(code.parts) == 1 else ""
    return f"{code.opening}{inside}{lonely}{code.closing}"
