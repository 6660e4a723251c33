"""Whether an annotated video plays, and where its lanes lie, in a saved notebook."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from gemini_nb.drawing.frames import draw_frames
from gemini_nb.video import encode

if TYPE_CHECKING:
    from browser.conftest import Lab

pytest.importorskip("av")

LONG = "the ball lies still in the middle of the tray and " * 3
ANSWER = [
    {"timestamp": "00:00", "point": [500, 200], "label": "ball"},
    {"timestamp": "00:02", "point": [500, 800], "label": "ball"},
    {"start_timestamp": "00:00", "end_timestamp": "00:02", "description": "<b>it</b> rolls"},
    {"start_timestamp": "00:02", "end_timestamp": "00:04", "description": LONG},
    {"completion_time_seconds": 2},
    {"progress_level": "40-60"},
]
LOADED = """video => new Promise((done, failed) => {
  if (video.readyState > 1) return done(video.duration);
  video.onloadeddata = () => done(video.duration);
  video.onerror = () => failed(video.error.message);
})"""
SEEK = """(video, time) => new Promise(done => {
  video.onseeked = () => done(video.currentTime);
  video.currentTime = time;
})"""
PLAY = """video => new Promise((done, failed) => {
  const from = video.currentTime;
  video.ontimeupdate = () => { if (video.currentTime > from) { video.pause(); done(true); } };
  video.play().catch(failed);
})"""


def test_a_video_plays_and_seeks_over_its_lanes(lab: Lab) -> None:
    film = encode([Image.new("RGB", (320, 240), "#c0b8a0")] * 20, fps=5)
    shown = draw_frames(film, json.dumps(ANSWER))._repr_mimebundle_()
    with lab.opened(shown, trusted=False) as page:
        video = page.locator("video[controls]")
        assert video.evaluate(LOADED) == pytest.approx(4, abs=0.1)
        assert video.evaluate(SEEK, 1) == 1
        assert video.evaluate(PLAY)
        rows = page.locator(".gnb-lanes tr")
        boxes = [row.bounding_box() for row in rows.all()]
        assert len(boxes) == 6
        for above, below in pairwise(boxes):
            assert above["y"] + above["height"] <= below["y"] + 1
        assert {round(box["height"]) for box in boxes[:-1]} == {round(boxes[0]["height"])}
        lane = rows.nth(1).locator("td").nth(1).locator("div").first.bounding_box()
        bar = rows.nth(1).locator("td").nth(1).locator("div div").bounding_box()
        assert bar["x"] == pytest.approx(lane["x"], abs=1)
        assert bar["width"] == pytest.approx(lane["width"] / 2, abs=2)
        assert page.locator(".gnb-lanes b").count() == 0
