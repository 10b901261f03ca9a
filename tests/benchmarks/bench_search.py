"""Searching a vault of 10,000 notes as somebody types, against SQLite's LIKE.

A search is what the page asks for at each pause in typing: notes and questions, ranked, with the
places that match. LIKE only says in which notes one text occurs. The made-up vault has a hundred
words, each in most of its notes, which is harder than a real one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.make_vault import make_vault
from tests.benchmarks.measuring import Measurement, percentile

NOTES = 10_000
ROOT = Path(__file__).resolve().parents[2]


def measure() -> Iterator[Measurement]:
    with TemporaryDirectory(prefix="studyapp-bench-") as folder:
        vault = Path(folder) / "vault"
        make_vault(vault, NOTES)
        environment = {**os.environ, "STUDYAPP_DATA_DIR": str(Path(folder) / "data")}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["import_vault", str(vault)]):
            subprocess.run(
                [*manage, *command],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
            )
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.searching"],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    ours, theirs = (percentile(found, 95) for found in json.loads(done.stdout))
    yield Measurement(
        name=f"search {NOTES:,} notes while typing, 95th percentile",
        value=ours,
        unit="ms",
        against=f"LIKE over the notes' texts: {theirs:.1f} ms (the aim is under 50 ms)",
        ratio=ours / theirs,
    )
