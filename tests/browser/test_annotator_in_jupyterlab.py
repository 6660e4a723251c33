"""The annotator in a real JupyterLab: every gesture, read back in the kernel."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import gemini_nb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, CDPSession, Locator, Page

    from browser.conftest import Lab
    from browser.live_notebook import LiveNotebook, RunningCell

PATIENCE = 20  # seconds until the kernel has heard of a gesture
SCRIPT = Path(gemini_nb.__file__).with_name("widgets") / "annotator.js"
IMPORT = """async script => {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  window.edits = (await import(url)).edits;
}"""
EDIT = """([name, items, argument]) => {
  const before = JSON.stringify(items);
  const after = edits[name](items, argument);
  const others = items.filter(item => item.id !== argument.id && !(argument.ids ?? []).length);
  return {
    after: after.map(({ id, kind, at, label, accepted }) => ({ id, kind, at, label, accepted })),
    isPure: JSON.stringify(items) === before && others.every(item => after.includes(item)),
  };
}"""
POINT = {"id": "m0", "kind": "point", "at": [[10.5, 20.5]], "label": "tea", "accepted": False}
BOX = {"id": "m1", "kind": "box", "at": [[100, 200], [300, 400]], "label": "mug", "accepted": False}
PATH = {"id": "m2", "kind": "path", "at": [[0, 0, 0], [10, 20, 1]], "label": "", "accepted": False}
ROWS = [POINT, BOX, PATH]
SHOW = """
import gemini_nb as gnb, json
from PIL import Image
from gemini_nb import Box, Point, Trajectory
from gemini_nb.spatial.statements import Angle
from gemini_nb.spatial.masks import Mask
heard = []
annotator = gnb.annotate(Image.new("RGB", (800, 600), (120, 130, 125)), on_change=heard.append)
annotator
"""
BEGIN = """
given = gnb.Annotations((
    Box(100, 100, 400, 400, label="mug", details={"colour": "red"}),
    Point(300, 700, label="tea"),
    Trajectory((Point(800, 100), Point(800, 300)), label="<b>wipe</b>"),
    Box(600, 600, 900, 900, label="bowl"), Angle(30, label="bowl"),
), text="said")
annotator.annotations = given
"""
STANDS = """print(json.dumps([
    [*item.geometry().values()][0] if hasattr(item, "image") else None for item in
    annotator.annotations[:3]] + [item.label for item in annotator.annotations[5:]]))"""
MUG, TEA, WIPE = [100, 100, 400, 400], [300, 700], [[800, 100], [800, 300]]


class Annotated(NamedTuple):
    """An annotator in a notebook."""

    notebook: LiveNotebook
    cell: RunningCell
    complaints: list[str]

    @property
    def page(self) -> Page:
        return self.notebook.page

    @property
    def root(self) -> Locator:
        return self.cell.shown.locator(".gnb-annotator")

    @property
    def picture(self) -> Locator:
        return self.root.locator(":scope > svg")

    @property
    def said(self) -> str:
        return self.root.get_by_role("status").inner_text()

    def begin(self) -> None:
        """The same items as at first; the whole picture is in the window."""
        self.run("annotator.annotations = []")
        self.item("mug").wait_for(state="detached")
        self.run(BEGIN)
        self.item("mug").wait_for()
        self.tool("Select")

    def item(self, label: str) -> Locator:
        return self.root.locator(".gnb-item").filter(has_text=label)

    def tool(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def place(self, y: float, x: float) -> tuple[float, float]:
        """Where thousandths of the picture are in the page."""
        box = self.picture.bounding_box()
        assert box
        return box["x"] + box["width"] * x / 1000, box["y"] + box["height"] * y / 1000

    def drag(self, *places: tuple[float, float]) -> None:
        self.page.mouse.move(*self.place(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.place(*place), steps=3)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def run(self, code: str) -> list[dict[str, Any]]:
        """The outputs of a new cell; the page is scrolled and focused as it was before."""
        self.page.evaluate("() => { window.focused = document.activeElement }")
        outputs = self.notebook.run(code)
        self.cell.shown.evaluate(
            "element => { element.scrollIntoView(); focused.focus({ preventScroll: true }) }"
        )
        return outputs

    def read(self, code: str) -> Any:
        return json.loads(self.run(code)[0]["text"])

    def stands(self, *expected: object) -> None:
        """The kernel has these places of the first three items, and labels of new ones."""
        self.hears(lambda: self.read(STANDS), [*expected])

    def hears(self, look: Callable[[], object], expected: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while (seen := look()) != expected and time.monotonic() < deadline:
            pass
        assert seen == expected


@pytest.fixture(scope="module")
def annotated(lab: Lab) -> Iterator[Annotated]:
    """One annotator, and what the page complains about or asks of the world."""
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda told: complaints.append(told.text) if told.type == "error" else None,
        )
        allowed = (lab.url, "data:", "blob:")
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(allowed) else complaints.append(asked.url),
        )

    with lab.live(watched=watch) as notebook:
        cell = notebook.begin(SHOW)
        cell.end()
        shown = Annotated(notebook, cell, complaints)
        shown.root.and_(notebook.page.locator("[data-ready]")).wait_for()
        yield shown
    assert complaints == []


@pytest.fixture(scope="module")
def table(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.evaluate(IMPORT, SCRIPT.read_text())
    yield page
    page.close()


@pytest.mark.parametrize(
    ("name", "argument", "row", "at"),
    [
        ("moved", {"id": "m1", "by": [10.4, -5]}, 1, [[110, 195], [310, 395]]),
        # The whole shape stops at the edge; an axis that does not move keeps its exact value.
        ("moved", {"id": "m1", "by": [-500, 900]}, 1, [[0, 800], [200, 1000]]),
        ("moved", {"id": "m0", "by": [0.2, 3]}, 0, [[10.5, 24]]),
        ("moved", {"id": "m2", "by": [1, 1]}, 2, [[1, 1, 0], [11, 21, 1]]),
        ("reshaped", {"id": "m1", "vertex": 0, "by": [10, 20]}, 1, [[110, 220], [300, 400]]),
        ("reshaped", {"id": "m1", "vertex": 1, "by": [10, 20]}, 1, [[110, 200], [300, 420]]),
        ("reshaped", {"id": "m1", "vertex": 2, "by": [-900, 1]}, 1, [[100, 201], [100, 400]]),
        ("reshaped", {"id": "m1", "vertex": 3, "by": [900, -900]}, 1, [[100, 200], [1000, 200]]),
        ("reshaped", {"id": "m2", "vertex": 1, "by": [5, -90]}, 2, [[0, 0, 0], [15, 0, 1]]),
        ("added", {"kind": "box", "at": [[9, 8], [1.2, 2000]]}, 3, [[1, 8], [9, 1000]]),
        ("added", {"kind": "point", "at": [[-1, 2.6]], "label": "new"}, 3, [[0, 3]]),
        ("extended", {"id": "m2", "vertex": 0}, 2, [[0, 0, 0], [5, 10], [10, 20, 1]]),
        ("extended", {"id": "m2", "vertex": 1}, 2, [[0, 0, 0], [10, 20, 1], [10, 70]]),
        ("extended", {"id": "m2", "vertex": 1, "place": [12, 22]}, 2, PATH["at"]),
        ("shortened", {"id": "m2", "vertex": 0}, 2, [[10, 20, 1]]),
        ("shortened", {"id": "m0", "vertex": 0}, 0, BOX["at"]),
        ("deleted", {"id": "m1"}, 1, PATH["at"]),
        ("deleted", {"id": "no such"}, 1, BOX["at"]),
        ("relabelled", {"id": "m1", "label": " <b>cup</b> "}, 1, BOX["at"]),
        ("marked", {"ids": ["m1", "m2"], "accepted": True}, 1, BOX["at"]),
    ],
)
def test_edits_return_new_items(
    table: Page, name: str, argument: dict[str, Any], row: int, at: list[list[float]]
) -> None:
    done = table.evaluate(EDIT, [name, ROWS, argument])

    assert done["isPure"]
    assert done["after"][row]["at"] == at
    if name == "added":
        assert done["after"][row]["id"] == "n1"
    if name == "relabelled":
        assert done["after"][row]["label"] == "<b>cup</b>"
    if name == "marked":
        assert [each["accepted"] for each in done["after"]] == [False, True, True]


def test_annotate_by_mouse(annotated: Annotated) -> None:
    annotated.begin()
    assert annotated.root.locator("b").count() == 0  # a label is text

    annotated.drag((250, 250), (150, 350))
    annotated.stands([0, 200, 300, 500], TEA, WIPE)
    annotated.drag((300, 500), (350, 450))  # a corner
    annotated.stands([0, 200, 350, 450], TEA, WIPE)
    annotated.drag((800, 200), (700, 250))  # a path by its line
    annotated.drag((700, 350), (600, 350))  # one of its points
    annotated.stands([0, 200, 350, 450], TEA, [[700, 150], [600, 350]])

    annotated.tool("Box")
    annotated.drag((500, 500), (550, 600))
    annotated.page.keyboard.type("dd")  # in the field of the label, which deletes no cell
    annotated.press("Enter")
    annotated.tool("Point")
    annotated.page.mouse.click(*annotated.place(100, 900))
    annotated.root.get_by_role("group", name="Labels in use").get_by_text("tea").click()
    annotated.tool("Path")
    for place in ((450, 700), (450, 800)):
        annotated.page.mouse.click(*annotated.place(*place))
    annotated.page.mouse.dblclick(*annotated.place(480, 900))
    new = ["dd", "tea", ""]
    annotated.stands([0, 200, 350, 450], TEA, [[700, 150], [600, 350]], *new)
    assert annotated.said.startswith("path without label, 3 points")

    annotated.item("mug").first.click(position={"x": 40, "y": 60})
    annotated.tool("Accept")
    annotated.tool("Delete")
    for _ in range(2):
        annotated.tool("Undo")
    annotated.tool("Redo")
    annotated.tool("Accept all")
    annotated.hears(
        lambda: annotated.read("print(json.dumps(repr(annotator.changes)))").split("\n")[0],
        "1 accepted, 2 moved, 3 added, 2 untouched",
    )
    told = annotated.read(
        "print(json.dumps([len(heard) > 8, annotator.annotations.text, "
        "annotator.annotations[4] is given[4], dict(annotator.annotations[0].details)]))"
    )
    assert told == [True, "said", True, {"colour": "red"}]


def test_annotate_zooms_and_pans(annotated: Annotated) -> None:
    annotated.begin()
    annotated.page.mouse.move(*annotated.place(500, 500))
    annotated.page.keyboard.down("Control")
    annotated.page.mouse.wheel(0, -208)  # twice as large
    annotated.page.keyboard.up("Control")
    annotated.picture.and_(annotated.page.locator("[data-zoomed=true]")).wait_for()
    before = annotated.picture.get_attribute("viewBox")

    annotated.drag((500, 900), (600, 800))  # where nothing is
    assert annotated.picture.get_attribute("viewBox") != before
    annotated.picture.focus()
    annotated.press("0", "+", "ArrowDown", "ArrowRight")
    x, y, width, height = map(float, str(annotated.picture.get_attribute("viewBox")).split())
    assert (round(width), round(height)) == (533, 400)
    assert (round(x), round(y)) == (187, 140)
    annotated.tool("Fit")
    annotated.stands(MUG, TEA, WIPE)


def test_annotate_by_touch(annotated: Annotated) -> None:
    annotated.begin()
    touch = annotated.page.context.new_cdp_session(annotated.page)

    _touched(touch, [annotated.place(300, 700)])  # a tap chooses
    _touched(touch, *[[annotated.place(300 + 10 * n, 700)] for n in range(11)])
    annotated.stands(MUG, [400, 700], WIPE)
    annotated.tool("Box")
    _touched(touch, *[[annotated.place(500 + 10 * n, 500 + 10 * n)] for n in range(6)])
    annotated.stands(MUG, [400, 700], WIPE, "")
    # Two fingers: twice as far apart, and a little further down.
    pinches = [
        [annotated.place(450 + 9 * n, 450 - 5 * n), annotated.place(450 + 9 * n, 550 + 5 * n)]
        for n in range(11)
    ]
    _touched(touch, *pinches)
    x, y, width, height = map(float, str(annotated.picture.get_attribute("viewBox")).split())
    assert (round(width), round(height)) == (400, 300)
    assert (round(x), round(y)) == (200, 108)
    annotated.tool("Fit")
    annotated.stands(MUG, [400, 700], WIPE, "")


def test_annotate_by_keyboard(annotated: Annotated) -> None:
    annotated.begin()
    cells = annotated.page.locator(".jp-Notebook .jp-Cell").count()
    annotated.picture.focus()

    annotated.press("Tab", "d", "d", "ArrowDown", "Shift+ArrowRight")
    assert annotated.page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert annotated.said == "moved box mug, y 101 to 401, x 110 to 410"
    annotated.press("Alt+ArrowDown", "v", "ArrowLeft", "Escape", "a")  # the lower right, upper left
    annotated.press("Tab", "Enter", "Control+a", "c", "u", "p", "Enter", "ArrowUp")
    annotated.press("Tab", "i", "ArrowDown", "Delete", "Escape")
    annotated.stands([101, 109, 402, 410], [299, 700], [[800, 100], [800, 300]])
    annotated.press("Control+z", "Control+z", "Control+z", "Control+y")
    annotated.stands([101, 109, 402, 410], [299, 700], [[800, 100], [800, 300], [800, 350]])
    for name in ("Point", "Box", "Path"):
        annotated.root.get_by_role("button", name=name, exact=True).focus()
        annotated.press("Enter", "Enter", *name, "Enter")
    annotated.press("Delete", "Delete")  # the point that is chosen, then all of the path
    expected = [101, 109, 402, 410], [299, 700], [[800, 100], [800, 300], [800, 350]]
    annotated.stands(*expected, "Point", "Box")
    assert annotated.read("print(json.dumps(annotator.annotations[1].label))") == "cup"
    annotated.root.locator("summary").focus()
    annotated.press("d", "d")
    assert "deleted path Path" in annotated.said


def test_a_drag_draws_only_what_is_dragged(annotated: Annotated) -> None:
    many = "[Point(50 * (n % 10), 100 * (n // 10), label=str(n)) for n in range(5, 105)]"
    annotated.begin()
    annotated.run(f"annotator.annotations = [Box(600, 600, 900, 900), *{many}]")
    annotated.item("104").wait_for()
    annotated.page.mouse.move(*annotated.place(750, 750))
    annotated.page.mouse.down()
    annotated.root.evaluate(
        """root => {
          window.touched = { frames: 0, ids: new Set() };
          const note = changes => {
            touched.frames += 1;
            const items = changes.map(({ target }) => target.closest('.gnb-item') ?? root);
            for (const item of items) touched.ids.add(item.dataset.id);
          };
          new MutationObserver(note).observe(root.querySelector('.gnb-item').parentNode,
            { subtree: true, childList: true, attributes: true });
        }"""
    )
    annotated.page.mouse.move(*annotated.place(600, 600), steps=30)
    annotated.page.mouse.up()

    assert annotated.page.evaluate("() => [...touched.ids]") == ["m0"]
    assert 3 < annotated.page.evaluate("() => touched.frames") <= 32


def test_on_change_shows_what_a_callback_raises(annotated: Annotated) -> None:
    annotated.begin()
    annotated.run("annotator.on_change(lambda found: 1 / (len(found) - 4))")
    alert = annotated.root.get_by_role("alert")

    annotated.drag((300, 700), (300, 750))
    assert alert.inner_text() == ""
    annotated.press("Delete")
    alert.filter(has_text="ZeroDivisionError: division by zero").wait_for()
    annotated.tool("Undo")
    alert.filter(has_text="Zero").wait_for(state="hidden")


def test_done_leaves_the_static_picture(annotated: Annotated, lab: Lab) -> None:
    annotated.begin()
    view = "application/vnd.jupyter.widget-view+json"
    open_yet = annotated.notebook.saved(annotated.cell)
    with lab.reopened(open_yet) as page:  # not trusted, and without the kernel
        page.locator(".jp-OutputArea-output img, .jp-OutputArea-output svg").first.wait_for()

    annotated.drag((300, 700), (300, 750))
    annotated.tool("Done")
    annotated.root.wait_for(state="detached")
    data = annotated.notebook.saved(annotated.cell).outputs[0].data
    assert view in open_yet.outputs[0].data
    assert view not in data
    assert "point [300, 750]" in data["text/plain"]
    assert "data:image/" in data["text/html"]


def _touched(touch: CDPSession, *moments: list[tuple[float, float]]) -> None:
    """Fingers put down, moved and lifted."""
    for number, fingers in enumerate(moments):
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(fingers)]
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
