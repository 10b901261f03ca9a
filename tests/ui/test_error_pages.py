"""The pages that nobody wants to see say what happened and what to do."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.urls import include, path


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [
    path("refused/", refuse),
    path("broken/", break_down),
    path("", include("studyapp.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize("address", ["/nowhere/", "/library/nowhere/", "/study/999/"])
def test_an_unknown_address_offers_the_library(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "There is nothing at this address." in response.text
    assert 'href="/library/"' in response.text
    assert "<title>Nothing here · studyapp</title>" in response.text


def test_what_is_not_yours_is_refused_on_a_page_of_ours(client: Client) -> None:
    response = client.get("/refused/")
    assert response.status_code == 403
    assert "This is not yours to open." in response.text


def test_a_form_without_its_token_says_to_send_it_again() -> None:
    response = Client(enforce_csrf_checks=True).post("/study/start/")
    assert response.status_code == 403
    assert "Nothing was saved" in response.text
    assert "reload the page" in response.text


def test_a_failure_says_where_to_look(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side." in response.text


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_last_pages_need_no_request(name: str) -> None:
    page = get_template(name).render()
    assert 'href="/"' in page
    assert "css/studyapp" in page
