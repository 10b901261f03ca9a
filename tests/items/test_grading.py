from __future__ import annotations

import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.grading import grade
from studyapp.items.responses import (
    Chosen,
    Matched,
    Ordered,
    Recalled,
    Response,
    ResponseError,
    Typed,
)
from studyapp.items.shuffling import shuffled
from studyapp.items.values import Content, Kind, make_options
from tests.items.factories import (
    choices,
    graded_contents,
    ids,
    key_of,
    make_choice,
    make_match,
    make_number,
    make_order,
    make_text,
    matches,
    orders,
    words,
)


@given(graded_contents)
def test_the_key_is_right(content: Content) -> None:
    outcome = grade(content, key_of(content))
    assert outcome.correct
    assert outcome.credit == 1
    assert all(outcome.parts.values())


@given(choices | matches, st.integers(), st.data())
def test_the_order_of_options_and_pairs_does_not_matter(
    content: Content, seed: int, data: st.DataObject
) -> None:
    option_ids = [option.id for option in content.options]
    pair_ids = [pair.id for pair in content.pairs]
    lefts = [pair.id for pair in content.pairs if pair.left]
    response = (
        Chosen(data.draw(st.frozensets(st.sampled_from(option_ids))))
        if option_ids
        else Matched(data.draw(st.dictionaries(st.sampled_from(lefts), st.sampled_from(pair_ids))))
    )
    moved = replace(
        content, options=shuffled(content.options, seed), pairs=shuffled(content.pairs, seed)
    )
    assert grade(moved, response) == grade(content, response)


@given(graded_contents)
def test_full_credit_and_correct_are_one(content: Content) -> None:
    blank = {
        Kind.CHOICE: Chosen(frozenset()),
        Kind.ORDER: Ordered(()),
        Kind.MATCH: Matched({}),
    }.get(content.kind, Typed(" "))
    outcome = grade(content, blank)
    assert (outcome.correct, outcome.credit) == (False, 0)
    assert outcome.message == "No answer given."


@pytest.mark.parametrize(
    ("chosen", "credit"),
    [
        ("ac", "1"),
        ("a", "1/2"),
        ("ab", "0"),
        ("abc", "1/2"),
        ("abcd", "0"),
        ("bd", "0"),
    ],
)
def test_choice_gives_credit_for_right_less_wrong(chosen: str, credit: str) -> None:
    content = make_choice(right="ac", wrong="bd")
    outcome = grade(content, Chosen(frozenset(ids(content, chosen))))
    assert outcome.credit == Fraction(credit)
    assert outcome.correct == (credit == "1")


def test_choice_says_of_each_option_whether_it_was_dealt_with_rightly() -> None:
    content = make_choice(right="ac", wrong="bd")
    parts = grade(content, Chosen(frozenset(ids(content, "ab")))).parts
    assert [parts[option] for option in ids(content, "abcd")] == [True, False, False, True]


def test_true_false_is_graded_like_a_choice() -> None:
    options = make_options([("True", False, ""), ("False", True, "")])
    content = Content(Kind.TRUE_FALSE, "Tokens never expire.", options=options)
    assert grade(content, Chosen(frozenset({options[1].id}))).correct
    assert grade(content, Chosen(frozenset({options[0].id}))).credit == 0


@pytest.mark.parametrize(
    "typed",
    [
        "sts",
        "  STS ",
        "security\u00a0token  service",
        "Security Token Service",
        "`STS`",
        "**STS**",
    ],
)
def test_text_ignores_case_space_and_emphasis(typed: str) -> None:
    assert grade(make_text("`STS`", "*Security* Token Service"), Typed(typed)).correct


@pytest.mark.parametrize("typed", ["ST", "STSS", "Security TokenService", "s t s", "!"])
def test_text_is_exact_otherwise(typed: str) -> None:
    outcome = grade(make_text("STS", "Security Token Service"), Typed(typed))
    assert (outcome.correct, outcome.credit) == (False, 0)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("cognito-idp:*", "cognito-idp:*"),
        ("`cognito-idp:*`", "cognito-idp:*"),
        ("token_use", "token_use"),
        ("`__init__`", "__init__"),
        ("==access token==", "access token"),
        ("the pool’s domain", "the pool's domain"),
        ("**a** and _b_", "A and B"),
        ("us-east-1", "us–east‑1"),
    ],
)
def test_text_keeps_marks_that_are_meant(key: str, typed: str) -> None:
    assert grade(make_text(key), Typed(typed)).correct


@given(words)
def test_text_folds_unicode_forms(word: str) -> None:
    content = make_text(unicodedata.normalize("NFC", word))
    assert grade(content, Typed(unicodedata.normalize("NFD", word))).correct


def test_text_without_alternatives_takes_the_answer() -> None:
    content = Content(Kind.TEXT, "Which?", answer="`STS`")
    assert grade(content, Typed("sts")).correct


@pytest.mark.parametrize(
    ("typed", "correct"),
    [
        ("30", True),
        ("29.5", True),
        ("30,5", True),
        ("30.51", False),
        ("30 s", True),
        ("30 Seconds", True),
        ("30sec.", True),
        ("30 min", False),
        ("-30", False),
    ],
)
def test_number_takes_tolerance_inclusive_and_the_unit_if_given(typed: str, correct: bool) -> None:
    assert grade(make_number("30", "0.5", "s"), Typed(typed)).correct is correct


@pytest.mark.parametrize(
    ("unit", "typed"),
    [
        ("rules", "25 rule"),
        ("Rule", "25 rules"),
        ("KB", "25 kilobytes"),
        ("µs", "25 microseconds"),
        ("h", "25 hrs"),
        ("%", "25 percent"),
        ("messages a second", "25 Messages  a second"),
    ],
)
def test_a_unit_may_go_by_another_name(unit: str, typed: str) -> None:
    assert grade(make_number("25", unit=unit), Typed(typed)).correct


def test_number_in_another_unit_says_which_was_asked_for() -> None:
    outcome = grade(make_number("30", unit="s"), Typed("30 min"))
    assert outcome.message == "The answer is in s, not in min."


@pytest.mark.parametrize("typed", ["1000", "1,000", "1.000", "1 000", "1'000", "1e3", "1000,0"])
def test_number_reads_thousands(typed: str) -> None:
    assert grade(make_number("1000"), Typed(typed)).correct


def test_number_says_how_it_read_what_could_be_read_two_ways() -> None:
    assert grade(make_number("1000"), Typed("1.000")).message == "Read as 1000."
    assert grade(make_number("1"), Typed("1,000")).message == "Read as 1.000."
    assert grade(make_number("7"), Typed("1,000")).message == "Read as 1000."
    assert grade(make_number("1000"), Typed("1000")).message == ""


@pytest.mark.parametrize("typed", ["thirty", "3 or 4", "1/2", "0x1f", "nan", "1e999999999"])
def test_number_that_is_none_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ResponseError) as caught:
        grade(make_number("30", unit="s"), Typed(typed))
    assert caught.value.field == "text"


def test_number_with_a_unit_nobody_asked_for_is_asked_for_again() -> None:
    with pytest.raises(ResponseError, match="the number alone"):
        grade(make_number("30"), Typed("30 minutes"))


@pytest.mark.parametrize(
    ("order", "credit"), [("abcd", "1"), ("abdc", "5/6"), ("bcda", "1/2"), ("dcba", "0")]
)
def test_order_gives_credit_for_pairs_in_order(order: str, credit: str) -> None:
    content = make_order("a", "b", "c", "d")
    outcome = grade(content, Ordered(tuple(ids(content, order))))
    assert outcome.credit == Fraction(credit)
    assert outcome.correct == (credit == "1")


def test_order_says_which_steps_are_in_their_places() -> None:
    content = make_order("a", "b", "c")
    parts = grade(content, Ordered(tuple(ids(content, "acb")))).parts
    assert [parts[option] for option in ids(content, "abc")] == [True, False, False]


def test_order_lets_steps_that_read_the_same_change_places() -> None:
    content = make_order("Retry", "Wait", "retry")
    first, wait, last = (option.id for option in content.options)
    assert grade(content, Ordered((last, wait, first))).correct


@given(orders, st.integers())
def test_order_credit_is_full_only_for_the_right_order(content: Content, seed: int) -> None:
    steps = shuffled([option.id for option in content.options], seed)
    outcome = grade(content, Ordered(steps))
    assert outcome.correct == (outcome.credit == 1) == all(outcome.parts.values())


@pytest.mark.parametrize("steps", ["ab", "abb", "abca"])
def test_order_needs_every_step_once(steps: str) -> None:
    content = make_order("a", "b", "c")
    with pytest.raises(ResponseError, match="Every step"):
        grade(content, Ordered(tuple(ids(content, steps))))


def test_match_gives_credit_for_each_row() -> None:
    content = make_match(("ID token", "who"), ("access token", "what"), ("", "when"))
    who, what, when = (pair.id for pair in content.pairs)
    assert grade(content, Matched({who: who, what: what})).correct
    half = grade(content, Matched({who: who, what: when}))
    assert (half.correct, half.credit) == (False, Fraction(1, 2))
    assert half.parts == {who: True, what: False}
    assert grade(content, Matched({what: what})).credit == Fraction(1, 2)


def test_match_takes_any_right_side_that_reads_the_same() -> None:
    content = make_match(("Lambda", "Regional"), ("SQS", "regional"), ("IAM", "Global"))
    lambda_, sqs, iam = (pair.id for pair in content.pairs)
    assert grade(content, Matched({lambda_: sqs, sqs: lambda_, iam: iam})).correct


@pytest.mark.parametrize(
    ("content", "response", "field"),
    [
        (make_choice(), Chosen(frozenset({"gone"})), "option_ids"),
        (make_order("a", "b"), Ordered(("gone", "gone")), "option_ids"),
        (make_match(("a", "b")), Matched({"gone": "gone"}), "choices"),
        (make_choice(), Typed("a"), "response"),
        (make_text("a"), Recalled(), "response"),
        (Content(Kind.BASIC, "Why?", answer="So."), Recalled(), "response"),
        (make_choice(right="", wrong="ab"), Chosen(frozenset()), "response"),
        (Content(Kind.TEXT, "Which?"), Typed(""), "response"),
        (Content(Kind.NUMBER, "How many?"), Typed("1"), "response"),
        (Content(Kind.ORDER, "Order!"), Ordered(()), "response"),
        (make_match(("", "b")), Matched({}), "response"),
    ],
)
def test_what_cannot_be_judged_is_refused(content: Content, response: Response, field: str) -> None:
    with pytest.raises(ResponseError) as caught:
        grade(content, response)
    assert caught.value.field == field


def test_a_distractor_is_no_row() -> None:
    content = make_match(("a", "b"), ("", "c"))
    row, distractor = (pair.id for pair in content.pairs)
    with pytest.raises(ResponseError):
        grade(content, Matched({distractor: row}))
