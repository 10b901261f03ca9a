"""Our HTML as Anki's cards hold it: without what only our pages give a meaning, media by name."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Iterator

from studyapp.interchange.html import VOID, Element, names, parse_html

MediaName = Callable[[str], str]
"""An address within the vault -> the name that its file has in the package; "" for none."""

_KEPT = names(
    "p br hr b strong i em u s del code pre kbd sub sup mark blockquote h1 h2 h3 h4 h5 h6 "
    "ul ol li dl dt dd table thead tbody tr th td figure figcaption section div span a img"
)
_DROPPED = names("script style svg button template iframe object input")
_CLASSES = names("options right callout callout__title")
_LINKS = ("https://", "http://", "mailto:")


def dress(source: str, media: MediaName, sizes: Collection[str] = ()) -> str:
    """``source``, sanitised HTML of ours, for a field of Anki's. ``sizes`` are the widths that its
    author chose: our pages give every picture one."""
    if "<" not in source:
        return source
    return "".join(_children(parse_html(source), media, sizes))


def _children(element: Element, media: MediaName, sizes: Collection[str]) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield html.escape(child, quote=False)
        else:
            yield from _element(child, media, sizes)


def _element(element: Element, media: MediaName, sizes: Collection[str]) -> Iterator[str]:
    tag, given = element.tag, element.attributes
    if tag in _DROPPED:
        return
    classes = given.get("class", "").split()
    if "math" in classes:
        opening, closing = ("\\(", "\\)") if tag == "span" else ("\\[", "\\]")
        yield opening + html.escape("".join(element.texts()), quote=False) + closing
        return
    if tag in ("audio", "video", "source"):
        if name := media(given.get("src", "")):
            yield f"[sound:{name}]"
        yield from _children(element, media, sizes)
        return
    attributes = _attributes(tag, given, classes, media, sizes)
    if tag not in _KEPT or (tag == "a" and not attributes) or (tag == "span" and not attributes):
        yield from _children(element, media, sizes)
        return
    if tag == "img" and "src" not in attributes:
        yield html.escape(given.get("alt", ""), quote=False)
        return
    said = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    yield f"<{tag}{said}>"
    if tag not in VOID:
        yield from _children(element, media, sizes)
        yield f"</{tag}>"


def _attributes(
    tag: str, given: dict[str, str], classes: list[str], media: MediaName, sizes: Collection[str]
) -> dict[str, str]:
    kept: dict[str, str] = {}
    if tag == "img":
        if name := media(given.get("src", "")):
            kept["src"] = name
        if given.get("alt"):
            kept["alt"] = given["alt"]
        if given.get("width") in sizes:
            kept["width"] = given["width"]
    elif tag == "a" and given.get("href", "").startswith(_LINKS):
        kept["href"] = given["href"]
    named = [name for name in classes if name in _CLASSES or name.startswith("language-")]
    if named and tag != "a":
        kept["class"] = " ".join(named)
    return kept
