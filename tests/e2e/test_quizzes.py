"""Sitting a quiz in a browser: with the keyboard, with a thumb, in two tabs, without a connection,
to the end of the time, with JavaScript off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from studyapp.items.responses import Chosen, Typed
from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.quizzes.models import Attempt
from tests.e2e.conftest import PHONE, OpenPage
from tests.library.factories import make_item
from tests.quizzes.factories import begin, slot_of
from tests.quizzes.test_statistics import sit_many
from tests.ui.axe import barriers, overflow

EXAM = "quiz: exam\ntime: 30 min\nkeep-order: true"


def sit(vault: Vault, *kinds: Kind, properties: str = EXAM) -> Attempt:
    for number, kind in enumerate(kinds, start=1):
        make_item(vault, kind=kind, prompt=f"Asked {number}?", explanation="So it is.")
    return begin(vault, properties, timezone.now())


def page_of(attempt: Attempt, position: int = 1) -> str:
    return f"/quizzes/attempts/{attempt.pk}/{position}/"


def wait_saved(page: Page) -> None:
    """Until the server has everything. (A page's policy lets no condition be waited for in it.)"""
    for _ in range(200):
        try:
            kept = page.evaluate("Object.keys(localStorage)")
        except Error:  # the page is just loading again
            kept = ["quiz-unsent"]
        if not any(key.startswith("quiz-unsent") for key in kept):
            return
        page.wait_for_timeout(50)
    raise AssertionError("something was never sent")


def option_key(page: Page, text: str) -> str:
    return str(page.locator(".option__text").all_inner_texts().index(text) + 1)


def test_a_whole_exam_with_the_keyboard_alone(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE, Kind.TEXT, Kind.CHOICE)
    page = open_page(page_of(attempt))
    expect(page.locator("[data-clock]")).to_have_text("30 minutes left")
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("f")
    page.keyboard.press(option_key(page, "STS"))
    wait_saved(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".sheet__number")).to_have_text("Question 2 of 3")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("security token service")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet__number")).to_have_text("Question 3 of 3")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Your answer")).to_have_value("security token service")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".sheet__number")).to_have_text("Question 3 of 3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    expect(page.locator("h1")).to_contain_text("1 question without a whole answer")
    page.get_by_role("button", name="Hand in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
    expect(page.locator("h1")).to_contain_text("2 of 3 right")
    kept = slot_of(attempt)
    assert kept.is_flagged
    assert len(kept.struck) == 1
    page.get_by_role("link", name="Asked 1?").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("So it is.")).to_be_visible()


def test_on_a_phone_with_the_thumb(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE, Kind.ORDER, Kind.MATCH)
    page = open_page(page_of(attempt), **PHONE)
    page.get_by_role("radio", name="STS").tap()
    for name in ("Next", "Review"):
        button = page.get_by_role("button", name=name).first
        expect(button).to_be_in_viewport(ratio=1)
        box = button.bounding_box()
        assert box
        assert box["height"] >= 40
    assert overflow(page) == 0
    page.get_by_role("button", name="Next").tap()
    expect(page.locator(".sheet__number")).to_have_text("Question 2 of 3")
    wanted = ["Stop", "Install", "Start"]
    while (shown := page.locator(".order__text").all_inner_texts()) != wanted:
        wrong = next(at for at, step in enumerate(wanted) if shown[at] != step)
        page.get_by_role("button", name=f"Move {wanted[wrong]} up").tap()
    page.get_by_role("button", name="Next").tap()
    expect(page.locator(".sheet__number")).to_have_text("Question 3 of 3")
    page.get_by_label("Who", exact=True).select_option("ID token")
    page.get_by_label("What", exact=True).select_option("Access token")
    page.get_by_role("button", name="Review", exact=False).first.tap()
    page.wait_for_url("**/review/")
    page.get_by_role("button", name="Hand in").tap()
    expect(page.locator("h1")).to_contain_text("3 of 3 right")


def test_all_of_it_without_javascript(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE, Kind.ORDER, Kind.TEXT)
    page = open_page(page_of(attempt), java_script_enabled=False)
    page.get_by_role("radio", name="STS").check()
    page.get_by_label("Flag").check()
    page.get_by_role("button", name="Question 3, open").click()
    page.get_by_label("Your answer").fill("STS")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    page.get_by_role("link", name="Question 2, open").click()
    first = page.locator(".order__text").first.inner_text()
    page.get_by_role("button", name=f"Move {first} down").click()
    expect(page.locator(".order__text").nth(1)).to_have_text(first)
    page.get_by_role("button", name="Question 1, answered, flagged").click()
    expect(page.get_by_role("radio", name="STS")).to_be_checked()
    page.get_by_role("button", name="Review").first.click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("h1")).to_contain_text("of 3 right")


def test_the_next_question_is_shown_from_its_top(open_page: OpenPage, vault: Vault) -> None:
    for number in (1, 2):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Asked {number}? " + "And more of it.\n\n" * 40)
    page = open_page(page_of(begin(vault, EXAM, timezone.now())))
    page.mouse.wheel(0, 600)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".sheet__number")).to_have_text("Question 2 of 2")
    expect(page.locator(".palette")).to_be_in_viewport()


def test_a_lost_connection_loses_no_answer(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE, Kind.TEXT)
    page = open_page(page_of(attempt))
    page.context.set_offline(True)
    page.get_by_role("radio", name="STS").check()
    expect(page.locator("#announce-problem")).to_contain_text("kept in this browser")
    page.context.set_offline(False)
    wait_saved(page)
    expect(page.locator("#announce-problem")).to_be_hidden()
    assert isinstance(slot_of(attempt).given, Chosen)


def test_what_a_crash_left_unsent_is_sent_from_the_next_page(
    open_page: OpenPage, vault: Vault
) -> None:
    attempt = sit(vault, Kind.TEXT, Kind.CHOICE)
    page = open_page(page_of(attempt))
    context = page.context
    context.set_offline(True)
    page.get_by_label("Your answer").fill("STS")
    expect(page.locator("#announce-problem")).to_be_visible()
    page.close()  # nothing is asked of a page that crashes
    after = context.new_page()
    context.set_offline(False)
    after.goto(page_of(attempt, 2))
    wait_saved(after)
    assert slot_of(attempt).given == Typed("STS")


def test_of_two_tabs_the_one_used_last_counts(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE)
    one = open_page(page_of(attempt))
    other = one.context.new_page()
    other.goto(page_of(attempt))
    one.get_by_role("radio", name="STS").check()
    wait_saved(one)
    other.get_by_role("radio", name="S3").check()
    wait_saved(other)
    one.get_by_role("radio", name="SQS").check()
    wait_saved(one)
    other.reload()
    expect(other.get_by_role("radio", name="SQS")).to_be_checked()


def test_a_refresh_keeps_everything(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE)
    page = open_page(page_of(attempt))
    page.get_by_role("radio", name="STS").check()
    page.get_by_role("checkbox", name="Rule out option 1").check(force=True)
    page.get_by_text("Your note").click()
    page.get_by_label("Your note on this question").fill("Look again")
    page.reload()  # what was not yet sent is sent now, after which the page draws itself again
    expect(page.get_by_role("radio", name="STS")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Rule out option 1")).to_be_checked()
    expect(page.get_by_label("Your note on this question")).to_have_value("Look again")


def test_at_the_end_of_the_time_the_answers_are_handed_in(
    open_page: OpenPage, vault: Vault
) -> None:
    attempt = sit(vault, Kind.CHOICE)
    page = open_page(page_of(attempt))
    page.get_by_role("radio", name="STS").check()
    wait_saved(page)
    Attempt.objects.filter(pk=attempt.pk).update(ends_at=timezone.now() + timedelta(seconds=4))
    page.goto(page_of(attempt))
    page.wait_for_url("**/result/")
    expect(page.locator("h1")).to_contain_text("1 of 1 right")
    expect(page.get_by_text("The time was over")).to_be_visible()


def test_a_practice_checks_at_once(open_page: OpenPage, vault: Vault) -> None:
    attempt = sit(vault, Kind.CHOICE, Kind.CHOICE, properties="quiz: practice")
    page = open_page(page_of(attempt))
    page.keyboard.press(option_key(page, "S3"))
    page.keyboard.press("Enter")
    expect(page.locator(".verdict--wrong")).to_be_visible()
    expect(page.get_by_text("So it is.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet__number")).to_have_text("Question 2 of 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_page: OpenPage, vault: Vault, scheme: str) -> None:
    kinds = [Kind.CHOICE, Kind.TEXT, Kind.ORDER, Kind.MATCH]
    attempt = sit(vault, *kinds)
    practice = begin(vault, "quiz: practice", timezone.now(), path="Practice.md")
    page = open_page("/quizzes/", color_scheme=scheme)

    def check(address: str) -> None:
        page.goto(address)
        assert barriers(page) == [], address

    for address in ("/quizzes/", "/quizzes/sets/aws/Quiz.md", "/quizzes/mistakes/"):
        check(address)
    for position in range(1, 5):
        check(page_of(attempt, position))
    check(f"/quizzes/attempts/{attempt.pk}/review/")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result/")
    check(page.url)
    note = NoteVersion.objects.get(note__path="Quiz.md")
    sit_many(note, list(Placement.objects.filter(kind=Kind.CHOICE)), 30)
    check("/quizzes/sets/aws/Quiz.md/statistics/")
    for position in range(1, 5):
        check(page_of(attempt, position))
    check("/quizzes/mistakes/")
    check(page_of(practice))
