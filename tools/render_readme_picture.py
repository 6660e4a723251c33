"""Draw the README's picture: six lines of code, and what they really answer offline.

Run with `python tools/render_readme_picture.py`; a test keeps the picture and the code together.
"""

from __future__ import annotations

import contextlib
import io
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

import gemini_nb as gnb

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "picture.png"
PHOTO = ROOT / "notebooks" / "images" / "tea_table.jpg"
SIZE = (1200, 510)
INK, PAPER, CELL, FAINT, ACCENT = "#1f2328", "#ffffff", "#f3f5f8", "#6e7781", "#0b57d0"

CODE = f"""\
import gemini_nb as gnb
from PIL import Image

client = gnb.connect()  # live with a key, offline without one
photo = Image.open("notebooks/images/{PHOTO.name}")
reply = client.models.generate_content(
    model=gnb.catalog.default("text").id, contents=[photo, "What is this?"])
print(reply.text)"""


def answer() -> tuple[str, str]:
    """What `connect` prints, and the text that the code in the picture gets offline."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        client = gnb.connect("offline")
    with Image.open(PHOTO) as photo:
        model = gnb.catalog.default("text").id
        reply = client.models.generate_content(model=model, contents=[photo, "What is this?"])
    gnb.disconnect()
    return printed.getvalue().strip().partition(" (")[0], reply.text or ""


def draw() -> Image.Image:
    """The picture; its `info` holds what it says in words, for the test and for the file."""
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((24, 24, 736, 274), 10, fill=CELL)
    pen.text((44, 40), CODE, INK, font=ImageFont.load_default(19), spacing=9)
    said, text = answer()
    pen.text((44, 294), said, FAINT, font=ImageFont.load_default(17))
    shown = "\n".join(textwrap.wrap(text, 78))
    pen.text((44, 328), shown, INK, font=ImageFont.load_default(18), spacing=9)
    with Image.open(PHOTO) as photo:
        width = SIZE[0] - 760 - 24
        scaled = photo.resize((width, round(width * photo.height / photo.width)))
    picture.paste(scaled, (760, 24))
    caption = "no key, no network: computed from these pixels"
    pen.text((760, 24 + scaled.height + 14), caption, ACCENT, font=ImageFont.load_default(17))
    picture.info["Description"] = f"{CODE}\n{said}\n{text}"
    return picture


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    drawn = draw()
    words = PngInfo()
    words.add_text("Description", drawn.info["Description"])
    drawn.save(TARGET, optimize=True, pnginfo=words)
    print(f"wrote {TARGET.relative_to(ROOT)}, {TARGET.stat().st_size // 1024} kB")
