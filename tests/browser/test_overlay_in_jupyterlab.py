"""What a reader sees of an overlay in a real JupyterLab, and in pages made from a notebook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import binary_dilation

from gemini_nb.drawing.overlay import Overlay, draw
from gemini_nb.spatial.geometry import Box, Point, Trajectory

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from browser.conftest import Lab

GREY = (120, 130, 125)
SIZE = 640, 480
PATH = Trajectory((Point(850, 100), Point(700, 400), Point(850, 700)), label="wipe")
ITEMS = [Box(150, 100, 450, 500, label="mug"), Point(300, 800, label="tea"), PATH]
SPOTLIGHT = "rgba(0, 0, 0, 0.6) 0px 0px 0px 9999px"


@pytest.fixture(scope="module")
def overlay() -> Overlay:
    return draw(Image.new("RGB", SIZE, GREY), ITEMS)


def screenshot(page: Page) -> np.ndarray:
    """The pixels of the only picture in the outputs, as they are on the screen."""
    image = page.locator("img[src^='data:image/svg']").first
    image.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    return np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("RGB")).astype(int)


def natural_size(page: Page) -> list[int]:
    image = page.locator("img[src^='data:image/svg']").first
    image.evaluate("image => image.decode()")
    return image.evaluate("image => [image.naturalWidth, image.naturalHeight]")


def marked(pixels: np.ndarray) -> np.ndarray:
    return np.abs(pixels - GREY).max(axis=2) > 40


def strays(seen: np.ndarray, expected: np.ndarray) -> float:
    """The share of marked pixels of either that have none of the other's nearby."""
    one, other = marked(seen), marked(expected)
    near = np.ones((7, 7), bool)
    lost = (one & ~binary_dilation(other, near)) | (other & ~binary_dilation(one, near))
    return float(lost.sum() / other.sum())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("trusted", [False, True])
def test_the_picture_and_its_marks_are_on_the_screen(
    lab: Lab, overlay: Overlay, *, trusted: bool, dark: bool
) -> None:
    with lab.opened(overlay._repr_mimebundle_(), trusted=trusted, dark=dark) as page:
        assert natural_size(page) == [*SIZE]
        seen = screenshot(page)
        assert seen.shape[:2] == (SIZE[1], SIZE[0])
        assert strays(seen, np.asarray(overlay.to_pil()).astype(int)) < 0.01


@pytest.mark.parametrize("trusted", [False, True])
def test_the_spots_over_the_marks_name_them(lab: Lab, overlay: Overlay, *, trusted: bool) -> None:
    with lab.opened(overlay._repr_mimebundle_(), trusted=trusted) as page:
        natural_size(page)
        spots = page.locator(".gnb-spot")
        names = {spot.get_attribute("title").partition(" · ")[0]: spot for spot in spots.all()}
        assert set(names) == {"mug", "tea", "wipe"}
        picture, mug = page.locator("img").last.bounding_box(), names["mug"].bounding_box()
        assert mug["x"] - picture["x"] == pytest.approx(64, abs=4)
        assert mug["y"] + mug["height"] - picture["y"] == pytest.approx(216, abs=4)
        assert 144 < mug["height"] < 180  # its label stands on top of it
        assert page.locator(".gnb-spot[tabindex]").count() == (3 if trusted else 0)


def test_pointing_at_a_mark_or_tabbing_to_it_isolates_it(lab: Lab, overlay: Overlay) -> None:
    shadow = "spot => getComputedStyle(spot).boxShadow"
    with lab.opened(overlay._repr_mimebundle_(), trusted=True) as page:
        natural_size(page)
        first, second = page.locator(".gnb-spot").first, page.locator(".gnb-spot").last
        assert first.evaluate(shadow) == "none"
        first.hover()
        assert first.evaluate(shadow) == SPOTLIGHT
        assert second.evaluate(shadow) == "none"
        page.mouse.move(0, 0)
        page.locator(".gnb-spot").nth(1).focus()
        page.keyboard.press("Tab")
        assert second.evaluate(shadow) == SPOTLIGHT
        assert first.evaluate(shadow) == "none"


def test_a_hostile_label_runs_no_script(lab: Lab) -> None:
    label = '"><img src=x onerror="window.struck=1"><script>window.struck=1</script>'
    hostile = draw(
        Image.new("RGB", SIZE, GREY), [Box(100, 100, 500, 500, label=label)], title=label
    )
    with lab.opened(hostile._repr_mimebundle_(), trusted=True) as page:
        assert natural_size(page) == [*SIZE]
        assert page.evaluate("() => window.struck") is None
        assert page.locator(".gnb-spot").get_attribute("title").startswith(label)


def test_a_page_made_by_nbconvert_shows_the_same(
    browser: Browser, overlay: Overlay, tmp_path: Path
) -> None:
    nbformat, nbconvert = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert")
    shown = nbformat.v4.new_output(
        "execute_result", data=overlay._repr_mimebundle_(), execution_count=1
    )
    cell = nbformat.v4.new_code_cell("overlay", outputs=[shown], execution_count=1)
    html, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    assert natural_size(page) == [*SIZE]
    assert strays(screenshot(page), np.asarray(overlay.to_pil()).astype(int)) < 0.01
    context.close()


def test_without_styles_classes_and_positions_it_still_reads(
    browser: Browser, overlay: Overlay
) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(overlay.to_html())
    page.evaluate("""() => {
      document.querySelectorAll('style').forEach(style => style.remove());
      document.querySelectorAll('*').forEach(element => {
        for (const name of ['style', 'class', 'tabindex', 'id']) element.removeAttribute(name);
      });
    }""")
    assert natural_size(page) == [*SIZE]
    assert strays(screenshot(page), np.asarray(overlay.to_pil()).astype(int)) < 0.01
    assert page.inner_text("body").split("\n") == ["1 box, 1 point, 1 trajectory"]
    page.close()


@pytest.mark.parametrize("zoom", [1.5, 3.0])
def test_marks_stay_where_they_are_when_enlarged(
    browser: Browser, overlay: Overlay, zoom: float
) -> None:
    context = browser.new_context(device_scale_factor=zoom)
    page = context.new_page()
    page.set_content(overlay.to_html())
    natural_size(page)
    seen = screenshot(page)
    expected = overlay.to_pil().resize((seen.shape[1], seen.shape[0]))
    assert strays(seen, np.asarray(expected).astype(int)) < 0.01
    context.close()
