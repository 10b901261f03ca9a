"""Importing a vault of 5,000 notes, against Python-Markdown alone rendering the same notes; what
memory that takes, against a vault a fifth of the size; and importing it again.

The import is the command a person gives, from its start to its end: reading, finding the questions,
rendering notes and questions in worker processes, sanitising, resolving links, writing it all to
a fresh database. Python-Markdown alone does nothing but turn text into HTML, in one process.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.make_vault import make_vault
from tests.benchmarks.measuring import Measurement, alternate, seconds

NOTES = 5_000
FEWER = 1_000
ROUNDS = 2
ROOT = Path(__file__).resolve().parents[2]

AGAIN = {
    "unchanged": ("import again with nothing changed", "the aim is at least 50 times quicker"),
    "one changed": ("import again with one note changed", "the aim is under 500 ms"),
    "edited": ("save an edit of a note", "nothing to compare with"),
    "first preview": ("the first preview after a change", "nothing to compare with"),
    "preview": ("a later preview", "nothing to compare with"),
}


def measure() -> Iterator[Measurement]:
    with TemporaryDirectory(prefix="studyapp-bench-") as folder:
        vault, small = Path(folder) / "vault", Path(folder) / "small"
        make_vault(vault, NOTES)
        make_vault(small, FEWER)
        notes = sum(1 for _ in vault.rglob("*.md"))
        data = [Path(folder) / f"data-{number}" for number in range(ROUNDS + 2)]
        # These also warm the disk cache, and compile what is not compiled yet.
        few, many = _memory(small, data[0]), _memory(vault, data[1])
        own, workers = many[0], many[1:]
        yield Measurement(
            name=f"memory of importing {notes:,} notes, what all processes allocate at their peaks",
            value=sum(many),
            unit="MB",
            against=f"importing {FEWER:,} notes: {sum(few):.0f} MB (the aim is under 400 MB; of the"
            f" {sum(many):.0f} the import itself has {own:.0f}, its {len(workers)} workers have"
            f" {sum(workers):.0f})",
            ratio=sum(many) / sum(few),
        )
        fresh = iter(data[2:])
        ours, theirs = alternate(
            ROUNDS, lambda: _import(vault, next(fresh)), lambda: _render_alone(vault)
        )
        rate, baseline = (notes / statistics.median(found) for found in (ours, theirs))
        yield Measurement(
            name=f"import a vault of {notes:,} notes",
            value=rate,
            unit="notes/s",
            against=f"Python-Markdown alone rendering them in one process: {baseline:.1f} notes/s",
            ratio=rate / baseline,
        )
        whole = 1000 * statistics.median(ours)
        for name, took in _again(vault, data[-1]).items():
            what, aim = AGAIN[name]
            yield Measurement(
                name=f"{what}, {notes:,} notes",
                value=statistics.median(took),
                unit="ms",
                against=f"importing them the first time: {whole:,.0f} ms ({aim})",
                ratio=statistics.median(took) / whole,
            )


def _import(vault: Path, data: Path) -> float:
    """Seconds that the import command takes with a new database in ``data``."""
    command, options = _command(vault, data)
    return seconds(lambda: subprocess.run(command, check=True, **options))


def _memory(vault: Path, data: Path) -> list[float]:
    """Megabytes that the import command and each of its worker processes take at their peaks."""
    command, options = _command(vault, data)
    peaks: dict[str, int] = {}
    with subprocess.Popen(command, **options) as process:
        while process.poll() is None:
            for number in [str(process.pid), *_children(process.pid)]:
                peaks[number] = max(peaks.get(number, 0), _in_memory(number))
            time.sleep(0.05)
    assert process.returncode == 0
    return [peak / 1024 for peak in peaks.values()]


def _children(process: int) -> list[str]:
    """The processes that ``process`` has started (each by one of its threads)."""
    try:
        threads = list(Path(f"/proc/{process}/task").glob("*/children"))
        return [child for thread in threads for child in thread.read_text().split()]
    except OSError:
        return []


def _in_memory(process: str) -> int:
    """The kilobytes that a process has in memory, but for files that are mapped into it (of the
    database a part), which the system takes back when it needs the room; 0 where it is gone."""
    try:
        found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _command(vault: Path, data: Path) -> tuple[list[str], dict[str, Any]]:
    """The import command, and how to run it with a new database in ``data``."""
    data.mkdir()
    options: dict[str, Any] = {"env": _environment(data), "stdout": subprocess.DEVNULL, "cwd": ROOT}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True, **options)
    return [*manage, "import_vault", str(vault)], options


def _environment(data: Path) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "studyapp.settings", "STUDYAPP_DATA_DIR": str(data)}
    return os.environ | settings


def _again(vault: Path, data: Path) -> dict[str, list[float]]:
    """Milliseconds, several times each, of what may follow an import (see ``importing``)."""
    command = [sys.executable, "-m", "tests.benchmarks.importing", str(vault)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=_environment(data)
    )
    took: dict[str, list[float]] = json.loads(done.stdout)
    return took


def _render_alone(vault: Path) -> float:
    """Seconds that Python-Markdown alone takes."""
    command = [sys.executable, "-m", "tests.benchmarks.plain_markdown", str(vault)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)
