"""`as_curl`: a call of the SDK's as a command for a terminal."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

from gemini_nb.client import BASE_URL_VARIABLE, GEMINI_URL
from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import REDACTED
from gemini_nb.requests import code_block, inline_media, uploads
from gemini_nb.requests.rest_json import laid_out, scalar
from gemini_nb.requests.sdk_calls import read_call
from gemini_nb.requests.sent_request import SentRequest, kept_request

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

_LONGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KiB in one argument of a command
_NEXT_LINE = " \\\n    "


@dataclass(frozen=True, slots=True)
class CurlCommand:
    """A request as a `curl` command for bash or zsh; shows itself, and `str` of it is the command.

    It holds no key: the command reads `GEMINI_API_KEY` when it runs, and the place to send to from
    `GOOGLE_GEMINI_BASE_URL`. `connect` sets both.
    """

    request: SentRequest
    address: str = f"${BASE_URL_VARIABLE}"
    """Where the request goes; a name after a dollar sign is a variable of the shell."""
    media: tuple[tuple[str, str], ...] = ()
    """The base64 of files in the request, and the path of the file that each was read from."""
    body_file: str = ""
    """The file that `body` was saved to, if it was."""
    uploaded: str = ""
    """The file that is sent in a second request, for `client.files.upload`."""

    @property
    def body(self) -> bytes:
        """The JSON to send, whole, in UTF-8; empty for a request without a body."""
        return self.request.body

    def to_gemini(self) -> CurlCommand:
        """The same command with Gemini's public address in place of the variable."""
        return replace(self, address=GEMINI_URL)

    def reading(self, *paths: str | Path) -> CurlCommand:
        """The same command, reading pictures and other media from files when it runs.

        Args:
            paths: files whose bytes are those in the request. (Of a Pillow image, the SDK sends a
                new encoding: no file has those bytes; see `save`.)

        Raises:
            InvalidOptionError: the request does not hold the bytes of one of the files.
            OSError: a file can't be read.
        """
        texts = inline_media.base64_texts(json.loads(self.body or b"null"))
        found: list[tuple[str, str]] = []
        for path in paths:
            data = Path(path).read_bytes()
            same = [text for text in texts if inline_media.decoded(text) == data]
            if not same:
                raise InvalidOptionError(
                    f"The request does not hold the bytes of {str(path)!r}; save('request.json') "
                    "writes it with all that it holds."
                )
            found += [(text, str(path)) for text in same]
        return replace(self, media=(*self.media, *found))

    def save(self, path: str | Path) -> CurlCommand:
        """Write the body to a file; what comes back is the short command that sends it from there.

        Raises:
            InvalidOptionError: the request has no body.
        """
        if not self.body:
            raise InvalidOptionError(f"A {self.request.method} request has no body to save.")
        Path(path).write_text(laid_out(json.loads(self.body)) + "\n", encoding="utf-8")
        return replace(self, body_file=str(path))

    def __str__(self) -> str:
        return _command(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return code_block.mime_bundle(str(self), "bash")


def as_curl(method: Callable[P, object], /, *arguments: P.args, **options: P.kwargs) -> CurlCommand:
    r"""The `curl` command that sends what a call of the SDK would send; nothing is sent now.

    The SDK itself builds the request. If it would send several, as to call functions, this is the
    first. Field names are in camelCase, as the REST documentation has them. Short media stand in
    the command; longer ones are cut, with a remark: see `CurlCommand.reading` and `.save`.

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
    call = read_call(method, arguments, options)
    request = kept_request(call)
    return CurlCommand(request, uploaded=uploads.file_name(request, call))


def _command(command: CurlCommand) -> str:
    shown = inline_media.in_json(json.loads(command.body or b"null"), dict(command.media))
    body = laid_out(shown, _quoted) if command.body else ""
    is_piped = bool(command.media) or len(body.encode()) > _LONGEST_ARGUMENT
    lines = _head(command)
    remark = ""
    if command.body_file:
        lines.append(f"-d @{shlex.quote(command.body_file)}")
    elif is_piped:
        # One argument of a program has a limit that a photo exceeds; the shell's own printf has
        # none.
        lines = [f"printf '%s' '{body}' | {lines[0]}", *lines[1:], "-d @-"]
    elif body:
        remark = inline_media.remark(shown)
        lines.append("-d '" + body.replace("\n", "\n    ") + "'")
    if command.uploaded:
        return uploads.commands(lines, command.uploaded)
    return remark + _NEXT_LINE.join(lines)


def _head(command: CurlCommand) -> list[str]:
    request = command.request
    # curl expands brackets in an address.
    plain = re.sub(r"[\[\]{}]", lambda found: f"%{ord(found[0]):02X}", request.path)
    place = (command.address if plain.startswith("/") else "") + _in_double_quotes(plain)
    buffering = " --no-buffer" if request.is_stream else ""
    lines = [f'curl -s{buffering} "{place}"', '-H "x-goog-api-key: $GEMINI_API_KEY"']
    if request.body:
        lines.append('-H "Content-Type: application/json"')
    for name, value in request.headers:
        variable = "$" + re.sub(r"\W", "_", name).upper()
        shown = variable if value == REDACTED else _in_double_quotes(value)
        lines.append(f'-H "{name}: {shown}"')
    if request.body or request.method != "GET":
        lines.append(f"-X {request.method}")
    return lines


def _in_double_quotes(text: str) -> str:
    return re.sub(r'([\\"$`])', r"\\\1", text)


def _quoted(value: object) -> str:
    """A JSON scalar as it stands between the single quotes of the shell."""
    if isinstance(value, inline_media.FileText):
        return f"""\"'"$(base64 < {shlex.quote(value.path)} | tr -d "\\n")"'\""""
    if isinstance(value, inline_media.CutText):
        return scalar(value.beginning)
    return scalar(value).replace("'", "'\\''")
