"""A file, as `client.files.upload` and `client.files.list` return it."""

from __future__ import annotations

from datetime import datetime

from gemini_nb.fields import field, name_of
from gemini_nb.ipython.sdk_objects.cards import Card, Fact
from gemini_nb.ipython.sdk_objects.wording import byte_size, counted, words

_HOUR = 3600
_MEANINGS = {
    "PROCESSING": "The API is still reading it: ask again with client.files.get before its use.",
    "FAILED": "The API could not read it: see .error, and upload it again.",
}


def file_card(file: object) -> Card:
    """What a file is, how large, whether it is ready, and how long the API keeps it.

    Its name is given by the API and differs at each upload, so that only the rich form has it; the
    time until it expires is told from its upload, not from now.
    """
    name, title = words(field(file, "name")), words(field(file, "display_name"))
    seconds = field(field(file, "video_metadata"), "video_duration")
    state = words(name_of(field(file, "state")))
    return Card(
        title=title or "A file",
        facts=(
            Fact("type", words(field(file, "mime_type"))),
            Fact("size", byte_size(field(file, "size_bytes"))),
            Fact("length", words(seconds)),
            Fact("state", state),
            Fact("kept", kept(file)),
            Fact("name", name, is_lasting=False),
        ),
        remarks=tuple(filter(None, (_MEANINGS.get(state, ""), _failure(file)))),
    )


def kept(file: object) -> str:
    """How long the API keeps a file after its upload; "" where it does not say.

    Example:
        >>> from datetime import datetime
        >>> dates = {"create_time": datetime(2026, 1, 1), "expiration_time": datetime(2026, 1, 3)}
        >>> kept(dates)
        '48 hours from its upload'
    """
    made, ends = _moment(field(file, "create_time")), _moment(field(file, "expiration_time"))
    if made is None or ends is None or (made.tzinfo is None) != (ends.tzinfo is None):
        return ""
    hours = round((ends - made).total_seconds() / _HOUR)
    return f"{counted(hours, 'hour')} from its upload" if hours > 0 else ""


def _moment(time: object) -> datetime | None:
    """A time of the SDK, or of REST's JSON."""
    if isinstance(time, datetime):
        return time
    try:
        return datetime.fromisoformat(time) if isinstance(time, str) else None
    except ValueError:
        return None


def _failure(file: object) -> str:
    message = words(field(field(file, "error"), "message"))
    return f"The API says: {message}" if message else ""
