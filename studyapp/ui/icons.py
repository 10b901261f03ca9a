"""The one open icon set, drawn inline so that it takes the colour of the text."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "icons"
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def shapes(name: str) -> str:
    """What is drawn inside the 24 x 24 field of icon ``name``. Raises LookupError if we have
    no such icon."""
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.svg")))
        raise LookupError(f"no icon {name!r}; there are {known}")
    match = _SHAPES.search(path.read_text())
    assert match, f"{path} is not an SVG file"
    return " ".join(match[1].split())
