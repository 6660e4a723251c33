"""Sets of embeddings in files, and files that are something else."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import gemini_nb as gnb
from gemini_nb.errors import EmbeddingError

ANY_TEXT = st.text(st.characters(), max_size=20)  # lone surrogates too
TOLD = ("items", "labels", "modalities", "model", "answered_by", "task")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kites")


def set_of(items: list[Any], **fields: Any) -> gnb.Embeddings:
    vectors = np.random.default_rng(0).normal(size=(len(items), 7))
    return gnb.Embeddings(vectors, items, model="a-model", **fields)


def loaded(content: bytes, folder: Path) -> gnb.Embeddings:
    (folder / "any.npz").write_bytes(content)
    return gnb.Embeddings.load(folder / "any.npz")


def npz(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy() -> bytes:
    file = BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


def are_equal(one: gnb.Embeddings, other: gnb.Embeddings) -> bool:
    return (
        one.vectors.tobytes() == other.vectors.tobytes()
        and one.norms.tobytes() == other.norms.tobytes()
        and all(getattr(one, name) == getattr(other, name) for name in TOLD)
    )


@given(st.lists(ANY_TEXT, min_size=1, max_size=4), ANY_TEXT, st.none() | ANY_TEXT)
@example(["ends in NUL\0\0", "\ud83d", "\ud83d\ude00", ""], "", "CLUSTERING")
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_set_comes_back_to_the_last_bit(
    folder: Path, items: list[str], answered_by: str, task: str | None
) -> None:
    made = set_of(items, answered_by=answered_by, task=task)

    assert are_equal(gnb.Embeddings.load(made.save(folder / "any")), made)


def test_what_is_not_text_comes_back_as_its_label_with_its_kind(tmp_path: Path) -> None:
    made = set_of(["a kite", Path("kite.png")], labels=("first", "second"))

    back = gnb.Embeddings.load(made.save(tmp_path / "kites"))

    assert back.items == ("a kite", "second")
    assert back.labels == ("first", "second")
    assert back.modalities == ("text", "image")


def test_files_of_earlier_versions_are_read(tmp_path: Path) -> None:
    told = {"items": ["a", "b"], "labels": None, "modalities": ["text", "text"]}
    record = json.dumps({**told, "model": "a-model", "answered_by": "offline", "task": None})
    vectors = np.eye(2, dtype=np.float32)
    norms = np.float32([5, 2])
    text = np.frombuffer(record.encode(), np.uint8)

    back = loaded(npz(format=np.int64(1), vectors=vectors, norms=norms, record=text), tmp_path)

    assert back.labels == ("a", "b")
    assert back.norms.tolist() == [5, 2]
    assert back.answered_by == "offline"


@pytest.mark.parametrize(
    ("given_name", "saved_name"),
    [("kites", "kites.npz"), ("kites.npz", "kites.npz"), ("kites.v2", "kites.v2.npz")],
)
def test_the_suffix_is_added_once(tmp_path: Path, given_name: str, saved_name: str) -> None:
    assert set_of(["a"]).save(str(tmp_path / given_name)) == tmp_path / saved_name
    assert [path.name for path in tmp_path.iterdir()] == [saved_name]
    assert gnb.Embeddings.load(str(tmp_path / given_name)).items == ("a",)
    assert gnb.Embeddings.load(tmp_path / saved_name).items == ("a",)


def test_a_file_that_is_missing_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        gnb.Embeddings.load(tmp_path / "kites")


def test_the_same_set_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = (set_of(["a"]).save(tmp_path / name) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"hello", id="text"),
        pytest.param(b"\x80\x04K\x01.", id="a pickle"),
        pytest.param(npy(), id="an array alone"),
        pytest.param(npz(vectors=np.ones((1, 3))), id="another archive"),
        pytest.param(npz(vectors=np.array([{}], dtype=object)), id="an archive with a pickle"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EmbeddingError, match=r"'any\.npz' is no archive of embeddings"):
        loaded(content, tmp_path)


@pytest.mark.parametrize(
    ("change", "is_read"),
    [({"more": 1}, True), ({"model": None}, False), ({"labels": [1]}, False)],
)
def test_records_of_newer_versions_are_read_or_refused(
    tmp_path: Path, change: dict[str, Any], *, is_read: bool
) -> None:
    fields = {"items": ["a", "b"], "labels": None, "modalities": ["text"] * 2, "task": None}
    record = json.dumps({**fields, "model": "a-model", "answered_by": "", **change}).encode()
    content = npz(vectors=np.eye(2), norms=np.ones(2), record=np.frombuffer(record, np.uint8))
    if is_read:
        assert loaded(content, tmp_path).labels == ("a", "b")
    else:
        with pytest.raises(EmbeddingError, match="newer version"):
            loaded(content, tmp_path)


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_file_that_was_cut_off_is_refused(folder: Path, data: st.DataObject) -> None:
    whole = set_of(["a", "b"]).save(folder / "whole").read_bytes()
    with pytest.raises(EmbeddingError, match="damaged"):
        loaded(whole[: data.draw(st.integers(0, len(whole) - 1))], folder)


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_damaged_byte_is_noticed_or_does_no_harm(folder: Path, data: st.DataObject) -> None:
    made = set_of(["a", "b"])
    whole = bytearray(made.save(folder / "whole").read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        back = loaded(bytes(whole), folder)
    except EmbeddingError:
        return
    assert are_equal(back, made)
