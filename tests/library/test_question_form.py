"""Questions in a form: what it shows, and what it makes of a note."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studyapp.interchange.questions import Question
from studyapp.items.values import Kind
from studyapp.library.models import Placement, Vault
from studyapp.library.question_text import CannotWriteError, question_in, with_question
from studyapp.library.services import previewing
from tests.library.factories import make_learner
from tests.library.test_editing import edit, live
from tests.library.test_import import run
from tests.library.vaults import QUEUES, messaging

FORM = "/library/messaging/question/Queues.md"
TRIAL = "/library/messaging/trial/Queues.md"
HTMX = {"HX-Request": "true"}
CHOICE = """> [!question]- Which queue keeps the order of messages?
> * [x] FIFO
>   > It orders by message group.
> * [ ] Standard
>
> > [!success]- Explanation
> > Order costs throughput.
>
> difficulty:: easy"""

words = st.lists(st.text("abz09*`_'?>#-", min_size=1, max_size=5), min_size=1, max_size=3).map(
    " ".join
)
texts = st.lists(words, min_size=1, max_size=3).map("\n".join)
details = st.dictionaries(st.sampled_from(["domain", "points", "source", "pin"]), words, max_size=3)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from([Kind.CHOICE, Kind.TEXT, Kind.ORDER, Kind.MATCH, Kind.BASIC]))
    rows: Any = ()
    pairs: Any = ()
    if kind is Kind.CHOICE:
        row = st.tuples(texts, st.booleans(), st.just("") | texts)
        rows = draw(st.lists(row, min_size=2, max_size=4).map(tuple))
    elif kind is Kind.ORDER:
        rows = draw(
            st.lists(st.tuples(texts, st.just(True), st.just("")), min_size=2, max_size=4).map(
                tuple
            )
        )
    elif kind is Kind.MATCH:
        pairs = draw(st.lists(st.tuples(words, words), min_size=2, max_size=4).map(tuple))
    keyed = kind in (Kind.CHOICE, Kind.ORDER, Kind.MATCH)
    answer = "" if keyed else draw(words if kind is Kind.TEXT else texts)
    explanation, hint = draw(st.just("") | texts), draw(st.just("") | words)
    return Question(kind, draw(texts), answer, explanation, hint, rows, pairs, draw(details))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(questions())
def test_a_question_written_from_a_form_is_read_as_the_form_had_it(question: Question) -> None:
    try:
        text = with_question("", question)
    except CannotWriteError:  # refused, rather than written as something else
        return
    assert question_in(text) == question
    assert with_question(text, question) == text


def test_plain_questions_are_never_refused() -> None:
    rows = (("FIFO", True, "By group."), ("Standard", False, ""))
    for kind, more in (
        (Kind.CHOICE, {"rows": rows}),
        (Kind.ORDER, {"rows": (("one", True, ""), ("two", True, ""))}),
        (Kind.MATCH, {"pairs": (("a", "b"), ("c", "d"), ("", "e"))}),
        (Kind.TRUE_FALSE, {"answer": "False"}),
        (Kind.TEXT, {"answer": "STS | Security Token Service"}),
        (Kind.NUMBER, {"answer": "30 ± 2 s"}),
        (Kind.BASIC, {"answer": "Two\n\nparagraphs"}),
    ):
        said = {"domain": "Security", "difficulty": "hard", "points": "2"}
        question = Question(kind, "What is it?", explanation="Because.", details=said, **more)
        assert question_in(with_question("", question)) == question


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"prompt": "Which queue keeps order?"}, 0),
        ({"explanation": "It costs."}, 6),
        ({"details": {"difficulty": "hard"}}, 8),
    ],
)
def test_a_change_leaves_the_other_lines_as_their_author_wrote_them(
    change: dict[str, Any], line: int
) -> None:
    question = question_in(CHOICE)
    assert question is not None
    before, after = CHOICE.split("\n"), with_question(CHOICE, replace(question, **change))
    assert question_in(after) == replace(question, **change)
    changed = [n for n, (a, b) in enumerate(zip(before, after.split("\n"), strict=True)) if a != b]
    assert changed == [line]


def test_what_the_form_cannot_show_it_does_not_offer() -> None:
    assert question_in("> [!question|cloze]\n> A ==gap==.") is None
    assert question_in("No question.") is None
    assert question_in(f"{CHOICE}\n\n{CHOICE}") is None


@pytest.fixture
def vault(db: None, tmp_path: Path) -> Vault:
    return run(messaging(tmp_path / "Messaging")).vault


def fields(html: str) -> dict[str, Any]:
    """What a browser would post."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html):
        found[name] = unescape(value)
    areas = r'<textarea[^>]*?name="(\w+)"[^>]*>\n?(.*?)</textarea>'
    for name, text in re.findall(areas, html, re.DOTALL):
        found.setdefault(name, []).append(unescape(text))
    found["kind"] = re.findall(r'value="(\w+)"\s+selected', html)[0]
    found["right"] = re.findall(r'name="right"\s+value="(\d+)"[^>]*checked', html)
    return found


def test_a_question_is_mended_in_a_form(client: Client, vault: Vault) -> None:
    placement = Placement.objects.live().get(kind="choice")
    lines = f"{placement.first_line}-{placement.last_line}"
    html = client.get(FORM, {"lines": lines}).content.decode()
    data = fields(html)
    assert data["option"] == ["FIFO", "Standard", "", ""]
    assert data["right"] == ["0"]
    data["why"][1] = "Best effort, mostly."
    data["shuffle"] = "on"
    client.post(FORM, {**data, "act": "done"})
    assert live(vault, "Queues.md").text == QUEUES.replace(
        "Best effort only.", "Best effort, mostly."
    )
    assert Placement.objects.live().get(kind="choice").item_id == placement.item_id


def test_a_new_question_stands_below_the_others(client: Client, vault: Vault) -> None:
    data = fields(client.get(FORM).content.decode())
    more = client.post(FORM, {**data, "act": "rows"}, headers=HTMX).content.decode()
    assert "<html" not in more
    data |= {
        "prompt": "How long may a message wait?",
        "option": ["14 days", "A year"],
        "right": "0",
    }
    preview = client.post(FORM, {**data, "act": "preview"}, headers=HTMX).content.decode()
    assert "14 days" in preview
    assert live(vault, "Queues.md").text == QUEUES
    client.post(FORM, {**data, "act": "done"})
    assert live(vault, "Queues.md").text.startswith(QUEUES)
    assert Placement.objects.ready().filter(kind="choice").count() == 2


def test_a_question_that_is_hardly_begun_is_not_found_fault_with(
    client: Client, vault: Vault
) -> None:
    data = fields(client.get(FORM).content.decode()) | {"act": "preview", "prompt": "Why?"}
    assert "The preview stands here" in client.post(FORM, data, headers=HTMX).text


def test_what_cannot_be_written_is_refused_and_kept(client: Client, vault: Vault) -> None:
    data = fields(client.get(FORM).content.decode())
    data |= {"prompt": "", "option": ["one", "two"], "act": "done"}
    refused = client.post(FORM, data)
    assert refused.status_code == 422
    assert "one</textarea>" in refused.content.decode()


def test_a_question_that_somebody_else_changed_is_shown_with_both(
    client: Client, vault: Vault
) -> None:
    placement = Placement.objects.live().get(kind="choice")
    html = client.get(FORM, {"lines": f"{placement.first_line}-{placement.last_line}"})
    data = fields(html.content.decode())
    edit(vault, "Queues.md", QUEUES.replace("Order costs throughput.", "It costs."))
    data["why"][1] = "Best effort, mostly."
    refused = client.post(FORM, {**data, "act": "done"})
    assert refused.status_code == 409
    told = refused.content.decode()
    assert "It costs." in told
    assert "Best effort, mostly." in told
    assert "Best effort, mostly." not in live(vault, "Queues.md").text


def test_a_question_is_tried_as_a_candidate_sees_it(client: Client, vault: Vault) -> None:
    asked = client.post(TRIAL, {"draft": CHOICE, "part": 0}).content.decode()
    asked = asked.split('id="question"')[1]
    assert "Choose one" in asked
    assert "It orders by message group." not in asked
    options = re.findall(r'name="option"\s+value="(\w+)"', asked)
    check = {"draft": CHOICE, "part": 0, "act": "check"}
    told = [client.post(TRIAL, {**check, "option": option}, headers=HTMX) for option in options]
    verdicts = ["verdict--right" in each.content.decode() for each in told]
    assert sorted(verdicts) == [False, True]
    assert client.post(TRIAL, check).status_code == 422


def test_a_trial_while_another_is_laid_out_says_so_and_keeps_the_answer(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "TURN_SECONDS", 0.01)
    asked = client.post(TRIAL, {"draft": CHOICE, "part": 0}).text
    (option,) = re.findall(r'name="option"\s+value="(\w+)"', asked)[:1]
    check = {"draft": CHOICE, "part": 0, "act": "check", "option": option}
    with previewing.only_preview:
        busy = client.post(TRIAL, check, headers=HTMX)
        assert busy.status_code == 200
        assert "at this moment" in busy.text
        again = re.findall(r'name="(\w+)"\s+value="([^"]*)"', busy.text)
        again = [(name, unescape(value)) for name, value in again if name[:4] != "csrf"]
        assert dict(again) == {name: str(value) for name, value in check.items()}
        assert "Try again" in client.post(TRIAL, check).text
    assert "verdict--" in client.post(TRIAL, dict(again), headers=HTMX).text


def test_nobody_else_gets_the_form(client: Client, vault: Vault, settings: Settings) -> None:
    settings.ONE_PERSON = False
    client.force_login(make_learner("outsider"))
    assert client.get(FORM).status_code == 404
    assert client.post(FORM, {"kind": "choice"}).status_code == 404
    assert client.post(TRIAL, {"draft": CHOICE, "part": 0}).status_code == 404
