"""The file: what is written comes back, whatever happens to it, and no key stands in it."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from gemini_nb.errors import RecordingError
from gemini_nb.recordings.recording import (
    Event,
    Exchange,
    Reply,
    Request,
    append,
    read,
    reference,
    with_media,
)
from gemini_nb.redaction import remember

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-30"
PICTURE = bytes(range(256))
ENCODED = base64.b64encode(PICTURE).decode()
ASKED = Request("POST", "models/gemini-3.8-flash:generateContent", {"contents": [{"text": "Hi"}]})

# Looks like nothing, and is in use from here on.
OURS = "marker/key+4711%of=mine"
KEYS = ("AIza" + "Sy0aB-_" * 5, "AQ." + "Ab8_" * 9, "ya29.a0-marker_x", OURS)


def test_append_and_read_return_what_was_recorded(tmp_path: Path) -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": ENCODED}}
    request = Request("POST", "models/m:generateContent", {"parts": [picture]}, {"pageSize": "2"})
    stream = Reply(200, events=(Event({"text": "Zoë\u2028"}, "step", 0.12), Event("[DONE]")))
    download = Reply(200, ENCODED, mime_type="image/png", answered_by="offline")
    path = tmp_path / "lesson.gnb"
    for reply in (stream, download):
        append(path, Exchange(request, reply, DAY))

    recording = read(path)

    first, second = recording.exchanges
    assert (recording.name, recording.faults) == ("lesson.gnb", ())
    assert with_media(first.request.body, recording.media) == request.body
    assert (first.request.query, first.recorded) == ({"pageSize": "2"}, DAY)
    assert first.reply == stream
    assert recording.media == {reference(PICTURE): PICTURE}
    assert second.reply.body == reference(PICTURE)
    assert (second.reply.mime_type, second.reply.answered_by) == ("image/png", "offline")


def test_append_writes_a_readable_file(tmp_path: Path) -> None:
    path = tmp_path / "lesson.gnb"
    append(path, Exchange(Request("GET", "models/m"), Reply(200, {"values": [1, -2.5e-05]}), DAY))

    assert path.read_text() == (
        "# gemini_nb recording, format 1: answers of Gemini, to be played again; it holds no key\n"
        '{\n "recorded": "2026-11-30",\n "request": {\n  "method": "GET",\n  "path": "models/m"\n'
        ' },\n "reply": {\n  "status": 200,\n  "body": {\n   "values": [1, -2.5e-05]\n  }\n }\n}\n'
    )


def test_append_writes_media_once(tmp_path: Path) -> None:
    for kind in ("image/png", "image/x-png"):
        append(tmp_path / "a.gnb", _with_picture(PICTURE, kind))

    assert (tmp_path / "a.gnb").read_text().count('"media"') == 1


def test_append_writes_media_again_where_the_file_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.gnb"
    append(path, _with_picture(PICTURE))
    append(path, _with_picture(PICTURE))
    without = path.read_text()
    without = without[: without.index("{")] + without[without.index('{\n "recorded"') :]
    for content in ("", without, without * 3):  # of another length than before
        path.write_text(content)
        append(path, _with_picture(PICTURE))
        assert path.read_text().count('"media"') == 1
        path.unlink()  # which a file with the same inode may follow
        append(path, _with_picture(PICTURE))
        assert path.read_text().count('"media"') == 1


def test_append_writes_media_once_whoever_wrote_them(tmp_path: Path) -> None:
    path, other = tmp_path / "a.gnb", tmp_path / "b.gnb"
    append(path, _numbered(1))
    append(other, _with_picture(PICTURE))
    with path.open("a") as file:
        file.write(other.read_text())
    append(path, _with_picture(PICTURE))

    assert path.read_text().count('"media"') == 1


@pytest.mark.parametrize("shown", [*KEYS, quote(OURS, safe=""), OURS.upper()])
def test_append_leaves_out_keys(tmp_path: Path, shown: str) -> None:
    remember(OURS)
    encoded = base64.b64encode(f"the key: {shown}".encode()).decode()
    wide = base64.b64encode(f"the key: {shown}".encode("utf-16")).decode()
    body = {
        "contents": [{"text": f"My key is {shown}."}, {"mime_type": "text/plain", "data": encoded}],
        "wide": {"mimeType": "text/plain", "data": wide},
        "display_name": f"{shown}.txt",
        shown: {"thoughtSignature": shown, "mimeType": f"text/{shown}", "data": "AAAA"},
    }
    request = Request("POST", f"models/{shown}:generateContent", body, {"q": shown, shown: "1"})
    reply = Reply(200, events=(Event({"echo": shown}, shown), Event(shown)))
    path = tmp_path / "a.gnb"

    append(path, Exchange(request, reply, DAY))
    refused = base64.b64encode(shown.encode()).decode()
    append(path, Exchange(ASKED, Reply(404, refused, mime_type=f"text/{shown}"), DAY))

    text = path.read_text()
    assert shown not in text
    assert base64.b64encode(shown.encode()).decode().rstrip("=")[:-4] not in text
    assert '"media"' not in text
    recording = read(path)
    assert len(recording.exchanges) == 1
    assert recording.faults[0].endswith(
        "a file in this reply is missing or changed: record it again."
    )


def test_append_refuses_a_stream_whose_pieces_make_up_a_key(tmp_path: Path) -> None:
    remember(OURS)
    texts = ("It is ", OURS[:9], OURS[9:18], OURS[18:], ".")
    parts = [{"candidates": [{"content": {"parts": [{"text": text}]}}]} for text in texts]
    reply = Reply(200, events=tuple(Event(data | {"modelVersion": "m"}) for data in parts))

    with pytest.raises(RecordingError, match="pieces of this answer make up a key in use"):
        append(tmp_path / "a.gnb", Exchange(ASKED, reply, DAY))
    assert not (tmp_path / "a.gnb").exists()


@pytest.mark.parametrize("form", ["{}", "data:text/plain;base64,{}", "decode {} please"])
def test_append_leaves_out_a_key_in_base64_wherever_it_stands(tmp_path: Path, form: str) -> None:
    remember(OURS)
    hidden = form.format(base64.b64encode(f"It is {OURS}, really.".encode()).decode())
    path = tmp_path / "lesson.gnb"

    append(path, Exchange(ASKED, Reply(200, {"bytesBase64Encoded": hidden, "text": hidden}), DAY))

    assert base64.b64encode(f"It is {OURS}, really.".encode()).decode() not in path.read_text()


def test_append_leaves_base64_alone_that_looks_like_a_key(tmp_path: Path) -> None:
    body = {"parts": [{"thoughtSignature": "AA" * 99 + KEYS[0]}]}
    append(tmp_path / "a.gnb", Exchange(ASKED, Reply(200, body), DAY))

    assert read(tmp_path / "a.gnb").exchanges[0].reply.body == body


def test_append_refuses_a_file_that_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "02_robotics.ipynb"
    path.write_text('{"cells": []}\n')

    with pytest.raises(RecordingError, match=r"02_robotics\.ipynb can't be written: it is no rec"):
        append(path, _numbered(1))
    with pytest.raises(RecordingError, match=r"a\.gnb can't be written: No such file"):
        append(tmp_path / "missing" / "a.gnb", _numbered(1))
    assert path.read_text() == '{"cells": []}\n'


def test_read_plays_what_is_whole_of_a_file_cut_at_any_byte(tmp_path: Path) -> None:
    path, cut = tmp_path / "a.gnb", tmp_path / "cut.gnb"
    ends: list[int] = []
    for exchange in (_numbered(1), _with_picture(PICTURE), _numbered(3)):
        append(path, exchange)
        ends.append(path.stat().st_size - 1)
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        cut.write_bytes(whole[:length])
        playable = sum(end <= length for end in ends)
        if not playable:
            with pytest.raises(RecordingError):
                read(cut)
            continue
        assert len(read(cut).exchanges) == playable


def test_append_after_a_cut_at_any_byte_loses_nothing_more(tmp_path: Path) -> None:
    path, cut = tmp_path / "a.gnb", tmp_path / "cut.gnb"
    append(path, _numbered(1))
    start = path.stat().st_size
    append(path, _with_picture(PICTURE))
    whole = path.read_bytes()
    for length in range(start, len(whole)):
        cut.write_bytes(whole[:length])
        append(cut, _with_picture(PICTURE))
        recording = read(cut)
        assert recording.exchanges[-1] == read(path).exchanges[-1]
        assert recording.media == {reference(PICTURE): PICTURE}


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: "".join(_indented(text, 4)),
        lambda text: "".join(_indented(text, "\t")),
        lambda text: "".join(_indented(text, None)),
        lambda text: text.replace("\n{", "\n\n# a note: Ω\n{"),
    ],
    ids=["CRLF", "BOM", "four spaces", "tabs", "compact", "notes"],
)
def test_read_takes_files_that_were_formatted_by_hand(tmp_path: Path, edit: object) -> None:
    path, edited = tmp_path / "a.gnb", tmp_path / "edited.gnb"
    append(path, _with_picture(PICTURE))
    append(path, Exchange(ASKED, Reply(200, ENCODED, mime_type="image/png"), DAY))
    edited.write_bytes(edit(path.read_text()).encode())  # type: ignore[operator]

    found, expected = read(edited), read(path)

    assert (found.exchanges, found.media, found.faults) == (expected.exchanges, expected.media, ())
    append(edited, _with_picture(PICTURE))
    assert len(read(edited).exchanges) == 3


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"status": 201', '"status": "many"', "line 15: 1 validation error for Exchange reply"),
        ('"status": 201', '"status": 99', "reply.status Input should be greater than"),
        ('"status": 201,', '"status": 201', "line 15: Expecting ',' delimiter. This piece is left"),
        ('"path": "models/2"', '"p": 2', "request.path Field required"),
        ('"recorded": "2026-11-02"', '"recorded": "today\\r\\nX: 1"', "recorded String should"),
        ('{\n "recorded": "2026-11-02"', ' "recorded": ""', "line 2: what follows it is left out"),
        ('"method": "GET",\n  "path": "models/2"', '"method": "G\udcffT"', "not allowed"),
        ("2026-11-02", "2" + "[" * 9_000, "record it again, or delete it."),
    ],
)  # fmt: skip
def test_read_tells_what_is_damaged_and_plays_the_rest(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    path = tmp_path / "a.gnb"
    for number in (1, 2, 3):
        append(path, _numbered(number))
    text = path.read_text()
    assert text.count(old) == 1
    path.write_bytes(text.replace(old, new).encode(errors="surrogateescape"))

    recording = read(path)

    assert len(recording.exchanges) == 2
    assert all(told.startswith("a.gnb, line ") for told in recording.faults)
    assert any(fault in told for told in recording.faults)


def test_read_leaves_out_replies_whose_picture_is_missing_or_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.gnb"
    append(path, _with_picture(PICTURE))
    downloaded = base64.b64encode(PICTURE[::-1]).decode()
    append(path, Exchange(ASKED, Reply(200, downloaded, mime_type="image/png"), DAY))
    text = path.read_text()

    changed = path.with_name("changed.gnb")
    changed.write_text(text.replace(ENCODED, "AAAA").replace(downloaded, "AAAA"))

    recording = read(changed)
    assert [exchange.request.path for exchange in recording.exchanges] == ["models/m:countTokens"]
    assert [fault.split(": ", 1)[1] for fault in recording.faults] == [
        "a file in this reply is missing or changed: record it again.",
    ]
    removed = text[: text.rindex('{\n "media"')] + text[text.rindex('{\n "recorded"') :]
    changed.write_text(removed)
    assert len(read(changed).exchanges) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a.gnb: it is no recording, but begins with ''"),
        (b'{"cells": []}', "begins with '{\"cells\": \\[\\]}'"),
        (b"GET /?key=abc123\n", r"begins with 'GET /\?key=\[key redacted\]'"),
        (b"\x89PNG\r\n\x1a\n", "begins with"),
        ("# gemini_nb recording, format 1".encode("utf-16"), "begins with"),
        (b"# gemini_nb recording, format 2: new\n", "its format 2 is newer than this gemini_nb"),
        (b"# gemini_nb recording, format 1\n", "a.gnb: no answer is recorded there"),
    ],
)  # fmt: skip
def test_read_refuses_what_holds_nothing_to_play(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.gnb").write_bytes(content)

    with pytest.raises(RecordingError, match=told):
        read(tmp_path / "a.gnb")


def test_read_takes_folders_in_the_order_of_names_and_tells_what_is_no_recording(
    tmp_path: Path,
) -> None:
    with pytest.raises(RecordingError, match="no answer is recorded there"):
        read(tmp_path)
    with pytest.raises(RecordingError, match=r"missing\.gnb: No such file or directory"):
        read(tmp_path / "missing.gnb")
    for number, name in enumerate(("b", "a"), 1):
        append(tmp_path / f"{name}.gnb", _numbered(number))
    (tmp_path / "c.gnb").write_text("a note")

    recording = read(tmp_path)

    assert [exchange.request.path for exchange in recording.exchanges] == ["models/2", "models/1"]
    assert recording.faults == ("c.gnb: it is no recording, but begins with 'a note'.",)


WRITER = """
import sys
from gemini_nb.recordings.recording import Exchange, Reply, Request, append
for number in range(int(sys.argv[3])):
    picture = {"mime_type": "image/png", "data": "AAAA" * 9_000}
    request = Request("POST", f"{sys.argv[2]}/{number}", {"picture": picture, "text": "x" * 9_000})
    append(sys.argv[1], Exchange(request, Reply(200, {}), "2026-11-30"))
    print(number, flush=True)
"""


def _writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, path, name, str(count)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}
    )


def test_append_by_two_processes_at_once_loses_and_tears_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.gnb"
    writers = [_writer(path, name, 40) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]

    recording = read(path)

    told = {exchange.request.path for exchange in recording.exchanges}
    assert told == {f"{name}/{number}" for name in ("a", "b") for number in range(40)}
    assert recording.faults == ()
    assert path.read_text().count('"media"') == 1
    for writer in writers:
        assert writer.stdout
        writer.stdout.close()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_append_ended_in_the_midst_keeps_what_was_told_to_be_there(
    tmp_path: Path, ending: signal.Signals
) -> None:
    path = tmp_path / "a.gnb"
    with _writer(path, "ended", 10_000) as ended, _writer(path, "going on", 30) as going_on:
        assert ended.stdout
        for _ in range(5):
            ended.stdout.readline()
        ended.send_signal(ending)
        told = 4 + len(ended.stdout.read().split())
        assert going_on.wait(60) == 0

    written = [exchange.request.path for exchange in read(path).exchanges]
    assert {f"ended/{number}" for number in range(told + 1)} <= set(written)
    assert {f"going on/{number}" for number in range(30)} <= set(written)
    assert len(read(path).media) == 1


def _numbered(number: int) -> Exchange:
    reply = Reply(200 + number - 1, {"números": [number, 0.5]})
    return Exchange(Request("GET", f"models/{number}"), reply, f"2026-11-{number:02}")


def _with_picture(data: bytes, kind: str = "image/png") -> Exchange:
    body = {"mime_type": kind, "data": base64.b64encode(data).decode()}
    return Exchange(Request("POST", "models/m:countTokens", body), Reply(200, {}), DAY)


def _indented(text: str, indent: int | str | None) -> list[str]:
    """The pieces of a recording, written as another program would."""
    header, _, rest = text.partition("\n")
    pieces = [header + "\n"]
    while rest:
        record, end = json.JSONDecoder().raw_decode(rest)
        pieces.append(json.dumps(record, indent=indent) + "\n")
        rest = rest[end:].lstrip()
    return pieces
