"""Studying in a browser: with the keyboard, with a thumb, with JavaScript off."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from studyapp.accounts.models import User
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.study.models import Review
from studyapp.study.plan import Scope
from studyapp.study.services.presets import change_preset, current_preset
from studyapp.study.services.sessions import start_session
from tests.e2e.conftest import PHONE, OpenPage
from tests.library.factories import make_item
from tests.ui.axe import barriers, overflow


def session_of(learner: User) -> str:
    """The address of a study session of everything."""
    return start_session(learner=learner, scope=Scope(), now=timezone.now()).get_absolute_url()


def questions(vault: Vault, *kinds: Kind) -> None:
    for number, kind in enumerate(kinds, start=1):
        make_item(vault, kind=kind, prompt=f"Question {number}?")


def ratings(learner: User) -> list[int | None]:
    log = Review.objects.counted().filter(learner=learner).order_by("id")
    return list(log.values_list("rating", flat=True))


def test_the_keyboard_alone_in_place(open_page: OpenPage, learner: User, vault: Vault) -> None:
    questions(vault, Kind.BASIC, Kind.BASIC, Kind.BASIC)
    page = open_page(session_of(learner))
    address, history = page.url, page.evaluate("history.length")
    page.evaluate("window.stayed = true")

    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.get_by_text("AWS STS")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#question")).to_have_text("Question 2?")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#announce")).to_have_text(re.compile("left"))

    page.keyboard.press("Space")
    page.locator(".sheet--revealed").wait_for()
    page.keyboard.press("4")
    expect(page.locator("#question")).to_have_text("Question 3?")
    page.keyboard.press("u")
    expect(page.locator("#question")).to_have_text("Question 2?")
    expect(page.locator(".sheet--revealed")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#question")).to_have_text("Question 3?")

    assert ratings(learner) == [3, 1]
    assert page.url == address
    assert page.evaluate("history.length") == history
    assert page.evaluate("window.stayed")


def test_a_choice_is_made_with_letters_and_graded(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault, kind=Kind.CHOICE)
    page = open_page(session_of(learner))
    options = page.locator(".option__text").all_inner_texts()
    page.keyboard.press("abc"[options.index("S3")])
    expect(page.get_by_role("radio", name="S3")).to_be_checked()
    page.keyboard.press(str(options.index("STS") + 1))
    expect(page.get_by_role("radio", name="STS")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".verdict--right")).to_be_visible()
    expect(page.get_by_role("button", name="Again")).to_be_disabled()
    page.reload()
    expect(page.locator(".verdict--right")).to_be_visible()
    page.keyboard.press("Space")
    page.locator(".finish, .sheet:not(.sheet--revealed)").wait_for()
    assert ratings(learner) == [3]


def test_a_wrong_answer_can_only_come_again(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault, kind=Kind.TEXT)
    page = open_page(session_of(learner))
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Write an answer")).to_be_visible()
    page.keyboard.type("1 e ? u")
    expect(page.get_by_label("Your answer")).to_have_value("1 e ? u")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict--wrong")).to_be_visible()
    for name in ("Hard", "Good", "Easy"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    page.keyboard.press("3")
    page.keyboard.press("Space")
    page.locator(".sheet:not(.sheet--revealed)").wait_for()
    assert ratings(learner) == [1]


def test_order_and_match_are_answered_without_dragging(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    questions(vault, Kind.ORDER, Kind.MATCH)
    page = open_page(session_of(learner))
    while page.locator(".order__text").all_inner_texts() != (
        wanted := ["Stop", "Install", "Start"]
    ):
        shown = page.locator(".order__text").all_inner_texts()
        wrong = next(at for at, step in enumerate(wanted) if shown[at] != step)
        page.get_by_role("button", name=f"Move {wanted[wrong]} up").click()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".verdict--right")).to_be_visible()
    page.keyboard.press("4")
    page.get_by_label("Who", exact=True).select_option("ID token")
    page.get_by_label("What", exact=True).select_option("API key")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".verdict--partial")).to_contain_text("1 of 2 in place")
    expect(page.locator(".match__correct")).to_have_text("Access token")


def test_all_of_it_without_javascript(open_page: OpenPage, learner: User, vault: Vault) -> None:
    questions(vault, Kind.BASIC, Kind.CHOICE, Kind.ORDER)
    page = open_page(session_of(learner), java_script_enabled=False)
    page.get_by_role("link", name="Show the answer").click()
    page.get_by_role("button", name="Easy").click()
    page.get_by_role("radio", name="S3").check()
    page.get_by_role("button", name="Answer").click()
    assert "The answer" in page.locator(".option--missed").inner_text()
    page.get_by_role("button", name="Again").click()
    first = page.locator(".order__text").first.inner_text()
    page.get_by_role("button", name=f"Move {first} down").click()
    expect(page.locator(".order__text").nth(1)).to_have_text(first)
    page.get_by_role("button", name="I don’t know").click()
    page.get_by_role("button", name="Again").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#question")).to_have_text("Question 3?")
    assert ratings(learner) == [4, 1]


def test_going_back_never_asks_an_answered_question_again(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    questions(vault, Kind.BASIC, Kind.BASIC)
    page = open_page("/")
    page.get_by_role("button", name="Start studying").click()
    for number in (1, 2):
        expect(page.locator("#question")).to_have_text(f"Question {number}?")
        page.keyboard.press("Space")
        page.locator(".sheet--revealed").wait_for()
        page.keyboard.press("4")
    page.locator(".finish").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".today__line")).to_contain_text("Nothing is due")
    page.go_back()
    expect(page.locator(".finish")).to_contain_text("2 cards studied")
    page.go_back()
    expect(page.locator(".today__line")).to_contain_text("Nothing is due")


def test_a_double_click_rates_once(open_page: OpenPage, learner: User, vault: Vault) -> None:
    questions(vault, Kind.BASIC, Kind.BASIC, Kind.BASIC)
    page = open_page(session_of(learner))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Easy").dblclick()
    expect(page.locator("#question")).to_have_text("Question 2?")
    page.wait_for_load_state("networkidle")
    assert ratings(learner) == [4]


def test_a_second_tab_that_is_behind_is_told_so(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    questions(vault, Kind.BASIC, Kind.BASIC)
    address = session_of(learner)
    behind, ahead = open_page(address), open_page(address)
    for page in (behind, ahead):
        page.keyboard.press("Space")
        page.locator(".sheet--revealed").wait_for()
    ahead.keyboard.press("4")
    expect(ahead.locator("#question")).to_have_text("Question 2?")
    behind.keyboard.press("1")
    expect(behind.get_by_role("status").filter(has_text="out of date")).to_be_visible()
    expect(behind.locator("#question")).to_have_text("Question 2?")
    assert ratings(learner) == [4]


def test_a_refused_request_keeps_the_typed_answer(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault, kind=Kind.TEXT)
    page = open_page(session_of(learner))
    page.get_by_label("Your answer").fill("Security Token Service")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#announce-problem")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("Security Token Service")


def test_the_help_lists_the_keys_of_the_moment(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault)
    page = open_page(session_of(learner))
    page.keyboard.press("?")
    help_list = page.locator("[data-shortcuts-list]")
    expect(help_list).to_contain_text("Show the answer")
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("Space")
    page.locator(".sheet--revealed").wait_for()
    page.keyboard.press("?")
    for words in ("Again", "Easy", "Open the note at this line", "Set aside until tomorrow"):
        expect(help_list).to_contain_text(words)


def test_o_opens_the_note_at_the_line(open_page: OpenPage, learner: User, vault: Vault) -> None:
    make_item(vault)
    page = open_page(session_of(learner))
    page.keyboard.press("Space")
    page.locator(".sheet--revealed").wait_for()
    page.keyboard.press("o")
    page.wait_for_url("**/library/aws/notes/Cognito.md#L1")


def test_the_finish_offers_to_go_on_when_a_card_comes_back(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault)
    change_preset(learner=learner, learning_steps=(timedelta(minutes=20, seconds=3),))
    page = open_page(session_of(learner))
    page.keyboard.press("Space")
    page.locator(".sheet--revealed").wait_for()
    page.keyboard.press("1")
    expect(page.locator(".finish")).to_contain_text("1 card in 20 minutes")
    expect(page.get_by_role("button", name="Continue")).to_have_count(0)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#question")).to_be_visible()


def test_the_time_zone_of_the_browser_is_taken(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault)
    address = session_of(learner)
    page = open_page("/study/settings/", timezone_id="Asia/Tokyo")
    with page.expect_response("**/settings/timezone/"):
        page.goto(address)
    assert current_preset(learner).preset.timezone == "Asia/Tokyo"


def test_on_a_phone_the_ratings_are_at_the_thumb(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    make_item(vault, answer="A long answer.\n" * 80)
    page = open_page(session_of(learner), **PHONE)
    page.get_by_role("link", name="Show the answer").tap()
    for name in ("Again", "Hard", "Good", "Easy"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_in_viewport(ratio=1)
        box = button.bounding_box()
        assert box
        assert box["width"] >= 44
        assert box["height"] >= 44
        assert box["y"] > 844 * 0.8
    assert overflow(page) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible(
    open_page: OpenPage, learner: User, vault: Vault, scheme: str
) -> None:
    kinds = [Kind.BASIC, Kind.CHOICE, Kind.TEXT, Kind.ORDER, Kind.MATCH, Kind.CLOZE]
    questions(vault, *kinds)
    page = open_page(session_of(learner), color_scheme=scheme)

    def check(state: str) -> None:
        assert barriers(page) == [], state

    for kind in kinds:
        check(f"{kind} asked")
        if page.get_by_role("link", name="Show the answer").count():
            page.keyboard.press("Space")
        else:
            page.get_by_role("button", name="I don’t know").click()
        page.locator(".sheet--revealed").wait_for()
        check(f"{kind} revealed")
        page.keyboard.press("4" if page.get_by_role("button", name="Easy").is_enabled() else "1")
        page.locator(".sheet--revealed").wait_for(state="detached")
    while page.locator(".sheet").count():
        drawn = page.locator("[name=drawn]").first.input_value()
        page.get_by_role("button", name="Bury").click()
        expect(page.locator(f"[name=drawn][value='{drawn}']")).to_have_count(0)
    page.locator(".finish").wait_for()
    check("finished")
    for address in ("/study/settings/", "/study/suspended/"):
        page.goto(address)
        check(address)
