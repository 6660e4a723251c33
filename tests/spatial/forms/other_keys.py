"""Forms of our own: other keys, and kinds of statement."""

from __future__ import annotations

from spatial.forms.form import Form
from spatial.forms.things import BOTH, PEAR, TRAY

KEYS = [
    Form("point as an object", '[{"point": {"y": 210, "x": 340}, "label": "pear"}]', [PEAR]),
    Form("y and x by themselves", '[{"y": 210, "x": 340, "label": "pear"}]', [PEAR]),
    Form(
        "three numbers in a point",
        '[{"point": [210, 340, 7], "label": "pear"}]',
        [{**PEAR, "z": 7}],
        {"repaired"},
    ),
    Form("a point inside a list", '[{"point": [[210, 340]], "label": "pear"}]', [PEAR]),
    Form("a point as text", '[{"point": "210, 340", "label": "pear"}]', [PEAR], {"repaired"}),
    Form(
        "pixels for units",
        '[{"point": ["210px", "340 px"], "label": "pear"}]',
        [PEAR],
        {"repaired"},
    ),
    Form("per cent", '[{"point": ["21%", "34%"], "label": "pear"}]', [PEAR], {"repaired"}),
    Form("exponents", '[{"point": [2.1e2, 34E1], "label": "pear"}]', [PEAR]),
    Form("bbox", '[{"bbox": [120, 230, 450, 670], "name": "tray"}]', [TRAY]),
    Form("boundingBox", '[{"boundingBox": [120, 230, 450, 670], "class": "tray"}]', [TRAY]),
    Form(
        "bounding_box with named sides",
        '[{"object": "tray", "bounding_box":'
        ' {"y_min": 120, "x_min": 230, "y_max": 450, "x_max": 670}}]',
        [TRAY],
    ),
    Form(
        "yMin, xMin, yMax, xMax",
        '{"label": "tray", "yMin": 120, "xMin": 230, "yMax": 450, "xMax": 670}',
        [TRAY],
    ),
    Form("x1, y1, x2, y2", '{"x1": 230, "y1": 120, "x2": 670, "y2": 450, "label": "tray"}', [TRAY]),
    Form("x0, y0, x1, y1", '{"x0": 230, "y0": 120, "x1": 670, "y1": 450, "label": "tray"}', [TRAY]),
    Form("x, y, w, h", '{"label": "tray", "x": 230, "y": 120, "w": 440, "h": 330}', [TRAY]),
    Form(
        "left, top, width, height",
        '{"label": "tray", "left": 230, "top": 120, "width": 440, "height": 330}',
        [TRAY],
    ),
    Form(
        "shares of 1 by name",
        '{"predictions": [{"label": "tray", "x_min": 0.23, "y_min": 0.12,'
        ' "x_max": 0.67, "y_max": 0.45}]}',
        [TRAY],
        {"rescaled"},
    ),
    Form("two corners as pairs", '[{"box_2d": [[120, 230], [450, 670]], "label": "tray"}]', [TRAY]),
    Form(
        "several boxes of one name",
        '{"label": "tray", "boxes": [[120, 230, 450, 670], [500, 1, 600, 99]]}',
        [TRAY, {"box_2d": [500, 1, 600, 99], "label": "tray"}],
    ),
    Form(
        "what else was said",
        '[{"point": [210, 340], "label": "pear", "confidence": 0.9, "colour": {"main": "green"}}]',
        [{**PEAR, "confidence": 0.9, "colour": {"main": "green"}}],
    ),
    Form(
        "box, point and angle in one object",
        '{"label": "tray", "box_2d": [120, 230, 450, 670],'
        ' "point": [285, 450], "angle": "45 degrees"}',
        [{**TRAY, "point": [285, 450], "angle": 45}],
        {"repaired"},
    ),
    Form(
        "a 3-D box",
        '[{"label": "tin", "box_3d": [0.1, 1.2, -0.3, 0.2, 0.2, 0.4, 0, 5, -90]}]',
        [{"box_3d": [0.1, 1.2, -0.3, 0.2, 0.2, 0.4, 0, 5, -90], "label": "tin"}],
    ),
    Form(
        "a 3-D box of eight numbers",
        '[{"label": "tin", "box_3d": [0.1, 1.2, -0.3, 0.2, 0.2, 0.4, 0, 5]}]',
        [],
        {"dropped"},
    ),
    Form(
        "segments of a video",
        '[{"start_timestamp": "00:02", "end_timestamp": "00:09",'
        ' "description": "the lid comes off"}]',
        [
            {
                "start_timestamp": "00:02",
                "end_timestamp": "00:09",
                "description": "the lid comes off",
            }
        ],
    ),
    Form(
        "a moment, and none",
        '[{"completion_time_seconds": 12.5}, {"completion_time_seconds": null}]',
        [{"completion_time_seconds": 12.5}, {"completion_time_seconds": None}],
    ),
    Form("progress", '{"progress_level": "40-60"}', [{"progress_level": "40-60"}]),
    Form(
        "calls after reasoning, some twice",
        "First I open the gripper, then I go there.\n"
        '[{"function": "setGripperState", "args": [true]},'
        ' {"function": "move", "args": [163, 427, true]},'
        ' {"function": "setGripperState", "args": [true]}]',
        [
            {"function": "setGripperState", "args": [True]},
            {"function": "move", "args": [163, 427, True]},
            {"function": "setGripperState", "args": [True]},
        ],
    ),
    Form(
        "a call by name",
        '{"name": "move", "args": {"y": 5, "x": 6}}',
        [{"function": "move", "args": {"y": 5, "x": 6}}],
    ),
    Form(
        "a path of objects",
        '{"label": "sweep", "path": [{"y": 1, "x": 2}, {"y": 30, "x": 40}, {"y": 50, "x": 60}]}',
        [{"trajectory": [[1, 2], [30, 40], [50, 60]], "label": "sweep"}],
    ),
    Form(
        "waypoints with steps",
        '{"waypoints": [{"step": 1, "point": [10, 20]}, {"step": 2, "point": [30, 40]}]}',
        [{"point": [10, 20], "label": "", "step": 1}, {"point": [30, 40], "label": "", "step": 2}],
    ),
    Form(
        "points that are counted",
        '{"label": "pear", "count": 2, "points": [[210, 340], [10, 20]]}',
        [{**PEAR, "count": 2}, {"point": [10, 20], "label": "pear", "count": 2}],
    ),
    Form(
        "a flat trajectory",
        '{"trajectory": [1, 2, 30, 40, 50, 60], "label": "sweep"}',
        [{"trajectory": [[1, 2], [30, 40], [50, 60]], "label": "sweep"}],
    ),
    Form("names as keys", '{"pear": [210, 340], "plum": [560, 780]}', BOTH),
    Form(
        "names as keys of objects",
        '{"pear": {"point": [210, 340]}, "tray": {"box_2d": [120, 230, 450, 670]}}',
        [PEAR, TRAY],
    ),
    Form(
        "the list's name for what has none",
        '{"pear": [{"point": [210, 340]}], "plum": [{"point": [560, 780]}]}',
        BOTH,
    ),
    Form("a label in a list", '[["pear", 210, 340], ["tray", [120, 230, 450, 670]]]', [PEAR, TRAY]),
    Form(
        "label under an unlikely type",
        '[{"point": [210, 340], "label": ["ripe", "pear"]}, {"point": [1, 2], "label": true}]',
        [{"point": [210, 340], "label": "ripe, pear"}, {"point": [1, 2], "label": "true"}],
    ),
]
