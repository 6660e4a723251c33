"""The annotator in a real JupyterLab: every gesture, read back in the kernel."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import gemini_nb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
WITH_A_POINT = [[0, 0, 0], [5, 10], [10, 20, 1]]
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
SEEN = """pane => [pane.scrollTop / pane.clientHeight, pane.scrollLeft / pane.clientWidth,
  pane.firstChild.clientWidth / pane.clientWidth]"""
SHUT_DOWN = """() => documents().find(panel => panel.sessionContext).sessionContext.shutdown()"""


class Annotated(NamedTuple):
    """An annotator in a notebook."""

    notebook: LiveNotebook
    cell: RunningCell

    @property
    def page(self) -> Page:
        return self.notebook.page

    @property
    def root(self) -> Locator:
        return self.cell.shown.locator(".gnb-annotator")

    @property
    def picture(self) -> Locator:
        return self.root.locator("svg")

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
        return self.root.get_by_role("button", name=re.compile(rf"^\w+ {re.escape(label)}, "))

    def seen(self) -> list[float]:
        """How far the picture is scrolled, down and to the right, and how often enlarged."""
        return [round(each, 2) for each in self.root.locator(".gnb-pane").evaluate(SEEN)]

    def tool(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def place(self, y: float, x: float) -> tuple[float, float]:
        """Where thousandths of the picture are in the page."""
        box = self.picture.bounding_box()
        assert box
        return box["x"] + box["width"] * x / 1000, box["y"] + box["height"] * y / 1000

    def drag(self, *places: tuple[float, float], keys: Sequence[str] = ()) -> None:
        self.page.mouse.move(*self.place(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.place(*place), steps=3)
        self.press(*keys)
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
    """An annotator; at the end, what the page complained of or asked of the world."""
    with lab.live() as notebook:
        cell = notebook.begin(SHOW)
        cell.end()
        shown = Annotated(notebook, cell)
        shown.root.and_(notebook.page.locator("[data-ready]")).wait_for()
        yield shown
    assert notebook.outside_requests == []


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
        # A corner may go past the one that stays.
        ("reshaped", {"id": "m1", "vertex": 2, "by": [-900, 1]}, 1, [[0, 201], [100, 400]]),
        ("reshaped", {"id": "m1", "vertex": 3, "by": [900, -900]}, 1, [[100, 0], [1000, 200]]),
        ("reshaped", {"id": "m2", "vertex": 1, "by": [5, -90]}, 2, [[0, 0, 0], [15, 0, 1]]),
        ("added", {"kind": "box", "at": [[9, 8], [1.2, 2000]]}, 3, [[1, 8], [9, 1000]]),
        ("added", {"kind": "point", "at": [[-1, 2.6]], "label": "new"}, 3, [[0, 3]]),
        ("extended", {"id": "m2", "vertex": 0, "place": [5, 9.6]}, 2, WITH_A_POINT),
        ("extended", {"id": "m2", "vertex": 1, "place": [12, 22]}, 2, PATH["at"]),
        ("deleted", {"id": "m2", "vertex": 0}, 2, [[10, 20, 1]]),
        ("deleted", {"id": "m1", "vertex": 0}, 1, PATH["at"]),
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
    annotated.drag((200, 300), (500, 500), keys=["Control+z", "Escape"])  # takes this one back
    annotated.drag((300, 500), (350, 450))  # a corner
    annotated.drag((800, 200), (700, 250))  # a path by its line
    annotated.drag((700, 350), (600, 350))  # one of its points
    annotated.tool("Box")
    annotated.drag((500, 500), (550, 600))
    annotated.page.keyboard.type("dd")  # in the field of the label, which deletes no cell
    annotated.tool("Point")
    annotated.page.mouse.click(*annotated.place(100, 900))  # which takes the label
    annotated.root.get_by_role("group", name="Labels in use").get_by_text("tea").click()
    annotated.tool("Path")
    for place in ((450, 700), (450, 800)):
        annotated.page.mouse.click(*annotated.place(*place))
    annotated.page.mouse.dblclick(*annotated.place(480, 900))
    assert annotated.said.startswith("extended path without label, 3 points")
    annotated.item("mug").click(position={"x": 40, "y": 60})
    annotated.tool("Accept")
    annotated.tool("Delete")
    for _ in range(2):
        annotated.tool("Undo")
    annotated.tool("Redo")
    annotated.tool("Accept all")
    annotated.stands([0, 200, 350, 450], TEA, [[700, 150], [600, 350]], "dd", "tea", "")
    told = annotated.read(
        "print(json.dumps([repr(annotator.changes).splitlines()[0], len(heard) > 8, "
        "annotator.annotations.text, annotator.annotations[4] is given[4], "
        "dict(annotator.annotations[0].details)]))"
    )
    counts = "1 accepted, 2 moved, 3 added, 2 untouched"
    assert told == [counts, True, "said", True, {"colour": "red"}]


def test_annotate_by_keyboard(annotated: Annotated) -> None:
    annotated.begin()
    cells = annotated.page.locator(".jp-Notebook .jp-Cell").count()
    annotated.picture.focus()

    annotated.press("Tab", "d", "d", "ArrowDown", "Shift+ArrowRight")
    assert annotated.page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert annotated.said == "moved box mug, y 101, x 110 to y 401, x 410"
    annotated.press("v", "ArrowLeft", "Escape", "a")  # its first corner
    annotated.press("Tab", "Enter", "Control+a", "c", "u", "p", "Enter", "ArrowUp")
    annotated.press("Tab", "i", "ArrowDown", "Delete", "Control+z", "Control+z", "Control+y")
    for name in ("Point", "Box", "Path"):
        annotated.root.get_by_role("button", name=name, exact=True).focus()
        annotated.press("Enter", "Enter", *name, "Enter")
    annotated.press("v", "Delete", "Delete")  # a point of the path, then all of it
    assert "deleted path Path, 1 points" in annotated.said
    longer = [[800, 100], [800, 300], [801, 350]]
    annotated.stands([101, 109, 401, 410], [299, 700], longer, "Point", "Box")
    assert annotated.read("print(json.dumps(annotator.annotations[1].label))") == "cup"

    annotated.picture.focus()
    annotated.press("+", "+", "Tab")
    assert annotated.seen()[2] == 2.25
    annotated.root.locator("summary").focus()
    annotated.press("d", "d", "0")
    assert annotated.seen() == [0, 0, 1]


def test_annotate_by_touch_and_wheel(annotated: Annotated) -> None:
    annotated.begin()
    touch = annotated.page.context.new_cdp_session(annotated.page)

    _touched(touch, *[[annotated.place(300 + 10 * n, 700)] for n in range(11)])  # not chosen yet
    annotated.tool("Box")
    _touched(touch, *[[annotated.place(500 + 10 * n, 500 + 10 * n)] for n in range(6)])
    # Two fingers, in the end three times as far apart, and further to the upper right.
    pinch = [[(450 - 5 * n, 450 - n), (450 - 5 * n, 550 + 9 * n)] for n in range(21)]
    _touched(touch, *[[annotated.place(*finger) for finger in fingers] for fingers in pinch])
    assert annotated.seen() == [1.0, 0.93, 3]
    annotated.tool("Fit")
    annotated.stands(MUG, [400, 700], WIPE, "")

    annotated.page.mouse.move(*annotated.place(500, 500))
    annotated.page.keyboard.down("Control")
    annotated.page.mouse.wheel(0, -208)  # twice as large
    annotated.page.keyboard.up("Control")
    annotated.hears(annotated.seen, [0.5, 0.5, 2])
    annotated.page.mouse.move(*annotated.place(450, 620))  # where nothing is
    annotated.page.mouse.down()
    annotated.page.mouse.move(*annotated.place(500, 570))
    annotated.page.mouse.up()
    assert annotated.seen() == [0.4, 0.6, 2]
    annotated.tool("Fit")


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
            for (const { target } of changes)
              touched.ids.add(target.closest('[data-id]')?.dataset.id);
          };
          new MutationObserver(note).observe(root.querySelector('svg'),
            { subtree: true, childList: true, attributes: true });
        }"""
    )
    annotated.page.mouse.move(*annotated.place(600, 600), steps=30)
    annotated.page.mouse.up()

    assert annotated.page.evaluate("() => [...touched.ids].filter(Boolean)") == ["m0"]
    assert 3 < annotated.page.evaluate("() => touched.frames") <= 66


def test_annotate_shows_each_view_the_same_and_what_a_callback_raises(
    annotated: Annotated,
) -> None:
    annotated.begin()
    second = annotated.notebook.begin(
        "annotator.on_change(lambda found: 1 / (len(found) - 4))\nannotator"
    )
    second.end()
    other = Annotated(annotated.notebook, second)
    other.item("tea").wait_for()
    annotated.cell.shown.evaluate("element => element.scrollIntoView()")
    alert = annotated.root.get_by_role("alert")

    annotated.drag((300, 700), (300, 750))
    other.root.locator("[aria-label='point tea, y 300, x 750']").wait_for()
    assert alert.inner_text() == ""
    annotated.press("Delete")
    for each in (annotated, other):
        each.root.get_by_role("alert").filter(has_text="ZeroDivisionError: division").wait_for()
        assert each.item("tea").count() == 0
    annotated.tool("Undo")
    other.item("tea").wait_for()


def test_done_leaves_the_static_picture(annotated: Annotated) -> None:
    annotated.begin()
    view = "application/vnd.jupyter.widget-view+json"
    open_yet = annotated.notebook.saved(annotated.cell).outputs[0].data
    annotated.drag((300, 700), (300, 750))
    annotated.tool("Done")
    annotated.root.wait_for(state="detached")
    data = annotated.notebook.saved(annotated.cell).outputs[0].data
    assert view in open_yet
    assert "data:image/" in open_yet["text/html"]  # for who opens the file without a kernel
    assert view not in data
    assert "point [300, 750]" in data["text/plain"]
    assert "data:image/" in data["text/html"]


def test_annotate_goes_on_in_the_page_when_the_kernel_has_gone(annotated: Annotated) -> None:
    notebook = annotated.notebook
    assert notebook.console_errors == []
    cell = notebook.begin(
        "gnb.annotate(Image.new('RGB', (800, 600)), [Point(300, 700, label='tea')])"
    )
    cell.end()
    left = Annotated(notebook, cell)
    left.item("tea").wait_for()
    cell.shown.evaluate("element => element.scrollIntoView()")
    notebook.page.evaluate(SHUT_DOWN)

    left.drag((300, 700), (300, 750))
    left.tool("Delete")
    left.tool("Undo")
    left.tool("Done")
    assert left.said == "undone, 1 items"
    assert left.root.locator("[aria-label='point tea, y 300, x 750']").count() == 1
    # ipywidgets says of each message that it can't be sent; nothing else is wrong.
    assert [told for told in notebook.console_errors if "Cannot send" not in told] == []


def _touched(touch: CDPSession, *moments: list[tuple[float, float]]) -> None:
    """Fingers put down, moved and lifted."""
    for number, fingers in enumerate(moments):
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(fingers)]
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
