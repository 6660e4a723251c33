"""An answer while it arrives: chunks go in, and a picture of it can be taken at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.answer import Reply
from gemini_nb.answers.growing_candidate import GrowingCandidate
from gemini_nb.answers.pieces import (
    Argued,
    Blocked,
    Counted,
    Failed,
    Finished,
    Grounded,
    Named,
    Opened,
    Piece,
    Progressed,
    Recap,
    Said,
)
from gemini_nb.answers.reading import pieces
from gemini_nb.answers.segments import Text, Thought
from gemini_nb.answers.surrogates import ends_in_half, well_formed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.tokens.usage import Usage

_MANY = 4096  # strings that are taken together: a stream of single characters stays cheap
_USER_INPUT = "user_input"
_THOUGHT = "thought"


class GrowingReply:
    """What was said so far; takes time linear in what is added.

    Example:
        >>> growing = GrowingReply()
        >>> growing.add("Hel")
        >>> growing.add({"candidates": [{"content": {"parts": [{"text": "lo"}]}}]})
        >>> growing.reply().candidates[0].text
        'Hello'
        >>> [piece.segment.text for piece in growing.fresh()], growing.fresh()
        (['Hel', 'lo'], [])
    """

    def __init__(self) -> None:
        self._strings: list[str] = []
        self._fresh: list[Piece] = []
        self._candidates: dict[int, GrowingCandidate] = {}
        self._kinds: dict[int | None, str] = {}
        self._halves: dict[int | None, str] = {}  # of a character, at the end of arguments
        self._usage: Usage | None = None
        self._model = ""
        self._block = ("", "")
        self._failure = ""
        self._interaction_id = ""
        self._status = ""
        self._take: dict[type[Piece], Callable[..., None]] = {
            Said: self._say,
            Opened: self._open,
            Argued: self._argue,
            Finished: self._finish,
            Grounded: self._ground,
            Counted: self._count,
            Named: self._name,
            Blocked: self._refuse,
            Failed: self._fail,
            Progressed: self._progress,
            Recap: self._recall,
        }

    def add(self, chunk: object) -> None:
        """Takes a chunk of any kind that `pieces` knows; never raises."""
        if isinstance(chunk, str):
            self._strings.append(chunk)
            if len(self._strings) >= _MANY:
                self._settle()
            return
        self._settle()
        for piece in pieces(chunk):
            self._take[type(piece)](piece)

    def end(self) -> None:
        """Nothing more comes: half a character at the end becomes U+FFFD in `fresh` as well."""
        self._settle()
        for index, growing in self._candidates.items():
            self._fresh += [Said(index, segment) for segment in growing.end()]

    def fresh(self) -> list[Piece]:
        """The pieces since the last call, as they count for the answer.

        What was said twice, what the user put in, and `Recap` itself are not among them. Half a
        character is held back until its other half comes.
        """
        self._settle()
        fresh, self._fresh = self._fresh, []
        return fresh

    def reply(self) -> Reply:
        """All of it so far."""
        self._settle()
        return Reply(
            candidates=tuple(
                growing.candidate() for _, growing in sorted(self._candidates.items())
            ),
            usage=self._usage,
            model=self._model,
            block_reason=self._block[0],
            block_message=self._block[1],
            failure=self._failure,
            interaction_id=self._interaction_id,
            status=self._status,
        )

    def _settle(self) -> None:
        if self._strings:
            text = "".join(self._strings)
            self._strings.clear()
            if text:
                self._say(Said(0, Text(text)))

    def _candidate(self, index: int) -> GrowingCandidate:
        return self._candidates.setdefault(index, GrowingCandidate())

    def _say(self, said: Said) -> None:
        kind, segment = self._kinds.get(said.step), said.segment
        if kind == _USER_INPUT:
            return
        if kind == _THOUGHT and isinstance(segment, Text):
            segment = Thought(segment.text)
        shown = self._candidate(said.candidate).say(segment, said.step)
        self._fresh += [Said(said.candidate, segment, said.step) for segment in shown]

    def _open(self, opened: Opened) -> None:
        self._kinds[opened.step] = opened.kind
        self._halves.pop(opened.step, None)
        if opened.kind == _USER_INPUT:
            return
        if 0 in self._candidates:
            self._candidates[0].begin(opened.step)
        self._fresh.append(opened)

    def _argue(self, argued: Argued) -> None:
        json = self._halves.pop(argued.step, "") + argued.json
        if ends_in_half(json):
            self._halves[argued.step] = json[-1]
            json = json[:-1]
        readable = Argued(argued.step, well_formed(json))
        self._candidate(0).argue(readable.json, argued.step)
        self._fresh.append(readable)

    def _finish(self, finished: Finished) -> None:
        self._candidate(finished.candidate).finish(finished)
        self._fresh.append(finished)

    def _ground(self, grounded: Grounded) -> None:
        self._candidate(grounded.candidate).rest_on(grounded)
        self._fresh.append(grounded)

    def _count(self, counted: Counted) -> None:
        self._usage = counted.usage
        self._fresh.append(counted)

    def _name(self, named: Named) -> None:
        self._model = named.model
        self._fresh.append(named)

    def _refuse(self, blocked: Blocked) -> None:
        self._block = (blocked.reason, blocked.message)
        self._fresh.append(blocked)

    def _fail(self, failed: Failed) -> None:
        self._failure = failed.message
        self._fresh.append(failed)

    def _progress(self, progressed: Progressed) -> None:
        self._interaction_id = progressed.interaction_id or self._interaction_id
        self._status = progressed.status or self._status
        self._fresh.append(progressed)

    def _recall(self, recap: Recap) -> None:
        already_said = any(growing.has_segments for growing in self._candidates.values())
        already_grounded = any(growing.has_sources for growing in self._candidates.values())
        for piece in recap.pieces:
            if not already_said or (isinstance(piece, Grounded) and not already_grounded):
                self._take[type(piece)](piece)


def whole(answer: object) -> Reply:
    """What a complete answer says.

    Args:
        answer: a response, a candidate, a message, an interaction, one of its steps, a string, a
            list of the chunks of a stream, REST's JSON of any of these, or a `Reply`.

    Example:
        >>> whole(["Hel", "lo"]).candidates[0].text
        'Hello'
    """
    if isinstance(answer, Reply):
        return answer
    growing = GrowingReply()
    for chunk in _chunks(answer):
        growing.add(chunk)
    return growing.reply()


def _chunks(answer: object) -> list[object]:
    return list(answer) if isinstance(answer, list | tuple) else [answer]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
