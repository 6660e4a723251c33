"""What is said, as typed messages: contents, their parts, and the rules that all messages follow.

Field names arrive in camelCase or snake_case, also mixed in one body; one object may stand where
a list belongs; numbers may be sent as strings. Unknown names are an error.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

T = TypeVar("T")
JSONObject = dict[str, Any]


def _as_list(value: object) -> object:
    return [cast("object", value)] if isinstance(value, dict) else value


def _decode_base64(value: object) -> object:
    if not isinstance(value, str):
        return value
    standard = value.translate({ord("-"): "+", ord("_"): "/", ord("\n"): None, ord("\r"): None})
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("base64", "Base64 decoding failed") from None


Many = Annotated[list[T], BeforeValidator(_as_list)]
Base64 = Annotated[bytes, BeforeValidator(_decode_base64)]


class Message(BaseModel):
    """A message with Google's naming rules."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
        protected_namespaces=(),
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_unset(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        fields = cast("JSONObject", data)
        return {name: value for name, value in fields.items() if value is not None}


class Blob(Message):
    """Bytes sent inside the request."""

    mime_type: str = ""
    data: Base64 = b""
    display_name: str | None = None


class FileData(Message):
    """A file sent before, by its URI."""

    file_uri: str = ""
    mime_type: str = ""
    display_name: str | None = None


class FunctionCall(Message):
    """A call that the model asked for."""

    name: str = ""
    args: JSONObject | None = None
    id: str | None = None
    partial_args: Any = None
    will_continue: bool | None = None


class FunctionResponse(Message):
    """What the caller's function returned."""

    name: str = ""
    response: JSONObject | None = None
    id: str | None = None
    parts: Any = None
    will_continue: bool | None = None
    scheduling: Any = None


class Part(Message):
    """One piece of a message: exactly one of the data fields is set."""

    text: str | None = None
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    executable_code: JSONObject | None = None
    code_execution_result: JSONObject | None = None
    tool_call: JSONObject | None = None
    tool_response: JSONObject | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    video_metadata: Any = None
    media_resolution: Any = None
    part_metadata: Any = None
    audio_transcription: Any = None
    media_processing: Any = None
    speech_metadata: Any = None
    document_metadata: Any = None
    spreadsheet_metadata: Any = None
    audio_metadata: Any = None

    @property
    def is_empty(self) -> bool:
        """Whether no data field is set."""
        data = (
            self.text,
            self.inline_data,
            self.file_data,
            self.function_call,
            self.function_response,
            self.executable_code,
            self.code_execution_result,
            self.tool_call,
            self.tool_response,
        )
        return all(field is None for field in data)


class Content(Message):
    """One turn: who speaks, and the parts said."""

    role: str = ""
    parts: Many[Part] = Field(default_factory=list[Part])
