"""Keys and tokens taken out of what a person or a file may keep: texts, logs, tracebacks."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

REDACTED = "[key redacted]"
KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""The variables that hold a key; the SDK reads the first that is set."""

PLACEHOLDER = "offline-not-a-key"
"""What stands in a key variable while the embedded server answers; it is no key."""

NAMES_A_SECRET = re.compile("(?i)auth|cookie|key|passw|secret|token")
"""What is found in the name of a header, parameter or option that holds a secret."""

_FORMS = (
    (re.compile(r"AIza[0-9A-Za-z_-]{35}"), REDACTED),
    (re.compile(r"AQ\.[0-9A-Za-z_-]{20,}"), REDACTED),
    (re.compile(r"ya29\.[0-9A-Za-z._-]+"), REDACTED),
    # Not `(?i)\b(bearer)`, which would look closely at each character of a text. Answers tell of
    # ring bearers, too: a token has its header before it, a sign in it, or a length.
    (
        re.compile(
            r"((?i:authorization)\W{1,4}(?i:bearer)"
            r"|[Bb](?<!\w.)[Ee][Aa][Rr][Ee][Rr](?=\s+(?:[\w.~+/-]{16}|[A-Za-z-]*[\d_~+/]|[\w-]+\.\w)))"
            r"\s+[0-9A-Za-z._~+/-]+=*"
        ),
        rf"\1 {REDACTED}",
    ),
    # What begins so is a variable, or a place for a key, in somebody's code.
    (re.compile(r"(?i)([?&]key=)(?!\[key redacted\]|[${<])[^&\s\"'<>)\\]+"), rf"\1{REDACTED}"),
)
_SHORTEST = 4  # a shorter "key" is a word of the text
_MUST_STAND_ALONE = 12  # a shorter one may be part of an ordinary word
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\s'\"<>()\[\]{},;]{12,}")  # that may be a piece of a key
_in_use: set[str] = set()
_shorten: Callable[[BaseException], list[str]] | None = None
# They log whole addresses, and the headers of replies.
_LOGGING = re.compile(r"(httpx2?|httpcore2?|urllib3|websockets|google(_genai)?)(\.|$)")
_MARK: Final = "_gemini_nb_hides_keys"


class Secret(str):
    """A key that is sent as it is, but shows and pickles as redacted.

    The SDK keeps the key in plain dictionaries that verbose tracebacks print and that exceptions
    carry along when they are pickled; a string that hides itself closes those leaks.

    Example:
        >>> {"x-goog-api-key": Secret("not-to-be-seen")}
        {'x-goog-api-key': '[key redacted]'}
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(REDACTED)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (REDACTED,)

    def strip(self, chars: str | None = None, /) -> Secret:
        """The SDK strips the key that it is given; what remains is as secret."""
        return Secret(super().strip(chars))


def remember(secret: object) -> None:
    """Have `redact` take out `secret` from now on, and its lines: all texts in a list or dict."""
    if isinstance(secret, Mapping):
        secret = list(cast("Mapping[object, object]", secret).values())
    if isinstance(secret, list | tuple | set | frozenset):
        for member in cast("Iterable[object]", secret):
            remember(member)
    elif isinstance(secret, bytes | bytearray):
        remember(secret.decode(errors="replace"))
    elif isinstance(secret, str | int) and not isinstance(secret, bool):
        text = str(secret).strip()
        words = {word for word in text.split() if len(word) >= _MUST_STAND_ALONE}
        lines = {line.strip() for line in text.splitlines()}
        # A short line without a digit is a word, which other texts have too.
        pieces = {line for line in lines if len(line) >= _MUST_STAND_ALONE or _DIGIT.search(line)}
        _in_use.update({text}, words, pieces)


def keys_in_use() -> frozenset[str]:
    """The keys that `redact` takes out whatever they look like."""
    from_environment = {os.environ.get(name, "").strip() for name in KEY_VARIABLES}
    keys = {key for key in _in_use | from_environment if len(key) >= _SHORTEST}
    return frozenset(keys - {PLACEHOLDER})


def redact(text: str) -> str:
    """`text` with every key and token replaced by `[key redacted]`.

    Taken out are the keys in use, whatever they look like (passed to `connect`, or standing in
    GOOGLE_API_KEY or GEMINI_API_KEY), in capitals, in small letters and percent-encoded, too, and
    longer pieces of them; Google's two key formats, `AIza...` and `AQ....`; OAuth access tokens;
    what follows `Bearer`, unless it is an ordinary word; and the value of `?key=` in an address,
    unless a variable.

    Example:
        >>> redact("GET /v1beta/models?key=abc123&pageSize=2 with Authorization: Bearer x.y")
        'GET /v1beta/models?key=[key redacted]&pageSize=2 with Authorization: Bearer [key redacted]'
        >>> redact(redact("?key=abc123"))
        '?key=[key redacted]'
    """
    if keys := keys_in_use():
        text = _any_of(keys).sub(REDACTED, text)
        known = "\n".join(keys).lower()
        text = _WORD.sub(lambda word: REDACTED if word[0].lower() in known else word[0], text)
    for form, replacement in _FORMS:
        text = form.sub(replacement, text)
    return text


def hide_keys(shorten: Callable[[BaseException], list[str]] | None = None) -> None:
    """Have IPython's tracebacks and the logs of HTTP libraries pass through `redact`.

    `%xmode Verbose` prints the values of variables, among them request headers, and the text is
    saved with the notebook. Doing it twice changes nothing; outside IPython only logs are filtered.

    Args:
        shorten: what is shown for an error from now on; no lines for its whole traceback, as
            `%tb` and `%xmode Verbose` always show it.
    """
    global _shorten  # noqa: PLW0603 - the package hands it over; nothing here knows the rooms
    _shorten = shorten or _shorten
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


@lru_cache(maxsize=8)
def _any_of(keys: frozenset[str]) -> re.Pattern[str]:
    """What finds each of `keys`, the longest first; a short one only where it stands alone."""
    # Before it may stand the end of an escape, too: of a line break's, quoted, or a colour's.
    forms = {form for key in keys for form in (key, quote(key), quote(key, ""), repr(key)[1:-1])}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(
        "|".join(
            rf"(?:(?<![\w-])|(?<=\\[nrt]|[\d[]m)){re.escape(form)}(?![\w-])"
            if len(form) < _MUST_STAND_ALONE
            else f"(?i:{re.escape(form)})"
            for form in ordered
        )
    )


def _redacting_records(usual: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    # A filter of a logger would not see what the loggers below it log.
    def record(name: str, *args: Any, **options: Any) -> logging.LogRecord:  # noqa: ANN401
        made = usual(name, *args, **options)
        if _LOGGING.match(name):
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
        if is_new and _shorten and shell.InteractiveTB.mode != "Verbose":
            with suppress(Exception):  # the kernel would hang where an error can't be shown
                lines, shown = _shorten(value) or lines, value
        text = str(value)
        show(kind, value if redact(text) == text else redact(text), [redact(s) for s in lines])

    return show_redacted


def _redact_result(result: Any) -> None:  # noqa: ANN401 - IPython's ExecutionResult
    """Replace an error whose message names a key: the kernel sends it to the front end too."""
    error = getattr(result, "error_in_exec", None)
    if error is not None and redact(str(error)) != str(error):
        stand_in = type(type(error).__name__, (Exception,), {})
        result.error_in_exec = stand_in(redact(str(error)))
