"""What a reader of a saved cell would see otherwise if it ran now."""

import copy
import difflib
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_output

from notebook_testing.images import IMAGE_TYPES, image_difference, video_difference

# Names a live model by a random id. What a reader sees without a kernel stands beside it.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

LINE_END = re.compile(r"\r+\n")
VIDEO = re.compile(r"(?<=data:video/)(\w+);base64,([A-Za-z0-9+/=]+)")
EMBEDDED = re.compile(r"(?<=data:image/)(\w+);base64,([A-Za-z0-9+/=]+)")
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)


def settled(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Return `outputs` in the one form that does not depend on how the kernel sent them.

    Text that arrived in pieces is joined, between two richer outputs standard output precedes
    standard error (the kernel sends them in no fixed order), carriage returns have acted, and
    references to live widgets are gone.
    """
    settled_outputs: list[NotebookNode] = []
    groups = itertools.groupby(copy.deepcopy(list(outputs)), key=_is_stream)
    for are_streams, group in groups:
        settled_outputs += _joined(list(group)) if are_streams else _without_widgets(group)
    return settled_outputs


def differences(
    saved: Iterable[NotebookNode], made: Iterable[NotebookNode], *, may_drift: bool = False
) -> list[str]:
    """Return what differs between a cell's saved outputs and those it made now.

    Everything counts: kind and order of outputs, each representation's type and text, the size
    at which to show it, and each picture. Only the prompt's number does not; videos within HTML
    may differ as encoders do from release to release. With `may_drift`
    pictures, those within HTML too, may differ as renderers in 3-D do from machine to machine.

    >>> differences([new_output("stream", text="a")], [new_output("stream", text="b")])
    ['--- in the notebook', '+++ from running it', '@@ -1,2 +1,2 @@', ' stdout', '-  | a', '+  | b']
    """
    before, now = settled(saved), settled(made)
    videos = [_pulled_out(outputs, VIDEO) for outputs in (before, now)]
    embedded = [_pulled_out(outputs, EMBEDDED) for outputs in (before, now)] if may_drift else []
    changes = difflib.unified_diff(
        list(_transcript(before)),
        list(_transcript(now)),
        "in the notebook",
        "from running it",
        lineterm="",
    )
    # With equal transcripts the pictures pair up, since each leaves a line in its place.
    pictures = [_pictures(before), _pictures(now)]
    return list(changes) or [
        *_picture_differences(*pictures, may_drift=may_drift),
        *(_picture_differences(*embedded, may_drift=True) if may_drift else ()),
        *filter(None, map(video_difference, *videos)),
    ]


def _is_stream(output: NotebookNode) -> bool:
    return output.output_type == "stream"


def _joined(streams: Sequence[NotebookNode]) -> list[NotebookNode]:
    texts = {
        name: "".join(stream.text for stream in streams if stream.name == name)
        for name in ("stdout", "stderr")
    }
    return [
        new_output("stream", name=name, text=OVERWRITTEN.sub("", LINE_END.sub("\n", text)))
        for name, text in texts.items()
        if text
    ]


def _without_widgets(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    for output in outputs:
        if output.get("data", {}).pop(WIDGET_VIEW, None) is None or output.data:
            yield output


def _transcript(outputs: Iterable[NotebookNode]) -> Iterator[str]:
    """The outputs line by line; a picture leaves a line that says only that it is there."""
    for output in outputs:
        if _is_stream(output):
            yield output.name
            yield from _quoted(output.text)
        elif output.output_type == "error":
            yield f"error {output.ename}"
            yield from _quoted(output.evalue)
        else:
            yield output.output_type
            for media_type, content in sorted(output.data.items()):
                yield f"  {media_type}"
                if media_type not in IMAGE_TYPES:
                    yield from _quoted(_text(content))
            if output.metadata:
                yield "  metadata"
                yield from _quoted(_text(output.metadata))


def _quoted(text: str) -> Iterator[str]:
    return (f"  | {line}" for line in text.split("\n"))


def _text(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content, indent=1, sort_keys=True)


def _pictures(outputs: Iterable[NotebookNode]) -> list[str]:
    return [
        content
        for output in outputs
        for media_type, content in sorted(output.get("data", {}).items())
        if media_type in IMAGE_TYPES
    ]


def _pulled_out(outputs: Sequence[NotebookNode], kind: re.Pattern[str]) -> list[str]:
    """The pictures or videos within the HTML of `outputs`, which are taken out of it."""
    found: list[str] = []
    for output in outputs:
        data = output.get("data", {})
        if "text/html" in data:
            text = _text(data["text/html"])
            found += [encoded for _, encoded in kind.findall(text)]
            data["text/html"] = kind.sub(r"\1", text)
    return found


def _picture_differences(saved: list[str], made: list[str], *, may_drift: bool) -> Iterator[str]:
    for number, (before, now) in enumerate(zip(saved, made, strict=True), 1):
        if difference := image_difference(before, now, may_drift=may_drift):
            yield f"picture {number}: {difference}"
