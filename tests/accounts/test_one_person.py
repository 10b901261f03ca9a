"""One person's machine lets its own browser in, and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner

pytestmark = pytest.mark.django_db
ME = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


def get(**meta: str) -> int:
    return Client().get("/", **{**ME, **meta}).status_code


def test_the_local_browser_is_let_in_without_a_form() -> None:
    response = Client().get("/", **ME)
    assert response.status_code == 200
    assert response.wsgi_request.user.username == "learner"
    assert not User.objects.get().has_usable_password()


def test_another_machine_is_refused() -> None:
    response = Client().get("/", **{**ME, "REMOTE_ADDR": "192.0.2.7"})
    assert response.status_code == 403
    assert "own machine" in response.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_hostile_name_for_this_machine_gets_nothing(host: str) -> None:
    assert get(HTTP_HOST=host) == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_our_own_names_are_welcome(host: str) -> None:
    assert get(HTTP_HOST=host) == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_every_loopback_address_is_this_machine(address: str) -> None:
    assert get(REMOTE_ADDR=address) == 200


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),  # a link followed to us
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("same-site", "cors", "empty", 403),  # another port of this machine
    ],
)
def test_pages_of_other_sites_cannot_read_us(site: str, mode: str, dest: str, status: int) -> None:
    assert (
        get(HTTP_SEC_FETCH_SITE=site, HTTP_SEC_FETCH_MODE=mode, HTTP_SEC_FETCH_DEST=dest) == status
    )


def test_a_form_posted_by_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/study/start/", {}, **ME, HTTP_ORIGIN="http://evil.example")
    assert response.status_code == 403
    response = client.post(
        "/study/start/",
        {},
        **ME,
        HTTP_SEC_FETCH_SITE="cross-site",
        HTTP_SEC_FETCH_MODE="navigate",
        HTTP_SEC_FETCH_DEST="document",
    )
    assert response.status_code == 403


def test_a_post_without_a_token_is_refused_even_from_here() -> None:
    response = Client(enforce_csrf_checks=True).post("/study/start/", {}, **ME)
    assert response.status_code == 403


def test_making_the_learner_twice_makes_one() -> None:
    assert ensure_learner() == ensure_learner()
    assert User.objects.count() == 1
