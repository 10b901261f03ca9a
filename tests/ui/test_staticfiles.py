"""The stylesheet that pages load, made from its parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from studyapp.ui.staticfiles import STYLESHEET, MissingStylesheetError, bundle

BACKEND = "studyapp.ui.staticfiles.BundledStaticFilesStorage"

PARTS = {
    "css/all.css": '@layer a, b;\n@import url("faces.css");\n'
    '@import url("parts/one.css") layer(a);\n@import url("paper.css") layer(b) print;\n',
    "css/faces.css": '@font-face { src: url("../fonts/x.woff2"); }\n',
    "css/parts/one.css": 'p { background: url("../../img/dot.svg"), url("data:,"); }\n',
    "css/paper.css": "p { color: black; }\n",
}


def test_imports_are_put_in_place_with_their_layer_medium_and_addresses() -> None:
    text, parts = bundle("css/all.css", PARTS.__getitem__)
    assert text == (
        "@layer a, b;\n"
        '@font-face { src: url("../fonts/x.woff2"); }\n\n'
        '@layer a {\np { background: url("../img/dot.svg"), url("data:,"); }\n}\n\n'
        "@media print {\n@layer b {\np { color: black; }\n}\n}\n\n"
    )
    assert parts == {"css/faces.css", "css/parts/one.css", "css/paper.css"}


def test_a_part_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingStylesheetError, match=r"css/gone\.css"):
        bundle("css/all.css", {"css/all.css": '@import url("gone.css");'}.__getitem__)


def test_what_is_collected_has_one_stylesheet_that_follows_its_parts(tmp_path: Path) -> None:
    source, goal = tmp_path / "source", tmp_path / "goal"
    for name, text in {**PARTS, STYLESHEET: PARTS["css/all.css"]}.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    for name in ("fonts/x.woff2", "img/dot.svg"):
        (source / name).parent.mkdir()
        (source / name).write_bytes(b"")
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": BACKEND}}

    def collected() -> str:
        with override_settings(STATICFILES_DIRS=[source], STATIC_ROOT=goal, STORAGES=storages):
            call_command("collectstatic", interactive=False, verbosity=0)
        manifest = json.loads((goal / "staticfiles.json").read_text())
        assert "css/parts/one.css" not in manifest["paths"]
        return (goal / manifest["paths"][STYLESHEET]).read_text()

    first = collected()
    assert "@import" not in first
    assert "../fonts/x.d41d8cd98f00.woff2" in first
    (source / "css/paper.css").write_text("p { color: navy; }\n")
    assert "color: navy" in collected()
