"""What a notebook shows of an error: no key, and for a failed call no more than a few lines."""

from __future__ import annotations

import linecache
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.errors import GeminiNBError
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable

# They log whole addresses, and the headers of replies.
_LOGGING: Final = ("httpx", "httpx2", "httpcore", "httpcore2", "urllib3", "google", "google_genai")
_OF_CALLS: Final = ("google.genai.", "httpx.", "httpx2.")
_REST: Final = "  (%tb shows the way it took.)"
_MARK: Final = "_gemini_nb_hides_keys"


def hide_keys() -> None:
    """Have IPython's tracebacks and the logs of HTTP libraries pass through `redact`.

    `%xmode Verbose` prints the values of variables, among them request headers, and the text is
    saved with the notebook. An error of this package or of a call to Gemini is shown without the
    frames it went through; `%tb` and `%xmode Verbose` show them.

    Doing it twice changes nothing; outside IPython only logs are filtered.
    """
    usual = logging.getLogRecordFactory()
    if not hasattr(usual, _MARK):
        logging.setLogRecordFactory(_redacting_records(usual))
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or hasattr(shell, _MARK):
        return
    setattr(shell, _MARK, True)
    # IPython has no public hook between formatting a traceback and showing it; set_custom_exc has
    # room for one handler, which may be somebody's already.
    shell._showtraceback = _redacting(shell, shell._showtraceback)  # noqa: SLF001
    shell.events.register("post_run_cell", _redact_result)


def _redacting_records(usual: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    # A filter of a logger would not see what the loggers below it log.
    def record(name: str, *args: Any, **options: Any) -> logging.LogRecord:  # noqa: ANN401
        made = usual(name, *args, **options)
        if name.partition(".")[0] in _LOGGING:
            made.msg, made.args = redact(made.getMessage()), ()
        return made

    setattr(record, _MARK, True)
    return record


def _redacting(shell: Any, show: Callable[..., None]) -> Callable[..., None]:  # noqa: ANN401
    shown: BaseException | None = None

    def show_redacted(kind: Any, value: Any, lines: list[str]) -> None:  # noqa: ANN401
        nonlocal shown
        # What is shown again is asked for by %tb; a rendering of its own is somebody's choice.
        is_new = value is not shown and not hasattr(value, "_render_traceback_")
        if is_new and shell.InteractiveTB.mode != "Verbose":
            with suppress(Exception):  # the kernel would hang where an error can't be shown
                lines, shown = _brief(value) or lines, value
        text = str(value)
        show(kind, value if redact(text) == text else redact(text), [redact(s) for s in lines])

    return show_redacted


def _brief(error: BaseException) -> list[str]:
    """What went wrong, and where in the reader's code; nothing for errors of that code."""
    from gemini_nb.ipython.errors import explanation  # noqa: PLC0415 - only where a call failed

    is_ours = isinstance(error, GeminiNBError) or f"{type(error).__module__}.".startswith(_OF_CALLS)
    traceback, place = error.__traceback__ if is_ours else None, ""
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        module, file = str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename
        if module.startswith(("gemini_nb.", "google.genai.")):
            return [line for line in (*explanation(error).split("\n"), place, _REST) if line]
        source = linecache.getline(file, line).strip()
        if source and not module.startswith("IPython.") and not source.startswith("get_ipython()"):
            name = "" if module == "__main__" else f"{Path(file).name}, "
            place = f"  {name}line {line}: {source}"
        traceback = traceback.tb_next
    return []


def _redact_result(result: Any) -> None:  # noqa: ANN401 - IPython's ExecutionResult
    """Replace an error whose message names a key: the kernel sends it to the front end too."""
    error = getattr(result, "error_in_exec", None)
    if error is not None and redact(str(error)) != str(error):
        stand_in = type(type(error).__name__, (Exception,), {})
        result.error_in_exec = stand_in(redact(str(error)))
