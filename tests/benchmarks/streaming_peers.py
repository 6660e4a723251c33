"""A stream of text shown in a cell: by us, and in the ways that notebooks show one today.

Each takes an iterable of strings and shows it, as the code in a cell would. The bundles are given
as they are wherever a peer's own way allows it: `IPython.display.Markdown` would fetch a chunk that
looks like an address.
"""

from __future__ import annotations

import html
import time
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from IPython.display import display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OURS = "gemini_nb.stream"
FLOOR = "one display at the end"
WARM_UP = "Warm *up* with $x$, `code` and\n\n```python\nprint(1)\n```\n"
INSTALL = {"chatlas": "pip install chatlas", "ipywidgets": "pip install ipywidgets"}


class Peer(NamedTuple):
    """A way to show a stream."""

    name: str
    show: Callable[[Iterable[str]], object]
    package: str = "ipython"
    """What has to be installed."""
    is_markdown: bool = True
    """Whether the reader sees Markdown while it grows, rather than its source or nothing."""


def ours(parts: Iterable[str]) -> None:
    import gemini_nb

    gemini_nb.stream(parts)


def nothing(parts: Iterable[str]) -> None:
    """What waiting for the chunks costs by itself."""
    for _ in parts:
        pass


def at_the_end(parts: Iterable[str]) -> None:
    """Nothing to see until everything is there: no way that shows Markdown can cost less."""
    display({"text/markdown": "".join(parts)}, raw=True)


def printed(parts: Iterable[str]) -> None:
    for part in parts:
        print(part, end="")


def displayed(parts: Iterable[str]) -> None:
    """A display for each chunk, as in Google's cookbook."""
    for part in parts:
        display({"text/markdown": part}, raw=True)


def updated(parts: Iterable[str], *, seconds: float) -> None:
    """One display, updated with the whole text, at most once in so many seconds."""
    handle = display({"text/markdown": ""}, raw=True, display_id=True)
    text, last = "", time.monotonic()
    for part in parts:
        text += part
        if time.monotonic() - last >= seconds:
            last = time.monotonic()
            handle.update({"text/markdown": text}, raw=True)
    handle.update({"text/markdown": text}, raw=True)


def chatlas(parts: Iterable[str]) -> None:
    """What `Chat.chat` does with each chunk in a notebook."""
    from chatlas._display import EchoDisplayOptions, IPyMarkdownDisplay

    # These are the defaults of `Chat`.
    options = EchoDisplayOptions(
        rich_markdown={},
        rich_console={},
        css_styles={},
        tool_result_max_lines=None,
        tool_result_max_height="400px",
        thinking_max_lines=None,
        web_activity_max_sources=None,
        image_max_lines=None,
    )
    with IPyMarkdownDisplay(options) as shown:
        for part in parts:
            shown.echo(part)


def rich_live(parts: Iterable[str]) -> None:
    from rich.live import Live
    from rich.markdown import Markdown

    text = ""
    with Live(Markdown(text)) as live:
        for part in parts:
            text += part
            live.update(Markdown(text))


def widget(parts: Iterable[str], *, render: Callable[[str], str]) -> None:
    from ipywidgets import HTML

    text, shown = "", HTML()
    display(shown)
    for part in parts:
        text += part
        shown.value = render(text)


def source(text: str) -> str:
    return f'<pre style="white-space:pre-wrap">{html.escape(text)}</pre>'


def rendered(text: str) -> str:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").render(text)


PEERS = {
    peer.name: peer
    for peer in (
        Peer(OURS, ours, "gemini-nb"),
        Peer("nothing shown", nothing, is_markdown=False),
        Peer(FLOOR, at_the_end, is_markdown=False),
        Peer("chatlas", chatlas, "chatlas"),
        Peer("update per chunk", partial(updated, seconds=0)),
        Peer("update 10 Hz", partial(updated, seconds=0.1)),
        Peer("display per chunk", displayed),
        Peer("ipywidgets.HTML", partial(widget, render=rendered), "ipywidgets"),
        Peer(
            "ipywidgets.HTML <pre>", partial(widget, render=source), "ipywidgets", is_markdown=False
        ),
        Peer("rich.live", rich_live, "rich", is_markdown=False),
        Peer("print", printed, is_markdown=False),
    )
}


def installed(package: str) -> str | None:
    """Its version, if it is there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def is_there(peer: Peer) -> bool:
    """Whether this environment can run it."""
    return installed(peer.package) is not None
