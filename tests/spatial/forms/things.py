"""Things that several forms name."""

PEAR = {"point": [210, 340], "label": "pear"}
PLUM = {"point": [560, 780], "label": "plum"}
BOTH = [PEAR, PLUM]
TRAY = {"box_2d": [120, 230, 450, 670], "label": "tray"}
OUTLINE = [[120, 230], [120, 670], [450, 670], [450, 230]]

PEAR_JSON, PLUM_JSON = (
    '{"point": [210, 340], "label": "pear"}',
    '{"point": [560, 780], "label": "plum"}',
)
