"""A scene on matplotlib's axes: anybody's axes, at any size, and without pyplot."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from gemini_nb.drawing.backends.axes import add_to, show
from gemini_nb.drawing.backends.fonts import MissingGlyphWarning
from gemini_nb.drawing.composition import compose
from gemini_nb.spatial.geometry import Box, Point

GREY = Image.new("RGB", (400, 300), (128, 128, 128))
SCENE = compose([Box(300, 200, 900, 800, label="mug"), Point(100, 900, label="tea")], 400, 300)


def pixels(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def full_figure(inches: float) -> tuple[Figure, object]:
    figure = Figure(figsize=(inches, inches * 0.75), dpi=100)
    return figure, figure.add_axes((0, 0, 1, 1))


def test_the_artists_are_on_the_axes() -> None:
    axes = Figure().add_subplot()
    artists = show(axes, SCENE, GREY)
    assert set(artists) <= set(axes.get_children())
    assert [text.get_text() for text in axes.texts] == ["mug", "tea"]


def test_limits_and_what_else_is_on_the_axes_stay() -> None:
    axes = Figure().add_subplot()
    axes.plot([0, 10], [0, 10])
    before = axes.get_xlim(), axes.get_ylim(), axes.get_aspect()
    add_to(axes, SCENE)
    assert (axes.get_xlim(), axes.get_ylim(), axes.get_aspect()) == before
    assert len(axes.lines) == 1


def test_lines_and_letters_keep_their_share_of_the_picture() -> None:
    shares = []
    for inches in (3, 9):
        figure, axes = full_figure(inches)
        axes.set_axis_off()
        show(axes, SCENE, GREY)
        shares.append((np.abs(pixels(figure) - 128).max(axis=2) > 40).mean())
    assert shares[0] == pytest.approx(shares[1], rel=0.1)
    assert shares[0] > 0.02


def test_a_figure_can_be_saved_again_at_another_resolution() -> None:
    figure, axes = full_figure(3)
    axes.set_axis_off()
    show(axes, SCENE, GREY)
    first = pixels(figure)
    figure.set_dpi(250)
    pixels(figure)
    figure.set_dpi(100)
    assert (pixels(figure) == first).all()


@pytest.mark.parametrize("text", ["$x^2$", r"\frac{1}{2}", "5$ or $6", "a_b^c", "%s {}"])
def test_model_text_is_not_read_as_mathematics(text: str) -> None:
    axes = Figure().add_subplot()
    show(axes, compose([Point(500, 500, label=text)], 800, 600), GREY, title=text)
    pixels(axes.figure)
    assert text in [shown.get_text() for shown in axes.texts]
    assert not any(shown.get_parse_math() for shown in (*axes.texts, axes.title))


def test_letters_that_no_font_has_are_warned_of() -> None:
    scene = compose([Point(500, 500, label="\U0002fa1e")], 800, 600)
    axes = Figure().add_subplot()
    with pytest.warns(MissingGlyphWarning):
        show(axes, scene, GREY)
    pixels(axes.figure)  # matplotlib itself has nothing to warn of any more


def test_pyplot_is_not_loaded() -> None:
    code = (
        "import gemini_nb.drawing.backends.axes, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
