"""Python-Markdown alone: ``python -m tests.benchmarks.plain_markdown FOLDER`` renders every note of
a folder in this one process and prints the seconds that took.

Its extensions are the ready-made ones for the syntax that our renderer reads. Reading the files and
making the converter are not counted, and the converter is used again for every note.
"""

from __future__ import annotations

import sys
from pathlib import Path

import markdown

from tests.benchmarks.measuring import seconds

EXTENSIONS = (
    "footnotes",
    "nl2br",
    "sane_lists",
    "tables",
    "wikilinks",
    "pymdownx.arithmatex",
    "pymdownx.betterem",
    "pymdownx.highlight",
    "pymdownx.magiclink",
    "pymdownx.mark",
    "pymdownx.quotes",
    "pymdownx.saneheaders",
    "pymdownx.superfences",
    "pymdownx.tasklist",
    "pymdownx.tilde",
)


def render_all(texts: list[str]) -> None:
    """Convert every text, throwing the HTML away."""
    converter = markdown.Markdown(
        extensions=EXTENSIONS, extension_configs={"pymdownx.quotes": {"callouts": True}}
    )
    for text in texts:
        converter.reset().convert(text)


if __name__ == "__main__":
    notes = [path.read_text() for path in sorted(Path(sys.argv[1]).rglob("*.md"))]
    print(seconds(lambda: render_all(notes)))
