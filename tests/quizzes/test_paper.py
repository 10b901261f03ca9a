"""A quiz set on paper: what is printed, that the key is the form's own, and who may print it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.items.values import Kind, make_options
from studyapp.library.models import Vault
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.paper import Paper, draw_papers, letter
from tests.library.factories import CONTENTS, make_item, make_learner
from tests.quizzes.factories import make_quiz

KINDS = [Kind.CHOICE, Kind.TRUE_FALSE, Kind.TEXT, Kind.NUMBER, Kind.ORDER, Kind.MATCH]


def printed(
    vault: Vault, *, number: int = 7, forms: int = 2, everything: bool = False
) -> list[Paper]:
    note, rules, _ = access_quiz_set(vault.owner, vault.slug, "Quiz.md")
    return draw_papers(note, rules, number=number, forms=forms, everything=everything)


def test_letters_never_run_out() -> None:
    assert [letter(place) for place in (0, 25, 26, 53)] == ["A", "Z", "AA", "BB"]


def test_every_kind_and_its_key(vault: Vault) -> None:
    for kind in KINDS:
        make_item(vault, kind=kind, prompt=f"Asked: {kind}?")
    make_quiz(vault)
    (paper, _) = printed(vault)
    of = {str(q.prompt).removeprefix("Asked: ").removesuffix("?"): q for q in paper.questions}
    assert set(of) == set(KINDS)
    for kind in (Kind.CHOICE, Kind.TRUE_FALSE):
        right = next(o.text for o in CONTENTS[kind]["options"] if o.correct)
        assert dict(of[kind].choices)[of[kind].letters] == right
    steps = dict(of[Kind.ORDER].choices)
    assert [steps[each] for each in of[Kind.ORDER].letters.split(", ")] == [
        "Stop",
        "Install",
        "Start",
    ]
    match = of[Kind.MATCH]
    assert [str(left) for left in match.lefts] == ["Who", "What"]
    rights = dict(match.choices)
    assert {rights[each.split()[1]] for each in match.letters.split(", ")} == {
        "ID token",
        "Access token",
    }
    assert (len(of[Kind.TEXT].lines), str(of[Kind.TEXT].answer)) == (1, "STS")
    assert (of[Kind.NUMBER].unit, str(of[Kind.NUMBER].answer)) == ("s", "30 s")


def test_forms_ask_the_same_in_another_order_and_a_number_always_the_same(vault: Vault) -> None:
    for number in range(12):
        options = make_options([(f"{number} {n}", n == 0, "") for n in range(5)])
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?", options=options)
    make_quiz(vault, "quiz: exam\nquestions: 8")
    a, b = printed(vault)
    asked = [[str(q.prompt) for q in paper.questions] for paper in (a, b)]
    assert len(asked[0]) == 8
    assert sorted(asked[0]) == sorted(asked[1])
    assert asked[0] != asked[1]
    assert [q.choices for q in a.questions] != [q.choices for q in b.questions]
    assert printed(vault) == [a, b]
    assert printed(vault, number=8) != [a, b]
    assert len(printed(vault, everything=True)[0].questions) == 12


def test_a_case_is_told_once_before_its_questions(vault: Vault) -> None:
    for number in range(3):
        made: dict[str, Any] = {"stem": "A shop sells by queue.", "metadata": {"case": "Shop"}}
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?", **made)
    make_item(vault, kind=Kind.CHOICE, prompt="Alone?")
    make_quiz(vault)
    (paper, _) = printed(vault)
    told = [(str(q.stem), q.case) for q in paper.questions]
    assert [stem for stem, _ in told].count("A shop sells by queue.") == 1
    first = next(n for n, (stem, _) in enumerate(told) if stem)
    assert [case for _, case in told[first : first + 3]] == ["Shop"] * 3


@pytest.mark.parametrize(
    ("part", "questions", "keys"), [("", 2, 2), ("forms", 2, 0), ("keys", 0, 2)]
)
def test_the_page_prints_forms_and_keys_apart(
    client: Client, vault: Vault, part: str, questions: int, keys: int
) -> None:
    make_item(vault, kind=Kind.CHOICE, prompt="Which?")
    make_quiz(vault)
    address = reverse("quizzes:paper", args=[vault.slug, "Quiz.md"])
    page = client.get(address, {"number": "7", "copies": "2", "part": part}).content.decode()
    assert page.count("Which?") == questions
    assert page.count(">Key: ") == keys
    assert "A-0007" in page


def test_without_a_number_one_is_drawn_and_a_bad_one_is_told(client: Client, vault: Vault) -> None:
    make_item(vault, kind=Kind.CHOICE, prompt="Which?")
    make_quiz(vault)
    address = reverse("quizzes:paper", args=[vault.slug, "Quiz.md"])
    assert re.search(r"Form A-\d{4}", client.get(address).content.decode())
    bad = client.get(address, {"number": "many"})
    assert bad.status_code == 422
    assert "Enter a whole number." in bad.content.decode()


def test_only_its_owner_prints_it(
    client: Client, settings: Settings, vault: Vault, learner: User
) -> None:
    make_item(vault, kind=Kind.CHOICE)
    make_quiz(vault)
    address = reverse("quizzes:paper", args=[vault.slug, "Quiz.md"])
    settings.ONE_PERSON = False
    assert client.get(address).status_code == 302
    client.force_login(make_learner("mallory"))
    assert client.get(address).status_code == 404


def test_the_page_takes_as_many_queries_for_many_questions(
    client: Client, vault: Vault, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?")
    make_quiz(vault)
    address = reverse("quizzes:paper", args=[vault.slug, "Quiz.md"])
    with django_assert_max_num_queries(7):
        client.get(address, {"number": "7", "copies": "4"})
