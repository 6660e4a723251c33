"""What can go wrong in this package.

All but `EmbeddingInterrupt`, a KeyboardInterrupt, are a `GeminiNBError`, and the builtin error that
fits: `except ValueError` catches what is wrong with a value, whoever looks at it.
"""

from __future__ import annotations

from gemini_nb.redaction import redact


class GeminiNBError(Exception):
    """Base of this package's errors; its message never holds a key.

    Example:
        >>> str(GeminiNBError("no answer from /v1beta/models?key=abc123"))
        'no answer from /v1beta/models?key=[key redacted]'
    """

    def __init__(self, message: str) -> None:
        super().__init__(redact(message))


class InvalidModeError(GeminiNBError, ValueError):
    """A mode that `connect` does not know."""


class InvalidKeyError(GeminiNBError, ValueError):
    """A key that could not even be sent; the message does not repeat it."""


class MissingKeyError(GeminiNBError, LookupError):
    """A key is needed and there is none."""


class InvalidOptionError(GeminiNBError, TypeError):
    """Options that do not go together, or that nothing can be done with."""


class CredentialsError(GeminiNBError, RuntimeError):
    """OAuth credentials are asked for, and none can be used."""


class DisconnectedError(GeminiNBError, ConnectionError):
    """A client of `connect` is used after `disconnect` has stopped its embedded server."""


class NotAnAnswerError(GeminiNBError, TypeError):
    """Something was to be read as an answer that can't be one, as an open file."""


class GeometryError(GeminiNBError, ValueError):
    """Coordinates that are no place in an image."""


class PictureError(GeminiNBError, ValueError):
    """An image, or a video, that can't be read, drawn on or written."""


class StreamStalledError(GeminiNBError, TimeoutError):
    """Nothing came from a stream for too long; `answer` is what had come."""

    answer: object = None


class StreamFailedError(GeminiNBError, RuntimeError):
    """The API told of a failure in the midst of an answer; `answer` is what had come."""

    answer: object = None


class InterpolationError(GeminiNBError, ValueError):
    """An expression in a prompt that can't be read, or has no value; the message shows where."""


class ModelError(GeminiNBError, ValueError):
    """A model that can't be asked, with those that can."""


class EmbeddingError(GeminiNBError, ValueError):
    """Vectors that are none, are not one for each item, or can't be compared with each other.

    Where it ends a call of `embed`, `arrived` is the `Embeddings` of the items that had come.
    """

    arrived: object = None


class EmbeddingFailedError(GeminiNBError, RuntimeError):
    """Some items could not be embedded; `arrived` is the `Embeddings` of those that could."""

    arrived: object = None


class EmbeddingInterrupt(KeyboardInterrupt):
    """Embedding was stopped; `arrived` is the `Embeddings` of the items that had come."""

    arrived: object = None


class MisfitAnswerError(GeminiNBError, ValueError):
    """An answer that is not in the form in which it was asked for."""


class DisagreementError(GeminiNBError, AssertionError):
    """Answers that differ by more than a test allows."""


class RobotError(GeminiNBError, ValueError):
    """A call that a robot refuses, as one that leads out of its workspace; nothing moved."""


class RecordingError(GeminiNBError, ValueError):
    """A recording from which nothing can be played, or that can't be written."""


class SampleError(GeminiNBError, FileNotFoundError):
    """A name that is no sample's, or that of several; the message says which there are."""
