"""The options of `%%gemini`: one table for its parser, its help and its completion."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final

from gemini_nb import catalog
from gemini_nb.errors import ModelError
from gemini_nb.ipython.prompt import CLOSE, OPEN, interpolate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# NAME is a variable, or an expression; VAR is a variable that need not be there yet.
_TABLE: Final = """
--model MODEL          ask this model; given twice, both answer side by side
--system TEXT          the system instruction: 'TEXT' or {{variable}}
--temperature T        0 for the likeliest words, more for variety
--max-output-tokens N  end the answer after so many tokens
--image NAME           a picture to send and to draw on: a variable or a path; may be repeated
--chat VAR             go on with the chat in this variable, or begin one there
--json                 answer in JSON; the variable of --out holds what it says
--schema NAME          the form of such an answer: a pydantic class, list[Class] or JSON schema
--out VAR              keep the answer in this variable too; it is always in _gemini
--thoughts             show a summary of what the model thought
--no-badge             leave out the line that says what it cost in tokens
--literal              send {{ and }} as they are
"""
_ROWS: Final[list[tuple[str, str, str]]] = re.findall(r"(--\S+) ?(\S*) {2,}(.+)", _TABLE)
_VALUED: Final = {name: metavar for name, metavar, _ in _ROWS if metavar}
_TYPES: Final[dict[str, type]] = {"T": float, "N": int}
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    name: {"help": told, "metavar": metavar, "type": _TYPES.get(metavar, str)}
    | ({"action": "append"} if name in {"--model", "--image"} else {})
    if metavar
    else {"help": told, "action": "store_true"}
    for name, metavar, told in _ROWS
}
"""What IPython's `argument` takes, by the option's name."""

_IN: Final = r"(?:\{\{.*?\}\}|"  # an expression, which holds together whatever is in it, or
# Quotes count only around a whole word or value: an apostrophe is an apostrophe.
_WORD: Final = re.compile(rf"""(--[\w-]+=)?(?:"({_IN}[^"])*)"|'({_IN}[^'])*)')(?=\s|$)|{_IN}\S)+""")
# A newer model than our table knows may be asked for by its full id.
_FULL_ID: Final = re.compile(r"(models/)?[a-z]+(-[a-z]+)*-\d[\w.-]*|tunedModels/[\w.-]+")


def model_ids() -> list[str]:
    """The ids of the models that answer prompts, the default first."""
    current = [model.id for model in catalog.CURRENT if "generateContent" in model.methods]
    return list(dict.fromkeys([catalog.default("text").id, *current]))


def chosen_model(name: str) -> str:
    """The id of the model called `name`, without `models/`; the default for "".

    Raises:
        ModelError: a nickname, such as "flash"; a model that is retired, or makes vectors.

    Example:
        >>> chosen_model("models/gemini-3.6-flash")
        'gemini-3.6-flash'
    """
    known = catalog.find(name)
    if catalog.find_retired(name):
        raise ModelError(f"There is no {name}. {lifetime(name)}")
    if known is not None and known.kind == "embedding":
        raise ModelError(
            f"{known.id} makes vectors, not answers; ask it with gnb.embed(client, texts)."
        )
    if name and known is None and not _FULL_ID.fullmatch(name):
        ids = model_ids()
        similar = [one for one in ids if name.lower() in one]
        similar += difflib.get_close_matches(name.lower(), ids, cutoff=0.5)
        meant = f" Did you mean {similar[0]}?" if similar else ""
        raise ModelError(f"{name!r} is no model's id.{meant} Models: {', '.join(ids)}.")
    return catalog.bare_id(name) or catalog.default("text").id


def lifetime(name: str) -> str:
    """What is known of the end of the model called `name`, in a sentence; "" if nothing is.

    Example:
        >>> lifetime("gemini-2.5-pro")
        'Google shuts it down on 2026-12-01; then gemini-3.8-flash answers.'
    """
    known = catalog.find(name)
    if retired := catalog.find_retired(name):
        return retired.told
    then = f"; then {known.successor} answers" if known and known.successor else ""
    return f"Google shuts it down on {known.ends}{then}." if known and known.ends else ""


def read_line(
    line: str, namespace: Mapping[str, object], *, has_prompt: bool = False
) -> tuple[list[str], str]:
    r"""The words of a magic's line for argparse, and the prompt that may follow on its options.

    Quotes and `{{...}}` hold a word together; backslashes are themselves, as Windows' paths need
    it. Each `{{expression}}` is replaced by its value; where a variable is meant, `{{name}}` is as
    good as `name`. An option and its value are one word, so that the value may begin with a dash.

    Raises:
        InterpolationError: an expression without a value.

    Example:
        >>> read_line("--system '- be {{how}}' --image {{photo}} --json", {"how": "brief"})
        (['--system=- be brief', '--image=photo', '--json'], '')
        >>> read_line("--temperature 0 what's --this", {}, has_prompt=True)
        (['--temperature=0'], "what's --this")
    """
    arguments: list[str] = []
    words = _WORD.finditer(line)
    for word in words:
        told = _unquoted(word)
        if has_prompt and not told.startswith("--"):
            if catalog.find(told):
                return [*arguments, told], line[word.end() + 1 :]
            return arguments, line[word.start() :]
        value = next(words, None) if told in _VALUED else None
        if value is not None and _VALUED[told] in {"NAME", "VAR"}:
            name = re.sub(r"^\{\{(.*)\}\}$", r"\1", _unquoted(value)).strip()
            arguments.append(f"{told}={name}")
            continue
        told += "" if value is None else f"={_unquoted(value)}"
        arguments.append("".join(map(str, interpolate(told, namespace))))
    return arguments, ""


def _unquoted(word: re.Match[str]) -> str:
    quoted = word[2] if word[3] is None else word[3]
    return word[0] if quoted is None else (word[1] or "") + quoted


def completions(before: str, word: str, namespace: Mapping[str, object]) -> list[str]:
    """What `word`, with which the line `before` the cursor ends, may become.

    That is an option, a model, or a variable where one is named.

    Example:
        >>> completions("%%gemini --te", "--te", {})
        ['--temperature']
    """
    variables = sorted(name for name in namespace if name.startswith(word) and name[:1] != "_")
    if before.rfind(OPEN) > before.rfind(CLOSE):
        return variables
    # The ids of models all begin alike: what is written may stand within one.
    models = [name for name in model_ids() if name.startswith(word)]
    models = models or [name for name in model_ids() if word in name]
    command, *arguments = before.removesuffix(word).split() or [""]
    if command == "%%gemini_tokens" and not arguments:
        return models
    if command not in {"%%gemini", "%gemini"}:
        return []
    if arguments and arguments[-1] in _VALUED:
        values = {"NAME": variables, "VAR": variables, "MODEL": models}
        return values.get(_VALUED[arguments[-1]], [])
    options = [name for name in OPTIONS if name.startswith(word)]
    return options if arguments or word.startswith("-") else [*models, *options]


def complete(shell: Any) -> Callable[[], None]:  # noqa: ANN401 - IPython's, which is not loaded
    """Have `shell` complete the magics' arguments; returns what ends that.

    IPython's own hook for a command's arguments works only while a cell has one line, so this is
    one of its matchers.
    """
    from IPython.core import completer  # noqa: PLC0415 - loaded only where it is used

    def found(before: str, word: str) -> list[str]:
        # `In`, `exit` and the like are IPython's, not the user's.
        own = {n: value for n, value in shell.user_ns.items() if n not in shell.user_ns_hidden}
        return completions(before, word, own)

    def match_word(word: str) -> list[str]:
        return found(shell.Completer.text_until_cursor, word)

    def match(context: Any) -> dict[str, Any]:  # noqa: ANN401 - a CompletionContext
        matched = found(context.text_until_cursor, context.token)
        return {
            "completions": [completer.SimpleCompletion(text) for text in matched],
            # Python's keywords and the folder's files are no options.
            "suppress": bool(matched) and context.text_until_cursor.startswith("%"),
        }

    second: Any = getattr(completer, "completion_matcher", None)
    # Before IPython 8.6, as in Colab, a matcher is a function of the word alone.
    matcher: Any = match_word if second is None else second(api_version=2)(match)
    shell.Completer.custom_matchers.append(matcher)
    return lambda: shell.Completer.custom_matchers.remove(matcher)
