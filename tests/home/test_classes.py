"""Classes: who may make, join, see and leave them, and what they share."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import CODE_LENGTH, CODE_LETTERS, join_class, make_class
from studyapp.accounts.models import Membership, StudyClass, User
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.study.models import Card
from tests.library.factories import make_item, make_learner, make_vault
from tests.quizzes.factories import make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _many_people(settings: Settings) -> None:
    settings.ONE_PERSON = False
    cache.clear()


@pytest.fixture
def instructor() -> User:
    person = make_learner("ada")
    person.role = User.Role.INSTRUCTOR
    person.save()
    return person


@pytest.fixture
def learner() -> User:
    return make_learner("bob")


@pytest.fixture
def taught(instructor: User) -> StudyClass:
    return make_class(instructor=instructor, title="Cloud 101", now=timezone.now())


@pytest.fixture
def vault(instructor: User) -> Vault:
    vault = make_vault(instructor)
    make_item(vault, kind=Kind.CHOICE, prompt="Asked of all?")
    return vault


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: object) -> str:
    response = as_(person).get(reverse(f"classes:{name}", args=args))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def enter(person: User, code: str) -> tuple[int, str]:
    response = as_(person).post(reverse("classes:join"), {"code": code})
    errors = re.findall(r'class="field__error"[^>]*>([^<]+)', response.content.decode())
    return response.status_code, " ".join(errors)


def test_from_making_a_class_to_leaving_it(instructor: User, learner: User) -> None:
    made = as_(instructor).post(reverse("classes:make"), {"title": "Cloud 101", "timezone": "UTC"})
    taught = StudyClass.objects.get()
    assert made["Location"] == taught.get_absolute_url()
    told = page(instructor, "class", taught.pk)
    assert taught.join_code in told
    link = re.search(r'value="http://testserver([^"]+code=[^"]+)"', told)
    assert link
    form = as_(learner).get(link[1]).content.decode()
    assert f'value="{taught.join_code}"' in form
    assert not learner.memberships.exists()
    assert enter(learner, taught.join_code.lower().replace("-", " "))[0] == 302
    assert "Cloud 101" in page(learner, "classes")
    assert taught.join_code not in page(learner, "class", taught.pk)
    assert "bob" in page(instructor, "class", taught.pk)
    as_(learner).post(reverse("classes:leave", args=[taught.pk]))
    assert as_(learner).get(taught.get_absolute_url()).status_code == 404


def test_a_learner_makes_no_class(learner: User) -> None:
    assert "Make a class" not in page(learner, "classes")
    assert as_(learner).post(reverse("classes:make"), {"title": "Mine"}).status_code == 403
    assert not StudyClass.objects.exists()


def test_codes_are_not_worth_guessing() -> None:
    assert len(CODE_LETTERS) ** CODE_LENGTH >= 2**40


def test_a_wrong_code_an_expired_one_and_an_archived_class_are_told_alike(
    taught: StudyClass, learner: User
) -> None:
    wrong = enter(learner, "2222-2222-2222")
    assert wrong[0] == 422
    assert "No class can be joined by this code" in wrong[1]
    StudyClass.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert enter(learner, taught.join_code) == wrong
    StudyClass.objects.update(
        code_expires_at=timezone.now() + timedelta(days=1), archived_at=timezone.now()
    )
    assert enter(learner, taught.join_code) == wrong
    assert not learner.memberships.exists()


def test_ten_wrong_codes_a_minute_and_then_not_even_the_right_one(
    taught: StudyClass, learner: User
) -> None:
    for _ in range(10):
        assert enter(learner, "2222-2222-2222")[0] == 422
    slowed = enter(learner, taught.join_code)
    assert slowed[0] == 429
    assert "Too many codes" in slowed[1]
    assert not learner.memberships.exists()
    cache.clear()
    assert enter(learner, taught.join_code)[0] == 302


def test_a_new_code_ends_the_old_one(taught: StudyClass, instructor: User, learner: User) -> None:
    as_(instructor).post(reverse("classes:code", args=[taught.pk]), {"do": "renew"})
    assert enter(learner, taught.join_code)[0] == 422
    taught.refresh_from_db()
    as_(instructor).post(reverse("classes:code", args=[taught.pk]), {"do": "close"})
    assert enter(learner, taught.join_code)[0] == 422
    assert "nobody can join" in page(instructor, "class", taught.pk)


def test_what_only_its_instructors_do(taught: StudyClass, learner: User, vault: Vault) -> None:
    member, outsider = learner, make_learner("eve")
    join_class(person=member, code=taught.join_code, now=timezone.now())
    for who in (member, outsider):
        for name in ("code", "share", "archive"):
            address = reverse(f"classes:{name}", args=[taught.pk])
            assert as_(who).post(address, {"vault": vault.slug}).status_code == 404
        address = reverse("classes:member", args=[taught.pk, member.pk])
        assert as_(who).get(address).status_code == 404
        assert as_(who).post(address, {"do": "remove"}).status_code == 404
    assert as_(outsider).get(taught.get_absolute_url()).status_code == 404
    assert as_(outsider).post(reverse("classes:leave", args=[taught.pk])).status_code == 404
    assert Client().get(taught.get_absolute_url())["Location"].startswith("/accounts/login/")
    assert taught.memberships.count() == 2


def test_several_teach_and_one_always_does(
    taught: StudyClass, instructor: User, learner: User
) -> None:
    join_class(person=learner, code=taught.join_code, now=timezone.now())
    leave = reverse("classes:leave", args=[taught.pk])
    alone = as_(instructor).post(leave, follow=True).content.decode()
    assert "needs somebody who teaches it" in alone
    mine = reverse("classes:member", args=[taught.pk, instructor.pk])
    step_down = as_(instructor).post(mine, {"role": "learner", "time_factor": "1"})
    assert step_down.status_code == 422
    bobs = reverse("classes:member", args=[taught.pk, learner.pk])
    as_(instructor).post(bobs, {"role": "instructor", "time_factor": "1.5"})
    assert as_(instructor).post(leave).status_code == 302
    left = Membership.objects.get()
    assert (left.person, left.teaches, left.time_factor) == (learner, True, "1.5")


def test_who_is_removed_sees_nothing_any_more(
    taught: StudyClass, instructor: User, learner: User
) -> None:
    join_class(person=learner, code=taught.join_code, now=timezone.now())
    bobs = reverse("classes:member", args=[taught.pk, learner.pk])
    as_(instructor).post(bobs, {"do": "remove"})
    assert as_(learner).get(taught.get_absolute_url()).status_code == 404


def test_a_class_reads_and_studies_what_is_shared_with_it_and_changes_nothing(
    taught: StudyClass, instructor: User, learner: User, vault: Vault
) -> None:
    make_quiz(vault, "quiz: practice")
    join_class(person=learner, code=taught.join_code, now=timezone.now())
    client = as_(learner)
    read = (
        "/library/aws/",
        "/library/aws/notes/Cognito.md",
        "/library/aws/tags/",
        "/quizzes/sets/aws/Quiz.md",
    )
    assert [client.get(address).status_code for address in read] == [404] * 4
    share = reverse("classes:share", args=[taught.pk])
    as_(instructor).post(share, {"vault": "aws"})
    assert not Card.objects.exists()
    assert [client.get(address).status_code for address in read] == [200] * 4
    assert "Aws" in client.get("/library/").content.decode()
    asked = client.post(reverse("study:start"), {"vault": "aws"}, follow=True)
    assert "Asked of all?" in asked.content.decode()
    vault_page = client.get("/library/aws/").content.decode()
    note_page = client.get("/library/aws/notes/Cognito.md").content.decode()
    changing = ("edit/Cognito.md", "report/", "export/", "settings/", "versions/Cognito.md")
    for address in changing:
        assert client.get(f"/library/aws/{address}").status_code == 404
        assert f"/library/aws/{address}" not in vault_page + note_page
    as_(instructor).post(share, {"vault": "aws", "do": "stop"})
    assert [client.get(address).status_code for address in read] == [404] * 4


def test_nobody_shares_what_is_anothers(taught: StudyClass, instructor: User) -> None:
    make_vault(make_learner("eve"), slug="secret")
    share = reverse("classes:share", args=[taught.pk])
    assert as_(instructor).post(share, {"vault": "secret"}).status_code == 404


@pytest.mark.parametrize("how", ["archive", "leave"])
def test_sharing_ends_with_the_class_and_with_who_shared(
    taught: StudyClass, instructor: User, learner: User, vault: Vault, how: str
) -> None:
    join_class(person=learner, code=taught.join_code, now=timezone.now())
    as_(instructor).post(reverse("classes:share", args=[taught.pk]), {"vault": "aws"})
    assert as_(learner).get("/library/aws/").status_code == 200
    taught.memberships.create(person=make_learner("eve"), role=Membership.Role.INSTRUCTOR)
    as_(instructor).post(reverse(f"classes:{how}", args=[taught.pk]))
    assert as_(learner).get("/library/aws/").status_code == 404


@pytest.mark.parametrize("members", [1, 8])
def test_pages_cost_the_same_however_many_are_in(
    taught: StudyClass,
    instructor: User,
    members: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(members):
        person = make_learner(f"member{number}")
        join_class(person=person, code=taught.join_code, now=timezone.now())
        make_class(instructor=instructor, title=f"Class {number}", now=timezone.now())
        vault = make_vault(instructor, slug=f"vault-{number}")
        as_(instructor).post(reverse("classes:share", args=[taught.pk]), {"vault": vault.slug})
    client = as_(instructor)
    with django_assert_num_queries(LIST):
        client.get(reverse("classes:classes"))
    with django_assert_num_queries(TAUGHT):
        client.get(taught.get_absolute_url())


LIST, TAUGHT = 4, 7


def test_one_person_sees_nothing_of_classes(settings: Settings) -> None:
    settings.ONE_PERSON = True
    assert reverse("classes:classes") not in Client().get("/").content.decode()


def test_roles_are_given_at_the_command_line(learner: User) -> None:
    learner.email = "bob@example.com"
    learner.save()
    call_command("set_role", "Bob@example.com", "instructor")
    learner.refresh_from_db()
    assert learner.may_teach
    with pytest.raises(CommandError, match="Nobody"):
        call_command("set_role", "eve@example.com", "admin")
