"""The requests of the Gemini API as typed messages, checked the way Google's parser checks them.

Fields that the offline models have no use for are declared all the same, so that a valid request
stays valid.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gemini_nb.offline.api.content import Content, JSONObject, Many, Message


def _as_upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class FunctionDeclaration(Message):
    """A function that the model may ask to call."""

    name: str
    description: str = ""
    parameters: JSONObject | None = None
    parameters_json_schema: JSONObject | None = None
    response: Any = None
    response_json_schema: Any = None
    behavior: Any = None


class Tool(Message):
    """Functions, or one of Google's own tools."""

    function_declarations: Many[FunctionDeclaration] = Field(
        default_factory=list[FunctionDeclaration]
    )
    google_search: JSONObject | None = None
    google_search_retrieval: JSONObject | None = None
    code_execution: JSONObject | None = None
    url_context: JSONObject | None = None
    google_maps: JSONObject | None = None
    file_search: JSONObject | None = None
    computer_use: JSONObject | None = None
    mcp_servers: Any = None
    retrieval: Any = None
    enterprise_web_search: Any = None


class FunctionCallingConfig(Message):
    """Whether and which functions may be called."""

    mode: Annotated[
        Literal["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"], BeforeValidator(_as_upper)
    ] = "AUTO"
    allowed_function_names: list[str] = Field(default_factory=list[str])
    stream_function_call_arguments: bool | None = None


class ToolConfig(Message):
    """How tools are used."""

    function_calling_config: FunctionCallingConfig = FunctionCallingConfig()
    retrieval_config: Any = None
    include_server_side_tool_invocations: bool | None = None


class ThinkingConfig(Message):
    """Whether the answer tells how it came about."""

    include_thoughts: bool = False
    thinking_budget: int | None = None
    thinking_level: str | None = None


class SafetySetting(Message):
    """A threshold; the offline models filter nothing."""

    category: str
    threshold: str = ""
    method: Any = None


class GenerationConfig(Message):
    """The sampling parameters, with the ranges that the API documents."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    top_k: float | None = Field(default=None, ge=1)
    seed: int | None = Field(default=None, ge=-(2**31), lt=2**31)
    candidate_count: int | None = Field(default=None, ge=1, le=8)
    max_output_tokens: int | None = Field(default=None, ge=1)
    stop_sequences: list[str] = Field(default_factory=list[str], max_length=5)
    presence_penalty: float | None = Field(default=None, ge=-2, lt=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, lt=2)
    response_mime_type: Literal["", "text/plain", "application/json", "text/x.enum"] = ""
    response_schema: JSONObject | None = None
    response_json_schema: JSONObject | bool | None = None
    response_logprobs: bool = False
    logprobs: int | None = Field(default=None, ge=0, le=20)
    response_modalities: list[str] = Field(default_factory=list[str])
    thinking_config: ThinkingConfig = ThinkingConfig()
    response_format: Any = None
    speech_config: Any = None
    image_config: Any = None
    media_resolution: Any = None
    enable_enhanced_civic_answers: bool | None = None
    audio_timestamp: bool | None = None
    enable_affective_dialog: bool | None = None
    translation_config: Any = None
    audio_transcription_config: Any = None


class GenerateContentRequest(Message):
    """Body of generateContent and streamGenerateContent."""

    contents: Many[Content] = Field(default_factory=list[Content])
    system_instruction: Content | None = None
    generation_config: GenerationConfig = GenerationConfig()
    tools: Many[Tool] = Field(default_factory=list[Tool])
    tool_config: ToolConfig = ToolConfig()
    safety_settings: Many[SafetySetting] = Field(default_factory=list[SafetySetting])
    cached_content: str | None = None
    model: str | None = None
    service_tier: Any = None
    store: bool | None = None
    continuation_token: Any = None


class CountTokensRequest(Message):
    """Body of countTokens: contents, or a whole request."""

    contents: Many[Content] = Field(default_factory=list[Content])
    generate_content_request: GenerateContentRequest | None = None
    model: str | None = None


class EmbedContentRequest(Message):
    """Body of embedContent, and each item of batchEmbedContents."""

    content: Content | None = None
    model: str | None = None
    task_type: str | None = None
    title: str | None = None
    output_dimensionality: int | None = None
    embed_content_config: Any = None


class BatchEmbedContentsRequest(Message):
    """Body of batchEmbedContents."""

    requests: Many[EmbedContentRequest] = Field(default_factory=list[EmbedContentRequest])
    model: str | None = None


class CachedContentBody(Message):
    """Body of cachedContents create and patch."""

    model: str | None = None
    contents: Many[Content] = Field(default_factory=list[Content])
    system_instruction: Content | None = None
    tools: Many[Tool] = Field(default_factory=list[Tool])
    tool_config: ToolConfig | None = None
    ttl: str | None = None
    expire_time: str | None = None
    display_name: str | None = None
    name: str | None = None
    create_time: str | None = None
    update_time: str | None = None
    usage_metadata: Any = None


class FileMetadata(Message):
    """What the caller says about a file before sending it."""

    name: str | None = None
    display_name: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None
    create_time: Any = None
    update_time: Any = None
    expiration_time: Any = None
    sha256_hash: Any = None
    uri: Any = None
    download_uri: Any = None
    state: Any = None
    source: Any = None
    error: Any = None
    video_metadata: Any = None


class UploadRequest(Message):
    """Body of the first request of a resumable upload."""

    file: FileMetadata = FileMetadata()
