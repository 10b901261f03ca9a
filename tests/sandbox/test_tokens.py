"""Tokens are read wherever they stand, and what only looks like one is left alone."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from studyapp.sandbox.tokens import tokens_in


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(**claims: Any) -> str:
    return f"{part({'alg': 'RS256', 'kid': 'k'})}.{part(claims)}.c2ln"


def test_claims_are_read_and_explained() -> None:
    answer = {"Result": {"IdToken": token(sub="1", exp=1_800_000_000, **{"custom:tier": "gold"})}}
    (found,) = tokens_in(answer)
    assert found.name == "Result.IdToken"
    assert [claim.name for claim in found.header] == ["alg", "kid"]
    sub, exp, tier = found.claims
    assert "for good" in sub.meaning
    assert exp.moment == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
    assert (tier.value, tier.meaning) == ("gold", "An attribute of the pool's own.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "www.example.com",
        "aaaaaaaa.bbbbbbbb.cccccccc",
        f"{part([1, 2, 3, 4])}.{part({})}.c2ln",
        f"{part({'alg': 'RS256'})}..c2ln",
        token(sub="1") + ".more",
    ],
)
def test_what_is_no_token_is_passed_over(text: str) -> None:
    assert list(tokens_in({"Value": [text]})) == []


@pytest.mark.parametrize("moment", [-1, 2**60, True, "soon"])
def test_a_moment_that_is_none_is_shown_as_it_is(moment: Any) -> None:
    (found,) = tokens_in({"Token": token(exp=moment)})
    assert found.claims[0].value == (moment if isinstance(moment, str) else json.dumps(moment))
