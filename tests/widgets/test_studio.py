"""The studio from Python, with the real SDK against the embedded server."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import gemini_nb as gnb
from gemini_nb.errors import InvalidOptionError
from gemini_nb.widgets.run_settings import RunSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google import genai

    from gemini_nb.widgets.studio import Studio


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    with contextlib.redirect_stdout(None):
        connected = gnb.connect("offline")
    yield connected
    gnb.disconnect()


def texts(studio: Studio, column: int = 0) -> list[str]:
    return [turn.text for turn in studio.conversations[column].turns]


def widgets(page: Any, kind: str = "") -> Iterator[Any]:
    """The widgets of a page in their order, of a kind or all."""
    if kind in {"", type(page).__name__}:
        yield page
    for child in getattr(page, "children", ()):
        yield from widgets(child, kind)


def found(studio: Studio, kind: str, name: str) -> list[Any]:
    """The widgets of the studio with this description."""
    return [each for each in widgets(studio.page, kind) if each.description == name]


def press(studio: Studio, name: str) -> None:
    found(studio, "Button", name)[0].click()


def problem(studio: Studio) -> str:
    return found(studio, "Problem", "")[0].value


def weather(city: str) -> dict[str, str]:
    """The weather in a city."""
    return {"city": city, "sky": f"clear over {city}"}


# google-genai 2 can't read annotations that are text, as they are in this module.
weather.__annotations__ = {"city": str, "return": dict}


def test_send_lets_every_column_answer(client: genai.Client) -> None:
    studio = gnb.studio(client, system="You are Europa.", columns=2)
    studio.settings = [RunSettings("gemini-3.8-flash"), RunSettings("gemini-3.5-flash", 0.0)]
    studio.send("Tell me of your ice.")
    studio.send("Go on.")
    for conversation in studio.conversations:
        assert [turn.role for turn in conversation.turns] == ["user", "model"] * 2
        assert all(turn.text for turn in conversation.turns)
    told = repr(studio)
    assert told.startswith("System instruction: You are Europa.\n\ngemini-3.8-flash\n\nYou: Tell")
    assert "gemini-3.5-flash, temperature 0.0" in told
    assert told.count("The chat is ≈") == told.count("2 calls") == 2


def test_send_calls_functions_and_the_next_turn_is_accepted(
    client: genai.Client, caplog: pytest.LogCaptureFixture
) -> None:
    studio = gnb.studio(client, functions=[weather])
    studio.send("What is the weather in Paris?")
    parts = studio.conversations[0].turns[1].parts
    assert [[*part.model_dump(exclude_none=True)] for part in parts] == [
        ["function_call", "thought_signature"],
        ["function_response"],
        ["text"],
    ]
    assert "clear over Paris" in studio.transcript.bundle()["text/html"]
    studio.send("What is the weather in Rome?")
    assert "clear over Rome" in texts(studio)[3]
    assert "not recommended" not in caplog.text


def test_send_takes_pictures(client: genai.Client) -> None:
    studio = gnb.studio(client)
    studio.send("What colour is it?", Image.new("RGB", (30, 20), "teal"))
    assert "[picture] What colour" in repr(studio)
    assert studio.transcript.bundle()["text/html"].count("<img alt='picture'") == 1
    assert "inlineData" in str(studio.as_curl())
    file = io.BytesIO()
    Image.new("P", (30, 20)).save(file, "GIF")
    studio.send("And now?", file.getvalue())
    part = studio.conversations[0].turns[2].parts[0]
    assert part.inline_data is not None
    assert part.inline_data.mime_type == "image/png"  # Gemini takes no GIF


def test_attached_pictures_are_shown_removed_and_sent(client: genai.Client) -> None:
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, "PNG")
    studio = gnb.studio(client)
    page = next(widgets(studio.page, "PictureInput"))
    for name in ("a.png", "<b>.png", "c.png"):
        page._handle_custom_msg({"name": name}, [memoryview(file.getvalue())])  # noqa: SLF001 - where a message from the page arrives
    assert any("&lt;b&gt;.png" in str(each.value) for each in widgets(studio.page, "HTML"))
    found(studio, "Button", "Remove")[0].click()
    press(studio, "Run")
    studio.wait()
    parts = studio.conversations[0].turns[0].parts
    assert [part.inline_data.data for part in parts if part.inline_data] == [file.getvalue()] * 2
    assert found(studio, "Button", "Remove") == []


def test_send_tells_a_function_that_failed(client: genai.Client) -> None:
    def weather(city: str) -> None:
        raise OSError(f"no <b>sky</b> over {city}")

    weather.__annotations__ = {"city": str}
    studio = gnb.studio(client, functions=[weather])
    studio.send("What is the weather in Paris?")
    assert "Error from weather" in (page := studio.transcript.bundle()["text/html"])
    assert "no &lt;b&gt;sky&lt;/b&gt; over Paris" in page


def test_columns_fail_each_for_itself(client: genai.Client) -> None:
    studio = gnb.studio(client, columns=2)
    studio.settings = [RunSettings("gemini-3.8-flash"), RunSettings("gemini-pro")]
    studio.send("Hello?")
    assert [bool(chat.turns[1].parts) for chat in studio.conversations] == [True, False]
    studio.settings = RunSettings("gemini-3.8-flash", schema="{")
    with pytest.raises(InvalidOptionError, match="JSON schema"):
        studio.send("More.")
    assert [len(chat.turns) for chat in studio.conversations] == [2, 2]


def test_send_tells_in_the_answers_place_what_the_api_refuses(client: genai.Client) -> None:
    studio = gnb.studio(client, model="gemini-pro")
    studio.send("Hello?")
    assert "Stopped by an error" in repr(studio)
    assert [bool(turn.parts) for turn in studio.conversations[0].turns] == [True, False]
    studio.settings = RunSettings("gemini-3.8-flash")
    studio.rerun(0)
    assert studio.conversations[0].turns[1].parts


def test_rerun_and_edit_change_the_turns_they_name(client: genai.Client) -> None:
    studio = gnb.studio(client)
    studio.send("Name a moon.")
    studio.send("Another.")
    studio.edit(1, "Io.")
    assert texts(studio)[:3] == ["Name a moon.", "Io.", "Another."]
    assert "Model, edited: Io." in repr(studio)
    studio.rerun(3)
    assert texts(studio)[:3] == ["Name a moon.", "Io.", "Another."]
    studio.rerun(0, "Name a planet.")
    assert len(texts(studio)) == 2
    assert texts(studio)[0] == "Name a planet."
    studio.rerun(-1, "Name a star.")  # of the answer, the prompt is meant
    assert texts(studio)[0] == "Name a star."
    before = studio.conversations
    acts: dict[str, Callable[[], object]] = {
        "no turn 7": lambda: studio.edit(7, ""),
        "no column 5": lambda: studio.edit(0, "x", column=5),
        "no column -1": lambda: studio.rerun(0, column=-1),
        "There is nothing": lambda: studio.rerun(0, ""),
        "There is nothing to": lambda: studio.edit(0, " "),
    }
    for told, act in acts.items():
        with pytest.raises(InvalidOptionError, match=told):
            act()
    assert studio.conversations == before
    studio.clear()
    assert repr(studio) == "gemini-3.8-flash\n\nNothing was said yet."


def test_tokens_are_told_only_as_the_last_answer_counted_them(client: genai.Client) -> None:
    studio = gnb.studio(client)
    studio.send("Name a moon.")
    assert "The chat is ≈" in repr(studio)
    for index in (0, 1):
        studio.edit(index, "Io.")
        assert "The chat is" not in repr(studio)
        studio.rerun(0)
        assert "The chat is ≈" in repr(studio)
    studio.settings = RunSettings("gemini-pro")
    studio.send("Another.")  # which the API refuses
    assert "The chat is" not in repr(studio)


def test_settings_that_are_wrong_change_nothing(client: genai.Client) -> None:
    studio = gnb.studio(client)
    before = studio.settings
    with pytest.raises(InvalidOptionError, match="1 column or 2, not 3"):
        studio.settings = [RunSettings("gemini-4-neon")] * 3
    assert studio.settings == before


def test_chat_goes_on_in_code(client: genai.Client) -> None:
    studio = gnb.studio(client, system="Be brief.")
    studio.send("Name a moon.")
    chat: Any = studio.chat
    assert [content.role for content in chat.get_history()] == ["user", "model"]
    assert chat.send_message("Another.").text
    assert len(texts(studio)) == 2  # it is a chat of its own


def test_code_is_of_the_last_call_until_a_prompt_is_typed(client: genai.Client) -> None:
    studio = gnb.studio(client)
    with pytest.raises(InvalidOptionError, match="write a prompt"):
        studio.as_python()
    studio.send("Name a moon.")
    assert 'contents="Name a moon."' in str(studio.as_python())
    found(studio, "Textarea", "Prompt")[0].value = "Another."
    for code in (studio.as_python(), studio.as_curl(), studio.as_javascript()):
        assert str(code).index("Name a moon.") < str(code).index("Another.")


def test_two_columns_begin_as_copies_and_part(client: genai.Client) -> None:
    studio = gnb.studio(client, functions=[weather])
    studio.settings = RunSettings("gemini-3.8-flash")
    studio.send("Name a moon.")
    press(studio, "Two columns")
    assert [box.value for box in found(studio, "Checkbox", "weather")] == [False, False]
    assert studio.conversations[0] == studio.conversations[1]
    assert studio.settings[0] == studio.settings[1]
    studio.rerun(0, "Name a planet.", column=1)
    assert [texts(studio, column)[0] for column in (0, 1)] == ["Name a moon.", "Name a planet."]
    press(studio, "One column")
    assert len(studio.conversations) == 1
    studio.settings = [studio.settings[0], RunSettings("gemini-3.5-flash")]
    assert [settings.model for settings in studio.settings][1] == "gemini-3.5-flash"
    assert texts(studio, 1)[0] == "Name a moon."
    with pytest.raises(InvalidOptionError, match="1 column or 2, not 3"):
        gnb.studio(client, columns=3)


def test_buttons_do_as_the_methods_and_show_what_goes_wrong(client: genai.Client) -> None:
    studio = gnb.studio(client)
    press(studio, "Run")
    assert "There is nothing to send" in problem(studio)
    [code] = found(studio, "ToggleButton", "Get code")
    code.value = True
    assert "There is nothing to send" in problem(studio)
    code.value = False
    assert problem(studio) == ""
    found(studio, "Textarea", "Prompt")[0].value = "Name a moon."
    press(studio, "Run")
    studio.wait()
    assert problem(studio) == ""
    press(studio, "Edit")
    press(studio, "Run again")  # as it is
    studio.wait()
    assert texts(studio)[0] == "Name a moon."
    press(studio, "Edit")
    found(studio, "Textarea", "New prompt")[0].value = "Name a planet."
    press(studio, "Run again")
    studio.wait()
    assert texts(studio)[0] == "Name a planet."
    found(studio, "Button", "Edit")[1].click()
    found(studio, "Textarea", "New answer")[0].value = "Mars."
    press(studio, "Save")
    assert texts(studio) == ["Name a planet.", "Mars."]
    press(studio, "New chat")
    assert texts(studio) == []


def test_transcript_is_static_and_the_same_on_every_run(client: genai.Client) -> None:
    bundles: list[dict[str, str]] = []
    for _ in range(2):
        studio = gnb.studio(client, system="<script>x</script>\nBe **brief**.")
        studio.send("<b>Hello</b>\n& $x$")
        studio.edit(1, "<img src=x onerror=y> **Hi**")
        bundles.append(studio.transcript.bundle())
    assert bundles[0] == bundles[1]
    assert sorted(bundles[0]) == ["text/html", "text/plain"]
    page = bundles[0]["text/html"]
    assert "&lt;script&gt;x&lt;/script&gt;<br>Be **brief**." in page
    assert "&lt;b&gt;Hello&lt;/b&gt;<br>&amp; $x$" in page
    assert "<strong>Hi</strong>" in page
    assert "<img" not in page
