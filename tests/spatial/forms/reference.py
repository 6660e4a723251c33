"""The 52 forms of the reference: R was seen or documented, C is made up after known slips."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

from PIL import Image


class Form(NamedTuple):
    name: str
    answer: Any
    wanted: list[dict[str, Any]]
    issues: set[str] = set()  # noqa: RUF012 - a default that nothing changes
    """The kinds of issue that `parse` must tell of: these, and no others."""


def png(width: int = 8, height: int = 8) -> bytes:
    """A probability map whose left half belongs to the thing."""
    image = Image.new("L", (width, height))
    image.paste(255, (0, 0, width // 2, height))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


BASE64 = base64.b64encode(png()).decode()
URI = f"data:image/png;base64,{BASE64}"


_BOXES = [
    {"box_2d": [112, 205, 348, 471], "label": "green kettle"},
    {"box_2d": [401, 38, 690, 255], "label": "tea towel"},
]
_BOXES_JSON = """[
  {"box_2d": [112, 205, 348, 471], "label": "green kettle"},
  {"box_2d": [401, 38, 690, 255], "label": "tea towel"}
]"""
_POINTS = [
    {"point": [371, 622], "label": "tin whistle"},
    {"point": [544, 118], "label": "drum"},
]
_POINTS_JSON = (
    '[{"point": [371, 622], "label": "tin whistle"}, {"point": [544, 118], "label": "drum"}]'
)

REPORTED = [
    Form("R01 boxes in a fence", f"```json\n{_BOXES_JSON}\n```", _BOXES),
    Form("R02 bare boxes", _BOXES_JSON, _BOXES),
    Form(
        "R03 prose before the fence",
        f"Sure, these are the boxes:\n\n```json\n{_BOXES_JSON}\n```",
        _BOXES,
    ),
    Form("R04 points in a fence", f"```json\n{_POINTS_JSON}\n```", _POINTS),
    Form(
        "R05 prose with links, then bullets",
        """To fill the toolbox I would take these things:

1.  **Tools**: the [pliers](pliers) and the [folding rule](folding rule).
2.  **Small parts**: the [tin of screws](tin of screws).

*   [{"point": [318, 77], "label": "pliers"}]
*   [{"point": [642, 503], "label": "folding rule"}]
*   [{"point": [805, 911], "label": "tin of screws"}]
""",
        [
            {"point": [318, 77], "label": "pliers"},
            {"point": [642, 503], "label": "folding rule"},
            {"point": [805, 911], "label": "tin of screws"},
        ],
    ),
    Form(
        "R06 JSON in comments of a program",
        """I will look closer at the dial.
```python
from PIL import Image

# The dial is here:
# [
#   {"box_2d": [210, 340, 415, 560], "label": "dial"}
# ]
picture = Image.open("scene.jpeg")
part = picture.crop((340, 210, 560, 415))
part.save("dial.png")
```
""",
        [{"box_2d": [210, 340, 415, 560], "label": "dial"}],
    ),
    Form(
        "R07 label, y, x, y2, x2",
        '[{"label": "lantern", "y": 95, "x": 410, "y2": 388, "x2": 602}]',
        [{"box_2d": [95, 410, 388, 602], "label": "lantern"}],
    ),
    Form(
        "R08 step, point, action",
        '[{"step": 1, "point": [720, 150], "action": "reach for the sponge"},\n'
        ' {"step": 2, "point": [640, 480], "action": "wipe to the right"}]',
        [
            {
                "point": [720, 150],
                "label": "reach for the sponge",
                "step": 1,
                "action": "reach for the sponge",
            },
            {
                "point": [640, 480],
                "label": "wipe to the right",
                "step": 2,
                "action": "wipe to the right",
            },
        ],
    ),
    Form(
        "R09 some not in frame",
        '[{"point": [77, 431], "label": "a"}, {"in_frame": false, "label": "b"},'
        ' {"point": [902, 640], "label": "c", "in_frame": true}]',
        [
            {"point": [77, 431], "label": "a"},
            {"in_frame": False, "label": "b"},
            {"point": [902, 640], "label": "c", "in_frame": True},
        ],
    ),
    Form(
        "R10 JSON lines",
        '{"point": [371, 622], "label": "tin whistle"}\n{"point": [544, 118], "label": "drum"}\n',
        _POINTS,
    ),
    Form(
        "R11 grasp: box, point and angle",
        '[{"box_2d": [300, 410, 455, 700], "label": "wrench"},'
        ' {"point": [377, 560], "label": "wrench"}, {"angle": -35, "label": "wrench"}]',
        [
            {"box_2d": [300, 410, 455, 700], "label": "wrench"},
            {"point": [377, 560], "label": "wrench"},
            {"angle": -35, "label": "wrench"},
        ],
    ),
    Form(
        "R12 mask on one of two",
        f'[{{"box_2d": [10, 20, 300, 400], "mask": "{URI}", "label": "scarf"}},'
        ' {"box_2d": [500, 20, 700, 90], "label": "glove"}]',
        [
            {"box_2d": [10, 20, 300, 400], "mask": URI, "label": "scarf"},
            {"box_2d": [500, 20, 700, 90], "label": "glove"},
        ],
    ),
    Form(
        "R13 segment tokens",
        '[{"box_2d": [150, 160, 420, 380], "mask": "<start_of_mask><seg_12><seg_7><seg_99>",'
        ' "label": "cushion"}]',
        [{"box_2d": [150, 160, 420, 380], "label": "cushion"}],
        {"unsupported"},
    ),
    Form(
        "R14 base64 in a loop, cut off",
        '```json\n[{"box_2d": [33, 44, 555, 666], "label": "rug",'
        ' "mask": "data:image/png;base64,iVBO' + "4+Pj" * 400,
        [{"box_2d": [33, 44, 555, 666], "label": "rug"}],
        {"repaired", "dropped"},
    ),
    Form(
        "R15 wrapped boxes with outlines",
        '{"boxes": [{"box_2d": [100, 600, 300, 900], "label": "crate",'
        ' "mask": [[600, 100], [900, 100], [900, 300], [600, 300]]}]}',
        [
            {
                "box_2d": [100, 600, 300, 900],
                "label": "crate",
                "mask": [[100, 600], [100, 900], [300, 900], [300, 600]],
            }
        ],
        {"rescaled"},
    ),
    Form(
        "R16 outlines as y, x",
        '[{"box_2d": [100, 600, 300, 900], "label": "crate",'
        ' "mask": [[100, 600], [100, 900], [300, 900]]}]',
        [
            {
                "box_2d": [100, 600, 300, 900],
                "label": "crate",
                "mask": [[100, 600], [100, 900], [300, 900]],
            }
        ],
    ),
    Form(
        "R17 reasoning, then a bare list",
        "The shelf has three levels. The lowest one is free, so the jars go there [1].\n"
        f"So I point at two things:\n{_POINTS_JSON}",
        _POINTS,
    ),
    Form(
        "R18 two fences",
        '```json\n[{"point": [371, 622], "label": "tin whistle"}]\n```\nand also\n'
        '```json\n[{"point": [544, 118], "label": "drum"}]\n```\n',
        _POINTS,
    ),
    Form(
        "R19 a key twice",
        '[{"box_2d": [112, 205, 348, 471], "label": "kettle", "label": "green kettle"}]',
        [{"box_2d": [112, 205, 348, 471], "label": "green kettle"}],
        {"repaired"},
    ),
    Form(
        "R20 a doubled brace",
        '[{"box_2d": [112, 205, 348, 471], "label": "green kettle"}},'
        ' {"box_2d": [401, 38, 690, 255], "label": "tea towel"}}]',
        _BOXES,
        {"repaired"},
    ),
]

_TWO = [
    {"box_2d": [14, 25, 136, 247], "label": "oar"},
    {"box_2d": [358, 469, 570, 681], "label": "buoy"},
]
_JSON = (
    '[{"box_2d": [14, 25, 136, 247], "label": "oar"},\n'
    ' {"box_2d": [358, 469, 570, 681], "label": "buoy"}]'
)
_FLARE = {"box_2d": [700, 710, 820, 830], "label": "flare"}

COMPOSED = [
    Form(
        "C01 cut off inside an object",
        _JSON[:-1] + ', {"box_2d": [700, 7',
        _TWO,
        {"repaired", "dropped"},
    ),
    Form("C02 a trailing comma", _JSON[:-1] + ",]", _TWO, {"repaired"}),
    Form("C03 single quotes", _JSON.replace('"', "'"), _TWO, {"repaired"}),
    Form(
        "C04 floats",
        '[{"box_2d": [14.5, 25.25, 136.0, 247.75], "label": "oar"}]',
        [{"box_2d": [14.5, 25.25, 136, 247.75], "label": "oar"}],
    ),
    Form(
        "C05 numbers in strings",
        '[{"box_2d": ["14", "25", "136", "247"], "label": "oar"}]',
        _TWO[:1],
        {"repaired"},
    ),
    Form(
        "C06 beyond the image",
        '[{"box_2d": [-12, 25, 136, 1015], "label": "oar"}]',
        [{"box_2d": [0, 25, 136, 1000], "label": "oar"}],
        {"clipped"},
    ),
    Form(
        "C07 corners the wrong way round",
        '[{"box_2d": [136, 247, 14, 25], "label": "oar"}]',
        _TWO[:1],
        {"repaired"},
    ),
    Form("C08 an empty list", "[]", []),
    Form(
        "C09 label null",
        '[{"box_2d": [14, 25, 136, 247], "label": null}]',
        [{"box_2d": [14, 25, 136, 247], "label": ""}],
    ),
    Form(
        "C10 label missing on one",
        '[{"box_2d": [14, 25, 136, 247]}, {"box_2d": [358, 469, 570, 681], "label": "buoy"}]',
        [{"box_2d": [14, 25, 136, 247], "label": ""}, _TWO[1]],
    ),
    Form(
        "C11 numbers for labels",
        '[{"point": [61, 72], "label": 0}, {"point": [83, 94], "label": 1}]',
        [{"point": [61, 72], "label": "0"}, {"point": [83, 94], "label": "1"}],
    ),
    Form(
        "C12 three numbers in one of the boxes",
        f'[{{"box_2d": [700, 710, 820], "label": "flare"}}, {_JSON[1:]}',
        _TWO,
        {"dropped"},
    ),
    Form(
        "C13 a box that is null",
        f'[{{"box_2d": null, "label": "flare"}}, {_JSON[1:]}',
        _TWO,
        {"dropped"},
    ),
    Form("C14 a single object", '{"box_2d": [14, 25, 136, 247], "label": "oar"}', _TWO[:1]),
    Form("C15 wrapped as detections", f'{{"detections": {_JSON}}}', _TWO),
    Form("C16 a fence without a language", f"```\n{_JSON}\n```", _TWO),
    Form(
        "C17 capital letters and CRLF",
        f"```JSON\r\n{_JSON}\r\n```\r\n".replace("\n ", "\r\n "),
        _TWO,
    ),
    Form("C18 an indented fence", f"  Result:\n    ```json\n    {_JSON}\n    ```", _TWO),
    Form(
        "C19 comments",
        '[\n  // the long one\n  {"box_2d": [14, 25, 136, 247], "label": "oar"}, // left\n'
        '  {"box_2d": [358, 469, 570, 681], "label": "buoy"} /* right */\n]',
        _TWO,
        {"repaired"},
    ),
    Form(
        "C20 quotes inside a label",
        '[{"box_2d": [14, 25, 136, 247], "label": "the "long" oar, blue"},'
        ' {"box_2d": [358, 469, 570, 681], "label": "buoy"}]',
        [{"box_2d": [14, 25, 136, 247], "label": 'the "long" oar, blue'}, _TWO[1]],
        {"repaired"},
    ),
    Form(
        "C21 a fence and a brace inside a label",
        '```json\n[{"point": [61, 72], "label": "sign that says ``` and } and ]"}]\n```',
        [{"point": [61, 72], "label": "sign that says ``` and } and ]"}],
    ),
    Form("C22 a missing comma", _JSON.replace("},\n", "}\n"), _TWO, {"repaired"}),
    Form(
        "C23 lists in lists",
        '[[{"box_2d": [14, 25, 136, 247], "label": "oar"}],'
        ' [{"box_2d": [358, 469, 570, 681], "label": "buoy"}]]',
        [_TWO[0] | {"image": 0}, _TWO[1] | {"image": 1}],
    ),
    Form(
        "C24 a byte order mark and emoji",
        '\ufeff[{"box_2d": [14, 25, 136, 247], "label": "🛶 ボート"}]',
        [{"box_2d": [14, 25, 136, 247], "label": "🛶 ボート"}],
    ),
    Form(
        "C25 places in prose",
        "The red mug [412, 305] stands left of the **sugar bowl** at [433, 518].",
        [{"point": [412, 305], "label": "red mug"}, {"point": [433, 518], "label": "sugar bowl"}],
    ),
    Form(
        "C26 a loop, cut off",
        "[" + '{"box_2d": [700, 710, 820, 830], "label": "flare"}, ' * 40 + '{"box_2d": [700, 71',
        [_FLARE],
        {"duplicate", "dropped", "repaired"},
    ),
    Form(
        "C27 shares of 1",
        '[{"box_2d": [0.014, 0.025, 0.136, 0.247], "label": "oar"},'
        ' {"box_2d": [0.358, 0.469, 0.57, 0.681], "label": "buoy"}]',
        _TWO,
        {"rescaled"},
    ),
    Form("C28 a refusal", "I am sorry, but I can't see any boats in this picture.", []),
    Form(
        "C29 a line break in a label",
        '[{"box_2d": [14, 25, 136, 247], "label": "oar\nof ash"}]',
        [{"box_2d": [14, 25, 136, 247], "label": "oar\nof ash"}],
        {"repaired"},
    ),
    Form(
        "C30 an answer and its points",
        '{"answer": "There are two.", "points": [{"point": [61, 72], "label": "cleat"},'
        ' {"point": [83, 94], "label": "cleat"}]}',
        [{"point": [61, 72], "label": "cleat"}, {"point": [83, 94], "label": "cleat"}],
    ),
    Form(
        "C31 a trajectory of pairs",
        '{"trajectory": [[61, 72], [83, 94], [105, 116]], "label": "coil the rope"}',
        [{"trajectory": [[61, 72], [83, 94], [105, 116]], "label": "coil the rope"}],
    ),
    Form(
        "C32 a box as an object",
        '[{"box_2d": {"ymin": 14, "xmin": 25, "ymax": 136, "xmax": 247}, "label": "oar"}]',
        _TWO[:1],
    ),
]

REFERENCE = [*REPORTED, *COMPOSED]
