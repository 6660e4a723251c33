"""show: readable prose with each thing once as a chip, chips that match marks, nothing live."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.drawing.linked_text import LinkedText, show
from gemini_nb.drawing.overlay import draw
from gemini_nb.errors import InvalidOptionError, PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Point, Span
from gemini_nb.spatial.parse import parse
from time_limits import HANGS

quick = settings(derandomize=True, deadline=None, max_examples=30)

IMAGE = Image.new("RGB", (320, 240), "#808080")
CUP = '{"point": [200, 300], "label": "cup"}'
LID = '{"box_2d": [10, 20, 300, 400], "label": "lid"}'
EVERYDAY = f"""Two steps:

1.  **First** take the [cup](cup), *gently*.
2.  Then close it with the lid.

*   [{CUP}]
*   [{LID}]
"""
KNOWN = {
    *("div", "span", "style", "p", "ol", "ul", "li", "strong", "em", "code", "pre", "hr", "br"),
    *("blockquote", "img", "details", "summary", "b", "a", "del", "sub", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
HOSTILE = [
    "<script>alert(1)</script>",
    "</code></pre></div><script>alert(1)</script>",
    "`</code><img src=x onerror=alert(1)>`",
    '[click](javascript:alert(1)) and [too](https://x.example/"onmouseover=alert(1))',
    "<javascript:alert(1)> ![x](data:text/html,<script>alert(1)</script>)",
    "```html\n<iframe src='//x.example'></iframe>\n```",
    "**<b onclick=alert(1)>** _<i>_ <!-- -->",
    "\ue0000\ue001 \uf8f00\uf8f1 \ue00099\ue001",
    "&#xe000;99&#xe001; &lt;script&gt;",
    "```\ue0000\ue001 &#xe000;99&#xe001; <script>\n<b>\n```",
    "[cup]: https://x.example\n[cup] <https://x.example>",
    "\x00\x1b[31m\u202egnp.exe\u2066",
    "$x^2$ \\(y\\)",
    "# <style>*{display:none}</style>",
]


class Page(HTMLParser):
    """Some HTML as a browser reads it: elements with their attributes, and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_style else data

    def of_class(self, name: str) -> list[dict[str, str]]:
        return [found for _, found in self.elements if name in found.get("class", "").split()]


def page(answer: object) -> Page:
    return Page(show(IMAGE, answer).to_html())


def prose(shown: LinkedText) -> str:
    """What stands before the list of items."""
    return repr(shown).split("\n\n320 x 240")[0]


def colour(element: dict[str, str]) -> str:
    return re.findall(r"background:(#\w{6})", element["style"])[0]


def test_repr_keeps_the_prose_and_ends_with_the_overlay_in_the_same_words() -> None:
    shown, drawn = show(IMAGE, EVERYDAY), draw(IMAGE, EVERYDAY)
    assert prose(shown).splitlines() == [
        "Two steps:",
        "",
        "1.  **First** take the cup (1), *gently*.",
        "2.  Then close it with the lid (2).",
    ]
    assert shown.overlay.scene.description == drawn.scene.description
    assert repr(shown).endswith(repr(shown.overlay))
    assert repr(drawn).splitlines()[0] in repr(shown).splitlines()


def test_html_has_lists_and_emphasis_each_thing_once_and_no_json() -> None:
    seen = page(EVERYDAY)
    names = [name for name, _ in seen.elements]
    assert (names.count("ol"), names.count("ul"), names.count("li")) == (1, 0, 2)
    assert {"strong", "em"} <= {*names}
    assert [len(seen.of_class(f"gnb-to-{spot}")) for spot in (1, 2)] == [1, 1]
    assert "box_2d" not in seen.text
    assert "[cup]" not in seen.text


def test_chip_and_mark_share_number_and_colour() -> None:
    shown = show(IMAGE, EVERYDAY)
    drawn = {label.lines[0]: label.fill for label in shown.overlay.scene.labels}
    seen = Page(shown.to_html())
    assert drawn.keys() == {"1 cup", "2 lid"}
    for spot, mark in enumerate(shown.overlay.scene.marks, 1):
        [chip] = seen.of_class(f"gnb-to-{spot}")
        assert mark.colour in chip["style"]
        assert chip["title"].split(" \N{MIDDLE DOT} ")[0] in mark.title
        assert drawn[mark.title.split(" \N{MIDDLE DOT} ")[0]] == mark.colour


def test_colours_are_those_of_draw() -> None:
    numbered, plain = show(IMAGE, EVERYDAY).overlay.scene, draw(IMAGE, EVERYDAY).scene
    colours = [{mark.items: mark.colour for mark in scene.marks} for scene in (numbered, plain)]
    assert colours[0] == colours[1]


def test_style_sheet_links_every_chip_with_its_spot() -> None:
    html = show(IMAGE, EVERYDAY).to_html()
    linked = set(re.findall(r"gnb-to-(\d+):hover", html))
    assert linked == set(re.findall(r'class="gnb-to-(\d+)"', html))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("I see nothing.", "I see nothing."),
        (f"[{CUP}]", "cup (1)"),
        (f"At {CUP}, see?", "At cup (1), see?"),
        (f"At [{CUP}], see?", "At cup (1), see?"),
        (f"At `{CUP}`.", "At `cup (1)`."),
        (f"So:\n```json\n[{CUP}]\n```\nDone.", "So:\n\ncup (1)\n\nDone."),
        (f"So:\n```json\n[{CUP},\n {LID}]", "So:\n\ncup (1), lid (2)"),
        (f"{CUP}\n{LID}", "cup (1), lid (2)"),
        (f"```\n[{CUP}]\n```\n\n```\n[{CUP}]\n```\n", "cup (1)"),
        (f"```JSON\r\n[{CUP}]\r\n```\r\n", "cup (1)"),
        ('[{"in_frame": false, "label": "cup"}]', "cup (not in frame)"),
        (f"[[{CUP}], [{LID}]]", "cup (1), lid (2)"),
        (f'{{"points": [{CUP}]}}', "cup (1)"),
        (f'{{"answer": "One.", "points": [{CUP}]}}', "answer: One.\n\ncup (1)"),
        (f"Seen: [{CUP}, {CUP}, {CUP}] today", "Seen: cup (1) today"),
        (f'Well,\n[{CUP}, {{"point": [1,', "Well,\n\ncup (1)"),
        (f"[{CUP}, {CUP.replace('200', '700')}]", "cup (1, 2)"),
        ('I go. [{"function": "move", "args": [1, true]}]', "I go. function move, args [1, True]"),
        (f"- [{CUP}]\n- [{LID}]", "- cup (1)\n- lid (2)"),
        (f"```python\n# [{CUP}]\ncrop()\n```", "```python\n# cup (1)\ncrop()\n```"),
        (f"```\na = 1\n# {CUP}\n```\nDone.", "```\na = 1\n# cup (1)\n```\nDone."),
    ],
)
def test_json_becomes_chips_where_nothing_names_its_things(answer: str, expected: str) -> None:
    assert prose(show(IMAGE, answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (f"1. The cup\n*   [{CUP}]\n2. End", "1. The cup (1)\n2. End"),
        (f"The cup:\n```json\n[{CUP}]\n```\nDone.", "The cup (1):\n\nDone."),
        (f"* **Cup**: [{CUP}]\n* **Lid** ({LID})", "* **Cup (1)**\n* **Lid (2)**"),
        (f"Take the [cup](cup) {CUP} now.", "Take the cup (1) now."),
        (f"Cup, then the [cup](cup).\n\n{CUP}", "Cup, then the cup (1)."),
        (f"A cup. Wash the cup.\n\n{CUP}", "A cup (1). Wash the cup."),
        (f"The cup.\n```python\n# [{CUP}]\ncrop()\n```", "The cup (1).\n```python\ncrop()\n```"),
        ("The mug is at [412, 305].", "The mug (1) is at [412, 305]."),
    ],
)
def test_what_is_named_is_no_chip_again_and_its_json_leaves_nothing(
    answer: str, expected: str
) -> None:
    assert prose(show(IMAGE, answer)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the cup.", "the cup (1)."),
        ("CUP", "CUP (1)"),
        ("cupboard, hiccup", "cupboard, hiccup"),
        ("[the cups](cups)", "the cups (cups)"),
        ("[it](cup)", "it (1)"),
        ("[a spoon](a spoon)", "a spoon"),
        ("[spoon](drawer)", "spoon (drawer)"),
        ("[cup](https://cup.example/cup)", "[cup](https://cup.example/cup)"),
        ("https://cup.example/cup", "https://cup.example/cup"),
    ],
)
def test_links_and_names_point_where_they_mean_something_found(words: str, expected: str) -> None:
    assert prose(show(IMAGE, f"{words}\n\n{CUP}")).splitlines()[0] == expected


@pytest.mark.parametrize("label", ["1", "a", "on", ""])
def test_numbers_and_tiny_words_are_no_names(label: str) -> None:
    found = json.dumps([{"point": [5, 5], "label": label}])
    assert prose(show(IMAGE, f"Take 1 on a table. {found}")).startswith("Take 1 on a table. ")


def test_names_in_scripts_without_spaces_are_found_within_text() -> None:
    found = json.dumps([{"point": [5, 5], "label": "茶碗"}], ensure_ascii=False)
    assert prose(show(IMAGE, f"机の茶碗です。{found}")) == "机の茶碗 (1)です。"


def test_a_path_is_one_chip() -> None:
    steps = json.dumps([{"point": [500, 100 * at], "label": str(at)} for at in range(4)])
    shown = show(IMAGE, f"Go {steps} now")
    assert prose(shown) == "Go trajectory of 4 points now"
    assert len(shown.overlay.scene.marks) == 1
    steps = json.dumps([{"point": [500, 100 * at], "step": at} for at in range(1, 4)])
    assert prose(show(IMAGE, f"Go {steps} now")) == "Go trajectory of 3 points now"


def test_points_without_labels_do_not_become_a_path() -> None:
    shown = show(IMAGE, json.dumps([{"point": [100, 100 * at]} for at in range(1, 5)]))
    assert len(shown.overlay.scene.marks) == 4
    assert prose(shown) == "(1), (2), (3), (4)"


def test_the_parts_of_a_grasp_are_one_chip() -> None:
    grasp = '[{"box_2d": [1, 1, 9, 9], "label": "ear"}, {"angle": 30, "label": "ear"}]'
    assert prose(show(IMAGE, grasp)) == "ear (1)"


def test_each_of_several_alike_has_the_name_beside_it() -> None:
    other = CUP.replace("200", "700")
    shown = prose(show(IMAGE, f"1. A cup\n- {CUP}\n2. A cup\n- {other}"))
    assert shown == "1. A cup (1)\n2. A cup (2)"


def test_what_has_no_place_in_the_text_is_mentioned_after_it() -> None:
    assert prose(show(IMAGE, Annotations((Point(1, 2, label="cup"),)))) == "cup (1)"


def test_every_row_of_a_table_has_its_own_chip() -> None:
    items = tuple(Point(1, at, label="pen", span=Span(at, at + 8)) for at in (0, 10))
    shown = show(IMAGE, Annotations(items, text="pen, 1, 0\npen, 1, 10"))
    assert prose(shown) == "pen (1), 1, 0\npen (2), 1, 10"


def test_answers_and_images_are_left_as_they_were() -> None:
    parsed, image = [json.loads(CUP)], IMAGE.copy()
    show(image, parsed).to_html()
    assert parsed == [json.loads(CUP)]
    assert image.tobytes() == IMAGE.tobytes()


def test_what_was_repaired_is_told() -> None:
    assert "repaired: a trailing comma" in repr(show(IMAGE, f"[{CUP},]"))


def test_an_image_that_is_none_is_refused() -> None:
    with pytest.raises(PictureError):
        show(b"no image", EVERYDAY)


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert show(IMAGE, EVERYDAY)._repr_mimebundle_() == show(IMAGE, EVERYDAY)._repr_mimebundle_()


def safe(html: str) -> bool:
    for name, attributes in Page(html).elements:
        assert name in KNOWN
        assert not [key for key in attributes if key.startswith("on")]
        assert attributes.keys() <= {
            *("class", "style", "title", "tabindex", "start", "alt", "src", "width", "height"),
            "href",
        }
        assert attributes.get("href", "https://").startswith(("https://", "http://", "#", "mailto"))
        assert name == "img" or "src" not in attributes
    return True


@pytest.mark.filterwarnings("ignore::UserWarning")  # no font here has every character
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_and_labels_are_never_live(text: str) -> None:
    label = json.dumps([{"point": [5, 5], "label": text}])
    for answer in (
        text,
        f"{text}\n\n{label}",
        f"Well: {label} and {text}",
        f"[{text}]({text}) {label}",
    ):
        shown = show(IMAGE, answer)
        assert safe(shown.to_html())
        assert repr(shown)


pieces = st.sampled_from(
    [
        *("**", "*", "_", "`", "```", "```json\n", "\n", "\n\n", "  ", "- ", "1. ", "> ", "# "),
        *("[", "]", "(", ")", "{", "}", '"', ",", ":", "<b>", "&", "\\", "|", "~~~", "\t"),
        *("|-|-|\n", "|a|b|\n|-|-|\n", "&#xe000;0&#xe001;"),
        *("cup", "lid", "[cup](cup)", "[x](http://x)", CUP, LID, f"[{CUP}, {LID}]", "\ue000"),
    ]
)
texts = st.lists(st.one_of(pieces, st.text(max_size=4)), max_size=25).map("".join)


@quick
@given(texts)
def test_any_text_is_shown_safely_and_with_a_chip_for_everything_found(text: str) -> None:
    shown = show(IMAGE, text)
    html = shown.to_html()
    assert safe(html)
    chips = re.findall(r'class="gnb-to-(\d+)"', html)
    assert sorted(map(int, chips)) == list(range(1, len(shown.overlay.scene.marks) + 1))


@pytest.mark.parametrize(
    "text",
    [
        *("*" * 30_000, "_a " * 10_000, "`" * 30_000, "> " * 20_000, "[a](" * 8_000),
        *("```\n" * 10_000, "# a" + " " * 5_000 + "x", "\n" * 50_000, '"k":' * 10_000),
        "\n".join(" " * depth + "- a" for depth in range(600)),
        "|a" * 80 + "\n" + "|-" * 80 + "\na" * 80,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_long_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = time.process_time()
    show(IMAGE, f"{text}{CUP}{text}").to_html()
    assert time.process_time() - started < HANGS


def test_a_text_too_long_for_markdown_is_shown_as_it_is_with_its_chips() -> None:
    text = f"<b>{'[' * 1_000_000}\n\n{CUP}"
    started = time.process_time()
    shown = show(IMAGE, text).to_html()
    assert time.process_time() - started < HANGS
    assert "&lt;b&gt;[[[" in shown
    assert "<b>" not in shown
    assert shown.count('class="gnb-to-1"') == 1


def test_show_takes_items() -> None:
    assert repr(show(IMAGE, [Point(1, 2, label="cup")])).startswith("cup (1)")


def test_labels_beside_a_text_are_large_enough_to_read() -> None:
    size = 4000, 3000
    [label] = show(Image.new("RGB", size), CUP).overlay.scene.labels
    assert label.font_size * 480 / size[0] >= 11


@pytest.mark.parametrize("answer", [EVERYDAY, parse(EVERYDAY)])
def test_show_says_that_the_image_comes_first(answer: object) -> None:
    with pytest.raises(InvalidOptionError, match="image comes first"):
        show(answer, IMAGE)


@pytest.mark.parametrize("in_pieces", [False, True])
def test_code_its_output_and_its_pictures_stand_in_the_text(*, in_pieces: bool) -> None:
    code = {"executableCode": {"language": "PYTHON", "code": "crop.save('zoomed.png')"}}
    output = {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "zoomed\n"}}
    picture = {"inlineData": {"mimeType": "image/gif", "data": "R0lGODdh"}}
    parts = [code, output, picture, {"text": "Here it is."}]
    answer: Any = {"candidates": [{"content": {"parts": parts}}]}
    if in_pieces:
        answer = ({"candidates": [{"content": {"parts": [part]}}]} for part in parts)
    shown = show(IMAGE, answer)
    said = ("crop.save('zoomed.png')", "zoomed", "Here it is.", "[picture, image/gif, 6 bytes]")
    assert all(each in repr(shown) for each in said)
    assert '<img alt="picture, image/gif, 6 bytes" src="data:image/gif;base64,R0lGODdh">' in (
        shown.to_html()
    )
