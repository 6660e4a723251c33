"""What values become in a prompt, and how the words of a magic's line are read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.display import Image as ShownImage
from PIL import Image

from gemini_nb.errors import ModelError, PictureError
from gemini_nb.ipython.command_words import prompt_start, words_of
from gemini_nb.ipython.model_choice import chosen_model, model_ids
from gemini_nb.ipython.options import FLAGS, arguments_of
from gemini_nb.ipython.prompt_values import contents_of, prompt_value

if TYPE_CHECKING:
    from collections.abc import Callable

quick = settings(derandomize=True, deadline=None, max_examples=100)


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


@quick
@given(st.lists(st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.integers()))
def test_contents_keep_every_piece_and_join_texts(pieces: list[Any]) -> None:
    contents = contents_of(pieces)
    texts = [isinstance(piece, str) for piece in contents]
    flat = [one for piece in pieces for one in (piece if isinstance(piece, list) else [piece])]
    assert "".join(map(str, contents)) == "".join(map(str, flat))
    if not any(piece == [] for piece in pieces):
        assert not any(one and other for one, other in pairwise(texts))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--system 'be brief' x", ["--system", "be brief", "x"]),
        ('--system="be brief"', ["--system=be brief"]),
        ('--system "it\'s {{a["b c"]}}"', ["--system", 'it\'s {{a["b c"]}}']),
        ("what's that 'here", ["what's", "that", "'here"]),
        (r"--image C:\new\a.png", ["--image", r"C:\new\a.png"]),
        ("--image {{ photos[0] }}", ["--image", "{{ photos[0] }}"]),
        ("", []),
    ],
)
def test_quotes_and_braces_hold_words_together(line: str, words: list[str]) -> None:
    assert [word.text for word in words_of(line)] == words


@quick
@given(st.text(st.sampled_from("ab' \"-=\\{"), max_size=30).filter(lambda text: "{{" not in text))
def test_any_line_has_words_in_their_order(line: str) -> None:
    starts = [word.start for word in words_of(line)]
    assert starts == sorted(set(starts))
    assert "".join(word.text for word in words_of(line)).replace(" ", "").replace('"', "").replace(
        "'", ""
    ) == line.replace(" ", "").replace('"', "").replace("'", "")


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("say --hello", "say --hello"),
        ("--json say it's fine", "say it's fine"),
        ("--temperature=0 say", "say"),
        ("--system 'a b' --no-badge say", "say"),
        ("--json", ""),
        ("--system", ""),
    ],
)
def test_a_line_has_its_options_first(line: str, prompt: str) -> None:
    assert line[prompt_start(line, FLAGS) :] == prompt


def test_values_in_options_are_not_read_as_options() -> None:
    given_line = "--system {{rule}} --temperature {{heat}} --out x"
    assert arguments_of(given_line, {"rule": "--json {{y}}", "heat": 0}) == [
        "--system=--json {{y}}",
        "--temperature=0",
        "--out=x",
    ]


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
