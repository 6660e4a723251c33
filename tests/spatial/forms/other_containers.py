"""Forms of our own: what JSON may stand in, and prose without any."""

from __future__ import annotations

from spatial.forms.form import Form
from spatial.forms.things import BOTH, PEAR, PEAR_JSON, PLUM_JSON

CONTAINERS = [
    Form("an unknown wrapper", f'{{"fruit_bowl_contents": [{PEAR_JSON}, {PLUM_JSON}]}}', BOTH),
    Form(
        "wrappers in wrappers",
        f'{{"response": {{"status": "ok", "data": {{"results": [{PEAR_JSON}]}}}}}}',
        [PEAR],
    ),
    Form("bullets", f"- {PEAR_JSON}\n- {PLUM_JSON}", BOTH),
    Form("numbers before objects", f"1. {PEAR_JSON}\n2. {PLUM_JSON}\n", BOTH),
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
        "slashes of comments",
        f"// [\n//   {PEAR_JSON},\n//   {PLUM_JSON}\n// ]\nlet done = true;",
        BOTH,
    ),
    Form("objects with commas and no brackets", f"{PEAR_JSON},\n{PLUM_JSON},", BOTH),
    Form("an unclosed fence", f"```json\n[{PEAR_JSON}, {PLUM_JSON}]", BOTH),
    Form(
        "a fence closed before its list",
        f"```json\n[{PEAR_JSON}, {PLUM_JSON}\n```\nThat is all.",
        BOTH,
        {"repaired"},
    ),
    Form("prose right behind", f"[{PEAR_JSON}, {PLUM_JSON}] are both ripe.", BOTH),
    Form("a caption before JSON", f"Point Response: {PEAR_JSON}", [PEAR]),
    Form(
        "JSON as a string of JSON",
        '"[{\\"point\\": [210, 340], \\"label\\": \\"pear\\"}]"',
        [PEAR],
        {"repaired"},
    ),
    Form("parsed JSON", [{"point": [210, 340], "label": "pear"}], [PEAR]),
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
        "a mixed list",
        f'[{PEAR_JSON}, [120, 230, 450, 670], "note", null, 7]',
        [PEAR, {"box_2d": [120, 230, 450, 670], "label": ""}],
    ),
]

PROSE = [
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
        "a bare path",
        "[[1, 2], [30, 40], [50, 60]]",
        [{"trajectory": [[1, 2], [30, 40], [50, 60]], "label": ""}],
    ),
    Form("bare boxes", "[[120, 230, 450, 670]]", [{"box_2d": [120, 230, 450, 670], "label": ""}]),
    Form(
        "a box in prose",
        "You will find the serving tray at [120, 230, 450, 670].",
        [{"box_2d": [120, 230, 450, 670], "label": "serving tray"}],
    ),
    Form(
        "a quoted name in prose",
        'Look for the "blue pear" near [210, 340] please.',
        [{"point": [210, 340], "label": "blue pear"}],
    ),
    Form(
        "small numbers after a cue",
        "The fig is at [12, 34].",
        [{"point": [12, 34], "label": "fig"}],
    ),
    Form("a place that is none", "Its size is [4000, 3000] in pixels.", []),
]
