"""The names of a match item's sides on a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.grading import grade
from studyapp.items.masking import PairMask
from studyapp.items.values import Content
from tests.items.factories import key_of, make_match, matches


@given(matches, st.integers(0, 2**62))
def test_what_is_chosen_by_its_names_is_graded_as_by_its_ids(content: Content, seed: int) -> None:
    mask = PairMask(content, seed)
    named = {mask.lefts[p.id]: mask.rights[p.id] for p in content.pairs if p.left}
    assert mask.unmask(named) == key_of(content)
    assert grade(content, mask.unmask(named)).correct


def test_no_name_tells_what_belongs_together() -> None:
    content = make_match(("Who", "ID token"), ("What", "Access token"))
    mask = PairMask(content, 1)
    names = [*mask.lefts.values(), *mask.rights.values()]
    assert len(set(names)) == 4
    assert not set(names) & {pair.id for pair in content.pairs}
    assert names != [*PairMask(content, 2).lefts.values(), *PairMask(content, 2).rights.values()]
