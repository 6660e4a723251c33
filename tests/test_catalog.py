from __future__ import annotations

from datetime import date

import pytest

from gemini_nb import catalog


def test_every_retired_model_names_a_current_one() -> None:
    for retired in catalog.RETIRED:
        assert catalog.find(retired.replacement) is not None
        assert catalog.find(retired.id) is None


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
def test_every_price_is_that_of_a_current_model_with_its_source_and_date(
    name: str, price: catalog.Price
) -> None:
    assert catalog.find(name) is not None
    assert price.source.startswith("https://ai.google.dev/")
    assert date.fromisoformat(price.read_on) <= date(2026, 11, 22)
    assert 0 < price.input < price.output
    assert price.cached is None or price.cached < price.input


def test_a_long_prompt_has_the_rates_of_long_prompts() -> None:
    price = catalog.Price(input=1, output=2, cached=0.1, long_prompts=catalog.Rates(3, 4))

    assert price.rates(200_000) == catalog.Rates(1, 2, 0.1)
    assert price.rates(200_001) == catalog.Rates(3, 4)


def test_a_price_that_is_not_known_is_none() -> None:
    assert catalog.find_price("gemini-of-tomorrow") is None
    assert catalog.find_price("models/gemini-3.8-flash") is catalog.PRICES["gemini-3.8-flash"]
