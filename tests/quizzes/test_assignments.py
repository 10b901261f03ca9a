"""What a class is set: sitting it by its terms, and what nobody may see before its time."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import Membership, StudyClass, User
from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion, Vault
from studyapp.library.services.importing import import_vault
from studyapp.library.services.sharing import share_vault
from studyapp.quizzes.models import GRACE, Assignment, Attempt, Slot
from studyapp.quizzes.services.finishing import finish_attempt
from tests.library.factories import make_item, make_learner, make_vault
from tests.library.vaults import write_vault
from tests.quizzes.factories import make_quiz

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
SECRETS = ("SECRET-WHY", "SECRET-EXPLANATION", "option--missed", "verdict--", " right, ")


@pytest.fixture(autouse=True)
def _many_people(settings: Settings) -> None:
    settings.ONE_PERSON = False


@pytest.fixture
def instructor() -> User:
    return make_learner("ada")


@pytest.fixture
def learner() -> User:
    return make_learner("bob")


@pytest.fixture
def vault(instructor: User) -> Vault:
    vault = make_vault(instructor)
    for number in range(3):
        make_item(
            vault,
            kind=Kind.CHOICE,
            prompt=f"Asked {number}?",
            explanation="SECRET-EXPLANATION",
        )
    return vault


@pytest.fixture
def quiz(vault: Vault) -> NoteVersion:
    return make_quiz(vault, "quiz: exam\ntime: 60 min")


@pytest.fixture
def taught(instructor: User, learner: User) -> StudyClass:
    made = make_class(instructor=instructor, title="Cloud 101", now=timezone.now())
    join_class(person=learner, code=made.join_code, now=timezone.now())
    return made


def set_quiz(taught: StudyClass, quiz: NoteVersion, **terms: Any) -> Assignment:
    now = timezone.now()
    defaults = {
        "opens_at": now - timedelta(hours=1),
        "due_at": now + timedelta(days=1),
        "release": Assignment.Release.AFTER_DUE,
    }
    return Assignment.objects.create(
        study_class=taught, note=quiz.note, title="Midterm", **defaults | terms
    )


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(person: User, address: str) -> str:
    response = as_(person).get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def begin(person: User, assignment: Assignment) -> Attempt:
    address = reverse("quizzes:start_assigned", args=[assignment.pk])
    as_(person).post(address, {"request_id": uuid4()})
    return Attempt.objects.filter(learner=person).latest("pk")


def answer(attempt: Attempt, right: int) -> None:
    """Give ``right`` of its questions the right answer, and hand in."""
    client = as_(attempt.learner)
    for slot in attempt.slots.select_related("version")[:right]:
        chosen = next(option.id for option in slot.version.content.options if option.correct)
        save = reverse("quizzes:save", args=[attempt.pk, slot.position])
        assert client.post(save, {"sequence": 1, "option": chosen}).status_code == 204
    client.post(reverse("quizzes:finish", args=[attempt.pk]))


def test_set_by_its_instructor_and_sat_without_reading_the_note(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    assign = reverse("quizzes:assign", args=[taught.pk])
    assert "Quiz (Aws)" in text_of(instructor, assign)
    now = timezone.now()
    asked = {
        "note": quiz.note_id,
        "opens_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "due_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "attempts_allowed": 1,
        "release": "after due",
        "counts": "best",
    }
    assert as_(learner).get(assign).status_code == 404
    made = as_(instructor).post(assign, asked)
    assignment = Assignment.objects.get()
    assert made["Location"] == assignment.get_absolute_url()
    for listed in (reverse("quizzes:index"), taught.get_absolute_url()):
        assert assignment.get_absolute_url() in text_of(learner, listed)
    assert as_(learner).get(quiz.note.get_absolute_url()).status_code == 404
    assert "Begin" in text_of(learner, assignment.get_absolute_url())
    attempt = begin(learner, assignment)
    assert "Asked" in text_of(learner, reverse("quizzes:slot", args=[attempt.pk, 1]))
    assert begin(learner, assignment) == attempt
    assert "Go on" in text_of(learner, assignment.get_absolute_url())
    answer(attempt, 2)
    assert "handed in, result follows" in text_of(learner, assignment.get_absolute_url())


@pytest.mark.parametrize(
    ("opens", "due", "said"),
    [(-48, -24, "That is past"), (48, 24, "due before it opens"), (48, 48, "due before it opens")],
)
def test_a_date_that_cannot_be_is_told_at_its_field(
    taught: StudyClass, quiz: NoteVersion, instructor: User, opens: int, due: int, said: str
) -> None:
    now = timezone.now()
    asked = {
        "note": quiz.note_id,
        "opens_at": (now + timedelta(hours=opens)).strftime("%Y-%m-%dT%H:%M"),
        "due_at": (now + timedelta(hours=due)).strftime("%Y-%m-%dT%H:%M"),
        "attempts_allowed": 7,
        "release": "by hand",
        "counts": "last",
    }
    response = as_(instructor).post(reverse("quizzes:assign", args=[taught.pk]), asked)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html.partition('id="id_due_at_error"')[2].partition("</p>")[0]
    assert 'value="7"' in html
    assert not Assignment.objects.exists()


def test_anothers_quiz_cannot_be_set(taught: StudyClass, instructor: User) -> None:
    theirs = make_quiz(make_vault(make_learner("eve"), slug="secret"))
    assign = reverse("quizzes:assign", args=[taught.pk])
    assert as_(instructor).post(assign, {"note": theirs.note_id}).status_code == 422


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"opens_at": timedelta(hours=1)}, "It opens"),
        ({"due_at": timedelta(minutes=-5)}, "It was due"),
        ({"attempts_allowed": 0}, "as often as you may"),
    ],
)
def test_what_is_not_open_does_not_begin(
    taught: StudyClass, quiz: NoteVersion, learner: User, terms: dict[str, Any], said: str
) -> None:
    now = timezone.now()
    moments = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in terms.items()
    }
    assignment = set_quiz(taught, quiz, **moments)
    assert said in text_of(learner, assignment.get_absolute_url())
    start = reverse("quizzes:start_assigned", args=[assignment.pk])
    as_(learner).post(start, {"request_id": uuid4()})
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(("factor", "minutes"), [("1", 60), ("1.25", 75), ("2", 120)])
def test_extra_time_and_never_beyond_the_due_date(
    taught: StudyClass, quiz: NoteVersion, learner: User, factor: str, minutes: int
) -> None:
    Membership.objects.filter(person=learner).update(time_factor=factor)
    roomy = begin(learner, set_quiz(taught, quiz))
    assert roomy.ends_at is not None
    assert roomy.ends_at - roomy.started_at == timedelta(minutes=minutes)
    soon = timezone.now() + timedelta(minutes=10)
    assert begin(learner, set_quiz(taught, quiz, due_at=soon)).ends_at == soon


def test_a_practice_is_sat_as_an_exam_where_results_wait(
    taught: StudyClass, vault: Vault, learner: User
) -> None:
    practice = make_quiz(vault, "quiz: practice", path="Practice.md")
    held = begin(learner, set_quiz(taught, practice))
    check = reverse("quizzes:check", args=[held.pk, 1])
    assert as_(learner).post(check, {"sequence": 1}).status_code == 404
    told = begin(learner, set_quiz(taught, practice, release=Assignment.Release.AT_ONCE))
    assert not told.is_exam


def addresses_of(attempt: Attempt) -> list[str]:
    """Every page that could tell something of an attempt."""
    assert attempt.assignment
    assert attempt.note
    slots = [
        reverse(f"quizzes:{name}", args=[attempt.pk, position])
        for name in ("slot", "check", "save")
        for position in (1, 2, 3)
    ]
    whole = [
        reverse(f"quizzes:{name}", args=[attempt.pk])
        for name in ("attempt", "review", "result", "finish")
    ]
    assigned = [
        reverse(f"quizzes:{name}", args=[attempt.assignment.pk])
        for name in ("assignment", "start_assigned", "progress", "marks_csv", "release")
    ]
    vault, path = attempt.note.vault.slug, attempt.note.path
    return [
        *slots,
        *whole,
        *assigned,
        reverse("quizzes:seen", args=[attempt.assignment.pk, attempt.pk]),
        reverse("home:missed_due", args=[attempt.pk]),
        reverse("quizzes:index"),
        reverse("quizzes:mistakes"),
        reverse("quizzes:set", args=[vault, path]),
        reverse("library:note", args=[vault, path]),
        reverse("library:note", args=[vault, "Cognito.md"]),
        reverse("library:search") + "?q=asked",
        reverse("library:export", args=[vault]),
        reverse("home:note_items", args=[vault, "Cognito.md"]),
        f"/study/export/?vault={vault}",
    ]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_no_address_tells_a_result_before_its_release(
    taught: StudyClass, quiz: NoteVersion, learner: User, method: str, headers: dict[str, str]
) -> None:
    attempt = begin(learner, set_quiz(taught, quiz))
    answer(attempt, 1)
    client = as_(learner)
    for address in addresses_of(attempt):
        data = {"sequence": 9, "request_id": uuid4()} if method == "post" else {}
        response = getattr(client, method)(address, data, headers=headers, follow=True)
        told = "" if response.status_code == 404 else " ".join(response.content.decode().split())
        assert [secret for secret in SECRETS if secret in told] == [], address
    attempt.refresh_from_db()
    assert attempt.points is None
    assert not Slot.objects.filter(correct__isnull=False).exists()
    assert not Assignment.objects.filter(released_at__isnull=False).exists()


@pytest.mark.parametrize("who", ["member", "outsider", "instructor elsewhere"])
def test_nobody_sees_anothers_attempt(
    taught: StudyClass, quiz: NoteVersion, learner: User, who: str
) -> None:
    attempt = begin(learner, set_quiz(taught, quiz, release=Assignment.Release.AT_ONCE))
    answer(attempt, 1)
    other = make_learner("eve")
    if who == "member":
        join_class(person=other, code=taught.join_code, now=timezone.now())
    if who == "instructor elsewhere":
        make_class(instructor=other, title="Another", now=timezone.now())
    assert attempt.assignment
    pages = [reverse("quizzes:seen", args=[attempt.assignment.pk, attempt.pk])]
    pages += [
        reverse(f"quizzes:{n}", args=[attempt.assignment.pk]) for n in ("progress", "marks_csv")
    ]
    pages += [reverse(f"quizzes:{n}", args=[attempt.pk]) for n in ("result", "attempt", "review")]
    pages += [reverse("quizzes:slot", args=[attempt.pk, 1])]
    assert {as_(other).get(page).status_code for page in pages} == {404}


def test_results_are_told_once_it_is_due(
    taught: StudyClass, quiz: NoteVersion, learner: User
) -> None:
    assignment = set_quiz(taught, quiz)
    attempt = begin(learner, assignment)
    answer(attempt, 2)
    result = reverse("quizzes:result", args=[attempt.pk])
    assert "How it went is told once it is due" in text_of(learner, result)
    # Within the grace somebody's answer may still be on its way.
    Assignment.objects.update(due_at=timezone.now() - GRACE / 2)
    assert "How it went is told once it is due" in text_of(learner, result)
    Assignment.objects.update(due_at=timezone.now() - GRACE)
    assert "2 of 3 right, 67 %" in text_of(learner, result)
    slot = reverse("quizzes:slot", args=[attempt.pk, 1])
    assert "SECRET-EXPLANATION" in text_of(learner, slot)


PICTURED = """---
quiz: exam
---
> [!case] Shop
> ![[case.png]]

> [!question] What does ![[asked.png]] show?
> 1. [x] ![[option one.png]]
>    > ![[why.png]]
> 2. [ ] That
>
> > [!success]- Explanation
> > ![[explained.png]]
>
> case:: Shop
"""


def test_pictures_of_a_question_are_shown_and_those_of_its_reasons_later(
    taught: StudyClass, instructor: User, learner: User, tmp_path: Path
) -> None:
    shown, later = ("case.png", "asked.png", "option one.png"), ("why.png", "explained.png")
    files: dict[str, str | bytes] = dict.fromkeys((*shown, *later, "other.png"), b"png")
    vault = import_vault(
        owner=instructor, root=write_vault(tmp_path / "Pictured", files | {"Quiz.md": PICTURED})
    ).vault
    assignment = set_quiz(taught, NoteVersion.objects.live().get(vault=vault))

    def delivered() -> set[str]:
        names = set()
        for name in files:
            with closing(
                as_(learner).get(reverse("library:attachment", args=["pictured", name]))
            ) as r:
                names |= {name} if r.status_code == 200 else set()
        return names

    assert delivered() == set()
    attempt = begin(learner, assignment)
    assert delivered() == set(shown)
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=timezone.now())
    assert delivered() == set(shown)
    Assignment.objects.update(released_at=timezone.now())
    as_(learner).get(reverse("quizzes:result", args=[attempt.pk]))
    assert delivered() == {*shown, *later}


def test_shared_notes_stay_closed_until_it_is_told_how_it_went(
    taught: StudyClass, vault: Vault, quiz: NoteVersion, learner: User
) -> None:
    share_vault(vault=vault, study_class=taught)
    note = reverse("library:note", args=[vault.slug, "Cognito.md"])
    attempt = begin(learner, set_quiz(taught, quiz))
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=timezone.now())
    assert as_(learner).get(note).status_code == 404
    Assignment.objects.update(due_at=timezone.now() - GRACE)
    assert as_(learner).get(note).status_code == 200


def test_results_are_told_by_hand(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    assignment = set_quiz(taught, quiz, release=Assignment.Release.BY_HAND)
    attempt = begin(learner, assignment)
    answer(attempt, 3)
    Assignment.objects.update(due_at=timezone.now() - timedelta(days=1))
    result = reverse("quizzes:result", args=[attempt.pk])
    assert "Your instructor will tell" in text_of(learner, result)
    release = reverse("quizzes:release", args=[assignment.pk])
    assert as_(learner).post(release).status_code == 404
    assert "Every candidate" in as_(instructor).post(release, follow=True).content.decode()
    assert "3 of 3 right, 100 %" in text_of(learner, result)


def test_an_instructor_sees_how_it_goes_before_the_release(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    assignment = set_quiz(taught, quiz)
    page = reverse("quizzes:progress", args=[assignment.pk])
    assert "not begun" in text_of(instructor, page)
    attempt = begin(learner, assignment)
    assert "0 of 3 answered" in text_of(instructor, page)
    answer(attempt, 1)
    part = as_(instructor).get(page, headers=HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    assert "33 %" in part
    seen = reverse("quizzes:seen", args=[assignment.pk, attempt.pk])
    assert seen in part
    told = text_of(instructor, seen)
    assert "1 of 3 right, 33 %" in told
    assert "option--right" in told
    first = Slot.objects.get(attempt=attempt, position=1)
    assert reverse("quizzes:wording", args=[first.version_id]) in told
    attempt.refresh_from_db()
    assert attempt.is_withheld


def test_time_ends_for_who_never_comes_back(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    assignment = set_quiz(taught, quiz)
    begin(learner, assignment)
    Attempt.objects.update(ends_at=timezone.now() - GRACE)
    page = text_of(instructor, reverse("quizzes:progress", args=[assignment.pk]))
    assert "1 of 1 learner handed in" in page
    assert Attempt.objects.get().ended_by == "time"


@pytest.mark.parametrize(("counts", "percent"), [("first", 33), ("last", 67), ("best", 100)])
def test_which_attempt_counts(
    taught: StudyClass,
    quiz: NoteVersion,
    instructor: User,
    learner: User,
    counts: str,
    percent: int,
) -> None:
    assignment = set_quiz(taught, quiz, counts=counts, attempts_allowed=3)
    for right in (1, 3, 2):
        answer(begin(learner, assignment), right)
    csv = as_(instructor).get(reverse("quizzes:marks_csv", args=[assignment.pk]))
    rows = csv.content.decode().splitlines()
    assert rows[0] == "Name,State,Attempts,Right,Of,Percent"
    assert rows[1] == f"bob,handed in,3,{percent * 3 // 99},3,{percent}"


def test_the_gradebook_has_a_row_a_learner_and_a_column_a_quiz(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    first = set_quiz(taught, quiz, attempts_allowed=2, counts="last")
    set_quiz(taught, quiz)
    for right in (3, 1):
        answer(begin(learner, first), right)
    join_class(person=make_learner("carla"), code=taught.join_code, now=timezone.now())
    page = text_of(instructor, reverse("quizzes:grades", args=[taught.pk]))
    assert "33 %" in page
    assert "100 %" not in page
    table = as_(instructor).get(reverse("quizzes:grades_csv", args=[taught.pk]))
    assert table.content.decode().splitlines() == ["Name,Midterm,Midterm", "bob,33,", "carla,,"]
    for name in ("grades", "grades_csv"):
        assert as_(learner).get(reverse(f"quizzes:{name}", args=[taught.pk])).status_code == 404


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_no_formula(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User, name: str
) -> None:
    User.objects.filter(pk=learner.pk).update(first_name=name)
    address = reverse("quizzes:marks_csv", args=[set_quiz(taught, quiz).pk])
    row = as_(instructor).get(address).content.decode().splitlines()[1].strip('"')
    assert row.startswith("'") or name.startswith("\t")
    assert not row.startswith(("=", "+", "-", "@", "\t"))


def test_whoever_left_keeps_their_attempt_and_begins_no_other(
    taught: StudyClass, quiz: NoteVersion, learner: User
) -> None:
    assignment = set_quiz(taught, quiz, release=Assignment.Release.AT_ONCE, attempts_allowed=2)
    attempt = begin(learner, assignment)
    answer(attempt, 1)
    as_(learner).post(reverse("classes:leave", args=[taught.pk]))
    assert "1 of 3 right" in text_of(learner, reverse("quizzes:result", args=[attempt.pk]))
    start = reverse("quizzes:start_assigned", args=[assignment.pk])
    assert as_(learner).post(start, {"request_id": uuid4()}).status_code == 404


def test_mistakes_of_an_exam_are_in_the_pool_though_its_vault_is_not_shared(
    taught: StudyClass, quiz: NoteVersion, vault: Vault, learner: User
) -> None:
    mistakes = reverse("quizzes:mistakes")
    assignment = set_quiz(taught, quiz)
    answer(begin(learner, assignment), 1)
    assert "Asked" not in text_of(learner, mistakes)
    Assignment.objects.update(released_at=timezone.now())
    attempt = Attempt.objects.get()
    text_of(learner, reverse("quizzes:result", args=[attempt.pk]))
    pool = text_of(learner, mistakes)
    assert pool.count("Asked") == 2
    assert reverse("quizzes:slot", args=[attempt.pk, 2]) in pool
    # They are practised as they were asked, whatever became of them.
    Slot.objects.first().version.item.placements.update(until=1)  # type: ignore[union-attr]
    practise = reverse("quizzes:practise_mistakes")
    as_(learner).post(practise, {"request_id": uuid4()})
    practice = Attempt.objects.get(note=None)
    assert practice.slots.count() == 2
    assert "Asked" in text_of(learner, reverse("quizzes:slot", args=[practice.pk, 1]))
    # While another exam asks about that vault, neither is open.
    begin(learner, set_quiz(taught, quiz))
    assert "Asked" not in text_of(learner, mistakes)
    assert "Closed for now" in text_of(learner, practice.get_absolute_url())


def test_a_result_is_held_against_those_before_it(
    taught: StudyClass, vault: Vault, quiz: NoteVersion, learner: User
) -> None:
    assignment = set_quiz(taught, quiz, release=Assignment.Release.AT_ONCE, attempts_allowed=3)
    for right in (1, 3):
        attempt = begin(learner, assignment)
        attempt.slots.update(domain="Security")
        answer(attempt, right)
    first, second = Attempt.objects.order_by("pk")
    assert "Held against before" not in text_of(learner, reverse("quizzes:result", args=[first.pk]))
    told = text_of(learner, reverse("quizzes:result", args=[second.pk]))
    assert "67 percentage points more than the last time" in told
    row = told.partition('<th scope="row">Security</th>')[2].partition("</tr>")[0]
    assert row.index("3 of 3") < row.index("1 of 3")


@pytest.mark.parametrize("members", [1, 6])
def test_pages_cost_the_same_however_many_sit(
    taught: StudyClass,
    quiz: NoteVersion,
    instructor: User,
    members: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assignment = set_quiz(taught, quiz)
    for number in range(members):
        person = make_learner(f"member{number}")
        join_class(person=person, code=taught.join_code, now=timezone.now())
        attempt = begin(person, assignment)
        finish_attempt(learner=person, attempt_id=attempt.pk, now=timezone.now())
        set_quiz(taught, quiz)
    client, candidate = as_(instructor), as_(person)
    with django_assert_num_queries(PROGRESS):
        client.get(reverse("quizzes:progress", args=[assignment.pk]))
    with django_assert_num_queries(GRADES):
        client.get(reverse("quizzes:grades", args=[taught.pk]))
    with django_assert_num_queries(SEEN):
        client.get(reverse("quizzes:seen", args=[assignment.pk, attempt.pk]))
    with django_assert_num_queries(DOOR):
        candidate.get(assignment.get_absolute_url())


PROGRESS, GRADES, SEEN, DOOR = 9, 7, 6, 5


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_practice_begun_before_is_closed_while_an_exam_asks_the_same(
    taught: StudyClass, vault: Vault, quiz: NoteVersion, learner: User, headers: dict[str, str]
) -> None:
    share_vault(vault=vault, study_class=taught)
    practice = make_quiz(vault, "quiz: practice", path="Practice.md")
    practised = begin(learner, set_quiz(taught, practice, release=Assignment.Release.AT_ONCE))
    over = begin(learner, set_quiz(taught, quiz, release=Assignment.Release.AT_ONCE))
    answer(over, 1)
    result = reverse("quizzes:result", args=[over.pk])
    assert "1 of 3 right" in text_of(learner, result)
    exam = begin(learner, set_quiz(taught, quiz))
    client = as_(learner)
    option = practised.slots.first().version.content.options[0].id  # type: ignore[union-attr]
    for attempt in (practised, over):
        for name, at in (("slot", [1]), ("check", [1]), ("review", []), ("result", [])):
            address = reverse(f"quizzes:{name}", args=[attempt.pk, *at])
            for send in (client.get, client.post):
                told = send(
                    address, {"option": option, "sequence": 1}, headers=headers, follow=True
                )
                page = " ".join(told.content.decode().split())
                assert [secret for secret in SECRETS if secret in page] == [], address
                assert "Asked" not in page, address
    closed = text_of(learner, practised.get_absolute_url())
    assert "Closed for now" in closed
    assert exam.get_absolute_url() in closed
    assert "Asked" in text_of(learner, reverse("quizzes:slot", args=[exam.pk, 1]))
    answer(exam, 1)
    assert "Closed for now" in text_of(learner, practised.get_absolute_url())
    Assignment.objects.update(released_at=timezone.now())
    slot = reverse("quizzes:slot", args=[practised.pk, 1])
    assert "Asked" in text_of(learner, slot)
    assert "1 of 3 right" in text_of(learner, result)


def test_two_exams_about_one_vault_do_not_close_each_other(
    taught: StudyClass, quiz: NoteVersion, learner: User
) -> None:
    for _ in range(2):
        begin(learner, set_quiz(taught, quiz))
    for attempt in Attempt.objects.all():
        assert "Asked" in text_of(learner, reverse("quizzes:slot", args=[attempt.pk, 1]))


def test_ones_own_practice_stays_open_during_ones_own_exam(
    vault: Vault, quiz: NoteVersion, instructor: User
) -> None:
    sets = ((make_quiz(vault, "quiz: practice", path="Practice.md"), "practice"), (quiz, "exam"))
    for note, _ in sets:
        start = reverse("quizzes:start", args=[vault.slug, note.note.path])
        as_(instructor).post(start, {"request_id": uuid4()})
    practised = Attempt.objects.get(mode="practice")
    assert "Asked" in text_of(instructor, reverse("quizzes:slot", args=[practised.pk, 1]))
