"""What is documented is there, and what is there is documented."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_setting_from_the_environment_is_in_the_readme_and_back() -> None:
    used = set()
    for path in (ROOT / "studyapp").rglob("*.py"):
        used |= set(re.findall(r'env_\w+\(\s*"(\w+)"', path.read_text()))
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", read("README.md"), re.MULTILINE))
    assert used == described


def test_every_make_target_is_in_contributing() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    helpers = {"setup", "browser", "postgresql", "node", "clean"}
    described = set(re.findall(r"^\| `make (\w+)` \|", read("CONTRIBUTING.md"), re.MULTILINE))
    assert set(phony.split()) - helpers == described


def test_every_room_is_on_the_map() -> None:
    rooms = {path.name for path in (ROOT / "studyapp").iterdir() if (path / "__init__.py").exists()}
    described = set(re.findall(r"^\| `studyapp/(\w+)/` \|", read("ARCHITECTURE.md"), re.MULTILINE))
    assert rooms == described


def test_the_lock_names_no_download_address() -> None:
    assert "://" not in read("requirements.lock")


def test_every_vendored_font_has_its_licence() -> None:
    for family in filter(Path.is_dir, (ROOT / "static" / "fonts").iterdir()):
        assert (family / "LICENSE").exists(), family.name
