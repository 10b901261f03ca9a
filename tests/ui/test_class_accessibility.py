"""The pages of classes and of what they are set pass axe."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import Membership
from studyapp.accounts.services import ensure_learner
from studyapp.items.values import Kind
from studyapp.quizzes.models import Assignment
from studyapp.quizzes.services.finishing import finish_attempt
from studyapp.quizzes.services.regrading import report_slot
from studyapp.quizzes.services.starting import start_assigned
from tests.library.factories import make_item, make_learner, make_vault
from tests.quizzes.factories import NOON, begin, make_quiz
from tests.ui.axe import barriers, overflow


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pages_of_classes_have_no_barrier(
    browser: Browser, live_server: object, theme: str, width: int
) -> None:
    me, now = ensure_learner(), timezone.now()
    vault = make_vault(me)
    asked = make_item(vault, kind=Kind.CHOICE, explanation="It issues them.")
    quiz = make_quiz(vault)
    taught = make_class(instructor=me, title="Cloud 101", now=now)
    joined = make_class(instructor=make_learner("ada"), title="Cloud 201", now=now)
    join_class(person=me, code=joined.join_code, now=now)
    bob = join_class(person=make_learner("bob"), code=taught.join_code, now=now).memberships.last()
    mine = Membership.objects.get(person=me, study_class=joined)
    sat = []
    for membership in (bob, mine):
        assert membership
        assignment = Assignment.objects.create(
            study_class=membership.study_class,
            note=quiz.note,
            title="Midterm",
            opens_at=NOON,
            due_at=now + timedelta(days=1),
        )
        attempt = start_assigned(
            assignment=assignment, membership=membership, request_id=uuid4(), now=now
        )
        finish_attempt(learner=membership.person, attempt_id=attempt.pk, now=now)
        sat.append(attempt)
    his, own = sat
    practice = begin(vault, "quiz: practice", now, "Practice.md")
    report_slot(slot=practice.slots.get(), reason="key", words="STS?", now=now)
    addresses = [
        "/classes/",
        "/classes/make/",
        "/classes/join/",
        f"/classes/{taught.pk}/",
        f"/classes/{taught.pk}/members/{his.learner_id}/",
        f"/quizzes/set/{taught.pk}/",
        f"/quizzes/grades/{taught.pk}/",
        f"/quizzes/assignments/{his.assignment_id}/progress/",
        f"/quizzes/assignments/{his.assignment_id}/attempts/{his.pk}/",
        f"/quizzes/assignments/{own.assignment_id}/",
        f"/quizzes/attempts/{own.pk}/result/",
        f"/classes/{taught.pk}/change/",
        f"/quizzes/assignments/{his.assignment_id}/change/",
        f"/quizzes/wordings/{asked.version_id}/?kind=point",
        f"/quizzes/attempts/{practice.pk}/1/report/",
        "/quizzes/reports/",
    ]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    found = {}
    for address in addresses:
        response = page.goto(f"{live_server}{address}")
        assert response
        assert response.status == 200, address
        against = barriers(page)
        if overflow(page):
            against.append(("scrolls sideways", []))
        if against:
            found[address] = against
    context.close()
    assert found == {}
