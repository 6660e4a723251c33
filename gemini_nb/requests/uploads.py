"""The second half of `client.files.upload`: the bytes, sent to an address the first half gets."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.requests.sdk_calls import SDKCall
    from gemini_nb.requests.sent_request import SentRequest

_HEADERS_FILE = "upload-headers.txt"
_ADDRESS = f"""$(grep -i "^x-goog-upload-url:" {_HEADERS_FILE} | cut -d" " -f2 | tr -d "\\r")"""


def file_name(request: SentRequest, call: SDKCall) -> str:
    """The path of the file that a call uploads; "" if it uploads none.

    A stream has no path: the name "file" stands for it.
    """
    if ("x-goog-upload-command", "start") not in request.headers:
        return ""
    given = call.options.get("file", *call.arguments[:1])
    return os.fspath(given) if isinstance(given, str | os.PathLike) else "file"


def commands(start: list[str], path: str) -> str:
    """The two commands of an upload.

    Args:
        start: the lines of the first, which announces the file.
        path: of the file to send.
    """
    first = [f"{start[0]} -o /dev/null -D {_HEADERS_FILE}", *start[1:]]
    second = [
        f'curl -s "{_ADDRESS}"',
        '-H "X-Goog-Upload-Offset: 0"',
        '-H "X-Goog-Upload-Command: upload, finalize"',
        f"--data-binary @{shlex.quote(path)}",
    ]
    return " \\\n    ".join(first) + "\n" + " \\\n    ".join(second)
