"""Forms of public reports and guides, and those of our own that teach something."""

from __future__ import annotations

import json

from spatial.forms.reference import BASE64, URI, Form

PEAR = {"point": [210, 340], "label": "pear"}
PLUM = {"point": [560, 780], "label": "plum"}
BOTH = [PEAR, PLUM]
TRAY = {"box_2d": [120, 230, 450, 670], "label": "tray"}
OUTLINE = [[120, 230], [120, 670], [450, 670], [450, 230]]
PEAR_JSON, PLUM_JSON = (
    '{"point": [210, 340], "label": "pear"}',
    '{"point": [560, 780], "label": "plum"}',
)

TWO = [
    {"box_2d": [120, 300, 480, 610], "label": "kettle"},
    {"box_2d": [500, 100, 640, 222], "label": "cup, blue"},
]
HANDLE, LID = {"point": [412, 305], "label": "handle"}, {"point": [120, 480], "label": "lid"}
CAT = {"box_2d": [10, 20, 30, 40], "label": "cat"}
CAT_JSON = '{"box_2d": [10, 20, 30, 40], "label": "cat"}'

REPORTS: list[Form] = [
    Form(
        "1 CSV",
        "```csv\nlabel,ymin,xmin,ymax,xmax\nkettle,120,300,480,610\n"
        '"cup, blue",500,100,640,222\n```',
        TWO,
    ),
    Form(
        "1 TSV, x first",
        "label\txmin\tymin\txmax\tymax\nkettle\t300\t120\t610\t480\ncup, blue\t100\t500\t222\t640",
        TWO,
    ),
    Form(
        "1 CSV with a list in a cell",
        'label,box_2d\nkettle,[120, 300, 480, 610]\n"cup, blue","[500, 100, 640, 222]"\n',
        TWO,
    ),
    Form(
        "1 CSV that breaks off",
        "Here it is:\n\nlabel,ymin,xmin,ymax,xmax\nkettle,120,300,480,610\ncup,500,1",
        TWO[:1],
        {"dropped"},
    ),
    Form(
        "1 Markdown with y and x",
        "| item | y | x |\n|---|---|---|\n| **handle** | 412 | 305 |\n| lid | 120 | 480 |",
        [HANDLE, LID],
    ),
    Form(
        "1 Markdown with lists",
        "| label | box_2d |\n|---|---|\n| kettle | [120, 300, 480, 610] |\n"
        "| cup, blue | `[500, 100, 640, 222]` |",
        TWO,
    ),
    Form(
        "1 Markdown whose column names the order",
        "| label | Box (x1, y1, x2, y2) |\n|---|---|\n| kettle | (300, 120, 610, 480) |",
        TWO[:1],
    ),
    Form("1 TOON", "points[2]{label,y,x}:\n  handle,412,305\n  lid,120,480\n", [HANDLE, LID]),
    Form(
        "1 TOON without a table",
        "items[1]:\n  - label: kettle\n    box_2d[4]: 120,300,480,610\n",
        TWO[:1],
    ),
    Form(
        "1 attributes of XML",
        '<things>\n  <box label="kettle" ymin="120" xmin="300" ymax="480" xmax="610"/>\n'
        "  <point y='412' x='305'>handle</point>\n</things>",
        [TWO[0], HANDLE],
    ),
    Form(
        "1 YAML",
        "things:\n  - label: kettle\n    box_2d: [120, 300, 480, 610]\n"
        "  - label: handle\n    point:\n      y: 412\n      x: 305\n",
        [TWO[0], HANDLE],
    ),
    Form(
        "1 YAML with lists in lines",
        "- box_2d:\n    - 120\n    - 300\n    - 480\n    - 610\n  label: kettle\n",
        TWO[:1],
    ),
    Form(
        "1 keys of Markdown",
        "1. **Label:** handle\n   **Point:** [412, 305]\n"
        "2. **Label:** lid\n   **Point:** [120, 480]",
        [HANDLE, LID],
    ),
    Form(
        "2 names of coordinates in round brackets",
        "1. Handle: (y=412, x=305)\n2. Lid: (y=120, x=480)",
        [HANDLE | {"label": "Handle"}, LID | {"label": "Lid"}],
    ),
    Form(
        "2 names of coordinates in sentences",
        'The "handle" is at x: 305px, y: 412px. The kettle: **ymin:** 120, **xmin:** 300, '
        "**ymax:** 480, **xmax:** 610",
        [HANDLE, TWO[0]],
    ),
    Form(
        "2 names of coordinates in per cent",
        "The handle is at x: 30.5%, y-coordinate: 41.2%.",
        [HANDLE],
    ),
    Form("2 a click by name", "agent.click(x=305, y=412)", [HANDLE | {"label": "agent.click"}]),
    Form("2 square brackets", "The handle is at [412, 305].", [HANDLE]),
    Form(
        "2 an order that is said",
        "As (x, y): the handle is at (305, 412), the lid at [480, 120].",
        [HANDLE, LID],
        {"rescaled"},
    ),
    Form(
        "4 an outline without a box",
        '[{"mask": [[325, 411], [327, 471], [332, 523], [408, 426]], "label": "lamp"}]',
        [
            {
                "box_2d": [411, 325, 523, 408],
                "label": "lamp",
                "mask": [[411, 325], [471, 327], [523, 332], [426, 408]],
            }
        ],
        {"suspected"},
    ),
    Form(
        "5 segment tokens without a quote",
        '[{"box_2d": [120, 200, 480, 620], "mask": <start_of_mask><seg_35>", "label": "jug"},'
        ' {"box_2d": [10, 20, 48, 62], "mask": <start_of_mask><seg_3>", "label": "cup"}]',
        [
            {"box_2d": [120, 200, 480, 620], "label": "jug"},
            {"box_2d": [10, 20, 48, 62], "label": "cup"},
        ],
        {"repaired", "unsupported"},
    ),
    Form(
        "7 headings",
        f"Image 1:\n```json\n[{CAT_JSON}]\n```\n**Image 2**\n```json\n[{CAT_JSON}]\n```",
        [CAT | {"image": "Image 1"}, CAT | {"image": "Image 2"}],
    ),
    Form(
        "7 headings of files",
        "### a.jpg\n- cat: [10, 20, 30, 40]\n### b.jpg\n- cat: [10, 20, 30, 40]\n",
        [CAT | {"image": "a.jpg"}, CAT | {"image": "b.jpg"}],
    ),
    Form(
        "7 keys",
        f'{{"image_1": [{CAT_JSON}], "image_2": [{CAT_JSON}]}}',
        [CAT | {"image": "image_1"}, CAT | {"image": "image_2"}],
    ),
    Form(
        "7 a list per picture",
        f"[[{CAT_JSON}], [{CAT_JSON}]]",
        [CAT | {"image": 0}, CAT | {"image": 1}],
    ),
    Form(
        "7 timestamps",
        '[{"box_2d": [10, 20, 30, 40], "label": "cat", "timestamp": "00:12"},'
        ' {"box_2d": [10, 20, 30, 40], "label": "cat", "timestamp": "00:13"}]',
        [CAT | {"timestamp": "00:12"}, CAT | {"timestamp": "00:13"}],
    ),
    Form(
        "9 pixels with the size beside them",
        '{"width":1600,"height":1200,"boxes":[{"confidence":0.91,"xyxy":[400,300,800,900]}]}',
        [{"box_2d": [250, 250, 750, 500], "label": "", "confidence": 0.91}],
        {"rescaled"},
    ),
    Form(
        "9 sides that may be pixels, with the size beside them",
        '{"image_width":1600,"image_height":1200,'
        '"boxes":[{"label":"tray","x1":230,"y1":120,"x2":670,"y2":450}]}',
        [TRAY],
        {"suspected"},
    ),
    Form(
        "11 a loop in a label",
        '[{"box_2d": [10, 20, 30, 40], "label": "' + "Other; " * 400 + '"}]',
        [CAT | {"label": "Other;\N{HORIZONTAL ELLIPSIS}"}],
        {"duplicate"},
    ),
    Form(
        "12 a box in space of six numbers",
        '[{"label": "chair", "box_3d": [0.1, 1.9, -0.2, 0.5, 0.5, 0.9]}]',
        [{"box_3d": [0.1, 1.9, -0.2, 0.5, 0.5, 0.9, 0, 0, 0], "label": "chair"}],
        {"suspected"},
    ),
    Form(
        "15 a box that ends beyond",
        '[{"box_2d": [806, 170, 1003, 223], "label": "filter"}]',
        [{"box_2d": [806, 170, 1000, 223], "label": "filter"}],
        {"clipped"},
    ),
    Form(
        "21 numbered keys of a keypad",
        json.dumps(
            [{"point": [y, x], "label": str(3 * y + x)} for y in (0, 1, 2) for x in (1, 2, 3)]
        ),
        [{"point": [y, x], "label": str(3 * y + x)} for y in (0, 1, 2) for x in (1, 2, 3)],
        {"suspected"},
    ),
    Form(
        "entities of HTML",
        PEAR_JSON.replace('"', "&quot;"),
        [PEAR],
        {"repaired"},
    ),
    Form("JSON in a string", json.dumps({"result": f"[{PEAR_JSON}]"}), [PEAR], {"repaired"}),
    Form(
        "spaces that are not seen, and a Unicode minus",
        '\ufeff[{"point":\u00a0[\u2212210,\u200b340], "label": "pear"}]',
        [PEAR | {"point": [0, 340]}],
        {"repaired", "clipped"},
    ),
]

UNREAD = [
    "The search bar is at (472, 592).",
    "Tap [the search bar](472, 592).",
    "agent.click([472, 592])",
    "```python\npyautogui.click(472, 592)\n```",
    "Action: click(start_box='(305,412)')",
    "<point>305 412</point>",
    "The kettle is at (120, 300, 480, 610).",
    "<ref>kettle</ref><box>(300,120),(610,480)</box>",
    "array([[120., 300., 480., 610.]], dtype=float32)",
    "boxes = [(120, 300, 480, 610), (500, 100, 640, 222)]",
    "| label | point |\n|---|---|\n| handle | (412, 305) |",
    "kettle,120,300,480,610\ncup,500,100,640,222",
    "   label   y1   x1   y2   x2\n0  kettle  120  300  480  610",
    "handle: 412, 305",
    "<loc0120><loc0300><loc0480><loc0610> kettle",
    "<bndbox><xmin>300</xmin><ymin>120</ymin><xmax>610</xmax><ymax>480</ymax></bndbox>",
    "0 0.455 0.300 0.310 0.360",
    "The corner is x1=300, y1=120.",
    "It spans from y=120 to y=480 and from x=300 to x=610.",
    "<table><tr><td>handle</td><td>412</td><td>305</td></tr></table>",
    "handle <412, 305>",
    '<point x="30.5" y="41.2" alt="handle">handle</point>',
    "412, 305",
    "adb shell input tap 305 412",
    "pyautogui.click(305, 412, button='left')",
    "\u628a\u624b\u5728\uff08412\uff0c305\uff09\u3002",
    "kettle[0.120,0.300,0.480,0.610]",
]
TRAY_IN_PIXELS = {"box_2d": [250, 250, 750, 500], "label": "tray"}

_BOX = {"box_2d": [120, 300, 480, 610], "label": "kettle"}
FURTHER = [
    *(
        Form(f"a kettle: {answer[:40]!r}", answer, [_BOX])
        for answer in (
            '"name", "box_2d"\n"kettle", "[120, 300, 480, 610]"',
            "Thing | y1 | x1 | y2 | x2\n---|---|---|---|---\nkettle | 120 | 300 | 480 | 610",
            "kettle:\n  box_2d: [120, 300, 480, 610]",
            "label: kettle\nbounding box: [120, 300, 480, 610]",
            "kettle: ymin=120, xmin=300, ymax=480, xmax=610",
            "Format: (ymin, xmin, ymax, xmax)\nkettle: (120, 300, 480, 610)",
            "There is a kettle [120, 300, 480, 610] on the stove.",
            "- `kettle`: `[120, 300, 480, 610]`",
            "kettle (0.95): [120, 300, 480, 610]",
            "kettle -> [120, 300, 480, 610]",
            "The kettle: y1=120, x1=300, y2=480, x2=610.",
            "The kettle's box is y1=120, x1=300, y2=480, x2=610.",
            "|Item|Top-Left|Bottom-Right|\n|---|---|---|\n| kettle | [120, 300] | [480, 610] |",
            "**kettle**\n- Top-left: [120, 300]\n- Bottom-right: [480, 610]",
            '{"label": "kettle", "top_left": {"x": 300, "y": 120}, "bottom_right": [480, 610]}',
            'label,"[y1, x1, y2, x2]"\nkettle,"[120, 300, 480, 610]"',
            "- [120, 300, 480, 610] is the kettle",
        )
    ),
    *(
        Form(f"a handle: {answer[:40]!r}", answer, [HANDLE])
        for answer in (
            "handle: y\u00a0=\u2009412,\u200bx\u202f=\u2060305",
            "label,\u200by,\0x\nhandle,\ufeff412,\u2066305",
            "label  y    x\nhandle   412  305",
            "| Object | Y-coordinate | X coord |\n|---|---|---|\n| handle | 412 | 305 |",
            "label,center_y,center_x\nhandle,412,305",
            "**handle**\n- y: 412\n- x: 305",
            "- label: handle # the grip\n  point: [412, 305] # y, x",
            "The handle is at y-coordinate 412 and x-coordinate 305.",
            "The handle (y/x): 412/305",
            'label,"[y, x]"\nhandle,"[412, 305]"',
            '**handle**: {"y": 412, "x": 305}',
        )
    ),
    Form(
        "a table below a table",
        "| label | y | x |\n|---|---|---|\n| handle | 412 | 305 |\n\n"
        "| label | x | y |\n|---|---|---|\n| lid | 480 | 120 |",
        [HANDLE, LID],
    ),
    Form(
        "[x, y] said, and keys of [y, x]",
        f"As [x, y]:\n{PEAR_JSON}",
        [PEAR],
        {"suspected"},
    ),
    *(
        Form(f"NumPy: {answer[:40]}", answer, TWO[:1], {"repaired"})
        for answer in (
            '{"label": "kettle", "box_2d": array([120, 300, 480, 610], dtype=int32)}',
            '{"label": "kettle", "box_2d": [np.int64(120), np.int64(300), np.int64(480), 610]}',
        )
    ),
    *(
        Form(f"pictures: {answer[:30]}", answer, [CAT | {"image": one}, CAT | {"image": two}])
        for answer, one, two in (
            (f"Image A:\n{CAT_JSON}\nImage B:\n{CAT_JSON}", "Image A", "Image B"),
            (f"In image 1:\n{CAT_JSON}\nIn image 2:\n{CAT_JSON}", "image 1", "image 2"),
            (f"First photo\n{CAT_JSON}\nSecond photo\n{CAT_JSON}", "First photo", "Second photo"),
            (f'{{"left_view": {CAT_JSON}, "right_view": {CAT_JSON}}}', "left_view", "right_view"),
            (f'{{"images": [[{CAT_JSON}], [{CAT_JSON}]]}}', 0, 1),
            (f'{{"before": [{CAT_JSON}], "after": [{CAT_JSON}]}}', "before", "after"),
            (f"Before:\n[{CAT_JSON}]\nAfter:\n[{CAT_JSON}]", "Before", "After"),
            (f"image_1.png\n{CAT_JSON}\nimage_2.png\n{CAT_JSON}", "image_1.png", "image_2.png"),
            ("a.jpg:\n- cat: [10, 20, 30, 40]\nb.jpg:\n- cat: [10, 20, 30, 40]", "a.jpg", "b.jpg"),
            (
                "\n".join(f"image_{n}:\n- label: cat\n  box: [10, 20, 30, 40]" for n in "12"),
                "image_1",
                "image_2",
            ),
        )
    ),
    *(
        Form(
            f"pixels: {size}",
            f'{{{size}, "boxes": [{{"label": "tray", "xyxy": [400, 300, 800, 900]}}]}}',
            [TRAY_IN_PIXELS],
            {"rescaled"},
        )
        for size in (
            '"image_width": 1600, "image_height": 1200',
            '"image_size": [1600, 1200]',
            '"image_size": {"height": 1200, "width": 1600}',
        )
    ),
    Form(
        "sides beyond 1000 with the size beside them",
        '{"image_size": [1600, 1200], "boxes":'
        ' [{"label": "tray", "x1": 400, "y1": 300, "x2": 1200, "y2": 900}]}',
        [{"box_2d": [250, 250, 750, 750], "label": "tray"}],
        {"rescaled"},
    ),
    Form(
        "labels in a list beside their boxes",
        '{"boxes": [[120, 300, 480, 610], [500, 100, 640, 222]], "labels":["kettle","cup, blue"]}',
        TWO,
    ),
    Form(
        "a column of [x, y] without quotes",
        'label,(x, y)\nhandle,"(305, 412)"',
        [HANDLE],
    ),
    Form(
        "a box in space whose parts have axes",
        '{"label": "chair", "center": {"x": 1, "y": 2, "z": 3},'
        ' "dimensions": {"width": 4, "height": 6, "depth": 5}}',
        [{"box_3d": [1, 2, 3, 4, 5, 6, 0, 0, 0], "label": "chair"}],
    ),
    Form(
        "a line that begins with a word of pictures",
        "Before you start: take the handle [412, 305].\nAfter that, lift it.",
        [HANDLE],
    ),
    Form(
        "a loop in a detail",
        f'[{{"point": [412, 305], "label": "handle", "reason": "{"it is hot and " * 60}"}}]',
        [HANDLE | {"reason": "it is hot and\N{HORIZONTAL ELLIPSIS}"}],
        {"duplicate"},
    ),
    Form(
        "an outline whose numbers have names",
        '[{"label": "lamp", "polygon": [{"x": 325, "y": 411}, {"x": 332, "y": 523},'
        ' {"x": 408, "y": 426}]}]',
        [
            {
                "box_2d": [411, 325, 523, 408],
                "label": "lamp",
                "mask": [[411, 325], [523, 332], [426, 408]],
            }
        ],
    ),
    Form(
        "segment tokens over two lines",
        '[{"box_2d": [120, 300, 480, 610], "mask": <start_of_mask>\n<seg_3>", "label": "kettle"}]',
        TWO[:1],
        {"repaired", "unsupported"},
    ),
    Form(
        "a loop in a description",
        f'[{{"box_2d": [10, 20, 30, 40], "label": "cat", "description": "{"asleep " * 99}"}}]',
        [CAT | {"description": "asleep\N{HORIZONTAL ELLIPSIS}"}],
        {"duplicate"},
    ),
    Form(
        "a picture's name over its objects",
        f'{{"images": [{{"name": "a.jpg", "objects": [{CAT_JSON}]}}]}}',
        [CAT | {"image": "a.jpg"}],
    ),
    Form("prose as a string of JSON", '"The handle is at [412, 305]."', [HANDLE], {"repaired"}),
    Form("a heading that is no name", "Here it is:\npoint: [210, 340]", [PEAR | {"label": ""}]),
    Form(
        "names above keys",
        "Results:\n- pear:\n    y: 210\n    x: 340\n- plum:\n    y: 560\n    x: 780",
        BOTH,
    ),
    Form("a record that breaks off", "label: pear\npoint: [210, 3", [], {"dropped"}),
    *(
        Form(f"no place: {answer[:30]}", answer, [])
        for answer in (
            "Taken on (12, 5) and 2024-05-12, again at 10:30.",
            "As shown before [1, 2], and later [3]. See also (4, 5) and pages (120, 130).",
            "Tested with versions (3.11, 3.12). They cost $120 and ($480, $610).",
            "The image size is (800, 533), or 800 x 533 pixels. Its size is [400, 300].",
            "```python\nimg = img.resize((640, 480))\nplt.plot([120, 300], [480, 610])\n```",
            "Colour: red\nNumber of objects: 3\nConfidence: 0.9",
            "Choose p in (0, 1), n in [10, 500], and a value in the range [0, 255] or [0, 1000].",
            "The matrix [[1, 2], [3, 4]], papers [4, 5, 6, 7], a 95% CI [112, 128].",
            "Total: 1,200. Price: 1,500",
            "P(X = 120, Y = 300) is 0.4. The solution is x = 3, y = 5.",
            "Yes or no (y/n): 4/5. The ratio: 412/305",
            "x = 3, y = 4 gives z = 5; see https://example.org/?x=120&y=300",
            '<svg width="90"><rect x="10" y="10" width="30" height="30"/></svg>',
            '"No mug is in sight."',
            "| year | sales |\n|---|---|\n| 2023 | 120 |\n| 2024 | 300 |",
        )
    ),
    Form("point as an object", '[{"point": {"y": 210, "x": 340}, "label": "pear"}]', [PEAR]),
    Form("y and x by themselves", '[{"y": 210, "x": 340, "label": "pear"}]', [PEAR]),
    Form(
        "three numbers in a point",
        '[{"point": [210, 340, 7], "label": "pear"}]',
        [PEAR],
        {"repaired"},
    ),
    Form(
        "pixels for units",
        '[{"point": ["210px", "340 px"], "label": "pear"}]',
        [PEAR],
        {"repaired"},
    ),
    Form("per cent", '[{"point": ["21%", "34%"], "label": "pear"}]', [PEAR], {"repaired"}),
    Form(
        "bounding_box with named sides",
        '[{"object": "tray", "bounding_box":'
        ' {"y_min": 120, "x_min": 230, "y_max": 450, "x_max": 670}}]',
        [TRAY],
    ),
    Form("x1, y1, x2, y2", '{"x1": 230, "y1": 120, "x2": 670, "y2": 450, "label": "tray"}', [TRAY]),
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
        "waypoints with steps",
        '{"waypoints": [{"step": 1, "point": [10, 20]}, {"step": 2, "point": [30, 40]}]}',
        [{"point": [10, 20], "label": "", "step": 1}, {"point": [30, 40], "label": "", "step": 2}],
    ),
    Form("names as keys", '{"pear": [210, 340], "plum": [560, 780]}', BOTH),
    Form("a label in a list", '[["pear", 210, 340], ["tray", [120, 230, 450, 670]]]', [PEAR, TRAY]),
    Form(
        "label under an unlikely type",
        '[{"point": [210, 340], "label": ["ripe", "pear"]}, {"point": [1, 2], "label": true}]',
        [{"point": [210, 340], "label": "ripe, pear"}, {"point": [1, 2], "label": "true"}],
    ),
    Form(
        "bare base64",
        f'[{{"box_2d": [120, 230, 450, 670], "mask": "{BASE64}", "label": "tray"}}]',
        [{**TRAY, "mask": URI}],
    ),
    Form(
        "a PNG that breaks off",
        f'[{{"box_2d": [120, 230, 450, 670], "mask": "{URI[:70]}", "label": "tray"}}]',
        [TRAY],
        {"dropped"},
    ),
    Form(
        "a placeholder for a mask",
        '[{"box_2d": [120, 230, 450, 670], "mask": "mask_goes_here", "label": "tray"}]',
        [TRAY],
        {"dropped"},
    ),
    Form(
        "a key spoilt by a token",
        '[{"label": "tray", "<start_of_mask>_box_2d": [120, 230, 450, 670]}]',
        [TRAY],
    ),
    Form(
        "a flat outline",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray",'
        ' "polygon": [120, 230, 120, 670, 450, 670, 450, 230]}]',
        [{**TRAY, "mask": OUTLINE}],
    ),
    Form(
        "an outline in chunks",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray",'
        ' "mask": [[120, 230, 120, 670], [450, 670, 450, 230]]}]',
        [{**TRAY, "mask": OUTLINE}],
    ),
    Form(
        "an outline as text",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray",'
        ' "mask": "120,230,120,670,450,670,450,230"}]',
        [{**TRAY, "mask": OUTLINE}],
        {"repaired"},
    ),
    Form(
        "run lengths",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray",'
        ' "mask": {"size": [9, 9], "counts": "a1"}}]',
        [TRAY],
        {"dropped"},
    ),
    Form("a mask without a box", f'[{{"label": "tray", "mask": "{URI}"}}]', [], {"dropped"}),
    Form("an unknown wrapper", f'{{"fruit_bowl_contents": [{PEAR_JSON}, {PLUM_JSON}]}}', BOTH),
    Form(
        "names before bare points in a list",
        "* pear: [210, 340]\n* **plum**: [560, 780]\n",
        BOTH,
    ),
    Form(
        "names before objects in a list",
        '- pear: {"point": [210, 340]}\n- plum: {"point": [560, 780]}\n',
        BOTH,
    ),
    Form("a quoted answer", f"> [{PEAR_JSON},\n>  {PLUM_JSON}]\n", BOTH),
    Form(
        "a fence closed before its list",
        f"```json\n[{PEAR_JSON}, {PLUM_JSON}\n```\nThat is all.",
        BOTH,
        {"repaired"},
    ),
    Form("a caption before JSON", f"Point Response: {PEAR_JSON}", [PEAR]),
    Form(
        "JSON as a string of JSON",
        '"[{\\"point\\": [210, 340], \\"label\\": \\"pear\\"}]"',
        [PEAR],
        {"repaired"},
    ),
    Form(
        "parsed JSON with None",
        {"items": [{"point": [210, 340], "label": None}]},
        [{"point": [210, 340], "label": ""}],
    ),
    Form(
        "the same in two fences",
        f"```json\n[{PEAR_JSON}]\n```\n\n```json\n[{PEAR_JSON}]\n```",
        [PEAR],
        {"duplicate"},
    ),
    Form(
        "citations and footnotes",
        "Pears are ripe in autumn [1, 2], plums before [3]. See [4, 5](notes).",
        [],
    ),
    Form(
        "code with brackets",
        'cut = picture[120:450, 230:670]\nprint(f"{width:.1f}", sizes[1, 2])',
        [],
    ),
    Form("nothing at all", "", [], {"dropped"}),
    Form(
        "bare points",
        "[[210, 340], [560, 780]]",
        [{"point": [210, 340], "label": ""}, {"point": [560, 780], "label": ""}],
    ),
    Form(
        "a box in prose",
        "You will find the serving tray at [120, 230, 450, 670].",
        [{"box_2d": [120, 230, 450, 670], "label": "serving tray"}],
    ),
    Form(
        "Python's words",
        "[{'point': (210, 340), 'label': 'pear', 'ripe': True, 'note': None}]",
        [{**PEAR, "ripe": True, "note": None}],
        {"repaired"},
    ),
    Form("words without quotes", "[{point: [210, 340], label: pear}]", [PEAR], {"repaired"}),
    Form(
        "typographers' quotes",
        "[{\u201cpoint\u201d: [210, 340], \u201clabel\u201d: \u201cpear\u201d}]",
        [PEAR],
        {"repaired"},
    ),
    Form("two commas", f"[{PEAR_JSON},, {PLUM_JSON}]", BOTH, {"repaired"}),
    Form("an ellipsis", f"[{PEAR_JSON}, ..., {PLUM_JSON}]", BOTH, {"repaired"}),
    Form(
        "cut off in a number",
        f'[{PEAR_JSON}, {{"point": [560, 78',
        [PEAR],
        {"repaired", "dropped"},
    ),
    Form(
        "cut off in a named side",
        '[{"label": "tray", "y": 120, "x": 230, "y2": 450, "x2": 67',
        [],
        {"repaired", "dropped"},
    ),
    Form(
        "cut off in a path",
        '{"label": "sweep", "trajectory": [[1, 2], [30, 40], [50',
        [],
        {"repaired", "dropped"},
    ),
    Form(
        "NaN",
        f'[{{"point": [NaN, 2], "label": "fig"}}, {PEAR_JSON}]',
        [PEAR],
        {"dropped", "repaired"},
    ),
    Form(
        "half a character",
        '[{"point": [210, 340], "label": "p\\ud83dr"}]',
        [{"point": [210, 340], "label": "p\ufffdr"}],
    ),
    Form("nested a hundred deep", "[" * 100 + PEAR_JSON + "]" * 100, [PEAR], {"dropped"}),
    Form(
        "one box for two names",
        '[{"box_2d": [1, 2, 3, 4], "label": "lid"}, {"box_2d": [1, 2, 3, 4], "label": "jar"}]',
        [{"box_2d": [1, 2, 3, 4], "label": "lid"}, {"box_2d": [1, 2, 3, 4], "label": "jar"}],
    ),
    Form("a clock", 'Time Response: {"valid": true, "hours": 10, "minutes": 8}', [], {"dropped"}),
]
