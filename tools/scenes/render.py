"""Render the sample scenes, each with a JSON file that tells what is where.

    python tools/scenes/render.py                       # all of them, into notebooks/images/scenes
    python tools/scenes/render.py washers desk --draft  # two of them, small and grainy
    python tools/scenes/render.py pen                   # the film, into the folder above that

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

import av
from ground_truth import camera_numbers, describe, place, text
from layouts import CARRIED, SCENES, Setting, pen_film, pen_moving
from photograph import alone, owners, photograph
from shelf_layout import cubby_shelf
from stage import clear, illuminate, look_through

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image

FRAMES = 10
FILM_FPS, FILM_SECONDS = 10, 8
SHELF = {"cubby_shelf": cubby_shelf}
Size = tuple[int, int]


def shoot(build: Callable[[], Setting], target: Path, size: Size, samples: int) -> dict[str, Any]:
    """Write the picture of a scene to `target`, unless `samples` is 0; the truth about it."""
    width, height = size
    setting = set_up(build)
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


def set_up(build: Callable[[], Setting]) -> Setting:
    """A scene in an otherwise empty Blender, lit and looked at."""
    clear()
    setting = build()
    look_through(setting.camera)
    illuminate(setting.light)
    return setting


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


def film(name: str, folder: Path, size: Size, samples: int) -> None:
    """Render the pen's film above `folder`, and beside it the places twice a second."""
    pictures: list[Image.Image] = []
    told = []
    for number in range(FILM_FPS * FILM_SECONDS):
        seconds = number / FILM_FPS
        build = partial(pen_film, seconds)
        if samples and (not pictures or CARRIED[0] < seconds <= CARRIED[1]):
            set_up(build)
            pictures.append(photograph(*size, samples))
        else:  # nothing moves
            pictures += pictures[-1:]
        if number % (FILM_FPS // 2) == 0:
            objects = shoot(build, folder, size, 0)["objects"]
            plain = [{k: v for k, v in o.items() if k not in {"mask", "parts"}} for o in objects]
            told.append({"objects": plain, "seconds": seconds})
    if samples:
        encode(pictures, folder.parent / f"{name}.mp4")
    width, height = size
    truth = {"camera": camera_numbers(pen_film(0).camera), "height": height, "width": width}
    truth |= {"carried": list(CARRIED), "fps": FILM_FPS, "frames": told, "video": f"{name}.mp4"}
    (folder.parent / f"{name}.json").write_text(text(truth))


def encode(pictures: Sequence[Image.Image], target: Path) -> None:
    """Write `pictures` as an MP4 that browsers play, with a frame to seek to every second."""
    # One thread: what x264 writes depends on their number. No date or version of FFmpeg either.
    with av.open(str(target), "w", options={"fflags": "+bitexact", "movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=FILM_FPS)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        stream.options = {"crf": "23", "g": str(FILM_FPS), "preset": "veryslow"}
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_image(picture)))
        out.mux(stream.encode())


def main() -> None:
    """Read the command line and render."""
    moving = {"pen_frames": (frames, (480, 360), 72), "pen": (film, (400, 300), 12)}
    names = [*SCENES, *SHELF, *moving]
    beside = Path(__file__).parents[2] / "notebooks" / "images" / "scenes"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="scene", help=", ".join(names))
    parser.add_argument("--into", type=Path, default=beside)
    parser.add_argument("--samples", type=int, help="rays a pixel, 0 for no picture")
    parser.add_argument("--draft", action="store_true", help="small and grainy, for looking")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.names) - set(names)):
        parser.error(f"no scene is called {unknown[0]!r}; there are {', '.join(names)}")
    wanted.into.mkdir(parents=True, exist_ok=True)
    for name in wanted.names or names:
        started = time.monotonic()
        render, full, enough = moving.get(name, (scene, (800, 600), 72))
        samples = enough if wanted.samples is None else wanted.samples
        draft = (full[0] // 2, full[1] // 2), 16
        render(name, wanted.into, *(draft if wanted.draft else (full, samples)))
        print(f"{name}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
