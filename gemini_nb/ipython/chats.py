"""Whom a request goes to: a model, or a chat that lives in a variable of the user's."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.catalog import bare_id
from gemini_nb.errors import InvalidOptionError
from gemini_nb.ipython.model_choice import chosen_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.genai import Client
    from google.genai.chats import Chat

    from gemini_nb.ipython.request import Request


_FORM: Final = ("response_mime_type", "response_schema", "response_json_schema")


def answer_chunks(client: Client, model: str, request: Request) -> Iterator[object]:
    """The stream of one model's answer; nothing is sent before it is iterated over."""
    return client.models.generate_content_stream(
        model=model, contents=request.contents, config=cast("Any", request.config)
    )


def chat_chunks(chat: Chat, request: Request) -> Iterator[object]:
    """The stream of a chat's next answer, with the chat's own settings where none are given."""
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    config = None
    if request.config:
        # The SDK would forget the chat's own, the system instruction among them.
        kept: Any = getattr(chat, "_config", None) or {}
        given = types.GenerateContentConfig(**request.config)
        changes = {name: getattr(given, name) for name in given.model_fields_set}
        config = types.GenerateContentConfig.model_validate(kept).model_copy(update=changes)
    return cast("Any", chat).send_message_stream(request.contents, config)


def chat_of(
    name: str, namespace: Mapping[str, object], client: Client, model: str | None, request: Request
) -> Chat:
    """The chat in the variable `name`, or a new one.

    Args:
        name: of the variable.
        namespace: the user's variables; a builtin counts as one.
        client: which a new chat uses.
        model: which the user named, if so; another one than the chat's is refused.
        request: a new chat keeps its settings, but not the form of its answer.

    Raises:
        InvalidOptionError: the variable holds something else, or a chat with another model.
    """
    is_builtin = name not in namespace and hasattr(builtins, name)
    if name not in namespace and not is_builtin:
        lasting = {key: value for key, value in request.config.items() if key not in _FORM}
        return client.chats.create(model=model or chosen_model(""), config=cast("Any", lasting))
    chat: Any = getattr(builtins, name) if is_builtin else namespace[name]
    if not callable(getattr(chat, "send_message_stream", None)):
        freed = "" if is_builtin else f", or `del {name}` to begin one there"
        raise InvalidOptionError(
            f"--chat {name}: {name} is {type(chat).__name__}, not a chat; choose another name"
            f"{freed}."
        )
    partner = bare_id(str(getattr(chat, "_model", "")))
    if model is not None and partner not in ("", model):
        raise InvalidOptionError(
            f"--chat {name} speaks with {partner}; leave {model} out, or begin another chat."
        )
    return chat
