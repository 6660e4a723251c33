"""How the line of a magic is read, which models it may name, and what completes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import IPython
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb import catalog
from gemini_nb.errors import ModelError
from gemini_nb.ipython.options import chosen_model, completions, lifetime, model_ids, read_line
from ipython_extension.kernels import errors_of, value

if TYPE_CHECKING:
    from notebook_testing.front_end import FrontEnd


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("--system 'be brief' x", ["--system=be brief", "x"]),
        ('--system="be brief"', ["--system=be brief"]),
        ('--system "it\'s {{a["b c"]}}"', ["--system=it's 7"]),
        ("what's that 'here", ["what's", "that", "'here"]),
        (r"--image C:\new\a.png", [r"--image=C:\new\a.png"]),
        ("--image {{ photos[0] }}", ["--image=photos[0]"]),
        ("--system {{rule}} --temperature {{heat}}", ["--system=--json {{y}}", "--temperature=0"]),
        # braces of a dictionary's own are left alone
        ("--schema {'a':{'b':{'c':1}}}", ["--schema={'a':{'b':{'c':1}}}"]),
        ("--schema {{form}}", ["--schema=form"]),
        ("--schema {{ {'a':1} }}", ["--schema={'a':1}"]),
        ("--system", ["--system"]),
        ("", []),
    ],
)
def test_read_line_holds_words_together_by_quotes_and_braces(
    line: str, arguments: list[str]
) -> None:
    names = {"a": {"b c": 7}, "rule": "--json {{y}}", "heat": 0}
    assert read_line(line, names) == (arguments, "")


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.text(st.sampled_from("ab' \"\\{"), max_size=30).filter(lambda text: "{{" not in text))
def test_read_line_loses_nothing_but_quotes_and_spaces(line: str) -> None:
    def letters(text: str) -> str:
        return text.translate(dict.fromkeys(map(ord, "'\" ")))

    assert letters("".join(read_line(line, {})[0])) == letters(line)


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("say --hello", "say --hello"),
        ("--json say it's fine", "say it's fine"),
        ("--temperature=0 say", "say"),
        ("--system 'a b' --no-badge say", "say"),
        ("gemini-3.8-flash say {{it}}", "say {{it}}"),
        ("--json gemini-3.8-flash say", "say"),
        ("--json", ""),
        ("--system", ""),
    ],
)
def test_read_line_ends_the_options_of_a_line_where_its_prompt_begins(
    line: str, prompt: str
) -> None:
    assert read_line(line, {}, has_prompt=True)[1] == prompt


@pytest.mark.parametrize("name", ["flash", "pro", "gemini", "explain", "3.8-flash", "gpt", "*"])
def test_a_nickname_is_refused_with_the_ids(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        chosen_model(name)
    assert all(one in str(caught.value) for one in model_ids())


@pytest.mark.parametrize("name", [*model_ids(), "gemini-9-ultra-preview", "gemma-4-27b-it"])
def test_an_id_is_taken_with_and_without_its_prefix(name: str) -> None:
    assert chosen_model(name) == chosen_model(f"models/{name}") == name


def test_a_tuned_model_keeps_its_prefix() -> None:
    assert chosen_model("tunedModels/mine-1") == "tunedModels/mine-1"


@pytest.mark.parametrize("name", ["gemini-2.0-flash", "gemini-1.5-pro", "gemini-pro"])
def test_chosen_model_names_what_answers_in_place_of_a_retired_one(name: str) -> None:
    retired = catalog.find_retired(name)
    assert retired is not None
    with pytest.raises(ModelError, match=f"use {retired.replacement} instead"):
        chosen_model(name)


def test_model_ids_has_the_models_that_answer_prompts() -> None:
    assert {"gemini-4-neon", "gemini-robotics-er-2-preview"} <= set(model_ids())
    assert not {"gemini-embedding-2", "gemini-robotics-er-2-streaming-preview"} & set(model_ids())


def test_lifetime_is_empty_where_nothing_is_known() -> None:
    assert (lifetime("gemini-3.8-flash"), lifetime("mine"), lifetime("")) == ("", "", "")
    assert "use gemini-robotics-er-2-preview" in lifetime("models/gemini-robotics-er-1.5-preview")


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("%%gemini --te", ["--temperature"]),
        ("%%gemini gemini-3.8-flash --s", ["--system", "--schema"]),
        ("%%gemini --json --max", ["--max-output-tokens"]),
        ("%%gemini --system ", []),
        ("%%gemini --image pho", ["photo", "photograph"]),
        ("%%gemini --chat pho", ["photo", "photograph"]),
        ("%%gemini --schema pho", ["photo", "photograph"]),
        ("Describe {{pho", ["photo", "photograph"]),
        ("Describe {{photo}} pho", []),
        ("%gemini --model neon", ["gemini-4-neon"]),
        ("%%gemini gemini-4-n", ["gemini-4-neon"]),
        ("%%gemini_tokens gemini-4-n", ["gemini-4-neon"]),
        ("x = pho", []),
    ],
)
def test_completions(before: str, offered: list[str]) -> None:
    word = before.replace("{{", " ").rpartition(" ")[2]
    names = {"photo": 1, "photograph": 2, "_photo": 3, "other": 4}
    assert completions(before, word, names) == offered


def test_completions_has_all_models_where_one_is_named() -> None:
    for before in ("%%gemini ", "%%gemini --model ", "%%gemini_tokens ", "%gemini --model gem"):
        assert set(model_ids()) <= set(completions(before, before.split(" ")[-1], {}))


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("%%gemini --te|\nSome text,\nand more.", {"--temperature"}),
        ("%%gemini\nDescribe {{pho|}} and {{photo}}", {"photo"}),
        ("%gemini describe {{ pho|", {"photo"}),
        ("pho|", {"photo"}),
        ("%%gemini gemini-4-ne|\nbody", {"gemini-4-neon"}),
    ],
)
def test_complete_offers_in_a_kernel(notebook: FrontEnd, code: str, offered: set[str]) -> None:
    found = completed(notebook, code)
    # Older versions of IPython, as Colab's, always add what Python itself would offer.
    assert offered == found or (offered <= found and IPython.version_info < (8, 6))


def test_complete_leaves_other_cells_alone(notebook: FrontEnd) -> None:
    assert not completed(notebook, "x = |") & {"--system", *model_ids()}


def test_complete_ends_with_the_extension(notebook: FrontEnd) -> None:
    assert errors_of(notebook.run("%unload_ext gemini_nb")) == []
    assert completed(notebook, "%%gemini --te|") == set()
    assert errors_of(notebook.run("%load_ext gemini_nb")) == []
    assert completed(notebook, "%%gemini --te|") == {"--temperature"}


def completed(notebook: FrontEnd, code: str) -> set[str]:
    """What may stand in place of the word before the cursor, which is `|` in `code`."""
    cursor = code.index("|")
    asked = (code.replace("|", ""), cursor)
    reply: Any = value(notebook, f"get_ipython().kernel.do_complete(*{asked!r})")
    word = code[reply["cursor_start"] : cursor]
    return {match for match in reply["matches"] if match.startswith(word) or word in match}
