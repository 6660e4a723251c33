"""`%%gemini` and `%%gemini_tokens`: a cell that is a prompt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from IPython.core import magic_arguments as untyped_arguments
from IPython.core.error import UsageError
from IPython.core.magic import (
    Magics,
    line_cell_magic,
    magics_class,
    needs_local_scope,
    no_var_expand,
)

from gemini_nb import catalog
from gemini_nb.client import BASE_URL_VARIABLE, connect
from gemini_nb.errors import InvalidOptionError
from gemini_nb.ipython import chats
from gemini_nb.ipython.command_words import prompt_start
from gemini_nb.ipython.failures import told_briefly
from gemini_nb.ipython.interpolation import interpolate
from gemini_nb.ipython.model_choice import chosen_model
from gemini_nb.ipython.options import FLAGS, OPTIONS, Settings, arguments_of, settings_of
from gemini_nb.ipython.prompt_values import contents_of, prompt_value
from gemini_nb.ipython.request import Request, request_of
from gemini_nb.ipython.side_by_side import SideBySide, stream_side_by_side
from gemini_nb.ipython.structured_answers import object_of
from gemini_nb.streaming.stream import stream
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.genai import Client

    from gemini_nb.streaming.answer import Answer
    from gemini_nb.tokens.badge import TokenBadge

_ANSWER = "_gemini"
_arguments: Any = untyped_arguments  # IPython's decorators of magics have no types


def _with_options(magic: Any) -> Any:  # noqa: ANN401 - IPython's decorators are not typed
    """`magic` with a parser, and with help, for the options of `options.OPTIONS`."""
    for option in reversed(OPTIONS):
        given: dict[str, Any] = {"help": option.help}
        if not option.metavar:
            given["action"] = "store_true"
        else:
            given |= {"metavar": option.metavar, "type": option.type}
        if option.repeats:
            given["action"] = "append"
        magic = _arguments.argument(option.name, **given)(magic)
    first = _arguments.argument("first_model", metavar="model", nargs="?", help="ask this model")
    return _arguments.magic_arguments()(first(magic))


@magics_class
class GeminiMagics(Magics):
    """The magics of `%load_ext gemini_nb`."""

    def __init__(self, shell: Any) -> None:  # noqa: ANN401 - IPython's is typed in part
        super().__init__(shell)
        self._client: Client | None = None
        self._address: str | None = None

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
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

            %%gemini --schema list[Recipe] --out recipes
            Three soups for a cold day.

            %%gemini --model gemini-3.8-flash --model gemini-3.6-flash
            Which of you is faster, and why?

            %gemini --temperature 1 name a colour
        """
        with told_briefly():
            line, prompt = _parted(line, cell)
            names = _namespace(self.shell, local_ns)
            settings = self._settings(line, names)
            if not prompt.strip():
                raise UsageError("There is no prompt: write it below %%gemini, or after %gemini.")
            first_line = 1 if cell is None else 2
            request = request_of(settings, prompt.rstrip(), names, first_line=first_line)
            try:
                answer = self._asked(settings, request, names)
            except Exception as error:
                self._keep_what_came(error)
                raise
            self._keep(settings, request, answer)
        return answer

    @no_var_expand
    @needs_local_scope
    @line_cell_magic
    def gemini_tokens(
        self, line: str, cell: str | None = None, local_ns: dict[str, object] | None = None
    ) -> TokenBadge:
        """Count the tokens of a prompt before it is sent.

        As in %%gemini, {{expression}} is replaced.

            %%gemini_tokens
            Summarise: {{article}}

            %%gemini_tokens gemini-3.6-flash
            Summarise: {{article}}

            %gemini_tokens Why is the sky blue?
        """
        with told_briefly():
            model = chosen_model((line if cell is not None else "").strip())
            prompt = (line if cell is None else cell).strip("\n")
            if not prompt.strip():
                raise UsageError("There is nothing to count: write it below %%gemini_tokens.")
            names = _namespace(self.shell, local_ns)
            first_line = 1 if cell is None else 2
            pieces = interpolate(prompt, names, convert=prompt_value, first_line=first_line)
            return badge(self._client_of(names), contents_of(pieces), model=model)

    def _settings(self, line: str, names: Mapping[str, object]) -> Settings:
        parser = cast("Any", self.gemini).parser
        try:
            return settings_of(parser.parse_args(arguments_of(line, names)))
        except InvalidOptionError as error:
            # As IPython's parser tells of its own mistakes.
            raise UsageError(str(error)) from error

    def _asked(
        self, settings: Settings, request: Request, names: Mapping[str, object]
    ) -> Answer | SideBySide:
        """The answer, shown while it came."""
        models = [chosen_model(name) for name in settings.models or ("",)]
        client = self._client_of(names)
        if len(models) > 1:
            streams = {model: chats.answer_chunks(client, model, request) for model in models}
            return stream_side_by_side(streams, with_badge=settings.badge)
        if settings.chat is None:
            chunks = chats.answer_chunks(client, models[0], request)
        else:
            model = models[0] if settings.models else None
            chat = chats.chat_of(settings.chat, names, client, model, request)
            chunks = chats.chat_chunks(chat, request)
            self._set(settings.chat, chat)
        return stream(chunks, image=request.image, badge=settings.badge)

    def _client_of(self, names: Mapping[str, object]) -> Client:
        """The user's own `client`, or one that is made once for a connection."""
        from google.genai import Client  # noqa: PLC0415 - takes 1.6 s

        own = names.get("client")
        if isinstance(own, Client):
            return own
        # gnb.disconnect() puts back the address that connect() has set, and ours has lost its
        # server then.
        if self._client is None or os.environ.get(BASE_URL_VARIABLE) != self._address:
            self._client = connect()
            self._address = os.environ.get(BASE_URL_VARIABLE)
        return self._client

    def _keep(self, settings: Settings, request: Request, answer: Answer | SideBySide) -> None:
        """Put the answer, and what it says, into the user's variables."""
        self._set(_ANSWER, answer)
        if settings.out is None:
            return
        self._set(settings.out, answer)
        if settings.json or request.schema is not None:
            self._set(settings.out, _said(answer, request.schema))

    def _keep_what_came(self, error: Exception) -> None:
        """Keep a partial answer, which is on the screen."""
        if (partial := getattr(error, "answer", None)) is not None:
            self._set(_ANSWER, partial)

    def _set(self, name: str, value: object) -> None:
        cast("Any", self.shell).user_ns[name] = value


def _namespace(shell: Any, local: dict[str, object] | None) -> dict[str, object]:  # noqa: ANN401
    """The variables that the line or cell can see."""
    return {**shell.user_ns, **(local or {})}


def _parted(line: str, cell: str | None) -> tuple[str, str]:
    """The options and the prompt, which in a line follows on them."""
    if cell is not None:
        return line, cell
    start = prompt_start(line, FLAGS)
    first, _, rest = line[start:].partition(" ")
    if catalog.find(first):
        return f"{line[:start]} {first}", rest
    return line[:start], line[start:]


def _said(answer: Answer | SideBySide, schema: object) -> object:
    """What an answer in JSON says; of several answers, by model."""
    if isinstance(answer, SideBySide):
        return {model: _said(one, schema) for model, one in answer.items()}
    return object_of(answer.text, schema, answer.finish_reason)
