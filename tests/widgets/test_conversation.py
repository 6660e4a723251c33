"""A chat as a value: what is said, edited, and sent again."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types
from PIL import Image

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import redact
from gemini_nb.replies.reply import whole
from gemini_nb.streaming.answer import Answer
from gemini_nb.widgets.conversation import Conversation, with_results

PICTURE = Image.new("RGB", (3, 2), "teal")
CALL = types.Part(
    function_call=types.FunctionCall(name="weather", args={"city": "Paris"}),
    thought_signature=b"signed",
)
RESULT = types.Part.from_function_response(name="weather", response={"result": "clear"})


def answered(*parts: types.Part | str) -> Answer:
    """An answer with these parts."""
    whole_parts = [types.Part(text=each) if isinstance(each, str) else each for each in parts]
    content = types.Content(role="model", parts=whole_parts)
    response = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
    return Answer(whole(response))


def sent(conversation: Conversation) -> list[tuple[str | None, list[str]]]:
    """The roles and what each part is: its text, or its kind."""
    return [
        (content.role, [part.text or next(iter(part.model_dump(exclude_none=True)))
                        for part in content.parts or []])
        for content in conversation.contents
    ]  # fmt: skip


TALK = (
    Conversation()
    .with_prompt("What is it?", [PICTURE])
    .with_answer(answered("A square."))
    .with_prompt("Its colour?")
    .with_answer(answered("Teal."))
)


def test_contents_are_the_turns_as_the_api_takes_them() -> None:
    assert sent(TALK) == [
        ("user", ["inline_data", "What is it?"]),
        ("model", ["A square."]),
        ("user", ["Its colour?"]),
        ("model", ["Teal."]),
    ]


def test_with_prompt_leaves_the_conversation_as_it_was() -> None:
    before = TALK.turns
    assert len(TALK.with_prompt("And now?").turns) == 5
    assert TALK.turns is before


@pytest.mark.parametrize("text", ["", " \n"])
def test_with_prompt_refuses_to_send_nothing(text: str) -> None:
    with pytest.raises(InvalidOptionError, match="write a prompt"):
        TALK.with_prompt(text)
    assert sent(Conversation().with_prompt(text, [PICTURE])) == [("user", ["inline_data"])]


def test_with_answer_sends_calls_and_results_as_turns_of_their_own() -> None:
    chat = Conversation().with_prompt("Weather?").with_answer(answered(CALL, RESULT, "Clear."))
    assert sent(chat) == [
        ("user", ["Weather?"]),
        ("model", ["function_call"]),
        ("user", ["function_response"]),
        ("model", ["Clear."]),
    ]
    assert chat.contents[1].parts == [CALL]  # with its signature


def test_with_answer_drops_a_call_that_was_never_answered() -> None:
    chat = Conversation().with_prompt("Weather?")
    assert sent(chat.with_answer(answered("Let me see.", CALL)))[1:] == [("model", ["Let me see."])]
    assert sent(chat.with_answer(answered(CALL))) == []


def test_a_prompt_without_an_answer_is_sent_only_while_it_is_the_last() -> None:
    failed = TALK.with_prompt("Fail!")
    assert sent(failed)[-1] == ("user", ["Fail!"])
    for nothing in (answered(), answered(types.Part(text="Hm.", thought=True))):
        told = failed.with_answer(nothing)
        assert len(told.turns) == 6
        assert sent(told) == sent(TALK)
        assert sent(told.with_prompt("Go on.")) == [*sent(TALK), ("user", ["Go on."])]
        assert sent(told.up_to(5)) == sent(failed)


def test_edited_keeps_pictures_calls_and_what_follows() -> None:
    assert sent(TALK.edited(0, "Name it."))[0] == ("user", ["inline_data", "Name it."])
    assert sent(TALK.edited(0, "Name it."))[1:] == sent(TALK)[1:]
    chat = Conversation().with_prompt("Weather?").with_answer(answered(CALL, RESULT, "Clear."))
    assert sent(chat.edited(1, "Rain."))[1:3] == sent(chat)[1:3]
    assert sent(chat.edited(-1, "Rain."))[3] == ("model", ["Rain."])
    assert chat.edited(1, "Rain.").turns[1].answer is None


def test_edited_takes_what_the_page_shows_for_what_is_there() -> None:
    key = "AIza" + "x" * 35
    chat = Conversation().with_prompt("Why?").with_answer(answered(f"It is\x1b {key}.", CALL))
    assert chat.edited(1, f"It is\x1b {key}.") is chat
    assert chat.edited(1, redact(f"It is\x1b {key}.")) is chat
    for shown in (repr(chat), repr(chat.turns), repr(chat.edited(1, key))):
        assert key not in shown
        assert "\x1b" not in shown
        assert shown.startswith(("You: Why?", "(You: Why?"))


@pytest.mark.parametrize("index", [0, 1])
def test_edited_leaves_no_turn_empty(index: int) -> None:
    chat = Conversation().with_prompt("Why?").with_answer(answered("So."))
    with pytest.raises(InvalidOptionError, match="There is nothing to send"):
        chat.edited(index, " \n")
    assert sent(TALK.edited(0, ""))[0] == ("user", ["inline_data"])


def test_up_to_ends_with_the_prompt_of_a_turn() -> None:
    assert [len(TALK.up_to(index).turns) for index in (0, 1, 2, 3, -1, -2)] == [1, 1, 3, 3, 3, 3]
    with pytest.raises(InvalidOptionError, match="no turn 4"):
        TALK.up_to(4)


def test_with_results_tells_what_functions_returned_before_what_follows_from_it() -> None:
    def chunk(part: types.Part, history: list[types.Content] | None = None) -> Any:
        content = types.Content(role="model", parts=[part])
        made = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
        made.automatic_function_calling_history = history
        return made

    prompt, call = types.UserContent("Weather?"), types.Content(role="model", parts=[CALL])
    history = [prompt, call, types.Content(role="user", parts=[RESULT])]
    said = [types.Part(text=each) for each in ("Cl", "ear.")]
    answer = [chunk(each, history) for each in said]
    for chunks in ([chunk(CALL), *answer], answer):  # google-genai 2 keeps the call to itself
        came: list[Any] = list(with_results((each for each in chunks), 1))
        parts = [part for each in came for part in each.candidates[0].content.parts]
        assert parts == [CALL, RESULT, *said]
