"""What HTML may leave the renderer: an explicit list of tags and attributes, kept by nh3.

No style, no event handlers, no ``hx-`` attributes, no forms but the disabled box of a task; links
to the web, to mail and to our own pages; pictures and sounds from our own pages alone, so that
nothing is ever fetched from an address in a vault.
"""

from __future__ import annotations

import html
import re

import nh3


def names(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


VOID_TAGS = names("area base br col embed hr img input link meta source track wbr")

_TAGS = names(
    "a abbr audio b blockquote br caption center cite code col colgroup dd del details dfn div dl "
    "dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt "
    "ruby s samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul "
    "var video wbr"
)
_DROPPED_WHOLE = names("iframe noscript object script style template")

HTML_TAGS = (
    _TAGS
    | _DROPPED_WHOLE
    | VOID_TAGS
    | names(
        "address article aside bdi bdo body button canvas data datalist dialog dir fieldset font "
        "footer form frame frameset head header hgroup html label legend main map math menu meter "
        "nav noframes optgroup option output param picture progress search select slot strike svg "
        "textarea time title track tt"
    )
)
"""Names that are HTML (and then perhaps removed); a tag with any other name is text."""

_ATTRIBUTES = {
    "*": {"class", "data-line", "dir", "id", "lang", "title"},
    "a": {"aria-label", "href"},
    "audio": {"aria-label", "controls", "preload", "src"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"data-callout", "open"},
    "div": {"data-callout"},
    "img": {"alt", "height", "loading", "src", "width"},
    "input": {"aria-label", "checked", "disabled", "type"},
    "ol": {"reversed", "start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    "video": {"aria-label", "controls", "height", "preload", "src", "width"},
}

_CLASSES = names(
    "callout callout__body callout__label callout__title cloze embed "
    "embed__body embed__note embed__title external field field__key fields footnote "
    "footnote-backref footnote-ref highlight link--broken math missing picture player "
    "player__name sized tag task unread wikilink"
)
_CODE_CLASS = re.compile(r"language-[\w.+#-]{1,40}|[a-z]{1,3}[0-9]?")
_ID = re.compile(r"(?:L[0-9]+|[bh]-[\w-]+|fn[\w-]*)")
_OWN_PAGE = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")

MAX_PASSES = 4


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "data-line":
        return value if value.isdecimal() else None
    if name == "id":
        return value if _ID.fullmatch(value) else None
    if name == "class":
        kept = [part for part in value.split() if _is_ours(tag, part)]
        return " ".join(kept) or None
    if name == "src":
        return value if _OWN_PAGE.fullmatch(value) else None
    return value


def _is_ours(tag: str, css_class: str) -> bool:
    if css_class in _CLASSES:
        return True
    if tag == "pre" and css_class == "mermaid":
        return True
    return tag in ("code", "span") and _CODE_CLASS.fullmatch(css_class) is not None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    tag_attribute_values={"pre": {"tabindex": {"0"}}},
    set_tag_attribute_values={
        "input": {"type": "checkbox", "disabled": ""},
        "table": {"tabindex": "0"},  # a wide one is scrolled by key, too
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)


def sanitise(text: str, *, settle: bool) -> str:
    """``text`` with only what this module allows; sanitising the result again changes nothing.

    ``settle`` asks for that where the text holds HTML written by hand: what remains of broken HTML
    can be read differently a second time. HTML that does not settle is shown as its source.
    """
    cleaned = _CLEANER.clean(text)
    if not settle:
        return cleaned
    for _ in range(MAX_PASSES):
        before, cleaned = cleaned, _CLEANER.clean(cleaned)
        if cleaned == before:
            return cleaned
    return f"<pre>{html.escape(text, quote=False)}</pre>"
