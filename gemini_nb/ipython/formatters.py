"""IPython's formatters for the SDK's own objects: put in place, and taken out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from gemini_nb.ipython.sdk_objects.kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

Formatter = Any
"""What shows an object in one MIME type: a function of the object; for plain text IPython also
passes its printer, and whether the object is inside itself."""

_PLAIN = "text/plain"
_registered: WeakKeyDictionary[Any, list[_Registration]] = WeakKeyDictionary()


def register(shell: Any) -> None:  # noqa: ANN401 - IPython's InteractiveShell, which is not loaded
    """Have `shell` show the SDK's objects as this package does.

    The classes are named, not imported: it works before the SDK is loaded and after. What a reader
    has registered for one of these classes keeps its place. Doing it twice changes nothing.
    """
    if shell in _registered:
        return
    formatters = shell.display_formatter.formatters
    _registered[shell] = [
        _Registration(formatters[mime_type], kind, function)
        for kind in KINDS
        for mime_type, function in ((_PLAIN, _plain(kind)), (kind.mime_type, _rich(kind)))
    ]


def unregister(shell: Any) -> None:  # noqa: ANN401 - as above
    """Have `shell` show the SDK's objects as it did before `register`."""
    for registration in _registered.pop(shell, []):
        registration.undo()


class _Registration:
    """One function that shows one kind in one MIME type."""

    def __init__(self, formatter: Any, kind: Kind, function: Formatter) -> None:  # noqa: ANN401
        self._formatter, self._kind, self._function = formatter, kind, function
        self._before = _known(formatter, kind)
        if self._before is None:
            formatter.for_type_by_name(kind.module, kind.name, function)

    def undo(self) -> None:
        """Take the function out, if nobody has put another in its place."""
        if _known(self._formatter, self._kind) is self._function:
            self._formatter.pop(self._kind.full_name)


def _known(formatter: Any, kind: Kind) -> Formatter | None:  # noqa: ANN401
    try:
        return formatter.lookup_by_type(kind.full_name)
    except KeyError:
        return None


def _plain(kind: Kind) -> Callable[[object, Any, bool], None]:
    def show(value: object, printer: Any, _is_cycle: bool) -> None:  # noqa: ANN401, FBT001 - IPython's
        text = _shown(lambda: kind.view(value).plain())
        if text is None:
            text = f"<{type(value).__name__}: its fields are not as expected>"
        # Line by line, so that an object in a list is indented as the list is.
        for position, line in enumerate(text.split("\n")):
            if position:
                printer.break_()
            printer.text(line)

    return show


def _rich(kind: Kind) -> Callable[[object], str | None]:
    return lambda value: _shown(lambda: kind.view(value).rich())


def _shown(render: Callable[[], str]) -> str | None:
    """What `render` returns; None if it fails.

    A display must not add an error of its own to the reader's work, whatever objects a version of
    the SDK, a proxy or a test has made.
    """
    try:
        return render()
    except Exception:  # noqa: BLE001 - see above
        return None
