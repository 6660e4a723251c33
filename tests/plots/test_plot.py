"""A plot as front ends take it: words, pixels and Vega-Lite, in letters that can be read."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import subprocess
import sys
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import gemini_nb as gnb
from gemini_nb.drawing import lettering
from gemini_nb.drawing.lettering import MissingGlyphWarning
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError, PictureError
from gemini_nb.plots.centring import centred
from gemini_nb.plots.plot import VEGA_LITE, Plot, drawable, page, statement
from gemini_nb.plots.vega import LETTERS, MIDDLE, table, top_level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

QUIET = settings(derandomize=True, deadline=None, max_examples=30)
WORDS = "two points"
SPECIFICATION = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "point"}
WHITE, DARK = "#ffffff", "#111111"  # the grounds of JupyterLab
KITE = "凧"


def points(label: str = "one") -> Figure:
    figure, axes = page(300, 200, title="Two points", statement="one at 1, one at 2")
    axes.plot([1, 2], [1, 2], "o")
    axes.set_yticks([1, 2], [drawable(label), "two"])
    axes.set_xlabel("where they are")
    return figure


def plot(**changed: Any) -> Plot:
    whole = {"text": WORDS, "draw": points, "specification": SPECIFICATION, **changed}
    return Plot(**whole)


def seen(png: bytes, ground: str) -> NDArray[np.float64]:
    """The relative luminance of each pixel of a picture that lies on a ground."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    below = Image.new("RGBA", picture.size, ground)
    below.alpha_composite(picture)
    values = np.asarray(below.convert("RGB")) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(luminances: NDArray[np.float64], ground: float) -> float:
    """The best of any pixel with the ground, as the WCAG measures it."""
    lighter, darker = np.maximum(luminances, ground), np.minimum(luminances, ground)
    return float(((lighter + 0.05) / (darker + 0.05)).max())


def test_a_plot_shows_itself_interactive_as_pixels_and_in_words() -> None:
    shown = plot()._repr_mimebundle_()
    assert repr(plot()) == shown["text/plain"] == WORDS
    assert shown[VEGA_LITE] == SPECIFICATION
    assert base64.b64decode(shown["image/png"]) == plot().png
    pixels_alone = plot(specification=None)._repr_mimebundle_()
    assert set(pixels_alone) == {"text/plain", "image/png"}


def test_the_png_has_one_byte_a_pixel_and_is_the_same_each_time() -> None:
    assert Image.open(io.BytesIO(plot().png)).mode == "P"
    assert plot().png == plot().png


@pytest.mark.parametrize("ground", [WHITE, DARK])
@pytest.mark.parametrize(
    ("rows", "columns"), [((0.0, 0.15), (0, 1)), ((0.9, 1), (0, 1)), ((0.2, 0.9), (0, 0.22))]
)
def test_the_letters_of_a_cell_are_read_on_white_and_on_a_dark_ground(
    ground: str, rows: tuple[float, float], columns: tuple[float, float]
) -> None:
    luminances = seen(plot().png, ground)
    height, width = luminances.shape
    top, bottom = (round(share * height) for share in rows)
    left, right = (round(share * width) for share in columns)
    assert contrast(luminances[top:bottom, left:right], luminances[0, 0]) > 4.1


def test_the_ground_of_a_cell_shines_through_and_what_is_saved_is_dark_on_white(
    tmp_path: Path,
) -> None:
    white, dark = (seen(plot().png, ground) for ground in (WHITE, DARK))
    assert white[0, 0] == pytest.approx(1)
    assert dark[0, 0] < 0.01
    saved = seen(plot().save(tmp_path / "a.png").read_bytes(), DARK)
    assert saved[0, 0] == pytest.approx(1)
    assert contrast(saved, 1) > 12


def test_a_style_of_the_notebook_does_not_reach_into_a_plot_nor_a_plot_into_the_notebook() -> None:
    own = {"text.color": "red", "axes.facecolor": "red", "savefig.facecolor": "red"}
    with mpl.rc_context({**own, "figure.dpi": 40, "font.size": 30}):
        before = dict(mpl.rcParams)
        assert plot().png == plot().png
        inside = plot().png
        assert dict(mpl.rcParams) == before
    assert inside == plot().png


def test_each_figure_is_a_new_one_that_is_free_to_change() -> None:
    made = plot()
    made.figure.axes[0].set_title("changed")
    assert made.figure is not made.figure
    assert made.png == plot().png


def test_a_figure_leaves_pyplot_alone() -> None:
    program = (
        "import sys\n"
        "from gemini_nb.plots.plot import Plot, page\n"
        "Plot('none', lambda: page(200, 100, title='', statement='')[0], specification=None).png\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("name", "start"), [("a.png", b"\x89PNG"), ("a.PDF", b"%PDF"), ("a.svg", b"<?xml")]
)
def test_a_plot_is_saved_by_the_ending_of_the_name_in_the_same_bytes_each_time(
    tmp_path: Path, name: str, start: bytes
) -> None:
    first, second = (plot().save(tmp_path / f"{n}{name}").read_bytes() for n in range(2))
    assert first == second
    assert first.startswith(start)
    assert b"<dc:date>" not in first


def test_a_plot_is_saved_as_vega_lite(tmp_path: Path) -> None:
    saved = plot().save(str(tmp_path / "a.json"))
    assert json.loads(saved.read_text(encoding="utf-8")) == SPECIFICATION


def test_what_a_plot_can_not_be_saved_as_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"not as 'a\.json'; .* too much to be interactive"):
        plot(specification=None).save(tmp_path / "a.json")
    with pytest.raises(PictureError, match=r"\.png, \.svg or \.pdf, not as 'a\.gif'"):
        plot().save(tmp_path / "a.gif")


@pytest.mark.parametrize("times", [1, 30])
def test_axes_have_the_size_asked_for_and_words_have_room_above_them(times: int) -> None:
    figure, axes = page(300, 200, title="Kites " * times, statement="two kites " * times)
    FigureCanvasAgg(figure).draw()
    extent = axes.get_window_extent()
    assert extent.bounds == pytest.approx(np.round(extent.bounds), abs=1e-6)
    assert extent.size == pytest.approx((300, 200))
    title, told = (text.get_window_extent() for text in figure.texts)
    assert all(words.x0 >= 0 and words.x1 <= figure.bbox.width for words in (title, told))
    assert figure.bbox.height >= title.y1
    assert title.y0 >= told.y1 - 1
    assert told.y0 > extent.y1


def test_dollars_are_dollars() -> None:
    drawn = plot(draw=partial(points, "$x$ for $5")).figure
    assert [text.get_parse_math() for text in drawn.texts] == [False, False]
    assert drawn.axes[0].get_yticklabels()[0].get_text() == "$x$ for $5"
    assert plot(draw=partial(points, "$x_")).png


@pytest.fixture
def _fonts_are_looked_for_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a new process, and again after the test; fonts that it adds are forgotten."""
    caches = [cache for cache in vars(lettering).values() if hasattr(cache, "cache_clear")]
    manager = font_manager.fontManager
    with monkeypatch.context() as patch:
        plain = [font for font in manager.ttflist if font.name == "DejaVu Sans"]
        patch.setattr(manager, "ttflist", plain)
        for cache in caches:
            cache.cache_clear()
        yield
    for cache in caches:
        cache.cache_clear()


def font_with(character: str, path: Path) -> Path:
    """A font with this one character, a block as high as the line."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 900), (950, 900), (950, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "block"])
    builder.setupCharacterMap({ord(character): "block"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "block": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "block": (1000, 50)})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Kites", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=100)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.mark.usefixtures("_fonts_are_looked_for_anew")
def test_an_installed_font_draws_what_the_plots_own_lacks(tmp_path: Path) -> None:
    font_manager.fontManager.addfont(font_with(KITE, tmp_path / "kites.ttf"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with_kite = plot(draw=partial(points, KITE), letters=KITE)
        assert with_kite.figure.axes[0].get_yticklabels()[0].get_text() == KITE
        block, letter = (
            np.count_nonzero(seen(each.png, WHITE) < 0.25)
            for each in (with_kite, plot(draw=partial(points, "m")))
        )
        assert with_kite.save(tmp_path / "a.pdf").exists()
        assert with_kite.save(tmp_path / "a.svg").exists()
    assert block > letter + 50


@pytest.mark.usefixtures("_fonts_are_looked_for_anew")
def test_what_no_font_has_is_named_in_one_warning_and_replaced(
    tmp_path: Path,
) -> None:
    label = f"{KITE}\N{ZERO WIDTH JOINER} {KITE}揚"
    lacking = plot(draw=partial(points, label), letters=f"two points {label}")
    with pytest.warns(MissingGlyphWarning, match=f"no installed font has {KITE}揚;") as told:
        _ = lacking.png
    assert len(told) == 1
    with pytest.warns(MissingGlyphWarning) as told:
        lacking.save(tmp_path / "a.pdf")
    assert len(told) == 1
    with pytest.warns(MissingGlyphWarning) as told:
        drawn = lacking.figure
    assert len(told) == 1
    assert drawn.axes[0].get_yticklabels()[0].get_text() == "\ufffd \ufffd\ufffd"


def test_what_is_drawn_keeps_its_lines_and_what_there_are_fonts_for() -> None:
    assert drawable("a kite\n\u05d0 $x$\n") == "a kite\n\u05d0 $x$\n"


@pytest.mark.usefixtures("_fonts_are_looked_for_anew")
def test_a_title_that_no_font_has_stays_on_the_page() -> None:
    drawn, _ = page(300, 200, title=f"{KITE}\u0e14" * 40, statement=f"\u0e14{KITE}" * 60)
    drawn.draw_without_rendering()
    for text in drawn.texts:
        assert text.get_window_extent().x1 <= drawn.bbox.width


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


def test_a_title_is_shown_without_keys_and_characters_that_steer_a_terminal() -> None:
    title = "\x1b[2J\ud800 of https://kites.example/?key=not-to-be-seen"
    drawn, _ = page(300, 200, title=title, statement="")
    interactive = top_level(300, 200, title=title, statement="")
    for shown in (drawn.texts[0].get_text(), "".join(interactive["title"]["text"])):
        assert "not-to-be-seen" not in shown
        assert shown[0] in "␛\ufffd"  # not every machine has a font for the former
        assert shown.startswith("[2J\ufffd of", 1)


def test_a_statement_says_where_vectors_are_lexical() -> None:
    assert statement("a", "", "b") == "a · b"
    assert statement("a", answered_by="offline") == "a · offline, lexical"


def test_a_specification_has_no_ground_and_letters_that_read_on_any() -> None:
    whole = top_level(300, 200, title="Kites", statement="two kites " * 20, mark="rect")
    assert whole["$schema"].endswith("/v5.json")
    assert whole["background"] == "transparent"
    assert whole["title"]["text"] == ["Kites"]
    assert " ".join(whole["title"]["subtitle"]) == ("two kites " * 20).strip()
    assert (whole["width"], whole["height"], whole["mark"]) == (300, 200, "rect")
    colours = [LETTERS["color"], *re.findall(r'olor": "([^"]*)"', json.dumps(whole))]
    assert {colour[:7] for colour in colours} == {MIDDLE}


def test_a_table_keeps_text_that_csv_could_take_apart() -> None:
    hostile = ["a, b", 'say "hi"', "two\nlines", "datum['x']"]
    data = table(x=[0, 1, 2, 3], label=hostile)
    assert data["format"] == {"type": "csv", "parse": {"x": "number", "label": "string"}}
    rows = list(csv.DictReader(io.StringIO(data["values"], newline="")))
    assert [row["label"] for row in rows] == hostile


def kites(seed: int, kinds: tuple[str, ...]) -> Embeddings:
    vectors = np.random.default_rng(seed).normal(size=(len(kinds), 5)) + 1
    made: dict[str, Any] = {"vectors": vectors, "items": kinds, "modalities": kinds}
    return Embeddings(model="a-model", **made)


@QUIET
@given(st.integers(0, 2**16), st.integers(3, 20))
def test_less_the_mean_is_the_direction_from_the_mean(seed: int, count: int) -> None:
    embeddings = kites(seed, ("text",) * count)
    apart = embeddings.vectors - embeddings.vectors.mean(axis=0)
    expected = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    vectors, words = centred(embeddings, "mean")
    assert vectors == pytest.approx(expected, abs=1e-4)
    assert words == "less the mean of all"


def test_each_kind_is_centred_by_its_own_mean_where_there_are_three_of_each() -> None:
    mixed = kites(0, ("text", "image") * 3)
    vectors, words = centred(mixed, "auto")
    assert words == "less the mean of each kind of content"
    for kind in ("text", "image"):
        rows = np.array(mixed.modalities) == kind
        alone = centred(mixed[rows], "mean")[0]
        assert vectors[rows] == pytest.approx(alone, abs=1e-6)
    for few in (kites(0, ("text", "image") * 2), kites(0, ("text",) * 9)):
        assert centred(few, "auto") == (few.vectors, "")


def test_what_is_the_mean_itself_has_no_direction_left() -> None:
    same = kites(0, ("text",) * 4)[[0, 0, 0, 0]]
    assert not centred(same, "mean")[0].any()
    assert centred(same[:0], "mean")[0].shape == (0, 5)


def test_another_centre_is_refused() -> None:
    with pytest.raises(EmbeddingError, match='none of "auto", "none", "mean" and "modality"'):
        centred(kites(0, ("text",) * 3), how=cast("Any", "median"))
