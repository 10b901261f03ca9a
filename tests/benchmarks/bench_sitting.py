"""Two hundred candidates of an exam at once, against as many that insert one row each.

The database is SQLite's, the server granian as ``manage.py run`` starts it. Each candidate has a
connection of their own and sits an attempt of 65 questions; bursts of answers and of inserted rows
take turns.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_answering import (
    INSERT,
    ROOT,
    Browser,
    environment,
    make_learner,
    served,
)
from tests.benchmarks.measuring import Measurement, percentile

CANDIDATES = 200
ROUNDS = 5
AS_RUN = ("--workers", "2", "--blocking-threads", "4")
CARDS = 500
QUESTIONS = 100
QUIZ = """---
quiz: exam
questions: 65
time: 130 min
---
"""
QUESTION = """> [!question] Which of these is number {0}?
> - [x] The number {0}
> - [ ] Another number
> - [ ] No number

"""


def measure() -> Iterator[Measurement]:
    with TemporaryDirectory(prefix="studyapp-bench-") as folder:
        data = Path(folder) / "data"
        make_learner(data, CARDS)
        _import_quiz(Path(folder) / "exam", data)
        with served(data, *AS_RUN) as port, ThreadPoolExecutor(CANDIDATES) as pool:
            candidates = [Candidate(port) for _ in range(CANDIDATES)]

            def burst(act: Callable[[Candidate], float]) -> tuple[list[float], float]:
                start = time.perf_counter()
                took = list(pool.map(act, candidates))
                return took, time.perf_counter() - start

            floor = [burst(Candidate.insert_row)]
            begun = burst(Candidate.begin)
            answered = []
            for _ in range(ROUNDS):
                answered.append(burst(Candidate.answer))
                floor.append(burst(Candidate.insert_row))
            for candidate in candidates:
                candidate.connection.close()
    yield from _compare("beginning an exam of 65 questions", [begun], floor)
    yield from _compare("an answer", answered, floor)


Burst = tuple[Sequence[float], float]


def _compare(what: str, ours: Sequence[Burst], floor: Sequence[Burst]) -> Iterator[Measurement]:
    rate, rows = (
        statistics.median(len(took) / whole for took, whole in bursts) for bursts in (ours, floor)
    )
    yield Measurement(
        name=f"{what}, {CANDIDATES} at once",
        value=rate,
        unit="requests/s",
        against=f"{INSERT}: {rows:.0f} requests/s",
        ratio=rate / rows,
    )
    value, baseline = (
        statistics.median(percentile(took, 95) for took, _ in bursts) for bursts in (ours, floor)
    )
    yield Measurement(
        name=f"{what}, {CANDIDATES} at once, p95",
        value=value * 1000,
        unit="ms",
        against=f"{INSERT}: {baseline * 1000:.0f} ms",
        ratio=value / baseline,
    )


class Candidate(Browser):
    """Somebody who sits the exam."""

    def begin(self) -> float:
        """Begin an attempt; gives the seconds it took."""
        key = {"request_id": str(uuid.uuid4())}
        reply = self.ask("POST", "/quizzes/sets/exam/start/Exam.md", key)
        if reply.status != 302:
            raise RuntimeError(f"beginning: status {reply.status}")
        self.page = f"{reply.location}1/"
        return reply.took.client

    def answer(self) -> float:
        """Save an answer to the first question, another than before."""
        if not self.count:
            asked = self.ask("GET", self.page).page
            self.options = re.findall(r'name="option"\s+value="(\w+)"', asked)
        self.count += 1
        option = self.options[self.count % len(self.options)]
        given = {"sequence": self.count, "option": option}
        reply = self.ask("POST", f"{self.page}save/", given)
        if reply.status != 204:
            raise RuntimeError(f"answering: status {reply.status}")
        return reply.took.client

    def insert_row(self) -> float:
        """Insert one row."""
        return self.insert().client


def _import_quiz(vault: Path, data: Path) -> None:
    vault.mkdir()
    questions = "".join(QUESTION.format(number) for number in range(QUESTIONS))
    (vault / "Exam.md").write_text(QUIZ + questions)
    command = [sys.executable, "manage.py", "import_vault", str(vault)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment(data), stdout=subprocess.DEVNULL)
