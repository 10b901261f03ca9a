from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.filters import Filter, FilterError

ADA = {"username": "ada", "email": "Ada@Example.com", "status": "Enabled", "name": 'Ada "A." King'}


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ('email = "ada@example.com"', True),
        ('"email"="ada@example.com"', True),
        ('email ^= "ada@"', True),
        ('email = "ada@"', False),
        ('status = "Enabled"', True),
        ('status = "enabled"', False),
        ('name ^= "Ada \\"A"', True),
        ('given_name ^= ""', False),
        ('username ^= ""', True),
    ],
)
def test_a_filter_lists_who_it_says(text: str, taken: bool) -> None:
    assert Filter.parse(text).takes(ADA) is taken


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("email", "Error while parsing filter."),
        ("email = ada", "Error while parsing filter."),
        ('email == "ada"', "Error while parsing filter."),
        ('email = "ada" and name = "a"', "Error while parsing filter."),
        ('custom:level = "1"', "Invalid search attribute: custom:level"),
    ],
)
def test_other_filters_are_refused(text: str, message: str) -> None:
    with pytest.raises(FilterError) as refused:
        Filter.parse(text)
    assert str(refused.value) == message


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30))
def test_any_value_can_be_searched_for(value: str) -> None:
    quoted = json.dumps(value, ensure_ascii=False)
    assert Filter.parse(f"sub = {quoted}").value == value
