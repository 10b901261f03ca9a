from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.responses import (
    Chosen,
    Matched,
    Ordered,
    Recalled,
    Response,
    ResponseError,
    Typed,
    response_from_json,
    response_to_json,
)
from studyapp.items.values import Content, content_hash, from_json, to_json
from tests.items.factories import graded_contents

any_response = st.one_of(
    st.builds(Recalled),
    st.builds(Chosen, st.frozensets(st.text())),
    st.builds(Typed, st.text()),
    st.builds(Ordered, st.lists(st.text()).map(tuple)),
    st.builds(Matched, st.dictionaries(st.text(), st.text())),
)


@given(any_response)
def test_a_response_survives_json(response: Response) -> None:
    assert response_from_json(json.loads(json.dumps(response_to_json(response)))) == response


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "type"),
        ({"type": "sung"}, "type"),
        ({"type": "chosen"}, "option_ids"),
        ({"type": "chosen", "option_ids": "abc"}, "option_ids"),
        ({"type": "ordered", "option_ids": [1]}, "option_ids"),
        ({"type": "typed", "text": None}, "text"),
        ({"type": "matched", "choices": ["a"]}, "choices"),
        ({"type": "matched", "choices": {"a": 1}}, "choices"),
    ],
)
def test_what_is_no_response_is_refused_by_field(data: dict[str, object], field: str) -> None:
    with pytest.raises(ResponseError) as caught:
        response_from_json(data)
    assert caught.value.field == field


@given(graded_contents)
def test_a_content_survives_json(content: Content) -> None:
    again = from_json(json.loads(json.dumps(to_json(content))))
    assert again == content
    assert content_hash(again) == content_hash(content)
