"""GIFT: what its files hold, judged beside pygiftparser, and whatever else comes."""

from __future__ import annotations

import io
import warnings
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.interchange.gift import is_gift, read_gift
from studyapp.interchange.quiz_file import vault_of
from studyapp.interchange.values import InterchangeError
from studyapp.items.values import Kind, NumberKey, Status
from tests.interchange.quizzing import contents, items, said

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is older than Python's present ways
    from pygiftparser import answer as oracle_answer
    from pygiftparser import parser as oracle

SAMPLE = (Path(__file__).parent.parent / "corpus/quiz_files/cloud.gift").read_text()


def test_a_file_becomes_a_quiz_set_for_each_category() -> None:
    quiz = read_gift(SAMPLE, "cloud.gift")
    assert list(vault_of(quiz, "cloud.gift").notes) == ["Cloud/Tokens.md", "Cloud Old/Essays.md"]
    notes = vault_of(quiz, "cloud.gift").notes
    assert all(text.startswith('---\nquiz: "practice"\n---\n') for text in notes.values())
    assert "#aws/sts #hard" in notes["Cloud/Tokens.md"]
    assert notes["Cloud Old/Essays.md"].endswith("\nThese are all.\n")
    found = items(quiz)
    assert [item.content.kind for item in found] == [
        *(Kind.CHOICE, Kind.CHOICE, Kind.TRUE_FALSE, Kind.NUMBER, Kind.NUMBER),
        *(Kind.CHOICE, Kind.MATCH, Kind.TEXT, Kind.TEXT, Kind.BASIC),
    ]
    assert all(item.status is Status.READY for item in found)
    first, several, guests, minutes, pi, missing, match, call, marks, essay = (
        item.content for item in found
    )
    assert found[0].explicit_id == "sts-1"
    assert first.prompt == "Who issues\ncredentials?"
    assert [(o.text, o.correct, o.why) for o in first.options] == [
        ("A user pool", False, "It issues JWTs."),
        ("STS", True, "Right: the Security Token Service."),
    ]
    assert first.explanation == r"Through \[\[AssumeRole\]\]."
    assert several.prompt == "Pick **two**"
    assert [o.correct for o in several.options] == [True, True, False]
    assert (guests.answer, guests.explanation) == ("True", "They do.\n\nRight.")
    assert minutes.number == NumberKey(Decimal(60), Decimal(5))
    assert minutes.explanation == "Or so."
    assert pi.number == NumberKey(Decimal("3.1415"), Decimal("0.0005"))
    assert missing.prompt == r"The \_\_\_\_\_ token names a person."
    assert [(pair.left, pair.right) for pair in match.pairs] == [
        *(("API Gateway", "the header"), ("ALB", "the cookie"), ("", "nothing")),
    ]
    assert call.accept == ("AssumeRole",)
    assert marks.prompt == "A brace is {, a sign =, a line\nends"
    assert marks.accept == ("{", "a=b")
    assert (essay.prompt, essay.answer) == ("Explain it.", "Briefly.")
    assert said(quiz) == [
        (24, "Not carried over: answers that get part of the mark."),
        (24, "Not carried over: asterisks that stand for anything in an answer."),
        (30, "An essay is an open question here, and yours to judge."),
    ]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Open {=a", "its brace { is not closed before the next blank line"),
        ("Closed =a}", "a brace } is closed that was not opened"),
        ("Two {=a} and {=b}", "it has more than one pair of braces (write \\{ for a brace)"),
        ("{=a}", "it asks nothing"),
        ("One {~a =}", "one of its options is empty"),
        ("None {~a ~b}", "no option is right"),
        ("Number {#many}", "“many” is no number"),
        ("Match {=a -> =b -> c}", "each pair needs two sides, like =left -> right"),
        ("Anything {=*}", "any answer at all is right"),
    ],
)
def test_what_is_no_question_is_named_with_its_line_and_the_rest_is_kept(
    source: str, why: str
) -> None:
    quiz = read_gift(f"// first\n\n{source}\n\nFine {{=yes}}\n", "x.gift")
    assert said(quiz) == [(3, f"This is no question: {why}.")]
    assert [content.prompt for content in contents(quiz)] == ["Fine"]


def test_weights_that_cannot_be_kept_are_named() -> None:
    quiz = read_gift("Q {=a ~%50%b ~c}\n\nR {~%70%a ~%30%b ~%-10%c}\n", "x.gift")
    assert said(quiz) == [
        (1, "Not carried over: part of the mark for some options."),
        (3, "Not carried over: the weights of its options."),
    ]
    assert [content.correct_count for content in contents(quiz)] == [1, 2]


def test_an_id_that_is_there_twice_names_no_question() -> None:
    text = "// [id:a]\nOne {=1}\n\n// [id:a]\nTwo {=2}\n"
    vault = vault_of(read_gift(text, "x.gift"), "x.gift")
    assert "^a" not in vault.notes["x.md"]
    assert [remark.line for remark in vault.remarks] == [2, 5]


def test_a_file_without_questions_says_why() -> None:
    with pytest.raises(InterchangeError, match=r"holds no question.*Line 1: This is no question"):
        vault_of(read_gift("Open {=a", "x.gift"), "x.gift")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("::a:: b", True),
        ("What? {T}", True),
        ("What? {\n =a ~b}", True),
        ("The {{c1::ID}} token\tNo\n", False),
        ("#separator:tab\nfront\tback\n", False),
        ("a {brace}", False),
    ],
)
def test_a_text_is_taken_for_gift_by_its_marks(text: str, is_one: bool) -> None:
    assert is_gift(text) is is_one


WORDS = st.text("abcXYZ 0123", min_size=1, max_size=12).map(
    lambda text: " ".join(["w", *text.split()])
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, Kind | None, object]:
    """The source of a question, what kind it is, and its key."""
    stem = draw(WORDS)
    kind = draw(st.sampled_from(["choice", "text", "match", "number", "range", "verdict", None]))
    words = draw(st.lists(WORDS, min_size=2, max_size=4, unique_by=str.casefold))
    space = draw(st.sampled_from(["", " ", "\n  "]))
    match kind:
        case "choice":
            right = draw(st.integers(0, len(words) - 1))
            marked = [("=" if n == right else "~") + word for n, word in enumerate(words)]
            key = [(word, n == right) for n, word in enumerate(words)]
            return f"{stem} {{{space}{space.join(marked)}{space}}}", Kind.CHOICE, key
        case "text":
            marked = [f"={word}" for word in words]
            return f"{stem} {{{space}{space.join(marked)}}}", Kind.TEXT, words
        case "match":
            pairs = [f"={word} -> v{n}" for n, word in enumerate(words)]
            key_ = [(word, f"v{n}") for n, word in enumerate(words)]
            return f"{stem} {{{space}{space.join(pairs)}}}", Kind.MATCH, key_
        case "number" | "range":
            low, more = draw(st.integers(0, 999)), draw(st.integers(0, 99))
            said = f"{low}..{low + more}" if kind == "range" else f"{low}:{more}"
            value = (low, low + more) if kind == "range" else (low - more, low + more)
            return f"{stem} {{#{said}}}", Kind.NUMBER, value
        case "verdict":
            verdict = draw(st.sampled_from(["T", "F", "TRUE", "FALSE"]))
            return f"{stem}{{{verdict}}}", Kind.TRUE_FALSE, verdict.startswith("T")
    return stem, None, None


def judged(question: oracle.Question) -> tuple[Kind | None, object]:
    """The same of what pygiftparser made of it."""
    answers = question.answers
    match answers:
        case oracle_answer.Description():
            return None, None
        case oracle_answer.TrueFalseSet():
            return Kind.TRUE_FALSE, answers.answer
        case oracle_answer.NumericAnswerSet():
            (only,) = answers.answers
            if isinstance(only, oracle_answer.NumericAnswerMinMax):
                return Kind.NUMBER, (int(only.mini), int(only.maxi))
            return Kind.NUMBER, (only.value - only.tolerance, only.value + only.tolerance)
        case oracle_answer.MatchingSet():
            return Kind.MATCH, [(a.question.strip(), a.answer.strip()) for a in answers.answers]
        case oracle_answer.ShortSet():
            return Kind.TEXT, [answer.answer.strip() for answer in answers.answers]
    return Kind.CHOICE, [(a.answer.strip(), a.fraction > 0) for a in answers.answers]


@given(st.lists(questions(), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_read_as_pygiftparser_reads_it(drawn: list[tuple[str, Kind | None, object]]) -> None:
    text = "\n\n".join(source for source, _, _ in drawn) + "\n"
    entries = read_gift(text, "x.gift").entries
    theirs = oracle.parseFile(io.StringIO(text))
    assert len(entries) == len(theirs) == len(drawn)
    for entry, question, (_, kind, key) in zip(entries, theirs, drawn, strict=True):
        assert judged(question) == (kind, key)
        assert (entry.question.prompt if entry.question else entry.text) == question.text
        assert (entry.question.kind if entry.question else None) == kind
    graded = contents(read_gift(text + "\nLast {=x}\n", "x.gift"))
    keys = [(kind, key) for _, kind, key in drawn if kind is not None]
    for content, (kind, key) in zip(graded, keys, strict=False):
        match kind:
            case Kind.CHOICE:
                assert [(o.text, o.correct) for o in content.options] == key
            case Kind.TEXT:
                assert list(content.accept) == key
            case Kind.MATCH:
                assert [(pair.left, pair.right) for pair in content.pairs] == key
            case Kind.NUMBER:
                number = content.number
                assert number is not None
                assert (number.value - number.tolerance, number.value + number.tolerance) == key
            case Kind.TRUE_FALSE:
                assert content.answer == str(key)


@given(st.text(st.sampled_from("ab =~#%{}:\\\n\r0.5->T/$*[]html<b>&|"), max_size=120))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_breaks_it(text: str) -> None:
    quiz = read_gift(text, "x.gift")
    if any(entry.question for entry in quiz.entries):
        vault_of(quiz, "x.gift")
