"""A chat as it reads: each turn as safe HTML and as text, and the page that stays of a studio."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from gemini_nb import catalog
from gemini_nb.display import MUTED, SEPARATOR, UNTYPESET, clean, html
from gemini_nb.drawing.picture import load
from gemini_nb.markdown import as_html
from gemini_nb.replies.page import markdown_of, plain_of
from gemini_nb.tokens.badge import badge
from gemini_nb.tokens.token_badge import percent

if TYPE_CHECKING:
    from gemini_nb.widgets.conversation import Conversation, Turn
    from gemini_nb.widgets.run_settings import RunSettings

_NOTHING: Final = "Nothing was said yet."
_SIDES: Final = "display:flex;flex-wrap:wrap;gap:24px"
_SIDE: Final = "flex:1 1 300px;min-width:0;max-width:52em"
_TURN: Final = "line-height:1.5;margin:4px 0 10px;overflow-wrap:anywhere"
_PROMPT: Final = f"{_TURN};padding:2px 10px;border-left:3px solid rgba(127,127,127,.5)"


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """A chat of one column or of several side by side; shows itself, with nothing live."""

    system: str
    """The system instruction; "" for none."""
    columns: tuple[tuple[RunSettings, Conversation], ...]

    def __repr__(self) -> str:
        told = [f"System instruction: {self.system}"] if self.system.strip() else []
        for settings, conversation in self.columns:
            turns = [f"{name_of(turn)}: {_plain(turn)}" for turn in conversation.turns]
            tokens = tokens_of(conversation, settings.model)[0]
            told += [str(settings), *(turns or [_NOTHING]), tokens]
        return "\n\n".join(map(clean, filter(None, told)))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()

    def bundle(self) -> dict[str, str]:
        """It as a MIME bundle."""
        sides = ""
        for settings, conversation in self.columns:
            turns = "".join(map(turn_html, conversation.turns)) or f"<p>{_NOTHING}</p>"
            heading = f"<p {UNTYPESET}><strong>{html(str(settings))}</strong></p>"
            tokens = tokens_of(conversation, settings.model)[1]
            sides += f"<div style='{_SIDE}'>{heading}{turns}{tokens}</div>"
        system = f"<p {UNTYPESET}><em>System instruction:</em> {_lines(self.system)}</p>"
        page = f"{system if self.system.strip() else ''}<div style='{_SIDES}'>{sides}</div>"
        return {"text/plain": repr(self), "text/html": f"<div>{page}</div>"}


def name_of(turn: Turn) -> str:
    """Who speaks in it."""
    is_edited = turn.role == "model" and turn.answer is None
    return "You" if turn.role == "user" else "Model, edited" if is_edited else "Model"


def turn_html(turn: Turn) -> str:
    """What is said in it, and by whom, as safe HTML; a picture as a small one."""
    name = f"<strong>{name_of(turn)}</strong>"
    if turn.role == "model":
        said = as_html(markdown_of(turn.reply, turn.answer.stopped if turn.answer else None))
        return f"<div style='{_TURN}'>{name}{said}</div>"
    pictures = "".join(map(picture_html, (part for part in turn.parts if part.inline_data)))
    words = f"<div {UNTYPESET}>{_lines(turn.text)}</div>"
    return f"<div style='{_PROMPT}'>{name}{pictures}{words}</div>"


def picture_html(image: object, width: int = 240) -> str:
    """A picture in any form that `draw` takes, at most `width` pixels wide, within the page."""
    shown = load(image).encoded(width)
    source = f"data:{shown.mime_type};base64,{base64.b64encode(shown.data).decode()}"
    return f"<div><img alt='picture' style='max-width:100%' src='{source}'></div>"


def tokens_of(conversation: Conversation, model: str) -> tuple[str, str]:
    """What of the model's window a chat fills, and what its answers took; as text, and as HTML."""
    answers = [turn.answer for turn in conversation.turns if turn.answer and turn.answer.usage]
    if not answers or (usage := answers[-1].usage) is None:
        return "", ""
    told = f"The chat is {usage.shown(usage.total)} tokens"
    if window := getattr(catalog.find(model), "input_token_limit", 0):
        told += f", {percent(usage.total, window)} of the {window:,} that {model} takes"
    spent = reduce(add, map(badge, answers))
    line = f"<div style='{MUTED}'>{html(told)}. Its answers took:</div>"
    page = f"<div style='font-size:90%;line-height:1.5'>{line}{spent.html}</div>"
    return f"{told}{SEPARATOR}{spent.text}", page


def _plain(turn: Turn) -> str:
    if turn.role == "model":
        return plain_of(turn.reply, turn.answer.stopped if turn.answer else None)
    return "[picture] " * sum(part.inline_data is not None for part in turn.parts) + turn.text


def _lines(text: str) -> str:
    return html(text).replace("\n", "<br>")
