"""Run settings: a value that becomes the SDK's configuration, and the panel to choose it in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import ipywidgets
from google.genai import types

from gemini_nb import catalog
from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEFAULT: Final = "default"
"""What a control says where nothing is sent, and the model decides."""

_TEMPERATURES: Final = (DEFAULT, *(round(0.1 * step, 1) for step in range(21)))
_TOP_PS: Final = (DEFAULT, *(round(0.05 * step, 2) for step in range(1, 21)))
_HARMS: Final = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")
_THRESHOLDS: Final = {
    DEFAULT: None,
    "off": types.HarmBlockThreshold.OFF,
    "block none": types.HarmBlockThreshold.BLOCK_NONE,
    "block few": types.HarmBlockThreshold.BLOCK_ONLY_HIGH,
    "block some": types.HarmBlockThreshold.BLOCK_MEDIUM_AND_ABOVE,
    "block most": types.HarmBlockThreshold.BLOCK_LOW_AND_ABOVE,
}


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a call is made with, apart from its prompt; what is None is left to the model.

    Example:
        >>> settings = RunSettings("gemini-3.8-flash", temperature=0.5, thinking="low")
        >>> settings.config("Be brief.").temperature
        0.5
    """

    model: str
    temperature: float | None = None
    top_p: float | None = None
    thinking: str | None = None
    """A thinking level, as "low"."""
    most_tokens: int | None = None
    schema: str = ""
    """JSON Schema of the answer, as text; empty for an answer in words."""
    code_execution: bool = False
    functions: tuple[Callable[..., object], ...] = ()
    """Functions of yours that the SDK calls when the model asks for them."""
    safety: tuple[tuple[str, types.HarmBlockThreshold], ...] = ()
    """A harm, as "HARASSMENT", and from which probability on it is blocked."""

    def config(self, system: str = "") -> types.GenerateContentConfig:
        """The SDK's configuration, with only what was chosen.

        Raises:
            InvalidOptionError: the schema is no JSON object.
        """
        given: dict[str, Any] = {
            "system_instruction": system.strip() or None,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_output_tokens": self.most_tokens,
        }
        if self.thinking:
            given["thinking_config"] = types.ThinkingConfig.model_validate(
                {"thinking_level": self.thinking.upper()}
            )
        if self.schema.strip():
            given["response_mime_type"] = "application/json"
            given["response_json_schema"] = _schema_of(self.schema)
        tools: list[Any] = list(self.functions)
        if self.code_execution:
            tools.append(types.Tool(code_execution=types.ToolCodeExecution()))
        given["tools"] = tools or None
        given["safety_settings"] = [
            types.SafetySetting(category=types.HarmCategory[f"HARM_CATEGORY_{harm}"], threshold=to)
            for harm, to in self.safety
        ] or None
        chosen = {name: value for name, value in given.items() if value is not None}
        return types.GenerateContentConfig(**chosen)


class SettingsPanel:
    """Controls for run settings; `box` is the widget, and `settings` what they say.

    Args:
        kind: which models it offers, and which of them first: "text" or "robotics".
        model: the one that is chosen; of the catalog or not.
        functions: what may be given along, each with a box to tick.
        full: whether it has all controls, or only model, temperature and thinking.
    """

    def __init__(
        self,
        kind: catalog.Kind,
        model: str | None = None,
        *,
        functions: Sequence[Callable[..., object]] = (),
        full: bool = True,
    ) -> None:
        chosen = model or catalog.default(kind).id
        names = [each.id for each in catalog.CURRENT if each.kind != "embedding"]
        models = list(dict.fromkeys((chosen, *names)))
        self._model = _control(ipywidgets.Dropdown, "Model", options=models, value=chosen)
        self._temperature = _slider("Temperature", _TEMPERATURES)
        self._thinking = _control(ipywidgets.Dropdown, "Thinking", options=[DEFAULT])
        self._model.observe(self._offer_levels, "value")
        self._offer_levels()
        shown: list[Any] = [self._model, self._temperature, self._thinking]
        self._top_p = _slider("Top-p", _TOP_PS)
        self._most = _control(ipywidgets.BoundedIntText, "Most tokens", min=0, max=1_000_000)
        self._most.tooltip = self._most.description_tooltip = "0 leaves it to the model"
        example = '{"type": "object", "properties": {...}}'
        self._schema = _control(ipywidgets.Textarea, "JSON schema", placeholder=example)
        self._code = _control(ipywidgets.Checkbox, "Code execution", indent=False)
        self._functions = {
            function: _control(ipywidgets.Checkbox, function.__name__, indent=False, value=True)
            for function in functions
        }
        self._safety = {
            harm: _control(
                ipywidgets.Dropdown, harm.replace("_", " ").capitalize(), options=[*_THRESHOLDS]
            )
            for harm in _HARMS
        }
        if full:
            safety: Any = ipywidgets.Accordion([ipywidgets.VBox([*self._safety.values()])])
            safety.set_title(0, "Safety")
            safety.selected_index = None
            shown += [self._top_p, self._most, self._schema, self._code]
            shown += [*self._functions.values(), safety]
        self.box: Any = ipywidgets.VBox(shown)

    @property
    def settings(self) -> RunSettings:
        """What the controls say now."""
        return RunSettings(
            model=self._model.value,
            temperature=_chosen(self._temperature),
            top_p=_chosen(self._top_p),
            thinking=_chosen(self._thinking),
            most_tokens=self._most.value or None,
            schema=self._schema.value,
            code_execution=self._code.value,
            functions=tuple(each for each, box in self._functions.items() if box.value),
            safety=tuple(
                (harm, threshold)
                for harm, control in self._safety.items()
                if (threshold := _THRESHOLDS[control.value]) is not None
            ),
        )

    @settings.setter
    def settings(self, settings: RunSettings) -> None:
        if settings.model not in self._model.options:
            self._model.options = (*self._model.options, settings.model)
        self._model.value = settings.model
        for control, value in (
            (self._temperature, settings.temperature),
            (self._top_p, settings.top_p),
            (self._thinking, settings.thinking),
        ):
            if value is not None and value not in control.options:
                control.options = (*control.options, value)
            control.value = DEFAULT if value is None else value
        self._most.value = settings.most_tokens or 0
        self._schema.value = settings.schema
        self._code.value = settings.code_execution
        for function, box in self._functions.items():
            box.value = function in settings.functions
        thresholds = {threshold: name for name, threshold in _THRESHOLDS.items()}
        for harm, control in self._safety.items():
            control.value = thresholds[dict(settings.safety).get(harm)]

    def _offer_levels(self, *_: object) -> None:
        """Offer the thinking levels that the model has; of a model unknown here, the usual ones."""
        known = catalog.find(self._model.value)
        levels = known.thinking_levels if known else ("low", "medium", "high")
        self._thinking.options = (DEFAULT, *levels)


def _control(kind: Any, name: str, **options: Any) -> Any:  # noqa: ANN401 - ipywidgets has no types
    style = {"description_width": "100px"}
    layout = ipywidgets.Layout(width="auto", max_width="360px")
    return kind(description=name, style=style, layout=layout, **options)


def _slider(name: str, options: Sequence[object]) -> Any:  # noqa: ANN401 - as above
    return _control(ipywidgets.SelectionSlider, name, options=options, continuous_update=False)


def _chosen(control: Any) -> Any:  # noqa: ANN401 - as above
    return None if control.value == DEFAULT else control.value


def _schema_of(text: str) -> dict[str, Any]:
    """The JSON object in `text`."""
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise InvalidOptionError(f"The JSON schema is no JSON ({error}): {text[:80]!r}") from error
    if not isinstance(schema, dict):
        raise InvalidOptionError(f"A JSON schema is an object, and this is none: {text[:80]!r}")
    return cast("dict[str, Any]", schema)
