"""A megabyte of each text that could make a parser slow: seconds for `parse` to read it.

Run with `python tests/benchmarks/hostile_answers.py [NAME ...]`. The time is the processor's, so
that a busy machine does not count.
"""

from __future__ import annotations

import json
import sys
import time
from random import Random

from gemini_nb.spatial.parse import parse

SIZE = 1_000_000
REPEATED = {
    "brackets": "[",
    "braces": "{",
    "objects in objects": '{"a":',
    "boxes in boxes": '{"box_2d":',
    "quotes": '"',
    "open strings": '["',
    "backticks": "`",
    "lists in lists": "[1,",
    "backslashes": "\\",
    "escaped quotes": '["\\"',
    "open fences": "```json\n[",
    "points cut off in fences": '```json\n[{"point":',
    "base64 in a loop": '[{"box_2d":[1,2,3,4],"mask":"4+Pj4+Pj',
    "strings without an end": '{"label": "mug, \n',
    "empty objects": "{},",
    "small objects": '{"a":1}',
    "single quotes": "{'a':'b'},",
    "typographers' quotes": "{\u201ca\u201d: \u201cb\u201d}",
    "escaped JSON": '{\\"point\\": [1,2]},',
    "open comments": "[/*",
    "line comments": "[#\n",
    "doubled colons": '{"a"::',
    "doubled braces": '{{"a":1}}',
    "quotes in quotes": '{"label":"a "b" c"},',
    "missing commas": '{"a":1 "b":2 ',
    "60 levels": '{"a":' * 60 + "1" + "}" * 60,
    "70 levels": "[" * 70 + '{"point":[1,2]}' + "]" * 70,
    "points in prose": "**mug** at [412, 305], ",
    "paths in prose": "[[1,2],[3,4],[5,6]] ",
    "links": "[a](a) ",
    "JSON lines": '{"point":[1,2],"label":"a"}\n',
    "rows": "label,y,x\nmug,412,305\n",
    "one long table": "mug,412,305\n",
    "deeper and deeper": "x:\n ",
    "keys": "label: mug\ny: 412\nx: 305\n",
    "round brackets": "(120, 300) ",
    "open round brackets": "(1,",
    "names": "x=1, y=2 ",
    "one long run of names": "x=1,",
    "elements": "<box y='1' x='2'/>",
    "one open element": "<box " + "y='1' ",
    "orders": "[x, y] ",
    "headings": "Image 1:\n",
    "programs": "```py\n",
    "numbers": "120 ",
    "NUL": "\0",
    "halves of characters": "\ud800",
}


def texts() -> dict[str, str]:
    """The texts by name, each of about a megabyte."""
    chance = Random(1)
    boxes = [
        {
            "box_2d": [chance.randrange(500), 1, chance.randrange(500, 1000), 2],
            "label": f"thing {i}",
        }
        for i in range(15_000)
    ]
    valid = json.dumps(boxes)
    loop = '[{"box_2d": [1, 2, 3, 4], "mask": "data:image/png;base64,' + "4+Pj" * (SIZE // 4)
    repeated = {name: piece * (SIZE // len(piece)) for name, piece in REPEATED.items()}
    spaces = "[" + " " * SIZE
    return {"15,000 boxes": valid, "one endless mask": loop, "spaces": spaces, **repeated}


def main() -> None:
    """Print the table."""
    wanted = sys.argv[1:]
    print(f"{'text':26} {'characters':>10} {'seconds':>8} {'items':>6} {'issues':>6}")
    for name, text in texts().items():
        if wanted and name not in wanted:
            continue
        began = time.process_time()
        found = parse(text)
        seconds = time.process_time() - began
        print(f"{name:26} {len(text):10,} {seconds:8.2f} {len(found):6} {len(found.issues):6}")


if __name__ == "__main__":
    main()
