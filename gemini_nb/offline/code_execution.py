"""Programs that are really run: from closed templates, in a child process with limits.

Only numbers, places and quoted texts go into a template. Code of a request is never run: the child
is no sandbox for it.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.messages import Blob, Part

if TYPE_CHECKING:
    from PIL.Image import Image

    from gemini_nb.offline.conversation import Conversation

_MODEL = "offline/code"
_AT_ONCE = BoundedSemaphore(2)
_CROP = """\
from PIL import Image

image = Image.open("input_file_0.png")
ymin, xmin, ymax, xmax = {box}
width, height = image.width / 1000, image.height / 1000
crop = image.crop((int(xmin * width), int(ymin * height), int(xmax * width), int(ymax * height)))
crop.resize((3 * crop.width, 3 * crop.height), Image.Resampling.LANCZOS).save("zoomed.png")
print("cut out:", crop.size)
"""
_LIMITS = """\
import contextlib, socket
with contextlib.suppress(Exception):  # Windows has no `resource`, macOS no limit of memory
    import resource as r
    for kind, most in ((r.RLIMIT_CPU, 5), (r.RLIMIT_FSIZE, 8 << 20), (r.RLIMIT_AS, 1 << 30)):
        r.setrlimit(kind, (most, most))
socket.socket = None
exec(compile(open("program.py", encoding="utf-8").read(), "program.py", "exec"))
"""
_ZOOM = re.compile(
    r"(?i)\b(?:zoom(?:ing)?(?: in)?(?: on| into| to)?|crop(?: out)?|magnify|closer look at) "
    r"(?:the |a )?([\w' -]{2,60}?)(?=[.,;!?\n]| and | to |$)"
)
# The sum is all that is asked: "What is half of 3 + 5?" and "... in hex?" ask for something else
_SUM = re.compile(
    r"(?i)(?:^|\b(?:what is|what's|how much is|calculate|compute|add) )"
    r"(?:the )?(?:(?:sum|result|value) of )?(?:the numbers )?"
    r"([(\d-][\d .+*/()\u00d7\u00f7x-]{0,200}[\d)])(?: (?:with|using) (?:code|python))?[.?!]*"
    r"(?: (?:please )?(?:use|run|write|show) [^.?!]{1,80}[.!]?)?$"
)
_ADDED = re.compile(r"(?<=\d)(?:, and|,| and) (?=-?\d)")
_COUNT = re.compile(r"(?i)\b(?:how many|count) (.{1,80}?)(?: (?:are|is|in|on|do|can)\b|[.?:]|$)")
_LETTERS = re.compile(  # "How many r's are in strawberry?"
    r"(?i)\bhow (?:many|often)\b.{0,30}(?:\bletter ['\"]?([^\W\d_])\b|\b([^\W\d_])'s\b).{0,20}"
    r" in (?:the word )?['\"]?(?!th(?:is|at|em|ese|ose)\b)([^\W\d_]{3,50})['\"]?(?:[.?!]|$)"
)
_NODES = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Add, ast.Sub, ast.Mult, ast.Div)
_RUNS = re.compile(r"(?i)\b(?:run|execute|python|code|program|script|zoom)\b")
_BEYOND = (
    "Offline I run programs only for sums, to count things in a picture or a letter of a word, "
    "and to zoom into a thing that a picture shows."
)


def answer(conversation: Conversation) -> Draft | None:
    """A program for what is asked, what it printed and drew, and the answer; None without a need.

    Example:
        >>> from gemini_nb.offline.conversation import Conversation, Turn
        >>> ask = Turn("user", "What is (17 + 4) * 23?")
        >>> answer(Conversation((ask,), code_execution=True)).parts[-1].text
        'The result is 483.'
    """
    text, pictures = conversation.request, conversation.pictures
    if not conversation.code_execution:
        return None
    if pictures and (draft := _looked(text, pictures[0])):
        return draft
    if found := _LETTERS.search(text.lower()):
        return _ran(f"print({found[3]!r}.count({found[1] or found[2]!r}))\n", "I count {}.")
    if total := expression(text):
        return _ran(f"print({total})\n", "The result is {}.")
    return Draft.of(_BEYOND, _MODEL) if _RUNS.search(text) else None


def expression(text: str) -> str | None:
    """The sum that `text` asks for, read, checked and written again by `ast`; None without one.

    Example:
        >>> expression("What is 3 x (4 + 5)?"), expression("What is 9**9**9?")
        ('3 * (4 + 5)', None)
    """
    added = re.search(r"(?i)\b(?:sum|add)\b", text)
    found = _SUM.search(_ADDED.sub(" + ", text) if added else text)
    try:
        written = re.sub(r"[xX\u00d7]", "*", found[1]).replace("\u00f7", "/") if found else ""
        tree = ast.parse(written, mode="eval")
    except SyntaxError:
        return None
    plain = all(isinstance(node, (*_NODES, ast.USub)) for node in ast.walk(tree))
    return ast.unparse(tree) if plain and isinstance(tree.body, ast.BinOp) else None


def _looked(text: str, picture: Image) -> Draft | None:
    """A program that zooms into the thing that `text` names, or counts things; or nothing."""
    if not (named := _ZOOM.search(text) or _COUNT.search(text)):
        return None
    from gemini_nb.offline.vision import answers  # noqa: PLC0415 - loads numpy and scipy

    scene, name = answers.scene_of(picture), named[1]
    found = answers.find(scene, answers.thing(name)).indices
    boxes = [[round(side) for side in scene.regions[n].box] for n in found]
    if named.re is _COUNT:
        code = f"boxes = {boxes}  # ymin, xmin, ymax, xmax\nprint(len(boxes))\n"
        return _ran(code, "I count {}.") if boxes else None
    if len(boxes) != 1:
        return Draft.of(f"I can't tell where the {name} is, so I don't zoom in.", _MODEL)
    top, left, bottom, right = boxes[0]
    wide = max(0, top - 40), max(0, left - 40), min(1000, bottom + 40), min(1000, right + 40)
    said = f"Here is the {name}, three times as large. What is written on it I can't read offline."
    return _ran(_CROP.format(box=wide), said, picture)


def _ran(code: str, said: str, picture: Image | None = None) -> Draft:
    outcome, output, drawn = run(code, picture)
    text = said.format(output.strip()) if outcome == "OUTCOME_OK" else "The program failed."
    parts = (
        Part(executable_code={"language": "PYTHON", "code": code}),
        Part(code_execution_result={"outcome": outcome, "output": output}),
        *(Part(inline_data=Blob(mime_type="image/png", data=each)) for each in drawn),
        Part(text=text),
    )
    return Draft(parts, _MODEL)


def run(code: str, picture: Image | None = None) -> tuple[str, str, list[bytes]]:
    """Outcome, output and pictures of `code`, which comes from a template of this file."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    with _AT_ONCE, tempfile.TemporaryDirectory() as folder:
        if picture:
            picture.save(Path(folder, "input_file_0.png"))
        Path(folder, "program.py").write_text(code, encoding="utf-8")
        command = [sys.executable, "-I", "-B", "-c", _LIMITS]
        options: dict[str, Any] = {"cwd": folder, "env": kept, "capture_output": True}
        try:  # our own program
            done = subprocess.run(command, text=True, timeout=10, check=False, **options)  # noqa: S603
        except subprocess.TimeoutExpired:
            return "OUTCOME_DEADLINE_EXCEEDED", "", []
        drawn = [path.read_bytes() for path in Path(folder).glob("zoomed.png")]
    outcome = "OUTCOME_FAILED" if done.returncode else "OUTCOME_OK"
    return outcome, done.stderr[-500:] if done.returncode else done.stdout, drawn
