"""Streams in a real kernel: what a front end gets while they run, and what a saved notebook has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from streaming.conftest import Kernel, Ran

TRAPS = ["http://127.0.0.1:9/a", "https://ai.google.dev is a site.", "notes.md", " \n ", "x\r\ny"]
PARAGRAPH = "A kite flies because the wind *pushes* harder from below than from **above** it. "
STORY = "\n\n".join(f"## Part {number}\n\n{PARAGRAPH * 3}" for number in range(40))


def words(markdown: str) -> str:
    """What a reader sees of Markdown, without its layout."""
    parts = []
    for token in MarkdownIt("commonmark").parse(markdown):
        parts += [inner.content or " " for inner in token.children or ()]
        parts.append(" " if token.children else token.content + " ")
    return " ".join("".join(parts).split())


def payload(ran: Ran) -> int:
    return sum(len(json.dumps(bundle)) for bundle in ran.displays)


def test_a_long_answer_is_saved_once_in_few_outputs(kernel: Kernel) -> None:
    ran = kernel.run(f"answer = gnb.stream(pace([c for c in {STORY!r}], 0.0001))")
    assert not ran.errors
    assert words("\n\n".join(ran.markdown)) == words(STORY)
    assert 2 < len(ran.markdown) < 50
    assert kernel.run(f"print(answer.text == {STORY!r})").printed == "True\n"


def test_finished_blocks_are_never_drawn_again(kernel: Kernel) -> None:
    # Each part begins with a name of its own, so that no part can be taken for an earlier one's.
    names = [first + rest for first in "BDFGKLMN" for rest in ("alo", "emi", "iru", "oza", "uve")]
    story = "\n\n".join(f"{name} {PARAGRAPH * 3}" for name in names)
    ran = kernel.run(f"gnb.stream(pace({story!r}.split(' '), 0.002))")
    final = [out.data for out in ran.saved]
    seen = ran.displays
    for bundle in final[:-1]:
        first = seen.index(bundle)
        later = [
            each for each in seen[first + 1 :] if each["text/markdown"] in bundle["text/markdown"]
        ]
        assert not later
    assert len(final) > 2
    assert payload(ran) < 4 * len(story)


def test_the_last_line_of_the_cell_does_not_show_it_twice(kernel: Kernel) -> None:
    ran = kernel.run("gnb.stream(['Kites fly.'])")
    assert ran.markdown == ["Kites fly."]
    assert not ran.of("execute_result")


def test_another_cell_shows_the_final_state(kernel: Kernel) -> None:
    kernel.run("answer = gnb.stream(['Kites ', 'fly.'])")
    shown = kernel.run("answer")
    assert shown.saved[0].data == {"text/plain": "Kites fly.", "text/markdown": "Kites fly."}


@pytest.mark.parametrize("call", ["gnb.stream(pace({}, 0.05))", "await gnb.astream(slow({}))"])
def test_stopping_it_keeps_what_came_and_raises_nothing(kernel: Kernel, call: str) -> None:
    code = f"answer = {call.format('map(str, range(10, 2000))')}\nprint('the cell goes on')"
    ran = kernel.run(code, stop_when=lambda so_far: len(so_far.displays) > 3)
    assert not ran.errors
    assert ran.printed == "the cell goes on\n"
    assert ran.markdown[0].startswith("101112")
    assert "**Interrupted.**" in ran.markdown[-1]
    kept = kernel.run("print(answer.text, answer.stopped)").printed
    assert kept.startswith("101112")
    assert "Interrupted. The answer ends where you stopped it." in kept
    assert kept.split()[0] == ran.markdown[0]


def test_a_timeout_of_the_programs_own_is_no_interrupt(kernel: Kernel) -> None:
    ran = kernel.run(
        "async def endless():\n"
        "    yield 'a word'\n"
        "    await asyncio.sleep(60)\n"
        "try:\n"
        "    async with asyncio.timeout(0.5):\n"
        "        await gnb.astream(endless())\n"
        "except TimeoutError:\n"
        "    print('given up')"
    )
    assert ran.printed == "given up\n"
    assert ran.markdown[0] == "a word"


def test_an_error_keeps_what_came_and_is_raised_with_it(kernel: Kernel) -> None:
    ran = kernel.run(
        "def broken():\n"
        "    yield 'Half of an '\n"
        "    yield 'answer'\n"
        "    raise ValueError('the line broke for ?key=abc123xyz')\n"
        "gnb.stream(broken())"
    )
    assert ran.errors[0][0] == "ValueError"
    assert ran.markdown[0] == "Half of an answer"
    assert "the line broke" in ran.markdown[1]
    assert "abc123xyz" not in str(ran.saved[:2])
    again = kernel.run(
        "try:\n    gnb.stream(broken())\nexcept ValueError as error:\n    kept = error.answer"
    )
    assert again.markdown == ran.markdown
    assert kernel.run("print(kept.text)").printed == "Half of an answer\n"


def test_a_stalled_stream_shows_that_one_waits_and_ends(kernel: Kernel) -> None:
    ran = kernel.run(
        "import threading\n"
        "def stalled():\n"
        "    yield 'And then'\n"
        "    threading.Event().wait()\n"
        "gnb.stream(stalled(), timeout=2.5)"
    )
    assert ran.errors[0][0] == "StreamStalledError"
    assert any("nothing new for 2 s" in bundle["text/markdown"] for bundle in ran.displays)
    assert ran.markdown[0] == "And then"
    assert "nothing new" not in str(ran.markdown)


def test_an_empty_stream_says_so(kernel: Kernel) -> None:
    ran = kernel.run("answer = gnb.stream([])")
    assert not ran.errors
    assert "Nothing came." in ran.markdown[0]
    assert kernel.run("print(repr(answer.text))").printed == "''\n"


def test_ten_megabytes_arrive_whole(kernel: Kernel) -> None:
    kernel.run("chunks = ['A kite flies. ' * 7 + '\\n\\n' * (n % 5 == 0) for n in range(100_000)]")
    ran = kernel.run("answer = gnb.stream(chunks)")
    assert not ran.errors
    assert len(ran.markdown) < 50
    assert payload(ran) < 4 * 10_000_000
    assert kernel.run("print(answer.text == ''.join(chunks), len(answer.text))").printed == (
        "True 9840000\n"
    )


def test_a_megabyte_without_a_line_end_and_of_single_bytes(kernel: Kernel) -> None:
    ran = kernel.run("answer = gnb.stream('x' for _ in range(1_000_000))")
    assert not ran.errors
    assert payload(ran) < 6_000_000
    assert kernel.run("print(len(answer.text))").printed == "1000000\n"


@pytest.mark.parametrize("text", TRAPS)
def test_text_that_looks_like_an_address_or_a_file_is_only_text(kernel: Kernel, text: str) -> None:
    kernel.run("open('notes.md', 'w').write('private')")
    ran = kernel.run(f"answer = gnb.stream([{text!r}])\nprint(answer.text == {text!r})")
    assert not ran.errors
    assert ran.printed == "True\n"
    assert "private" not in str(ran.saved)
    kernel.run("import os; os.remove('notes.md')")


def test_the_readers_own_prints_stay(kernel: Kernel) -> None:
    ran = kernel.run("print('before')\ngnb.stream(pace('abc', 0.2))\nprint('after')")
    assert ran.printed == "before\nafter\n"


def test_only_the_final_state_is_sent_where_displays_cant_change(kernel: Kernel) -> None:
    ran = kernel.run("gnb.stream(pace('abcdef', 0.1), display='final')")
    assert [bundle["text/markdown"] for bundle in ran.displays] == ["abcdef"]


def test_marks_appear_while_the_answer_comes(kernel: Kernel) -> None:
    items = [{"point": [100 * n, 100 * n], "label": f"cup {n}"} for n in range(1, 6)]
    ran = kernel.run(
        "from PIL import Image\n"
        f"gnb.stream(pace(list({json.dumps(items)!r}), 0.01), image=Image.new('RGB', (80, 60)))"
    )
    pictures = [
        bundle["text/plain"] for bundle in ran.displays if "80 x 60" in bundle["text/plain"]
    ]
    assert len(pictures) > 2
    shown = [picture.count("point [") for picture in pictures]
    assert shown == sorted(shown)
    assert shown[-1] == 5
    assert "cup 5" in ran.saved[0].data["text/plain"]


def test_a_slow_stream_is_drawn_while_it_comes(kernel: Kernel) -> None:
    ran = kernel.run("gnb.stream(pace(['one ', 'two ', 'three'], 0.6))")
    drawn = [bundle["text/markdown"].partition("\n")[0] for bundle in ran.displays]
    assert next(text for text in drawn if text.startswith("one")).strip() == "one"
    assert ran.markdown == ["one two three"]


def test_a_link_finds_its_address_in_another_output(kernel: Kernel) -> None:
    text = f"See [the guide][1].\n\n{STORY}\n\n[1]: https://example.org/guide\n"
    ran = kernel.run(f"gnb.stream(pace({text!r}.split(' '), 0.001))")
    assert len(ran.markdown) > 2
    assert "](https://example.org/guide)" in ran.markdown[0]
    assert "example.org" not in "".join(ran.markdown[1:-1])


def test_sources_are_numbered_in_the_text_and_listed_below(kernel: Kernel) -> None:
    pieces = ["\N{KITE} Kites", " fly", " high", ". They", " need wind."]
    end = len("\N{KITE} Kites fly high".encode())
    grounding = {
        "groundingChunks": [{"web": {"uri": "https://example.org/kites", "title": "Kites"}}],
        "groundingSupports": [
            {"segment": {"startIndex": 0, "endIndex": end}, "groundingChunkIndices": [0]}
        ],
    }
    chunks = [
        *({"candidates": [{"content": {"parts": [{"text": piece}]}}]} for piece in pieces),
        {"candidates": [{"groundingMetadata": grounding, "finishReason": "STOP"}]},
    ]
    ran = kernel.run(f"answer = gnb.stream({chunks!r})")
    assert "Kites fly high [1](https://example.org/kites). They" in ran.markdown[0]
    assert "1. [Kites](https://example.org/kites)" in ran.markdown[1]
    assert kernel.run("print(answer.text)").printed == "".join(pieces) + "\n"


def test_random_interrupts_lose_nothing_that_came(kernel: Kernel) -> None:
    kernel.run(
        "import random, threading, os\n"
        "chance = random.Random(7)\n"
        "def interrupted():\n"
        "    threading.Timer(chance.random() / 4, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    for number in range(100_000):\n"
        "        yield f'word{number} ' + '\\n\\n' * (number % 50 == 0)\n"
        "        time.sleep(0.0005)"
    )
    for _ in range(12):
        ran = kernel.run("answer = gnb.stream(interrupted())")
        assert not ran.errors
        kept = kernel.run("print(answer.text.split()[-1], len(answer.text.split()))").printed
        last, count = kept.split()
        assert last == f"word{int(count) - 1}"
        assert "**Interrupted.**" in ran.markdown[-1]
        assert words("\n\n".join(ran.markdown[:-1])).split()[-1] == last


def test_streams_that_overlap_leave_the_stop_button_as_it_was(kernel: Kernel) -> None:
    ran = kernel.run(
        "before = signal.getsignal(signal.SIGINT)\n"
        "short, long = slow(['a'] * 3), slow(['b'] * 9)\n"
        "both = await asyncio.gather(gnb.astream(short), gnb.astream(long))\n"
        "print([each.text for each in both], signal.getsignal(signal.SIGINT) is before)"
    )
    assert not ran.errors
    assert ran.printed == f"{['aaa', 'b' * 9]} True\n"


def test_what_was_not_shown_is_shown_when_asked_for(kernel: Kernel) -> None:
    assert kernel.run("gnb.stream(['Kites fly.'], display='off')").markdown == ["Kites fly."]
    shown = kernel.run("answer = gnb.stream(['Kites fly.'])\ndisplay(answer)")
    assert shown.markdown == ["Kites fly."] * 2


def test_a_fast_stream_sends_few_messages(kernel: Kernel) -> None:
    ran = kernel.run(f"gnb.stream(pace({STORY!r}.split(' ') * 2, 0.001))")
    shown = [each for each in ran.messages if "display" in each["msg_type"]]
    seconds = (shown[-1]["header"]["date"] - shown[0]["header"]["date"]).total_seconds()
    assert len(shown) <= 15 * max(seconds, 1)


def test_json_is_shown_as_code_from_its_first_item_on(kernel: Kernel) -> None:
    places = json.dumps([{"point": [number, number], "label": "mug"} for number in range(30)])
    ran = kernel.run(f"gnb.stream(pace({places!r}, 0.0005))")
    assert ran.markdown == [f"```json\n{places}\n```"]
    drawn = [bundle["text/markdown"] for bundle in ran.displays]
    assert all(text.startswith("```json") for text in drawn if '"label"' in text)


OUTPUT_WIDGET = """
import threading
import ipywidgets
said = "inside an output widget with many more words"
def slow_words(chunks, seconds=0.3):
    for chunk in chunks.split():
        time.sleep(seconds)
        yield chunk + " "
out = ipywidgets.Output()
display(out)
"""


@pytest.mark.parametrize(
    "streamed",
    [
        "with out:\n    gnb.stream(slow_words(said))",
        (
            "def work():\n    with out:\n        gnb.stream(slow_words(said, 0.05))\n"
            "thread = threading.Thread(target=work)\nthread.start()\nthread.join()"
        ),
    ],
    ids=["cell", "thread"],
)
def test_an_output_widget_keeps_the_whole_answer(kernel: Kernel, streamed: str) -> None:
    ran = kernel.run(OUTPUT_WIDGET + streamed)
    assert not ran.errors
    drawn = [bundle["text/markdown"] for bundle in ran.displays if "text/markdown" in bundle]
    assert drawn == ["inside an output widget with many more words"]
    after = kernel.run(f"{OUTPUT_WIDGET}gnb.stream(slow_words(said, 0.05))")
    assert after.markdown == ["inside an output widget with many more words"]


def test_a_variable_chooses_the_display(kernel: Kernel) -> None:
    kernel.run("import os; os.environ['GEMINI_NB_DISPLAY'] = 'final'")
    ran = kernel.run("gnb.stream(pace('abcdef', 0.1))")
    assert [message["msg_type"] for message in ran.messages].count("update_display_data") == 0
    assert ran.markdown == ["abcdef"]
    kernel.run("os.environ['GEMINI_NB_DISPLAY'] = 'nowhere'")
    failed = kernel.run("gnb.stream('abc')").errors
    assert "GEMINI_NB_DISPLAY must be one of" in failed[0][1]
    kernel.run("del os.environ['GEMINI_NB_DISPLAY']")
