from __future__ import annotations

import subprocess
import sys

HEAVY = ("google.genai", "numpy", "PIL", "matplotlib", "IPython", "ipywidgets", "starlette")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, gemini_nb; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_every_public_name_exists() -> None:
    import gemini_nb

    for name in gemini_nb.__all__:
        assert getattr(gemini_nb, name) is not None
    assert dir(gemini_nb) == gemini_nb.__all__
