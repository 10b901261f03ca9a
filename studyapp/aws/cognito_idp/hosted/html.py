"""HTML as values: text is escaped unless it is Markup already."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Markup(str):
    """HTML that is safe to send."""

    __slots__ = ()


Child = str | None
Value = str | int | bool | None


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """An element. ``class_`` is class, ``aria_label`` aria-label; an attribute that is None or
    False isn't there, one that is True has no value."""
    written = "".join(
        f" {_attribute(key)}" if value is True else f' {_attribute(key)}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child) for child in children if child
        )
    )


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
