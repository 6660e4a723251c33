"""`PictureInput`: what comes from the page, as ipywidgets hands it on."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from gemini_nb.widgets.controls import Problem
from gemini_nb.widgets.picture_input import PictureInput


def test_picture_input_hands_on_the_files_own_bytes_and_tells_what_is_no_picture() -> None:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(file, "PNG")
    taken: list[tuple[bytes, str]] = []
    problem = Problem()

    def act(data: bytes, name: str) -> None:
        taken.append((data, name))
        if name == "late.png":
            raise ValueError("too late")

    page: Any = PictureInput(act, problem, label="Add a picture", several=True)
    give = page._handle_custom_msg  # noqa: SLF001 - where a message from the page arrives
    assert (page.label, page.several) == ("Add a picture", True)
    give({"name": "a\n.png"}, [memoryview(file.getvalue())])
    assert taken == [(file.getvalue(), "a .png")]
    assert problem.value == ""
    give({"name": "b.txt"}, [memoryview(b"<b>words</b>")])
    assert "&lt;b&gt;words" in problem.value
    assert len(taken) == 1
    give({"name": "late.png"}, [memoryview(file.getvalue())])
    assert "ValueError: too late" in problem.value
    give({"name": "c.png"}, [memoryview(file.getvalue())])
    assert problem.value == ""
