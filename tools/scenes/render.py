"""Render the sample scenes, each with a JSON file that tells what is where.

    python tools/scenes/render.py                       # all of them, into notebooks/images/scenes
    python tools/scenes/render.py washers desk --draft  # two of them, small and grainy

Needs Blender as a Python module, in an environment of its own with Python 3.11 and pip 25.1 or
later: `pip install --group scenes`. Blender traces paths from a fixed seed, so the same release
draws the same picture. What the JSON says is documented in `ground_truth.py`.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ground_truth import camera_numbers, describe, place, text
from layouts import SCENES, Setting, pen_moving
from photograph import alone, owners, photograph
from shelf_layout import cubby_shelf
from stage import clear, illuminate, look_through

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

FRAMES = 10
SHELF = {"cubby_shelf": cubby_shelf}
Size = tuple[int, int]


def shoot(build: Callable[[], Setting], target: Path, size: Size, samples: int) -> dict[str, Any]:
    """Write the picture of a scene to `target`, unless `samples` is 0; the truth about it."""
    width, height = size
    clear()
    setting = build()
    look_through(setting.camera)
    illuminate(setting.light)
    if samples:
        save(photograph(width, height, samples), target)
    owner = owners(setting.things, width, height)
    first, objects = 0, []
    for thing, whole in zip(setting.things, alone(setting.things, width, height), strict=True):
        objects.append(describe(thing, first, owner, whole))
        first += len(thing.parts)
    camera = camera_numbers(setting.camera)
    truth = {"camera": camera, "height": height, "objects": objects, "width": width}
    if setting.openings:
        truth["places"] = [place(opening, width, height) for opening in setting.openings]
    return truth


def save(picture: Image.Image, target: Path) -> None:
    """Write `picture` as JPEG, without date or other metadata."""
    picture.save(target, quality=86, optimize=True, progressive=True, subsampling=0)


def scene(name: str, folder: Path, size: Size, samples: int) -> None:
    """Render the scene called `name` into `folder`."""
    image = f"{name}.jpg"
    truth = shoot((SCENES | SHELF)[name], folder / image, size, samples)
    (folder / f"{name}.json").write_text(text({"image": image, **truth}))


def frames(name: str, folder: Path, size: Size, samples: int) -> None:
    """Render the frames of a moving pen into a folder called `name`, their truth beside it."""
    (folder / name).mkdir(exist_ok=True)
    told = []
    for step in range(FRAMES):
        image = f"{name}/{step:02}.jpg"
        build = partial(pen_moving, step, FRAMES)
        told.append({"image": image, **shoot(build, folder / image, size, samples)})
    (folder / f"{name}.json").write_text(text({"frames": told}))


def main() -> None:
    """Read the command line and render."""
    names = [*SCENES, *SHELF, "pen_frames"]
    beside = Path(__file__).parents[2] / "notebooks" / "images" / "scenes"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="scene", help=", ".join(names))
    parser.add_argument("--into", type=Path, default=beside)
    parser.add_argument("--samples", type=int, default=72, help="rays a pixel, 0 for no picture")
    parser.add_argument("--draft", action="store_true", help="small and grainy, for looking")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.names) - set(names)):
        parser.error(f"no scene is called {unknown[0]!r}; there are {', '.join(names)}")
    wanted.into.mkdir(parents=True, exist_ok=True)
    for name in wanted.names or names:
        started = time.monotonic()
        full, render = ((480, 360), frames) if name == "pen_frames" else ((800, 600), scene)
        draft = (full[0] // 2, full[1] // 2), 16
        render(name, wanted.into, *(draft if wanted.draft else (full, wanted.samples)))
        print(f"{name}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
