from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.vision.image_data import decode
from hostile_requests import decompression_bomb

PROPERTY = settings(max_examples=80, derandomize=True, deadline=None)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def textured() -> Image.Image:
    """A picture that no format can store in a few bytes."""
    ramp = np.arange(24 * 18 * 3, dtype=np.uint32) * 2654435761 >> 24
    return Image.fromarray((ramp & 255).astype(np.uint8).reshape(18, 24, 3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_every_common_kind_becomes_rgb(kind: str, mode: str) -> None:
    picture = decode(encoded(Image.new(mode, (7, 5), 1), kind))

    assert picture.mode == "RGB"
    assert picture.size == (7, 5)


def test_colours_survive_other_colour_spaces() -> None:
    assert decode(encoded(Image.new("RGB", (9, 9), "red"))).getpixel((4, 4)) == (255, 0, 0)
    cmyk = decode(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = cmyk.getpixel((4, 4))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


def test_what_is_transparent_shows_white() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert decode(encoded(clear)).getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 64, dtype=np.uint16).reshape(8, 8)
    shown = np.asarray(decode(encoded(Image.fromarray(ramp))))[..., 0]

    assert shown[0, 0] == 0
    assert shown[-1, -1] == 255
    assert 100 < shown[4, 0] < 150


def test_a_picture_stands_upright() -> None:
    wide = Image.new("RGB", (20, 10), "white")
    exif = wide.getexif()
    exif[0x0112] = 6  # turned a quarter
    assert decode(encoded(wide, "JPEG", exif=exif)).size == (10, 20)


@PROPERTY
@given(st.data())
def test_damaged_data_is_refused_in_words(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]))
    whole = bytearray(encoded(textured(), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(whole) - 1))
        whole[position] = data.draw(st.integers(0, 255))
    kept = bytes(whole[: data.draw(st.integers(0, len(whole)))])

    try:
        picture = decode(kept)
    except ApiError:
        return
    assert picture.mode == "RGB"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "send a whole PNG"),
        (b"\x89PNG\r\n\x1a\n", "send a whole PNG"),
        (b"GIF89a", "send a whole PNG"),
        (b"text", "send a whole PNG, JPEG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "send a whole PNG"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, message: str) -> None:
    with pytest.raises(ApiError, match=message):
        decode(data)


def test_a_decompression_bomb_is_refused() -> None:
    with pytest.raises(ApiError, match="pixels"):
        decode(decompression_bomb())


def test_a_picture_that_ends_early_is_refused() -> None:
    with pytest.raises(ApiError, match="broken or cut short"):
        decode(encoded(textured(), "JPEG")[:400])


def test_a_gif_may_not_be_larger_than_it_says() -> None:
    data = bytearray(encoded(Image.new("L", (5, 5)), "GIF"))
    frame = data.index(b",", 13)
    data[frame + 5 : frame + 9] = (9_000).to_bytes(2, "little") * 2

    with pytest.raises(ApiError, match="9000 x 9000 pixels"):
        decode(bytes(data))
