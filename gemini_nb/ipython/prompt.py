r"""What a prompt becomes when it is sent: `{{expression}}`, and nothing else, is replaced.

Prompts are full of braces: JSON, LaTeX, CSS, templates of other tools. So single braces mean
nothing here, and an expression ends where Python can read it: `{{ {"a": {"b": 1}} }}` is one.

Example:
    >>> interpolate(r"Set \frac{1}{x} in {{font.title()}}.", {"font": "garamond"})
    ['Set \\frac{1}{x} in ', 'Garamond', '.']
"""

from __future__ import annotations

import ast
import difflib
import io
import mimetypes
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.errors import InterpolationError, PictureError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from google.genai.types import Part

OPEN: Final = "{{"
CLOSE: Final = "}}"
_ADVICE: Final = 'A literal {{ is written {{"{{"}}; --literal sends all braces as they are.'
_MEDIA: Final = ("audio/", "video/", "application/pdf")


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
    at, start = 0, text.find(OPEN)
    while start >= 0:
        end, is_set, code = _expression(text, start, first_line)
        if is_set and text.startswith("{{{", start):
            # {{{x}}} could be a set; but a prompt means the braces around {{x}}.
            start += 1
            continue
        try:
            # One dictionary: comprehensions and lambdas see no locals.
            value = convert(eval(code, dict(namespace)))  # noqa: S307 - the user's code
        except Exception as error:
            raise _located(_problem(error, namespace), text, start, end, first_line) from error
        pieces += [text[at:start], value]
        at, start = end, text.find(OPEN, end)
    pieces.append(text[at:])
    return [piece for piece in pieces if not (isinstance(piece, str) and piece == "")]


def value_of(expression: str, namespace: Mapping[str, object], option: str) -> object:
    """The value of a Python expression that stands alone, without braces.

    Raises:
        InterpolationError: it has none, or is no Python; the message names the option.
    """
    try:
        return eval(_compiled(expression)[1], dict(namespace))  # noqa: S307 - the user's code
    except Exception as error:
        problem = f"{option} {expression}: {_problem(error, namespace)}"
        raise InterpolationError(problem) from error


def contents_of(
    prompt: str, namespace: Mapping[str, object], *, first_line: int = 1
) -> list[object]:
    """The contents of a request: texts, and parts in their places; else as `interpolate`.

    Example:
        >>> contents_of("Add {{n}} and {{n + 1}}.", {"n": 2})
        ['Add 2 and 3.']
    """
    contents: list[object] = []
    for piece in interpolate(prompt, namespace, convert=prompt_value, first_line=first_line):
        for one in cast("list[object]", piece) if isinstance(piece, list) else [piece]:
            if isinstance(one, str) and contents and isinstance(contents[-1], str):
                contents[-1] += one
            else:
                contents.append(one)
    return contents


def prompt_value(value: object) -> object:
    """`value` as a prompt holds it: a string, a part, or a list of parts.

    Parts become: the SDK's own parts and uploaded files; pictures (of Pillow, IPython or
    matplotlib; arrays of shape (height, width, 3 or 4), or (height, width) in uint8); a `Path` to a
    picture, sound, film or PDF; and lists of such. A data frame becomes its CSV, anything else its
    `str`.

    Raises:
        PictureError: a picture that can't be read.
        OSError: a `Path` to a sound, film or PDF that can't be read.

    Example:
        >>> prompt_value(3.5), prompt_value("as it is")
        ('3.5', 'as it is')
    """
    if isinstance(value, list | tuple):
        several = cast("list[object] | tuple[object, ...]", value)
        parts = [_part(one) for one in several]
        return parts if parts and None not in parts else str(several)
    part = _part(value)
    return _text(value) if part is None else part


def images_of(names: list[str], namespace: Mapping[str, object]) -> tuple[list[object], object]:
    """The parts of the images of `--image`, and the one image to draw on, if it is one."""
    parts: list[object] = []
    image: object = None
    for name in names:
        image = Path(name).expanduser()
        if name in namespace or not image.is_file():
            try:
                image = value_of(name, namespace, "--image")
            except InterpolationError as error:
                missing = f"--image {name}: there is no such file, and no variable."
                raise PictureError(missing) from error
        image = Path(image).expanduser() if isinstance(image, str) else image
        sent = prompt_value(image)
        # What is no picture at first sight: whatever `gnb.draw` takes will do.
        sent = _picture_part(image) if isinstance(sent, str) else sent
        parts += cast("list[object]", sent) if isinstance(sent, list) else [sent]
    data: Any = getattr(parts[0], "inline_data", None) if len(parts) == 1 else None
    has_pixels = data is not None and str(data.mime_type).startswith("image/")
    return parts, image if has_pixels else None


def _part(value: Any) -> object:  # noqa: ANN401 - anything that a notebook holds
    """What is sent for a picture or a file; None for what is neither."""
    names = {f"{one.__module__}.{one.__name__}" for one in type(value).__mro__}
    if names & {"google.genai.types.Part", "google.genai.types.File"}:
        return value
    if names & {"PIL.Image.Image", "IPython.core.display.Image"}:
        return _picture_part(value)
    if "numpy.ndarray" in names and value.size:
        # Of an array, a picture must be likelier than a table of numbers.
        is_grey = value.ndim == 2 and value.dtype == "uint8"  # noqa: PLR2004 - height, width
        is_colour = value.ndim == 3 and value.shape[2] in {3, 4}  # noqa: PLR2004 - channels
        return _picture_part(value) if is_colour or is_grey else None
    if hasattr(value, "savefig"):  # a figure of matplotlib
        value.savefig(file := io.BytesIO(), format="png")
        return _bytes_part(file.getvalue(), "image/png")
    mime_type = (mimetypes.guess_type(value.name)[0] if isinstance(value, Path) else "") or ""
    if mime_type.startswith("image/"):
        return _picture_part(value)
    return _bytes_part(value.read_bytes(), mime_type) if mime_type.startswith(_MEDIA) else None


def _picture_part(image: object) -> Part:
    """An image as a part; its own bytes where Gemini takes them as they are."""
    from gemini_nb.drawing.picture import load  # noqa: PLC0415 - loads NumPy and Pillow

    picture = load(image).encoded()
    return _bytes_part(picture.data, picture.mime_type)


def _bytes_part(data: bytes, mime_type: str) -> Part:
    from google.genai import types  # noqa: PLC0415 - takes 1 s

    return types.Part.from_bytes(data=data, mime_type=mime_type)


def _text(value: Any) -> str:  # noqa: ANN401 - as above
    """A data frame as CSV, anything else as `str` has it."""
    if hasattr(value, "write_csv"):  # of polars
        return str(value.write_csv())
    if hasattr(value, "to_csv") and hasattr(value, "columns"):  # of pandas
        # An index that only counts the rows says nothing.
        return str(value.to_csv(index=type(value.index).__name__ != "RangeIndex"))
    return str(value)


def _expression(text: str, start: int, first_line: int) -> tuple[int, bool, CodeType]:
    """Of the expression whose braces open at `start` its end, whether it is a set, and its code."""
    inside = start + len(OPEN)
    first = end = text.find(CLOSE, inside)
    problem = "there is no }} after this {{."
    while end >= 0:
        try:
            return end + len(CLOSE), *_compiled(text[inside:end])
        except InterpolationError as error:
            problem = str(error) if end == first else problem
        end = text.find(CLOSE, end + 1)
    raise _located(problem, text, start, max(first, start) + len(CLOSE), first_line)


def _compiled(expression: str) -> tuple[bool, CodeType]:
    """Whether the expression is a set, and its code."""
    with warnings.catch_warnings():
        # "\d" and the like: Python's advice, which would be given for each attempt.
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(expression.strip(), mode="eval")
            return isinstance(tree.body, ast.Set), compile(tree, "<prompt>", "eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", error)
            raise InterpolationError(f"this is no Python expression ({reason}).") from error


def _problem(error: Exception, namespace: Mapping[str, object]) -> str:
    """Why an expression has no value."""
    if isinstance(error, InterpolationError):
        return str(error)
    name = str(error.name) if isinstance(error, NameError) else ""
    similar = difflib.get_close_matches(name, namespace, n=1)
    suggestion = f"; did you mean {similar[0]!r}?" if similar else ""
    return f"{type(error).__name__}: {str(error).strip() or 'no reason given'}{suggestion}"


def _located(problem: str, text: str, start: int, end: int, first_line: int) -> InterpolationError:
    """The problem, with the line and a mark under the expression."""
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:].partition("\n")[0]
    number = first_line + text.count("\n", 0, start)
    # Tabs stay tabs before the mark, so that it stands below its place.
    margin = "".join(c if c == "\t" else " " for c in line[: start - begin])
    mark = "^" * max(min(end, begin + len(line)) - start, len(OPEN))
    return InterpolationError(
        f"Line {number} of the cell: {problem}\n\n    {line}\n    {margin}{mark}\n{_ADVICE}"
    )
