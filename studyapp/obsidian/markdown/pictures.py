"""Pictures of the vault open as they are, whether or not a script shows them larger in the page."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown


class PictureTreeprocessor(Treeprocessor):
    """Puts every picture into a link to its file, unless it is in something one clicks already."""

    md: NoteMarkdown

    def run(self, root: Element) -> None:
        context = self.md.context
        if context.has_pictures and context.opens_pictures:
            self.link(root)

    def link(self, parent: Element) -> None:
        for at, child in enumerate(parent):
            if child.tag == "img":
                link = Element("a", {"class": "picture", "href": child.get("src", "")})
                link.tail, child.tail = child.tail, None
                link.append(child)
                parent[at] = link
            elif child.tag not in ("a", "summary"):
                self.link(child)


class PictureExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.treeprocessors.register(PictureTreeprocessor(md), "pictures", 12)
