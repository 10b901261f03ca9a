"""The vault doctor's report for a person at a terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from textwrap import shorten
from typing import Any

from django.core.management.color import Style

from studyapp.items.values import Status
from studyapp.library import dialect_words as words
from studyapp.library.history_words import told

_SEVERITIES = {"error": 0, "warning": 1, "info": 2}


def format_report(report: dict[str, Any], style: Style) -> str:
    """Counts first, then what is amiss, file by file, each with its line."""
    lines = [_counts(report), ""]
    if report["histories"]:
        lines += [*_histories(report["histories"]), ""]
    paints: dict[str, Callable[[str], str]] = {
        "error": style.ERROR,
        "warning": style.WARNING,
        "info": str,
    }
    problems = _problems(report)
    for path in sorted(problems):
        lines.append(style.MIGRATE_HEADING(path or "(the vault)"))
        for line, severity, message in sorted(
            problems[path], key=lambda row: (row[0], _SEVERITIES[row[1]])
        ):
            where = f"{line:>6}" if line else "      "
            paint = paints[severity]
            lines.append(f"{where}  {paint(severity):<7}  {message}")
        lines.append("")
    for proposal in report["proposals"]:
        flag = f"--dialect {proposal['dialect']}"
        if proposal["folder"]:
            flag += f":{proposal['folder']}"
        said = words.proposed(proposal).replace("\N{NO-BREAK SPACE}", " ")
        lines.append(f"{said} ({flag})")
        for path, line, question, answer in proposal["samples"]:
            lines.append(f"    {path}:{line}  {question}{answer and f' -> {answer}'}")
        lines.append("")
    tally = Counter(severity for rows in problems.values() for _, severity, _ in rows)
    if tally["error"] or tally["warning"]:
        lines.append(
            f"{_count(tally['error'], 'error')}, {_count(tally['warning'], 'warning')}. "
            "The rest is as it should be."
        )
    else:
        lines.append(style.SUCCESS("Nothing is amiss."))
    return "\n".join(lines)


def _counts(report: dict[str, Any]) -> str:
    questions, attachments, links = report["questions"], report["attachments"], report["links"]
    kinds, statuses = questions["kinds"], Counter(questions["statuses"])
    rows = [
        ("notes", str(report["notes"])),
        (
            "attachments",
            f"{attachments['found']} found, {len(attachments['missing'])} missing",
        ),
        ("links", f"{links['resolved']} resolved, {len(links['broken'])} broken"),
        (
            "questions",
            f"{questions['count']}: "
            + (", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "none"),
        ),
        (
            "",
            f"{statuses['ready']} ready, {statuses['needs_answer']} need an answer, "
            f"{statuses['ambiguous']} ambiguous",
        ),
    ]
    return "\n".join(f"{name:>12}  {value}" for name, value in rows)


def _histories(histories: dict[str, Any]) -> list[str]:
    lines = [said.replace("\N{NO-BREAK SPACE}", " ") for said in told(histories)]
    for path, line, prompt, why in histories["left"]:
        lines.append(f"        {path}:{line}  {shorten(prompt, 70, placeholder=' …')}: {why}")
    return lines


def _problems(report: dict[str, Any]) -> dict[str, list[tuple[int, str, str]]]:
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in report["attachments"]["missing"]:
        found[row["path"]].append(
            (row["line"], "warning", f"The attachment {row['target']} is not in the vault.")
        )
    for row in report["links"]["broken"]:
        found[row["path"]].append(
            (row["line"], "warning", f"The link to {row['target']} leads nowhere.")
        )
    said_already = {(row["path"], row["line"]) for row in report["diagnostics"]}
    for row in report["questions"]["not_ready"]:
        lines = range(row["lines"][0], row["lines"][1] + 1)
        if not any((row["path"], line) in said_already for line in lines):
            said = "No answer yet" if row["status"] == Status.NEEDS_ANSWER else "Ambiguous"
            prompt = shorten(row["prompt"], 70, placeholder=" …")
            found[row["path"]].append((row["lines"][0], "warning", f"{said}: {prompt}"))
    for row in report["diagnostics"]:
        found[row["path"]].append((row["line"], row["severity"], row["message"]))
    return found


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
