"""Programs are written from closed templates, and really run, within limits."""

import io

import pytest
from PIL import Image, ImageDraw

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.code_execution import answer, expression, run
from gemini_nb.offline.conversation import Conversation, Turn
from gemini_nb.offline.messages import Part


def asked(text: str, *pictures: Image.Image, tool: bool = True) -> Draft | None:
    return answer(Conversation((Turn("user", text, pictures),), code_execution=tool))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("What is (17 + 4) * 23? Use code.", "(17 + 4) * 23"),
        ("12 \u00d7 3 \u00f7 4", "12 * 3 / 4"),
        ("3 x 4.5", "3 * 4.5"),
        ("What is 9**9**9?", None),
        ("from 2020 to 2021", None),
        ("What is half of 3 + 5?", None),
        ("What is 3 + 5 in hex?", None),
        ("What is 12:30 + 2?", None),
        ("What is 5 - 3 and 7 + 2?", None),
        ("Calculate 5 + 5 and multiply the result by 3", None),
        ("Calculate 5 + 5. Then multiply the result by 3", None),
        ("1 + __import__('os')", None),
        ("1 +" * 3_000, None),
        ("9" * 50_000, None),
    ],
)
def test_a_sum_is_read_and_written_again(text: str, wanted: str | None) -> None:
    assert expression(text) == wanted


def test_a_sum_is_really_run() -> None:
    assert asked("What is (17 + 4) * 23?") == Draft(
        (
            Part(executable_code={"language": "PYTHON", "code": "print((17 + 4) * 23)\n"}),
            Part(code_execution_result={"outcome": "OUTCOME_OK", "output": "483\n"}),
            Part(text="The result is 483."),
        ),
        "offline/code",
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("How many r's are in strawberry?", "3"),
        ("How many times does the letter e occur in 'Teapots'?", "1"),
        ("Compute the sum of the numbers 3, 4 and 15.", "22"),
    ],
)
def test_what_is_given_is_counted_by_a_program(text: str, wanted: str) -> None:
    draft = asked(text)
    assert draft is not None
    assert draft.parts[1].code_execution_result == {
        "outcome": "OUTCOME_OK",
        "output": f"{wanted}\n",
    }


@pytest.mark.parametrize(
    "text", ['How many words of "a b ab" start with a?', "How many people live in Rome?"]
)
def test_other_counts_are_left_to_the_others(text: str) -> None:
    assert asked(text) is None


def test_things_of_a_picture_are_counted() -> None:
    picture = Image.new("RGB", (400, 300), "white")
    for x in (40, 160, 280):
        ImageDraw.Draw(picture).rectangle((x, 60, x + 60, 120), fill="blue")
    draft = asked("How many blue squares are there?", picture)
    assert draft is not None
    assert draft.parts[-1].text == "I count 3."
    assert asked("How many bananas are there?", picture) is None


def test_a_thing_is_zoomed_into() -> None:
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).rectangle((40, 60, 120, 140), fill="blue")
    ImageDraw.Draw(picture).ellipse((250, 160, 330, 240), fill="red")
    draft = asked("Zoom in on the blue square and tell me its colour", picture)
    assert draft is not None
    code, result, shown, said = draft.parts
    assert "crop" in (code.executable_code or {})["code"]
    assert (result.code_execution_result or {})["outcome"] == "OUTCOME_OK"
    assert shown.inline_data is not None
    crop = Image.open(io.BytesIO(shown.inline_data.data))
    assert crop.width < 3 * 150
    assert crop.getpixel((crop.width // 2, crop.height // 2)) == (0, 0, 255)
    assert said.text


def test_what_is_not_there_is_not_zoomed_into() -> None:
    draft = asked("Zoom in on the banana", Image.new("RGB", (400, 300), "white"))
    assert draft is not None
    assert "can't tell where the banana is" in str(draft.parts)


@pytest.mark.parametrize("text", ["Summarise pages 3-5", "Hello", "Tell me a story"])
def test_nothing_to_compute_is_left_to_the_others(text: str) -> None:
    assert asked(text) is None


def test_without_the_tool_nothing_runs_and_other_programs_are_refused() -> None:
    assert asked("What is 2 + 2?", tool=False) is None
    draft = asked("Write and run code that sorts my list")
    assert draft is not None
    assert "only for sums" in str(draft.parts)


@pytest.mark.parametrize(
    "program",
    ["import socket; socket.create_connection(('127.0.0.1', 1))\n", "x = bytearray(3 << 30)\n"],
)
def test_a_program_has_no_network_and_little_memory(program: str) -> None:
    assert run(program)[0] == "OUTCOME_FAILED"
