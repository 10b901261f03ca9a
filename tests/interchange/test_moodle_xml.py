"""Moodle XML: every type that is read, what is named as lost, and files that mean harm."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.interchange.moodle_xml import read_moodle_xml
from studyapp.interchange.quiz_file import vault_of
from studyapp.interchange.values import InterchangeError
from studyapp.items.values import Kind, NumberKey, Status
from tests.interchange.quizzing import contents, items, said
from tests.library.vaults import PIXEL

SAMPLE = (Path(__file__).parent.parent / "corpus/quiz_files/moodle.xml").read_text()


def test_every_type_is_read() -> None:
    quiz = read_moodle_xml(SAMPLE.encode(), "x.xml")
    found = items(quiz)
    assert [item.content.kind for item in found] == [
        *(Kind.CHOICE, Kind.CHOICE, Kind.TRUE_FALSE, Kind.TEXT, Kind.NUMBER, Kind.MATCH),
        *(Kind.ORDER, Kind.BASIC, Kind.CLOZE, Kind.CLOZE),
    ]
    assert all(item.status is Status.READY for item in found)
    first, several, guests, call, long, match, order, essay, gap, minutes = contents(quiz)
    assert found[0].explicit_id == "sts-1"
    assert first.prompt == "Who issues **these**? ![[attachments/dot a.png]]"
    assert quiz.media == {"attachments/dot a.png": PIXEL}
    assert [(o.text, o.correct, o.why) for o in first.options] == [
        ("A pool", False, "It gives JWTs."),
        ("STS", True, ""),
    ]
    assert (first.explanation, first.hint, first.shuffle) == ("See STS.", "Three letters.", False)
    assert first.metadata == {"points": "2"}
    assert several.prompt == "Pick **two**"
    assert several.correct_count == 2
    assert (guests.answer, guests.explanation) == ("False", "Not all.")
    assert call.accept == ("AssumeRole", "a|b")
    assert long.number == NumberKey(Decimal("3.5"), Decimal("0.25"), "min")
    assert [(pair.left, pair.right) for pair in match.pairs] == [
        *(("ALB", "cookie"), ("API", "token"), ("", "nothing")),
    ]
    assert [option.text for option in order.options] == ["GetId", "GetOpenIdToken"]
    assert essay.answer == "Briefly"
    assert (gap.prompt, gap.answer) == ("The […] token, 5 min", "ID")
    assert minutes.answer == "5"
    (text,) = vault_of(quiz, "x.xml").notes.values()
    assert text.endswith("\nThe rest is silence.\n")
    lost = [message for _, message in said(quiz)]
    assert lost == [
        "Not carried over: what is said to wrong answers.",
        "Not carried over: asterisks that stand for anything in an answer.",
        "Not carried over: that capitals matter in the answer.",
        "Not carried over: other units that the answer may be given in.",
        "An essay is an open question here, and yours to judge.",
        "Its gaps are yours to judge here, each with its first right answer alone.",
        "This is no question: questions of the type “calculated” are not read.",
    ]
    assert SAMPLE.split("\n")[said(quiz)[-1][0] - 1].startswith('  <question type="calculated">')


def test_a_file_that_breaks_off_keeps_what_was_whole() -> None:
    cut = SAMPLE[: SAMPLE.index("Guests get")]
    quiz = read_moodle_xml(cut.encode(), "x.xml")
    assert len(contents(quiz)) == 2
    ((line, message),) = said(quiz)
    assert line == cut.count("\n") + 1
    assert message.startswith("The file breaks off here (")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ('<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', "declares entities"),
        ('<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "declares entities"),
        ("<html>", "begins with <html>"),
        ("words", "is no XML. Line 1"),
        ("<a>" * 101, "within each other"),
    ],
)
def test_files_that_are_none_or_mean_harm_are_refused(head: str, why: str) -> None:
    with pytest.raises(InterchangeError, match=why):
        read_moodle_xml(f"{head}<quiz>&b;</quiz>".encode(), "x.xml")


def test_scripts_do_not_come_along_and_are_named() -> None:
    text = (
        '<quiz><question type="truefalse"><questiontext format="html"><text><![CDATA['
        'True<script>alert(1)</script> <a href="javascript:x()">this</a>?]]></text></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question></quiz>'
    )
    quiz = read_moodle_xml(text.encode(), "x.xml")
    assert contents(quiz)[0].prompt == "True this?"
    assert (1, "Not carried over: a script.") in said(quiz)


def test_two_files_of_one_name_are_both_kept() -> None:
    one = (
        '<question type="truefalse"><questiontext format="html"><text>'
        '&lt;img src="@@PLUGINFILE@@/a.png"&gt; is it?</text>'
        '<file name="a.png" encoding="base64">{}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question>'
    )
    text = f"<quiz>{one.format('AAAA')}{one.format('AAAB')}{one.format('!')}</quiz>"
    quiz = read_moodle_xml(text.encode(), "x.xml")
    assert list(quiz.media) == ["attachments/a.png", "attachments/a (2).png"]
    assert [content.prompt for content in contents(quiz)][:2] == [
        "![[attachments/a.png]] is it?",
        "![[attachments/a (2).png]] is it?",
    ]
    assert (1, "The file “a.png” is damaged.") in said(quiz)


PIECES = st.sampled_from(
    [
        *("<quiz>", "</quiz>", '<question type="numerical">', '<question type="cloze">'),
        *("<question type='matching'>", "</question>", "<questiontext>", "</questiontext>"),
        *("<text>", "</text>", "<answer fraction='100'>", "</answer>", "{1:SA:=x}", "1e999", "7"),
        *("<subquestion>", "</subquestion>", "<tolerance>", "</tolerance>", "&lt;b", "&nbsp;"),
    ]
)


@given(st.lists(PIECES, max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_breaks_it(pieces: list[str]) -> None:
    try:
        quiz = read_moodle_xml("".join(["<quiz>", *pieces]).encode(), "x.xml")
        vault_of(quiz, "x.xml")
    except InterchangeError:
        pass
