"""`sample`: the pictures, films and texts that travel with the package, found by their names."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path, PurePath

from gemini_nb.errors import SampleError

_FOLDERS = ("data", "images")
_DESCRIPTION = ".json"  # beside a picture or film of the same name, it tells what they show


def sample(name: str) -> Path:
    """The path of a sample: a picture, a film or a data file that comes with the package.

    Args:
        name: as "fruit_table". With a suffix or folders it is more exact, as in
            "scenes/fruit_table.json"; without, a picture or film comes before its description.

    Raises:
        SampleError: No sample is called so, or several are.

    Example:
        >>> sample("fruit_table").name, sample("scenes/fruit_table.json").name
        ('fruit_table.jpg', 'fruit_table.json')
        >>> sample("fruit-tabel")
        Traceback (most recent call last):
            ...
        gemini_nb.errors.SampleError: No sample is called 'fruit-tabel'; near it is 'fruit_table'...
    """
    folder = tutorials()
    known = [
        path
        for place in _FOLDERS
        for path in sorted((folder / place).rglob("*.*"))
        if path.name != "README.md"
    ]
    called = [path for path in known if _is_called(path, PurePath(name).parts)]
    found = [path for path in called if path.suffix != _DESCRIPTION] or called
    if len(found) == 1:
        return found[0]
    if found:
        told = " and ".join(repr(path.relative_to(folder).as_posix()) for path in found)
        raise SampleError(f"{name!r} may be {told}: name the folder, too.")
    names = sorted({path.stem for path in known})
    near = get_close_matches(PurePath(name).stem, names)
    told = f"near it is {' or '.join(map(repr, near))}" if near else f"there are {', '.join(names)}"
    raise SampleError(
        f"No sample is called {name!r}; {told}. They lie beside the tutorials that `gemini-nb lab` "
        "opens, in data/ and images/. A file of your own needs no `sample`: pass its path."
    )


def tutorials() -> Path:
    """The folder of the tutorials that travel with the package, and of what belongs to them.

    Example:
        >>> (tutorials() / "00_quickstart.ipynb").is_file()
        True
    """
    package = Path(__file__).parent
    packaged = package / "tutorials"
    return packaged if packaged.is_dir() else package.parent / "notebooks"  # in a checkout


def _is_called(path: Path, asked: tuple[str, ...]) -> bool:
    """Whether the end of a path is what was asked for, with or without the suffix."""
    return asked in (path.parts[-len(asked) :], path.with_suffix("").parts[-len(asked) :])
