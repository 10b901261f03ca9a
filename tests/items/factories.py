"""Contents to grade, and hypothesis strategies for any of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from studyapp.items.responses import Chosen, Matched, Ordered, Response, Typed
from studyapp.items.values import Content, Kind, NumberKey, make_options, make_pairs


def make_choice(right: str = "ac", wrong: str = "bd", **overrides: Any) -> Content:
    """A choice whose options are single letters, in the order of the alphabet."""
    rows = [(letter, letter in right, "") for letter in sorted(right + wrong)]
    return Content(Kind.CHOICE, "Which?", options=make_options(rows), **overrides)


def make_text(*accept: str) -> Content:
    return Content(Kind.TEXT, "Which?", answer=" or ".join(accept), accept=accept)


def make_number(value: str, tolerance: str = "0", unit: str = "") -> Content:
    key = NumberKey(Decimal(value), Decimal(tolerance), unit)
    return Content(Kind.NUMBER, "How many?", number=key)


def make_order(*steps: str) -> Content:
    return Content(Kind.ORDER, "Order!", options=make_options((s, True, "") for s in steps))


def make_match(*rows: tuple[str, str]) -> Content:
    return Content(Kind.MATCH, "Match!", pairs=make_pairs(rows))


def ids(content: Content, texts: str) -> list[str]:
    """The ids of single-letter options."""
    by_text = {option.text: option.id for option in content.options}
    return [by_text[text] for text in texts]


def key_of(content: Content) -> Response:
    """The response that says what the key says."""
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return Chosen(frozenset(o.id for o in content.options if o.correct))
        case Kind.TEXT:
            return Typed(content.accept[0])
        case Kind.NUMBER:
            assert content.number is not None
            return Typed(f"{content.number.value:f} {content.number.unit}")
        case Kind.ORDER:
            return Ordered(tuple(o.id for o in content.options))
        case Kind.MATCH:
            return Matched({p.id: p.id for p in content.pairs if p.left})
        case _:
            raise AssertionError(f"{content.kind} has no key to respond with")


words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda text: text.strip() != "")

choices = st.builds(
    lambda rows: Content(Kind.CHOICE, "Which?", options=make_options(rows)),
    st.lists(st.tuples(words, st.booleans(), words), min_size=1, max_size=7).filter(
        lambda rows: any(correct for _, correct, _ in rows)
    ),
)
texts = st.lists(words, min_size=1, max_size=3).map(lambda accept: make_text(*accept))
numbers = st.builds(
    lambda value, tolerance, unit: Content(
        Kind.NUMBER, "How many?", number=NumberKey(value, tolerance, unit)
    ),
    st.decimals(-(10**12), 10**12, places=3),
    st.decimals(0, 10, places=3),
    st.sampled_from(["", "s", "GB", "%", "messages a second"]),
)
orders = st.lists(words, min_size=1, max_size=7).map(lambda steps: make_order(*steps))
matches = (
    st.lists(st.tuples(words | st.just(""), words), min_size=1, max_size=7)
    .filter(lambda rows: any(left for left, _ in rows))
    .map(lambda rows: make_match(*rows))
)
graded_contents = st.one_of(choices, texts, numbers, orders, matches)
