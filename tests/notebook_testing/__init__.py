"""Holds the saved tutorials to what running them shows.

`environment` fixes what a kernel inherits, `front_end` runs a cell as JupyterLab would,
`comparison` and `images` say what differs, `plugin` makes pytest's notebook items of these, and
`lint` holds the rules that need no kernel.
"""
