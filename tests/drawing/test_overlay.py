"""An answer drawn on its image: what a cell shows, what is saved, what can't be done."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageOps

import gemini_nb as gnb
from gemini_nb.drawing.linked_text import show
from gemini_nb.drawing.overlay import Overlay, draw
from gemini_nb.drawing.picture import load
from gemini_nb.errors import InvalidOptionError, NotAnAnswerError, PictureError
from gemini_nb.ipython.prompt import images_of
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.consensus import consensus
from gemini_nb.spatial.geometry import Box, Point
from gemini_nb.spatial.issues import Issue
from gemini_nb.streaming.live_overlay import LiveOverlay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from google.genai import Client

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' style='position:fixed",
    "&lt;b&gt; &amp; &#39; %3Cb%3E %00 #",
    "]]><!-- --> <![CDATA[",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "a\x00b\x1b[31m\x7f",
    "\ud800 half",
    "line\nbreak\ttab\r",
    "$x^2$ \\(y\\) \\[z\\]",
    "gnb:picture",
    "\N{TEACUP WITHOUT HANDLE} コップ",
    "x" * 3000,
]


def jpeg(width: int = 800, height: int = 533) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


class Elements(HTMLParser):
    """The elements of some HTML, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.found if name == tag]


def shown(overlay: Overlay) -> Elements:
    return Elements(overlay._repr_mimebundle_()["text/html"])


def drawing_in(elements: Elements) -> ET.Element:
    """The SVG within the only image."""
    (image,) = elements.all("img")
    address = image["src"].removeprefix("data:image/svg+xml,")
    return ET.fromstring(unquote(address))  # noqa: S314 - our own document


def test_a_cell_shows_one_image_that_holds_the_original_bytes_and_the_marks() -> None:
    data = jpeg()
    document = drawing_in(shown(draw(data, [Box(100, 100, 500, 500, label="mug")])))
    href = document.find(f"{SVG}image").get("href", "")
    assert href.startswith("data:image/jpeg;base64,")
    assert base64.b64decode(href.partition(",")[2]) == data
    assert "mug" in [text.text for text in document.iter(f"{SVG}text")]


def test_without_its_image_the_html_says_what_was_on_it() -> None:
    (image,) = shown(draw(jpeg(), [Box(100, 100, 500, 500, label="mug")])).all("img")
    assert image["alt"] == "800 x 533, 1 box: mug"


def test_every_mark_has_a_spot_that_names_it_and_holds_no_text() -> None:
    elements = shown(draw(jpeg(), [Box(100, 200, 500, 600, label="mug"), Point(900, 900)]))
    spots = elements.all("span")
    assert [spot["title"].partition(" · ")[0] for spot in spots] == ["mug", "point [900, 900]"]
    left, top, width, height = map(float, re.findall(r"([\d.]+)%", spots[0]["style"]))
    right, bottom = left + width, top + height
    assert (left, right, bottom) == pytest.approx((20, 60, 50), abs=2)
    assert 0 < top < 10  # with the label, which stands on top of the mark
    assert {spot["tabindex"] for spot in spots} == {"0"}
    assert "mug" not in elements.text


def test_spots_stay_within_the_picture() -> None:
    elements = shown(draw(jpeg(), [Box(-500, -500, 1500, 1500), Point(1000, 0), Point(3000, 1)]))
    for spot in elements.all("span"):
        left, top, width, height = map(float, re.findall(r"(-?[\d.]+)%", spot["style"]))
        assert min(left, top, width, height) >= 0
        assert max(left + width, top + height) <= 100.1


@given(st.permutations([(0, 0, 999, 999), (100, 100, 900, 900), (5, 100, 300, 980), (7, 7, 9, 9)]))
@settings(derandomize=True, deadline=None, max_examples=12)
def test_small_marks_can_be_pointed_at_within_large_ones(corners: list[tuple[int, ...]]) -> None:
    boxes = [Box(*box, label=f"box number {at}") for at, box in enumerate(corners)]
    sizes = []
    for spot in shown(draw(jpeg(), boxes)).all("span"):
        *_, width, height = map(float, re.findall(r"([\d.]+)%", spot["style"]))
        sizes.append(width * height)
    assert sizes == sorted(sizes, reverse=True)


def test_there_is_no_script_and_no_address_in_the_html() -> None:
    html = draw(jpeg(), [Box(100, 100, 500, 500, label="mug")]).to_html()
    assert "<script" not in html
    assert set(re.findall(r"https?://[^'\"]+", html)) == {"http://www.w3.org/2000/svg"}


def test_the_same_overlay_is_the_same_output_every_time() -> None:
    items = [Point(10 * n, 10 * n, label=f"bead {n}") for n in range(90)]
    one, other = (draw(jpeg(), items)._repr_mimebundle_() for _ in range(2))
    assert one == other


@pytest.mark.parametrize("label", HOSTILE)
def test_model_text_never_becomes_markup(label: str) -> None:
    items = [Box(100, 100, 500, 500, label=label), *(Point(5, 5, label=label) for _ in range(90))]
    for found in (items[:1], items):  # with a label, and with a legend
        issues = (Issue("dropped", label, label),)
        overlay = draw(jpeg(), Annotations(tuple(found), issues), title=label)
        elements = shown(overlay)
        tags = {tag for tag, _ in elements.found}
        assert tags <= {"div", "style", "p", "b", "img", "span", "ul", "li", "details", "summary"}
        attributes = {name for _, attributes in elements.found for name in attributes}
        assert attributes <= {"class", "style", "alt", "width", "src", "title", "tabindex"}
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", overlay.to_html())
        kinds = {element.tag.removeprefix(SVG) for element in drawing_in(elements).iter()}
        assert kinds <= {"svg", "title", "image", "g", "path", "rect", "text", "circle", "ellipse"}
        overlay.to_html().encode()


@given(st.text(max_size=40))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_label_survives_every_output(label: str) -> None:
    overlay = draw(Image.new("RGB", (80, 60)), [Point(500, 500, label=label)])
    drawing_in(shown(overlay))
    ET.fromstring(overlay.to_svg())  # noqa: S314 - our own document
    overlay.to_html().encode()
    assert overlay.scene.description in repr(overlay)


def test_issues_are_folded_away_under_the_count() -> None:
    issue = Issue("repaired", "a trailing comma", ",")
    elements = shown(draw(jpeg(), Annotations((Point(1, 2),), (issue,))))
    assert len(elements.all("details")) == 1
    assert "1 point, 1 repaired" in elements.text
    assert "repaired: a trailing comma" in elements.text


def test_what_the_numbers_mean_is_told_beside_the_picture() -> None:
    names = [f"a rather long name {n}" for n in range(90)]
    items = [Point(37 * n % 1000, 59 * n % 1000, label=name) for n, name in enumerate(names)]
    overlay = draw(jpeg(), items)
    elements = shown(overlay)
    assert len(elements.all("li")) > 50
    assert "90 a rather long name 89" in elements.text.replace("\N{NO-BREAK SPACE}", "")
    drawn = overlay.to_pil()
    assert drawn.width == 800
    assert drawn.height > 533 + 300
    assert drawn.getpixel((799, drawn.height - 1)) == (255, 255, 255)
    assert len(drawn.crop((0, 533, *drawn.size)).getcolors(100_000)) > 50


def test_the_text_says_what_is_on_the_picture() -> None:
    found = Annotations((Box(1, 2, 3, 4, label="mug"), Point(5, 6, label="pen")))
    assert repr(draw(jpeg(), found, title="Desk")).splitlines() == [
        "Desk: 800 x 533, 1 box: mug; 1 point: pen",
        "  mug  box_2d [1, 2, 3, 4]",
        "  pen  point [5, 6]",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        '```json\n[{"point": [500, 250], "label": "mug"}]\n```',
        [{"point": [500, 250], "label": "mug"}],
        {"point": [500, 250], "label": "mug"},
        [Point(500, 250, label="mug")],
        (Point(500, 250, label="mug"),),
        Point(500, 250, label="mug"),
        Annotations((Point(500, 250, label="mug"),)),
        iter([Point(500, 250, label="mug")]),
        iter(['[{"point": [500, 250],', ' "label": "mug"}]']),
    ],
)
def test_an_answer_is_drawn_in_whatever_form_it_is_at_hand(answer: object) -> None:
    assert draw(jpeg(), answer).scene == draw(jpeg(), [Point(500, 250, label="mug")]).scene


def test_draw_does_not_take_an_open_file_for_items() -> None:
    with pytest.raises(NotAnAnswerError, match="BytesIO"):
        draw(jpeg(), io.BytesIO(b"a"))


@pytest.mark.parametrize("answer", ["", [], Annotations(), "```json\n[]\n```", "I see no mug."])
def test_nothing_found_is_said_to_be_nothing(answer: object) -> None:
    overlay = draw(jpeg(), answer)
    assert overlay.scene.description == "800 x 533, nothing found"
    assert "nothing found" in shown(overlay).text
    assert overlay.words == ("I see no mug." if answer == "I see no mug." else "")


def test_where_nothing_is_marked_the_words_of_the_model_are_shown() -> None:
    overlay = draw(jpeg(), "I see nothing here,\n only <b>fog</b>." + " Fog." * 500)
    assert "I see nothing here, only <b>fog</b>. Fog." in shown(overlay).text
    assert not shown(overlay).all("i")
    assert repr(overlay).splitlines()[1].startswith("  I see nothing here, only <b>fog</b>. Fog.")
    assert len(repr(overlay)) < 500
    assert draw(jpeg(), 'Here: {"point": [1, 2], "label": "fog"}').words == ""


def test_a_path_of_points_can_be_drawn() -> None:
    points = Annotations(tuple(Point(100 * n, 500, label=str(n)) for n in range(1, 10)))
    overlay = draw(jpeg(), points.as_trajectory())
    assert overlay.scene.description.startswith("800 x 533, 1 trajectory")


@pytest.mark.parametrize("label", [7, None])
def test_labels_need_not_be_strings(label: object) -> None:
    overlay = draw(jpeg(), [Box(1, 2, 300, 400, label=label), Point(5, 6, label=label)])
    said = {line for label in overlay.scene.labels for line in label.lines}
    assert said == ({"7"} if label else set())


def test_draw_tells_that_marks_of_several_pictures_are_on_one() -> None:
    items = tuple(Box(300, 300, 500, 500 + n, label="mug", image=f"image_{n}") for n in range(1, 3))
    overlay = draw(jpeg(), Annotations(items))
    assert len(overlay.scene.marks) == 2
    (issue,) = overlay.issues
    assert "2 pictures" in issue.reason
    assert issue.text == "'image_1', 'image_2'"
    choice = "found.filter(lambda item: item.image == 'image_1')"
    assert choice in repr(overlay)
    assert choice in shown(overlay).text
    assert draw(jpeg(), Annotations(items[:1])).issues == ()
    assert draw(jpeg(), [Point(1, 2), *items[1:]]).issues == ()


@pytest.mark.parametrize("labels", ["name", "number", "", None, True])
def test_draw_refuses_another_word_for_labels(labels: object) -> None:
    with pytest.raises(InvalidOptionError, match="'names', 'numbers', 'none'"):
        draw(jpeg(), [], labels=labels)


@pytest.mark.parametrize("answer", ['[{"point": [1, 2]}]', [Point(1, 2)], Annotations()])
def test_draw_says_that_image_and_answer_changed_places(answer: object) -> None:
    with pytest.raises(InvalidOptionError, match="image comes first"):
        draw(answer, jpeg())


def test_a_consensus_shows_its_spread_and_its_outliers() -> None:
    answers = [[Point(500 + shift, 500 - shift, label="mug")] for shift in (0, 10, 20)]
    answers[0].append(Point(50, 50, label="ghost"))
    agreed = consensus([Annotations(tuple(answer)) for answer in answers])
    overlay = draw(jpeg(), agreed)
    shapes = {mark.title[:3]: len(mark.primitives) for mark in overlay.scene.marks}
    [plain] = draw(jpeg(), agreed.agreed).scene.marks
    assert shapes.keys() == {"mug", "gho"}
    assert [mark.title for mark in overlay.scene.marks if not mark.items] == [
        "ghost · outlier, point [50, 50]"
    ]
    assert "1 point, 1 outlier" in shown(overlay).text
    assert overlay.scene.description == "800 x 533, 1 point: mug; 1 outlier"
    assert shapes["mug"] > len(plain.primitives)
    assert "outliers:\n  ghost" in repr(overlay)


def test_drawing_leaves_the_image_and_the_items_alone() -> None:
    image, items = Image.new("RGB", (80, 60)), [Box(1, 2, 300, 400, label="mug")]
    before = image.tobytes(), list(items)
    draw(image, items).to_pil()
    assert (image.tobytes(), items) == before


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    yield gnb.connect("offline")
    gnb.disconnect()


@pytest.fixture(scope="module")
def phone_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph that is stored lying on its side, as phones do; its circle is at (70, 80)."""
    upright = Image.new("RGB", (300, 600), "ivory")
    ImageDraw.Draw(upright).ellipse((30, 40, 110, 120), fill="red")
    exif, path = Image.Exif(), tmp_path_factory.mktemp("photos") / "phone.jpg"
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    return path


@pytest.mark.parametrize("form", ["Pillow image", "upright image", "path", "bytes", "file", "Part"])
def test_marks_lie_on_the_things_that_were_sent(
    form: str, client: Client, phone_photo: Path
) -> None:
    types = pytest.importorskip("google.genai.types")
    data = phone_photo.read_bytes()
    part = types.Part.from_bytes(data=data, mime_type="image/jpeg")
    with Image.open(phone_photo) as photo:
        image, sent = {
            "Pillow image": (photo, photo),
            "upright image": (ImageOps.exif_transpose(photo),) * 2,
            "path": (phone_photo, part),
            "bytes": (data, part),
            "file": (io.BytesIO(data), part),
            "Part": (part, part),
        }[form]
        ask = 'Point to the red circle. [{"point": [y, x], "label": <name>}], normalized to 0-1000.'
        reply = client.models.generate_content(
            model="gemini-robotics-er-2-preview", contents=[sent, ask]
        )
        overlay, linked = draw(image, reply), show(image, reply)
        streamed = LiveOverlay(image).final(reply)
    (point,) = overlay.annotations.points
    there = point.to_pixels(overlay.picture.width, overlay.picture.height)
    where = (80, 230) if form == "Pillow image" else (70, 80)  # as stored, and upright
    assert there == pytest.approx(where, abs=4)
    red = overlay.picture.pixels().getpixel(tuple(map(round, there)))
    assert red == pytest.approx((255, 0, 0), abs=30)
    for seen in (overlay, linked):
        for said in seen._repr_mimebundle_().values():
            assert said.count("ImageOps.exif_transpose(image)") == (form == "Pillow image")
    assert repr(streamed) == repr(overlay)


@pytest.mark.parametrize("form", ["Pillow image", "path"])
def test_what_the_magic_sends_is_what_is_drawn_on(form: str, phone_photo: Path) -> None:
    with Image.open(phone_photo) as opened:
        photo = opened if form == "Pillow image" else phone_photo
        (part,), image = images_of(["photo"], {"photo": photo})
        sent, drawn = load(part).pixels(), draw(image, []).to_pil()
    assert sent.size == drawn.size == ((600, 300) if form == "Pillow image" else (300, 600))
    assert np.abs(np.asarray(sent, float) - np.asarray(drawn, float)).mean() < 3


def test_a_frame_of_an_animation_can_be_chosen() -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert draw(file.getvalue(), [], frame=1).to_pil().getpixel((0, 0)) == (0, 0, 255)


def test_max_width_scales_the_picture_and_not_the_scene() -> None:
    overlay = draw(jpeg(), [Point(500, 500, label="mug")], max_width=200)
    elements = shown(overlay)
    assert elements.all("img")[0]["width"] == "200"
    document = drawing_in(elements)
    assert document.get("viewBox") == "0 0 800 533"
    data = document.find(f"{SVG}image").get("href", "").partition(",")[2]
    assert load(base64.b64decode(data)).width == 200
    assert overlay.to_pil().width == 800


@pytest.mark.parametrize("ending", [".svg", ".png", ".jpg", ".WEBP", ".pdf", ".html", ".bmp"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_it_saves_what_the_ending_says(ending: str, mode: str, tmp_path: Path) -> None:
    overlay = draw(Image.new(mode, (80, 60)), [Point(500, 500, label="mug")])
    data = overlay.save(tmp_path / f"mug{ending}").read_bytes()
    start = {".svg": b"<svg", ".pdf": b"%PDF", ".html": b"<!DOCTYPE html>"}.get(ending)
    if start:
        assert data.startswith(start)
    else:
        assert load(data).pixels().size == (80, 60)
    assert overlay.save(str(tmp_path / f"again{ending}")).read_bytes() == data


def test_a_pdf_holds_one_page_of_the_pictures_size(tmp_path: Path) -> None:
    data = draw(jpeg(), [Point(500, 500)], title="Desk").save(tmp_path / "desk.pdf").read_bytes()
    assert re.search(rb"/MediaBox \[ 0 0 576\.0* 383\.76\d* \]", data)
    assert b"CreationDate" not in data


def on_axes(overlay: Overlay, inches: float) -> np.ndarray:
    """The pixels of a figure of 4 to 3 that shows nothing else."""
    figure = Figure(figsize=(inches, 0.75 * inches), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    overlay.on(axes)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def test_on_shows_the_pixels_of_to_pil() -> None:
    overlay = draw(Image.new("RGB", (400, 300), "grey"), [Box(300, 200, 900, 800, label="mug")])
    drawn = np.asarray(overlay.to_pil()).astype(int)
    assert np.abs(on_axes(overlay, 4) - drawn).max() <= 1


@pytest.mark.parametrize("count", [1, 90])
def test_on_gives_the_axes_the_picture_s_pixels_as_coordinates(count: int) -> None:
    axes = Figure().add_subplot()
    overlay = draw(jpeg(), [Point(500, 500, label=f"a rather long name {n}") for n in range(count)])
    (artist,) = overlay.on(axes)
    assert artist in axes.get_children()
    assert axes.get_xlim() == (0, 800)
    bottom, top = axes.get_ylim()
    assert (top, bottom) == (0, overlay.to_pil().height)  # with the legend below, if there is one


@pytest.mark.parametrize("title", ["$x^2$", r"\frac{1}{2}", "5$ or $6", "%s {}"])
def test_on_does_not_read_a_title_as_mathematics(title: str) -> None:
    figure = Figure()
    axes = figure.add_subplot()
    draw(jpeg(), [], title=title).on(axes)
    FigureCanvasAgg(figure).draw()
    assert axes.get_title() == title
    assert not axes.title.get_parse_math()


@pytest.mark.parametrize("ending", ["", ".mug", ".psd"])  # Pillow only reads the last
def test_an_ending_that_it_does_not_know_is_named(ending: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=rf"'mug{ending}' .* choose \.png"):
        draw(jpeg(), []).save(tmp_path / f"mug{ending}")


@pytest.mark.parametrize("text", ["\ud800", "\x1b]52;c;aGk=\x07", "\0\x9b31m", "\u202eabc"])
def test_draw_shows_titles_and_labels_that_can_be_saved_and_do_nothing(
    text: str, tmp_path: Path
) -> None:
    overlay = draw(jpeg(), [Box(100, 100, 500, 500, label=f"a {text} b")], title=f"Title {text}")
    for shown in (repr(overlay), overlay.to_html(), overlay.to_svg()):
        shown.encode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)
        assert shown.count("\u202e") <= shown.count("\u202c")
    overlay.save(tmp_path / "overlay.html")
    assert "Title" in repr(overlay)
