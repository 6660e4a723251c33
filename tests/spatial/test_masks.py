"""Masks: their pixels, and every form in which models give them, through `parse`."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.geometry import Affine, Box, Point
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.parse import parse

quick = settings(derandomize=True, deadline=None, max_examples=40)
BOX = [120, 230, 450, 670]
OUTLINE = [[120, 230], [120, 670], [450, 670], [450, 230]]


def grey(*rows: list[int]) -> bytes:
    """A PNG of these values."""
    file = io.BytesIO()
    Image.fromarray(np.array(rows, np.uint8)).save(file, "PNG")
    return file.getvalue()


BASE64 = base64.b64encode(grey([255, 0], [255, 0])).decode()
URI = f"data:image/png;base64,{BASE64}"


def rectangle(ymin: float, xmin: float, ymax: float, xmax: float) -> Mask:
    """A mask with the outline of its box."""
    corners = Point(ymin, xmin), Point(ymin, xmax), Point(ymax, xmax), Point(ymax, xmin)
    return Mask(Box(ymin, xmin, ymax, xmax), polygons=(corners,))


@quick
@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 8), st.integers(1, 8))
def test_to_array_of_a_polygon_covers_the_pixels_whose_centres_it_holds(
    top: int, left: int, height: int, width: int
) -> None:
    mask = rectangle(*(50 * n for n in (top, left, top + height, left + width)))
    pixels = mask.to_array(width=20, height=20)
    wanted = np.zeros((20, 20), bool)
    wanted[top : top + height, left : left + width] = True
    # Pillow counts the border of a polygon as its inside.
    assert not (wanted & ~pixels).any()
    assert (pixels & ~wanted).sum() <= 2 * (width + height) + 4


@quick
@given(st.integers(0, 500), st.integers(0, 500))
def test_to_array_stretches_a_png_over_its_box(top: int, left: int) -> None:
    mask = Mask(Box(top, left, top + 500, left + 500), png=grey([255]))
    pixels = mask.to_array(width=100, height=100)
    assert pixels.sum() == pytest.approx(2500, abs=200)
    assert pixels[top // 10 + 25, left // 10 + 25]


def test_to_array_takes_probabilities_above_a_half() -> None:
    mask = Mask(Box(0, 0, 1000, 1000), png=grey([0, 127], [128, 255]))
    assert mask.to_array(2, 2).tolist() == [[False, False], [True, True]]


def test_clip_cuts_a_png_with_its_box_and_changes_no_pixel() -> None:
    ramp = grey(*([16 * n] * 16 for n in range(16)))
    for box in (Box(-500, 0, 500, 1000), Box(250, 750, 750, 1250), Box(-500, -500, 1500, 1500)):
        mask = Mask(box, png=ramp, label="rug")

        cut = mask.clip()

        assert cut.box == box.clip()
        assert cut.label == "rug"
        assert (cut.to_array(32, 32) != mask.to_array(32, 32)).mean() < 0.04
    assert not Mask(Box(1e9, 0, 1e9 + 9, 9), png=ramp).clip().to_array(32, 32).any()


def test_transform_mirrors_the_pixels_of_a_polygon() -> None:
    mask = Mask(Box(0, 0, 900, 500), polygons=((Point(0, 0), Point(900, 0), Point(900, 500)),))
    mirrored = mask.transform(Affine(1, 0, -1, 1000))
    one, other = mask.to_array(64, 64), mirrored.to_array(64, 64)[:, ::-1]
    assert (one != other).mean() < 0.03
    assert one.mean() == pytest.approx(0.225, abs=0.03)


def test_mask_of_nothing_is_refused() -> None:
    with pytest.raises(GeometryError, match="PNG nor polygons"):
        Mask(Box(0, 0, 9, 9))


def test_to_dict_writes_a_mask_with_its_box() -> None:
    said = rectangle(0, 0, 10, 20).to_dict()
    assert said["box_2d"] == [0, 0, 10, 20]
    assert said["mask"] == [[0, 0], [0, 20], [10, 20], [10, 0]]
    png = Mask(Box(0, 0, 9, 9), png=grey([255])).to_dict()["mask"]
    assert png.startswith("data:image/png;base64,")


def test_parse_reads_a_png_over_the_box() -> None:
    for said in (URI, BASE64, BASE64.rstrip("="), URI[:60] + "\n" + URI[60:]):
        assert parse([{"box_2d": BOX, "mask": said, "label": "tray"}]).to_dicts() == [
            {"box_2d": BOX, "mask": URI, "label": "tray"}
        ]


@pytest.mark.parametrize(
    "said",
    [
        OUTLINE,
        [[x, y] for y, x in OUTLINE],
        [{"x": x, "y": y} for y, x in OUTLINE],
        [number for corner in OUTLINE for number in corner],
        [[120, 230, 120, 670], [450, 670, 450, 230]],
        "120,230,120,670,450,670,450,230",
        [OUTLINE],
    ],
    ids=str,
)
@pytest.mark.parametrize("key", ["mask", "polygon", "segmentation"])
def test_parse_reads_an_outline_in_the_order_that_fits_its_box(key: str, said: object) -> None:
    [mask] = parse([{"box_2d": BOX, key: said, "label": "tray"}]).masks

    assert mask.to_dict() == {"box_2d": BOX, "mask": OUTLINE, "label": "tray"}


def test_parse_tells_that_an_outline_was_turned() -> None:
    turned = parse([{"box_2d": BOX, "mask": [[x, y] for y, x in OUTLINE]}]).issues

    assert [issue.kind for issue in turned] == ["rescaled"]
    assert parse([{"box_2d": BOX, "mask": OUTLINE}]).issues == ()


def test_parse_reads_an_outline_without_a_box_as_x_y_and_tells_of_the_assumption() -> None:
    lamp = [[325, 411], [327, 471], [332, 523], [397, 534], [403, 492], [408, 426]]

    found = parse([{"mask": lamp, "label": "lamp"}])

    assert found.masks[0].box == Box(411, 325, 534, 408)
    assert [issue.kind for issue in found.issues] == ["suspected"]
    assert "assumption" in found.issues[0].reason


def test_parse_tells_where_an_outline_fits_its_box_either_way() -> None:
    triangle = [[0, 0], [0, 400], [400, 400]]

    found = parse([{"box_2d": [0, 0, 400, 400], "mask": triangle}])

    assert found.masks[0].geometry()["mask"] == triangle
    assert [issue.kind for issue in found.issues] == ["suspected"]


def test_parse_keeps_several_outlines_of_one_thing() -> None:
    beans = [[[0, 0], [0, 100], [100, 0]], [[300, 500], [300, 600], [400, 600]]]

    [mask] = parse([{"box_2d": [0, 0, 400, 600], "mask": beans}]).masks

    assert mask.geometry()["mask"] == beans


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("<start_of_mask><seg_12><seg_7>", "unsupported"),
        ("gimme_mask_for_this", "dropped"),
        (URI[:70], "dropped"),
        ("data:image/png;base64,iVBO" + "4+Pj" * 400, "dropped"),
        ({"size": [9, 9], "counts": "a1"}, "dropped"),
        ([1, 2, 3], "dropped"),
    ],
    ids=str,
)
def test_parse_keeps_the_box_of_a_mask_that_can_not_be_read(said: Any, kind: str) -> None:
    found = parse([{"box_2d": BOX, "mask": said, "label": "tray"}])

    assert found.to_dicts() == [{"box_2d": BOX, "label": "tray"}]
    assert [issue.kind for issue in found.issues] == [kind]


@pytest.mark.parametrize("said", [None, "", []])
def test_parse_takes_an_empty_mask_for_none(said: object) -> None:
    found = parse([{"box_2d": BOX, "mask": said}])

    assert found.to_dicts() == [{"box_2d": BOX, "label": ""}]
    assert found.issues == ()


def test_parse_tells_of_a_png_without_the_box_that_it_lies_in() -> None:
    assert [issue.kind for issue in parse([{"label": "tray", "mask": URI}]).issues] == ["dropped"]


def test_parse_keeps_the_label_beside_tokens_without_their_opening_quote() -> None:
    found = parse(
        '[{"box_2d": [120, 200, 480, 620], "mask": <start_of_mask><seg_35><seg_4>", "label": "jug"}'
        ', {"box_2d": [10, 20, 48, 62], "mask": <start_of_mask><seg_3>", "label": "cup"}]'
    )

    assert found.labels == ("jug", "cup")
    assert [issue.kind for issue in found.issues].count("unsupported") == 2
