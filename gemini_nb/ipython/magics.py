"""`%%gemini` and `%%gemini_tokens`: a cell that is a prompt."""

from __future__ import annotations

import os
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final, cast, get_origin

from IPython.core import magic, magic_arguments
from IPython.core.error import UsageError

from gemini_nb import catalog
from gemini_nb.client import BASE_URL_VARIABLE, connect
from gemini_nb.errors import InvalidOptionError, MisfitAnswerError
from gemini_nb.ipython import prompt
from gemini_nb.ipython.options import OPTIONS, chosen_model, read_line

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from google.genai import Client

    from gemini_nb.ipython.side_by_side import SideBySide
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.tokens.badge import TokenBadge

_ANSWER: Final = "_gemini"
_FAULTS: Final = 3  # of an answer that does not fit its schema, that are told
_arguments: Any = magic_arguments  # its decorators have no types


def _with_options(function: Any) -> Any:  # noqa: ANN401 - as above
    """`function` with a parser, and with help, for all options."""
    for name, given in reversed(OPTIONS.items()):
        function = _arguments.argument(name, **given)(function)
    first = _arguments.argument("first_model", metavar="model", nargs="?", help="ask this model")
    return _arguments.magic_arguments()(first(function))


@magic.magics_class
class GeminiMagics(magic.Magics):
    """The magics of `%load_ext gemini_nb`."""

    def __init__(self, shell: Any) -> None:  # noqa: ANN401 - IPython's is typed in part
        super().__init__(shell)
        self._shell = shell
        self._client: Client | None = None
        self._address: str | None = None

    @magic.no_var_expand
    @magic.needs_local_scope
    @magic.line_cell_magic
    @_with_options
    def gemini(
        self, line: str, cell: str | None = None, local_ns: dict[str, object] | None = None
    ) -> Answer | SideBySide:
        r"""Ask Gemini: the cell is the prompt, and the answer streams in below it.

        The answer is kept in `_gemini`, and in the variable of `--out`. It is asked through your
        variable `client`, if that is a google.genai.Client, and otherwise through gnb.connect().

        Only {{expression}} is replaced: by the text of a value, a picture, or a data frame's CSV.
        All other braces, and $, stay as they are. A literal {{ is written {{"{{"}}.

            %%gemini
            Explain \frac{1}{x} to {{reader}} in two sentences.

            %%gemini gemini-3.6-flash --system "Be brief." --temperature 0 --out summary
            Summarise: {{article}}

            %%gemini --image photo --out places
            Point to the cups. Answer as JSON: [{"point": [y, x], "label": "..."}]

            %%gemini --chat tutor
            Now quiz me on that.

            %%gemini --model gemini-4-neon --model gemini-4-argon --schema list[Recipe] --out both
            Three soups for a cold day.

            %gemini --temperature 1 name a colour
        """
        names = {**self._shell.user_ns, **(local_ns or {})}
        arguments, rest = read_line(line, names, has_prompt=cell is None)
        options = cast("Any", self.gemini).parser.parse_args(arguments)
        for name in (options.chat, options.out):
            if name is not None and (not name.isidentifier() or iskeyword(name)):
                raise UsageError(f"--chat and --out take a variable's name, not {name!r}.")
        text = rest if cell is None else cell
        if not text.strip():
            raise UsageError("There is no prompt: write it below %%gemini, or after %gemini.")
        try:
            answer = self._asked(options, text.rstrip(), names, 1 if cell is None else 2)
        except Exception as error:
            # A partial answer, which is on the screen, is kept.
            if (partial := getattr(error, "answer", None)) is not None:
                self._shell.user_ns[_ANSWER] = partial
            raise
        return answer

    @magic.no_var_expand
    @magic.needs_local_scope
    @magic.line_cell_magic
    def gemini_tokens(
        self, line: str, cell: str | None = None, local_ns: dict[str, object] | None = None
    ) -> TokenBadge:
        """Count the tokens of a prompt before it is sent.

        As in %%gemini, {{expression}} is replaced.

            %%gemini_tokens gemini-3.6-flash
            Summarise: {{article}}

            %gemini_tokens Why is the sky blue?
        """
        from gemini_nb.tokens.badge import badge  # noqa: PLC0415 - loads the SDK

        model = chosen_model((line if cell is not None else "").strip())
        text = (line if cell is None else cell).strip("\n")
        if not text.strip():
            raise UsageError("There is nothing to count: write it below %%gemini_tokens.")
        names = {**self._shell.user_ns, **(local_ns or {})}
        contents = prompt.contents_of(text, names, first_line=1 if cell is None else 2)
        return badge(self._client_of(names), contents, model=model)

    def _asked(
        self, options: Namespace, text: str, names: dict[str, object], first_line: int
    ) -> Answer | SideBySide:
        """The answer, shown while it came, and kept in the user's variables."""
        # These load the SDK.
        from gemini_nb.ipython.side_by_side import stream_side_by_side  # noqa: PLC0415
        from gemini_nb.streaming.stream import stream  # noqa: PLC0415

        # What is marked in an answer is drawn on the one picture that it is about.
        contents, image = prompt.images_of(options.image or [], names)
        contents += (
            [text] if options.literal else prompt.contents_of(text, names, first_line=first_line)
        )
        schema = prompt.value_of(options.schema, names, "--schema") if options.schema else None
        config = _config_of(options, schema)
        named: list[str] = [options.first_model or "", *(options.model or [])]
        models = list(dict.fromkeys(chosen_model(name) for name in named if name))
        client = self._client_of(names)
        kept: dict[str, object] = self._shell.user_ns
        if options.chat:
            chat = kept[options.chat] = _chat_of(options.chat, names, client, models, config)
            # What is sent with a message takes the place of the chat's own settings, system
            # instruction included: so what was asked for is put into a copy of them.
            own = dict(getattr(chat, "_config", None) or {})
            streams = [chat.send_message_stream(contents, own | config if config else None)]
        else:
            models = models or [chosen_model("")]
            ask: Any = client.models.generate_content_stream  # sends when it is iterated over
            streams = [ask(model=model, contents=contents, config=config) for model in models]
        has_badge = not options.no_badge
        if len(streams) == 1:
            answer = stream(streams[0], image=image, badge=has_badge)
        else:
            answer = stream_side_by_side(dict(zip(models, streams, strict=True)), badge=has_badge)
        kept[_ANSWER] = answer
        if options.out is not None:
            kept[options.out] = answer
            if options.json or schema is not None:
                kept[options.out] = _said(answer, schema)
        return answer

    def _client_of(self, names: dict[str, object]) -> Client:
        """The user's own `client`, or one that is made once for a connection."""
        from google.genai import Client  # noqa: PLC0415 - takes 1 s

        own = names.get("client")
        if isinstance(own, Client):
            return own
        # gnb.disconnect() puts back the address that connect() has set, and ours has lost its
        # server then.
        if self._client is None or os.environ.get(BASE_URL_VARIABLE) != self._address:
            self._client = connect()
            self._address = os.environ.get(BASE_URL_VARIABLE)
        return self._client


def _config_of(options: Namespace, schema: object) -> dict[str, Any]:
    """The fields of a `GenerateContentConfig`; only what was asked for."""
    is_json = options.json or schema is not None
    # Gemini's own form has its types in capitals, JSON Schema has them in small letters.
    kind = cast("dict[str, Any]", schema).get("type") if isinstance(schema, dict) else "OBJECT"
    is_geminis = isinstance(kind, str) and kind.isupper()
    config: dict[str, Any] = {
        "system_instruction": options.system,
        "temperature": options.temperature,
        "max_output_tokens": options.max_output_tokens,
        "response_mime_type": "application/json" if is_json else None,
        "response_schema" if is_geminis else "response_json_schema": schema,
        "thinking_config": {"include_thoughts": True} if options.thoughts else None,
    }
    return {name: value for name, value in config.items() if value is not None}


def _chat_of(
    name: str, names: Mapping[str, Any], client: Client, models: list[str], config: dict[str, Any]
) -> Any:  # noqa: ANN401 - a Chat, or what can be asked like one
    """The chat in the variable `name`; or a new one, with `config` but not its answer's form."""
    if len(models) > 1:
        raise UsageError("--chat goes with one model: a chat has one partner.")
    if name not in names:
        lasting: Any = {key: config[key] for key in config if not key.startswith("response_")}
        return client.chats.create(model=(models or [chosen_model("")])[0], config=lasting)
    chat: Any = names[name]
    if not callable(getattr(chat, "send_message_stream", None)):
        raise InvalidOptionError(
            f"--chat {name}: {name} is {type(chat).__name__}, not a chat; choose another name, or "
            f"`del {name}` to begin one there."
        )
    partner = catalog.bare_id(str(getattr(chat, "_model", "")))
    if models and models != [partner]:
        raise InvalidOptionError(
            f"--chat {name} speaks with {partner}; leave {models[0]} out, or begin another chat."
        )
    return chat


def _said(answer: Answer | SideBySide, schema: Any) -> object:  # noqa: ANN401 - any type
    """What an answer in JSON says, as objects of the schema's class; of several, by model."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - few ask for objects

    if isinstance(answer, dict):
        return {model: _said(one, schema) for model, one in answer.items()}
    # JSON schemas, and the SDK's own `Schema` objects, describe plain values.
    kind: Any = schema if isinstance(schema, type) or get_origin(schema) else Any
    try:
        return TypeAdapter(kind).validate_json(answer.text)
    except ValidationError as error:
        faults = error.errors()
        is_json = faults[0]["type"] != "json_invalid"
        name = getattr(schema, "__name__", schema) if is_json else "JSON"
        told = [": ".join((*map(str, one["loc"]), one["msg"])) for one in faults[:_FAULTS]]
        begin = f"It begins with {answer.text[:60]!r}." if answer.text else "It is empty."
        if answer.finish_reason == "MAX_TOKENS":
            begin += " It was cut off at its limit; raise --max-output-tokens."
        message = f"The answer is no {name} ({'; '.join(told)}). {begin}"
        raise MisfitAnswerError(message) from error
