"""A conversation with a model that calls functions: by chats, `generate_content`, Interactions."""

from __future__ import annotations

import base64
import inspect
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Literal

from google.genai import types
from pydantic import TypeAdapter

from gemini_nb.display import words
from gemini_nb.errors import RobotError
from gemini_nb.replies.reply import Reply, whole
from gemini_nb.replies.segments import FunctionCall
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.statements import Call
from gemini_nb.streaming.stream import error_notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from google.genai import Client

    Function = Callable[..., object]
    Functions = Sequence[Function]
    Wanted = tuple[str, Mapping[str, Any], str | None]

Via = Literal["chat", "generate_content", "interactions"]


class Conversation:
    """One conversation, remembered by the SDK's chat, by us, or by the API: asked alike.

    With `most` the SDK itself carries out calls, for so many turns.
    """

    def __init__(
        self, client: Client, via: Via, model: str, config: Mapping[str, Any], most: int
    ) -> None:
        self._client, self._via, self._model = client, via, model
        self._config, self._most = config, most
        self._chat: Any = client.chats.create(model=model)
        self._history: list[types.Content] = []
        self._previous: dict[str, str] = {}

    def ask(self, said: list[types.Part], functions: Functions = ()) -> Reply:
        """The answer.

        Raises:
            RobotError: there is none; it says why.
        """
        ask = self._interact if self._via == "interactions" else self._generate
        try:
            return whole(ask(said, functions))
        except Exception as error:  # whatever the client, the network or the API raises
            told = error_notice(error).advice
            if isinstance(error, KeyError):  # automatic calling looks a function up
                told = f"there is no function {words(error)}."
            raise RobotError(told) from error

    def _generate(self, said: list[types.Part], functions: Sequence[Function]) -> object:
        # Declared by us where possible: the SDK can't declare functions without types.
        named = [declared(function, "parameters_json_schema") for function in functions]
        tools = functions if self._most else [{"function_declarations": named}]
        calling = {"maximum_remote_calls": self._most} if self._most else {"disable": True}
        asked = {"tools": tools if functions else None, "automatic_function_calling": calling}
        config: Any = {**self._config, **asked}
        if self._via == "chat":
            return self._chat.send_message(said, config=config)
        self._history.append(types.Content(role="user", parts=said))
        generate: Any = self._client.models.generate_content
        answer = generate(model=self._model, contents=self._history, config=config)
        self._history = answer.automatic_function_calling_history or self._history
        self._history += [each.content for each in answer.candidates or () if each.content]
        return answer

    def _interact(self, said: list[types.Part], functions: Sequence[Function]) -> object:
        tools = [{"type": "function", **declared(each, "parameters")} for each in functions]
        asked = {**self._config, **self._previous, **({"tools": tools} if tools else {})}
        create: Any = self._client.interactions.create
        answer = create(model=self._model, input=[*map(_input, said)], **asked)
        self._previous = {"previous_interaction_id": answer.id}
        return answer


def declared(function: Function, schema: str = "parameters") -> dict[str, Any]:
    """A function as the API is told of it, the schema of its parameters under the name given.

    Raises:
        TypeError: it can't be declared, and others where its annotations can't be read.
    """
    kinds = {each.kind for each in inspect.signature(function).parameters.values()}
    if inspect.iscoroutinefunction(function) or not function.__name__.isidentifier():
        raise TypeError("it has no name, or must be awaited")
    if not kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}:
        raise TypeError("each of its parameters needs a name")
    parameters = TypeAdapter(inspect.unwrap(function)).json_schema()
    told = inspect.getdoc(function) or ""
    return {"name": function.__name__, "description": told, schema: parameters}


def described(function: Function) -> str:
    """A function as the guide's prompt tells of it."""
    told = (inspect.getdoc(function) or "").replace("\n", "\n    ")
    return f"def {function.__name__}{inspect.signature(function, eval_str=True)}:\n    {told}"


def wanted(reply: Reply) -> list[Wanted]:
    """The calls of an answer: name, arguments, and id."""
    said = reply.candidates[0].segments if reply.candidates else ()
    calls = [each for each in said if isinstance(each, FunctionCall)]
    return [(each.name, each.arguments, each.id) for each in calls]


def written(reply: Reply, functions: Mapping[str, Function]) -> list[Wanted]:
    """The calls that an answer writes as JSON, which have no ids."""
    calls: list[Wanted] = []
    for call in parse(reply).of(Call):
        given = call.args
        if isinstance(given, tuple):
            known = functions.get(call.function)
            names = inspect.signature(known).parameters if known else ()
            # One too many gets a number, which no function takes.
            given = dict(zip(chain(names, map(str, count(1))), given, strict=False))
        calls.append((call.function, given, None))
    return calls


def _input(part: types.Part) -> dict[str, Any]:
    """What is said, as an item of an interaction's input."""
    if blob := part.inline_data:
        data = base64.b64encode(blob.data or b"").decode("ascii")
        return {"type": "image", "mime_type": blob.mime_type, "data": data}
    if answer := part.function_response:
        [(kind, result)] = (answer.response or {}).items()
        told = {"call_id": answer.id, "name": answer.name, "result": result}
        return {"type": "function_result", "is_error": kind == "error", **told}
    return {"type": "text", "text": part.text}
