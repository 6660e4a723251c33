from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gemini_nb as gnb
from gemini_nb.errors import SampleError

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("fruit_table", "images/scenes/fruit_table.jpg"),
        ("fruit_table.jpg", "images/scenes/fruit_table.jpg"),
        ("scenes/fruit_table", "images/scenes/fruit_table.jpg"),
        ("images/scenes/fruit_table.jpg", "images/scenes/fruit_table.jpg"),
        # What a picture or film shows stands beside it, under the same name.
        ("fruit_table.json", "images/scenes/fruit_table.json"),
        ("pen", "images/pen.mp4"),
        # Only a description has this name.
        ("pen_frames", "images/scenes/pen_frames.json"),
        ("pen_frames/03", "images/scenes/pen_frames/03.jpg"),
        ("documents", "data/documents.json"),
    ],
)
def test_sample_is_found_by_the_end_of_its_path(name: str, path: str) -> None:
    assert gnb.sample(name) == NOTEBOOKS / path


@pytest.mark.parametrize("name", ["fruit-tabel", "fruit_table.png", "Fruit_table", "x/fruit_table"])
def test_sample_of_a_name_that_is_nearly_one_says_which(name: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"No sample is called .*near it is 'fruit_table'"):
        gnb.sample(name)


@pytest.mark.parametrize("name", ["", "..", "/", "README.md", "scenes", "a quite different name"])
def test_sample_of_another_name_lists_what_there_is_and_where(name: str) -> None:
    with pytest.raises(SampleError) as caught:
        gnb.sample(name)

    for told in (repr(name), "desk", "tea_table", "documents", "data/ and images/"):
        assert told in str(caught.value)


def test_sample_is_taken_from_inside_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "gemini_nb"
    shutil.copytree(ROOT / "gemini_nb", package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pen.mp4", "lake.jpg", "near/hut.jpg", "far/hut.jpg"):
        file = package / "tutorials/images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    assert _sampled("lake", tmp_path) == str(package / "tutorials/images/lake.jpg")
    assert _sampled("near/hut", tmp_path) == str(package / "tutorials/images/near/hut.jpg")
    told = _sampled("hut", tmp_path)
    assert (
        told == "'hut' may be 'images/far/hut.jpg' and 'images/near/hut.jpg': name the folder, too."
    )


def _sampled(name: str, folder: Path) -> str:
    """What `sample` returns, or says, where the package lies in `folder`."""
    code = f"""
import gemini_nb as gnb
try:
    print(gnb.sample({name!r}))
except FileNotFoundError as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()
