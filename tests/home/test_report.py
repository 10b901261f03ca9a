"""Acting on an import's report: telling questions apart, joining them, learning one again."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.home.services.deciding import take_back, tell_apart, tell_same
from studyapp.library.models import Decision, ItemVersion, Placement, Vault
from studyapp.library.services.deciding import DecisionError
from studyapp.library.services.importing import import_vault
from studyapp.scheduling.values import Rating
from studyapp.study.models import Card, Review
from studyapp.study.services.rebuilding import differing_cards
from tests.library.vaults import TOPICS, messaging
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate, respond, right_response

pytestmark = pytest.mark.django_db

ASKED = "Who receives a message that is published to a topic?"
ANSWERED = "Every subscriber whose filter policy lets it through."
REWORDED = TOPICS.replace(ASKED, "Who gets a message when it was published to a topic?").replace(
    ANSWERED, "Each subscriber whose filter policies let it through."
)
REPLACED = TOPICS.replace(ASKED, "Which subscribers see what is published?").replace(
    ANSWERED, "All of them, unless a filter policy says no to a message of that kind."
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "Messaging"


@pytest.fixture
def learner() -> User:
    return ensure_learner()


def bring_in(root: Path, topics: str = TOPICS) -> Vault:
    return import_vault(owner=ensure_learner(), root=messaging(root, Topics=topics)).vault


def standing(words: str) -> Placement:
    """The one live placement whose question has these words."""
    (placement,) = (
        p
        for p in Placement.objects.live().select_related("version")
        if words in p.version.data["prompt"]
    )
    return placement


def study(learner: User, times: int = 1) -> None:
    """Rate everything that comes, so many times each."""
    for _ in range(times):
        now = max((card.due for card in Card.objects.exclude(due=None)), default=NOON)
        sitting = begin(learner, now)
        while sitting.turn is not None:
            if not sitting.turn.content.is_recalled:
                sitting = respond(sitting, right_response(sitting.turn.content), now)
            sitting = rate(sitting, Rating.EASY, now)


def reviews(item: int) -> int:
    return Review.objects.filter(card__item=item).count()


def as_logged(learner: User) -> bool:
    return not list(differing_cards(learner))


# --- two questions, not one -----------------------------------------------------------------


def test_a_question_taken_for_another_is_told_apart_and_stays_so(root: Path, learner: User) -> None:
    bring_in(root)
    study(learner)
    old = standing("receives").item_id
    vault = bring_in(root, REWORDED)
    assert standing("gets").item_id == old  # recognised by likeness
    tell_apart(vault=vault, item_id=old, since=vault.revision)
    new = standing("gets").item_id
    assert new != old
    assert reviews(old) == 1
    assert not Card.objects.filter(item=new).exists()
    # An edit that brings the two nearer does not make them one again.
    again = bring_in(root, REWORDED.replace("Each subscriber", "Every subscriber"))
    assert standing("gets").item_id == new
    # The old question, should it come back, has its history.
    both = REWORDED + "\n" + TOPICS[TOPICS.index("> [!question]") :]
    bring_in(root, both)
    assert standing("receives").item_id == old
    assert standing("gets").item_id == new
    assert again.pk == vault.pk


def test_telling_apart_can_be_taken_back(root: Path, learner: User) -> None:
    bring_in(root)
    study(learner)
    old = standing("receives").item_id
    vault = bring_in(root, REWORDED)
    version = standing("gets").version_id
    decision = tell_apart(vault=vault, item_id=old, since=vault.revision)
    take_back(vault=vault, decision_id=decision.pk)
    assert standing("gets").item_id == old
    assert standing("gets").version_id == version
    with pytest.raises(DecisionError):
        take_back(vault=vault, decision_id=decision.pk)


def test_what_is_not_as_the_page_thought_is_refused(root: Path) -> None:
    vault = bring_in(root)
    item = standing("receives").item_id
    with pytest.raises(DecisionError):  # it was new in this revision
        tell_apart(vault=vault, item_id=item, since=vault.revision)
    with pytest.raises(DecisionError):  # both stand in the vault
        tell_same(vault=vault, old_id=standing("How long").item_id, new_id=item)
    assert not Decision.objects.exists()


# --- one question, not two ------------------------------------------------------------------


def replaced(root: Path, learner: User, *, before: int, after: int) -> tuple[Vault, int, int]:
    """A question reviewed ``before`` times, and another in its place, reviewed ``after`` times."""
    bring_in(root)
    study(learner, before)
    old = standing("receives").item_id
    vault = bring_in(root, REPLACED)
    new = standing("Which subscribers").item_id
    assert new != old
    study(learner, after)
    return vault, old, new


def test_a_new_question_gets_the_history_of_the_one_it_is(root: Path, learner: User) -> None:
    vault, old, new = replaced(root, learner, before=2, after=0)
    tell_same(vault=vault, old_id=old, new_id=new)
    assert standing("Which subscribers").item_id == old
    assert reviews(old) == 2
    bring_in(root, REPLACED.replace("unless", "if not"))
    assert standing("Which subscribers").item_id == old


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3), (0, 2)])
def test_where_both_were_studied_the_longer_history_counts_and_both_logs_stay(
    root: Path, learner: User, before: int, after: int
) -> None:
    vault, old, new = replaced(root, learner, before=before, after=after)
    logs = {before, after}
    assert {reviews(old), reviews(new)} == logs
    memories = {card.pk: card.memory for card in Card.objects.all()}
    decision = tell_same(vault=vault, old_id=old, new_id=new)
    assert reviews(old) == max(logs)
    assert reviews(new) == min(logs)
    assert {card.pk: card.memory for card in Card.objects.all()} == memories
    assert as_logged(learner)
    study(learner)
    assert reviews(old) == max(logs) + 1
    assert as_logged(learner)
    take_back(vault=vault, decision_id=decision.pk)
    assert standing("Which subscribers").item_id == new
    assert reviews(new) == after + (after > before)
    assert as_logged(learner)


# --- the pages ------------------------------------------------------------------------------


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts to ``action``."""
    form = page[page.index(f'action="{action}"') :]
    form = form[: form.index("</form>")]
    return {
        name: value
        for name, value in re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)
        if name != "csrfmiddlewaretoken"
    }


def report(client: Client) -> str:
    return client.get("/library/messaging/report/").content.decode()


def test_apart_and_back_by_the_buttons_of_the_report(client: Client, root: Path) -> None:
    bring_in(root)
    old = standing("receives").item_id
    bring_in(root, REWORDED)
    fields = hidden(report(client), "/decide/messaging/apart/")
    page = client.post("/decide/messaging/apart/", fields, follow=True).content.decode()
    assert "They are two questions now" in page
    assert standing("gets").item_id != old
    assert "These are two different questions" not in page
    undo = f"/decide/messaging/{Decision.objects.get().pk}/undo/"
    assert undo in page
    assert "Taken back" in client.post(undo, follow=True).content.decode()
    assert standing("gets").item_id == old


def test_the_same_by_a_button_of_the_report(client: Client, root: Path, learner: User) -> None:
    _, old, _ = replaced(root, learner, before=1, after=0)
    page = report(client)
    assert "Perhaps the same" in page
    client.post("/decide/messaging/same/", hidden(page, "/decide/messaging/same/"))
    assert standing("Which subscribers").item_id == old
    assert "Perhaps the same" not in report(client)


def test_a_changed_answer_can_be_learnt_again(client: Client, root: Path, learner: User) -> None:
    bring_in(root)
    study(learner)
    Review.objects.update(reviewed_at=NOON)
    bring_in(root, TOPICS.replace(ANSWERED, "Nobody: a topic is only a name."))
    item = standing("receives").item_id
    Card.objects.update(last_review=NOON)  # before the import
    before = Card.objects.get(item=item)
    page = client.get("/changed/messaging/").content.decode()
    assert "Nobody: a topic is only a name." in page
    assert "hx-get" in report(client)
    fields = hidden(page, "/changed/messaging/relearn/")
    for _ in range(2):  # a double click
        page = client.post("/changed/messaging/relearn/", fields, follow=True).content.decode()
    card = Card.objects.get(item=item)
    assert (card.state, card.reps) == ("new", 0)
    assert begin(learner, NOON).turn.placement.item_id == item  # before what was never asked
    undo = re.search(r"/changed/messaging/\d+/undo/", page)
    assert undo is not None
    client.post(undo[0])
    assert Card.objects.get(item=item).memory == before.memory


def test_a_card_that_began_anew_is_as_its_log_says(root: Path, client: Client) -> None:
    learner = ensure_learner()
    bring_in(root)
    study(learner, 2)
    item = standing("receives").item_id
    client.post("/changed/messaging/relearn/", {"item": item, "request_id": uuid4()})
    assert as_logged(learner)
    study(learner)
    assert Card.objects.get(item=item).reps == 1
    assert reviews(item) == 4  # two, beginning anew, one
    assert as_logged(learner)


def test_for_anybody_else_there_is_nothing_to_decide(
    client: Client, settings: Settings, root: Path
) -> None:
    bring_in(root)
    old = standing("receives").item_id
    vault = bring_in(root, REWORDED)
    decision = tell_apart(vault=vault, item_id=old, since=vault.revision)
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    for url, fields in (
        ("/decide/messaging/apart/", {"item": old, "since": 1}),
        ("/decide/messaging/same/", {"old": old, "new": decision.new_id}),
        (f"/decide/messaging/{decision.pk}/undo/", {}),
        ("/changed/messaging/relearn/", {"item": old, "request_id": uuid4()}),
        ("/changed/messaging/1/undo/", {}),
    ):
        assert client.post(url, fields).status_code == 404
        assert client.get(url).status_code == 405
    assert client.get("/changed/messaging/").status_code == 404
    assert Decision.objects.get().undone_at is None


@pytest.mark.parametrize("fields", [{}, {"item": "x", "since": 1}, {"item": 10**9, "since": 1}])
def test_a_made_up_question_is_404(client: Client, root: Path, fields: dict[str, object]) -> None:
    bring_in(root)
    assert client.post("/decide/messaging/apart/", fields).status_code == 404


def test_another_vaults_question_is_404(client: Client, root: Path, tmp_path: Path) -> None:
    bring_in(root)
    item = standing("receives").item_id
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Other"))
    fields = {"item": item, "since": 1}
    assert client.post("/decide/other/apart/", fields).status_code == 404


def test_the_report_costs_the_same_whatever_it_says(client: Client, root: Path) -> None:
    bring_in(root)
    bring_in(root, REWORDED)
    with CaptureQueriesContext(
        connection,
    ) as few:
        report(client)
    more = "".join(f"\n> [!question] Number {n}?\n> It is {n}, as said.\n" for n in range(30))
    bring_in(root, REWORDED + more)
    with CaptureQueriesContext(connection) as many:
        page = report(client)
    assert "New questions" in page
    assert "All 30" in page
    assert len(many) <= len(few)
    listed = client.get("/library/messaging/report/new/").content.decode()
    assert listed.count("diagnostic__where") == 30
    assert client.get("/library/messaging/report/nothing/").status_code == 404


def test_no_wording_is_lost_by_deciding(root: Path) -> None:
    bring_in(root)
    old = standing("receives").item_id
    vault = bring_in(root, REWORDED)
    before = ItemVersion.objects.filter(item=old).count()
    tell_apart(vault=vault, item_id=old, since=vault.revision)
    assert ItemVersion.objects.filter(item=old).count() == before
