"""The library's pages pass axe, as its components do: with an odd vault, which has something to
show on each of them."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from studyapp.accounts.services import ensure_learner
from studyapp.library.services.editing import edit_note
from studyapp.library.services.importing import import_vault
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.models import Slot
from studyapp.quizzes.services.starting import start_attempt
from tests.library.test_editing import live
from tests.library.vaults import QUEUES, messaging, write_vault
from tests.ui.axe import barriers, overflow

ODD: dict[str, str | bytes] = {
    ".obsidian/app.json": "{}",
    "Broken.md": "---\ntags: [unclosed\n---\n[[Nowhere]] ![[gone.png]]\n\n- **Key**: what opens\n",
    "Open.md": "> [!question] Why?\n\n> [!question] Which are queues?\n> - FIFO\n> - Standard\n",
    "Wide.md": f"|{'Column|' * 12}\n|{'---|' * 12}\n|{'cells|' * 12}\n",
    "Quiz.md": (
        "---\nquiz: exam\n---\n> [!case] Shop\n> A shop sells. ![[timeout.png]]\n\n"
        "> [!question] Which one queues?\n> - [x] SQS\n> - [ ] STS\n>\n> case:: Shop\n\n"
        "> [!question|match] Which is which?\n> | a | b |\n> |---|---|\n> | STS | Tokens |\n"
        "> | SQS | Queues |\n"
    ),
    "faq/Asked.md": "".join(f"## What is service {n}?\nThis.\n" for n in range(6)),
}
PAGES = (
    *(
        "",
        "report/",
        "report/broken/",
        "suggestions/",
        "settings/",
        "tags/",
        "tags/aws/",
        "topics/",
    ),
    *("notes/Queues.md", "notes/Wide.md", "graph/Queues.md", "edit/Queues.md"),
    *("versions/Queues.md", "conflict/Queues.md", "new/"),
    *("question/Quiz.md", "question/Quiz.md?lines=7-11"),
)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_librarys_pages_have_no_barrier(
    browser: Browser, live_server: object, tmp_path: Path, theme: str, width: int
) -> None:
    root = write_vault(messaging(tmp_path / "Messaging"), ODD)
    vault = import_vault(owner=ensure_learner(), root=root).vault
    seen = live(vault, "Queues.md").sha256
    here, there = (QUEUES.replace("A queue keeps", f"{what} queue keeps") for what in "EA")
    edit_note(vault=vault, path="Queues.md", text=here, seen=seen)
    messaging(root, Queues=there.replace("a message", "each message"))
    import_vault(owner=vault.owner, root=root)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    addresses = [f"/library/messaging/{page}" for page in PAGES]
    addresses += ["/library/", "/library/import/", "/library/search/?q=queue"]
    note, rules, _ = access_quiz_set(vault.owner, vault.slug, "Quiz.md")
    case = start_attempt(
        learner=vault.owner, note=note, quiz_set=rules, request_id=uuid4(), now=timezone.now()
    )
    place = Slot.objects.get(attempt=case, version__data__has_key="stem").position
    addresses += [
        "/quizzes/new/",
        "/quizzes/sets/messaging/Quiz.md/paper/?number=7&copies=2",
        f"/quizzes/attempts/{case.pk}/{place}/",
    ]
    found = {}
    for address in addresses:
        response = page.goto(f"{live_server}{address}")
        assert response
        assert response.status == 200
        assert page.url.endswith(address)
        against = barriers(page)
        if overflow(page):
            against.append(("scrolls sideways", []))
        if against:
            found[address] = against
    context.close()
    assert found == {}
