"""What a reader of a saved notebook sees of plots, and can do with them, without a kernel."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.plots.dimensions_plot import plot_dimensions
from gemini_nb.plots.map_plot import plot_map
from gemini_nb.plots.neighbors_plot import plot_neighbors
from gemini_nb.plots.similarity_plot import plot_similarity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from browser.conftest import Lab
    from gemini_nb.plots.plot import Plot

LONG = "a red kite that nobody saw but us, over the bay, on the last warm afternoon of the year"
HOSTILE = '"><img src=x onerror="window.struck=1"><script>window.struck=1</script>'
TEXTS = (LONG, HOSTILE, "datum['row'] [", "$x_1^2$", "two\nlines", "😀" * 99, "bread", "butter")
NO_KERNEL = "Cannot read properties of null (reading 'kernel')"  # of the extension for widgets
LEGIBLE = 4.2  # to 1; on white it is 4.5, as WCAG asks at level AA
COLOURED = 60  # between the strongest and the weakest channel of a pixel
TOLD = """async () => {
  await new Promise(requestAnimationFrame);
  return document.querySelector('#vg-tooltip-element.visible')?.innerText ?? '';
}"""


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    vectors = np.random.default_rng(0).standard_normal((len(TEXTS), 16)) + 0.7
    return Embeddings(vectors, TEXTS, model="a-model", answered_by="offline")


@pytest.fixture(scope="module")
def plots(embeddings: Embeddings) -> dict[str, Plot]:
    return {
        "similarity": plot_similarity(embeddings),
        "map": plot_map(embeddings),
        "neighbors": plot_neighbors(embeddings, embeddings[0]),
        "dimensions": plot_dimensions(embeddings, dimensions=[2, 4, 8]),
    }


def bundle(plot: Plot) -> dict[str, Any]:
    return plot._repr_mimebundle_()


def pixels(place: Locator) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB")).astype(int)


def coloured(seen: np.ndarray) -> np.ndarray:
    return seen.max(axis=2) - seen.min(axis=2) > COLOURED


def canvas_of(page: Page, number: int) -> Locator:
    """The drawn plot of one of the outputs."""
    canvas = page.locator(".jp-OutputArea-output").nth(number).locator("canvas")
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    return canvas


def told_at(page: Page, canvas: Locator, places: Iterable[tuple[float, float]]) -> str:
    """All that is said where the pointer rests, over places of the plot."""
    bounds = canvas.bounding_box()
    assert bounds
    told: list[str] = []
    for x, y in places:
        page.mouse.move(bounds["x"] + x, bounds["y"] + y)
        told.append(page.evaluate(TOLD))
    return "\n".join(told)


def spots(seen: np.ndarray) -> list[tuple[float, float]]:
    """Some 60 of the coloured pixels, evenly spread over all of them."""
    places = np.argwhere(coloured(seen)).tolist()
    return [(x, y) for y, x in places[:: max(len(places) // 60, 1)]]


def contrast(seen: np.ndarray, ground: np.ndarray) -> float:
    """The strongest of a pixel with the ground, by WCAG 2."""
    share = seen / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    light = linear @ np.array([0.2126, 0.7152, 0.0722])
    own = light[tuple(ground)]
    return float(np.max((np.maximum(light, own) + 0.05) / (np.minimum(light, own) + 0.05)))


@pytest.mark.parametrize(("trusted", "dark"), [(False, True), (True, False)])
def test_every_plot_is_legible_on_the_ground_of_the_theme_and_asks_nobody(
    lab: Lab, plots: dict[str, Plot], *, trusted: bool, dark: bool
) -> None:
    asked: list[str] = []
    errors: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )

    bundles = map(bundle, plots.values())
    with lab.opened(*bundles, trusted=trusted, dark=dark, watched=watch) as page:
        for number in range(len(plots)):
            seen = pixels(canvas_of(page, number))
            assert (seen[2, 2] < 40).all() if dark else (seen[2, 2] > 240).all()
            title = seen[10:30]  # pixels from the top, where nothing but letters stands
            assert contrast(title, np.array([0, 0])) > LEGIBLE
            assert coloured(seen).sum() > 200
        assert page.locator(".jp-OutputArea-output img").count() == 0
        assert page.evaluate("() => window.struck") is None
    assert set(errors) <= {NO_KERNEL}
    own = (lab.url, lab.url.replace("http", "ws", 1), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.mark.parametrize("name", ["similarity", "map", "neighbors"])
def test_the_whole_text_is_told_under_the_pointer_without_trust(
    lab: Lab, plots: dict[str, Plot], name: str
) -> None:
    with lab.opened(bundle(plots[name]), trusted=False) as page:
        canvas = canvas_of(page, 0)
        told = told_at(page, canvas, spots(pixels(canvas)))
        assert LONG in told
        assert HOSTILE in told
        assert page.evaluate("() => window.struck") is None


def test_anywhere_in_a_row_its_item_is_told(lab: Lab, plots: dict[str, Plot]) -> None:
    with lab.opened(bundle(plots["neighbors"]), trusted=False) as page:
        canvas = canvas_of(page, 0)
        height, width = pixels(canvas).shape[:2]
        told = told_at(page, canvas, ((width * 0.6, y) for y in range(20, height, 12)))
        assert [text in told for text in TEXTS if "\n" not in text] == [True] * 7


def test_searching_the_map_dims_what_is_not_found(lab: Lab, plots: dict[str, Plot]) -> None:
    with lab.opened(bundle(plots["map"]), trusted=False) as page:
        canvas = canvas_of(page, 0)
        all_items = coloured(pixels(canvas)).sum()
        search = page.locator(".jp-OutputArea-output input[type=search]")
        search.fill("KITE")
        found = coloured(pixels(canvas)).sum()
        assert 0 < found < all_items / 4
        search.fill("[")  # no pattern, just a character
        assert 0 < coloured(pixels(canvas)).sum() < all_items / 4
        search.fill("")
        assert coloured(pixels(canvas)).sum() == all_items


def test_a_page_made_by_nbconvert_shows_the_pictures(
    browser: Browser, plots: dict[str, Plot], tmp_path: Path
) -> None:
    nbformat, nbconvert = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert")
    shown = [nbformat.v4.new_output("display_data", data=bundle(plot)) for plot in plots.values()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=shown)])
    html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    sizes = page.locator("img").evaluate_all(
        """async images => {
          await Promise.all(images.map(image => image.decode()));
          return images.map(image => [image.naturalWidth, image.naturalHeight]);
        }"""
    )
    context.close()
    assert sizes == [[*Image.open(io.BytesIO(plot.png)).size] for plot in plots.values()]
