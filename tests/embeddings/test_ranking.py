"""What is nearest to a query, and how much that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gemini_nb.embeddings.ranking import Ranking

quick = settings(derandomize=True, deadline=None, max_examples=50)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 30)


def embedded(vectors: ArrayLike, labels: list[str] | None = None, **fields: Any) -> Embeddings:
    names = labels or [f"item {number}" for number in range(len(np.asarray(vectors)))]
    return Embeddings(vectors, names, model="a-model", **fields)


def at_cosines(cosines: list[float]) -> NDArray[np.float64]:
    """Vectors with these cosines to the first axis, each with another axis of its own."""
    along = np.array(cosines)[:, None]
    return np.hstack([along, np.sqrt(1 - along**2) * np.eye(len(cosines))])


def positions(ranking: Ranking) -> list[int]:
    return [hit.index for hit in ranking]


@quick
@given(seeds, counts, st.integers(1, 12))
def test_hits_are_those_of_scikit_learn(seed: int, count: int, k: int) -> None:
    sklearn_neighbors = pytest.importorskip("sklearn.neighbors")
    random = np.random.default_rng(seed)
    items, query = embedded(random.normal(size=(count, 9))), embedded(random.normal(size=(1, 9)))

    ranking = items.nearest(query, k)

    search = sklearn_neighbors.NearestNeighbors(metric="cosine", algorithm="brute")
    search.set_params(n_neighbors=min(k, count)).fit(items.vectors)
    distances, indices = search.kneighbors(query.vectors)
    assert positions(ranking) == indices[0].tolist()
    np.testing.assert_allclose([hit.cosine for hit in ranking], 1 - distances[0], atol=1e-6)
    assert [hit.score for hit in ranking] == [hit.cosine for hit in ranking]
    assert [hit.item for hit in ranking] == [items.items[hit.index] for hit in ranking]


@quick
@given(seeds, counts, st.integers(1, 40))
def test_of_equally_near_items_the_first_come_first(seed: int, count: int, k: int) -> None:
    corners = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0]])
    items = embedded(corners[np.random.default_rng(seed).integers(0, 4, size=count)])
    query = embedded([[1, 0, 0]])

    cosines = items.similarity(query)[:, 0]
    expected = np.argsort(-cosines, kind="stable")[:k].tolist()
    assert positions(items.nearest(query, k)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_items_that_are_almost_equally_near_are_told_apart_in_float64(seed: int) -> None:
    random = np.random.default_rng(seed)
    near = embedded(random.normal(size=700) + 2e-3 * random.normal(size=(301, 700)))
    items, query = near[1:], near[0]

    cosines = (items.vectors.astype(float) @ query.vectors[0].astype(float)).astype(np.float32)
    expected = np.argsort(-cosines, kind="stable")[:3].tolist()
    assert positions(items.nearest(query, k=3)) == expected


# A cookbook re-ranks by the similarity of all results at once, of which the best is always the
# first: the trap that `nearest` closes.
@pytest.mark.parametrize("position", range(6))
def test_the_best_hit_is_the_item_that_is_nearest_wherever_it_stands(position: int) -> None:
    items = embedded(np.random.default_rng(1).normal(size=(6, 8)))

    ranking = items.nearest(items[position])

    assert ranking[0].index == position
    assert ranking.remarks[0] == "the first is equal to the query"


# Cosines measured with Gemini: a text about a jetpack has 0.413 with a picture of one, and 0.574
# with a recording of trees.
JETPACK = at_cosines([0.413, 0.298, 0.305, 0.574, 0.569, 0.571])
KINDS = ("image", "image", "image", "audio", "audio", "audio")
LABELS = ["jetpack.png", "trees.png", "sea.png", "trees.wav", "rain.wav", "wind.wav"]
TEXT = embedded([[1, 0, 0, 0, 0, 0, 0]], ["The jetpack is cool"])


def test_a_recording_is_not_nearer_than_the_right_picture_because_it_is_a_recording() -> None:
    items = embedded(JETPACK, LABELS, modalities=KINDS)

    ranking = items.nearest(TEXT, k=6)

    assert ranking[0].label == "jetpack.png"
    assert ranking[0].modality == "image"
    assert items.nearest(TEXT, k=1).hits == ranking.hits[:1]
    assert ranking[0].score == pytest.approx(0.413 - (0.413 + 0.298 + 0.305) / 3, abs=1e-6)
    assert ranking[0].cosine == pytest.approx(0.413, abs=1e-6)
    assert ranking.is_centred
    assert repr(items.nearest(TEXT, k=2)).splitlines() == [
        "2 nearest to 'The jetpack is cool'",
        "     item         cosine   score  kind",
        "  0  jetpack.png   0.413  +0.074  image",
        "  3  trees.wav     0.574  +0.003  audio",
        "  the first leads the second by 0.072",
        "  score: the cosine less the query's mean with all items of its kind",
    ]


def test_the_only_item_of_its_kind_is_told_to_have_no_score() -> None:
    ranking = embedded(JETPACK[2:], LABELS[2:], modalities=KINDS[2:]).nearest(TEXT)

    assert ranking.remarks[-1] == "the only image has score 0"


def test_a_query_of_another_kind_is_not_compared_with_pairs_of_the_set() -> None:
    ranking = embedded(JETPACK[:3], LABELS[:3], modalities=KINDS[:3]).nearest(TEXT)

    assert ranking.query_modality == "text"
    assert ranking.remarks == ("the first leads the second by 0.108",)


COMPARISON = (
    "  for comparison: two items of this set taken at random have a cosine of about 0.09, an item "
    "and its nearest about 0.27"
)


def test_a_ranking_says_what_cosines_are_usual_in_the_set() -> None:
    items = embedded(at_cosines([0.9, 0.3, 0.1]), ["kite", "<b>sky</b>", "sea"])

    ranking = items.nearest(embedded(np.eye(1, 4), ["wind"]), k=2)

    # The pairs have cosines 0.27, 0.09 and 0.03.
    assert repr(ranking).splitlines() == [
        "2 nearest to 'wind'",
        "     item        cosine",
        "  0  kite         0.900",
        "  1  <b>sky</b>   0.300",
        "  the first leads the second by 0.600",
        COMPARISON,
    ]
    bundle = ranking._repr_mimebundle_()
    assert bundle["text/plain"] == repr(ranking)
    assert "&lt;b&gt;sky" in bundle["text/html"]
    assert "<b>sky" not in bundle["text/html"]


def test_what_is_usual_is_computed_when_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("gemini_nb.embeddings.embeddings.typical", fail)
    items = embedded(np.eye(5))

    assert items.nearest(embedded([[3, 2, 1, 0, 0]]), k=2)[1].label == "item 1"


def test_one_item_leads_none_and_has_nothing_to_compare_with() -> None:
    ranking = embedded([[1, 0]]).nearest(embedded([[2, 1]]))

    assert (len(ranking), ranking.margin, ranking.searched.typical, ranking.remarks) == (
        1,
        None,
        None,
        (),
    )


def test_of_two_that_are_equally_near_but_for_rounding_none_leads() -> None:
    ranking = embedded([[1, 0], [0, 1.0001]]).nearest(embedded([[1, 1.0001]]))

    assert ranking.remarks == ("the first two are equally near",)


def test_the_set_must_have_an_item_and_k_must_ask_for_one() -> None:
    items = embedded(np.eye(3))

    with pytest.raises(EmbeddingError, match="nothing to search"):
        items[:0].nearest(items[0])
    with pytest.raises(EmbeddingError, match="k=0"):
        items.nearest(items[0], k=0)
