"""An answer beside its picture: the prose as the model wrote it, chips where it points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from markdown_it import MarkdownIt

from gemini_nb.display import UNTYPESET, clean, html, words
from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.marks import canvas_of
from gemini_nb.drawing.mentions import MARK, linked
from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.picture import load_before
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.markdown import safe
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.geometry import Point
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.statements import Absence

if TYPE_CHECKING:
    from gemini_nb.drawing.mentions import Mention
    from gemini_nb.drawing.overlay import Overlay
    from gemini_nb.drawing.picture import MaxWidth
    from gemini_nb.drawing.scene import Scene

_MOST_MARKDOWN: Final = 50_000  # characters, for which a reader takes half a second
_MOST_RULES: Final = 300  # marks that are linked by hovering; each takes 230 bytes
_BESIDE: Final = 480  # pixels: about how wide a picture is beside its text
_ROW: Final = "display:flex;flex-wrap:wrap;gap:0 16px;align-items:flex-start"
_PROSE: Final = "flex:1 1 20em;min-width:0;max-width:48em;line-height:1.7"
_PICTURE: Final = "flex:1 1 24em;min-width:0"
_CHIP: Final = "border-radius:.6em;padding:0 .45em;box-decoration-break:clone;border:1px solid"
_BADGE: Final = "border-radius:.6em;padding:0 .45em;font-weight:600"
_GREY: Final = "#808080"
_READER: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# No <h1>: the notebook's table of contents would list it.
_READER.add_render_rule("heading_open", lambda *_: "<p><strong>")
_READER.add_render_rule("heading_close", lambda *_: "</strong></p>\n")


class Thing(NamedTuple):
    """What a chip stands for: one mark, or a statement without a place."""

    items: tuple[int, ...]
    """Positions in the answer."""
    number: int
    """On the picture, from 1 on; 0 for paths of numbered points, and what is not on it."""
    name: str
    colour: str
    title: str
    spot: int = 0
    """Of its mark among the scene's, from 1 on; 0 where it has none."""


@dataclass(frozen=True, slots=True, repr=False)
class LinkedText:
    """An answer's text with chips in it, beside the picture they point at; `show` makes it.

    As the last line of a cell it shows itself; pointing at a chip or a mark lights up the other.
    """

    overlay: Overlay
    """The picture; its labels begin with the chips' numbers."""
    found: Annotations
    """The answer as it was read."""
    markdown: str
    """The answer's text, with a mark for each chip."""
    mentions: tuple[Mention, ...]
    things: tuple[Thing, ...]
    pictures: tuple[tuple[str, str], ...] = ()
    """The answer's own, as code makes them that a model runs: in HTML, and in words."""

    def to_html(self) -> str:
        """What a cell shows: HTML without scripts."""
        if len(self.markdown) <= _MOST_MARKDOWN:
            prose = _READER.render(safe(self.markdown))
        else:
            prose = f'<div style="white-space:pre-wrap">{html(self.markdown)}</div>'
        chips = [*map(self._chip, self.mentions)]
        # A reader drops what only defines an address, and the mentions in it.
        there = {int(at) for at in MARK.findall(prose)}
        lost = " ".join(chip for at, chip in enumerate(chips) if at not in there)
        prose = _filled(prose, chips) + (f"<p>{lost}</p>" if lost else "")
        prose += "".join(f"<p>{shown}</p>" for shown, _ in self.pictures)
        beside = f'<div style="{_PROSE}">{prose}</div>' if prose else ""
        return (
            f'<div class="gnb-answer"><div {UNTYPESET} style="{_ROW}">{self._rules()}{beside}'
            f'<div style="{_PICTURE}">{self.overlay.to_html()}</div></div></div>'
        )

    def __repr__(self) -> str:
        prose = _filled(self.markdown, [*map(self._words, self.mentions)])
        said = prose, *(told for _, told in self.pictures), repr(self.overlay)
        return clean("\n\n".join(said).strip())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}

    def _words(self, mention: Mention) -> str:
        """A mention as plain text: "apple (1)"."""
        meant = [self.things[at] for at in mention.things]
        numbers = ", ".join(str(thing.number) for thing in meant if thing.number)
        return f"{mention.words or meant[0].name}{f' ({numbers})' if numbers else ''}".strip()

    def _chip(self, mention: Mention) -> str:
        """A mention as HTML; looks are inline, as untrusted notebooks lose their style sheets."""
        meant = [self.things[at] for at in mention.things]
        is_one = len(meant) == 1
        inside = [
            _tag(
                str(thing.number or "\N{RIGHTWARDS ARROW}"),
                thing,
                f"{_BADGE};background:{thing.colour};color:{text_on(thing.colour)}",
                is_link=not is_one,
            )
            for thing in meant
            if thing.spot
        ]
        inside += filter(None, [html(mention.words or meant[0].name)])
        # The blanks count where looks are lost: without them numbers and words run together.
        return _tag(" ".join(inside), meant[0], f"{_CHIP} {meant[0].colour}", is_link=is_one)

    def _rules(self) -> str:
        """A style sheet that lights up the mark of a chip, and the chips of a mark."""
        rules = "".join(
            f".gnb-answer:has(.gnb-to-{at}:hover,.gnb-to-{at}:focus) .gnb-spot:nth-of-type({at})"
            "{box-shadow:0 0 0 9999px rgba(0,0,0,.6);z-index:1}"
            f".gnb-answer:has(.gnb-spot:nth-of-type({at}):hover) .gnb-to-{at}"
            "{outline:2px solid currentColor}"
            for at in range(1, min(len(self.overlay.scene.marks), _MOST_RULES) + 1)
        )
        return f"<style>{rules}</style>" if rules else ""


def show(  # noqa: PLR0913 - what is drawn, on what, and how
    image: object,
    answer: object,
    *,
    max_width: MaxWidth = "auto",
    frame: int | None = None,
    field_of_view: float = FIELD_OF_VIEW,
    font_size: float | None = None,
) -> LinkedText:
    """An answer's text beside its image, chips in the text linked to marks on the image.

    A chip has the number and the colour of its mark. It stands where the text first names the
    thing, with a link such as `[apple](apple)` or by its label, or else in place of its JSON. The
    rest of the text is shown as simple Markdown, or as it is from 50,000 characters on; nothing in
    it becomes live HTML.

    Args:
        image: a path, bytes, a PIL image, a numpy array or a `types.Part`; it is left as it is.
        answer: anything that `parse` takes: text, a response, a chat turn; or `Annotations`.
        max_width: of the picture in a cell, in pixels: see `draw`.
        frame: of an animation, from 0.
        field_of_view: of the camera, horizontally, in degrees, for boxes in space.
        font_size: of the labels, in pixels; by default so large that one can read them.

    Raises:
        PictureError: the image can't be read.

    Example:
        >>> from PIL import Image
        >>> said = 'Pack the [apple](apple): {"point": [412, 305], "label": "apple"}'
        >>> show(Image.new("RGB", (80, 60)), said)
        Pack the apple (1)
        <BLANKLINE>
        80 x 60, 1 point: apple
          1 apple  point [412, 305]
    """
    answer = [*cast("Iterator[object]", answer)] if isinstance(answer, Iterator) else answer
    picture = load_before(image, answer, frame=frame)
    size = picture.width, picture.height
    found = parse(answer, image_size=size)
    scene = compose(found, *size, field_of_view=field_of_view)
    reduction = max(picture.width / _BESIDE, 1)
    things = tuple(_things(found, scene))
    items = list(found)
    colours: dict[str, str] = {}
    for thing in things:
        # The points of a path have numbers of their own, which make it one.
        for at in thing.items if thing.number else ():
            label = f"{thing.number} {items[at].label}".strip()
            items[at] = replace(items[at], label=label)
            colours[label] = thing.colour
    overlay = draw(
        picture,
        replace(found, items=tuple(items), text=""),  # the text stands beside the picture
        max_width=max_width,
        field_of_view=field_of_view,
        colours=colours,
        font_size=font_size or canvas_of(*size, reduction=reduction).font_size,
    )
    overlay = replace(overlay, scene=replace(overlay.scene, description=scene.description))
    text, mentions = linked(found, [thing.items for thing in things])
    shown = tuple(_pictures(answer))
    return LinkedText(overlay, found, text, tuple(mentions), things, shown)


def _pictures(answer: object) -> Iterator[tuple[str, str]]:
    """The pictures in an answer, without drafts, as thoughts are left out, too."""
    if isinstance(answer, str | bytes | bytearray | Annotations):
        return
    from gemini_nb.replies.page import segment_markdown, segment_plain  # noqa: PLC0415 - see `parse`
    from gemini_nb.replies.reply import whole  # noqa: PLC0415
    from gemini_nb.replies.segments import Media  # noqa: PLC0415

    with suppress(NotAnAnswerError):
        for candidate in whole(answer).candidates[:1]:
            for each in candidate.segments:
                if isinstance(each, Media) and each.data and not each.is_thought:
                    yield segment_markdown(each), segment_plain(each)


def _things(found: Annotations, scene: Scene) -> Iterator[Thing]:
    """What the answer speaks of, in its order; what belongs to one mark is one thing."""
    spots = {min(mark.items): spot for spot, mark in enumerate(scene.marks, 1)}
    shown = {item for mark in scene.marks for item in mark.items}
    for at, item in enumerate(found):
        if at in spots:
            mark = scene.marks[spots[at] - 1]
            parts = [found[part] for part in mark.items]
            is_path = len(parts) > 1 and all(isinstance(part, Point) for part in parts)
            labels = {part.label for part in parts if part.label}
            name = mark.title if is_path or len(labels) > 1 else words("".join(labels))
            number = 0 if is_path else at + 1
            yield Thing(mark.items, number, name, mark.colour, mark.title, spots[at])
        elif at not in shown:  # a statement without a place on the picture
            said = ", ".join(f"{key} {value}" for key, value in item.geometry().items())
            said = "(not in frame)" if isinstance(item, Absence) else said
            told = words(f"{item.label} {said}")
            yield Thing((at,), 0, told, _GREY, told)


def _filled(text: str, written: list[str]) -> str:
    """`text` with the mentions' marks replaced; other such marks are hostile."""
    known = dict(enumerate(written))
    return MARK.sub(lambda mark: known.get(int(mark[1]), ""), text)


def _tag(inside: str, thing: Thing, style: str, *, is_link: bool) -> str:
    to = f' class="gnb-to-{thing.spot}" tabindex="0"' if is_link and thing.spot else ""
    return f'<span{to} title="{html(thing.title)}" style="{style}">{inside}</span>'
