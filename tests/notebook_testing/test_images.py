import base64
import io

import pytest
from PIL import Image, ImageFilter
from PIL.PngImagePlugin import PngInfo

from notebook_testing.images import image_difference


def square(left: int = 24, colour: str = "navy", size: tuple[int, int] = (160, 120)) -> Image.Image:
    image = Image.new("RGBA", size, "white")
    image.paste(colour, (left, 40, left + 40, 80))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> str:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()


def figure(image: Image.Image) -> str:
    """A file that says, as matplotlib's do, who made it."""
    made_by = PngInfo()
    made_by.add_text("Software", "Matplotlib version3.11.2, https://matplotlib.org/")
    return encoded(image, pnginfo=made_by)


def test_the_same_pixels_compressed_otherwise_are_the_same_image() -> None:
    assert encoded(square()) != encoded(square(), compress_level=0)
    assert image_difference(encoded(square()), encoded(square(), compress_level=0)) is None


def test_the_same_photo_is_the_same_image() -> None:
    photo = encoded(square().convert("RGB"), "JPEG")
    assert image_difference(photo, photo) is None


@pytest.mark.parametrize(
    ("made", "difference"),
    [
        (square(left=25), "80 pixels changed"),
        (square(colour="red"), "1600 pixels changed"),
        (square(colour="#00008180"), "1600 pixels changed"),
        (square(size=(161, 120)), "was 160 x 120 pixels, now 161 x 120"),
    ],
)
def test_every_pixel_of_an_image_counts(made: Image.Image, difference: str) -> None:
    assert image_difference(encoded(square()), encoded(made)) == difference


def test_every_frame_of_an_animation_counts() -> None:
    frames = [square(left) for left in (10, 20, 30)]

    def moving(*frames: Image.Image) -> str:
        return encoded(frames[0], save_all=True, append_images=frames[1:])

    assert image_difference(moving(*frames), moving(*frames)) is None
    assert image_difference(moving(*frames), moving(*frames[:2])) == "had 3 frames, now 2"
    changed = image_difference(moving(*frames), moving(*frames[:2], square(31)))
    assert changed == "80 pixels changed"


def test_a_figure_may_drift_as_much_as_its_fonts() -> None:
    softer = square().filter(ImageFilter.GaussianBlur(0.7))
    assert image_difference(figure(square()), figure(softer)) is None
    assert image_difference(encoded(square()), encoded(softer))


@pytest.mark.parametrize(
    "made",
    [square(left=34), square(colour="red"), square(colour="#00000000"), square(size=(170, 120))],
)
def test_a_figure_may_not_lose_or_change_its_content(made: Image.Image) -> None:
    assert "figure" in (image_difference(figure(square()), figure(made)) or "")


def test_a_picture_is_not_excused_by_a_figure_in_its_place() -> None:
    softer = square().filter(ImageFilter.GaussianBlur(0.7))
    assert image_difference(encoded(square()), figure(softer))
