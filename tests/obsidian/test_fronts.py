"""No question's front gives its answer away, whatever shape it is written in.

A shape is written with words that nothing else in the note says; none of those that answer may be
read on the front. Where the answer is one of the things shown, the front must not depend on which.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.items.shuffling import shuffled_options, shuffled_rights
from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import Hrefs, render_note
from studyapp.obsidian.values import Dialect, VaultSettings

SETTINGS = VaultSettings(dialects=tuple(("", dialect) for dialect in Dialect))

WORDS = st.lists(
    st.text("bcdfghklmnprstvz", min_size=4, max_size=9), min_size=9, max_size=9, unique=True
)
WRAPS = st.sampled_from(["{}", "**{}**", "*{}*", "`{}`", "[[{}]]", "- {}", "See {} here."])


def fronts(text: str) -> list[tuple[Content, str]]:
    """Every item of a note that can be studied, with all that is shown before it is answered."""
    note = parse_note("Note.md", text.encode(), SETTINGS)
    rendered = render_note(note, Hrefs(), SETTINGS)
    found = []
    for draft, html in zip(note.items, rendered.items, strict=True):
        if draft.status is not Status.READY:
            continue
        content = draft.content
        shown = [html.prompt, html.hint]
        if content.kind in (Kind.CHOICE, Kind.TRUE_FALSE, Kind.ORDER):
            by_id = dict(zip([o.id for o in content.options], html.options, strict=True))
            shown += [by_id[option.id][0] for option in shuffled_options(content, 1)]
        if content.kind is Kind.MATCH:
            shown += [pair.left for pair in content.pairs]
            shown += sorted(pair.right for pair in shuffled_rights(content, 1))
        found.append((content, "\n".join(shown)))
    return found


# What asks is ``a`` and ``b``; what answers or explains is ``x``, ``y`` and ``z``.
HIDING: dict[str, str] = {
    "S1": "> [!question] What is {a}?\n> {x}\n> {y}",
    "S1h": "> [!question] What is {a}?\n> {x}\n> \n> ---\n> {y}",
    "S2": "> [!question] Example question\n> What is {a}?\n>\n> {x}\n>\n> ---\n> {y}",
    "S2 with a rule": "> [!question] Question\n> About {a}.\n>\n> What is {b}?\n> ---\n> {x}",
    "S4": "> [!question] It is {x} that counts\n> What is {a}?\n> ---\n> - {y}\n> - {z}",
    "S4 folded": "> [!QUESTION]- It is {x}\n> Which is {a}?\n>\n> ---\n> {y}",
    "S5d": "> [!question] What is {a}?\n> About {b}.\n> > [!success]- Answer\n> > {x}\n> > {y}",
    "S5d titled": "> [!question] What is {a}?\n> > [!success]- Answer: {x}\n> > {y}",
    "S5d explained": (
        "> [!question] What is {a}?\n> > [!check] Answer\n> > {x}\n>\n"
        "> > [!info] Explanation\n> > {y}"
    ),
    "S5b": "> [!question] True or false: {a}?\n> > [!success]- Answer\n> > True. {x}",
    "statement": "> [!question] {a} is {b}\n> answer:: true\n> ---\n> {x}",
    "basic": "> [!question|basic] {a}\n> {b}\n> > [!success]\n> > {x}",
    "text": "> [!question|text] What is {a}?\n> answer:: {x} | {y}\n> ---\n> {z}",
    "number": "> [!question|num] How many {a}?\n> answer:: 30 {x}\n> ---\n> {y}",
    "cloze": "> [!question|cloze] About {a}\n> The =={x}== is {b}.\n> ---\n> {y}",
    "cloze in the title": "> [!question|cloze] The =={x}== is {a}",
    "cloze given away by its title": "> [!question|cloze] On {x}\n> The =={x}== is {a}.",
    "cloze said outright": "> [!question] What is {a}?\n> It is {{{{c1::{x}}}}}.\n> ---\n> {y}",
    "cloze in prose": "The {a} is {{{{c1::{x}}}}} here.\n\nThe {b} is {{1:{y}}}.",
    "cloze in braces": "The {a} is {{@{{{x}}}@}}.",
    "highlight": "The {a} is =={x}== there.",
    "bold": "The {a} is **{x}** there.",
    "spaced repetition": "#flashcards\n\nWhat is {a}?::It is {x}.\n",
    "spaced repetition, lines": "#flashcards\n\nWhat is {a}\n?\n{x}\n{y}\n",
    "spaced repetition, history": (
        "#flashcards\n\nWhat is {a}?::It is {x}. <!--SR:!2026-01-01,3,250-->\n"
    ),
    "card": "What is {a}? #card\n{x}\n{y}",
    "card heading": "## {a} #card\n{x}\n\n{y}\n",
    "anki block": "START\nBasic\n{a}\nBack: {x}\nEND\n",
    "anki line": "STARTI [Basic] {a} Back: {x} ENDI\n",
    "heading": "# Notes\n\n## What is {a}?\n{x}\n\n---\n{y}\n",
    "label headings": "## Question\nWhat is {a}?\n\n## Answer\n{x}\n",
    "labels": "Q: What is {a}?\nA: {x}\n",
    "untagged card": "---\nquestion-style: cards\n---\nWhat is {a}?::It is {x}.\n",
    "bold labels": "**Q**: What is {a}?\n**A**: {x}\n",
    "comment": "> [!question] What is {a}? %%{x}%%\n> %%{x}%%\n> {y}",
    "HTML comment": "> [!question] What is {a}? <!-- {x} -->\n> > [!success] Answer\n> > {y}",
    "field": "> [!question] What is {a}?\n> {x}\n>\n> source:: {y}\n> difficulty:: hard",
}


@pytest.mark.parametrize("shape", HIDING)
@settings(max_examples=8, deadline=None)
@given(WORDS, WRAPS)
def test_what_answers_is_not_on_the_front(shape: str, words: list[str], wrap: str) -> None:
    if wrap == "- {}" or "::" in HIDING[shape] or "{{" in HIDING[shape] or "**" in HIDING[shape]:
        wrap = "{}"
    names = dict(zip("abxyz", words, strict=False))
    hidden = [names[name] for name in "xyz"]
    shown = names | {name: wrap.format(names[name]) for name in "xyz"}
    items = fronts(HIDING[shape].format(**shown))
    assert items
    for content, front in items:
        answers = f"{content.answer} {content.explanation} {content.accept}"
        said = [word for word in hidden if re.search(rf"\b{word}\b", front)]
        if content.kind is Kind.CLOZE:  # siblings show each other
            said = [word for word in said if word in content.answer]
        assert not said
        assert any(word in answers for word in hidden)


# One chooses between ``a`` and ``b``, or orders them; the other names say which is right.
CHOOSING: dict[str, str] = {
    "S6": "> [!question] Which?\n> - [{x1}] {a}\n> - [{x2}] {b}",
    "S6 with reasons": (
        "> [!question] Which?\n> - [{x1}] {a}\n>   > {yes1}\n> - [{x2}] {b}\n>   > {yes2}"
    ),
    "S6 with signs": "> [!question] Which?\n> - [{x1}] {a} {sign1}\n> - [{x2}] {b} {sign2}",
    "S6 in bold": "> [!question] Which?\n> - [{x1}] {bold1}\n> - [{x2}] {bold2}",
    "S5a": "> [!question] Which?\n> A. {a}\n> B. {b}\n> > [!success]- Answer\n> > {letter}",
    "S5a by text": "> [!question] Which?\n> A. {a}\n> B. {b}\n> > [!success]- Answer: {right}",
    "S7": "1. Which?\n\n> [!{type1}] {a}\n\n> [!{type2}] {b}",
    "details": (
        "1. Which?\n   - A. {a}\n   - B. {b}\n\n"
        "   <details>Correct answer: {letter}\n\n   Explanation: so.</details>"
    ),
    "judged": "> [!question] {a} is {b}\n> answer:: {verdict}",
    "judged in words": (
        "> [!question] True or false: {a} is {b}?\n> > [!success]- Answer\n> > {verdict}."
    ),
    "order": "> [!question|order] In which order?\n> 1. {right}\n> 2. {wrong}\n> 3. c",
    "match": (
        "> [!question|match] Which?\n> | l | r |\n> |---|---|\n> | one | {right} |\n"
        "> | two | {wrong} |"
    ),
    "S5c": (
        "> [!question] Match\n> a) one\n> b) two\n>\n> x) {a}\n> y) {b}\n>\n"
        "> > [!success]- Answer\n> > a) -> {row1})\n> > b) -> {row2})"
    ),
}


def keyed(shape: str, a: str, b: str, *, first: bool) -> str:
    """The note of ``shape`` in which ``a`` is right (comes first), or else ``b``."""
    names = {
        "x": ("x", " "),
        "yes": ("Yes.", "No."),
        "sign": ("✅", "❌"),
        "type": ("success", "fail"),
        "row": ("x", "y"),
    }
    said = {f"{name}1": pair[not first] for name, pair in names.items()}
    said |= {f"{name}2": pair[first] for name, pair in names.items()}
    right, wrong = (a, b) if first else (b, a)
    said |= {"bold1": f"**{a}**" if first else a, "bold2": b if first else f"**{b}**"}
    return CHOOSING[shape].format(
        a=a, b=b, right=right, wrong=wrong, letter="BA"[first], verdict=str(first), **said
    )


@pytest.mark.parametrize("shape", CHOOSING)
@settings(max_examples=8, deadline=None)
@given(WORDS)
def test_the_front_is_the_same_whatever_is_right(shape: str, words: list[str]) -> None:
    a, b, *_ = words
    ((one, front),) = fronts(keyed(shape, a, b, first=True))
    ((other, other_front),) = fronts(keyed(shape, a, b, first=False))
    assert one.answer != other.answer
    assert sorted(front.split("\n")) == sorted(other_front.split("\n"))
    assert "checked" not in front
