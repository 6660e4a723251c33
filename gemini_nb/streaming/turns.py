"""What may be shown by now, in its order: candidates one by one, function calls when complete."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gemini_nb.answers.json_text import read_partial
from gemini_nb.answers.pieces import Argued, Finished, Said
from gemini_nb.answers.segments import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gemini_nb.answers.pieces import Piece


class Turns:
    """Lets a candidate's words pass when all candidates before it are complete.

    Example:
        >>> from gemini_nb.answers.segments import Text
        >>> turns = Turns()
        >>> pieces = [Said(1, Text("B")), Said(0, Text("A")), Finished(0, "STOP")]
        >>> [said.segment.text for said in turns.in_turn(pieces)]
        ['A', 'B']
    """

    def __init__(self) -> None:
        self._now = 0
        self._waiting: dict[int, list[Said]] = {}
        self._finished: set[int] = set()
        self._call: Said | None = None  # whose arguments are still coming
        self._arguments: list[str] = []

    def in_turn(self, pieces: Iterable[Piece]) -> Iterator[Said]:
        """What may be shown by now."""
        for piece in pieces:
            if isinstance(piece, Argued):
                self._call = self._call or Said(0, FunctionCall("", {}), piece.step)
                self._arguments.append(piece.json)
                continue
            yield from self._complete_call()
            if isinstance(piece, Said):
                if isinstance(piece.segment, FunctionCall) and piece.step is not None:
                    self._call = piece
                elif piece.candidate <= self._now:
                    yield piece
                else:
                    self._waiting.setdefault(piece.candidate, []).append(piece)
            elif isinstance(piece, Finished):
                self._finished.add(piece.candidate)
                while self._now in self._finished:
                    self._now += 1
                    yield from self._waiting.pop(self._now, [])

    def rest(self) -> Iterator[Said]:
        """What still waits, once nothing more comes."""
        yield from self._complete_call()
        for candidate in sorted(self._waiting):
            yield from self._waiting.pop(candidate)

    def _complete_call(self) -> Iterator[Said]:
        """The call that was being made, with its arguments as far as they came."""
        if self._call is None:
            return
        call, told = self._call.segment, read_partial("".join(self._arguments))
        if isinstance(call, FunctionCall) and told:
            call = replace(call, arguments=told)
        yield replace(self._call, segment=call)
        self._call, self._arguments = None, []
