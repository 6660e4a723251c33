"""What is said, as typed messages: requests, contents, their parts."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, ClassVar, Literal, TypeVar, cast

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    FailFast,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

T = TypeVar("T")
JSONObject = dict[str, Any]

_MOST_FIELDS = 200  # more than any message has, and no work for a hostile one


def _decode_base64(value: object) -> object:
    if not isinstance(value, str):
        return value
    standard = value.translate({ord("-"): "+", ord("_"): "/", ord("\n"): None, ord("\r"): None})
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise PydanticCustomError("base64", "Base64 decoding failed") from None


def _no_truth(sent: object) -> object:
    if isinstance(sent, bool):
        raise PydanticCustomError("int_type", "Input should be a number")
    return sent


Whole = Annotated[int, BeforeValidator(_no_truth)]
"""Also as a string, as Google's parser takes it."""
Many = Annotated[
    list[T], FailFast(), BeforeValidator(lambda sent: [sent] if isinstance(sent, dict) else sent)
]
Seconds = Annotated[
    float, BeforeValidator(lambda sent: sent.removesuffix("s") if isinstance(sent, str) else sent)
]
Base64 = Annotated[
    bytes,
    BeforeValidator(_decode_base64),
    PlainSerializer(lambda data: base64.b64encode(data).decode(), when_used="json"),
]


def _unread(names: str) -> frozenset[str]:
    return frozenset(spelling for name in names.split() for spelling in (name, to_camel(name)))


class Message(BaseModel, alias_generator=to_camel, validate_by_name=True, extra="forbid"):
    """A message with Google's rules: names in either case, one object for a list, no others."""

    model_config = {"frozen": True}
    unread: ClassVar[frozenset[str]] = frozenset()
    """Fields that Gemini takes and that change nothing here, whatever they hold."""

    @model_validator(mode="before")
    @classmethod
    def _drop_unset_and_unread(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        fields = cast("JSONObject", data)
        if len(fields) > _MOST_FIELDS:
            raise PydanticCustomError("too_many_fields", "Input has too many fields")
        return {n: v for n, v in fields.items() if v is not None and n not in cls.unread}


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
    args: JSONObject = {}
    id: str | None = None


class FunctionResponse(Message):
    """What the caller's function returned."""

    unread = _unread("parts will_continue scheduling")
    name: str = ""
    response: JSONObject = {}
    id: str | None = None


class VideoMetadata(Message):
    """Which part of a video is looked at, and how often a second."""

    fps: float = 1.0
    start_offset: Seconds | None = None
    end_offset: Seconds | None = None


class Part(Message):
    """One piece of a message: exactly one of the data fields is set."""

    unread = _unread("media_resolution part_metadata media_processing")
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
    thought_signature: Base64 | None = None
    video_metadata: VideoMetadata | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no data field is set."""
        return self.model_fields_set <= {"thought", "thought_signature", "video_metadata"}


class Content(Message):
    """One turn: who speaks, and the parts said."""

    role: str = ""
    parts: Many[Part] = []


class FunctionDeclaration(Message):
    """A function that the model may ask to call."""

    unread = _unread("response response_json_schema behavior")
    name: str
    description: str = ""
    parameters: JSONObject | None = None
    parameters_json_schema: JSONObject | None = None


class Tool(Message):
    """Functions, or one of Google's own tools."""

    function_declarations: Many[FunctionDeclaration] = []
    google_search: JSONObject | None = None
    google_search_retrieval: JSONObject | None = None
    code_execution: JSONObject | None = None
    url_context: JSONObject | None = None
    google_maps: JSONObject | None = None
    file_search: JSONObject | None = None
    computer_use: JSONObject | None = None
    mcp_servers: Any = None


class FunctionCallingConfig(Message):
    """Whether and which functions may be called."""

    mode: Annotated[
        Literal["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"],
        BeforeValidator(lambda sent: str(sent).upper()),
    ] = "AUTO"
    allowed_function_names: list[str] = []


class ToolConfig(Message):
    """How tools are used."""

    unread = _unread("retrieval_config")
    function_calling_config: FunctionCallingConfig = FunctionCallingConfig()
    include_server_side_tool_invocations: bool = False


class ThinkingConfig(Message):
    """Whether the answer tells how it came about."""

    include_thoughts: bool = False
    thinking_budget: int | None = None
    thinking_level: str | None = None


class GenerationConfig(Message):
    """The sampling parameters, with the ranges and the defaults that the API documents."""

    unread = _unread("response_format speech_config image_config media_resolution audio_timestamp")
    temperature: float = Field(default=1.0, ge=0, le=2)
    top_p: float = Field(default=0.95, ge=0, le=1)
    top_k: int = Field(default=64, ge=1, lt=2**31)
    seed: Whole | None = Field(default=None, ge=-(2**31), lt=2**31)
    candidate_count: Whole | None = Field(default=None, ge=1, le=8)
    max_output_tokens: Whole | None = Field(default=None, ge=1, lt=2**31)
    stop_sequences: list[str] = Field(default_factory=list[str], max_length=5)
    presence_penalty: float | None = Field(default=None, ge=-2, lt=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, lt=2)
    response_mime_type: Literal["", "text/plain", "application/json", "text/x.enum"] = ""
    response_schema: JSONObject | None = None
    response_json_schema: JSONObject | bool | None = None
    response_logprobs: bool = False
    logprobs: int | None = Field(default=None, ge=0, le=20)
    response_modalities: list[str] = []
    thinking_config: ThinkingConfig = ThinkingConfig()


class _Prompt(Message):
    model: str | None = None
    contents: Many[Content] = []
    system_instruction: Content | None = None
    tools: Many[Tool] = []


class GenerateContentRequest(_Prompt):
    """Body of generateContent and streamGenerateContent."""

    unread = _unread("safety_settings service_tier store continuation_token")
    generation_config: GenerationConfig = GenerationConfig()
    tool_config: ToolConfig = ToolConfig()
    cached_content: str | None = None


class InteractionRequest(Message):
    """Body of interactions create."""

    unread = _unread("agent background response_modalities safety_settings service_tier")
    model: str = ""
    input: str | JSONObject | list[str | JSONObject] = ""
    system_instruction: str | None = None
    generation_config: JSONObject = {}
    tools: list[JSONObject] = []
    previous_interaction_id: str | None = None
    response_format: Many[JSONObject] = []
    response_mime_type: str | None = None
    stream: bool = False
    store: bool = True
    labels: dict[str, str] = {}
    cached_content: str | None = None


class CountTokensRequest(Message):
    """Body of countTokens: contents, or a whole request."""

    contents: Many[Content] = []
    generate_content_request: GenerateContentRequest | None = None


class EmbedContentRequest(Message):
    """Body of embedContent, and each item of batchEmbedContents."""

    unread = _unread("embed_content_config")
    content: Content | None = None
    model: str | None = None
    task_type: str | None = None
    title: str | None = None
    output_dimensionality: int | None = Field(default=None, ge=1, le=3072)


class BatchEmbedContentsRequest(Message):
    """Body of batchEmbedContents."""

    requests: Annotated[Many[EmbedContentRequest], Field(min_length=1, max_length=100)]


class CachedContentBody(_Prompt):
    """Body of cachedContents create and patch."""

    unread = _unread("name create_time update_time usage_metadata")
    tool_config: ToolConfig | None = None
    ttl: Seconds | None = Field(default=None, ge=0, lt=1e9)
    expire_time: AwareDatetime | None = None
    display_name: str | None = None


class FileMetadata(Message):
    """What the caller says about a file before sending it."""

    name: str | None = None
    display_name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = Field(default=None, ge=0)


class UploadRequest(Message):
    """Body of the first request of a resumable upload."""

    file: FileMetadata = FileMetadata()
