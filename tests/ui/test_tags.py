import re

import pytest
from django.template import Context, Template


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_icon_is_hidden_from_a_screen_reader_unless_it_says_something() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    assert 'aria-label="Right"' in draw('{% icon "check" label="Right" %}')


def test_icon_we_do_not_have_is_an_error_that_names_those_we_have() -> None:
    with pytest.raises(LookupError, match=r"no icon 'chekc'.*check"):
        draw('{% icon "chekc" %}')


def test_topic_bar_says_in_words_what_it_shows() -> None:
    html = draw("{% topic_bar counts %}", counts={"new": 4, "mature": 12})
    assert 'aria-label="4 new, 12 mature"' in html
    assert re.findall(r"topic-bar__(\w+)", html) == ["mature", "new"]


def test_topic_bar_parts_share_the_width_as_the_cards_do() -> None:
    html = draw("{% topic_bar counts %}", counts={"young": 3, "mature": 1})
    widths = [float(width) for width in re.findall(r'width="([\d.]+)"', html)]
    assert widths == pytest.approx([49.5, 148.5])


def test_topic_bar_of_an_empty_topic_says_so() -> None:
    assert 'aria-label="no cards"' in draw("{% topic_bar counts %}", counts={})


def test_sparkline_of_one_or_equal_values_is_drawn() -> None:
    assert "polyline" in draw('{% sparkline values label="Reviews, 3 today" %}', values=[3])
    assert "polyline" in draw('{% sparkline values label="Reviews, 3 today" %}', values=[3, 3, 3])


def test_relative_time_of_nothing_is_empty() -> None:
    assert draw("{% reltime moment %}", moment=None) == ""
