"""Controls that the widgets share: buttons that tell what went wrong, and code to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from gemini_nb.display import html, words
from gemini_nb.errors import GeminiNBError
from gemini_nb.requests.curl import as_curl
from gemini_nb.requests.javascript import as_javascript
from gemini_nb.requests.python import as_python

if TYPE_CHECKING:
    from collections.abc import Callable

_LANGUAGES: Final = {"Python": as_python, "curl": as_curl, "JavaScript": as_javascript}
_LONGEST: Final = 1000  # characters of an error
_CODE: Final = "margin:0;max-height:24em;overflow:auto;white-space:pre;line-height:1.4"


class Problem(ipywidgets.HTML):
    """A line that says what went wrong; empty where all is well.

    Jupyter drops what a handler raises: each handler is `watched`, or nobody would ever know.
    """

    def watched(self, act: Callable[[], object]) -> Callable[..., None]:
        """A handler of any event that acts, and shows here what that raised."""

        def handle(*_: object) -> None:
            self.value = ""
            try:
                act()
            except Exception as error:  # noqa: BLE001 - it is shown
                self.tell(error)

        return handle

    def tell(self, error: BaseException | str) -> None:
        """Show an error, or what is to be said in place of one."""
        # The SDK's errors print as the whole reply, and have the words for a person apart.
        said = words(getattr(error, "message", None) or error, _LONGEST)
        is_foreign = isinstance(error, BaseException) and not isinstance(error, GeminiNBError)
        kind = f"{type(error).__name__}: " if is_foreign else ""
        self.value = f"<div role='alert' style='color:#b3261e'>{html(kind + said)}</div>"


def button(name: str, act: Callable[[], object], problem: Problem, **looks: Any) -> Any:  # noqa: ANN401 - ipywidgets has no types
    """A button that does `act`, and shows in `problem` what that raised."""
    made: Any = ipywidgets.Button(description=name, **looks)
    made.on_click(problem.watched(act))
    return made


def safe_html(page: str = "") -> ipywidgets.HTML:
    """A place for HTML that is safe already: the widget itself cleans nothing."""
    return ipywidgets.HTML(page, layout=ipywidgets.Layout(overflow="auto", max_width="100%"))


class CodeTabs:
    """A call in Python, curl and JavaScript, one tab each; `tabs` is the widget."""

    def __init__(self) -> None:
        self._places = {name: safe_html() for name in _LANGUAGES}
        self.tabs: Any = ipywidgets.Tab([*self._places.values()])
        for number, name in enumerate(_LANGUAGES):
            self.tabs.set_title(number, name)

    def show(self, method: Callable[..., object], **options: Any) -> None:  # noqa: ANN401 - the SDK's
        """Show the code that makes this call of the SDK's; nothing is sent."""
        for name, place in self._places.items():
            code = _LANGUAGES[name](method, **options)
            place.value = f"<pre style='{_CODE}'>{html(str(code))}</pre>"
