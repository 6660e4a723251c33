"""Controls that the widgets share: each with a name, and buttons that tell what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from gemini_nb.display import html, words
from gemini_nb.errors import GeminiNBError

if TYPE_CHECKING:
    from collections.abc import Callable

WRAPPED: Final = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}
"""Layout of what stands side by side where there is room."""
_LONGEST: Final = 1000  # characters of an error
_RED: Final = "color:var(--jp-error-color1, #b3261e)"  # JupyterLab's differs in the dark


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

    def tell(self, error: BaseException) -> None:
        """Show an error."""
        # The SDK's errors print as the whole reply, and have the words for a person apart.
        said = words(getattr(error, "message", None) or error, _LONGEST)
        kind = "" if isinstance(error, GeminiNBError) else f"{type(error).__name__}: "
        self.value = f"<div role='alert' style='{_RED}'>{html(kind + said)}</div>"


# ipywidgets has no types: Any stands for its widgets.
def button(name: str, act: Callable[[], object], problem: Problem) -> Any:  # noqa: ANN401 - as said
    """A button that does `act`, and shows in `problem` what that raised."""
    made: Any = ipywidgets.Button(description=name, layout={"width": "auto"})
    made.on_click(problem.watched(act))
    return made


def text_field(name: str, rows: int) -> Any:  # noqa: ANN401 - as said
    """A field for several lines, with its name beside it.

    It tells its text when it is left: a click on a button would overtake the last letters.
    """
    looks: Any = {
        "layout": {"width": "calc(100% - 4px)", "max_width": "64em"},
        "style": {"description_width": "initial"},
    }
    return ipywidgets.Textarea(description=name, rows=rows, continuous_update=False, **looks)


def safe_html(page: str = "") -> Any:  # noqa: ANN401 - as said
    """A place for HTML that is safe already: the widget itself cleans nothing."""
    return ipywidgets.HTML(page, layout=ipywidgets.Layout(overflow="auto", max_width="100%"))


def folded(name: str, content: Any) -> Any:  # noqa: ANN401 - as said
    """A button, and below it what is shown while that is pressed.

    An Accordion can't be opened with the keyboard, and leaves the focus to JupyterLab's shortcuts.
    """
    looks: Any = {"layout": {"width": "auto", "align_self": "flex-start"}}
    made: Any = ipywidgets.ToggleButton(description=name, **looks)

    def fold(*_: object) -> None:
        content.layout.display = None if made.value else "none"

    made.observe(fold, "value")
    fold()
    return ipywidgets.VBox([made, content])
