"""AWS's patterns mean what Java means by them."""

from __future__ import annotations

import unicodedata

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.aws.wire.patterns import compile_pattern

USERNAME = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"


@settings(deadline=None)  # the categories are gathered once
@given(st.characters())
def test_categories_are_those_of_unicode(character: str) -> None:
    matches = compile_pattern(USERNAME).fullmatch(character) is not None
    assert matches == (unicodedata.category(character)[0] in "LMSNP")


@pytest.mark.parametrize("text", ["é", "٣", "a b"])
def test_word_characters_and_digits_are_ascii(text: str) -> None:
    assert compile_pattern(r"[\w]+").fullmatch(text) is None
    assert compile_pattern(r"\d+").fullmatch(text) is None


def test_a_pattern_has_to_match_the_whole() -> None:
    assert compile_pattern(r"[\S]+").fullmatch("one\n") is None


def test_every_pattern_of_the_model_compiles() -> None:
    loader = Loader([Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    shapes = loader.load_service_model("cognito-idp", "service-2")["shapes"].values()
    patterns = [shape["pattern"] for shape in shapes if "pattern" in shape]
    assert len(patterns) > 60
    for pattern in patterns:
        compile_pattern(pattern)
