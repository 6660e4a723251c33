"""A film that the test encodes itself, sent with the genuine SDK, inline and as a file."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from google.genai import errors, types
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from google import genai

av = pytest.importorskip("av")

pytestmark = pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")

MODEL = "gemini-3.8-flash"
FRAME_TOKENS = 263


def rolling_ball() -> bytes:
    """Four seconds of four frames each: in frame n, a red ball's middle is at x = 50 + 10 n."""
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=4)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(16):
            paper = Image.new("RGB", (320, 240), "white")
            left = 20 + 10 * number
            ImageDraw.Draw(paper).ellipse((left, 90, left + 60, 150), fill="red")
            for packet in stream.encode(av.VideoFrame.from_image(paper)):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return held.getvalue()


FILM = rolling_ball()


def inline(**metadata: object) -> types.Part:
    blob = types.Blob(data=FILM, mime_type="video/mp4")
    return types.Part(inline_data=blob, video_metadata=types.VideoMetadata(**metadata))


def asked(client: genai.Client, film: types.Part | types.File) -> types.GenerateContentResponse:
    form = 'Answer as JSON: [{"timestamp": "MM:SS", "point": [y, x], "label": ""}]'
    return client.models.generate_content(
        model=MODEL,
        contents=[film, f"Point to the red ball in each frame. {form}"],
        config={"temperature": 0},
    )


def points(reply: types.GenerateContentResponse) -> list[tuple[str, int]]:
    """The time and the x coordinate of each point, in pixels."""
    assert reply.model_version == "offline/vision"
    found = json.loads(reply.text.removeprefix("```json").removesuffix("```"))
    return [(each["timestamp"], round(each["point"][1] * 0.32)) for each in found]


def near(*expected: tuple[str, int]) -> list[tuple[str, object]]:
    return [(time, pytest.approx(x, abs=3)) for time, x in expected]


def test_each_frame_is_answered_one_a_second(client: genai.Client) -> None:
    reply = asked(client, inline())

    assert points(reply) == near(("00:00", 50), ("00:01", 90), ("00:02", 130), ("00:03", 170))


def test_the_clip_and_its_frames_are_those_of_the_metadata(client: genai.Client) -> None:
    reply = asked(client, inline(fps=2, start_offset="1s", end_offset="2.5s"))

    assert [x for _, x in points(reply)] == [x for _, x in near(("", 90), ("", 110), ("", 130))]


def test_an_uploaded_film_is_answered_like_an_inline_one(client: genai.Client) -> None:
    film = client.files.upload(file=io.BytesIO(FILM), config={"mime_type": "video/mp4"})

    assert asked(client, film).text == asked(client, inline()).text


COMPLETION = 'Answer as JSON: {"completion_time_seconds": <float or null>}'


@pytest.mark.parametrize(
    ("event", "seconds"), [("start to move", 0), ("stop", None), ("leave the picture", None)]
)
def test_a_moment_is_told_in_seconds_or_as_null(
    client: genai.Client, event: str, seconds: float | None
) -> None:
    prompt = f"When does the red ball {event}? {COMPLETION}"
    film = client.files.upload(file=io.BytesIO(FILM), config={"mime_type": "video/mp4"})
    parts = [inline(), prompt]
    reply = client.models.generate_content(model=MODEL, contents=parts)
    video = {"type": "video", "uri": film.uri, "mime_type": "video/mp4"}
    asked = [video, {"type": "text", "text": prompt}]
    interaction = client.interactions.create(model=MODEL, input=asked)

    assert interaction.output_text == reply.text
    assert json.loads(reply.text.removeprefix("```json").removesuffix("```")) == {
        "completion_time_seconds": seconds
    }


def test_its_tokens_are_told_by_modality_and_counted_the_same(client: genai.Client) -> None:
    usage = asked(client, inline()).usage_metadata
    film = inline(fps=0.5)
    counted = client.models.count_tokens(model=MODEL, contents=[film])

    tokens = {each.modality.name: each.token_count for each in usage.prompt_tokens_details}
    assert tokens["VIDEO"] == 4 * FRAME_TOKENS
    assert usage.prompt_token_count == sum(tokens.values())
    assert counted.total_tokens == 2 * FRAME_TOKENS


def test_a_film_that_is_none_is_refused(client: genai.Client) -> None:
    broken = types.Part.from_bytes(data=b"no film", mime_type="video/mp4")

    with pytest.raises(errors.ClientError, match="are no MP4"):
        asked(client, broken)
