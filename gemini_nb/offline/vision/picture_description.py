"""A scene described in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.picture_phrases import (
    counted,
    listed,
    percent,
    place,
    thing,
    thing_there,
)

if TYPE_CHECKING:
    from gemini_nb.offline.vision.scene import Scene

_BUSY: Final = 25  # things, from which a picture is called busy
_MAIN_COLOURS: Final = 3


def describe_scene(scene: Scene) -> str:
    """What `scene` shows: colours, ground, how many things, and each one's looks and place."""
    kind = "A busy picture" if len(scene.regions) > _BUSY else "A picture"
    opening = f"{kind} of {scene.width} x {scene.height} pixels, mainly {main_colours(scene)}."
    return f"{opening} {describe_ground(scene)} {_describe_things(scene)}"


def describe_ground(scene: Scene) -> str:
    """The colours of the background, with places where there are several."""
    colours = list(dict.fromkeys(ground.colour for ground in scene.grounds))
    if len(colours) == 1:
        return f"The background is {colours[0]}."
    parts = [f"{ground.colour} {place(ground.centre)}" for ground in scene.grounds]
    return f"The background is {listed(parts)}."


def main_colours(scene: Scene) -> str:
    """The colours that fill most of the picture, each with its share."""
    shares: dict[str, float] = {}
    for part in (*scene.grounds, *scene.regions):
        shares[part.colour] = shares.get(part.colour, 0) + part.share
    most = sorted(shares, key=lambda colour: -shares[colour])[:_MAIN_COLOURS]
    return listed([f"{colour} ({percent(shares[colour])})" for colour in most])


def _describe_things(scene: Scene) -> str:
    said: list[str] = []
    for index, region in enumerate(scene.regions):
        if region.inside is None:
            held = [thing(inner) for inner in scene.regions if inner.inside == index]
            said.append(thing_there(region) + (f", with {listed(held)} inside it" if held else ""))
    if not said:
        return "I see no separate things on it."
    return f"I see {counted(len(said), 'separate thing')}: {listed(said)}."
