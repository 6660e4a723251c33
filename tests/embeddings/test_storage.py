from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.storage import Fields, load, save
from gemini_nb.errors import EmbeddingError

ANY_TEXT = st.text(st.characters(), max_size=20)  # lone surrogates too


def fields_of(items: list[object], **changes: object) -> Fields:
    labels = tuple(item if isinstance(item, str) else "image 8 x 8" for item in items)
    kinds = tuple("text" if isinstance(item, str) else "image" for item in items)
    fields = Fields(
        vectors=np.full((len(items), 3), 0.5, np.float32),
        items=tuple(items),
        labels=labels,
        modalities=kinds,
        norms=np.full(len(items), 0.7, np.float32),
        model="gemini-embedding-2",
        answered_by="",
        task=None,
    )
    return Fields(**{**fields, **changes})


def archive_of(fields: Fields) -> BytesIO:
    file = BytesIO()
    save(file, fields)
    file.seek(0)
    return file


def as_plain(fields: Fields) -> dict[str, object]:
    return {**fields, "vectors": fields["vectors"].tolist(), "norms": fields["norms"].tolist()}


@given(st.lists(ANY_TEXT, max_size=4), ANY_TEXT, st.none() | ANY_TEXT)
@example(["ends in NUL\0\0", "\ud83d", "\ud83d\ude00", ""], "", "CLUSTERING")
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_texts_come_back_as_they_were(
    items: list[str], answered_by: str, task: str | None
) -> None:
    saved = fields_of(items, answered_by=answered_by, task=task)
    assert as_plain(load(archive_of(saved))) == as_plain(saved)


def test_vectors_come_back_to_the_last_bit() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    saved = fields_of(list("abcde"), vectors=vectors)
    assert load(archive_of(saved))["vectors"].tobytes() == vectors.tobytes()


def test_what_is_not_text_comes_back_as_its_label_with_its_kind() -> None:
    loaded = load(archive_of(fields_of(["a kite", b"PNG..."])))
    assert loaded["items"] == ("a kite", "image 8 x 8")
    assert loaded["modalities"] == ("text", "image")


def test_labels_of_ones_own_are_kept_beside_the_texts() -> None:
    loaded = load(archive_of(fields_of(["a kite"], labels=("first",))))
    assert (loaded["items"], loaded["labels"]) == (("a kite",), ("first",))


@pytest.mark.parametrize(
    ("given_name", "saved_name"),
    [("kites", "kites.npz"), ("kites.npz", "kites.npz"), ("kites.v2", "kites.v2.npz")],
)
def test_the_suffix_is_added_once(tmp_path: Path, given_name: str, saved_name: str) -> None:
    assert save(tmp_path / given_name, fields_of(["a"])) == tmp_path / saved_name
    assert [path.name for path in tmp_path.iterdir()] == [saved_name]
    assert load(str(tmp_path / given_name))["items"] == ("a",)
    assert load(tmp_path / saved_name)["items"] == ("a",)


def test_a_file_that_is_missing_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "kites")


def test_the_same_set_gives_the_same_bytes() -> None:
    assert archive_of(fields_of(["a"])).getvalue() == archive_of(fields_of(["a"])).getvalue()


def npy() -> bytes:
    file = BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"hello", id="text"),
        pytest.param(b"\x80\x04K\x01.", id="a pickle"),
        pytest.param(npy(), id="an array alone"),
        pytest.param(npz(vectors=np.ones((1, 3))), id="another archive"),
        pytest.param(npz(format=np.array([{}], dtype=object)), id="an archive with a pickle"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: bytes) -> None:
    with pytest.raises(EmbeddingError, match="no archive of embeddings"):
        load(BytesIO(content))


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_file_that_was_cut_off_is_refused(data: st.DataObject) -> None:
    whole = archive_of(fields_of(["a", "b"])).getvalue()
    with pytest.raises(EmbeddingError, match="damaged"):
        load(BytesIO(whole[: data.draw(st.integers(0, len(whole) - 1))]))


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_damaged_byte_is_noticed_or_does_no_harm(data: st.DataObject) -> None:
    whole = bytearray(archive_of(fields_of(["a", "b"])).getvalue())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        loaded = load(BytesIO(bytes(whole)))
    except EmbeddingError:
        return
    assert as_plain(loaded) == as_plain(fields_of(["a", "b"]))


def test_an_archive_of_a_later_format_says_to_upgrade() -> None:
    later = dict(np.load(archive_of(fields_of(["a"]))))
    later["format"] = np.int64(99)
    with pytest.raises(EmbeddingError, match=r"format 99.*upgrade"):
        load(BytesIO(npz(**later)))


@pytest.mark.parametrize(
    "changes",
    [
        {"vectors": np.ones((2, 3), np.float32)},
        {"norms": np.ones(2, np.float32)},
        {"modalities": ("smell",)},
        {"model": None},
        {"task": 3},
    ],
)
def test_an_archive_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EmbeddingError, match="damaged"):
        load(archive_of(fields_of(["a"], **changes)))
