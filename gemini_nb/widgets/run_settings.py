"""Run settings: a value that becomes the SDK's configuration, and the panel to choose it in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import ipywidgets
from google.genai import types

from gemini_nb import catalog
from gemini_nb.display import clean, words
from gemini_nb.errors import InvalidOptionError
from gemini_nb.widgets.controls import folded, safe_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Functions = Sequence[Callable[..., object]]

DEFAULT: Final = "default"
"""What a control says where nothing is sent, and the model decides."""
_MOST: Final = 10**6  # tokens
_HARMS: Final = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")
_BLOCKED: Final = list(types.HarmBlockThreshold.__members__)[1:]  # not "UNSPECIFIED"


@dataclass(frozen=True, slots=True, repr=False)
class RunSettings:
    """What a call is made with, apart from its prompt; what is None is left to the model.

    Raises:
        InvalidOptionError: `most_tokens` is out of range, or a harm is none of the API's.

    Example:
        >>> settings = RunSettings("gemini-3.8-flash", temperature=0.5, thinking="low")
        >>> settings.config("Be brief.").temperature
        0.5
        >>> settings
        gemini-3.8-flash, temperature 0.5, thinking low
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
    safety: tuple[tuple[str, str], ...] = ()
    """A harm and what is blocked of it, by the API's names: ("HARASSMENT", "BLOCK_ONLY_HIGH")."""

    def __post_init__(self) -> None:
        if not 0 <= (self.most_tokens or 0) <= _MOST:
            raise InvalidOptionError(f"most_tokens is at most {_MOST:,}; not {self.most_tokens:,}.")
        if harms := [harm for harm, _ in self.safety if harm not in _HARMS]:
            raise InvalidOptionError(f"Harms are {', '.join(_HARMS)}; not {', '.join(harms)}.")

    def config(self, system: str = "") -> types.GenerateContentConfig:
        """The SDK's configuration, with only what was chosen.

        Raises:
            InvalidOptionError: the schema is no JSON object.
        """
        tools: list[Any] = [*self.functions]
        if self.code_execution:
            tools.append(types.Tool(code_execution=types.ToolCodeExecution()))
        given: dict[str, Any] = {
            "system_instruction": system.strip(),
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_output_tokens": self.most_tokens,
            "tools": tools,
            "safety_settings": [
                {"category": f"HARM_CATEGORY_{harm}", "threshold": blocked}
                for harm, blocked in self.safety
            ],
        }
        if self.thinking:
            given["thinking_config"] = {"thinking_level": self.thinking.upper()}
        if self.schema.strip():
            given["response_mime_type"] = "application/json"
            given["response_json_schema"] = _schema_of(self.schema)
        chosen = {name: value for name, value in given.items() if value not in (None, "", [])}
        return types.GenerateContentConfig.model_validate(chosen)

    def __repr__(self) -> str:
        numbers = ("temperature", "top_p", "thinking", "most_tokens")
        values = {name.replace("_", " "): getattr(self, name) for name in numbers}
        told = [f"{name} {value}" for name, value in values.items() if value is not None]
        told += ["JSON schema"] * bool(self.schema.strip())
        told += ["code execution"] * self.code_execution
        told += [f"function {function.__name__}" for function in self.functions]
        return clean(", ".join([self.model, *told, *map(" ".join, self.safety)]))


class SettingsPanel:
    """Controls for run settings; `box` is the widget, and `settings` what they say.

    It begins with `model`, or with the default of a kind, and each of `functions` has a box to
    tick. One that is not `full` has only model, temperature and thinking.
    """

    def __init__(
        self,
        kind: catalog.Kind,
        model: str | None = None,
        *,
        functions: Functions = (),
        full: bool = True,
    ) -> None:
        models = [each.id for each in catalog.CURRENT if "streamGenerateContent" in each.methods]
        example = '{"type": "object", "properties": {...}}'
        self._note = safe_html()
        self._functions: dict[Callable[..., object], Any] = {}  # the box to tick for each
        self._ticks: Any = ipywidgets.VBox()
        self._controls = {
            "model": _control(ipywidgets.Dropdown, "Model", options=models),
            "temperature": _choice("Temperature", (step / 10 for step in range(21))),
            "thinking": _choice("Thinking"),
            "top_p": _choice("Top-p", (step / 20 for step in range(1, 21))),
            "most_tokens": _control(ipywidgets.BoundedIntText, "Most tokens, or 0", max=_MOST),
            "schema": _control(
                ipywidgets.Textarea, "JSON schema", placeholder=example, continuous_update=False
            ),
            "code_execution": _control(ipywidgets.Checkbox, "Code execution", indent=False),
        }
        names = {harm: harm.replace("_", " ").capitalize() for harm in _HARMS}
        self._safety = {harm: _choice(name, _BLOCKED) for harm, name in names.items()}
        safety = folded("Safety", ipywidgets.VBox([*self._safety.values()]))
        first, *others = self._controls.values()
        shown = [*others, self._ticks, safety] if full else others[:2]
        self.box: Any = ipywidgets.VBox([first, self._note, *shown])
        first.observe(self._fit_to_model, "value")
        _choose(first, model or catalog.default(kind).id)
        self._fit_to_model()
        self._offer(functions)

    @property
    def settings(self) -> RunSettings:
        """What the controls say now; setting it sets them."""
        values = {name: _chosen(control) for name, control in self._controls.items()}
        values["most_tokens"] = values["most_tokens"] or None
        safety = {harm: _chosen(control) for harm, control in self._safety.items()}
        return RunSettings(
            **values,
            functions=tuple(each for each, tick in self._functions.items() if tick.value),
            safety=tuple((harm, blocked) for harm, blocked in safety.items() if blocked),
        )

    @settings.setter
    def settings(self, settings: RunSettings) -> None:
        for name, control in self._controls.items():
            _choose(control, getattr(settings, name))
        self._offer(settings.functions)
        for function, tick in self._functions.items():
            tick.value = function in settings.functions
        for harm, control in self._safety.items():
            _choose(control, dict(settings.safety).get(harm))

    def _offer(self, functions: Functions) -> None:
        for function in dict.fromkeys(functions):
            tick = _control(ipywidgets.Checkbox, function.__name__, indent=False, value=True)
            self._functions.setdefault(function, tick)
        self._ticks.children = [*self._functions.values()]

    def _fit_to_model(self, *_: object) -> None:
        """Offer the thinking levels that the model has; of a model unknown here, the usual ones."""
        known, thinking = catalog.find(self._controls["model"].value), self._controls["thinking"]
        chosen = thinking.value
        levels = (DEFAULT, *(known.thinking_levels if known else ("low", "medium", "high")))
        thinking.options, thinking.value = levels, chosen if chosen in levels else DEFAULT
        thinking.disabled = len(levels) == 1
        is_deaf = known is not None and known.ignores_sampling
        self._note.value = "<small>It ignores temperature and top-p.</small>" * is_deaf


def _control(kind: Any, name: str, **options: Any) -> Any:  # noqa: ANN401 - ipywidgets has no types
    style = {"description_width": "140px"}
    layout = ipywidgets.Layout(width="auto", max_width="380px")
    return kind(description=name, style=style, layout=layout, **options)


def _choice(name: str, options: Iterable[object] = ()) -> Any:  # noqa: ANN401 - as above
    return _control(ipywidgets.Dropdown, name, options=(DEFAULT, *options))


def _chosen(control: Any) -> Any:  # noqa: ANN401 - as above
    return None if control.value == DEFAULT else control.value


def _choose(control: Any, value: object) -> None:  # noqa: ANN401 - as above
    """Let a control say a value, which need not be among its options; or nothing, for None."""
    if hasattr(control, "options"):
        value = DEFAULT if value is None else value
        if value not in control.options:
            control.options = (*control.options, value)
    control.value = value or 0 if isinstance(control, ipywidgets.BoundedIntText) else value


def _schema_of(text: str) -> dict[str, Any]:
    """The JSON object in `text`."""
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise InvalidOptionError(
            f"The JSON schema is no JSON ({error}): {words(text, 80)}"
        ) from error
    if not isinstance(schema, dict):
        raise InvalidOptionError(f"A JSON schema is an object, and this is none: {words(text, 80)}")
    return cast("dict[str, Any]", schema)
