"""What is nearest to a query, and how much that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

import gemini_nb as gnb
from gemini_nb.embeddings.spaces import TaskMismatchWarning
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

quick = settings(derandomize=True, deadline=None, max_examples=50)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 30)


def embedded(vectors: ArrayLike, labels: list[str] | None = None, **fields: Any) -> gnb.Embeddings:
    names = labels or [f"item {number}" for number in range(len(np.asarray(vectors)))]
    return gnb.Embeddings(vectors, names, model="a-model", **fields)


def at_cosines(cosines: list[float]) -> NDArray[np.float64]:
    """Vectors with these cosines to the first axis, each with another axis of its own."""
    along = np.array(cosines)[:, None]
    return np.hstack([along, np.sqrt(1 - along**2) * np.eye(len(cosines))])


@quick
@given(seeds, counts, st.integers(1, 12))
def test_hits_are_those_of_scikit_learn(seed: int, count: int, k: int) -> None:
    random = np.random.default_rng(seed)
    items, query = embedded(random.normal(size=(count, 9))), embedded(random.normal(size=(1, 9)))

    ranking = items.nearest(query, k)

    reference = NearestNeighbors(n_neighbors=min(k, count), metric="cosine", algorithm="brute")
    distances, indices = reference.fit(items.vectors).kneighbors(query.vectors)
    assert [hit.index for hit in ranking] == indices[0].tolist()
    np.testing.assert_allclose([hit.cosine for hit in ranking], 1 - distances[0], atol=1e-6)
    assert [hit.score for hit in ranking] == [hit.cosine for hit in ranking]
    assert [hit.item for hit in ranking] == [items.items[hit.index] for hit in ranking]


@quick
@given(seeds, counts, st.integers(1, 40))
def test_of_equally_near_items_the_first_come_first(seed: int, count: int, k: int) -> None:
    corners = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0]])
    items = embedded(corners[np.random.default_rng(seed).integers(0, 4, size=count)])
    query = embedded([[1, 0, 0]])

    ranking = items.nearest(query, k)

    cosines = items.similarity(query)[:, 0]
    assert ranking.indices.tolist() == np.argsort(-cosines, kind="stable")[:k].tolist()


@pytest.mark.parametrize("seed", range(5))
def test_items_that_are_almost_equally_near_are_told_apart_in_float64(seed: int) -> None:
    random = np.random.default_rng(seed)
    near = embedded(random.normal(size=700) + 2e-3 * random.normal(size=(301, 700)))
    items, query = near[1:], near[0]

    ranking = items.nearest(query, k=3)

    cosines = (items.vectors.astype(float) @ query.vectors[0].astype(float)).astype(np.float32)
    assert ranking.indices.tolist() == np.argsort(-cosines, kind="stable")[:3].tolist()


def test_very_many_equally_near_items_come_in_their_order() -> None:
    items = embedded(np.ones((20_000, 3)))

    assert items.nearest(items[5], k=4).indices.tolist() == [0, 1, 2, 3]


@quick
@given(seeds)
def test_the_order_of_items_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    items, query = embedded(random.normal(size=(20, 6))), embedded(random.normal(size=(1, 6)))
    order = random.permutation(20)

    assert (order[items[order].nearest(query).indices] == items.nearest(query).indices).all()


@quick
@given(seeds, st.integers(-20, 20))
def test_the_length_of_the_vectors_changes_nothing(seed: int, exponent: int) -> None:
    random = np.random.default_rng(seed)
    vectors, query = random.normal(size=(20, 6)), random.normal(size=(1, 6))
    scale = 2.0**exponent

    found = embedded(vectors).nearest(embedded(query)).hits
    scaled = embedded(vectors * scale).nearest(embedded(query / scale)).hits

    assert scaled == found


# A cookbook re-ranks by the similarity of all results at once, of which the best is always the
# first: the trap that `nearest` closes.
@pytest.mark.parametrize("position", range(6))
def test_the_best_hit_is_the_item_that_is_nearest_wherever_it_stands(position: int) -> None:
    items = embedded(np.random.default_rng(1).normal(size=(6, 8)))

    assert items.nearest(items[position]).hits[0].index == position


def test_of_several_queries_one_must_be_picked() -> None:
    items = embedded(np.eye(3))

    with pytest.raises(EmbeddingError, match=r"3 items; pick one, as queries\[0\]"):
        items.nearest(items)
    with pytest.raises(EmbeddingError, match="0 items"):
        items.nearest(items[:0])


# Cosines measured with Gemini: a text about a jetpack has 0.413 with a picture of one, and 0.574
# with a recording of trees.
JETPACK = at_cosines([0.413, 0.298, 0.305, 0.574, 0.569, 0.571])
KINDS = ("image", "image", "image", "audio", "audio", "audio")
LABELS = ["jetpack.png", "trees.png", "sea.png", "trees.wav", "rain.wav", "wind.wav"]
TEXT = embedded([[1, 0, 0, 0, 0, 0, 0]], ["The jetpack is cool"])


def test_a_recording_is_not_nearer_than_the_right_picture_because_it_is_a_recording() -> None:
    items = embedded(JETPACK, LABELS, modalities=KINDS)

    ranking = items.nearest(TEXT, k=6)

    assert ranking.hits[0].label == "jetpack.png"
    assert items.nearest(TEXT, k=1).hits == ranking.hits[:1]
    assert ranking.hits[0].score == pytest.approx(0.413 - (0.413 + 0.298 + 0.305) / 3, abs=1e-6)
    assert ranking.hits[0].cosine == pytest.approx(0.413, abs=1e-6)
    assert ranking.is_centred
    assert any("of that kind" in remark for remark in ranking.remarks)


def test_in_a_set_of_one_kind_items_are_ranked_by_their_cosines() -> None:
    ranking = embedded(JETPACK, LABELS).nearest(TEXT, k=6)

    assert [hit.label for hit in ranking][:3] == ["trees.wav", "wind.wav", "rain.wav"]
    assert not ranking.is_centred


def test_percentiles_in_a_set_of_several_kinds_are_among_pairs_of_such_kinds() -> None:
    texts, images = at_cosines([0.9, 0.8, 0.7, 0.6]), at_cosines([0, 0, 0.2, 0.4, 0.2])[:, :5]
    mixed = embedded(np.vstack([texts, images]), modalities=("text",) * 4 + ("image",) * 5)

    ranking = mixed.nearest(mixed[8], k=9)

    shares = {hit.index: hit.percentile for hit in ranking}
    between = np.sort(mixed[:4].similarity(mixed[4:]), axis=None)
    for index in range(4):
        cosine = mixed[8].similarity(mixed[index])[0, 0]
        below, up_to = np.searchsorted(between, [cosine - 1e-6, cosine + 1e-6])
        assert shares[index] == pytest.approx(50 * (below + up_to) / len(between))


def test_the_only_item_of_its_kind_is_pointed_out() -> None:
    items = embedded(JETPACK[:4], LABELS[:4], modalities=KINDS[:4])

    remarks = items.nearest(embedded(np.eye(1, 7))).remarks

    assert any("only item of kind audio" in remark for remark in remarks)


def test_a_hit_is_measured_by_the_pairs_of_the_set() -> None:
    items = embedded(at_cosines([0.9, 0.5, 0.1]))

    ranking = items.nearest(embedded(np.eye(1, 4)), k=3)

    # The pairs have cosines 0.45, 0.09 and 0.05.
    assert [hit.percentile for hit in ranking] == pytest.approx([100, 100, 200 / 3])


def test_the_margin_is_measured_by_those_of_the_items() -> None:
    items = embedded([[1, 0, 0], [1, 0, 0], [0.6, 0.8, 0], [0, 0, 1]])

    clear = items.nearest(embedded([[0, 0.2, 1]]))
    undecided = items.nearest(embedded([[2, 0, 1]]))

    assert clear.margin_percentile == 100
    assert undecided.margin == 0
    # Two of the four items are as near to two others; the equal ones lead by 0.4.
    assert undecided.margin_percentile == 25
    assert "the first two are equally near" in undecided.remarks


def test_a_query_that_is_an_item_finds_itself_which_no_item_does() -> None:
    found = embedded(at_cosines([0.9, 0.5, 0.1]))

    ranking = found.nearest(found[1])

    assert ranking.margin_percentile is None
    assert "the first is equal to the query" in ranking.remarks


@pytest.mark.parametrize("count", [1, 2])
def test_a_set_of_one_or_two_items_has_no_margins_to_measure_by(count: int) -> None:
    ranking = embedded(np.eye(count, 3)).nearest(embedded([[3, 0, 0]]))

    assert len(ranking) == count
    assert ranking.margin == (None if count == 1 else 1)
    assert ranking.margin_percentile is None
    assert ranking[0].percentile == (None if count == 1 else 100)


def test_the_set_must_have_an_item_and_k_must_ask_for_one() -> None:
    items = embedded(np.eye(3))

    with pytest.raises(EmbeddingError, match="nothing to search"):
        items[:0].nearest(items[0])
    with pytest.raises(EmbeddingError, match="k=0"):
        items.nearest(items[0], k=0)


def test_a_query_is_embedded_as_the_items_were() -> None:
    asked: list[object] = []

    def embedder(item: object, task: str | None) -> gnb.Embeddings:
        asked.extend((item, task))
        return gnb.Embeddings([[0, 1]], [item], model="a-model", task=task)

    items = embedded(np.eye(2), task="RETRIEVAL_DOCUMENT", embedder=embedder)

    assert items.nearest("a red kite", k=1).hits[0].index == 1
    assert items[:1].nearest("a red kite").query == "a red kite"
    assert asked == ["a red kite", "RETRIEVAL_QUERY"] * 2


@pytest.mark.parametrize("task", ["CLUSTERING", "SEMANTIC_SIMILARITY", None])
def test_a_query_has_the_task_of_items_that_are_no_documents(task: str | None) -> None:
    def embedder(item: object, task_of_query: str | None) -> gnb.Embeddings:
        assert task_of_query == task
        return gnb.Embeddings([[0, 1]], [item], model="a-model", task=task_of_query)

    assert embedded(np.eye(2), task=task, embedder=embedder).nearest("kite").query == "kite"


def test_a_query_is_shortened_as_the_items_have_been() -> None:
    def embedder(item: object, task: str | None) -> gnb.Embeddings:
        return gnb.Embeddings([[0, 3, 4]], [item], model="a-model", task=task)

    items = embedded(np.eye(3), embedder=embedder)[:2].truncate(2)

    assert items.nearest("a red kite")[0].cosine == 1


def test_a_hit_that_is_the_query_itself_is_told_of() -> None:
    items = embedded(np.random.default_rng(9).normal(size=(5, 7)))

    assert "the first is equal to the query" in items.nearest(items[2]).remarks
    assert "the first is equal to the query" not in items[:2].nearest(items[2]).remarks


def test_without_a_client_a_text_can_not_be_a_query() -> None:
    with pytest.raises(EmbeddingError, match="no client"):
        embedded(np.eye(2)).nearest("a red kite")


@pytest.mark.parametrize("query", [np.ones(3), [0.1, 0.2, 0.3], ["one", "two"], " ", None])
def test_vectors_of_unknown_origin_and_lists_are_no_query(query: object) -> None:
    with pytest.raises(EmbeddingError, match="query is"):
        embedded(np.eye(3)).nearest(query)


def test_a_query_of_another_model_or_task_is_told_of() -> None:
    items = embedded(np.eye(2), task="CLUSTERING")

    with pytest.raises(EmbeddingError, match="two models"):
        items.nearest(gnb.Embeddings([[1, 0]], ["kite"], model="another-model"))
    with pytest.raises(EmbeddingError, match="2 dimensions, the other 3"):
        items.nearest(embedded([[1, 0, 0]]))
    with pytest.warns(TaskMismatchWarning):
        items.nearest(embedded([[1, 0]], task="RETRIEVAL_QUERY"))


def test_a_ranking_shows_itself_as_a_table() -> None:
    items = embedded(at_cosines([0.9, 0.3, 0.1]), ["kite", "<b>sky</b>", "sea"])

    ranking = items.nearest(embedded(np.eye(1, 4), ["wind"]), k=2)

    assert repr(ranking).splitlines()[:4] == [
        "2 nearest to 'wind'",
        "     item        cosine  percentile",
        "  0  kite         0.900       100.0",
        "  1  <b>sky</b>   0.300       100.0",
    ]
    assert "0.600 ahead of the second, more than any item here is ahead of" in repr(ranking)
    bundle = ranking._repr_mimebundle_()
    assert bundle["text/plain"] == repr(ranking)
    assert "&lt;b&gt;sky" in bundle["text/html"]
    assert "<b>sky" not in bundle["text/html"]
