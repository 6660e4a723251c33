"""A map says how far it may be believed, and measures nothing on itself but what it keeps."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gemini_nb.drawing.lettering import text_width
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.centring import centred
from gemini_nb.plots.maps.groups import map_groups
from gemini_nb.plots.maps.labels import placed
from gemini_nb.plots.maps.map_plot import plot_map
from gemini_nb.plots.plot import VEGA_LITE
from gemini_nb.plots.vega import stored_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.plots.plot import Plot

TOPICS = ["bread", "stars", "rivers"]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[unclosed (regexp",
    "a, comma and \"quotes\" and 'more'",
    "$x^2$ and $\\frac{1}$",
    "line\nbreak\ttab \u202e turned \0",
    "datum.text; alert(1)",
    "{{ mustache }} ${dollar} `tick`",
    "茶 ☕ \N{GRINNING FACE}",
    "",
]


def a_set(items: int, *, groups: int = 3, dimensions: int = 32, **told: Any) -> Embeddings:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((groups, dimensions))
    vectors = centres[np.arange(items) % groups] + rng.standard_normal((items, dimensions)) * 0.4
    return Embeddings(vectors, [f"a text of 27 letters, {n:5d}" for n in range(items)], "m", **told)


def topics(items: int) -> list[str]:
    return [TOPICS[item % 3] for item in range(items)]


def rows_of(plot: Plot) -> list[dict[str, str]]:
    assert plot.specification is not None
    data = plot.specification["vconcat"][0]["data"]["values"]
    return list(csv.DictReader(io.StringIO(data)))


def nodes(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            yield from nodes(child)


def kept_by_scikit_learn(vectors: np.ndarray, places: np.ndarray) -> float:
    from sklearn.neighbors import NearestNeighbors

    near = [
        NearestNeighbors(n_neighbors=10).fit(rows).kneighbors(return_distance=False).tolist()
        for rows in (vectors.astype(np.float64), places)
    ]
    return float(np.mean([len({*true} & {*seen}) for true, seen in zip(*near, strict=True)])) / 10


def test_the_line_tells_what_share_of_neighbours_scikit_learn_finds_kept() -> None:
    embeddings = a_set(300)
    plot = plot_map(embeddings)
    places = np.array([(float(row["x"]), float(row["y"])) for row in rows_of(plot)])
    told = re.search(r"keeps (\d+) % of the true 10 nearest neighbours", plot.text)
    assert told
    expected = 100 * kept_by_scikit_learn(embeddings.vectors, places)
    assert int(told[1]) == pytest.approx(expected, abs=2)


def test_the_line_tells_the_variance_that_scikit_learn_finds() -> None:
    from sklearn.decomposition import PCA

    embeddings = a_set(200)
    shares = PCA(2, svd_solver="full").fit(embeddings.vectors).explained_variance_ratio_
    assert f"{100 * shares.sum():.0f} % of the variance" in plot_map(embeddings).text


def test_groups_are_told_by_the_full_space_with_their_numbers() -> None:
    text = plot_map(a_set(31), groups=topics(31)).text
    assert "nearest neighbour, in the full space, is of the same group:" in text
    assert re.findall(r"^(\w+ \(\d+\)) +(\d+) %", text, re.MULTILINE) == [
        ("bread (11)", "100"),
        ("stars (10)", "100"),
        ("rivers (10)", "100"),
    ]


def test_labels_that_have_nothing_to_do_with_the_vectors_get_low_shares() -> None:
    groups = np.random.default_rng(1).integers(0, 5, 400).tolist()
    shares = re.findall(r"(\d+) % of them", plot_map(a_set(400), groups=groups).text)
    assert len(shares) == 5
    assert all(int(share) < 40 for share in shares)


def test_only_items_are_drawn_never_centroids_or_radii() -> None:
    plot = plot_map(a_set(60), groups=topics(60))
    assert len(rows_of(plot)) == 60
    assert plot.specification is not None
    marks = [value for key, value in nodes(plot.specification) if key == "mark"]
    assert [mark["type"] for mark in marks] == ["point", "rule", "text"]  # the text is the line
    transforms = json.dumps(plot.specification)
    assert not re.search('aggregate|mean|density|"arc"|"circle", "size"', transforms)
    axes = plot.figure.axes[0]
    assert sum(len(line.get_xdata()) for line in axes.lines) == 60
    assert not axes.patches
    assert not axes.collections


def test_lines_lead_to_the_nearest_in_the_full_space() -> None:
    embeddings = a_set(50)
    cosines = embeddings.vectors.astype(np.float64) @ embeddings.vectors.T
    np.fill_diagonal(cosines, -2)
    expected = np.argsort(-cosines, axis=1)[:, :5]
    found = [[int(item) for item in row["near"].split()] for row in rows_of(plot_map(embeddings))]
    np.testing.assert_array_equal(found, expected)


def test_matching_texts_and_pictures_come_together_once_each_modality_is_centred() -> None:
    rng = np.random.default_rng(2)
    things = rng.standard_normal((12, 24))
    texts, pictures = rng.standard_normal((2, 24)) * 4
    noise = rng.standard_normal((24, 24)) * 0.1
    mixed = Embeddings(
        np.concatenate((things + texts, things + pictures)) + noise,
        [f"thing {number % 12}" for number in range(24)],
        "m",
        modalities=["text"] * 12 + ["image"] * 12,
    )

    def matched(vectors: np.ndarray) -> float:
        """How many texts have their picture as the nearest of all others."""
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -2)
        return float(np.mean(cosines[:12].argmax(axis=1) == np.arange(12, 24)))

    assert matched(mixed.vectors) < 0.1
    assert matched(centred(mixed.vectors, mixed.modalities, "auto")) > 0.9
    plot = plot_map(mixed)
    assert "each modality centred on its own" in plot.text
    assert "text (12)" in plot.text
    near = [row["near"].split()[0] for row in rows_of(plot)[:12]]
    assert near == [str(item) for item in range(12, 24)]
    raw = plot_map(mixed, centre="none")
    assert "centred" not in raw.text
    assert all(int(row["near"].split()[0]) < 12 for row in rows_of(raw)[:12])


def test_hostile_texts_and_labels_are_data_alone() -> None:
    items = HOSTILE * 2
    rng = np.random.default_rng(0)
    embeddings = Embeddings(rng.standard_normal((len(items), 8)), items, "m")
    plot = plot_map(embeddings, groups=items)
    assert plot.png
    specification = plot.specification
    assert specification is not None
    expressions = [
        value
        for key, value in nodes(specification)
        if key in {"calculate", "expr", "labelExpr", "test", "filter", "update"}
    ]
    expected = json.dumps(
        [
            value
            for key, value in nodes(plot_map(a_set(18), groups=topics(18)).specification)
            if key in {"calculate", "expr", "labelExpr", "test", "filter", "update"}
        ]
    )
    assert json.dumps(expressions) == expected
    assert len(rows_of(plot)) == len(items)
    assert rows_of(plot)[1]["text"] == HOSTILE[1]
    assert not any(character in plot.text for character in "\0\u202e\t")


def test_a_search_is_for_letters_not_for_a_pattern() -> None:
    specification = json.dumps(plot_map(a_set(20)).specification)
    assert "indexof(lower(datum.text), lower(searched))" in specification
    assert "regexp" not in specification


@pytest.mark.parametrize("text", ["kite", "a long red kite " * 200, "茶" * 500, "\N{KITE}" * 500])
def test_a_thousand_points_with_their_texts_stay_light(text: str) -> None:
    labels = tuple(f"{item} {text}" for item in range(1000))
    groups = [f"{name}, a name that is much too long" for name in topics(1000)]
    bundle = plot_map(a_set(1000, labels=labels), groups=groups)._repr_mimebundle_()
    assert stored_size(bundle) < 150_000


def test_long_texts_are_cut_and_many_of_them_cut_shorter() -> None:
    few, many = (
        Embeddings(a_set(items).vectors, ["long " * 999] * items, "m") for items in (20, 1000)
    )
    lengths = [max(len(row["text"]) for row in rows_of(plot_map(one))) for one in (few, many)]
    assert lengths == [300, 48]
    assert stored_size(plot_map(many)._repr_mimebundle_()) < 200_000


@pytest.mark.parametrize(
    ("items", "is_interactive"), [(1_001, True), (5_000, True), (5_001, False)]
)
def test_beyond_five_thousand_items_there_are_pixels_only(
    items: int, *, is_interactive: bool
) -> None:
    embeddings = Embeddings(a_set(items, dimensions=8).vectors, ["a"] * items, "m")
    bundle = plot_map(embeddings)._repr_mimebundle_()
    assert (VEGA_LITE in bundle) == is_interactive
    assert bundle["image/png"]


def test_beyond_fifty_thousand_items_are_counted_and_none_is_lost() -> None:
    items = 50_001
    plot = plot_map(Embeddings(a_set(items, dimensions=4).vectors, ["a"] * items, "m"))
    assert "the colour counts items" in plot.text
    image = plot.figure.axes[0].images[0].get_array()
    assert image is not None
    assert int(image.sum()) == items


def test_one_item_stands_in_the_middle() -> None:
    plot = plot_map(a_set(1))
    assert plot.text == "PCA · nothing sets the items apart"
    assert [(row["x"], row["y"]) for row in rows_of(plot)] == [("0.0", "0.0")]
    assert plot.png


def test_items_that_are_all_the_same_keep_all_neighbours_at_one_place() -> None:
    plot = plot_map(Embeddings(np.ones((30, 4)), ["same"] * 30, "m"))
    assert "keeps 100 % of the true 10 nearest" in plot.text
    assert "nothing sets the items apart" in plot.text
    assert plot.png


def test_a_set_without_items_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="no items, so there is nothing to map"):
        plot_map(a_set(3)[:0])


def test_labels_must_be_one_for_each_item() -> None:
    with pytest.raises(EmbeddingError, match="2 labels for 3 items; pass one for each"):
        plot_map(a_set(3), groups=["a", "b"])
    with pytest.raises(EmbeddingError, match="must be a list"):
        plot_map(a_set(3), groups=5)


def test_an_unknown_centre_is_refused() -> None:
    with pytest.raises(EmbeddingError, match="centre='median' is none of"):
        plot_map(a_set(3), centre="median")


def test_vectors_made_offline_say_so() -> None:
    assert "offline, lexical" in plot_map(a_set(9, answered_by="offline")).text
    assert "offline" not in plot_map(a_set(9)).text


def test_the_same_map_is_the_same_bytes() -> None:
    one, other = (plot_map(a_set(40), groups=topics(40)) for _ in range(2))
    assert one.png == other.png
    assert one.specification == other.specification


def test_units_are_equally_long_on_both_axes() -> None:
    axes = plot_map(a_set(60)).figure.axes[0]
    box = axes.get_window_extent()
    across, up = (np.ptp(limits) for limits in (axes.get_xlim(), axes.get_ylim()))
    assert across / box.width == pytest.approx(up / box.height)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_axes_have_names_only_where_they_mean_something(method: Any) -> None:
    axes = plot_map(a_set(40), method=method).figure.axes[0]
    names = axes.get_xlabel(), axes.get_ylabel()
    assert all("% of the variance" in name for name in names) == (method == "pca")
    assert any(names) == (method == "pca")
    assert not axes.get_xticks().size


def test_everything_written_on_the_page_lies_within_it() -> None:
    figure = plot_map(a_set(40), groups=["a name that goes on and on and on"] * 39 + [7]).figure
    drawn = figure.get_tightbbox()
    assert 0 <= drawn.x0 < drawn.x1 <= figure.get_figwidth()
    assert 0 <= drawn.y0 < drawn.y1 <= figure.get_figheight()


def test_no_text_lies_on_another_or_on_a_point() -> None:
    points = np.random.default_rng(3).random((40, 2)) * [480, 300]
    texts = [(f"{item} · some short text", str(item)) for item in range(40)]
    found = placed(points.tolist(), texts, (480, 300))
    assert len(found) > 20
    height = 7.5 / 72 * 100
    for place, one in enumerate(found):
        width = text_width(one.text) * height
        assert 0 <= one.x <= one.x + width <= 480
        beside = np.abs(points[:, 1] - one.y) < height / 2
        assert not (beside & (points[:, 0] > one.x) & (points[:, 0] < one.x + width)).any()
        for other in found[:place]:
            is_level = abs(one.y - other.y) < height
            other_width = text_width(other.text) * height
            assert not (is_level and one.x < other.x + other_width and other.x < one.x + width)


def test_groups_differ_in_colour_and_in_shape() -> None:
    groups = map_groups(list(range(11)))
    assert len({group.colour for group in groups}) == 11
    assert len({group.marker for group in groups}) == 11
    assert len({group.shape for group in groups}) == 11


def test_the_smallest_of_many_groups_are_one() -> None:
    labels = [label for label in range(13) for _ in range(14 - label)]
    titles = [group.title for group in map_groups(labels)]
    assert titles[0] == "0 (14)"
    assert titles[-1] == "2 other groups (5)"
    assert len(titles) == 12


def test_a_single_group_beyond_the_colours_keeps_its_name() -> None:
    labels = [label for label in range(12) for _ in range(14 - label)]
    assert [group.title for group in map_groups(labels)][-1] == "11 (3)"


def test_names_that_are_cut_alike_still_differ() -> None:
    titles = [group.title for group in map_groups(["a very long name " * 3 + end for end in "xy"])]
    assert len(set(titles)) == 2


def test_items_without_a_label_are_no_group() -> None:
    assert [group.title for group in map_groups([None, "a", None])] == ["a (1)", "no group (2)"]


def test_labels_that_cannot_be_names_are_refused() -> None:
    with pytest.raises(EmbeddingError, match="pass one str, int or None"):
        map_groups([["a"], ["b"]])
