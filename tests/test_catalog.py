from __future__ import annotations

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
