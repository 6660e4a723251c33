"""The rendered sample scenes, and what is written beside them about what they show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gemini_nb import video

SCENES = Path(__file__).parent.parent / "notebooks" / "images" / "scenes"
FILM = json.loads((SCENES.parent / "pen.json").read_text())
NAMES = (
    "block_and_bowl",
    "cubby_shelf",
    "desk",
    "fruit_table",
    "game_board",
    "lunch",
    "pen_organiser",
    "washers",
)


def _truths() -> list[dict[str, Any]]:
    """One entry for each picture, the frames of the moving pen among them."""
    told = [json.loads((SCENES / f"{name}.json").read_text()) for name in NAMES]
    return told + json.loads((SCENES / "pen_frames.json").read_text())["frames"]


def _mask(runs: list[int], truth: dict[str, Any]) -> np.ndarray:
    inside = np.zeros(truth["height"] * truth["width"], bool)
    edges = np.cumsum(runs)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        inside[start:end] = True
    return inside.reshape(truth["height"], truth["width"])


def _outlined(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Objects and their parts: all that has a box, a point and a mask."""
    return [entry for thing in truth["objects"] for entry in (thing, *thing["parts"])]


TRUTHS = _truths()
each_picture = pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["image"])


def test_every_picture_has_its_truth_and_every_truth_its_picture() -> None:
    pictures = {path.relative_to(SCENES).as_posix() for path in SCENES.rglob("*.jpg")}
    assert pictures == {truth["image"] for truth in TRUTHS}


def test_the_files_are_small() -> None:
    assert max(path.stat().st_size for path in SCENES.rglob("*.jpg")) < 200_000
    assert max(path.stat().st_size for path in SCENES.glob("*.json")) < 60_000


@each_picture
def test_a_picture_is_a_plain_jpeg_of_the_size_that_is_told(truth: dict[str, Any]) -> None:
    with Image.open(SCENES / truth["image"]) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert picture.size == (truth["width"], truth["height"])
        assert not picture.getexif()


@each_picture
def test_a_picture_is_neither_dull_nor_blown_out(truth: dict[str, Any]) -> None:
    with Image.open(SCENES / truth["image"]) as picture:
        light = np.asarray(picture.convert("L"))
    dark, bright = np.quantile(light, [0.01, 0.99])
    assert bright - dark > 100
    assert (light == 255).mean() < 0.01


@each_picture
def test_labels_are_unique_in_a_picture(truth: dict[str, Any]) -> None:
    labels = [entry["label"] for entry in _outlined(truth)]
    assert len(set(labels)) == len(labels) >= 3


@each_picture
def test_boxes_have_an_extent_inside_the_picture(truth: dict[str, Any]) -> None:
    for entry in (*_outlined(truth), *truth.get("places", [])):
        ymin, xmin, ymax, xmax = entry["box_2d"]
        assert 0 <= ymin < ymax <= 1000, entry["label"]
        assert 0 <= xmin < xmax <= 1000, entry["label"]


@each_picture
def test_a_mask_fills_its_box_to_within_a_pixel(truth: dict[str, Any]) -> None:
    height, width = truth["height"], truth["width"]
    for entry in _outlined(truth):
        rows, columns = np.nonzero(_mask(entry["mask"], truth))
        found = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
        told = np.array(entry["box_2d"]) / 1000 * (height, width, height, width)
        assert np.abs(told - found).max() <= 1, entry["label"]


@each_picture
def test_a_point_lies_on_its_mask_and_in_its_box(truth: dict[str, Any]) -> None:
    for entry in _outlined(truth):
        y, x = entry["point"]
        ymin, xmin, ymax, xmax = entry["box_2d"]
        assert ymin <= y <= ymax, entry["label"]
        assert xmin <= x <= xmax, entry["label"]
        row, column = int(y * truth["height"] / 1000), int(x * truth["width"] / 1000)
        near = np.s_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert _mask(entry["mask"], truth)[near].any(), entry["label"]


@each_picture
def test_no_pixel_belongs_to_two_objects(truth: dict[str, Any]) -> None:
    covered = sum(_mask(thing["mask"], truth).astype(int) for thing in truth["objects"])
    assert covered.max() == 1


@each_picture
def test_parts_belong_to_their_objects(truth: dict[str, Any]) -> None:
    for thing in truth["objects"]:
        whole = _mask(thing["mask"], truth)
        for part in thing["parts"]:
            assert not (_mask(part["mask"], truth) & ~whole).any(), part["label"]


@each_picture
def test_the_middle_of_a_3d_box_projects_into_the_visible_box(truth: dict[str, Any]) -> None:
    ahead = 0.5 / np.tan(np.radians(truth["camera"]["field_of_view_degrees"]) / 2)
    for thing in truth["objects"]:
        x, y, z = thing["box_3d"][:3]
        seen_x = 0.5 + ahead * x / y
        seen_y = 0.5 - ahead * z / y * truth["width"] / truth["height"]
        ymin, xmin, ymax, xmax = np.array(thing["box_2d"]) / 1000
        if thing["visible_share"] == 1 and min(ymin, xmin) > 0 and max(ymax, xmax) < 1:
            assert ymin <= seen_y <= ymax, thing["label"]
            assert xmin <= seen_x <= xmax, thing["label"]


@each_picture
def test_shares_are_shares(truth: dict[str, Any]) -> None:
    assert all(0 < thing["visible_share"] <= 1 for thing in truth["objects"])


def test_there_are_eleven_washers_to_count() -> None:
    truth = next(truth for truth in TRUTHS if truth["image"] == "washers.jpg")
    assert [thing["label"].split()[0] for thing in truth["objects"]] == ["washer"] * 11


def test_what_nothing_hides_is_seen_whole_and_what_lies_in_a_bowl_hides_some_of_it() -> None:
    shares = {
        thing["label"]: thing["visible_share"]
        for truth in TRUTHS
        if truth["image"] in {"washers.jpg", "fruit_table.jpg"}
        for thing in truth["objects"]
    }
    assert all(share == 1 for label, share in shares.items() if label.startswith("washer"))
    assert shares["white bowl"] < 0.95 < shares["lime"]


def test_a_cubby_holds_what_is_seen_in_it() -> None:
    truth = next(truth for truth in TRUTHS if truth["image"] == "cubby_shelf.jpg")
    places = {place["label"]: place for place in truth["places"]}
    where = {thing["label"]: thing["point"] for thing in truth["objects"]}
    held = [(place, label) for place in places.values() for label in place["holds"]]
    assert {label for _, label in held} == set(where) - {"shelf"}
    assert 0 < sum(not place["holds"] for place in places.values()) < len(places) == 12
    for place, label in held:
        ymin, xmin, ymax, xmax = place["box_2d"]
        y, x = where[label]
        assert ymin < y < ymax, label
        assert xmin < x < xmax, label


def test_only_the_pen_moves_between_the_frames() -> None:
    frames = [truth for truth in TRUTHS if truth["image"].startswith("pen_frames/")]
    paths: dict[str, list[list[int]]] = {}
    for frame in frames:
        for thing in frame["objects"]:
            paths.setdefault(thing["label"], []).append(thing["box_3d"])
    moving = [label for label, path in paths.items() if any(box != path[0] for box in path)]
    assert moving == ["red pen"]
    assert len(frames) >= 8


def test_only_the_pen_moves_in_the_film_and_only_while_it_is_carried() -> None:
    places = {
        frame["seconds"]: {thing["label"]: thing["box_3d"] for thing in frame["objects"]}
        for frame in FILM["frames"]
    }
    pens = {seconds: things.pop("red pen") for seconds, things in places.items()}
    assert all(things == places[0] for things in places.values())
    assert set(places[0]) == {"blue holder", "green mug"}
    begins, ends = FILM["carried"]
    assert {seconds for seconds, pen in pens.items() if pen == pens[0]} == {
        seconds for seconds in pens if seconds <= begins
    }
    assert {seconds for seconds, pen in pens.items() if pen == pens[max(pens)]} == {
        seconds for seconds in pens if seconds >= ends
    }


def test_the_film_is_small_and_shows_the_pen_where_it_is_told() -> None:
    pytest.importorskip("av", reason="videos need the extra video")
    data = (SCENES.parent / FILM["video"]).read_bytes()
    assert len(data) < 200_000
    assert video.length(data) == (8, FILM["fps"])
    for shown, told in zip(video.frames(data, fps=2), FILM["frames"], strict=True):
        assert shown.seconds == told["seconds"]
        assert shown.picture.size == (FILM["width"], FILM["height"])
        red, green, blue = np.moveaxis(np.asarray(shown.picture).astype(int), -1, 0)
        is_red = (red > 2 * np.maximum(green, blue)) & (red > 100)
        box = np.array(told["objects"][0]["box_2d"]) / 1000 * ([FILM["height"], FILM["width"]] * 2)
        top, left, bottom, right = box.round().astype(int)
        assert is_red[top:bottom, left:right].sum() > 0.9 * is_red.sum() > 0, told["seconds"]
