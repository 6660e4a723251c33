from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from gemini_nb import catalog

if TYPE_CHECKING:
    from collections.abc import Callable


IMAGE_MODEL = "gemini-3.1-flash-image"
# No model of the table makes images or speaks.
ELSEWHERE = {IMAGE_MODEL, "gemini-3.8-live", "gemini-3.8-flash-tts", "gemini-3.8-flash-lite-tts"}


def test_every_retired_model_names_a_current_one() -> None:
    for retired in catalog.RETIRED:
        assert catalog.find(retired.replacement) or retired.replacement in ELSEWHERE
        assert catalog.find(retired.id) is None


@pytest.mark.parametrize(
    ("name", "replacement"),
    [
        ("gemini-pro", "gemini-3.8-flash"),
        ("models/gemini-pro-vision", "gemini-3.8-flash"),
        ("gemini-1.0-pro-001", "gemini-3.8-flash"),
        ("gemini-ultra", "gemini-3.1-pro-preview"),
        ("gemini-1.5-flash", "gemini-3.8-flash"),
        ("gemini-1.5-flash-latest", "gemini-3.8-flash"),
        ("gemini-1.5-flash-8b-001", "gemini-3.5-flash-lite"),
        ("gemini-1.5-pro-002", "gemini-3.1-pro-preview"),
        ("gemini-2.0-flash", "gemini-3.8-flash"),
        ("gemini-2.0-flash-001", "gemini-3.8-flash"),
        ("gemini-2.0-flash-exp", "gemini-3.8-flash"),
        ("gemini-2.0-flash-lite", "gemini-3.5-flash-lite"),
        ("gemini-2.0-flash-lite-preview-02-05", "gemini-3.5-flash-lite"),
        ("gemini-2.0-flash-thinking-exp-01-21", "gemini-3.8-flash"),
        ("gemini-2.0-pro-exp-02-05", "gemini-3.1-pro-preview"),
        ("gemini-exp-1206", "gemini-3.1-pro-preview"),
        ("gemini-2.5-pro-preview-05-06", "gemini-3.1-pro-preview"),
        ("gemini-2.5-pro-exp-03-25", "gemini-3.1-pro-preview"),
        ("gemini-2.5-flash-preview-09-2025", "gemini-3.8-flash"),
        ("gemini-2.5-flash-image-preview", IMAGE_MODEL),
        ("gemini-3-pro-preview", "gemini-3.1-pro-preview"),
        ("embedding-001", "gemini-embedding-2"),
        ("text-embedding-004", "gemini-embedding-2"),
        ("gemini-embedding-exp-03-07", "gemini-embedding-2"),
        ("gemini-robotics-er-1.5-preview", "gemini-robotics-er-2-preview"),
        ("gemini-2.0-flash-live-001", "gemini-3.8-live"),
        ("gemini-live-2.5-flash-preview", "gemini-3.8-live"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", "gemini-3.8-live"),
        ("gemini-2.5-flash-preview-tts", "gemini-3.8-flash-lite-tts"),
        ("gemini-2.5-pro-preview-tts", "gemini-3.8-flash-tts"),
        ("learnlm-2.0-flash-experimental", "gemini-3.8-flash"),
        ("gemini-3-pro", "gemini-3.1-pro-preview"),
        ("gemini-3.1-pro", "gemini-3.1-pro-preview"),
        ("gemini-3-flash", "gemini-3-flash-preview"),
        ("text-embedding-005", "gemini-embedding-2"),
    ],
)
def test_find_retired_knows_the_names_that_people_remember(name: str, replacement: str) -> None:
    gone = catalog.find_retired(name)

    assert gone is not None
    assert (gone.id, gone.replacement) == (catalog.bare_id(name), replacement)


def test_find_retired_knows_a_name_in_capitals() -> None:
    assert catalog.find_retired("models/Gemini-1.5-PRO") == catalog.find_retired("gemini-1.5-pro")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "gemini-2.0-flash-live-001",
            "It was shut down (2025-12-09): use gemini-3.8-live instead.",
        ),
        ("aqa", "It was shut down: use gemini-3.8-flash instead."),
        (
            "gemini-3-pro",
            "The Gemini API has none of that name: use gemini-3.1-pro-preview instead.",
        ),
    ],
)
def test_a_retired_model_tells_what_became_of_it(name: str, told: str) -> None:
    gone = catalog.find_retired(name)
    assert gone is not None
    assert gone.told == told


@pytest.mark.parametrize(
    "name", ["gemini-pro-latest", "gemini-2.5-flash-lite", "gemini-professional", "gemini", ""]
)
def test_find_retired_takes_no_other_name_for_one_that_is_gone(name: str) -> None:
    assert catalog.find_retired(name) is None


@pytest.mark.parametrize(
    ("name", "display_name"),
    [
        ("gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite"),
        ("gemini-4-argon", "Gemini 4 Argon"),
        ("gemini-robotics-er-2-preview", "Gemini Robotics-ER 2 Preview"),
        ("gemini-embedding-001", "Gemini Embedding 001"),
    ],
)
def test_a_display_name_is_written_as_google_writes_it(name: str, display_name: str) -> None:
    model = catalog.find(name)
    assert model is not None
    assert model.display_name == display_name


def _ids(holds: Callable[[catalog.Model], object]) -> set[str]:
    return {model.id.removeprefix("gemini-") for model in catalog.CURRENT if holds(model)}


def test_what_newer_models_take_or_ignore_is_told() -> None:
    assert _ids(lambda model: "xhigh" in model.thinking_levels) == {"4-hydrogen", "4-neon"}
    assert _ids(lambda model: model.kind == "text" and not model.ignores_sampling) == {
        "3.5-flash",
        "3.1-flash-lite",
        "3.1-pro-preview",
        "3-flash-preview",
        "2.5-flash-lite",
        "pro-latest",
    }


def test_every_successor_is_a_current_model() -> None:
    successors = {model.successor for model in catalog.CURRENT if model.successor}
    assert all(catalog.find(name) for name in successors)


@pytest.mark.parametrize("kind", ["text", "robotics", "embedding"])
def test_the_environment_overrides_the_default(
    monkeypatch: pytest.MonkeyPatch, kind: catalog.Kind
) -> None:
    monkeypatch.setenv(catalog.VARIABLES[kind], "models/some-new-model")

    assert catalog.default(kind).id == "some-new-model"
    assert catalog.default(kind).kind == kind


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match=r"text, robotics, embedding, not 'video'"):
        catalog.default("video")  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "price"), sorted(catalog.PRICES.items()))
def test_every_price_is_that_of_a_current_model_with_its_date(
    name: str, price: catalog.Price
) -> None:
    known = catalog.find(name)
    assert known is not None
    for period in filter(None, (price, price.then)):
        assert date.fromisoformat(period.read_on) <= date(2026, 11, 29)
        assert known.kind == "embedding" or 0 < period.input < period.output
        assert period.cached is None or period.cached < period.input


@pytest.mark.parametrize(
    ("name", "november", "december", "january"),
    [
        ("gemini-3.8-flash", (0.75, 3.75), (0.75, 3.75), (1.5, 7.5)),
        ("gemini-3.7-flash", (0.75, 3.75), (0.75, 3.75), (1.5, 7.5)),
        ("gemini-3.6-flash", (0.75, 3.75), (0.75, 3.75), (1.5, 7.5)),
        ("gemini-flash-latest", (0.75, 3.75), (0.75, 3.75), (1.5, 7.5)),
        ("gemini-robotics-er-2-preview", (1.0, 5.0), (1.0, 5.0), (2.0, 10.0)),
        ("gemini-4-argon", (2.0, 10.0), (4.0, 20.0), (4.0, 20.0)),
        ("gemini-4-carbon", (2.0, 10.0), (4.0, 20.0), (4.0, 20.0)),
        ("gemini-4-hydrogen", (1.5, 7.5), (1.5, 7.5), (1.5, 7.5)),
        ("gemini-2.5-pro", (1.25, 10.0), (0.75, 3.75), (1.5, 7.5)),
        ("gemini-2.5-flash", (0.3, 2.5), (0.3, 2.5), (0.3, 2.5)),
    ],
)
def test_find_price_has_the_price_of_the_day(
    name: str,
    november: tuple[float, float],
    december: tuple[float, float],
    january: tuple[float, float],
) -> None:
    days = ("2026-11-30", "2026-12-01", "2027-01-01T00:00:00Z")
    prices = [catalog.find_price(name, on=day) for day in days]

    assert [(p.input, p.output) for p in prices if p] == [november, december, january]
    assert catalog.find_price(name) == prices[0]


def test_a_long_prompt_has_the_rates_of_long_prompts() -> None:
    price = catalog.Price(input=1, output=2, cached=0.1, long_prompts=catalog.Price(3, 4))

    assert price.rates(200_000) == price
    assert price.rates(200_001) == catalog.Price(3, 4)


def test_a_price_that_is_not_known_is_none() -> None:
    assert catalog.find_price("gemini-of-tomorrow") is None
    assert catalog.find_price("models/gemini-3.8-flash") is catalog.PRICES["gemini-3.8-flash"]
