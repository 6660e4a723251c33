"""How many frames a second the annotator paints while an item is dragged.

The picture has 4,000 x 3,000 pixels and 200 items. The page is the widget's own module and style
sheet in a headless Chromium without a graphics card; a frame counts when it is painted while the
pointer moves. Run: .venv/bin/python tests/benchmarks/annotator_browser.py
"""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

import gemini_nb
from gemini_nb.spatial.geometry import Box, Item, Point, Trajectory

SIZE = 4000, 3000
MOVES = 120
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHOW = """async ([script, style, traits, image]) => {
  document.head.append(Object.assign(document.createElement('style'), { textContent: style }));
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  traits.image = Uint8Array.from(atob(image), letter => letter.charCodeAt(0));
  const nothing = () => {};
  const model = { get: name => traits[name], set: (name, value) => { traits[name] = value; },
    save_changes: nothing, on: nothing, off: nothing, send: nothing };
  (await import(url)).default.render({ model, el: document.body });
}"""
WATCH = """() => {
  window.frames_painted = [];
  new MutationObserver(() => frames_painted.push(performance.now()))
    .observe(document.querySelector('[data-id=m0]'), { childList: true });
}"""


def main() -> None:
    """Print the frames a second, and the longest time between two."""
    items: list[Item] = [Box(400, 400, 600, 600, label="dragged")]
    for n in range(199):
        y, x = 60 * (n // 15), 65 * (n % 15)
        shapes = Box(y, x, y + 50, x + 50), Point(y, x), Trajectory((Point(y, x), Point(y, x + 50)))
        items.append(shapes[n % 3])
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8)
    annotator = gemini_nb.annotate(Image.fromarray(noise).resize(SIZE), items)
    names = ("size", "items", "looks", "backdrop", "problem")
    traits: dict[str, Any] = {name: getattr(annotator, name) for name in names}
    room = Path(gemini_nb.__file__).with_name("widgets")
    script, style = ((room / f"annotator.{kind}").read_text() for kind in ("js", "css"))
    image = base64.b64encode(annotator.image).decode()
    program = next(found for name in BROWSERS if (found := shutil.which(name)))
    with sync_playwright() as running:
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        chromium = running.chromium.launch(executable_path=program, args=options)
        page = chromium.new_page(viewport={"width": 1000, "height": 900})
        page.set_content("<body></body>")
        page.evaluate(SHOW, [script, style, traits, image])
        picture = page.locator("svg").bounding_box()
        assert picture
        middle = picture["x"] + picture["width"] / 2, picture["y"] + picture["height"] / 2
        page.mouse.move(*middle)
        page.mouse.down()
        page.evaluate(WATCH)
        page.mouse.move(middle[0] + 240, middle[1] + 180, steps=MOVES)
        page.mouse.up()
        painted = np.array(page.evaluate("() => frames_painted"))
        chromium.close()
    gaps = np.diff(painted) / 1000
    rate = len(gaps) / gaps.sum()
    print(f"{len(items)} items on {SIZE[0]} x {SIZE[1]}, {MOVES} moves: {rate:.0f} frames a second")
    print(f"longest time between two frames: {1000 * gaps.max():.0f} ms")


if __name__ == "__main__":
    main()
