from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gemini_nb.ipython.extension import load_ipython_extension
from ipython_extension.shells import new_shell
from notebook_testing.front_end import FrontEnd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

SET_UP = """
import io
import json
import re
import warnings
from pathlib import Path
import gemini_nb as gnb
import numpy as np
from google.genai import errors, types
from matplotlib.figure import Figure
from PIL import Image, ImageDraw
from pydantic import BaseModel

warnings.simplefilter("ignore")
sent = []
hooks = {"event_hooks": {"request": [lambda request: sent.append(request)]}}
client = gnb.connect("offline", http_options={"client_args": hooks})
photo = Image.new("RGB", (60, 40), "white")
ImageDraw.Draw(photo).rectangle((5, 5, 25, 25), fill="red")
photo.save("photo.png")

def rest(value):
    "The SDK sends some fields as Python spells them, which the API takes as well."
    if isinstance(value, list):
        return [rest(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {re.sub("_(.)", lambda m: m[1].upper(), k): rest(v) for k, v in value.items()}

def body():
    return rest(json.loads(sent[-1].content))

class Recipe(BaseModel):
    name: str
    minutes: int

%load_ext gemini_nb
"""


@pytest.fixture(scope="session")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    """One kernel for all tests that ask it, with `client`, `photo`, `Recipe` and `body()`."""
    with FrontEnd(tmp_path_factory.mktemp("kernel"), cell_timeout=120) as running:
        assert not [out for out in running.run(SET_UP).outputs if out.output_type == "error"]
        yield running


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    """A shell of this process with the extension loaded."""
    with new_shell() as shell:
        load_ipython_extension(shell)
        yield shell
