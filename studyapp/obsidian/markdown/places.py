"""What a link of a note points at, and the elements for it: shared by all link syntaxes."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX, AtomicString

from studyapp.obsidian.links import is_attachment_name, kind_not_read
from studyapp.obsidian.markdown.engine import Context

IMAGES = frozenset({"apng", "avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
SOUNDS = frozenset({"3gp", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"})
FILMS = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")

_PAGE = re.compile(r"page=(\d{1,5})\b")
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_OPENED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SIZE = re.compile(r"\s*(\d{1,4})(?:x(\d{1,4}))?\s*")
_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")


def is_external(url: str) -> bool:
    """True for an address with a scheme (or a host), which is no path in the vault."""
    return _SCHEME.match(url) is not None


def literal(processor: InlineProcessor, text: str) -> str:
    """``text`` as it was before escapes and earlier patterns replaced parts of it."""
    return _ESCAPED.sub(lambda m: chr(int(m[1])), processor.unescape(text))


def split_wikilink(inner: str) -> tuple[str, str, str]:
    """What stands in ``[[...]]`` as ``(target, fragment, alias)``; ``\\|`` (tables) is ``|``."""
    place, _, alias = inner.replace("\\|", "|").partition("|")
    target, _, fragment = place.partition("#")
    return target.strip(), fragment.strip(), alias.strip()


def split_url(url: str) -> tuple[str, str]:
    """The path of a Markdown link into the vault as ``(target, fragment)``, decoded."""
    target, _, fragment = url.partition("#")
    return unquote(target).strip(), unquote(fragment).strip()


def split_size(label: str) -> tuple[str, str, str]:
    """``alt|100x50`` as ``(alt, width, height)``; ``""`` where one is not said."""
    alt, _, last = label.rpartition("|")
    match = _SIZE.fullmatch(last)
    return (alt.strip(), match[1], match[2] or "") if match else (label.strip(), "", "")


def reading(target: str, fragment: str) -> str:
    """How a link without a text of its own reads, as in Obsidian: ``Note > Part``."""
    return " > ".join(part for part in (target, *fragment.split("#")) if part)


def link(context: Context, target: str, fragment: str, text: str, css_class: str) -> Element:
    """A link to a place in the vault, or ``text`` marked as leading nowhere."""
    url = context.links.get((target, fragment))
    if url is None:
        return broken(text, f"{target}#{fragment}" if fragment else target)
    element = Element("a", {"href": url, "class": css_class} if css_class else {"href": url})
    element.text = text
    if kind := kind_not_read(target):
        element.set("title", f"This {kind} is not read here; the link gives its file.")
    return element


def broken(text: str, target: str) -> Element:
    """``text`` of a link whose target the vault does not have."""
    title = f"Not in this vault: {target}"
    element = Element("span", {"class": "link--broken", "title": title})
    element.text = text
    return element


def external(url: str, text: str, title: str = "") -> Element:
    """A link out of the vault; only web and mail addresses are made clickable."""
    if not _OPENED.match(url):
        element = Element("span", {"class": "link--broken", "title": f"Not opened: {url}"})
    else:
        element = Element("a", {"href": url, "class": "external"})
        if title:
            element.set("title", title)
    element.text = text
    return element


def decode(text: str) -> str:
    """``text`` with its HTML entities read, as addresses and titles of links have them."""
    return ENTITY.sub(lambda m: html.unescape(m[0]), text)


def embed(context: Context, target: str, fragment: str, label: str) -> Element:
    """A file of the vault shown in place: image, sound, film; a link to anything else."""
    name = PurePosixPath(target).name
    suffix = PurePosixPath(target).suffix[1:].lower()
    if (kind := kind_not_read(target)) and (target, fragment) in context.links:
        words = AtomicString(label or name)
        return _unread(link(context, target, fragment, words, "embed"), kind)
    if context.embeds.get((target, fragment)) == "":
        return broken(AtomicString(label or reading(target, fragment)), f"{target}#{fragment}")
    if not is_attachment_name(target) or (target, fragment) in context.embeds:
        text = AtomicString(label or reading(target, fragment))
        return link(context, target, fragment, text, "embed")
    url = context.links.get((target, fragment)) or context.links.get((target, ""))
    alt, width, height = split_size(label)
    if url is None:
        missing = Element("span", {"class": "missing", "title": f"Not in this vault: {target}"})
        missing.text = AtomicString(name)
        return missing
    if suffix in IMAGES:
        context.has_pictures = True
        image = Element("img", {"src": url, "alt": alt or PurePosixPath(target).stem})
        image.set("loading", "lazy")
        if height:
            image.set("class", "sized")
        elif size := context.sizes.get(url):
            scale = int(width) / size[0] if width else 1
            width, height = width or str(size[0]), str(round(size[1] * scale) or 1)
        _set_size(image, width, height)
        return image
    if suffix in SOUNDS or suffix in FILMS:
        box = Element("span", {"class": "player"})
        tag = "audio" if suffix in SOUNDS else "video"
        player = SubElement(box, tag, {"controls": "controls", "preload": "none", "src": url})
        player.set("aria-label", alt or name)
        if suffix in FILMS:
            _set_size(player, width, height)
        SubElement(box, "a", {"href": url, "class": "player__name"}).text = AtomicString(
            alt or name
        )
        return box
    anchor = Element("a", {"href": url, "class": "embed"})
    page = _PAGE.search(fragment)
    anchor.text = AtomicString(alt or (f"{name}, page {int(page[1])}" if page else name))
    return anchor


def _set_size(element: Element, width: str, height: str) -> None:
    if width:
        element.set("width", width)
    if height:
        element.set("height", height)


def _unread(anchor: Element, kind: str) -> Element:
    """``anchor``, a link to a file of this ``kind``, with the remark that it is not shown."""
    shown = Element("span", {"class": "unread"})
    shown.append(anchor)
    anchor.tail = AtomicString(f" ({kind}, not shown here)")
    return shown
