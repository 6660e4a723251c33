"""What an image is loaded from, how it stands, and when its own bytes go through."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from gemini_nb.drawing.picture import DISPLAY_WIDTH, load, load_before
from gemini_nb.errors import InvalidOptionError, PictureError

if TYPE_CHECKING:
    from pathlib import Path

RED, BLUE = (255, 0, 0), (0, 0, 255)


def photo(width: int = 60, height: int = 40) -> Image.Image:
    """Many colours, and each corner its own."""
    y, x = np.mgrid[0:height, 0:width]
    channels = 255 * x / width, 255 * y / height, 128 + 100 * np.sin((x + y) / 9)
    return Image.fromarray(np.stack(channels, axis=2).astype(np.uint8))


def saved(image: Image.Image, file_type: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, file_type, **options)
    return file.getvalue()


def turned(image: Image.Image, orientation: int, file_type: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(image, file_type, exif=exif, quality=95)


def gap(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("image", "file_type", "mime_type"),
    [
        (photo(), "JPEG", "image/jpeg"),
        (photo().convert("L"), "JPEG", "image/jpeg"),
        (photo(), "PNG", "image/png"),
        (photo().convert("P"), "PNG", "image/png"),
        (photo().convert("RGBA"), "PNG", "image/png"),
        (photo().convert("1"), "PNG", "image/png"),
        (Image.new("I;16", (6, 4), 40_000), "PNG", "image/png"),
        (photo(), "WEBP", "image/webp"),
        (photo().convert("P"), "GIF", "image/gif"),
    ],
)
def test_what_a_browser_shows_as_it_is_goes_through_untouched(
    image: Image.Image, file_type: str, mime_type: str
) -> None:
    data = saved(image, file_type)
    assert load(data).encoded("auto") == (data, mime_type, *image.size)


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (saved(photo().convert("CMYK"), "JPEG"), "image/jpeg"),
        (saved(photo(), "TIFF"), "image/jpeg"),
        (saved(photo(), "BMP"), "image/jpeg"),
        (saved(Image.new("RGB", (6, 4), RED), "BMP"), "image/png"),
        (saved(photo().convert("RGBA"), "TIFF"), "image/jpeg"),
        (turned(photo(), 6), "image/jpeg"),
    ],
)
def test_what_a_browser_may_not_show_is_encoded_for_it(data: bytes, mime_type: str) -> None:
    encoded = load(data).encoded()
    assert (encoded.data != data, encoded.mime_type) == (True, mime_type)
    assert opened(encoded.data).size == (encoded.width, encoded.height)
    assert opened(encoded.data).mode == "RGB"


def test_colours_of_cmyk_survive() -> None:
    data = saved(Image.new("RGB", (8, 8), RED).convert("CMYK"), "JPEG", quality=100)
    assert gap(load(data).pixels(), Image.new("RGB", (8, 8), RED)) < 3


def test_transparency_survives() -> None:
    glass = Image.new("RGBA", (4, 4), (*RED, 128))
    assert load(glass).pixels().getpixel((0, 0)) == (*RED, 128)
    assert opened(load(glass).encoded().data).convert("RGBA").getpixel((0, 0)) == (*RED, 128)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_type", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_load_turns_a_file_as_its_orientation_says(orientation: int, file_type: str) -> None:
    data = turned(photo(), orientation, file_type)
    upright = ImageOps.exif_transpose(opened(data)).convert("RGB")
    picture = load(data)
    assert (picture.width, picture.height) == upright.size
    assert gap(picture.pixels(), upright) == 0
    assert gap(opened(picture.encoded().data).convert("RGB"), upright) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_type", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("source", ["path", "bytes", "copy"])
def test_load_takes_a_pillow_image_as_the_sdk_sends_it(
    orientation: int, file_type: str, source: str, tmp_path: Path
) -> None:
    transformers = pytest.importorskip("google.genai._transformers")
    data = turned(photo(), orientation, file_type)
    (tmp_path / "photo").write_bytes(data)
    image = Image.open(tmp_path / "photo") if source == "path" else opened(data)
    image = image.copy() if source == "copy" else image
    sent, picture = load(transformers.pil_to_blob(image).data), load(image)
    assert (picture.width, picture.height) == (sent.width, sent.height) == (60, 40)
    assert gap(picture.pixels(), sent.pixels()) < 1  # the SDK compresses a JPEG again
    assert (f"orientation {orientation} " in picture.notice) == (orientation != 1)
    assert not load(picture.pixels()).notice


def test_load_takes_what_exif_transpose_returns_as_upright() -> None:
    image = ImageOps.exif_transpose(opened(turned(photo(), 6)))
    picture = load(image)
    assert (picture.width, picture.height, picture.notice) == (40, 60, "")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_load_bears_damaged_exif_data() -> None:
    data = saved(photo(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x05rubbish")
    assert load(data).pixels().size == load(opened(data)).pixels().size == (60, 40)


def test_an_encoded_copy_is_not_turned_twice() -> None:
    again = load(load(turned(photo(), 8)).encoded().data)
    assert (again.width, again.height) == (40, 60)


def animation(file_type: str = "GIF") -> bytes:
    first, second = Image.new("RGB", (9, 5), RED), Image.new("RGB", (9, 5), BLUE)
    return saved(first, file_type, save_all=True, append_images=[second], lossless=True)


@pytest.mark.parametrize("file_type", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize(("frame", "colour"), [(None, RED), (0, RED), (1, BLUE)])
def test_an_animation_stands_still_at_the_frame_asked_for(
    file_type: str, frame: int | None, colour: tuple[int, int, int]
) -> None:
    picture = load(animation(file_type), frame=frame)
    shown = opened(picture.encoded().data)
    assert not getattr(shown, "is_animated", False)
    assert picture.pixels().getpixel((0, 0)) == shown.convert("RGB").getpixel((0, 0)) == colour


def test_a_pillow_animation_is_left_where_it_stands() -> None:
    image = opened(animation())
    image.seek(1)
    assert load(image).pixels().getpixel((0, 0)) == BLUE
    assert load(image, frame=0).pixels().getpixel((0, 0)) == RED
    assert image.tell() == 1


def test_every_holder_of_the_same_bytes_gives_the_same_picture(tmp_path: Path) -> None:
    data = saved(photo(), "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    part = SimpleNamespace(inline_data=SimpleNamespace(data=data, mime_type="image/png"))
    holders = [str(path), path, data, bytearray(data), memoryview(data), part, part.inline_data]
    response = SimpleNamespace(read=lambda: data, seekable=lambda: False)
    holders += [io.BytesIO(data), response]
    assert {load(holder).encoded() for holder in holders} == {(data, "image/png", 60, 40)}


@pytest.mark.parametrize("stands_at", [0, 7, None])
def test_load_reads_an_open_file_from_its_start_and_leaves_it(
    stands_at: int | None, tmp_path: Path
) -> None:
    path, data = tmp_path / "photo.png", saved(photo(), "PNG")
    path.write_bytes(data)
    with path.open("rb") as file:
        stood_at = file.seek(len(data) if stands_at is None else stands_at)
        assert load(file).encoded().data == load(file).original == data
        assert file.tell() == stood_at


def test_load_says_why_an_open_file_can_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "photo.txt"
    path.write_text("tea")
    with path.open() as text, pytest.raises(PictureError, match='mode="rb"'):
        load(text)
    with pytest.raises(PictureError, match="closed file"):
        load(text)


def test_the_sdk_s_own_types_are_read() -> None:
    types = pytest.importorskip("google.genai.types")
    data = saved(photo(), "PNG")
    part = types.Part.from_bytes(data=data, mime_type="image/png")
    for holder in (part, part.inline_data, types.Image(image_bytes=data)):
        assert load(holder).encoded().data == data


@pytest.mark.parametrize(
    ("values", "pixel"),
    [
        (np.full((2, 3), 7, np.uint8), (7, 7, 7)),
        (np.full((2, 3, 1), 7, np.uint8), (7, 7, 7)),
        (np.full((2, 3, 3), 7, np.uint8), (7, 7, 7)),
        (np.full((2, 3, 4), 7, np.uint8), (7, 7, 7, 7)),
        (np.full((2, 3), 257 * 7, np.uint16), (7, 7, 7)),
        (np.full((2, 3), 7, np.int64), (7, 7, 7)),
        (np.full((2, 3), fill_value=True), (255, 255, 255)),
        (np.full((2, 3), 0.2), (51, 51, 51)),
        (np.full((2, 3), 1.04, np.float32), (255, 255, 255)),
    ],
)
def test_arrays_of_any_usual_kind_are_pictures(values: np.ndarray, pixel: tuple[int, ...]) -> None:
    picture = load(values)
    assert (picture.width, picture.height) == (3, 2)
    assert picture.pixels().getpixel((0, 0)) == pixel


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "F"]
)
def test_load_takes_every_mode_of_pillow(mode: str) -> None:
    grey = Image.new("L", (4, 4), 255)
    via = grey.convert("RGB" if mode not in {"I", "F"} else "L")
    image = Image.new("LAB", (4, 4), (255, 128, 128)) if mode == "LAB" else via.convert(mode)
    pixel = load(image).pixels().convert("RGB").getpixel((1, 1))
    assert min(pixel) >= (0 if mode == "I" else 250)


@given(st.integers(0, 65535))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_sixteen_bits_are_scaled_by_their_whole_range(level: int) -> None:
    file = load(saved(Image.new("I;16", (2, 2), level), "PNG"))
    grey = round(level * 255 / 65535)
    assert file.pixels().getpixel((0, 0)) == (grey, grey, grey)


def test_a_loaded_picture_keeps_its_pixels_when_the_source_changes() -> None:
    values, image = np.zeros((2, 2, 4), np.uint8), Image.new("RGB", (2, 2), RED)
    of_values, of_image = load(values), load(image)
    values[:] = 255
    image.putpixel((0, 0), BLUE)
    of_image.pixels().putpixel((0, 0), BLUE)
    assert of_values.pixels().getpixel((0, 0)) == (0, 0, 0, 0)
    assert of_image.pixels().getpixel((0, 0)) == RED


@pytest.mark.parametrize("orientation", [1, 6])
def test_max_width_is_what_a_person_sees(orientation: int) -> None:
    picture = load(turned(photo(400, 240), orientation))
    encoded = picture.encoded(100)
    assert encoded.width == 100
    assert encoded.height == round(100 * picture.height / picture.width)
    small = picture.pixels().resize((encoded.width, encoded.height))
    assert gap(opened(encoded.data), small) < 8


def test_a_picture_is_never_enlarged() -> None:
    assert load(photo()).encoded(5000).width == 60


def test_heavy_originals_are_scaled_and_light_ones_are_not() -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (900, 1600, 3), np.uint8))
    heavy, light = load(saved(noise, "PNG")), load(saved(photo(1600, 900), "JPEG"))
    assert heavy.encoded("auto").width == DISPLAY_WIDTH
    assert len(heavy.encoded("auto").data) < 1_000_000
    assert light.encoded("auto").width == 1600
    assert heavy.encoded(None).data == heavy.original


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("no/such/mug.jpg", "no/such/mug.jpg"),
        ("a\0b", "can't be read"),
        (b"", "0 bytes"),
        (b"<html>not found</html>", "<html>not"),
        (np.zeros((0, 3)), r"\(0, 3\)"),
        (np.zeros((2, 3, 2)), r"\(2, 3, 2\)"),
        (np.zeros(5), r"\(5,\)"),
        (np.full((2, 2), 255.0), "from 255 to 255"),
        (np.full((2, 2), 70_000), "70000"),
        (np.full((2, 2), np.nan), "from nan to nan"),
        (np.full((2, 2), "mug"), "<U3"),
        (7, "int is no image"),
        (None, "NoneType is no image"),
        (SimpleNamespace(inline_data=None, file_data="files/1"), "is no image"),
    ],
)
def test_what_is_no_image_is_named(image: object, says: str) -> None:
    with pytest.raises(PictureError, match=says) as told:
        load(image)
    assert "0x" not in str(told.value)


def test_load_before_says_that_image_and_answer_changed_places() -> None:
    with pytest.raises(InvalidOptionError, match="image comes first"):
        load_before('[{"point": [1, 2]}]', photo())
    with pytest.raises(PictureError, match="no/such"):
        load_before("no/such/mug.jpg", '[{"point": [1, 2]}]')


@pytest.mark.parametrize("frame", [-1, 2])
def test_a_frame_that_is_not_there_is_named(frame: int) -> None:
    with pytest.raises(PictureError, match=f"frame={frame}.* has 2"):
        load(animation(), frame=frame)


@pytest.mark.parametrize("width", [0, -1, "wide", float("nan"), float("inf")])
def test_a_width_that_shows_nothing_is_refused(width: Any) -> None:
    with pytest.raises(PictureError, match=f"max_width={width!r}"):
        load(photo()).encoded(width)


def test_a_width_need_not_be_whole() -> None:
    wide: Any = 10.5
    assert load(photo()).encoded(wide).width == 10


@pytest.mark.parametrize("file_type", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_a_damaged_file_is_said_to_be_damaged(file_type: str) -> None:
    data = saved(photo(300, 200), file_type)
    with pytest.raises(PictureError, match=r"damaged|no image"):
        load(data[: len(data) // 2]).pixels()


def test_a_picture_too_large_to_decode_says_how_to_allow_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(PictureError, match="MAX_IMAGE_PIXELS"):
        load(saved(photo(), "PNG"))
