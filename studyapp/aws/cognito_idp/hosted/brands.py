"""Managed login's branding as CSS: the settings that our pages have a place for. The others are
kept and described, and change nothing here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from studyapp.aws.cognito_idp.documents import Asset, Branding

_COLOR = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_SCHEMES = {"LIGHT": "light", "DARK": "dark"}
_LOGOS = ("FORM_LOGO", "PAGE_HEADER_LOGO")

# Where a colour stands in the settings below "lightMode" or "darkMode", and what it is called here.
_COLORS: Mapping[str, tuple[str, ...]] = {
    "--page": ("components", "pageBackground", "{mode}", "color"),
    "--sheet": ("components", "form", "{mode}", "backgroundColor"),
    "--line": ("components", "form", "{mode}", "borderColor"),
    "--ink": ("components", "pageText", "{mode}", "bodyColor"),
    "--heading": ("components", "pageText", "{mode}", "headingColor"),
    "--soft": ("components", "pageText", "{mode}", "descriptionColor"),
    "--accent": ("components", "primaryButton", "{mode}", "defaults", "backgroundColor"),
    "--on-accent": ("components", "primaryButton", "{mode}", "defaults", "textColor"),
    "--accent-hover": ("components", "primaryButton", "{mode}", "hover", "backgroundColor"),
    "--link": ("componentClasses", "link", "{mode}", "defaults", "textColor"),
}
_RADII: Mapping[str, tuple[str, ...]] = {
    "--sheet-radius": ("components", "form", "borderRadius"),
    "--radius": ("componentClasses", "buttons", "borderRadius"),
}


def scheme_of(brand: Branding) -> str:
    """ "light" or "dark"; "" leaves it to the browser."""
    mode = _at(brand.settings or {}, ("categories", "global", "colorSchemeMode"))
    return _SCHEMES.get(mode, "") if isinstance(mode, str) else ""


def logo_of(brand: Branding) -> Asset | None:
    found = (asset for asset in brand.assets if asset.category in _LOGOS and asset.content)
    return next(found, None)


def brand_css(brand: Branding) -> str:
    """Nothing of the settings gets in but colours and numbers."""
    settings = brand.settings or {}
    light = [*_sizes(settings), *_colors(settings, "lightMode")]
    dark = list(_colors(settings, "darkMode"))
    heading = "h1 { color: var(--heading, inherit); }"
    return "\n".join(
        (
            f":root {{ {' '.join(light)} }}",
            "@media (prefers-color-scheme: dark) {",
            f':root:not([data-scheme="light"]) {{ {" ".join(dark)} }}',
            "}",
            f':root[data-scheme="dark"] {{ {" ".join(dark)} }}',
            heading,
            "",
        )
    )


def _colors(settings: Mapping[str, Any], mode: str) -> Iterator[str]:
    for name, path in _COLORS.items():
        value = _at(settings, tuple(mode if step == "{mode}" else step for step in path))
        if isinstance(value, str) and _COLOR.fullmatch(value):
            yield f"{name}: #{value};"


def _sizes(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, path in _RADII.items():
        value = _at(settings, path)
        if isinstance(value, int | float) and 0 <= value <= 100:
            yield f"{name}: {value:g}px;"


def _at(settings: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(settings, Mapping):
            return None
        settings = settings.get(step)
    return settings
