"""The people of a site: who sees them, and whose role can be changed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from tests.library.factories import make_learner

pytestmark = pytest.mark.django_db

PEOPLE = reverse("people:people")


@pytest.fixture(autouse=True)
def _many_people(settings: Settings) -> None:
    settings.ONE_PERSON = False


@pytest.fixture
def admin() -> User:
    return somebody("grace", User.Role.ADMIN)


def somebody(name: str, role: str = "learner") -> User:
    person = make_learner(name)
    person.role, person.email = role, f"{name}@example.com"
    person.save()
    return person


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def set_role(by: User, person: User, role: str) -> tuple[int, str]:
    response = as_(by).post(reverse("people:person", args=[person.pk]), {"role": role})
    return response.status_code, " ".join(response.content.decode().split())


def test_an_admin_finds_somebody_and_makes_them_an_instructor(admin: User) -> None:
    bob = somebody("bob")
    somebody("carla", "instructor")
    page = as_(admin).get(PEOPLE, {"q": "BOB example"}).content.decode()
    assert reverse("people:person", args=[bob.pk]) in page
    assert "carla" not in page
    assert "bob" not in as_(admin).get(PEOPLE, {"role": "instructor"}).content.decode()
    part = as_(admin).get(PEOPLE, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert set_role(admin, bob, "instructor")[0] == 302
    bob.refresh_from_db()
    assert bob.may_teach
    assert "People" in as_(admin).get(reverse("account_email")).content.decode()


def test_the_last_admin_stays_one(admin: User) -> None:
    status, page = set_role(admin, admin, "learner")
    assert status == 422
    assert "The site needs an admin" in page
    second = somebody("second", "admin")
    assert set_role(admin, admin, "learner")[0] == 302
    assert as_(admin).get(PEOPLE).status_code == 404
    assert set_role(second, second, "instructor")[0] == 422
    # One who cannot sign in any more counts for nobody.
    User.objects.filter(pk=admin.pk).update(role="admin", is_active=False)
    assert set_role(second, second, "learner")[0] == 422


@pytest.mark.parametrize("role", ["learner", "instructor"])
def test_nobody_else_sees_or_changes_them(admin: User, role: str, settings: Settings) -> None:
    other = somebody("other", role)
    assert as_(other).get(PEOPLE).status_code == 404
    assert set_role(other, other, "admin")[0] == 404
    assert "People" not in as_(other).get(reverse("account_email")).content.decode()
    assert Client().get(PEOPLE).status_code == 302
    settings.ONE_PERSON = True
    assert Client().get(PEOPLE).status_code == 404
    other.refresh_from_db()
    assert other.role == role


@pytest.mark.parametrize("many", [1, 60])
def test_the_page_costs_the_same_however_many_there_are(
    admin: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    User.objects.bulk_create(User(username=f"u{number}") for number in range(many))
    client = as_(admin)
    with django_assert_num_queries(4):
        page = client.get(PEOPLE).content.decode()
    assert ("page=2" in page) is (many > 50)
