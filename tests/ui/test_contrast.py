"""The colours are readable: WCAG contrast of every pair in use, from the tokens themselves."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKEN = re.compile(
    r"--([a-z-]+):\s*light-dark\(oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\);",
)
READING, TEXT, GRAPHIC = 7.0, 4.5, 3.0

PAIRS = [
    # What is read for an hour.
    ("ink", "paper", READING),
    ("ink", "paper-sunk", READING),
    ("ink", "paper-raised", READING),
    ("ink-soft", "paper", READING),
    ("on-plate", "plate", READING),
    ("ink", "accent-soft", READING),
    ("ink", "right-soft", READING),
    ("ink", "wrong-soft", READING),
    ("on-mark", "mark", READING),
    # What is glanced at, and what is pressed.
    ("ink-faint", "paper", TEXT),
    ("ink-faint", "paper-sunk", TEXT),
    ("ink-faint", "paper-raised", TEXT),
    ("ink-soft", "paper-sunk", TEXT),
    ("ink-soft", "right-soft", TEXT),
    ("ink-soft", "wrong-soft", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "paper-sunk", TEXT),
    ("accent", "paper-raised", TEXT),
    ("accent-strong", "paper", TEXT),
    ("on-fill", "fill", TEXT),
    ("on-fill", "fill-strong", TEXT),
    *(
        (kind, ground, TEXT)
        for kind in ("right", "wrong", "hard", "easy")
        for ground in ("paper", "paper-sunk")
    ),
    ("right", "right-soft", TEXT),
    ("wrong", "wrong-soft", TEXT),
    *(("paper", kind, TEXT) for kind in ("wrong", "hard", "right", "easy")),
    ("paper", "ink", TEXT),
    # Edges of controls, and graphics that say something.
    ("rule-strong", "paper", GRAPHIC),
    ("rule-strong", "paper-raised", GRAPHIC),
    ("thread", "paper", GRAPHIC),
    ("state-mature", "paper", GRAPHIC),
]


def read_tokens() -> dict[str, tuple[str, str]]:
    return {
        name: (light, dark) for name, light, dark in TOKEN.findall((CSS / "tokens.css").read_text())
    }


def luminance(oklch: str) -> float:
    """Relative luminance (WCAG) of an OKLCH colour, clipped to sRGB as a screen does.

    Matrices from Björn Ottosson, "A perceptual color space for image processing".
    """
    lightness, chroma, hue = (float(part) for part in oklch.split("/")[0].split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_, m_, s_ = (
        lightness + 0.3963377774 * a + 0.2158037573 * b,
        lightness - 0.1055613458 * a - 0.0638541728 * b,
        lightness - 0.0894841775 * a - 1.2914855480 * b,
    )
    l3, m3, s3 = l_**3, m_**3, s_**3
    red = 4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3
    green = -1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3
    blue = -0.0041960863 * l3 - 0.7034186147 * m3 + 1.7076147010 * s3
    clipped = (min(max(channel, 0.0), 1.0) for channel in (red, green, blue))
    return sum(k * c for k, c in zip((0.2126, 0.7152, 0.0722), clipped, strict=True))


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("1 0 0", "0 0 0") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_pair_is_readable(front: str, ground: str, least: float, theme: str) -> None:
    tokens = read_tokens()
    side = ("light", "dark").index(theme)
    ratio = contrast(tokens[front][side], tokens[ground][side])
    assert ratio >= least, f"{front} on {ground} in {theme}: {ratio:.2f}, wanted {least}"


def test_raw_colours_live_in_tokens_alone() -> None:
    raw = re.compile(r"(#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\()")
    found = {
        f"{path.name}: {match[0]}"
        for path in CSS.rglob("*.css")
        if path.name != "tokens.css"
        for match in raw.finditer(path.read_text())
    }
    assert found == set()


def test_every_token_that_is_used_exists() -> None:
    defined = set()
    used = {}
    for path in CSS.rglob("*.css"):
        text = path.read_text()
        defined |= set(re.findall(r"(--[a-z0-9-]+)\s*:", text))
        used |= dict.fromkeys(re.findall(r"var\((--[a-z0-9-]+)\)", text), path.name)
    assert {name: where for name, where in used.items() if name not in defined} == {}
