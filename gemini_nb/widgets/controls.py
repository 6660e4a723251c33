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
        self.value = f"<div role='alert' style='color:#b3261e'>{html(kind + said)}</div>"


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


def titled(parts: dict[str, Any], kind: Any = ipywidgets.Accordion) -> Any:  # noqa: ANN401 - as said
    """Parts of a page behind their titles: folded up, or the tabs of an `ipywidgets.Tab`."""
    made = kind([*parts.values()])
    for number, title in enumerate(parts):
        made.set_title(number, title)
    made.selected_index = None if kind is ipywidgets.Accordion else 0
    return made
