"""`as_curl`: a call of the SDK's as a command for a terminal."""

from __future__ import annotations

import re
import shlex
from io import BytesIO, IOBase
from typing import TYPE_CHECKING, ParamSpec

from gemini_nb.client import BASE_URL_VARIABLE
from gemini_nb.redaction import REDACTED
from gemini_nb.requests.call_code import CallCode, add_file, json_code, laid_out, scalar, with_files
from gemini_nb.requests.calls import SDKCall, read_call

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

_LONGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KiB in one argument of a command
_NEXT_LINE = " \\\n    "
_READ = """\"'"$(base64 < {} | tr -d "\\n")"'\""""
_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in '\\"$`'})  # between double quotes
_UPLOAD_HEADERS = "upload-headers.txt"
_SENDING = f"""
curl -s "$(grep -i "^x-goog-upload-url:" {_UPLOAD_HEADERS} | cut -d" " -f2 | tr -d "\\r")" \\
    -H "X-Goog-Upload-Offset: 0" \\
    -H "X-Goog-Upload-Command: upload, finalize\""""


def as_curl(method: Callable[P, object], /, *arguments: P.args, **options: P.kwargs) -> CallCode:
    r"""The `curl` command that sends what a call of the SDK would send; nothing is sent now.

    The SDK itself builds the request. If it would send several, as to call functions, this is the
    first. Field names are in camelCase, as the REST documentation has them. Short media stand in
    the command; longer ones are read from files, which `CallCode.save_files` writes.

    Args:
        method: of a client or a chat, without parentheses: `client.models.generate_content`,
            `chat.send_message_stream`, `client.interactions.create`, `client.aio.files.list`, ...
        arguments: as the method takes them.
        options: as the method takes them.

    Raises:
        InvalidOptionError: not a method of the SDK's that sends a request; a client for Vertex AI.
        Exception: whatever the SDK raises for these arguments.

    Example:
        >>> from google import genai
        >>> client = genai.Client(api_key="any-key", http_options={"api_version": "v1beta"})
        >>> as_curl(client.models.count_tokens, model="gemini-3.8-flash", contents="It's late.")
        curl -s "$GOOGLE_GEMINI_BASE_URL/v1beta/models/gemini-3.8-flash:countTokens" \
            -H "x-goog-api-key: $GEMINI_API_KEY" \
            -H "Content-Type: application/json" \
            -X POST \
            -d '{"contents": [{"parts": [{"text": "It'\''s late."}], "role": "user"}]}'
    """
    told = read_call(method, arguments, options)
    lines = _head(told)
    shown, files = with_files(told.body, _READ)
    body = laid_out(json_code(shown, _quoted, _quoted), indent=2, comma="") if told.body else ""
    if files or len(body.encode()) > _LONGEST_ARGUMENT:
        # One argument of a program has a limit that a photo exceeds; the shell's printf has none.
        lines = [f"printf '%s' '{body}' | {lines[0]}", *lines[1:], "-d @-"]
    elif body:
        lines.append("-d '" + body.replace("\n", "\n    ") + "'")
    sending = ""
    if told.name == "files.upload":
        # The request announces the file, and gets an address to send it to.
        lines[0] += f" -o /dev/null -D {_UPLOAD_HEADERS}"
        path = shlex.quote(uploaded_file(options.get("file"), files))
        sending = _SENDING + f"{_NEXT_LINE}--data-binary @{path}"
    return CallCode(_NEXT_LINE.join(lines) + sending, "bash", told.body, tuple(files.items()))


def uploaded_file(given: object, files: dict[str, bytes]) -> str:
    """The path of the file that `files.upload` is given; what is in memory is added to `files`."""
    if isinstance(given, BytesIO):
        return add_file(files, given.getvalue()[given.tell() :])  # the SDK sends the rest
    return str(getattr(given, "name", given) if isinstance(given, IOBase) else given)


def variable(header: str) -> str:
    """The variable of the environment that holds the value of a secret header."""
    return re.sub(r"\W", "_", header).upper()


def _head(told: SDKCall) -> list[str]:
    # curl expands brackets in an address.
    path = re.sub(r"[\[\]{}]", lambda found: f"%{ord(found[0]):02X}", told.path)
    place = (f"${BASE_URL_VARIABLE}" if path.startswith("/") else "") + path.translate(_ESCAPED)
    buffering = " --no-buffer" if told.item in {"chunk", "event"} else ""
    lines = [f'curl -s{buffering} "{place}"', '-H "x-goog-api-key: $GEMINI_API_KEY"']
    if told.body:
        lines.append('-H "Content-Type: application/json"')
    for name, value in told.headers.items():
        shown = f"${variable(name)}" if value == REDACTED else value.translate(_ESCAPED)
        lines.append(f'-H "{name}: {shown}"')
    return [*lines, f"-X {told.verb}"] if told.body or told.verb != "GET" else lines


def _quoted(value: object) -> str:
    return scalar(value).replace("'", "'\\''")  # it stands between single quotes
