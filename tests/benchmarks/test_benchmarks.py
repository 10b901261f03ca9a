"""The benchmarks follow the program: small runs of those that reach deep into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks import bench_answering, bench_import, bench_sandbox, bench_sitting
from tests.benchmarks.make_vault import make_vault


def test_the_same_number_of_notes_is_the_same_vault(tmp_path: Path) -> None:
    one, two = (_written(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert sum(path.suffix == ".md" for path in one) == 27


def _written(folder: Path) -> dict[Path, bytes]:
    make_vault(folder, 20)
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_ratings_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_answering, "SIZES", (460, 500))
    monkeypatch.setattr(bench_answering, "WARM_UP", 1)
    monkeypatch.setattr(bench_answering, "RATINGS", 8)
    lines = [json.loads(each.to_json()) for each in bench_answering.measure()]
    assert len(lines) == 7
    assert all(set(line) == {"name", "value", "unit", "against", "ratio"} for line in lines)
    assert all(line["ratio"] > 0 for line in lines)


def test_candidates_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"CANDIDATES": 3, "ROUNDS": 1, "CARDS": 460}.items():
        monkeypatch.setattr(bench_sitting, name, value)
    lines = [json.loads(each.to_json()) for each in bench_sitting.measure()]
    assert len(lines) == 4
    assert all(line["ratio"] > 0 for line in lines)


def test_imports_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NOTES": 60, "FEWER": 5, "ROUNDS": 1}.items():
        monkeypatch.setattr(bench_import, name, value)
    lines = [json.loads(each.to_json()) for each in bench_import.measure()]
    assert len(lines) == 7
    assert all(line["ratio"] > 0 for line in lines)
    assert 50 < lines[0]["value"] < 400


def test_user_pools_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"USERS": 3, "CALLS": 4, "ROUNDS": 1, "CLIENTS": (1,)}.items():
        monkeypatch.setattr(bench_sandbox, name, value)
    lines = [json.loads(each.to_json()) for each in bench_sandbox.measure()]
    assert len(lines) == 10
    assert all(line["ratio"] > 0 for line in lines)
