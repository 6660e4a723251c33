"""`stream` and `astream`: the real SDK against the embedded server, plain texts, a terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

import gemini_nb as gnb
from gemini_nb.redaction import remember
from gemini_nb.replies.segments import Text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from google import genai

MODEL = "gemini-3.8-flash"
QUESTION = "Explain in three short steps how a lighthouse keeps ships safe."


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    yield gnb.connect("offline")
    gnb.disconnect()


def test_a_response_streamed_is_the_response_at_once(client: genai.Client) -> None:
    whole = client.models.generate_content(model=MODEL, contents=QUESTION)
    chunks = client.models.generate_content_stream(model=MODEL, contents=QUESTION)
    answer = gnb.stream(chunks, display="off")
    assert answer.text == whole.text == answer.response.text
    assert answer.finish_reason == "STOP"
    assert answer.model == whole.model_version
    assert answer.usage is not None
    assert answer.usage.total == whole.usage_metadata.total_token_count
    assert answer.response.usage_metadata == whole.usage_metadata
    assert answer.parts == whole.candidates[0].content.parts
    assert 0 < (answer.first_token_seconds or 0) <= (answer.seconds or 0)


def test_thoughts_stay_apart_from_the_text(client: genai.Client) -> None:
    config: Any = {"thinking_config": {"include_thoughts": True}}
    chunks = client.models.generate_content_stream(model=MODEL, contents=QUESTION, config=config)
    answer = gnb.stream(chunks, display="off")
    assert "do not reason" in answer.thoughts
    assert "do not reason" not in answer.text
    assert [bool(part.thought) for part in answer.parts] == [True, False]


def test_an_interaction_is_streamed_like_any_other(client: genai.Client) -> None:
    events = client.interactions.create(model=MODEL, input=QUESTION, stream=True)
    answer = gnb.stream(events, display="off")
    whole = client.interactions.create(model=MODEL, input=QUESTION)
    said = [content.text for step in whole.steps for content in step.content or ()]
    assert answer.text == "".join(said)
    assert answer.reply.status == whole.status == "completed"
    assert answer.parts[0].text == answer.text


def test_words_that_come_with_the_start_of_a_step_are_not_lost() -> None:
    first = {"type": "model_output", "content": [{"type": "text", "text": "Once "}]}
    events = [
        {"event_type": "step.start", "index": 0, "step": first},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "upon"}},
    ]
    assert gnb.stream(events, display="off").text == "Once upon"


def test_function_calls_are_in_the_answer_and_in_the_history(client: genai.Client) -> None:
    declaration: Any = {
        "name": "get_tide",
        "description": "The next high water in a town",
        "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}},
    }
    config: Any = {"tools": [{"function_declarations": [declaration]}]}
    asked = "What is the tide in Brest?"
    chunks = client.models.generate_content_stream(model=MODEL, contents=asked, config=config)
    answer = gnb.stream(chunks, display="off")
    [call] = answer.function_calls
    assert (call.name, call.arguments) == ("get_tide", {"city": "Brest"})
    from google.genai import types

    result = types.Part.from_function_response(name=call.name, response={"result": "05:12"})
    turns: Any = [types.UserContent(asked), answer.content, types.UserContent([result])]
    told = gnb.stream(
        client.models.generate_content_stream(model=MODEL, contents=turns), display="off"
    )
    assert "05:12" in told.text


def test_a_chat_goes_on_from_an_answer(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL)
    gnb.stream(chat.send_message_stream("Tell me a story about Noor."), display="off")
    second = gnb.stream(chat.send_message_stream("Make it shorter."), display="off")
    assert second.text
    from google.genai import types

    history: Any = [types.UserContent("Make it shorter."), second.content]
    continued = client.chats.create(model=MODEL, history=history)
    assert continued.send_message("Thank you.").text


def test_several_candidates_are_all_there(client: genai.Client) -> None:
    config: Any = {"candidate_count": 3, "temperature": 1.5}
    chunks = client.models.generate_content_stream(model=MODEL, contents=QUESTION, config=config)
    answer = gnb.stream(chunks, display="off")
    texts = [candidate.text for candidate in answer.reply.candidates]
    assert len(set(texts)) == 3
    assert [candidate.content.parts[0].text for candidate in answer.response.candidates] == texts


def test_an_asynchronous_stream_awaited_or_not(client: genai.Client) -> None:
    async def asked(*, is_awaited: bool) -> str:
        chunks: Any = client.aio.models.generate_content_stream(model=MODEL, contents=QUESTION)
        if is_awaited:
            chunks = await chunks
        return (await gnb.astream(chunks, display="off")).text

    async def both() -> list[str]:
        texts = [await asked(is_awaited=True), await asked(is_awaited=False)]
        await client.aio.aclose()
        return texts

    first, second = asyncio.run(both())
    assert first == second != ""


def test_an_answer_can_be_parsed_and_has_a_badge() -> None:
    answer = gnb.stream(['[{"point": [1, 2], ', '"label": "mug"}]'], display="off")
    assert gnb.parse(answer).points[0].label == "mug"
    counted = gnb.stream(
        [{"usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3}}], display="off"
    )
    assert gnb.badge(counted).usage.prompt == 3


def test_a_complete_response_is_shown_as_its_stream_would_be(client: genai.Client) -> None:
    whole = client.models.generate_content(model=MODEL, contents=QUESTION)
    assert gnb.stream(whole, display="off").text == whole.text


@pytest.mark.parametrize("chunks", [None, 5, object()])
def test_what_is_no_stream_is_refused(chunks: object) -> None:
    with pytest.raises(gnb.GeminiNBError, match="is no stream"):
        gnb.stream(chunks)


def test_an_asynchronous_stream_is_sent_to_astream() -> None:
    async def letters() -> AsyncIterator[str]:
        yield "a"

    with pytest.raises(gnb.GeminiNBError, match=r"await gnb\.astream"):
        gnb.stream(letters())


def test_an_unknown_display_is_refused() -> None:
    display: Any = "somewhere"
    with pytest.raises(gnb.GeminiNBError, match="'somewhere'"):
        gnb.stream(["a"], display=display)


def test_an_error_in_the_answer_is_raised_with_what_came() -> None:
    events = [
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "Half"}},
        {"event_type": "error", "error": {"code": "503", "message": "Overloaded."}},
    ]
    with pytest.raises(gnb.GeminiNBError, match="Overloaded") as caught:
        gnb.stream(events, display="off")
    answer: Any = getattr(caught.value, "answer", None)
    assert answer.text == "Half"


def test_a_refusal_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    gnb.stream([{"promptFeedback": {"blockReason": "SAFETY"}}], display="plain")
    assert "safety" in capsys.readouterr().out


def test_a_script_gets_each_character_once(capsys: pytest.CaptureFixture[str]) -> None:
    gnb.stream(["One ", "*two*", " $3\n"], display="plain")
    assert capsys.readouterr().out == "One *two* $3\n"


def test_a_generator_that_is_left_is_closed() -> None:
    ended = []

    def words() -> Iterator[str]:
        try:
            while True:
                yield "word "
                if len(ended) == 0:
                    raise KeyboardInterrupt
        finally:
            ended.append(True)

    answer = gnb.stream(words(), display="off")
    assert answer.text == "word "
    assert answer.stopped is not None
    assert ended == [True]


def test_a_terminal_shows_markdown_as_rich_text() -> None:
    program = "import gemini_nb as gnb; gnb.stream(['# Kites\\n\\nThey **fl', 'y** for $5.'])"
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "60"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                read = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not read:
                break
            shown += read
        assert process.wait(30) == 0
    os.close(ours)
    screen = shown.decode()
    assert "Kites" in screen
    assert "\x1b[1mfly\x1b[0m for $5." in screen
    assert "**" not in screen


def test_a_pipe_gets_plain_text() -> None:
    program = "import gemini_nb as gnb; gnb.stream(['They **fl', 'y**.'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"They **fly**.\n"


def test_an_answer_is_a_value_of_its_segments() -> None:
    answer = gnb.stream(["Kites ", "fly."], display="off")
    assert answer.reply.candidates[0].segments == (Text("Kites fly."),)
    assert repr(answer) == "Kites fly."
    assert answer._repr_mimebundle_()["text/markdown"] == "Kites fly."


def test_a_key_that_comes_in_two_pieces_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    remember("my-odd-secret-key-8761")

    def said() -> Iterator[str]:
        yield "the key is my-odd-sec"
        time.sleep(0.3)
        yield "ret-key-8761 ok"

    gnb.stream(said(), display="plain")
    assert capsys.readouterr().out == "the key is [key redacted] ok\n"


def test_a_terminal_is_told_nothing_by_code_or_entities(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = {"code": "a=1\n```\n# heading\n```", "language": "py`\x1b[2J\x9b31m"}
    parts = [{"text": "an &#x202e; entity"}, {"executableCode": code}]
    chunk = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]}
    gnb.stream([chunk], display="terminal", badge=False)
    shown = capsys.readouterr().out
    assert "# heading" in shown
    assert "```" in shown
    assert not re.search("\x9b|\x1b\\[2J", shown)
    assert shown.count("\u202e") == shown.count("\u202c")
