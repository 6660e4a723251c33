"""Token badges and meters as JupyterLab shows them, after it has sanitized them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gemini_nb.catalog import Price
from gemini_nb.tokens.badge import badge
from gemini_nb.tokens.meter import meter_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from browser.conftest import Lab

PILLS = "span[style*=nowrap]"
MODEL = "gemini-3.8-flash"
CALL = {
    "modelVersion": MODEL,
    "usageMetadata": {
        "promptTokenCount": 1204,
        "cachedContentTokenCount": 1024,
        "candidatesTokenCount": 482,
    },
}
BADGE = badge(CALL, price=Price(input=1.0, output=10.0, cached=0.1, read_on="2026-08-20"))
OFFLINE = badge({"modelVersion": "offline/templates", "usageMetadata": {"promptTokenCount": 12}})
METER = meter_table([badge(CALL, on="2026-11-29"), OFFLINE], ("prices of 2026-10-14",))
# JupyterLab looks for mathematics in a whole output at once: when the last line of this one has
# become a formula, everything above it has been looked through too.
FORMULA = "<p class='formula'>$x^2$</p>"
BUNDLE = {
    "text/plain": BADGE.text,
    "text/html": BADGE.html + OFFLINE.html + METER.rich() + BADGE.html + FORMULA,
}
LOOK = """element => {
  const own = getComputedStyle(element);
  const around = getComputedStyle(element.closest('.jp-RenderedHTMLCommon'));
  return {
    inherits: own.color === around.color, border: own.borderTopStyle, fill: own.backgroundColor,
  };
}"""
RIGHT_ENDS = """cells => cells.map(cell => {
  const digits = document.createRange();
  digits.selectNodeContents(cell);
  return digits.getBoundingClientRect().right;
})"""


@pytest.fixture(
    scope="module",
    params=[(True, False), (True, True), (False, False), (False, True)],
    ids=["trusted light", "trusted dark", "untrusted light", "untrusted dark"],
)
def page(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The notebook with all of it, opened again; every formula in it is typeset."""
    trusted, dark = request.param
    with lab.opened(BUNDLE, trusted=trusted, dark=dark) as opened:
        opened.locator(".formula mjx-container").wait_for(state="attached")
        yield opened


def test_prices_are_not_taken_for_mathematics(page: Page) -> None:
    assert page.locator("mjx-container").count() == 1

    shown = " ".join(page.locator("summary").first.inner_text().split())
    assert shown == BADGE.text
    assert "≈ $0.0051 (prices of 2026-08-20)" in shown


def test_pills_are_drawn_in_the_colours_of_the_theme(page: Page) -> None:
    looks = [pill.evaluate(LOOK) for pill in page.locator("summary").first.locator(PILLS).all()]

    assert len(looks) == BADGE.text.count(" · ") + 1
    assert {look["border"] for look in looks} == {"solid"}
    assert all(look["inherits"] for look in looks)
    assert all(look["fill"].startswith("rgba(127, 127, 127") for look in looks)


def test_estimates_and_what_is_not_gemini_can_be_told_apart(page: Page) -> None:
    name, count, *_ = page.locator("summary").nth(1).locator(PILLS).all()

    assert name.inner_text() == "offline/templates, not Gemini"
    assert name.evaluate(LOOK)["fill"].startswith("rgba(245, 158, 11")
    assert count.evaluate(LOOK)["border"] == "dashed"


def test_details_open_at_a_click_with_numbers_below_each_other(page: Page) -> None:
    details = page.locator("details").first
    assert not details.locator("table").is_visible()

    details.locator("summary").click(position={"x": 4, "y": 10})

    assert details.locator("table").is_visible()
    assert re.search(r"cached\s+1,024\s+85% of the prompt", details.inner_text())
    ends = details.locator("td:nth-child(2)").evaluate_all(RIGHT_ENDS)
    assert max(ends) - min(ends) < 1


def test_a_meter_is_a_table(page: Page) -> None:
    table = page.locator(".jp-OutputArea-output table").filter(has_text="calls").first
    heads = [head.strip() for head in table.locator("th").all_inner_texts()]

    assert heads == ["model", "calls", "prompt", "cached", "output", "total", "cost"]
    assert page.get_by_text("prices of 2026-10-14", exact=True).is_visible()
