"""Searching a vault of 10,000 notes as somebody types, against the database's own LIKE.

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
from tests.postgresql.cluster import cluster, server_folder

NOTES = 10_000
ROOT = Path(__file__).resolve().parents[2]


def measure() -> Iterator[Measurement]:
    with TemporaryDirectory(prefix="studyapp-bench-") as folder:
        vault = Path(folder) / "vault"
        make_vault(vault, NOTES)
        yield _measured("", vault, {"STUDYAPP_DATA_DIR": f"{folder}/sqlite"})
        binaries = server_folder()
        if binaries is None:
            print("No PostgreSQL here: not measured on it.", file=sys.stderr)
            return
        with cluster(binaries) as address:
            variables = {"STUDYAPP_DATA_DIR": f"{folder}/other", "STUDYAPP_DATABASE_URL": address}
            yield _measured(" on PostgreSQL", vault, variables)


def _measured(where: str, vault: Path, variables: dict[str, str]) -> Measurement:
    environment = {**os.environ, **variables}
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in (["migrate", "--verbosity", "0"], ["import_vault", str(vault)]):
        subprocess.run(
            [*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL, cwd=ROOT
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
    return Measurement(
        name=f"search {NOTES:,} notes while typing{where}, 95th percentile",
        value=ours,
        unit="ms",
        against=f"LIKE over the notes' texts: {theirs:.1f} ms (the aim is under 50 ms)",
        ratio=ours / theirs,
    )
