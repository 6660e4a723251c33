import numpy as np

from gemini_nb.embeddings.spaces import Space
from gemini_nb.embeddings.table import embeddings_table

SPACE = Space("gemini-embedding-2", 768)


def table_of(labels: list[str], norms: list[float] | None = None, **options: object) -> str:
    lengths = np.array([1.0] * len(labels) if norms is None else norms, np.float32)
    kinds = options.pop("modalities", ["text"] * len(labels))
    space = options.pop("space", SPACE)
    return embeddings_table(labels, kinds, lengths, space, **options).plain()


def test_the_heading_says_how_many_there_are_and_who_made_them() -> None:
    heading = table_of(["a kite", "a bay"]).splitlines()[0]
    assert heading == "2 embeddings of 768 dimensions, from gemini-embedding-2"


def test_offline_vectors_are_not_taken_for_geminis() -> None:
    offline = Space("gemini-embedding-2", 768, answered_by="offline")
    assert "answered offline, not Gemini" in table_of(["a kite"], space=offline)


def test_the_first_ten_items_are_shown_and_the_others_counted() -> None:
    shown = table_of([f"kite {number}" for number in range(64)])
    assert "kite 9" in shown
    assert "kite 10" not in shown
    assert "and 54 more" in shown


def test_kinds_are_named_only_where_they_differ() -> None:
    assert "text" not in table_of(["a", "b"])
    assert "image" in table_of(["a", "b"], modalities=["text", "image"])


def test_vectors_that_did_not_come_as_unit_vectors_are_told_of() -> None:
    assert "came with lengths 0.56 to 0.59" in table_of(["a", "b"], [0.56, 0.59])
    assert "came with" not in table_of(["a", "b"], [1.0, 0.9999])


def test_the_task_is_told() -> None:
    assert "made for CLUSTERING" in table_of(["a"], task="CLUSTERING")


def test_a_set_without_items_is_a_line() -> None:
    assert table_of([]) == "0 embeddings, from gemini-embedding-2"


def test_labels_are_no_markup_and_hold_no_key() -> None:
    kinds = ["text"]
    label = "<script>?key=not-to-be-seen"
    shown = embeddings_table([label], kinds, np.ones(1, np.float32), SPACE).bundle()
    assert "<script>" not in shown["text/html"]
    assert not any("not-to-be-seen" in text for text in shown.values())
