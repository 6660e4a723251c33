"""The SDK's own objects on the screen, in both themes, in notebooks that are trusted or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from google.genai import errors, pagers, types

from gemini_nb.ipython.answers import answer_page, token_counts, transcript
from gemini_nb.ipython.cards import embeddings_table, model_card, page_table, thing_card
from gemini_nb.ipython.errors import error_card

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from browser.conftest import Lab

HOSTILE = '"></td><img src=x onerror="window.struck=1"><script>window.struck=1</script> $5 or $6'
MODEL = types.Model(name="models/m", display_name=HOSTILE, supported_actions=["generateContent"])
PAGE = pagers.Pager("models", lambda **_: None, types.ListModelsResponse(models=[MODEL]), {})
SHOWN = [
    model_card(MODEL).bundle(),
    thing_card(types.File(display_name=HOSTILE, mime_type="text/plain", size_bytes=12)).bundle(),
    page_table(PAGE).bundle(),
    error_card(errors.ClientError(400, {"error": {"message": HOSTILE}})).bundle(),
    embeddings_table(types.ContentEmbedding(values=[0.6, -0.8])).bundle(),
    token_counts(types.CountTokensResponse(total_tokens=1_204)),
]
HTML = {"text/html": "".join(each["text/html"] for each in SHOWN), "text/plain": "plain"}
ANSWER = types.GenerateContentResponse(
    candidates=[
        types.Candidate(
            content=types.Content(role="model", parts=[types.Part(text=f"It *costs* {HOSTILE}")]),
            finish_reason="MAX_TOKENS",
        )
    ],
    model_version=HOSTILE,
    usage_metadata=types.GenerateContentResponseUsageMetadata(prompt_token_count=7),
)
SAID = types.Content(role="user", parts=[types.Part(text=f"{HOSTILE}\n\n```python\nx = 1")])
MARKDOWN = {
    "text/markdown": "\n\n".join(
        shown["text/markdown"]
        for shown in (transcript(SAID), answer_page(ANSWER), transcript(SAID))
    ),
    "text/plain": "plain",
}
OUTPUT = ".jp-OutputArea-output"


def read(page: Page) -> str:
    page.locator(f"{OUTPUT} :text('window.struck')").first.wait_for()
    return re.sub(r"\s+", " ", page.locator(OUTPUT).first.inner_text())


@pytest.mark.parametrize("trusted", [False, True])
def test_hostile_fields_are_words_on_the_screen(lab: Lab, *, trusted: bool) -> None:
    with lab.opened(HTML, trusted=trusted) as page:
        text = read(page)
        assert text.count("<img src=x onerror=") == 4
        assert "▇▁" in text
        assert page.evaluate("() => window.struck") is None
        assert page.locator(f"{OUTPUT} mjx-container").count() == 0
        assert page.locator(f"{OUTPUT} img").count() == 0


@pytest.mark.parametrize("trusted", [False, True])
def test_hostile_answers_are_words_on_the_screen(lab: Lab, *, trusted: bool) -> None:
    with lab.opened(MARKDOWN, trusted=trusted) as page:
        text = read(page)
        assert text.count("<script>window.struck=1</script>") == 4
        assert text.count("You") == 2
        assert page.evaluate("() => window.struck") is None
        assert page.locator(f"{OUTPUT} mjx-container").count() == 0
        assert page.locator(f"{OUTPUT} img").count() == 0
        assert page.locator(f"{OUTPUT} em", has_text="costs").count() == 1


def test_cards_take_the_colours_of_the_theme(lab: Lab) -> None:
    look = """card => {
      const style = getComputedStyle(card), page = getComputedStyle(card.parentElement);
      return [style.color === page.color, style.color, style.borderTopStyle];
    }"""
    seen = []
    for dark in (False, True):
        with lab.opened(HTML, trusted=False, dark=dark) as page:
            read(page)
            seen.append(page.locator(f"{OUTPUT} div[style*='border']").first.evaluate(look))
    assert [(inherits, border) for inherits, _, border in seen] == [(True, "solid")] * 2
    assert seen[0][1] != seen[1][1]
