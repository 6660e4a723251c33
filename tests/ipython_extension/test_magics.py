"""`%%gemini` in a real kernel, asking the embedded server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ipython_extension.kernels import errors_of, failed, run, value
from notebook_testing.front_end import FrontEnd

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


def parts(notebook: FrontEnd) -> list[dict[str, Any]]:
    """What the last request held."""
    return value(notebook, "body()['contents'][-1]['parts']")


def markdown(cell: NotebookNode) -> str:
    shown = [out.data.get("text/markdown", "") for out in cell.outputs if "data" in out]
    return "\n".join(shown)


def failure(notebook: FrontEnd, source: str) -> str:
    """What a cell says that fails, which is short: no traceback."""
    cell = failed(notebook, source)
    shown = "\n".join("\n".join(error.traceback) for error in errors_of(cell))
    shown += "".join(output.get("text", "") for output in cell.outputs)
    assert shown
    assert "Traceback" not in shown
    assert "gemini_nb/" not in shown
    return shown


def test_a_cell_is_sent_as_it_is_and_its_answer_is_kept(notebook: FrontEnd) -> None:
    prompt = 'Reply to {"a": {"b": 1}}, \\frac{1}{x}, $HOME, {name} and p { color: red }'
    cell = run(notebook, f"%%gemini\n{prompt}")
    assert parts(notebook) == [{"text": prompt}]
    answer = value(notebook, "_gemini.text")
    assert answer.split()[0] in markdown(cell)
    assert not [output for output in cell.outputs if output.output_type == "execute_result"]


def test_expressions_are_replaced_in_a_cell_and_in_a_line(notebook: FrontEnd) -> None:
    run(notebook, "animal = 'otter'\n%gemini Say {{animal.upper()}} once")
    assert parts(notebook) == [{"text": "Say OTTER once"}]
    run(notebook, "%%gemini\nSay {{animal}}\n{{[n * 2 for n in range(3)]}}")
    assert parts(notebook) == [{"text": "Say otter\n[0, 2, 4]"}]
    run(notebook, "%%gemini --literal\nSay {{animal}}")
    assert parts(notebook) == [{"text": "Say {{animal}}"}]


def test_a_line_sees_the_variables_of_its_function(notebook: FrontEnd) -> None:
    ask = "def ask(inner):\n    told = %gemini Say {{inner}} once\n    return told"
    run(notebook, f"{ask}\nreply = ask('yes')")
    assert parts(notebook) == [{"text": "Say yes once"}]
    assert value(notebook, "reply.text == _gemini.text")


def test_a_line_is_a_prompt_with_options_before_it(notebook: FrontEnd) -> None:
    run(notebook, 'told = %gemini --temperature 0 what\'s --this "here"?')
    assert parts(notebook) == [{"text": 'what\'s --this "here"?'}]
    assert value(notebook, "body()['generationConfig']['temperature']") == 0
    run(notebook, "%gemini gemini-3.6-flash hello there")
    assert parts(notebook) == [{"text": "hello there"}]
    assert "gemini-3.6-flash:" in value(notebook, "str(sent[-1].url)")


def test_settings_are_sent(notebook: FrontEnd) -> None:
    run(
        notebook,
        "persona = '- a poet -'\nheat = 0.5\n"
        "get_ipython().run_cell_magic('gemini', 'gemini-3.7-flash --system {{persona}} "
        "--temperature {{heat}} --max-output-tokens 9 --thoughts --out told', 'Hello')",
    )
    sent = value(notebook, "body()")
    assert sent["systemInstruction"]["parts"] == [{"text": "- a poet -"}]
    assert sent["generationConfig"] == {
        "temperature": 0.5,
        "maxOutputTokens": 9,
        "thinkingConfig": {"includeThoughts": True},
    }
    assert "gemini-3.7-flash:" in value(notebook, "str(sent[-1].url)")
    assert value(notebook, "told is _gemini")


def test_quotes_hold_a_system_instruction_together(notebook: FrontEnd) -> None:
    run(notebook, '%%gemini --system "Be {{\'very \' + "brief"}}, it\'s late."\nHello')
    system = value(notebook, "body()['systemInstruction']['parts'][0]['text']")
    assert system == "Be very brief, it's late."


def test_the_badge_can_be_left_out(notebook: FrontEnd) -> None:
    with_badge, without = (
        run(notebook, f"%%gemini --temperature 0{option}\nHello") for option in ("", " --no-badge")
    )
    assert len(with_badge.outputs) == len(without.outputs) + 1
    assert "not Gemini" in with_badge.outputs[-1].data["text/plain"]


@pytest.mark.parametrize("name", ["photo", "photo.png", "np.asarray(photo)", "{{photo}}"])
def test_a_picture_is_sent_before_the_prompt_and_drawn_on(notebook: FrontEnd, name: str) -> None:
    cell = run(notebook, f"%%gemini --image {name}\nPoint to the red square.")
    picture, text = parts(notebook)
    assert picture["inlineData"]["mimeType"] == "image/png"
    assert text == {"text": "Point to the red square."}
    assert any("point" in output.data.get("text/plain", "") for output in cell.outputs)


def test_several_pictures_are_sent_in_their_order(notebook: FrontEnd) -> None:
    run(notebook, "%%gemini --image photo --image photo.png\nWhat differs?")
    assert [next(iter(part)) for part in parts(notebook)] == ["inlineData", "inlineData", "text"]


def test_a_picture_in_the_text_is_sent_in_its_place(notebook: FrontEnd) -> None:
    run(notebook, "%gemini Compare {{Figure(figsize=(1, 1))}} and {{Path('photo.png')}}.")
    kinds = [next(iter(part)) for part in parts(notebook)]
    assert kinds == ["text", "inlineData", "text", "inlineData", "text"]


def test_a_chat_goes_on(notebook: FrontEnd) -> None:
    run(notebook, "%%gemini --chat tutor --system Rhyme.\nMy name is Ann.")
    run(notebook, "%%gemini --chat tutor --temperature 0\nWhat is my name?")
    said = value(notebook, "[turn.parts[0].text for turn in tutor.get_history()]")
    assert said[0] == "My name is Ann."
    assert "What is my name?" in said
    sent = value(notebook, "body()")
    assert sent["contents"][0]["parts"] == [{"text": "My name is Ann."}]
    assert sent["generationConfig"]["temperature"] == 0
    assert sent["systemInstruction"]["parts"][0]["text"] == "Rhyme."
    assert value(notebook, "type(tutor).__name__") == "Chat"


def test_a_chat_keeps_its_system_instruction(notebook: FrontEnd) -> None:
    run(notebook, "config = {'system_instruction': 'Rhyme.'}")
    run(notebook, "mine = client.chats.create(model='gemini-3.6-flash', config=config)")
    run(notebook, "%gemini --chat mine --temperature 0 Hello")
    assert value(notebook, "body()['systemInstruction']['parts'][0]['text']") == "Rhyme."
    run(notebook, "%gemini --chat mine Hello again")
    sent = value(notebook, "body()")
    assert sent["systemInstruction"]["parts"][0]["text"] == "Rhyme."
    assert "temperature" not in sent.get("generationConfig", {})


def test_a_chat_has_one_model(notebook: FrontEnd) -> None:
    run(notebook, "%gemini --model gemini-3.6-flash --chat one Hello")
    run(notebook, "%gemini --model gemini-3.6-flash --chat one Hello")
    assert "gemini-3.6-flash:" in value(notebook, "str(sent[-1].url)")
    said = failure(notebook, "%gemini --model gemini-3.7-flash --chat one Hello")
    assert "speaks with gemini-3.6-flash" in said


def test_json_is_read_into_the_variable(notebook: FrontEnd) -> None:
    run(notebook, "%%gemini --json --out colours\nThree colours as a JSON list.")
    assert value(notebook, "colours == json.loads(_gemini.text)")


@pytest.mark.parametrize(
    ("schema", "check"),
    [
        ("Recipe", "isinstance(made, Recipe)"),
        ("list[Recipe]", "all(isinstance(one, Recipe) for one in made)"),
        ("form", "isinstance(made['name'], str)"),
        (
            "{'type':'object','properties':{'name':{'type':'string'}}}",
            "isinstance(made, dict)",
        ),
    ],
)
def test_a_schema_makes_objects(notebook: FrontEnd, schema: str, check: str) -> None:
    form = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    run(notebook, f"form = {form}")
    run(notebook, f"%%gemini --schema {schema} --out made\nThe recipe Borscht takes 40 minutes.")
    assert value(notebook, check)


def test_an_answer_that_is_no_json_says_so_and_is_kept(notebook: FrontEnd) -> None:
    said = failure(
        notebook,
        "%%gemini --schema Recipe --max-output-tokens 3 --out made\nThe recipe Tea takes 4 minutes",
    )
    assert "The answer is no JSON" in said
    assert "raise --max-output-tokens" in said
    assert value(notebook, "made is _gemini and made.finish_reason") == "MAX_TOKENS"


def test_a_chat_answers_in_a_form_only_where_it_is_asked_to(notebook: FrontEnd) -> None:
    run(notebook, "%gemini --chat formal --json List two colours as JSON")
    assert value(notebook, "body()['generationConfig']") == {"responseMimeType": "application/json"}
    run(notebook, "%gemini --chat formal Hello")
    assert value(notebook, "body().get('generationConfig', {})") == {}


def test_several_models_answer_side_by_side(notebook: FrontEnd) -> None:
    cell = run(
        notebook,
        "%%gemini --model gemini-3.8-flash --model gemini-3.6-flash --out both\nTell of kites.",
    )
    (output,) = cell.outputs
    answers = value(notebook, "{model: answer.text for model, answer in both.items()}")
    assert list(answers) == ["gemini-3.8-flash", "gemini-3.6-flash"]
    page = output.data["text/markdown"]
    assert page.count("flex:1 1") == len(answers)
    for model, text in answers.items():
        assert f"<strong>{model}</strong>" in page
        assert text in output.data["text/plain"]
    (again,) = run(notebook, "both").outputs
    assert again.data == output.data
    assert value(notebook, "both is _gemini")


def test_one_model_that_fails_leaves_the_other_its_answer(notebook: FrontEnd) -> None:
    cell = failed(
        notebook, "%%gemini --model gemini-9.9-flash --model gemini-3.6-flash\nTell of kites."
    )
    (error,) = errors_of(cell)
    assert "gemini-9.9-flash" in "".join(error.traceback)
    assert value(notebook, "_gemini['gemini-3.6-flash'].text") in cell.outputs[0].data["text/plain"]
    assert "Stopped by an error." in cell.outputs[0].data["text/plain"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "%%gemini\none\ntwo {{nmae}}",
            "Line 3 of the cell: NameError: name 'nmae' is not defined",
        ),
        ("%gemini two {{nmae}}", "Line 1 of the cell: NameError: name 'nmae' is not defined"),
        ("%%gemini --system {{nmae}}\nHello", "name 'nmae' is not defined"),
        ("%%gemini\nSee {{Path('lost.png')}}", "'lost.png' can't be read"),
        ("%%gemini flash\nHello", "Did you mean gemini-3.8-flash?"),
        ("%%gemini gemini-pro\nHello", "use gemini-3.8-flash instead"),
        ("%%gemini gemini-embedding-2\nHello", "ask it with gnb.embed(client, texts)."),
        (
            "%%gemini --out 2b\nHello",
            "UsageError: --chat and --out take a variable's name, not '2b'",
        ),
        (
            "%%gemini --out class\nHello",
            "UsageError: --chat and --out take a variable's name, not 'class'",
        ),
        (
            "%%gemini --chat None\nHello",
            "UsageError: --chat and --out take a variable's name, not 'None'",
        ),
        ("%%gemini --hot\nHello", "unrecognized arguments: --hot"),
        ("%%gemini --temperature warm\nHello", "invalid float value"),
        ("%%gemini --model a-1 --model b-1 --chat c\nHello", "a chat has one partner"),
        (
            "%%gemini --chat photo\nHello",
            "photo is Image, not a chat; choose another name, or `del",
        ),
        ("%%gemini --image lost.png\nHello", "no such file"),
        (
            "%%gemini --schema Recpie\nHello",
            "--schema Recpie: NameError: name 'Recpie' is not defined; did you mean 'Recipe'?",
        ),
        ("%%gemini --schema list[\nHello", "--schema list[: this is no Python expression"),
        ("%%gemini\n  \n", "There is no prompt"),
        ("%gemini", "There is no prompt"),
        ("%gemini_tokens", "nothing to count"),
    ],
)
def test_a_mistake_is_told_shortly(notebook: FrontEnd, source: str, says: str) -> None:
    before = value(notebook, "len(sent)")
    assert says in failure(notebook, source)
    assert value(notebook, "len(sent)") == before


def test_a_schema_that_is_none_is_told_without_braces_that_nobody_wrote(
    notebook: FrontEnd,
) -> None:
    said = failure(notebook, "%%gemini --schema nope\nHello")
    assert "--schema nope: NameError: name 'nope' is not defined" in said
    assert "{{" not in said
    assert "Line 1" not in said


def test_an_answer_may_take_the_name_of_a_builtin(notebook: FrontEnd) -> None:
    run(notebook, "%%gemini --out vars\nHello")
    assert value(notebook, "vars is _gemini")
    run(notebook, "del vars")


def test_an_error_of_the_api_says_what_to_do(notebook: FrontEnd) -> None:
    said = failure(notebook, "%%gemini gemini-3.9-flash\nHello")
    assert "404" in said
    assert "Did you mean" in said
    assert max(map(len, said.splitlines())) <= 100


def test_an_answer_survives_a_mistake_after_it(notebook: FrontEnd) -> None:
    run(notebook, "%gemini Hello")
    text = value(notebook, "_gemini.text")
    failure(notebook, "%gemini --model gemini-pro Hello")
    assert value(notebook, "_gemini.text") == text


def test_an_error_shows_no_key(notebook: FrontEnd) -> None:
    run(notebook, "secret = 'AIza' + 'b' * 35")
    said = failure(notebook, "%%gemini\nHello {{open(secret)}}")
    assert "AIza" not in said


def test_mistakes_of_the_users_own_code_keep_the_kernel_alive(notebook: FrontEnd) -> None:
    assert "ZeroDivisionError" in failure(notebook, "%gemini {{1 / 0}}")
    assert value(notebook, "1 + 1") == 2


@pytest.mark.parametrize(
    "source",
    [
        "%%gemini_tokens\nCount {{animal}}, {these} and $5",
        "%gemini_tokens Count {{animal}}, {these} and $5",
        "%%gemini_tokens gemini-3.6-flash\nCount {{animal}}, {these} and $5",
    ],
)
def test_tokens_are_counted_before_sending(notebook: FrontEnd, source: str) -> None:
    run(notebook, "animal = 'otter'")
    (output,) = run(notebook, source).outputs
    assert " to send" in output.data["text/plain"]
    assert "countTokens" in value(notebook, "str(sent[-1].url)")
    assert parts(notebook) == [{"text": "Count otter, {these} and $5"}]


def test_help_shows_the_options_and_examples(notebook: FrontEnd) -> None:
    shown = value(notebook, "get_ipython().magics_manager.magics['cell']['gemini'].__doc__")
    for part in ("--temperature T", "%%gemini --chat tutor", r"\frac{1}{x}", "{{expression}}"):
        assert part in shown


def test_without_a_client_one_is_made_once_and_anew_after_the_connection_was_ended(
    tmp_path: Path,
) -> None:
    def printed(cell: NotebookNode) -> list[str]:
        return [output.text for output in cell.outputs if output.output_type == "stream"]

    told = "gemini_nb: offline, answered by the embedded server (no API key found)\n"
    with FrontEnd(tmp_path, cell_timeout=60) as fresh:
        run(fresh, "import gemini_nb as gnb\n%load_ext gemini_nb")
        first = run(fresh, "%%gemini\nHello")
        assert printed(first) == [told]
        for magic in ("%%gemini\nHello", "%gemini_tokens Hello"):
            assert printed(run(fresh, magic)) == []
        failed(fresh, "%gemini --model gemini-3.9-flash Hello")
        assert printed(run(fresh, "%gemini Hello")) == []
        for magic in ("%%gemini\nHello", "%gemini_tokens Hello"):
            run(fresh, "gnb.disconnect()")
            again = run(fresh, magic)
            assert printed(again) == [told]
        run(fresh, "gnb.disconnect()")
        assert run(fresh, "%%gemini\nHello").outputs[-1].data == first.outputs[-1].data


def test_unloading_takes_the_magics_out(notebook: FrontEnd) -> None:
    run(notebook, "%reload_ext gemini_nb")
    run(notebook, "%unload_ext gemini_nb")
    (output,) = failed(notebook, "%gemini hello").outputs
    assert "UsageError: Line magic function `%gemini` not found." in output.text
    kinds = value(notebook, "{k: [*v] for k, v in get_ipython().magics_manager.magics.items()}")
    assert not [name for names in kinds.values() for name in names if "gemini" in name]
    run(notebook, "%load_ext gemini_nb")
