"""A plot as front ends take it: words, pixels, and Vega-Lite."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError, PictureError
from gemini_nb.plots.figures import INK, PAPER, new_figure
from gemini_nb.plots.plot import VEGA_LITE, Plot
from gemini_nb.plots.vega import table, top_level
from gemini_nb.plots.wording import drawable

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

WORDS = "two points"
SPECIFICATION = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "point"}


def page() -> Figure:
    figure, axes = new_figure(3, 2, title="Two points", footnote="one at 1, one at 2")
    axes.plot([1, 2], [1, 2], "o")
    return figure


def plot(**changed: Any) -> Plot:
    return Plot(**{"text": WORDS, "make_figure": page, "specification": SPECIFICATION, **changed})


def pixels(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def test_a_plot_says_what_it_shows() -> None:
    assert repr(plot()) == WORDS


def test_a_plot_shows_itself_interactive_as_pixels_and_in_words() -> None:
    shown = plot()._repr_mimebundle_()
    assert shown[VEGA_LITE] == SPECIFICATION
    assert shown["text/plain"] == WORDS
    assert base64.b64decode(shown["image/png"]) == plot().png


def test_a_plot_that_is_not_interactive_shows_pixels_and_words_alone() -> None:
    assert set(plot(specification=None)._repr_mimebundle_()) == {"text/plain", "image/png"}


def test_the_png_is_known_as_one_of_matplotlib() -> None:
    picture = Image.open(io.BytesIO(plot().png))
    assert picture.info["Software"].startswith("Matplotlib")


def test_the_png_has_one_byte_a_pixel() -> None:
    assert Image.open(io.BytesIO(plot().png)).mode == "P"


def test_the_png_is_the_same_each_time() -> None:
    assert plot().png == plot().png


def test_a_dark_style_of_the_notebook_does_not_reach_into_a_plot() -> None:
    with mpl.rc_context({"figure.facecolor": "black", "savefig.facecolor": "black"}):
        dark = plot().png
    assert dark == plot().png
    assert pixels(dark).getpixel((0, 0)) == (255, 255, 255)


def test_settings_of_the_notebook_stay_as_they_are() -> None:
    before = dict(mpl.rcParams)
    assert plot().png
    assert dict(mpl.rcParams) == before


def test_each_figure_is_a_new_one_that_is_free_to_change() -> None:
    made = plot()
    before = made.png
    made.figure.axes[0].set_title("changed")
    assert made.figure is not made.figure
    assert plot().png == before


def test_a_figure_leaves_pyplot_alone() -> None:
    program = (
        "import sys\n"
        "from matplotlib.figure import Figure\n"
        "from gemini_nb.plots.plot import Plot\n"
        "Plot('nothing', make_figure=Figure, specification=None).png\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.PDF", b"%PDF")])
def test_a_plot_is_saved_in_the_form_that_the_name_tells(
    tmp_path: Path, name: str, start: bytes
) -> None:
    saved = plot().save(tmp_path / name)
    assert saved.read_bytes().startswith(start)


def test_a_plot_is_saved_as_svg_in_the_same_bytes_each_time_without_a_date(tmp_path: Path) -> None:
    first, second = (plot().save(tmp_path / name).read_bytes() for name in ("a.svg", "b.svg"))
    assert first == second
    assert b"<svg" in first
    assert b"<dc:date>" not in first


def test_a_plot_is_saved_as_vega_lite(tmp_path: Path) -> None:
    saved = plot().save(str(tmp_path / "a.json"))
    assert json.loads(saved.read_text(encoding="utf-8")) == SPECIFICATION


def test_what_a_plot_can_not_be_saved_as_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="too much to be interactive"):
        plot(specification=None).save(tmp_path / "a.json")
    with pytest.raises(PictureError, match=r"\.png, \.svg, \.pdf"):
        plot().save(tmp_path / "a.gif")


def test_axes_have_the_size_asked_for_and_the_page_has_room_for_all_words() -> None:
    few, axes = new_figure(3, 2, title="Kites", footnote="two")
    many, others = new_figure(3, 2, title="Kites " * 30, footnote="two kites " * 30)
    for figure, made in ((few, axes), (many, others)):
        extent = made.get_window_extent()
        assert (extent.width, extent.height) == pytest.approx((300, 200))
        bounds = [text.get_window_extent() for text in figure.texts]
        assert all(bound.x0 >= 0 and bound.x1 <= figure.bbox.width for bound in bounds)
        assert bounds[0].y0 > extent.y1
        assert bounds[1].y1 < extent.y0
    assert many.bbox.height > few.bbox.height


def test_dollars_in_a_title_are_dollars() -> None:
    figure, _ = new_figure(3, 2, title="$x$ for $5", footnote="a $ sign, and $_$")
    assert [text.get_parse_math() for text in figure.texts] == [False, False]
    figure.canvas.draw()
    assert figure.texts[0].get_text() == "$x$ for $5"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("kite", "kite"),
        ("k\N{LATIN SMALL LETTER I WITH DIAERESIS}te", "kïte"),
        ("茶 tea", "▯ tea"),
        ("\N{KITE}", "▯"),
        ("zero\N{ZERO WIDTH JOINER}width\0", "zerowidth"),
    ],
)
def test_what_the_font_lacks_is_drawn_as_a_box(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@pytest.mark.parametrize("of_what", [None, np.eye(3), ["red", "blue"]])
def test_only_embeddings_are_plotted(of_what: Any) -> None:
    for plot_of in (
        gnb.plot_similarity,
        gnb.plot_map,
        gnb.plot_dimensions,
        partial(gnb.plot_neighbors, query="a kite"),
    ):
        with pytest.raises(EmbeddingError, match="from_response"):
            plot_of(of_what)


def test_a_key_in_a_title_is_not_shown() -> None:
    title = "of https://kites.example/?key=not-to-be-seen"
    drawn, _ = new_figure(3, 2, title=title, footnote="")
    assert "not-to-be-seen" not in " ".join(text.get_text() for text in drawn.texts)
    assert "not-to-be-seen" not in json.dumps(top_level(300, 200, title=title, footnote=""))


def test_a_specification_has_title_and_footnote_on_white_paper() -> None:
    whole = top_level(300, 200, title="Kites", footnote="two kites", mark="rect")
    assert whole["$schema"].endswith("/v5.json")
    assert whole["background"] == PAPER
    assert whole["config"]["axis"]["labelColor"] == INK
    assert whole["title"]["text"] == ["Kites"]
    view, footnote = whole["vconcat"]
    assert view == {"width": 300, "height": 200, "mark": "rect"}
    assert footnote["data"]["values"] == [{"text": ["two kites"]}]


def test_variables_and_datasets_stand_at_the_top_and_selections_in_the_view() -> None:
    zoom = {"name": "zoom", "select": "interval", "bind": "scales"}
    search = {"name": "search", "value": "", "bind": {"input": "search"}}
    whole = top_level(
        9, 9, title="", footnote="", params=[zoom, search], datasets={"kites": []}, mark="point"
    )
    assert whole["params"] == [search]
    assert whole["datasets"] == {"kites": []}
    assert whole["vconcat"][0]["params"] == [zoom]


def test_a_table_keeps_text_that_csv_could_take_apart() -> None:
    hostile = ["a, b", 'say "hi"', "two\nlines", "datum['x']"]
    data = table(x=[0, 1, 2, 3], label=hostile)
    assert data["format"] == {"type": "csv", "parse": {"x": "number", "label": "string"}}
    import csv

    rows = list(csv.DictReader(io.StringIO(data["values"], newline="")))
    assert [row["label"] for row in rows] == hostile
