"""Completion of the magics' options, of models, and of variables between `{{` and `}}`.

IPython's own hook for a command's arguments works only while a cell has one line, so this is one of
its matchers: a function of the word before the cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from gemini_nb.ipython.interpolation import CLOSE, OPEN
from gemini_nb.ipython.model_choice import model_ids
from gemini_nb.ipython.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_GEMINI: Final = ("%%gemini", "%gemini")
_TOKENS: Final = "%%gemini_tokens"
_BY_NAME: Final = {option.name: option for option in OPTIONS}
Matcher = Any
"""What IPython calls: a function of the word, or of a `CompletionContext` in newer versions."""

_registered: WeakKeyDictionary[Any, Matcher] = WeakKeyDictionary()


def register(shell: Any) -> None:  # noqa: ANN401 - IPython's InteractiveShell, which is not loaded
    """Have `shell` complete the magics; doing it twice changes nothing."""
    if shell in _registered:
        return
    _registered[shell] = match = _matcher(shell)
    shell.Completer.custom_matchers.append(match)


def unregister(shell: Any) -> None:  # noqa: ANN401 - as above
    """Take out what `register` put in."""
    match = _registered.pop(shell, None)
    if match in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(match)


def _matcher(shell: Any) -> Matcher:  # noqa: ANN401 - as above
    """`completions` as the installed IPython wants it."""
    from IPython.core import completer  # noqa: PLC0415 - loaded only where it is used

    def found(before: str, word: str) -> list[str]:
        # `In`, `exit` and the like are IPython's, not the user's.
        own = {name: value for name, value in shell.user_ns.items() if name not in hidden}
        return completions(before, word, own)

    def match(context: Any) -> dict[str, Any]:  # noqa: ANN401 - a CompletionContext
        matched = found(context.text_until_cursor, context.token)
        return {
            "completions": [completer.SimpleCompletion(text) for text in matched],
            # Python's keywords and the folder's files are no options.
            "suppress": bool(matched) and context.text_until_cursor.startswith("%"),
        }

    def match_word(word: str) -> list[str]:
        return found(shell.Completer.text_until_cursor, word)

    hidden = shell.user_ns_hidden
    second_api: Any = getattr(completer, "completion_matcher", None)
    # Before IPython 8.6, as in Colab, a matcher is a function of the word alone.
    return match_word if second_api is None else second_api(api_version=2)(match)


def completions(before: str, word: str, namespace: Mapping[str, object]) -> list[str]:
    """What `word` may become.

    Args:
        before: the line up to the cursor, `word` included.
        word: what is being written; it may be empty.
        namespace: the user's variables.

    Example:
        >>> completions("%%gemini --te", "--te", {})
        ['--temperature']
        >>> completions("Describe {{ph", "ph", {"photo": 1})
        ['photo']
    """
    if before.rfind(OPEN) > before.rfind(CLOSE):
        return _names(word, namespace)
    command, *arguments = before.removesuffix(word).split() or [""]
    if command == _TOKENS and not arguments:
        return _models(word)
    return _of_gemini(arguments, word, namespace) if command in _GEMINI else []


def _of_gemini(arguments: list[str], word: str, namespace: Mapping[str, object]) -> list[str]:
    """What `word` may become after some arguments of `%%gemini`."""
    awaited = _BY_NAME.get(arguments[-1]) if arguments else None
    if awaited is not None and awaited.metavar:
        values = {"variable": _names(word, namespace), "model": _models(word)}
        return values.get(awaited.holds, [])
    options = [name for name in _BY_NAME if name.startswith(word)]
    return options if arguments or word.startswith("-") else [*_models(word), *options]


def _models(word: str) -> list[str]:
    """Models whose id has `word` in it: the ids all begin alike."""
    begin = [name for name in model_ids() if name.startswith(word)]
    return begin or [name for name in model_ids() if word in name]


def _names(word: str, namespace: Mapping[str, object]) -> list[str]:
    """The user's variables; attributes are completed by IPython."""
    return sorted(name for name in namespace if name.startswith(word) and name[:1] != "_")
