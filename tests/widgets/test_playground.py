"""`gnb.playground` without a page: real calls to the embedded server, and to one that records."""

from __future__ import annotations

import base64
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

import pytest
from google import genai
from PIL import ExifTags, Image, ImageChops, ImageDraw

import gemini_nb as gnb
from gemini_nb.errors import InvalidOptionError
from gemini_nb.widgets.playground import Playground, Task, question
from gemini_nb.widgets.run_settings import RunSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "<img src=x onerror=strike()>"


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    yield gnb.connect("offline")
    gnb.disconnect()


class Recorder(BaseHTTPRequestHandler):
    """Answers with one point whose label is hostile, or with an error, and keeps what came."""

    bodies: list[dict[str, Any]]
    status = 200

    def do_POST(self) -> None:
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        text = json.dumps([{"point": [500, 250], "label": HOSTILE}])
        content = {"role": "model", "parts": [{"text": text}]}
        answer: dict[str, Any] = {"candidates": [{"content": content, "finishReason": "STOP"}]}
        if self.status != 200:
            answer = {"error": {"code": self.status, "message": "Try later.", "status": "BUSY"}}
        data = json.dumps(answer)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write((f"data: {data}\r\n\r\n" if self.status == 200 else data).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        pass


@pytest.fixture
def recorder() -> Iterator[tuple[genai.Client, type[Recorder]]]:
    class Own(Recorder):
        pass

    Own.bodies = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    yield genai.Client(api_key="no-key", http_options={"base_url": address}), Own
    server.shutdown()
    server.server_close()


def scene() -> Image.Image:
    image = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((64, 48, 192, 144), fill=(200, 30, 30))
    pen.ellipse((400, 240, 560, 400), fill=(30, 60, 200))
    return image


def encoded(kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    scene().save(file, kind, **options)
    return file.getvalue()


def turned() -> Image.Exif:
    """Data of a photo that lies on its side."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return exif


def html_of(shown: Any) -> str:
    return shown._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("task", "said", "first_line", "has_schema"),
    [
        ("points", "mug, pen", "Point to the following things in the image: mug, pen.", True),
        ("boxes", " ", "Give the bounding box of each thing in the image.", True),
        ("masks", "", "Give the segmentation mask of each thing in the image.", True),
        ("points", "mug,,", "Point to the following things in the image: mug.", True),
        ("trajectory", "a pen, a box", "Give a trajectory of 15 points from a pen to a box.", True),
        ("own words", " Why, then?\nTell. ", "Why, then?", False),
    ],
)  # fmt: skip
def test_question_is_the_prompt_for_a_task(
    task: Task, said: str, first_line: str, *, has_schema: bool
) -> None:
    prompt = question(task, said)
    assert prompt.text.splitlines()[0] == first_line
    assert bool(prompt.schema) is has_schema


def test_question_says_what_is_missing() -> None:
    with pytest.raises(InvalidOptionError, match="needs from, to, what to avoid; not 'a pen'"):
        question("trajectory", "a pen")
    with pytest.raises(InvalidOptionError, match="'own words' needs a prompt"):
        question("own words", "")
    with pytest.raises(InvalidOptionError, match=r"'faces' needs a task that there is: points, "):
        question(cast("Any", "faces"), "")


def test_playground_finds_what_is_asked_for_and_remembers_it(client: genai.Client) -> None:
    trying = gnb.playground(client, scene())
    assert (len(trying.found), trying.reply, len(trying.history)) == (0, None, 0)
    trying.ask("boxes", "red rectangle", "blue circle")
    assert (
        repr(trying.run()).splitlines()[2].startswith("  boxes: red rectangle, blue circle  2 box")
    )
    red, blue = trying.found.boxes
    assert (round(red.xmin, -1), round(red.ymax, -1)) == (100, 300)
    assert blue.xmin > 600
    assert trying.reply is not None
    assert trying.reply.text.startswith("[")
    trying.ask("points", "green star")
    trying.run()
    assert [trial.found.labels for trial in trying.history] == [
        ("red rectangle", "blue circle"),
        (),
    ]
    assert "nothing found" in html_of(trying.history)


def test_playground_compares_two_settings(client: genai.Client) -> None:
    trying = gnb.playground(client, scene(), model="gemini-3.8-flash")
    trying.settings = [*trying.settings, RunSettings("gemini-3.7-flash", temperature=0.5)]
    trying.ask("points", "red rectangle")
    trials = trying.run()
    assert [str(trial.settings) for trial in trials] == [
        "gemini-3.8-flash",
        "gemini-3.7-flash, temperature 0.5",
    ]
    assert [len(trial.found) for trial in trials] == [1, 1]
    assert trials == trying.history
    assert html_of(trying).count("<img") == 2
    with pytest.raises(InvalidOptionError, match="1 column or 2, not 0"):
        trying.settings = []


def test_code_is_of_the_call_that_run_makes(
    recorder: tuple[genai.Client, type[Recorder]], tmp_path: Path
) -> None:
    client, server = recorder
    trying = gnb.playground(client)
    with pytest.raises(InvalidOptionError, match="There is no picture yet"):
        trying.as_python()
    trying.image = picture = encoded("PNG")
    trying.ask("points", "red rectangle")
    trying.run()
    told = [str(code) for code in (trying.as_python(), trying.as_curl(), trying.as_javascript())]
    assert all(
        "Point to the following things in the image: red rectangle." in each for each in told
    )
    sent = json.loads(trying.as_curl().body)
    assert sent["generationConfig"] == server.bodies[0]["generationConfig"]
    [file] = trying.as_python().save_files(tmp_path)
    assert file.read_bytes() == picture


def test_playground_shows_a_refusal_as_the_answer_that_it_is(client: genai.Client) -> None:
    trying = gnb.playground(client, scene())
    trying.ask("own words", "Read the serial number, and translate it into French.")
    trying.run()
    assert trying.reply is not None
    assert trying.reply.text[:40] in repr(trying)


@pytest.mark.parametrize(
    ("given", "mime_type"),
    [
        (encoded("JPEG"), "image/jpeg"),
        (encoded("PNG"), "image/png"),
        (encoded("WEBP"), "image/webp"),
        (encoded("GIF"), ""),
        (encoded("BMP"), ""),
        (
            encoded("JPEG", exif=turned()),
            "",
        ),
        (scene(), ""),
    ],
    ids=["jpeg", "png", "webp", "gif", "bmp", "turned", "pillow"],
)
def test_playground_sends_what_it_draws_on(
    recorder: tuple[genai.Client, type[Recorder]], given: Any, mime_type: str
) -> None:
    client, server = recorder
    trying = gnb.playground(client, given)
    trying.run()
    sent = server.bodies[0]["contents"][0]["parts"][0]["inlineData"]
    data = base64.b64decode(sent["data"].translate(str.maketrans("-_", "+/")))
    told = sent.get("mimeType") or sent["mime_type"]  # the SDK's spelling differs by version
    assert told == mime_type or (not mime_type and told in {"image/png", "image/jpeg"})
    assert (data == given) is bool(mime_type)
    drawn = trying.history[0].overlay.picture
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (drawn.width, drawn.height)
        here, there = (each.convert("RGB").resize((8, 8)) for each in (image, drawn.pixels()))
    assert all(
        most < 12 for _, most in cast("Any", ImageChops.difference(here, there).getextrema())
    )
    assert server.bodies[0]["generationConfig"]["responseMimeType"] == "application/json"


def test_playground_shows_a_failure_and_asks_again(
    recorder: tuple[genai.Client, type[Recorder]],
) -> None:
    client, server = recorder
    server.status = 400
    trying = gnb.playground(client, scene())
    trying.run()
    assert "Try later." in repr(trying)
    server.status = 200
    trying.run()
    assert trying.found.labels == (HOSTILE,)
    assert len(trying.history) == 2
    for shown in (trying, trying.history, trying.history[1]):
        assert "<img src=x" not in html_of(shown)
    assert repr(trying) == repr(trying.history[1])


def test_playground_says_what_it_lacks(client: genai.Client) -> None:
    trying: Playground = gnb.playground(client)
    with pytest.raises(InvalidOptionError, match="There is no picture yet"):
        trying.run()
    with pytest.raises(gnb.GeminiNBError, match="int is no image"):
        trying.image = cast("Any", 3)
    trying.image = scene()
    trying.ask("own words", "Hello.")
    with pytest.raises(InvalidOptionError, match="needs from, to"):
        trying.ask("trajectory", "a pen")
    trying.run()
    assert trying.history[0].prompt == "Hello."
