"""What the vault's own settings say about its notes (files under ``.obsidian``)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.values import CardSyntax, ClozeMark, Diagnostic, VaultSettings

APP = ".obsidian/app.json"
CARDS = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
FILES = (APP, CARDS)
"""The files that ``parse_settings`` understands."""

_PATTERN = re.compile(r"([^\[\]]{1,20})(?:\[123;;\])?answer(?:\[;;hint\])?([^\[\]]{1,20})")
_SWITCHES = {
    "convertHighlightsToClozes": ClozeMark("==", "=="),
    "convertBoldTextToClozes": ClozeMark("**", "**"),
    "convertCurlyBracketsToClozes": ClozeMark("{{", "}}"),
}


def parse_settings(files: Mapping[str, bytes]) -> tuple[VaultSettings, tuple[Diagnostic, ...]]:
    """The settings in ``files`` (path -> bytes; absent ones leave the defaults). Never raises: a
    file that is no JSON object leaves the defaults too, and is named."""
    problems: list[Diagnostic] = []
    app = _load(APP, files, problems)
    plugin = _load(CARDS, files, problems).get("settings")
    return (
        VaultSettings(
            strict_line_breaks=app.get("strictLineBreaks") is True,
            attachment_folder=_text(app, "attachmentFolderPath", ""),
            cards=_cards(plugin if isinstance(plugin, dict) else {}),
        ),
        tuple(problems),
    )


def _load(path: str, files: Mapping[str, bytes], problems: list[Diagnostic]) -> dict[str, Any]:
    data = files.get(path)
    if data is None:
        return {}
    line = 0
    try:
        loaded = json.loads(data)
    except json.JSONDecodeError as failure:
        loaded, line = None, failure.lineno
    except (ValueError, RecursionError):
        loaded = None
    if isinstance(loaded, dict):
        return loaded
    message = "These settings could not be read; the defaults are used."
    problems.append(diagnose.warning(path, line, "bad-settings", message))
    return {}


def _cards(settings: dict[str, Any]) -> CardSyntax:
    default = CardSyntax()
    tags = settings.get("flashcardTags")
    named = (
        [tag.strip().lstrip("#") for tag in tags if isinstance(tag, str)]
        if (isinstance(tags, list))
        else []
    )
    return CardSyntax(
        tags=tuple(tag for tag in named if tag) or default.tags,
        inline=_text(settings, "singleLineCardSeparator", default.inline),
        inline_reversed=_text(settings, "singleLineReversedCardSeparator", default.inline_reversed),
        multiline=_text(settings, "multilineCardSeparator", default.multiline),
        multiline_reversed=_text(
            settings, "multilineReversedCardSeparator", default.multiline_reversed
        ),
        end=_text(settings, "multilineCardEndMarker", default.end),
        clozes=_clozes(settings),
        folders=settings.get("convertFoldersToDecks") is True,
    )


def _clozes(settings: dict[str, Any]) -> tuple[ClozeMark, ...]:
    """The marks that hide a part: of the list that newer versions of the plugin write
    (``==[123;;]answer[;;hint]==``), else those whose switch is on."""
    patterns = settings.get("clozePatterns")
    if isinstance(patterns, list):
        found = (_PATTERN.fullmatch(text) for text in patterns if isinstance(text, str))
        return tuple(dict.fromkeys(ClozeMark(match[1], match[2]) for match in found if match))
    return tuple(mark for name, mark in _SWITCHES.items() if settings.get(name) is True)


def _text(settings: dict[str, Any], name: str, default: str) -> str:
    value = settings.get(name)
    return value.strip() or default if isinstance(value, str) else default
