"""How everyday things usually look: their colours and forms, as far as pixels can show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName

Form = Literal["round", "oval", "wide", "upright", "long", "boxy", "ring", "pointed", "any"]
"""How a thing looks from most sides.

"oval" is a round thing that is a little longer than wide, "wide" an open one that stands, as a
bowl, "upright" a slim one that stands, and "long" at least twice as long as wide, however it lies.
"""


@dataclass(frozen=True, slots=True)
class Looks:
    """What is usual for one kind of thing."""

    colours: tuple[ColourName, ...]
    """The most usual first; empty where it comes in all colours."""
    form: Form
    kind: str
    """The plural of what it is one of: "fruits", "tools"."""
    small: bool = False
    """Whether it is smaller than most things beside it, as a berry."""


# One line for each: names, usual colours or "-", the form, and "small" where it is.
_TABLE: Final = {
    "fruits": """
        apple, pomegranate, nectarine | red green yellow | round
        banana, plantain | yellow green | long
        orange, tangerine, mandarin, clementine, apricot, persimmon, kumquat | orange | round
        lemon, quince | yellow | oval
        pomelo | yellow green | round
        lime | green | round
        pear, guava | green yellow | oval
        peach | orange pink red | round
        plum | purple black | round
        blueberry, currant | blue purple black | round | small
        grape | purple green red | round | small
        cherry, strawberry, raspberry, cranberry | red pink | round | small
        blackberry, olive | black purple green | round | small
        kiwi, fig, coconut | brown green purple | round
        date | brown | oval | small
        melon, watermelon | green orange yellow | round
        avocado, papaya | green orange yellow | oval
        mango | orange yellow green | oval
        pineapple | yellow brown | oval
        starfruit | yellow | any
        grapefruit | pink orange yellow | round
    """,
    "vegetables": """
        carrot, sweet potato | orange | long
        cucumber, zucchini, courgette, leek, celery, asparagus, green bean | green | long
        tomato, radish | red pink | round
        potato, ginger | brown beige yellow | round
        onion, garlic, mushroom | white beige brown purple | round
        cabbage, lettuce, broccoli, pea, brussels sprout | green | round
        spinach, herb, leaf | green | any
        pumpkin, squash | orange | round
        aubergine, eggplant | purple black | oval
        beetroot, beet | purple red | round
        pepper, chili | red green yellow orange | any
        corn, maize | yellow | long
        cauliflower | white beige | round
        bean | brown black red green | any
    """,
    "foods": """
        bread, toast, loaf, bun, croissant, pretzel, sandwich | brown beige orange | any
        cookie, biscuit, cracker, pancake | brown beige orange | round
        doughnut, donut, bagel | brown beige pink | ring
        egg | white beige brown | oval
        cheese, butter | yellow orange | boxy
        chocolate | brown black | boxy
        milk, rice, salt, sugar, flour | white | any
        cake, pie, pizza, tart | brown beige yellow | round
        tea, coffee | brown black | any
        sausage, hot dog | brown red | long
        ham, meat, steak, bacon | red pink brown | any
        ketchup, jam | red | any
        honey, mustard | yellow orange | any
    """,
    "tableware": """
        plate, saucer, dish, platter | - | wide
        bowl, basin | - | wide
        cup, mug, teacup, beaker | - | round
        glass | - | any
        spoon, ladle, fork, knife, chopstick, spatula, whisk, straw | - | long
        pan, pot, wok, lid | black grey | round
        tray, napkin, cutting board, coaster, lunch box, lunchbox, tupperware | - | boxy
        kettle, teapot, jug, pitcher | - | any
        bottle, flask, thermos, vase, jar | - | upright
    """,
    "tools": """
        screwdriver, wrench, spanner, chisel, crowbar, hammer, drill bit, needle | - | long
        plier, scissor, drill | - | any
        saw, file, ruler, brush, paintbrush, broom, toothbrush, comb | - | long
        nail, screw, bolt, pin | grey black yellow brown | long
        nut, washer, gasket, bearing, o ring | grey white black yellow brown | ring
        rope, cable, wire, cord | - | long
        brick | red brown orange | boxy
        gear, wheel, tyre, tire | black grey | ring
        traffic cone | orange red | pointed
        pipe, tube | - | long
    """,
    "stationery": """
        pen, pencil, marker, crayon, highlighter, chalk, stylus | - | long
        eraser, rubber | pink white | boxy
        book, notebook, notepad, envelope, card, folder, binder | - | boxy
        paper, page, sheet, letter | white beige | boxy
        sticky note, post it | yellow pink | boxy
        tape | - | ring
        paper clip, paperclip, clip | grey | long
        stapler | - | long
        organiser, organizer, box, carton, drawer, bin, crate, container, holder, rack, caddy,
        basket | - | boxy
        stamp, label | - | boxy
    """,
    "toys": """
        ball, marble, bead, balloon, globe | - | round
        tennis ball | yellow green | round
        basketball | orange brown | round
        football, soccer ball, golf ball, baseball, ping pong ball | white | round
        snooker ball, billiard ball | - | round
        block, cube, brick toy, lego, die, dice, domino | - | boxy
        token, counter, disc, disk, frisbee, puck, checker, button | - | round
        hoop, ring | - | ring
        cone, pyramid | - | pointed
        cylinder, can, tin | - | any
        doll, teddy, bear | brown | any
        rubber duck, duckling, chick | yellow | any
        stick, rod, skewer, baton, wand | - | long
    """,
    "furniture": """
        table, desk, bench, shelf | brown beige white | boxy
        sofa, couch, bed, pillow, cushion | - | boxy
        stool, ottoman, pouf | - | round
        lamp | - | any
        rug, mat, carpet, towel, cloth | - | boxy
        door, window, picture frame, mirror, screen, monitor, television | - | boxy
        candle | white beige | long
        clock | - | round
    """,
    "devices": """
        phone, smartphone, tablet, remote, laptop, keyboard, battery | black grey white | boxy
        mouse | black grey white | round
        camera, speaker | black grey | any
        coin | yellow brown grey beige | round
        key | grey yellow | long
        cd, dvd | grey | ring
    """,
    "plants": """
        leaf, grass, tree, bush, plant, cactus, fern | green | any
        sunflower, daffodil, dandelion | yellow | any
        rose, poppy, tulip | red pink | any
        violet, lavender | purple | any
        log, branch, twig, stem, stalk | brown green | long
        acorn, walnut, chestnut, hazelnut, almond | brown beige | round
    """,
    "animals": """
        ladybird, ladybug, lobster | red | round
        frog, turtle, parrot | green | any
        snake, worm | green brown pink | long
        mouse toy, elephant | grey | any
        fox, goldfish, tiger | orange | any
        pig, flamingo | pink | any
        crow, raven, ant | black | any
        swan, snowman, ghost | white | any
    """,
    "outdoor things": """
        sun | yellow orange | round
        moon | white grey yellow beige | round
        sky, water, sea, lake, pool | blue teal | any
        cloud, snow | white grey | any
        fire, flame | orange red yellow | any
        stone, rock, pebble | grey brown beige | round
        sand | beige yellow | any
        fire engine, fire truck | red | any
        stop sign | red | round
        school bus, taxi | yellow | boxy
        coal, shadow | black | any
        road, asphalt, concrete | grey black | any
    """,
}

_CATEGORIES: Final = {
    "fruits": ("fruits",),
    "berries": ("fruits",),
    "vegetables": ("vegetables",),
    "produce": ("fruits", "vegetables"),
    "foods": ("fruits", "vegetables", "foods"),
    "snacks": ("fruits", "foods"),
    "tools": ("tools",),
    "hardware": ("tools",),
    "stationery": ("stationery",),
    "toys": ("toys",),
    "plants": ("plants",),
    "cutlery": ("tableware",),
    "crockery": ("tableware",),
    "dishes": ("tableware",),
    "tableware": ("tableware",),
    "utensils": ("tableware",),
}


def _lines(text: str) -> list[str]:
    """The lines of a table; one that ends in a comma goes on in the next."""
    return text.replace(",\n", ", ").strip().splitlines()


def _read_table() -> dict[tuple[str, ...], Looks]:
    found: dict[tuple[str, ...], Looks] = {}
    for kind, text in _TABLE.items():
        for line in _lines(text):
            names, colours, form, *small = (part.strip() for part in line.split("|"))
            usual = tuple(cast("list[ColourName]", colours.replace("-", "").split()))
            looks = Looks(usual, cast("Form", form), kind, bool(small))
            for name in names.split(","):
                found.setdefault(tuple(stem(word) for word in words(name)), looks)
    return found


_LOOKS: Final = _read_table()
_KINDS: Final = {stem(name): kinds for name, kinds in _CATEGORIES.items()}
_LONGEST: Final = max(len(name) for name in _LOOKS)


def looks_of(stems: tuple[str, ...]) -> tuple[Looks, tuple[str, ...]] | None:
    """The usual looks of what `stems` name, and the stems of that name: their last ones.

    The last noun decides: a lemon squeezer is no lemon.

    Example:
        >>> from gemini_nb.offline.words import stem
        >>> looks, name = looks_of(tuple(map(stem, ("ripe", "bananas"))))
        >>> looks.colours, looks.form, name
        (('yellow', 'green'), 'long', ('banana',))
        >>> looks_of(("banana", "giraffe")) is None
        True
    """
    for begin in range(max(0, len(stems) - _LONGEST), len(stems)):
        name = stems[begin:]
        if name in _LOOKS:
            return _LOOKS[name], name
    return None


def kind_of(stems: tuple[str, ...]) -> tuple[Looks, ...]:
    """The looks of everything that is of the kind that the last of `stems` names; often nothing.

    Example:
        >>> len(kind_of(("fruit",))) > 10, kind_of(("fruit", "bowl")), kind_of(("thing",))
        (True, (), ())
    """
    kinds = _KINDS.get(stems[-1], ()) if stems else ()
    return tuple(dict.fromkeys(looks for looks in _LOOKS.values() if looks.kind in kinds))
