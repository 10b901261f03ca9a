"""What the small scripts do, in a browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def add(page: Page, html: str) -> None:
    page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('afterbegin', html)", html
    )


def add_counter(page: Page, key: str, label: str = "Count") -> None:
    add(page, f'<button id="counter" data-key="{key}" data-key-label="{label}">0</button>')
    page.evaluate("counter.addEventListener('click', () => { counter.textContent++ })")


def test_a_key_clicks_what_names_it(guide: Page) -> None:
    add_counter(guide, "3 space")
    guide.keyboard.press("3")
    guide.keyboard.press("Space")
    expect(guide.locator("#counter")).to_have_text("2")


def test_keys_are_off_while_typing_and_with_a_modifier(guide: Page) -> None:
    add_counter(guide, "e")
    guide.locator("#f-title").press("e")
    guide.locator("#f-zone").press("e")
    guide.evaluate("document.activeElement.blur()")
    guide.keyboard.press("Control+e")
    expect(guide.locator("#counter")).to_have_text("0")


def test_escape_leaves_a_field_so_that_the_keys_work_again(guide: Page) -> None:
    add_counter(guide, "u")
    guide.locator("#f-title").press("u")
    guide.keyboard.press("Escape")
    guide.keyboard.press("u")
    expect(guide.locator("#counter")).to_have_text("1")
    expect(guide.locator("#f-title")).to_have_value("uAWS Developer Associate")


def test_space_on_a_focused_button_presses_that_button_alone(guide: Page) -> None:
    add_counter(guide, "space")
    add(guide, '<button id="other">Other</button>')
    guide.locator("#other").press("Space")
    expect(guide.locator("#counter")).to_have_text("0")


def test_a_disabled_element_has_no_key(guide: Page) -> None:
    add_counter(guide, "e")
    guide.evaluate("counter.disabled = true")
    guide.keyboard.press("e")
    expect(guide.locator("#counter")).to_have_text("0")


def test_question_mark_lists_the_keys_of_this_page_and_escape_closes_the_list(guide: Page) -> None:
    add_counter(guide, "3 space", label="Good")
    guide.keyboard.press("?")
    dialog = guide.get_by_role("dialog", name="Keys on this page").last
    expect(dialog).to_be_visible()
    expect(dialog.locator("dl")).to_contain_text("3SpaceGood")
    guide.keyboard.press("3")
    guide.keyboard.press("Escape")
    expect(guide.locator("#shortcuts")).to_be_hidden()
    expect(guide.locator("#counter")).to_have_text("0")


def test_order_rows_move_in_place_keep_the_focus_and_are_announced(guide: Page) -> None:
    guide.get_by_role("button", name="Move AfterInstall up").press("Enter")
    rows = guide.locator("[data-order] .order__text")
    expect(rows).to_have_text(["ApplicationStop", "AfterInstall", "BeforeInstall"])
    values = guide.locator("[data-order] input").evaluate_all("all => all.map(i => i.value)")
    assert values == ["a", "c", "b"]
    expect(guide.get_by_role("button", name="Move AfterInstall up")).to_be_focused()
    expect(guide.locator("#announce")).to_have_text("AfterInstall: 2 of 3")


def test_the_theme_is_remembered_until_it_agrees_with_the_system_again(guide: Page) -> None:
    root = guide.locator("html")
    guide.get_by_role("button", name="Use the dark theme").click()
    expect(root).to_have_attribute("data-theme", "dark")
    guide.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    guide.get_by_role("button", name="Use the light theme").click()
    expect(root).not_to_have_attribute("data-theme", "dark")
    guide.emulate_media(color_scheme="dark")
    guide.reload()
    expect(guide.get_by_role("button", name="Use the light theme")).to_be_visible()


def test_a_line_in_the_address_opens_what_folds_around_it_and_marks_it(guide: Page) -> None:
    add(
        guide,
        "<details><summary>Fold</summary>"
        '<p data-line="7">Seven</p><p data-line="9">Nine to eleven</p></details>',
    )
    guide.add_script_tag(url="/static/js/lines.js", type="module")
    guide.evaluate("location.hash = '#L10'")
    expect(guide.locator(".is-cited")).to_have_text("Nine to eleven")
    expect(guide.locator(".is-cited")).to_be_in_viewport()
