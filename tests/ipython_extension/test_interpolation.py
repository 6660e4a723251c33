"""Which braces of a prompt are replaced, and which are the prompt's own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import InterpolationError
from gemini_nb.ipython.interpolation import interpolate

quick = settings(derandomize=True, deadline=None, max_examples=200)

texts = st.text(st.sampled_from('{}"ab \\\n1:,é$'), max_size=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def joined(text: str, **variables: object) -> str:
    return "".join(map(str, interpolate(text, variables)))


@quick
@given(texts.filter(lambda text: "{{" not in text))
def test_a_text_without_two_opening_braces_is_left_alone(text: str) -> None:
    assert joined(text) == text


@quick
@given(json_values)
def test_json_in_a_prompt_stays_as_it_is(value: Any) -> None:
    text = json.dumps(value, indent=1)
    if "{{" not in text:
        assert joined(text) == text


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{1}{x} + \sqrt{y^{2}}",
        r"\begin{align}{a}&=\text{b}\end{align}",
        "a { color: red; } b::after { content: '}}'; }",
        '{"a": {"b": {"c": [{"d": 1}]}}}',
        "{name} and {x: x**2 for x in range(3)}",
        "f'{x}' costs $5, not ${PRICE}; {} {0}",
        "}} { {",
    ],
)
def test_braces_that_are_not_ours_stay(text: str) -> None:
    assert joined(text) == text


@quick
@given(before=texts, after=texts, value=st.text(max_size=20))
def test_a_value_is_put_in_once_and_not_read_again(before: str, after: str, value: str) -> None:
    before, after = before.replace("{", ""), after.replace("{", "")
    assert joined(f"{before}{{{{value}}}}{after}", value=value) == before + value + after


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{city}}", "Rome"),
        ("{{ city }}", "Rome"),
        ("{{city.upper()}}", "ROME"),
        ("{{sizes['a']}}", "1"),
        ("{{ {'a': 1}['a'] }}", "1"),
        ("{{{'a': {'b': 2}}['a']['b']}}", "2"),
        ("{{ {'a': {'b': 2}} }}", "{'a': {'b': 2}}"),
        ("{{ {'a': {'b': 2}}}}", "{'a': {'b': 2}}"),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' }} {{city}}", "{{ Rome"),
        ('{{"{{"}}#each}}', "{{#each}}"),
        ("{{ [x * 2\n for x in range(3)] }}", "[0, 2, 4]"),
        ("{{ [sizes['a'] + x for x in range(2)] }}", "[1, 2]"),
        ("{{(lambda: city)()}}", "Rome"),
        (r"x^{{{sizes['a']}}}", "x^{1}"),
        (r"\frac{{{city}}}{2}", r"\frac{Rome}{2}"),
        ("{{city}}{{city}}", "RomeRome"),
        ("{{ f'{city:>6}' }}", "  Rome"),
        (r"{{ '\d' }}", r"\d"),
    ],
)
def test_an_expression_is_replaced(text: str, shown: str) -> None:
    assert joined(text, city="Rome", sizes={"a": 1}) == shown


def test_values_are_pieces_of_their_own() -> None:
    pieces = interpolate("a {{n}} b", {"n": 2}, convert=lambda value: value)
    assert pieces == ["a ", 2, " b"]


@pytest.mark.parametrize(
    ("text", "problem", "marked"),
    [
        ("one\ntwo {{nmae}} three", "Line 3 of the cell: there is no variable 'nmae'", "{{nmae}}"),
        ("{{name.nothing}}", "AttributeError", "{{name.nothing}}"),
        ("{{1 / 0}}", "ZeroDivisionError: division by zero.", "{{1 / 0}}"),
        ("{{user name}} {{name}}", "no Python expression", "{{user name}}"),
        ("{{name = 1}}", "no Python expression", "{{name = 1}}"),
        ("é\t{{#each}}", "nothing between|no Python expression", "{{#each}}"),
        ("{{}}", "nothing between the braces", "{{}}"),
        ("{{await name}}", "SyntaxError", "{{await name}}"),
        ("name: {{name", "there is no }} after this {{", "{{"),
        ("{{\x00}}", "no Python expression", "{{\x00}}"),
        ("{{ name\n+ + }} after", "no Python expression", "{{ name"),
    ],
)
def test_an_error_shows_the_line_and_marks_the_place(text: str, problem: str, marked: str) -> None:
    with pytest.raises(InterpolationError, match=problem) as caught:
        interpolate(text, {"name": "Ann"}, first_line=2)
    _, _, line, mark, _ = str(caught.value).split("\n")
    start = mark.index("^")
    assert line[start : start + mark.count("^")] == marked
    assert line[4:] in text


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(InterpolationError, match="did you mean 'photograph'"):
        interpolate("{{photogarph}}", {"photograph": 1})


def test_a_conversion_that_fails_is_told_with_the_line() -> None:
    def refuse(value: object) -> str:
        raise FileNotFoundError(f"no file {value}")

    with pytest.raises(InterpolationError, match=r"FileNotFoundError: no file a\.png\."):
        interpolate("see {{path}}", {"path": "a.png"}, convert=refuse)


def test_an_error_shows_no_key() -> None:
    key = "AIza" + "b" * 35
    with pytest.raises(InterpolationError) as caught:
        interpolate(f"{{{{ open_with('{key}') }}}}", {})
    assert key not in str(caught.value)


@quick
@given(texts)
def test_any_text_is_replaced_or_refused_with_its_line(text: str) -> None:
    complaints: list[str] = []
    try:
        interpolate(text, {"a": 1, "b": 2})
    except InterpolationError as error:
        complaints.append(str(error))
    assert all(complaint.startswith("Line ") for complaint in complaints)


def test_an_expression_that_never_ends_is_noticed_quickly() -> None:
    text = "{{#" + '{"a": {"b": {"c": 1}}} ' * 2_000
    with pytest.raises(InterpolationError, match="no Python expression"):
        interpolate(text, {})
