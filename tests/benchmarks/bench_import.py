"""Importing a vault of 2,000 notes, against Python-Markdown alone rendering the same notes.

The import is the command a person gives, from its start to its end: reading, finding the questions,
rendering notes and questions in worker processes, sanitising, resolving links, writing it all to
a fresh database. Python-Markdown alone does nothing but turn text into HTML, in one process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.make_vault import make_vault
from tests.benchmarks.measuring import Measurement, alternate, seconds

NOTES = 2_000
ROUNDS = 3
ROOT = Path(__file__).resolve().parents[2]


def measure() -> Iterator[Measurement]:
    with TemporaryDirectory(prefix="studyapp-bench-") as folder:
        vault = Path(folder) / "vault"
        make_vault(vault, NOTES)
        notes = sum(1 for _ in vault.rglob("*.md"))
        fresh = (Path(folder) / f"data-{number}" for number in count())
        _import(vault, next(fresh))  # Warms the disk cache; compiles what is not compiled yet.
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


def _import(vault: Path, data: Path) -> float:
    """Seconds that the import command takes with a new database in ``data``."""
    data.mkdir()
    environment = {**os.environ, "STUDYAPP_DATA_DIR": str(data)}
    manage = [sys.executable, str(ROOT / "manage.py")]
    quiet = {"env": environment, "check": True, "stdout": subprocess.DEVNULL, "cwd": ROOT}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], **quiet)
    return seconds(lambda: subprocess.run([*manage, "import_vault", str(vault)], **quiet))


def _render_alone(vault: Path) -> float:
    """Seconds that Python-Markdown alone takes."""
    command = [sys.executable, "-m", "tests.benchmarks.plain_markdown", str(vault)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)
