"""Forms of our own: masks."""

from __future__ import annotations

from spatial.forms.form import BASE64, URI, Form
from spatial.forms.things import OUTLINE, TRAY

MASKS = [
    Form(
        "bare base64",
        f'[{{"box_2d": [120, 230, 450, 670], "mask": "{BASE64}", "label": "tray"}}]',
        [{**TRAY, "mask": URI}],
    ),
    Form(
        "base64 for addresses, without its end",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray", "mask": "data:image/png;base64,'
        + BASE64.replace("+", "-").replace("/", "_").rstrip("=")
        + '"}]',
        [{**TRAY, "mask": URI}],
        {"repaired"},
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
        "an empty mask", '[{"box_2d": [120, 230, 450, 670], "mask": "", "label": "tray"}]', [TRAY]
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
        "an outline without a box",
        '[{"label": "tray", "polygon": [[120, 230], [120, 670], [450, 670], [450, 230]]}]',
        [{**TRAY, "mask": OUTLINE}],
    ),
    Form(
        "two outlines of one thing",
        '[{"box_2d": [0, 0, 400, 400], "label": "beans",'
        ' "mask": [[[0, 0], [0, 100], [100, 0]], [[300, 300], [300, 400], [400, 400]]]}]',
        [
            {
                "box_2d": [0, 0, 400, 400],
                "label": "beans",
                "mask": [[[0, 0], [0, 100], [100, 0]], [[300, 300], [300, 400], [400, 400]]],
            }
        ],
    ),
    Form(
        "run lengths",
        '[{"box_2d": [120, 230, 450, 670], "label": "tray",'
        ' "mask": {"size": [9, 9], "counts": "a1"}}]',
        [TRAY],
        {"unsupported"},
    ),
    Form("a mask without a box", f'[{{"label": "tray", "mask": "{URI}"}}]', [], {"dropped"}),
]
