"""What holds for every template, and the style guide itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_needs_nothing_that_the_content_security_policy_forbids(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text), "inline style"
    assert not re.search(r"\son[a-z]+=|hx-on", text), "inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
    assert "<style" not in text
    assert not re.search(r"""(?:src|href)=["']https?://[^"']+\.(?:js|css)""", text), (
        "from elsewhere"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.django_db
def test_style_guide_opens_in_the_theme_that_was_asked_for(client: Client, theme: str) -> None:
    response = client.get("/style/", {"theme": theme})
    assert response.status_code == 200
    assert f'data-theme="{theme}"' in response.text


@pytest.mark.django_db
def test_style_guide_follows_the_reader_otherwise(client: Client) -> None:
    assert "data-theme=" not in client.get("/style/", {"theme": "<script>"}).text


@pytest.mark.django_db
def test_style_guide_shows_every_callout_type_that_obsidian_knows(client: Client) -> None:
    shown = set(re.findall(r'data-callout="(\w+)"', client.get("/style/").text))
    assert shown >= {
        *("note", "abstract", "info", "todo", "tip", "success", "question", "warning"),
        *("failure", "danger", "bug", "example", "quote"),
    }


@pytest.mark.django_db
def test_page_carries_the_csrf_token_for_htmx_and_a_strict_policy(client: Client) -> None:
    response = client.get("/style/")
    assert re.search(r"""hx-headers='{"X-CSRFToken": "\w+"}'""", response.text)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
