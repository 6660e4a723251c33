"""`%load_ext` and `%unload_ext`: what they put into a shell, and what they leave alone."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from google.genai import types

from gemini_nb.ipython.extension import (
    SHOWN,
    load_ipython_extension,
    unload_ipython_extension,
)
from ipython_extension.shells import new_shell, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

MODEL = types.Model(name="models/gemini-3.8-flash", display_name="Gemini 3.8 Flash")


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    with new_shell() as shell:
        yield shell


def state(shell: InteractiveShell) -> list[object]:
    display = shell.display_formatter
    every = [*display.formatters.values(), display.mimebundle_formatter]
    return [(dict(f.deferred_printers), dict(f.type_printers)) for f in every]


def test_an_object_is_shown_in_words_and_in_one_rich_form(shell: InteractiveShell) -> None:
    load_ipython_extension(shell)

    first = shown(shell, MODEL)["text/plain"].splitlines()[0]
    assert first == "Gemini 3.8 Flash \N{MIDDLE DOT} gemini-3.8-flash"
    assert list(shown(shell, MODEL)) == ["text/plain", "text/html"]


def test_registering_does_not_load_the_sdk_and_works_before_and_after_it_is_loaded() -> None:
    program = """
import sys
from gemini_nb.ipython.extension import load_ipython_extension
from ipython_extension.shells import new_shell, shown

with new_shell() as shell, new_shell() as later:
    load_ipython_extension(shell)
    print([m for m in ("google.genai", "numpy", "matplotlib", "PIL") if m in sys.modules])
    from google.genai import types
    load_ipython_extension(later)
    print([shown(s, types.Model(name="models/x"))["text/plain"] for s in (shell, later)])
"""
    tests = next(path for path in sys.path if path.endswith("tests"))
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "PYTHONPATH": tests},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout.splitlines() == ["[]", "['x', 'x']"]


def test_unregistering_puts_everything_back(shell: InteractiveShell) -> None:
    before, own_form = state(shell), shown(shell, MODEL)
    load_ipython_extension(shell)
    assert shown(shell, MODEL) != own_form

    unload_ipython_extension(shell)

    assert state(shell) == before
    assert shown(shell, MODEL) == own_form
    assert "display_name='Gemini 3.8 Flash'" in own_form["text/plain"]


def test_registering_twice_is_as_once(shell: InteractiveShell) -> None:
    before = state(shell)
    load_ipython_extension(shell)
    once = state(shell)
    load_ipython_extension(shell)
    assert state(shell) == once

    unload_ipython_extension(shell)
    assert state(shell) == before
    unload_ipython_extension(shell)
    assert state(shell) == before


def test_it_can_be_registered_again(shell: InteractiveShell) -> None:
    for _ in range(2):
        load_ipython_extension(shell)
        assert "text/html" in shown(shell, MODEL)
        unload_ipython_extension(shell)
        assert "text/html" not in shown(shell, MODEL)


@pytest.mark.parametrize("is_first", [True, False])
def test_what_the_reader_registers_stays(shell: InteractiveShell, *, is_first: bool) -> None:
    html = shell.display_formatter.formatters["text/html"]
    steps = [
        lambda: html.for_type(types.Model, lambda _: "mine"),
        lambda: load_ipython_extension(shell),
    ]
    for step in steps if is_first else reversed(steps):
        step()
    assert shown(shell, MODEL)["text/html"] == "mine"

    unload_ipython_extension(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"


def test_what_the_reader_registers_by_name_stays(shell: InteractiveShell) -> None:
    html = shell.display_formatter.formatters["text/html"]
    html.for_type_by_name("google.genai.types", "Model", lambda _: "mine")
    load_ipython_extension(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"

    unload_ipython_extension(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"


def test_the_sdks_own_repr_stays_as_it_is(shell: InteractiveShell) -> None:
    before = repr(MODEL), str(MODEL)
    load_ipython_extension(shell)
    shown(shell, MODEL)
    assert (repr(MODEL), str(MODEL)) == before


def test_objects_in_a_list_are_indented_as_the_list_is(shell: InteractiveShell) -> None:
    load_ipython_extension(shell)
    models = [types.Model(name=f"models/{name}", thinking=True) for name in "ab"]
    assert shown(shell, models) == {"text/plain": "[a\n   thinks  yes,\n b\n   thinks  yes]"}


def test_other_objects_are_shown_as_ever(shell: InteractiveShell) -> None:
    config = types.GenerateContentConfig(temperature=0.5)
    before = shown(shell, config), shown(shell, ValueError("no")), shown(shell, {"a": 1})
    load_ipython_extension(shell)
    assert (shown(shell, config), shown(shell, ValueError("no")), shown(shell, {"a": 1})) == before


@pytest.mark.parametrize("value", [None, 3, "text", b"bytes", [None], {"a": None}, RuntimeError])
def test_an_object_with_no_field_as_expected_raises_nothing(
    shell: InteractiveShell, value: object, capfd: pytest.CaptureFixture[str]
) -> None:
    def read(_self: object, name: str) -> object:
        if value is RuntimeError:
            raise RuntimeError(name)
        return value

    load_ipython_extension(shell)
    for _, module, names in SHOWN:
        for name in names:
            odd = type(name, (), {"__module__": module, "__getattr__": read})()
            assert shown(shell, odd)["text/plain"]
    assert capfd.readouterr().err == ""


def test_the_classes_are_those_of_the_installed_sdk() -> None:
    missing = [
        f"{module}.{name}"
        for _, module, names in SHOWN
        for name in names
        if not _is_there(module, name)
    ]
    # Of one of the two modules that the interactions' errors are in, by version.
    assert [name for name in missing if "GeminiNextGenAPIClientError" not in name] == []
    assert len(missing) == 1


def _is_there(module: str, name: str) -> bool:
    try:
        found = getattr(import_module(module), name, None)
    except ModuleNotFoundError:
        return False
    return found is not None and found.__module__ == module


def test_every_step_and_event_of_the_installed_sdk_is_shown() -> None:
    from google.genai import interactions

    _, module, (base,) = next(row for row in SHOWN if row[0] == "answers.of_interactions")
    common = getattr(import_module(module), base)
    found = [
        value
        for name, value in vars(interactions).items()
        if isinstance(value, type) and name.endswith(("Step", "Event", "Content", "Delta"))
    ]
    assert len(found) > 40
    assert [one for one in found if not issubclass(one, common)] == []
