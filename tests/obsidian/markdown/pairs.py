"""Tests of one syntax are pairs of Markdown and HTML; ``html`` is the way between."""

from studyapp.obsidian.render import Hrefs, render_fragment
from studyapp.obsidian.values import VaultSettings

LINKS = {
    ("Note", ""): "/v/note",
    ("Note", "Part"): "/v/note#h-part",
    ("Note", "Part#Sub"): "/v/note#h-sub",
    ("Note", "^id"): "/v/note#b-id",
    ("", "Part"): "/v/this#h-part",
    ("a b.md", ""): "/v/a-b",
    ("pic.png", ""): "/f/pic.png",
    ("folder/my pic.svg", ""): "/f/my%20pic.svg",
    ("talk.mp3", ""): "/f/talk.mp3",
    ("film.mp4", ""): "/f/film.mp4",
    ("Board.canvas", ""): "/f/Board.canvas",
    ("Table.base", ""): "/f/Table.base",
    ("Sketch.excalidraw", ""): "/f/Sketch.excalidraw",
    ("paper.pdf", ""): "/f/paper.pdf",
    ("paper.pdf", "page=3"): "/f/paper.pdf#page=3",
}


def html(markdown: str, *, strict_line_breaks: bool = False) -> str:
    """``markdown`` as HTML, without the ``rel`` that every link has."""
    settings = VaultSettings(strict_line_breaks=strict_line_breaks)
    return render_fragment(markdown, Hrefs(LINKS), settings, name="t").replace(
        ' rel="noopener noreferrer"', ""
    )


def inline(markdown: str) -> str:
    """``markdown``, a single paragraph, as HTML without the paragraph."""
    rendered = html(markdown)
    assert rendered.startswith("<p>")
    assert rendered.endswith("</p>")
    return rendered[3:-4]


def flat(markdown: str) -> str:
    """``markdown`` as HTML without the line breaks between elements."""
    return html(markdown).replace("\n", "")


def picture(attributes: str, url: str = "/f/pic.png") -> str:
    """The HTML of a picture of the vault: it leads to its file. ``{src}`` stands for its source."""
    image = attributes.format(src=f'loading="lazy" src="{url}"')
    return f'<a class="picture" href="{url}"><img {image}></a>'
