"""Which braces of a prompt are replaced, and what values become in it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.display import Image as ShownImage
from PIL import Image

from gemini_nb.errors import InterpolationError, PictureError
from gemini_nb.ipython.prompt import contents_of, images_of, interpolate, prompt_value

if TYPE_CHECKING:
    from collections.abc import Callable

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
        (
            "one\ntwo {{nmae}} three",
            "Line 3 of the cell: NameError: name 'nmae' is not defined",
            "{{nmae}}",
        ),
        ("{{name.nothing}}", "AttributeError", "{{name.nothing}}"),
        ("{{1 / 0}}", "ZeroDivisionError: division by zero", "{{1 / 0}}"),
        ("{{user name}} {{name}}", "no Python expression", "{{user name}}"),
        ("{{name = 1}}", "no Python expression", "{{name = 1}}"),
        ("é\t{{#each}}", "no Python expression", "{{#each}}"),
        ("{{}}", "no Python expression", "{{}}"),
        ("{{await name}}", "no Python expression", "{{await name}}"),
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

    with pytest.raises(InterpolationError, match=r"FileNotFoundError: no file a\.png"):
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


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(file, "PNG")
    return file.getvalue()


def saved(folder: Path) -> Path:
    path = folder / "picture.png"
    path.write_bytes(png())
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda _: Image.new("RGB", (4, 3)),
        lambda _: np.zeros((3, 4, 3), np.uint8),
        lambda _: np.zeros((3, 4), np.uint8),
        lambda _: np.ones((3, 4, 4)),
        lambda _: ShownImage(data=png()),
        lambda _: types.Part.from_bytes(data=png(), mime_type="image/png"),
        saved,
    ],
)
def test_a_picture_becomes_a_part(make: Callable[[Path], object], tmp_path: Path) -> None:
    part: Any = prompt_value(make(tmp_path))
    assert part.inline_data.mime_type == "image/png"


def test_a_file_is_sent_with_its_own_bytes(tmp_path: Path) -> None:
    part: Any = prompt_value(saved(tmp_path))
    assert part.inline_data.data == png()
    document = tmp_path / "paper.pdf"
    document.write_bytes(b"%PDF-1.7")
    sent: Any = prompt_value(document)
    assert (sent.inline_data.mime_type, sent.inline_data.data) == ("application/pdf", b"%PDF-1.7")


def test_an_uploaded_file_is_passed_on() -> None:
    file = types.File(uri="https://example.com/files/a", mime_type="video/mp4")
    assert prompt_value(file) is file


def test_a_list_of_pictures_becomes_parts_and_another_list_text() -> None:
    assert len(list(prompt_value([Image.new("RGB", (1, 1))] * 3))) == 3  # type: ignore[call-overload]
    assert prompt_value([Image, 1]) == str([Image, 1])
    assert prompt_value([]) == "[]"


@pytest.mark.parametrize(
    "table", [np.arange(6).reshape(2, 3), np.arange(3.0), np.zeros((0, 3)), np.zeros((2, 2, 2))]
)
def test_an_array_of_numbers_is_text(table: Any) -> None:
    assert prompt_value(table) == str(table)


@pytest.mark.parametrize("value", [3, 2.5, None, {"a": 1}, Path("notes.txt"), b"bytes"])
def test_other_values_are_what_str_makes_of_them(value: object) -> None:
    assert prompt_value(value) == str(value)


class RangeIndex:
    """What numbers the rows of a data frame that has no names for them."""


@dataclass
class Frame:
    """What there is to see of a data frame of pandas, which is no dependency."""

    index: object
    columns: tuple[str, ...] = ("name", "n")

    def to_csv(self, *, index: bool) -> str:
        return "row,name,n\n0,a,1\n" if index else "name,n\na,1\n"


def test_a_data_frame_becomes_csv_with_its_index_if_that_says_something() -> None:
    assert prompt_value(Frame(RangeIndex())) == "name,n\na,1\n"
    assert prompt_value(Frame(["a"])) == "row,name,n\n0,a,1\n"


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")
    with pytest.raises(PictureError):
        prompt_value(broken)
    with pytest.raises(PictureError):
        prompt_value(tmp_path / "lost.jpg")


def test_contents_join_texts_and_lay_lists_of_parts_flat() -> None:
    parts = [types.Part(text="1"), types.Part(text="2")]
    assert contents_of("a {{n}} b {{parts}} c {{n}}", {"n": 1, "parts": parts}) == [
        "a 1 b ",
        *parts,
        " c 1",
    ]


def test_images_of_takes_variables_files_and_expressions(tmp_path: Path) -> None:
    path = saved(tmp_path)
    for name in ("photo", str(path), "shots[0]", "where"):
        names = {"photo": Image.new("RGB", (4, 3)), "where": str(path), "shots": [path]}
        (part,), image = images_of([name], names)
        assert part.inline_data.mime_type == "image/png"
        assert image is not None


def test_images_of_has_nothing_to_draw_on_where_there_are_no_pixels_or_several_pictures() -> None:
    photo = Image.new("RGB", (4, 3))
    film = types.File(uri="https://example.com/files/a", mime_type="video/mp4")
    names = {"photo": photo, "film": film, "both": [photo, photo]}
    for asked, count in ((["film"], 1), (["both"], 2), (["photo", "photo"], 2), ([], 0)):
        parts, image = images_of(asked, names)
        assert (len(parts), image) == (count, None)


def test_images_of_refuses_what_is_no_picture() -> None:
    with pytest.raises(PictureError, match=r"--image lost\.png: there is no such file"):
        images_of(["lost.png"], {})
    with pytest.raises(PictureError):
        images_of(["number"], {"number": 3})
