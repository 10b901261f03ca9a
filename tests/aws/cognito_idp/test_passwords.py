from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.passwords import (
    PasswordPolicy,
    temporary_password,
    temporary_password_draw,
    was_used,
)
from studyapp.aws.cognito_idp.srp import make_verifier


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Aa1!", "Password not long enough"),
        ("aaaaaa1!", "Password must have uppercase characters"),
        ("AAAAAA1!", "Password must have lowercase characters"),
        ("AAAAaaa!", "Password must have numeric characters"),
        ("AAAAaaa1", "Password must have symbol characters"),
        ("Ümlaut1§é", "Password must have uppercase characters"),
        ("Aa1!" * 65, "Password too long"),
    ],
)
def test_the_policy_speaks_in_aws_words(password: str, reason: str) -> None:
    assert PasswordPolicy().objection(password) == f"Password did not conform with policy: {reason}"


@pytest.mark.parametrize("password", ["Passw0rd!", "Aa1=____"])
def test_a_good_password_passes(password: str) -> None:
    assert PasswordPolicy().objection(password) is None


def test_a_pool_says_what_its_passwords_need() -> None:
    lax = PasswordPolicy.of({"PasswordPolicy": {"MinimumLength": 6, "RequireNumbers": True}})
    assert lax.objection("abcde6") is None
    assert lax.objection("abcdef") is not None
    assert PasswordPolicy.of({}) == PasswordPolicy()


@given(st.integers(6, 99), st.data())
def test_a_temporary_password_conforms_to_any_policy(length: int, data: st.DataObject) -> None:
    size = temporary_password_draw(length)
    password = temporary_password(data.draw(st.binary(min_size=size, max_size=size)), length)
    assert PasswordPolicy(minimum_length=length).objection(password) is None


def test_another_draw_is_another_password() -> None:
    size = temporary_password_draw()
    assert temporary_password(bytes(range(size))) != temporary_password(
        bytes(reversed(range(size)))
    )


def test_only_so_many_passwords_back_are_remembered() -> None:
    verifiers = [make_verifier("pool", "ada", f"Passw0rd!{i}", i + 1) for i in range(3)]
    assert was_used("Passw0rd!1", "pool", "ada", verifiers, 2)
    assert not was_used("Passw0rd!2", "pool", "ada", verifiers, 2)
    assert not was_used("Passw0rd!0", "pool", "ada", verifiers, 0)
