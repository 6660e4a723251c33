"""The formatters as IPython knows them: when they are there, and what they leave alone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from google.genai import types

from gemini_nb.ipython import formatters
from gemini_nb.ipython.sdk_objects.kinds import KINDS
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
    every = shell.display_formatter.formatters.values()
    return [(dict(f.deferred_printers), dict(f.type_printers)) for f in every]


def test_an_object_is_shown_in_words_and_in_one_rich_form(shell: InteractiveShell) -> None:
    formatters.register(shell)

    assert shown(shell, MODEL)["text/plain"] == "Gemini 3.8 Flash \N{MIDDLE DOT} gemini-3.8-flash"
    assert list(shown(shell, MODEL)) == ["text/plain", "text/html"]


def test_registering_does_not_load_the_sdk_and_works_before_and_after_it_is_loaded() -> None:
    program = """
import sys
from gemini_nb.ipython import formatters
from ipython_extension.shells import new_shell, shown

with new_shell() as shell, new_shell() as later:
    formatters.register(shell)
    print([m for m in ("google.genai", "numpy", "matplotlib", "PIL") if m in sys.modules])
    from google.genai import types
    formatters.register(later)
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
    formatters.register(shell)
    assert shown(shell, MODEL) != own_form

    formatters.unregister(shell)

    assert state(shell) == before
    assert shown(shell, MODEL) == own_form
    assert "display_name='Gemini 3.8 Flash'" in own_form["text/plain"]


def test_registering_twice_is_as_once(shell: InteractiveShell) -> None:
    before = state(shell)
    formatters.register(shell)
    once = state(shell)
    formatters.register(shell)
    assert state(shell) == once

    formatters.unregister(shell)
    assert state(shell) == before
    formatters.unregister(shell)
    assert state(shell) == before


def test_it_can_be_registered_again(shell: InteractiveShell) -> None:
    for _ in range(2):
        formatters.register(shell)
        assert "text/html" in shown(shell, MODEL)
        formatters.unregister(shell)
        assert "text/html" not in shown(shell, MODEL)


@pytest.mark.parametrize("is_first", [True, False])
def test_what_the_reader_registers_stays(shell: InteractiveShell, *, is_first: bool) -> None:
    html = shell.display_formatter.formatters["text/html"]
    steps = [
        lambda: html.for_type(types.Model, lambda _: "mine"),
        lambda: formatters.register(shell),
    ]
    for step in steps if is_first else reversed(steps):
        step()
    assert shown(shell, MODEL)["text/html"] == "mine"

    formatters.unregister(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"


def test_what_the_reader_registers_by_name_stays(shell: InteractiveShell) -> None:
    html = shell.display_formatter.formatters["text/html"]
    html.for_type_by_name("google.genai.types", "Model", lambda _: "mine")
    formatters.register(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"

    formatters.unregister(shell)
    assert shown(shell, MODEL)["text/html"] == "mine"


def test_the_sdks_own_repr_stays_as_it_is(shell: InteractiveShell) -> None:
    before = repr(MODEL), str(MODEL)
    formatters.register(shell)
    shown(shell, MODEL)
    assert (repr(MODEL), str(MODEL)) == before


def test_objects_in_a_list_are_indented_as_the_list_is(shell: InteractiveShell) -> None:
    formatters.register(shell)
    models = [types.Model(name="models/a", version="1"), types.Model(name="models/b", version="2")]
    assert shown(shell, models) == {"text/plain": "[a\n   version  1,\n b\n   version  2]"}


def test_other_objects_are_shown_as_ever(shell: InteractiveShell) -> None:
    config = types.GenerateContentConfig(temperature=0.5)
    before = shown(shell, config), shown(shell, ValueError("no")), shown(shell, {"a": 1})
    formatters.register(shell)
    assert (shown(shell, config), shown(shell, ValueError("no")), shown(shell, {"a": 1})) == before


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_object_with_no_field_as_expected_raises_nothing(
    shell: InteractiveShell, kind: object, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(_self: object, name: str) -> None:
        raise RuntimeError(name)

    broken = type(kind.name, (), {"__module__": kind.module, "__getattr__": refuse})()
    formatters.register(shell)

    assert shown(shell, broken)["text/plain"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("value", [None, 3, "text", b"bytes", [None], {"a": None}, float("nan")])
def test_fields_of_any_type_are_shown(shell: InteractiveShell, value: object) -> None:
    formatters.register(shell)
    for kind in KINDS:
        odd = type(kind.name, (), {"__module__": kind.module, "__getattr__": lambda *_: value})()
        assert shown(shell, odd)["text/plain"]


def classes_of_the_sdk() -> set[str]:
    import google.genai.chats
    import google.genai.errors
    import google.genai.pagers
    from google.genai import interactions
    from google.genai._gaos.lib import compat_errors
    from google.genai._gaos.types.interactions import step

    modules = [types, google.genai.chats, google.genai.errors, google.genai.pagers, compat_errors]
    named = [vars(module) for module in (*modules, interactions, step)]
    found = [value for names in named for value in names.values() if isinstance(value, type)]
    return {f"{found.__module__}.{found.__name__}" for found in found}


def test_the_classes_are_those_of_the_installed_sdk() -> None:
    # What an older SDK does not have yet.
    newer = {"Processing", "Retrieval", "ToolSearch"}
    missing = {kind.name for kind in KINDS if kind.full_name not in classes_of_the_sdk()}
    assert {name for name in missing if not name.startswith(tuple(newer))} == set()


def test_every_step_of_the_installed_sdk_is_shown() -> None:
    steps = {name for name in classes_of_the_sdk() if name.endswith("Step")}
    assert "google.genai._gaos.types.interactions.thoughtstep.ThoughtStep" in steps
    assert steps <= {kind.full_name for kind in KINDS}
