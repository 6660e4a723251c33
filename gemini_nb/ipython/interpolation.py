r"""`{{expression}}` in a prompt, and nothing else, replaced by values. No IPython.

Prompts are full of braces: JSON, LaTeX, CSS, templates of other tools. So single braces mean
nothing here, and an expression ends where Python can read it: `{{ {"a": {"b": 1}} }}` is one.

Example:
    >>> interpolate(r"Set \frac{1}{x} in {{font.title()}}.", {"font": "garamond"})
    ['Set \\frac{1}{x} in ', 'Garamond', '.']
"""

from __future__ import annotations

import ast
import builtins
import difflib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.errors import InterpolationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OPEN: Final = "{{"
CLOSE: Final = "}}"
LITERAL: Final = '{{"{{"}}'
"""How a literal `{{` is written: an expression whose value it is."""
_ALIKE: Final = 0.7  # from here on one name may be a slip for another


@dataclass(frozen=True, slots=True)
class Expression:
    """One `{{expression}}` in a text."""

    start: int
    """Offset of its first brace."""
    end: int
    """Offset after its last brace."""
    tree: ast.Expression


def interpolate(
    text: str,
    namespace: Mapping[str, object],
    *,
    convert: Callable[[object], object] = str,
    first_line: int = 1,
) -> list[object]:
    """`text` in pieces: what stands between the expressions as strings, and converted values.

    A literal `{{` is written `{{"{{"}}`. A third brace around an expression is text, as LaTeX
    needs it: `x^{{{power}}}`.

    Args:
        text: any; without `{{` it is the only piece.
        namespace: the variables that the expressions may use.
        convert: what becomes of each value; whatever it raises is told with the line.
        first_line: the number of the text's first line in the cell, for messages.

    Raises:
        InterpolationError: an expression without an end, without a value, or no Python.

    Example:
        >>> interpolate("x^{{{power}}} {", {"power": 2})
        ['x^{', '2', '} {']
    """
    pieces: list[object] = []
    at = 0
    for expression in find_expressions(text, first_line=first_line):
        value = _converted(expression, namespace, convert, _Place(text, expression, first_line))
        pieces += [text[at : expression.start], value]
        at = expression.end
    pieces.append(text[at:])
    return [piece for piece in pieces if not (isinstance(piece, str) and piece == "")]


def value_of(expression: str, namespace: Mapping[str, object]) -> object:
    """The value of a Python expression that stands alone, without braces.

    Raises:
        InterpolationError: it has none, or is no Python; the message shows no line.

    Example:
        >>> value_of("sizes[0]", {"sizes": [3]})
        3
    """
    try:
        tree = _parsed(expression.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", error)
        raise InterpolationError(f"this is no Python expression ({reason}).") from error
    try:
        return _evaluated(tree, namespace)
    except Exception as error:
        raise InterpolationError(_problem(error, namespace)) from error


def find_expressions(text: str, *, first_line: int = 1) -> Iterator[Expression]:
    """The expressions in `text`, in order.

    Raises:
        InterpolationError: as `interpolate`, for what can't be read.

    Example:
        >>> [text[one.start : one.end] for text in ["{a} {{b}} {{c}}"]
        ...  for one in find_expressions(text)]
        ['{{b}}', '{{c}}']
    """
    start = text.find(OPEN)
    while start >= 0:
        expression = _expression(text, start, first_line)
        if isinstance(expression.tree.body, ast.Set) and text.startswith("{{{", start):
            # {{{x}}} could be a set; but a prompt means the braces around {{x}}.
            start += 1
            continue
        yield expression
        start = text.find(OPEN, expression.end)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands, to show it."""

    text: str
    expression: Expression
    first_line: int

    def error(self, problem: str) -> InterpolationError:
        """The problem, with the line and a mark under the expression."""
        start = self.expression.start
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", start)
        line = self.text[begin : end if end >= 0 else None]
        width = max(min(self.expression.end, begin + len(line)) - start, len(OPEN))
        number = self.first_line + self.text.count("\n", 0, start)
        # Tabs stay tabs before the mark, so that it stands below its place.
        margin = "".join(c if c == "\t" else " " for c in line[: start - begin])
        return InterpolationError(
            f"Line {number} of the cell: {problem}\n\n    {line}\n    {margin}{'^' * width}\n"
            f"A literal {OPEN} is written {LITERAL}; --literal sends all braces as they are."
        )


def _expression(text: str, start: int, first_line: int) -> Expression:
    """The expression whose braces open at `start`."""
    first_end, problem = -1, ""
    end = text.find(CLOSE, start + len(OPEN))
    while end >= 0:
        try:
            tree = _parsed(text[start + len(OPEN) : end].strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            if first_end < 0:
                first_end = end + len(CLOSE)
                problem = error.msg if isinstance(error, SyntaxError) else str(error)
        else:
            return Expression(start, end + len(CLOSE), tree)
        end = text.find(CLOSE, end + 1)
    nothing = ast.Expression(ast.Constant(None))
    if first_end < 0:
        place = _Place(text, Expression(start, start + len(OPEN), nothing), first_line)
        raise place.error(f"there is no {CLOSE} after this {OPEN}.")
    if not text[start + len(OPEN) : first_end - len(CLOSE)].strip():
        problem = "there is nothing between the braces"
    place = _Place(text, Expression(start, first_end, nothing), first_line)
    raise place.error(f"this is no Python expression ({problem}).")


def _parsed(code: str) -> ast.Expression:
    with warnings.catch_warnings():
        # "\d" and the like: Python's advice, which would be given for each attempt.
        warnings.simplefilter("ignore")
        return ast.parse(code, mode="eval")


def _converted(
    expression: Expression,
    namespace: Mapping[str, object],
    convert: Callable[[object], object],
    place: _Place,
) -> object:
    try:
        return convert(_evaluated(expression.tree, namespace))
    except Exception as error:
        raise place.error(_problem(error, namespace)) from error


def _evaluated(tree: ast.Expression, namespace: Mapping[str, object]) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code = compile(tree, "<prompt>", "eval")
    # One dictionary: comprehensions and lambdas see no locals.
    return eval(code, dict(namespace))  # noqa: S307 - the user's code, in their cell


def _problem(error: Exception, namespace: Mapping[str, object]) -> str:
    """Why an expression has no value, in a sentence."""
    if isinstance(error, NameError):
        return _unknown(error, namespace)
    detail = str(error).strip() or "no reason given"
    return f"{type(error).__name__}: {detail}.".replace("..", ".")


def _unknown(error: NameError, namespace: Mapping[str, object]) -> str:
    """That there is no such variable, and which it might have been."""
    name = error.name or ""
    known = [one for one in (*namespace, *vars(builtins)) if one[:1] != "_"]
    similar = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
    suggestion = f"; did you mean {similar[0]!r}?" if similar else "."
    return f"there is no variable {name!r}{suggestion}" if name else f"{error}."
