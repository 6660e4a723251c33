"""Seeing every call that the SDK makes, for as long as somebody watches.

The SDK has no hook for this. HTTP is the wrong place: a hook there sees a stream before its body,
would have to unpack and parse it a second time, and asynchronous clients may run on another
library. Subclasses and proxies of a client miss what its chats and other packages do with the
client's own parts. So, as tracing libraries do, the public methods of the SDK's classes are wrapped
while somebody watches, and put back afterwards: they return what they would have returned.
"""

from __future__ import annotations

import functools
import threading
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from gemini_nb.fields import field
from gemini_nb.tokens.call_record import CallRecord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator

SdkValue = Any
"""Whatever the SDK's methods take and return, and these methods themselves."""
Method = SdkValue

MODELS = "models"
INTERACTIONS = "interactions"


class Watcher(Protocol):
    """Somebody who wants to know of calls."""

    def take(self, record: CallRecord, resource: object, name: str) -> bool:
        """A call begins on `resource`, which a client calls `name`: whether to hear more of it."""
        ...

    def told(self, record: CallRecord) -> None:
        """A call that was taken has told more."""
        ...


_lock = threading.Lock()
_watchers: list[Watcher] = []
_replaced: list[tuple[type, str, Method, Method]] = []


def watch(watcher: Watcher) -> None:
    """Tell `watcher` of all calls from now on."""
    with _lock:
        if not _watchers:
            _install()
        _watchers.append(watcher)


def unwatch(watcher: Watcher) -> None:
    """Tell `watcher` of no further calls; those under way are still followed."""
    with _lock:
        _watchers.remove(watcher)
        if not _watchers:
            _uninstall()


class _Call:
    """One call, followed for all who watched when it began."""

    def __init__(self, resource: object, name: str, method: str, model: object) -> None:
        self.record = CallRecord(str(model or ""), is_free=method == "count_tokens")
        with _lock:
            present = tuple(_watchers)
        self._watchers = [each for each in present if each.take(self.record, resource, name)]

    def see(self, answer: object) -> None:
        """Take in a response, or the next chunk of one."""
        if self.record.see(answer):
            self._tell()

    @contextmanager
    def followed(self, *, is_stream: bool = False) -> Generator[None]:
        """End the call with the block; where a stream is opened in it, only if that fails."""
        try:
            yield
        except BaseException as error:
            # Who closes a stream, or interrupts it, has had no failure.
            self._end(failed=isinstance(error, Exception))
            raise
        if not is_stream:
            self._end()

    def each(self, chunks: Iterator[SdkValue]) -> Iterator[SdkValue]:
        """The chunks, seen as they pass."""
        with self.followed():
            for chunk in chunks:
                self.see(chunk)
                yield chunk

    async def each_async(self, chunks: AsyncIterator[SdkValue]) -> AsyncIterator[SdkValue]:
        """As `each`."""
        with self.followed():
            async for chunk in chunks:
                self.see(chunk)
                yield chunk

    def _end(self, *, failed: bool = False) -> None:
        self.record.end(failed=failed)
        self._tell()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher.told(self.record)


def _whole(original: Method, name: str) -> Method:
    @functools.wraps(original)
    def method(self: object, *args: SdkValue, **options: SdkValue) -> SdkValue:
        call = _Call(self, name, original.__name__, options.get("model"))
        with call.followed():
            response = original(self, *args, **options)
            call.see(response)
        return response

    return method


def _whole_async(original: Method, name: str) -> Method:
    @functools.wraps(original)
    async def method(self: object, *args: SdkValue, **options: SdkValue) -> SdkValue:
        call = _Call(self, name, original.__name__, options.get("model"))
        with call.followed():
            response = await original(self, *args, **options)
            call.see(response)
        return response

    return method


def _stream(original: Method, name: str) -> Method:
    @functools.wraps(original)
    def method(self: object, *args: SdkValue, **options: SdkValue) -> Iterator[SdkValue]:
        # Nothing is sent before the first chunk is asked for, by the SDK neither.
        call = _Call(self, name, original.__name__, options.get("model"))
        yield from call.each(original(self, *args, **options))

    return method


def _stream_async(original: Method, name: str) -> Method:
    @functools.wraps(original)
    async def method(self: object, *args: SdkValue, **options: SdkValue) -> SdkValue:
        call = _Call(self, name, original.__name__, options.get("model"))
        with call.followed(is_stream=True):
            chunks = await original(self, *args, **options)
        return call.each_async(chunks)

    return method


def _interaction(original: Method, name: str) -> Method:
    @functools.wraps(original)
    def method(self: object, *args: SdkValue, **options: SdkValue) -> SdkValue:
        call = _Call(self, name, original.__name__, options.get("model"))
        with call.followed(is_stream=True):
            answer = original(self, *args, **options)
        return _follow(call, answer, call.each)

    return method


def _interaction_async(original: Method, name: str) -> Method:
    @functools.wraps(original)
    async def method(self: object, *args: SdkValue, **options: SdkValue) -> SdkValue:
        call = _Call(self, name, original.__name__, options.get("model"))
        with call.followed(is_stream=True):
            answer = await original(self, *args, **options)
        return _follow(call, answer, call.each_async)

    return method


def _follow(call: _Call, answer: SdkValue, each: Callable[[SdkValue], SdkValue]) -> SdkValue:
    """`answer`, which is whole, or an SDK stream that keeps its events in `generator`."""
    if field(answer, "generator") is not None:
        answer.generator = each(answer.generator)
        return answer
    with call.followed():
        call.see(answer)
    return answer


_METHODS: dict[str, tuple[Callable[[Method, str], Method], Callable[[Method, str], Method]]] = {
    "generate_content": (_whole, _whole_async),
    "generate_content_stream": (_stream, _stream_async),
    "count_tokens": (_whole, _whole_async),
    "embed_content": (_whole, _whole_async),
}
"""The methods of the SDK's models that are watched: the wrappers of each, for both kinds."""


def _install() -> None:
    models = import_module("google.genai.models")
    for number, kind in enumerate((models.Models, models.AsyncModels)):
        for method, wrappers in _METHODS.items():
            _replace(kind, method, wrappers[number], MODELS)
    try:
        # Its classes have no public name; the client's own property would warn and connect.
        generated = import_module("google.genai._gaos.google_genai")
    except ImportError:
        return
    _replace(generated.GeminiNextGenInteractions, "create", _interaction, INTERACTIONS)
    asynchronous = generated.AsyncGeminiNextGenInteractions
    _replace(asynchronous, "create", _interaction_async, INTERACTIONS)


def _replace(kind: type, method: str, wrap: Callable[[Method, str], Method], name: str) -> None:
    original = getattr(kind, method, None)
    if original is not None:
        wrapped = wrap(original, name)
        _replaced.append((kind, method, original, wrapped))
        setattr(kind, method, wrapped)


def _uninstall() -> None:
    for kind, method, original, wrapped in _replaced:
        # Whoever wrapped it meanwhile keeps it: without watchers it only passes calls on.
        if getattr(kind, method) is wrapped:
            setattr(kind, method, original)
    _replaced.clear()
