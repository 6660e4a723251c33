from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.svg import document
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle

if TYPE_CHECKING:
    from gemini_nb.drawing.scene import Scene

SVG = "{http://www.w3.org/2000/svg}"
quick = settings(derandomize=True, deadline=None, max_examples=80)

HOSTILE = [
    "</text><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "]]>",
    "<!-- never closed",
    "&lt;b&gt; &amp; &#x41; &unknown;",
    "<![CDATA[ mug ]]>",
    "nul \0 bell \x07 escape \x1b[31m delete \x7f",
    "half a pair \ud83d and \udc00",
    "turned \u202eelpitlum\u202c about \u2066x\u2069",
    "no character \ufffe \uffff",
    "line\nbreak\r\nand\ttab\u2028and\u2029paragraph",
    "javascript:alert(1)",
    "${7*7} {{7*7}} $x$ `code`",
    "x" * 10_000,
    "word " * 2_000,
    "Z̸̢͑a̷̧͝l̶̡͐g̵̨̽o̴̢̎" * 40,
    "🍵👩‍👩‍👧👍🏽🇫🇷",
    "שלום עולם",
    "茶杯とボウル",
]


def grey_png(size: tuple[int, int] = (4, 2)) -> bytes:
    image = Image.new("L", size)
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


EVERYTHING = Annotations(
    (
        Point(100, 100, label="mug"),
        Box(200, 100, 800, 500, label="a board that is longer than a label may be, and so wraps"),
        Trajectory((Point(100, 500), Point(300, 700), Point(200, 900)), label="wipe"),
        Mask(Box(600, 600, 900, 900), png=grey_png(), label="cloth"),
        Mask(Box(0, 0, 9, 9), polygons=((Point(0, 0), Point(9, 0), Point(9, 9)),), label="flag"),
        Box3D((0.3, 3, 0), (1, 1, 1), (0, 0, 20), label="crate"),
        Point(700, 300, label="lid"),
        Angle(20, label="lid"),
    )
)


def elements(scene: Scene) -> list[ET.Element]:
    return list(ET.fromstring(document(scene)).iter())  # noqa: S314 - our own markup


@pytest.mark.parametrize("label", HOSTILE)
def test_model_text_is_text_and_never_markup(label: str) -> None:
    found = [Point(500, 500, label=label, details={label: label}), Box(1, 1, 99, 99, label=label)]
    for style in ("names", "numbers"):
        markup = document(compose(found, 640, 480, labels=style), legend=True)
        harmless = [replaced(item) for item in found]
        plain = document(compose(harmless, 640, 480, labels=style), legend=True)
        markup.encode()
        root = ET.fromstring(markup)  # noqa: S314 - our own markup
        allowed = {each.tag for each in ET.fromstring(plain).iter()}  # noqa: S314 - our own markup
        assert {each.tag for each in root.iter()} <= allowed
        assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", markup)


def replaced(item: Point | Box) -> Point | Box:
    return (
        Point(item.y, item.x, label="x y " * 20)
        if isinstance(item, Point)
        else Box(item.ymin, item.xmin, item.ymax, item.xmax, label="x")
    )


@quick
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_label_at_all_makes_a_well_formed_document(label: str) -> None:
    scene = compose([Point(500, 500, label=label), Box(1, 1, 99, 99, label=label)], 640, 480)
    ET.fromstring(document(scene, legend=True))  # noqa: S314 - our own markup


def test_nothing_is_used_that_a_notebook_strips_from_an_svg_image() -> None:
    for each in elements(compose(EVERYTHING, 800, 600)):
        assert each.tag.removeprefix(SVG) not in {"style", "script", "foreignObject", "a", "use"}
        assert not {"id", "class", "style"} & set(each.attrib)


def test_the_words_of_every_label_are_in_the_document() -> None:
    scene = compose(EVERYTHING, 800, 600)
    words = [each.text for each in elements(scene) if each.tag == f"{SVG}text"]
    assert sorted(words, key=str) == sorted(line for label in scene.labels for line in label.lines)


def test_text_is_made_as_long_as_its_box_has_room_for() -> None:
    scene = compose([Point(500, 500, label="blue mug")], 800, 600)
    [text] = [each for each in elements(scene) if each.tag == f"{SVG}text"]
    left, _, right, _ = (10 * side for side in scene.labels[0].box)  # a small picture's units
    assert left < float(text.attrib["x"]) - float(text.attrib["textLength"]) / 2
    assert float(text.attrib["x"]) + float(text.attrib["textLength"]) / 2 < right


def test_units_are_pixels_of_the_picture() -> None:
    root = ET.fromstring(document(compose([], 800, 600)))  # noqa: S314 - our own markup
    assert root.attrib["viewBox"] == "0 0 800 600"
    assert (root.attrib["width"], root.attrib["height"]) == ("800", "600")


def test_the_picture_lies_below_the_marks() -> None:
    href = 'data:image/png;base64,AAAA" onload="alert(1)'
    root = ET.fromstring(document(compose(EVERYTHING, 800, 600), href))  # noqa: S314 - our own markup
    tags = [each.tag.removeprefix(SVG) for each in root]
    assert tags == ["title", "image", "g", "g"]
    assert root[1].attrib["href"] == href
    assert "onload" not in root[1].attrib


def test_the_legend_stands_below_the_picture_where_it_is_asked_for() -> None:
    scene = compose(EVERYTHING, 800, 600, labels="numbers")
    without, listed = (
        ET.fromstring(document(scene, legend=legend))  # noqa: S314 - our own markup
        for legend in (False, True)
    )
    assert without.attrib["height"] == "600"
    assert float(listed.attrib["height"]) > 600
    texts = {each.text for each in listed.iter(f"{SVG}text")}
    assert {"mug", "wipe", "cloth", "crate", "lid"} <= texts
    words = [each for each in listed.iter(f"{SVG}text") if each.text == "mug"]
    assert float(words[0].attrib["y"]) > 6000


@quick
@given(st.integers(-200, 1200), st.integers(-200, 1200), st.integers(0, 900), st.integers(0, 900))
def test_a_box_is_a_ring_around_its_outline(y: int, x: int, height: int, width: int) -> None:
    scene = compose([Box(y, x, y + height, x + width)], 1000, 1000, labels="none")
    [path] = [each for each in elements(scene) if each.tag == f"{SVG}path"]
    left, top, across, down = map(
        float, re.match(r"M(\S+) (\S+)h(\S+)v(\S+)h", path.attrib["d"]).groups()
    )  # type: ignore[union-attr]
    assert (left + across / 2, top + down / 2) == pytest.approx(
        (x + width / 2, y + height / 2), abs=1
    )
    line = scene.marks[0].primitives[0].stroke.width  # type: ignore[union-attr]
    assert across - width == pytest.approx(line, abs=0.35 * line + 1)
    assert down - height == pytest.approx(line, abs=0.35 * line + 1)


@pytest.mark.parametrize(("size", "units"), [((977, 613), 1), ((400, 300), 10)])
def test_coordinates_are_whole_pixels_or_tenths_of_a_small_picture(
    size: tuple[int, int], units: int
) -> None:
    for each in elements(compose(EVERYTHING, *size)):
        if d := each.get("d"):
            assert re.fullmatch(r"([MmLHhVvZz]|(?<=\d)[ ]|-?\d+)+", d)
        if scale := each.get("transform"):
            assert scale == f"scale({1 / units:g})" or scale.startswith("rotate")


def test_a_saved_mark_with_its_label_takes_few_bytes() -> None:
    found = [
        Box(10 * n, 5 * n, 10 * n + 90, 5 * n + 90, label=f"a mug of tea {n}") for n in range(90)
    ]
    found += [Point(10 * n, 1000 - 10 * n, label=f"a mug of milk {n}") for n in range(90)]
    scene = compose(found, 1280, 960)
    assert len(document(scene)) < 180 * 165


def test_the_tint_of_a_mask_covers_what_the_mask_does() -> None:
    scene = compose([Mask(Box(0, 0, 500, 1000), png=grey_png())], 80, 60)
    [image] = [each for each in elements(scene) if each.tag == f"{SVG}image"]
    assert [float(image.attrib[name]) for name in ("x", "y", "width", "height")] == [0, 0, 800, 300]
    data = base64.b64decode(image.attrib["href"].removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(data)) as tint:
        assert tint.size == (4, 2)
        assert tint.getpixel((0, 0))[3] > 0  # type: ignore[index]
        assert tint.getpixel((3, 1))[3] == 0  # type: ignore[index]


def test_the_same_scene_is_the_same_text() -> None:
    assert document(compose(EVERYTHING, 80, 60)) == document(compose(EVERYTHING, 80, 60))
