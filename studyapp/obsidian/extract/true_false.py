"""Statements to judge: ``answer:: true``, or a nested answer that begins with it (S5b)."""

from __future__ import annotations

import re

from studyapp.items.values import Content, Kind, Status, make_options
from studyapp.obsidian.blocks import Rule
from studyapp.obsidian.extract.question import Found, Problem, Question, join, markdown, one
from studyapp.obsidian.inline import plain

KINDS = frozenset({"true_false", "truefalse", "true-false", "tf"})
_VERDICT = re.compile(r"(true|false)\b[.,:;!]*[ \t]*", re.IGNORECASE)
_ASKS_FOR_VERDICT = re.compile(
    r"\btrue[ \t]*(?:or|/)[ \t]*(?:false|not)\b|\bt[ \t]*/[ \t]*f\b", re.IGNORECASE
)


def extract(question: Question) -> Found | None:
    """The item of a callout whose answer is true or false; None for another answer."""
    said = question.kind in KINDS
    given = question.fields.get("answer", "")
    prompt, remarks = _split(question)
    if given and (verdict := _VERDICT.fullmatch(given)):
        explanation = join(question.answer or "", remarks)
        return one(question, "true_false", _content(prompt, verdict[1], explanation))
    if question.answer is not None:
        verdict = _VERDICT.match(plain(question.answer))
        if verdict and (said or _ASKS_FOR_VERDICT.search(plain(prompt))):
            explanation = join(_rest(question.answer), remarks)
            return one(question, "S5b", _content(prompt, verdict[1], explanation))
    if not said:
        return None
    problem = Problem(Status.NEEDS_ANSWER, "no-verdict", "Write answer:: true or answer:: false.")
    return one(question, "true_false", _content(prompt, "", remarks), problem)


def _split(question: Question) -> tuple[str, str]:
    """The prompt, and what follows a rule."""
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    before = question.blocks[:at]
    after = question.blocks[at + 1 :] if at is not None else ()
    return question.prompt(before), markdown(b for b in after if not isinstance(b, Rule))


def _rest(answer: str) -> str:
    """The answer without its verdict."""
    return re.sub(r"^\W*(?:true|false)\b[.,:;!*_]*\s*", "", answer, count=1, flags=re.IGNORECASE)


def _content(prompt: str, verdict: str, explanation: str) -> Content:
    answer = verdict.capitalize()
    rows = [(text, text == answer, "") for text in ("True", "False")]
    return Content(
        Kind.TRUE_FALSE,
        prompt,
        answer=answer,
        explanation=explanation,
        options=make_options(rows),
        shuffle=False,
    )
