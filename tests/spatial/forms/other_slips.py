"""Forms of our own: JSON with mistakes in it."""

from __future__ import annotations

from spatial.forms.form import Form
from spatial.forms.things import BOTH, PEAR, PEAR_JSON, PLUM_JSON

SLIPS = [
    Form(
        "Python's words",
        "[{'point': (210, 340), 'label': 'pear', 'ripe': True, 'note': None}]",
        [{**PEAR, "ripe": True, "note": None}],
        {"repaired"},
    ),
    Form("keys without quotes", '[{point: [210, 340], label: "pear"}]', [PEAR], {"repaired"}),
    Form("words without quotes", "[{point: [210, 340], label: pear}]", [PEAR], {"repaired"}),
    Form(
        "typographers' quotes",
        "[{\u201cpoint\u201d: [210, 340], \u201clabel\u201d: \u201cpear\u201d}]",
        [PEAR],
        {"repaired"},
    ),
    Form(
        "an apostrophe in single quotes",
        "[{'point': [210, 340], 'label': 'Anna's pear'}, {'point': [1, 2], 'label': 'fig'}]",
        [{"point": [210, 340], "label": "Anna's pear"}, {"point": [1, 2], "label": "fig"}],
        {"repaired"},
    ),
    Form(
        "a missing closing quote",
        '[{"point": [210, 340], "label": "pear},\n {"point": [560, 780], "label": "plum"}]',
        BOTH,
        {"repaired"},
    ),
    Form(
        "a comma missing between members",
        '[{"point": [210, 340] "label": "pear"}]',
        [PEAR],
        {"repaired"},
    ),
    Form(
        "colons doubled",
        '[{"point":: [210, 340], "label": : "pear"}]',
        [PEAR],
        {"repaired"},
    ),
    Form(
        "brackets in names",
        '[{"point": [210, 340], "label": "pear"}, {"point": [1, 2], "label": "},{"}]',
        [PEAR, {"point": [1, 2], "label": "},{"}],
    ),
    Form("two commas", f"[{PEAR_JSON},, {PLUM_JSON}]", BOTH),
    Form(
        "braces missing between objects",
        '[{"point": [210, 340], "label": "pear", "point": [560, 780], "label": "plum"}]',
        BOTH,
        {"repaired"},
    ),
    Form("both braces doubled", f"[{{{PEAR_JSON}}}, {{{PLUM_JSON}}}]", BOTH, {"repaired"}),
    Form(
        "a bracket too many",
        '[{"point": [210, 340]], "label": "pear"}, {"point": [560, 780], "label": "plum"}]',
        BOTH,
        {"repaired"},
    ),
    Form(
        "a brace missing",
        f'[{{"point": [210, 340], "label": "pear", {PLUM_JSON}]',
        BOTH,
        {"repaired"},
    ),
    Form("a bracket missing", f'{{"points": [{PEAR_JSON}, {PLUM_JSON}}}', BOTH, {"repaired"}),
    Form("an ellipsis", f"[{PEAR_JSON}, ..., {PLUM_JSON}]", BOTH, {"repaired"}),
    Form(
        "cut off in a label",
        f'[{PEAR_JSON}, {{"point": [560, 780], "label": "pl',
        [PEAR, {"point": [560, 780], "label": "pl"}],
        {"repaired"},
    ),
    Form(
        "cut off in a number",
        f'[{PEAR_JSON}, {{"point": [560, 78',
        [PEAR],
        {"repaired", "dropped"},
    ),
    Form("cut off behind a number", '[{"point": [560, 780', [], {"repaired", "dropped"}),
    Form("cut off in a key", f'[{PEAR_JSON}, {{"poi', [PEAR], {"repaired"}),
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
        "Infinity",
        f'[{{"point": [1e999, 2], "label": "fig"}}, {PEAR_JSON}]',
        [PEAR],
        {"dropped", "repaired"},
    ),
    Form(
        "an enormous number",
        '[{"point": [' + "9" * 5000 + ', 2]}, {"point": [210, 340], "label": "pear"}]',
        [PEAR],
        {"dropped", "repaired"},
    ),
    Form(
        "a tab in a label",
        '[{"point": [210, 340], "label": "a\tpear"}]',
        [{"point": [210, 340], "label": "a\tpear"}],
        {"repaired"},
    ),
    Form(
        "half a character",
        '[{"point": [210, 340], "label": "p\\ud83dr"}]',
        [{"point": [210, 340], "label": "p\ufffdr"}],
    ),
    Form(
        "escaped characters",
        '[{"point": [210, 340], "label": "p\\u00eache \\ud83c\\udf51"}]',
        [{"point": [210, 340], "label": "pêche 🍑"}],
    ),
    Form(
        "a wrong escape",
        r'[{"point": [210, 340], "label": "a \pear"}]',
        [{"point": [210, 340], "label": "a pear"}],
        {"repaired"},
    ),
    Form("nested a hundred deep", "[" * 100 + PEAR_JSON + "]" * 100, [PEAR], {"dropped"}),
    Form(
        "one box for two names",
        '[{"box_2d": [1, 2, 3, 4], "label": "lid"}, {"box_2d": [1, 2, 3, 4], "label": "jar"}]',
        [{"box_2d": [1, 2, 3, 4], "label": "lid"}, {"box_2d": [1, 2, 3, 4], "label": "jar"}],
    ),
    Form(
        "one name for two boxes",
        '[{"box_2d": [1, 2, 3, 4], "label": "bun"}, {"box_2d": [5, 6, 7, 8], "label": "bun"}]',
        [{"box_2d": [1, 2, 3, 4], "label": "bun"}, {"box_2d": [5, 6, 7, 8], "label": "bun"}],
    ),
    Form("an object that says nothing", f'[{{"label": "fig"}}, {PEAR_JSON}]', [PEAR], {"dropped"}),
    Form("a clock", 'Time Response: {"valid": true, "hours": 10, "minutes": 8}', [], {"dropped"}),
]
