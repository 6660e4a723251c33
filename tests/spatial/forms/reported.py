"""Forms that were seen in models' answers or that documentation shows: R01 to R20."""

from __future__ import annotations

from spatial.forms.form import URI, Form

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
