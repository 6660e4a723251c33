"""Answers beside their picture: readable prose, chips that match the marks, nothing live."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.drawing.interleaving import InterleavedAnswer, show
from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.reading.prose import to_html
from gemini_nb.errors import InvalidOptionError, PictureError
from gemini_nb.spatial.parse import parse

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
    *("blockquote", "img", "details", "summary", "b"),
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


def prose(shown: InterleavedAnswer) -> str:
    """What stands before the list of items."""
    return repr(shown).split("\n\n320 x 240")[0]


def colour(element: dict[str, str]) -> str:
    return re.findall(r"background:(#\w{6})", element["style"])[0]


def test_text_keeps_the_prose_with_marks_where_it_points() -> None:
    assert repr(show(IMAGE, EVERYDAY)).splitlines() == [
        "Two steps:",
        "",
        "1.  **First** take the cup (1), *gently*.",
        "2.  Then close it with the lid (2).",
        "",
        "*   (1: cup [200, 300])",
        "*   (2: lid [10, 20, 300, 400])",
        "",
        "320 x 240, 1 point: 1 cup; 1 box: 2 lid",
        "  1 cup  point  point [200, 300]",
        "  2 lid  box    box_2d [10, 20, 300, 400]",
    ]


def test_markdown_becomes_lists_and_emphasis_and_no_json_is_left() -> None:
    seen = page(EVERYDAY)
    names = [name for name, _ in seen.elements]
    assert (names.count("ol"), names.count("ul"), names.count("li")) == (1, 1, 4)
    assert "strong" in names
    assert "em" in names
    assert "box_2d" not in seen.text
    assert "[cup]" not in seen.text


def test_chip_and_mark_share_number_and_colour() -> None:
    shown = show(IMAGE, EVERYDAY)
    drawn = {label.lines[0]: label.fill for label in shown.overlay.scene.labels}
    badges = Page(shown.to_html()).of_class("gnb-badge")
    assert len(badges) == 4
    assert drawn.keys() == {"1 cup", "2 lid"}
    assert {colour(badge) for badge in badges} == set(drawn.values())
    spots = Page(shown.to_html()).of_class("gnb-spot")
    for badge in badges:
        [at] = [int(name[7:]) for name in badge["class"].split() if name.startswith("gnb-to-")]
        title = spots[at - 1]["title"]
        assert drawn[title.split(" · ")[0]] == colour(badge)


def test_colours_are_those_that_the_same_labels_have_in_other_pictures() -> None:
    numbered, plain = show(IMAGE, EVERYDAY).overlay.scene, draw(IMAGE, EVERYDAY).scene
    colours = [{mark.items: mark.colour for mark in scene.marks} for scene in (numbered, plain)]
    assert colours[0] == colours[1]


def test_chips_explain_themselves_without_a_style_sheet() -> None:
    for chip in page(EVERYDAY).of_class("gnb-chip"):
        assert "·" in chip["title"]
        assert "border" in chip["style"]


def test_the_style_sheet_links_every_chip_with_its_spot() -> None:
    html = show(IMAGE, EVERYDAY).to_html()
    linked = set(re.findall(r"gnb-to-(\d+):hover", html))
    assert linked == {
        name[7:]
        for chip in Page(html).of_class("gnb-chip")
        for name in chip["class"].split()
        if name.startswith("gnb-to-")
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("I see nothing.", "I see nothing."),
        (f"[{CUP}]", "(1: cup [200, 300])"),
        (f"At {CUP}, see?", "At (1: cup [200, 300]), see?"),
        (f"At [{CUP}], see?", "At (1: cup [200, 300]), see?"),
        (f"At `{CUP}`.", "At (1: cup [200, 300])."),
        (f"So:\n```json\n[{CUP}]\n```\nDone.", "So:\n\n(1: cup [200, 300])\n\nDone."),
        (
            f"So:\n```json\n[{CUP},\n {LID}]",
            "So:\n\n(1: cup [200, 300])\n(2: lid [10, 20, 300, 400])",
        ),
        (f"{CUP}\n{LID}", "(1: cup [200, 300])\n(2: lid [10, 20, 300, 400])"),
        (f"[[{CUP}], [{LID}]]", "(1: cup [200, 300])\n(2: lid [10, 20, 300, 400])"),
        (f'{{"points": [{CUP}]}}', "(1: cup [200, 300])"),
        (f'{{"answer": "One.", "points": [{CUP}]}}', "answer: One.\n\n(1: cup [200, 300])"),
        (f"Seen: [{CUP}, {CUP}, {CUP}] today", "Seen: (1: cup [200, 300]) today"),
        (f'Well,\n[{CUP}, {{"point": [1,', "Well,\n\n(1: cup [200, 300])"),
        ('I go. [{"function": "move", "args": [1, true]}]', "I go. (move(1, True))"),
        ("", ""),
    ],
)
def test_json_is_replaced_wherever_it_stands(answer: str, expected: str) -> None:
    assert prose(show(IMAGE, answer)) == expected if expected else repr(show(IMAGE, answer))


def test_code_that_only_mentions_json_stays() -> None:
    shown = prose(show(IMAGE, f"```python\n# [{CUP}]\ncrop = image[2:4]\n```"))
    assert "crop = image[2:4]" in shown
    assert shown.endswith("(1: cup [200, 300])")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the cup.", "the cup (1)."),
        ("Cup, CUP", "Cup (1), CUP (1)"),
        ("cupboard, hiccup", "cupboard, hiccup"),
        ("[the cups](cups)", "the cups (1)"),
        ("[it](cup)", "it (1)"),
        ("[spoon](spoon)", "spoon"),
        ("[spoon](drawer)", "spoon (drawer)"),
        ("[cup](https://cup.example/cup)", "cup (https://cup.example/cup)"),
        ("https://cup.example/cup", "https://cup.example/cup"),
    ],
)
def test_links_and_names_point_where_they_mean_something_found(words: str, expected: str) -> None:
    assert prose(show(IMAGE, f"{words}\n\n{CUP}")).splitlines()[0] == expected


def test_a_name_of_several_points_at_all_of_them() -> None:
    shown = show(IMAGE, f"Two of a cup: [{CUP}, {CUP.replace('200', '700')}]")
    assert prose(shown).startswith("Two of a cup (1, 2): ")


@pytest.mark.parametrize("label", ["1", "a", "on", ""])
def test_numbers_and_tiny_words_are_no_names(label: str) -> None:
    found = json.dumps([{"point": [5, 5], "label": label}])
    assert prose(show(IMAGE, f"Take 1 on a table. {found}")).startswith("Take 1 on a table. ")


def test_names_in_scripts_without_spaces_are_found_within_text() -> None:
    found = json.dumps([{"point": [5, 5], "label": "茶碗"}], ensure_ascii=False)
    assert prose(show(IMAGE, f"机の茶碗です。{found}")).startswith("机の茶碗 (1)です。")


def test_numbered_points_stay_one_path() -> None:
    steps = json.dumps([{"point": [500, 100 * at], "label": str(at)} for at in range(4)])
    shown = show(IMAGE, f"Go {steps} now")
    assert prose(shown) == "Go (trajectory of 4 points) now"
    assert len(shown.overlay.scene.marks) == 1


def test_points_without_labels_do_not_become_a_path() -> None:
    shown = show(IMAGE, json.dumps([{"point": [100, 100 * at]} for at in range(1, 5)]))
    assert len(shown.overlay.scene.marks) == 4


def test_the_parts_of_a_grasp_are_one_chip() -> None:
    grasp = '[{"box_2d": [1, 1, 9, 9], "label": "ear"}, {"angle": 30, "label": "ear"}]'
    assert len(page(grasp).of_class("gnb-chip")) == 1


def test_what_has_no_place_in_the_text_is_listed_after_it() -> None:
    parsed = [{"point": [200, 300], "label": "cup"}]
    assert len(page(parsed).of_class("gnb-chip")) == 1


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
            *("class", "style", "title", "tabindex", "start", "alt", "src", "width", "height")
        }
        assert "href" not in attributes
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
    linked = {int(spot) for spot in re.findall(r'gnb-to-(\d+)[ "]', html)}
    assert linked == {sign.spot for sign in shown.signs if sign.spot}


@quick
@given(
    st.text(alphabet="abc <>&\"'*_`#>-1.\n\\[]()|:", max_size=80).filter(
        lambda text: "```" not in text  # what follows these is the name of a language
    )
)
@example("> " * 40 + "a")
@example("- " * 40 + "a")
@example("|a|b|\n|-|-|\n|a|b|c|")
@example("[a]: b")
def test_no_word_of_plain_prose_is_lost(text: str) -> None:
    assert re.findall("[abc]", Page(to_html(text)).text) == re.findall("[abc]", text)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a\nb\n\nc", "<p>a\nb</p><p>c</p>"),
        ("- a\n  - b\n- c", "<ul><li>a\n<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("1. a\n\n   more\n2. b", "<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>"),
        ("## Head ##\ntext", "<p><strong>Head</strong></p><p>text</p>"),
        ("***\n> a\n> b", "<hr /><blockquote><p>a\nb</p></blockquote>"),
        ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>"),
        ("`**a**` \\*b\\*", "<p><code>**a**</code> *b*</p>"),
        ("    indented", "<p>indented</p>"),
        ("a &lt; b", "<p>a &amp;lt; b</p>"),
        ("``` py\na\n```", "<pre style='white-space:pre-wrap'><code>a\n</code></pre>"),
        ("~~~ a <b>\nc", "<pre style='white-space:pre-wrap'><code>a &lt;b&gt;\nc</code></pre>"),
        (
            "a|b\n-|-\n1|2\nmore",
            (
                "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
                "<tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>more</p>"
            ),
        ),
        ("", ""),
    ],
)
def test_markdown_is_read_as_people_write_it(markdown: str, expected: str) -> None:
    assert re.sub("(?<=>)\n", "", to_html(markdown)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("*" * 100_000, "_a " * 40_000, "`" * 100_000, "> " * 50_000, "[a](" * 30_000),
        *("```\n" * 30_000, "# a" + " " * 100_000 + "x", "\n" * 100_000, '"k":' * 30_000),
        "\n".join(" " * depth + "- a" for depth in range(600)),
        "|a" * 40_000 + "\n" + "|-" * 40_000 + "\na" * 40_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_long_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = time.process_time()
    show(IMAGE, f"{text}{CUP}{text}").to_html()
    assert time.process_time() - started < 5  # a quadratic step takes minutes


@pytest.mark.parametrize("answer", [EVERYDAY, parse(EVERYDAY)])
def test_show_says_that_the_image_comes_first(answer: object) -> None:
    with pytest.raises(InvalidOptionError, match=r"gnb\.show\(image, answer\)"):
        show(answer, IMAGE)
