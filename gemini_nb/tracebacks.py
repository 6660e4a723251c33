"""Keys kept out of the tracebacks that a notebook saves, and of request logs."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable

_LOGGERS = ("httpx", "httpx2", "urllib3.connectionpool")  # they log whole addresses
_MARK = "_gemini_nb_hides_keys"


def hide_keys() -> None:
    """Have IPython's tracebacks and the logs of HTTP libraries pass through `redact`.

    `%xmode Verbose` prints the values of variables, among them request headers, and the text is
    saved with the notebook. Doing it twice changes nothing; outside IPython only logs are filtered.
    """
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_redact_record)
    if "IPython" not in sys.modules:
        return
    shell: Any = sys.modules["IPython"].get_ipython()
    if shell is None or hasattr(shell, _MARK):
        return
    setattr(shell, _MARK, True)
    # IPython has no public hook between formatting a traceback and showing it.
    shell._showtraceback = _redacting(shell._showtraceback)  # noqa: SLF001
    shell.events.register("post_run_cell", _redact_result)


def _redact_record(record: logging.LogRecord) -> bool:
    shown = redact(record.getMessage())
    record.msg, record.args = shown, ()
    return True


def _redacting(show: Callable[[Any, Any, list[str]], None]) -> Callable[..., None]:
    def show_redacted(kind: Any, value: Any, lines: list[str]) -> None:  # noqa: ANN401
        text = str(value)
        show(kind, value if redact(text) == text else redact(text), [redact(s) for s in lines])

    return show_redacted


def _redact_result(result: Any) -> None:  # noqa: ANN401 - IPython's ExecutionResult
    """Replace an error whose message names a key: the kernel sends it to the front end too."""
    error = result.error_in_exec
    if error is not None and redact(str(error)) != str(error):
        stand_in = type(type(error).__name__, (Exception,), {})
        result.error_in_exec = stand_in(redact(str(error)))
