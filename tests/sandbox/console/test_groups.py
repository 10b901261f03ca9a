"""Groups by hand, and who is in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from studyapp.sandbox.client import ConsoleClient


@pytest.fixture
def grace(aws: ConsoleClient, pool: str) -> str:
    aws.call("AdminCreateUser", UserPoolId=pool, Username="grace", MessageAction="SUPPRESS")
    return "grace"


def test_a_group_is_created_changed_and_deleted(client: Client, pages: str) -> None:
    sent = {"GroupName": "admins", "Precedence": "1", "Description": "Who may all"}
    made = client.post(f"{pages}create-group/", sent)["Location"]
    assert "Who may all" in client.get(made).text
    again = client.post(f"{pages}create-group/", sent)
    assert again.status_code == 422
    assert "GroupExistsException" in again.context["form"].errors["GroupName"][0]
    role = "arn:aws:iam::123456789012:role/admins"
    client.post(f"{made}edit/", {"Precedence": "2", "RoleArn": role})
    shown = client.get(f"{pages}groups/").text
    assert role in shown
    bad = client.post(f"{made}edit/", {"Precedence": "-1", "RoleArn": "nonsense"})
    assert "RoleArn" in bad.context["form"].errors
    assert "tick the box" in client.post(made, {"act": "delete"}, follow=True).text
    client.post(made, {"act": "delete", "sure": "yes"})
    assert client.get(made).status_code == 404


def test_people_are_put_in_and_taken_out(client: Client, pages: str, grace: str) -> None:
    made = client.post(f"{pages}create-group/", {"GroupName": "a/b"})["Location"]
    assert "Nobody is in it" in client.get(made).text
    client.post(made, {"act": "add", "Username": grace})
    assert "Take grace out" in client.get(made).text
    nobody = client.post(made, {"act": "add", "Username": "nobody"})
    assert nobody.status_code == 422
    assert "UserNotFoundException" in nobody.context["form"].errors["Username"][0]
    client.post(made, {"leave": grace})
    assert "Take grace out" not in client.get(made).text


def test_a_user_is_put_into_a_group_on_their_own_page(
    client: Client, pages: str, grace: str
) -> None:
    client.post(f"{pages}create-group/", {"GroupName": "admins"})
    page = f"{pages}users/{grace}/"
    client.post(page, {"act": "group", "group": "admins"})
    assert "Take out of admins" in client.get(page).text
    client.post(page, {"act": "leave", "group": "admins"})
    assert "Take out of admins" not in client.get(page).text
    refused = client.post(page, {"act": "group", "group": "nobody"})
    assert (refused.status_code, "ResourceNotFoundException" in refused.text) == (422, True)


@pytest.mark.parametrize("rest", ["groups/", "groups/admins/", "groups/admins/edit/"])
def test_nobody_reaches_anothers_groups(
    client: Client, pages: str, strange_pages: Callable[[str], int], rest: str
) -> None:
    client.post(f"{pages}create-group/", {"GroupName": "admins"})
    assert strange_pages(rest) == 404
