"""A part of an image to ask about: where it is cut, what it shows, the way back."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.drawing.crop import crop
from gemini_nb.drawing.overlay import draw
from gemini_nb.errors import GeometryError, PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.crops import Window
from gemini_nb.spatial.geometry import Box, PixelBox
from gemini_nb.spatial.statements import Angle

BLACK = np.zeros((10, 10, 3), np.uint8)


def red_spot(height: int, width: int, y: int, x: int) -> np.ndarray:
    """A black image in which one pixel is red."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[y, x] = (255, 0, 0)
    return pixels


def red_pixel(image: object) -> Box:
    """Where it is."""
    pixels = np.asarray(image)
    [[row, column]] = np.argwhere(pixels[..., 0] == 255)
    edges = PixelBox(column, row, column + 1, row + 1)
    return Window.of_pixels(edges, pixels.shape[1], pixels.shape[0]).box


def test_crop_says_that_a_box_lies_outside_of_the_image() -> None:
    with pytest.raises(GeometryError, match="outside"):
        crop(BLACK, Box(1100, 0, 1200, 50))


@pytest.mark.parametrize("around", [(50, 60, 150, 160), [1, 2, 3, 4], Angle(30), Annotations(), 7])
def test_crop_says_what_to_pass_instead_of_what_names_no_place(around: object) -> None:
    with pytest.raises(
        GeometryError, match=r"Box\(ymin, xmin, ymax, xmax\) in thousandths"
    ) as told:
        crop(BLACK, around)
    assert repr(around) in str(told.value)


def test_crop_says_that_there_is_no_image() -> None:
    with pytest.raises(PictureError, match="Box is no image"):
        crop(Box(0, 0, 9, 9), Box(0, 0, 9, 9))


@given(st.integers(0, 59), st.integers(0, 79), st.floats(0, 3))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_to_original_finds_a_pixel_of_a_crop_of_a_crop_in_the_whole(
    y: int, x: int, margin: float
) -> None:
    pixels = red_spot(60, 80, y, x)
    outer = crop(pixels, red_pixel(pixels), margin=2 * margin + 2)
    inner = outer.crop(red_pixel(outer.image), margin=margin)
    whole = inner.to_original(red_pixel(inner.image)).centre
    assert whole.to_pixels(80, 60) == pytest.approx((x + 0.5, y + 0.5), abs=1e-6)


@pytest.mark.parametrize("as_pillow", [True, False])
def test_crop_and_draw_see_a_turned_photo_alike(*, as_pillow: bool) -> None:
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    photo = Image.new("RGB", (60, 40))
    photo.paste("red", (0, 0, 20, 20))  # on the upright picture at the right
    photo.save(file, "PNG", exif=exif)
    image = Image.open(file) if as_pillow else file.getvalue()
    corner = Box(0, 0, 300, 300) if as_pillow else Box(0, 700, 300, 1000)
    cut = crop(image, corner, margin=0)
    part = cut.image
    assert part.getcolors() == [(part.width * part.height, (255, 0, 0))]
    for told in (repr(cut), repr(cut.crop(Box(0, 0, 500, 500))), repr(draw(image, [corner]))):
        assert told.count("ImageOps.exif_transpose") == as_pillow
    assert draw(image, [corner]).to_pil().size == ((60, 40) if as_pillow else (40, 60))
    assert not draw(part, []).issues


def test_a_crop_can_be_drawn_on_and_cropped_as_its_picture_is() -> None:
    outer = crop(red_spot(60, 80, 5, 5), Box(0, 0, 500, 500), margin=0)
    assert draw(outer, "[]").to_pil().tobytes() == outer.image.tobytes()
    assert crop(outer, Box(0, 0, 500, 500)).box == outer.crop(Box(0, 0, 500, 500)).box


def test_crop_leaves_the_image_alone() -> None:
    pixels = red_spot(20, 20, 3, 3)
    before = pixels.copy()
    crop(pixels, Box(0, 0, 500, 500))
    assert np.array_equal(pixels, before)


def test_a_crop_shows_its_picture_and_says_where_it_is() -> None:
    bundle = crop(red_spot(100, 100, 5, 5), Box(0, 0, 500, 250), margin=0)._repr_mimebundle_()
    assert bundle["text/plain"] == "25 x 50 pixels: y 0 to 500, x 0 to 250 of the original"
    assert any(mime_type.startswith("image/") for mime_type in bundle)
