"""Run settings: as the SDK's configuration, in words, and chosen in a panel."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from gemini_nb import catalog
from gemini_nb.errors import InvalidOptionError
from gemini_nb.widgets.run_settings import RunSettings, SettingsPanel


def weather(city: str) -> str:
    """The weather in a city."""
    return f"clear in {city}"


FULL = RunSettings(
    "gemini-3.5-flash",
    temperature=0.0,
    top_p=0.333,  # none that the panel offers
    thinking="minimal",
    most_tokens=77,
    schema='{"type": "object"}',
    code_execution=True,
    functions=(weather,),
    safety=(("HARASSMENT", "BLOCK_NONE"), ("HATE_SPEECH", "OFF")),
)


def test_config_holds_only_what_was_chosen() -> None:
    assert RunSettings("m").config(" ").model_dump(exclude_none=True) == {}
    config: Any = FULL.config("Be brief.")
    told = config.model_dump(exclude_none=True, exclude={"tools"}, mode="json")
    assert told == {
        "system_instruction": "Be brief.",
        "temperature": 0.0,
        "top_p": 0.333,
        "max_output_tokens": 77,
        "response_mime_type": "application/json",
        "response_json_schema": {"type": "object"},
        "safety_settings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
            {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "OFF"},
        ],
        "thinking_config": {"thinking_level": "MINIMAL"},
    }
    assert config.tools == [weather, types.Tool(code_execution=types.ToolCodeExecution())]


@pytest.mark.parametrize("schema", ["{", "[1]", "object"])
def test_config_refuses_a_schema_that_is_no_json_object(schema: str) -> None:
    with pytest.raises(InvalidOptionError, match="JSON schema"):
        RunSettings("m", schema=schema).config()


def test_settings_read_as_words() -> None:
    assert (
        repr(FULL)
        == str(FULL)
        == (
            "gemini-3.5-flash, temperature 0.0, top p 0.333, thinking minimal, most tokens 77, "
            "JSON schema, code execution, function weather, HARASSMENT BLOCK_NONE, HATE_SPEECH OFF"
        )
    )


def test_panel_says_what_it_is_told() -> None:
    panel = SettingsPanel("text")
    assert panel.settings == RunSettings(catalog.default("text").id)
    panel.settings = FULL
    assert panel.settings == FULL
    panel.settings = unknown = RunSettings("my-model", thinking="extreme", temperature=0.55)
    assert panel.settings == unknown


def test_settings_refuse_what_no_panel_can_say() -> None:
    with pytest.raises(InvalidOptionError, match="not NOISE"):
        RunSettings("m", safety=(("NOISE", "OFF"),))
    for count in (-1, 1_000_001):
        with pytest.raises(InvalidOptionError, match="most_tokens is at most 1,000,000; not "):
            RunSettings("m", most_tokens=count)


def test_panel_offers_what_it_is_given() -> None:
    panel = SettingsPanel("robotics", "my-model", functions=(weather, weather), full=False)
    assert panel.settings == RunSettings("my-model", functions=(weather,))
    assert len(panel.box.children) == 4  # model, a remark on it, temperature, thinking


def test_panel_offers_the_thinking_levels_of_the_model() -> None:
    panel = SettingsPanel("text", "gemini-3.5-flash")
    model, note, _, thinking, *_ = panel.box.children
    thinking.value = "minimal"
    model.value = "gemini-4-neon"
    assert thinking.value == "default"  # it has no "minimal"
    assert thinking.options == ("default", "low", "medium", "high", "xhigh")
    assert "ignores temperature" in note.value
    assert not thinking.disabled
    model.value = "gemini-2.5-flash-lite"
    assert (thinking.options, note.value) == (("default",), "")
    assert thinking.disabled


def test_panel_offers_the_models_that_can_answer() -> None:
    offered = SettingsPanel("text").box.children[0].options
    assert "gemini-robotics-er-2-preview" in offered
    assert not any("streaming" in each or "embedding" in each for each in offered)
