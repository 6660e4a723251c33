"""Forms made up after what is known of models' slips: C01 to C32."""

from __future__ import annotations

from spatial.forms.form import Form

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
        _TWO,
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
