"""What was learnt in Anki or with the spaced-repetition plugin goes on here, once and exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from fsrs_rs_python import FSRS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.interchange.apkg.reading import block_id
from studyapp.interchange.values import ForeignCard, ForeignReview
from studyapp.library.models import Intake, Placement, Vault
from studyapp.library.services.histories import Arrival
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.library.services.taking_in import take_in_file
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating
from studyapp.study.models import Card, Review
from studyapp.study.plan import Scope, plan_day
from studyapp.study.services import taking_over
from studyapp.study.services.answering import RefusedError, suspend_card
from studyapp.study.services.presets import change_preset, current_preset
from studyapp.study.services.rebuilding import differing_cards
from studyapp.study.services.relearning import relearn_card
from studyapp.study.services.taking_over import take_over_histories
from studyapp.study.services.undoing import undo_review
from tests.interchange.decks import add, answer, collection, export, pass_days
from tests.library.factories import make_item, make_learner, make_vault
from tests.library.uploading import upload, work
from tests.library.vaults import write_vault
from tests.study.sittings import begin, look, rate

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FORMATS = pytest.mark.parametrize("legacy", [True, False], ids=["old", "new"])


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def learner(db: None) -> User:
    return ensure_learner()


def nothing(step: str, done: int, total: int) -> None:
    """No progress to show."""


def study(col: Collection, *ratings: int, deck: str = "D") -> None:
    """Answer the one card of ``deck`` whenever it is due."""
    assert col.db is not None
    for rating in ratings:
        kind, due = col.db.first("select type, due from cards where queue > 0") or (0, 0)
        if kind == 2:
            pass_days(col, due - col.sched.today)
        answer(col, deck, rating)


def go_on(col: Collection, *ratings: int) -> None:
    """Answer the one card of the collection again and again today."""
    assert col.db is not None
    for rating in ratings:
        col.db.execute("update cards set due = ? where type = 2", col.sched.today)
        answer(col, "D", rating)


def bring_in(learner: User, col: Collection, folder: Path, *, legacy: bool = True) -> ImportResult:
    """Have the collection as it is now imported here."""
    return take_in_file(owner=learner, file=export(col, folder / "D.apkg", legacy=legacy))


def log(learner: User) -> list[tuple[str, int | None, str]]:
    rows = Review.objects.filter(learner=learner).order_by("id")
    return list(rows.values_list("action", "rating", "state_before"))


def everything(learner: User) -> list[Any]:
    """All that the learner's cards and log say."""
    rows = (model.objects.filter(learner=learner).order_by("pk") for model in (Card, Review))
    return [row for found in rows for row in found.values()]


# --- from Anki ------------------------------------------------------------------------------


@FORMATS
@pytest.mark.parametrize("fsrs", [True, False], ids=["fsrs", "sm2"])
def test_a_card_goes_on_as_anki_had_it(
    tmp_path: Path, learner: User, legacy: bool, fsrs: bool
) -> None:
    with collection(tmp_path / "anki") as col:
        col.set_config("fsrs", fsrs)
        note = add(col, "Basic", "D", "q", "a")
        study(col, 3, 3, 3, 4, 1, 3, 3)
        there = note.cards()[0]
        state = col.compute_memory_state(there.id)
        result = bring_in(learner, col, tmp_path, legacy=legacy)
        tomorrow = datetime.fromtimestamp(col.sched.day_cutoff, UTC).date()
        due = tomorrow + (there.due - col.sched.today - 1) * DAY
    card = Card.objects.get(learner=learner)
    assert (card.state, card.reps, card.lapses) == ("review", there.reps, there.lapses)
    assert card.due == datetime(due.year, due.month, due.day, 4, tzinfo=UTC)
    assert card.stability == pytest.approx(state.stability, rel=1e-3)
    assert card.difficulty == pytest.approx(state.difficulty, rel=1e-3)
    assert log(learner) == [
        ("rated", 3, "new"),
        ("rated", 3, "learning"),
        ("rated", 3, "review"),
        ("rated", 4, "review"),
        ("rated", 1, "review"),
        ("rated", 3, "relearning"),
        ("rated", 3, "review"),
        ("imported", None, "new"),
    ]
    assert (result.histories["cards"], result.histories["reviews"]) == (1, 7)
    assert not list(differing_cards(learner))
    call_command("check_cards")


@pytest.mark.parametrize("kept", [2, 0])
def test_without_its_whole_log_a_card_is_converted_as_anki_does(
    tmp_path: Path, learner: User, kept: int
) -> None:
    with collection(tmp_path / "anki") as col:
        col.set_config("fsrs", False)
        note = add(col, "Basic", "D", "q", "a")
        study(col, 3, 3, 3, 4, 3)
        assert col.db is not None
        last = "select id from revlog order by id desc limit ?"
        col.db.execute(f"delete from revlog where id not in ({last})", kept)
        there = note.cards()[0]
        state: Any = FSRS(list(Preset().parameters)).memory_state_from_sm2(
            there.factor / 1000, there.ivl, 0.9
        )
        if kept:
            state = col.compute_memory_state(there.id)
        bring_in(learner, col, tmp_path)
    card = Card.objects.get(learner=learner)
    assert card.stability == pytest.approx(state.stability, rel=1e-3)
    assert card.difficulty == pytest.approx(state.difficulty, rel=1e-3)
    assert not list(differing_cards(learner))


def test_a_card_that_was_reset_in_anki_is_what_was_learnt_since(
    tmp_path: Path, learner: User
) -> None:
    with collection(tmp_path / "anki") as col:
        col.set_config("fsrs", False)
        note = add(col, "Basic", "D", "q", "a")
        study(col, 3, 3, 3)
        col.sched.schedule_cards_as_new([note.cards()[0].id])
        bring_in(learner, col, tmp_path)
        assert Card.objects.get().memory == CardMemory()
        go_on(col, 1, 3, 3, 3)
        state = col.compute_memory_state(note.cards()[0].id)
        bring_in(learner, col, tmp_path)
    card = Card.objects.get()
    assert card.stability == pytest.approx(state.stability, rel=1e-3)
    assert log(learner)[3:5] == [("imported", None, "new"), ("rated", 1, "new")]
    assert not list(differing_cards(learner))


@FORMATS
def test_suspended_cards_and_cards_in_steps_stay_so(
    tmp_path: Path, learner: User, legacy: bool
) -> None:
    with collection(tmp_path / "anki") as col:
        away = add(col, "Basic", "A", "away", "x")
        study(col, 4, deck="A")
        col.sched.suspend_cards([away.cards()[0].id])
        steps = add(col, "Basic", "B", "steps", "x")
        study(col, 1, deck="B")
        add(col, "Basic", "C", "fresh", "x")
        due = steps.cards()[0].due
        result = bring_in(learner, col, tmp_path, legacy=legacy)
        cards = {
            placement.explicit_id: placement.item.cards.get()
            for placement in Placement.objects.live().filter(item__cards__isnull=False)
        }
        assert set(cards) == {block_id(away.guid), block_id(steps.guid)}
        assert cards[block_id(away.guid)].suspended_at is not None
        card = cards[block_id(steps.guid)]
        assert (card.state, card.step, card.suspended_at) == ("learning", 0, None)
        assert card.due == datetime.fromtimestamp(due, UTC)
        col.sched.unsuspend_cards([away.cards()[0].id])
        bring_in(learner, col, tmp_path, legacy=legacy)
    assert result.histories["cards"] == 2
    assert not Card.objects.exclude(suspended_at=None).exists()


@contextmanager
def studied(folder: Path) -> Iterator[Collection]:
    """A collection with one card that was learnt."""
    with collection(folder / "anki") as col:
        col.set_config("fsrs", False)
        add(col, "Basic", "D", "q", "a")
        study(col, 3, 3)
        yield col


def test_the_same_again_changes_nothing(tmp_path: Path, learner: User) -> None:
    with studied(tmp_path) as col:
        bring_in(learner, col, tmp_path)
        before = everything(learner)
        result = bring_in(learner, col, tmp_path, legacy=False)
    assert everything(learner) == before
    assert (result.histories["cards"], result.histories["as_before"]) == (0, 1)


def test_a_newer_export_goes_on_and_an_older_one_is_left_alone(
    tmp_path: Path, learner: User
) -> None:
    with studied(tmp_path) as col:
        old = export(col, tmp_path / "old.apkg", legacy=True)
        go_on(col, 3)
        bring_in(learner, col, tmp_path)
        go_on(col, 1, 3)
        newer = bring_in(learner, col, tmp_path)
    assert newer.histories["reviews"] == 2
    assert Card.objects.get().lapses == 1
    before = everything(learner)
    result = take_in_file(owner=learner, file=old, title="D")
    assert everything(learner) == before
    assert result.histories["left"][0][3] == taking_over.NEWER_HERE
    assert not list(differing_cards(learner))


def test_of_two_exports_made_within_a_second_of_study_the_one_with_more_reviews_is_newer(
    learner: User,
) -> None:
    vault, second = make_vault(learner), 1_780_000_000

    def card(reps: int) -> ForeignCard:
        return ForeignCard(
            "review", "2027-03-01", interval=9, ease=2.5, last_review=second, reps=reps
        )

    newer = arrival(vault, "q", card(5))
    take_over_histories(learner, [newer], only_look=False, progress=nothing)
    before = everything(learner)
    older = Arrival(card(2), newer.path, newer.line, newer.item, newer.version)
    taken = take_over_histories(learner, [older], only_look=False, progress=nothing)
    assert [why for _, why in taken.left] == [taking_over.NEWER_HERE]
    assert everything(learner) == before


def test_a_card_that_was_studied_here_is_left_alone(
    tmp_path: Path, learner: User, client: Client
) -> None:
    with studied(tmp_path) as col:
        bring_in(learner, col, tmp_path)
        card = Card.objects.get()
        assert card.due is not None
        sitting = rate(begin(learner, card.due), Rating.GOOD, card.due)
        assert sitting.turn is None
        go_on(col, 1, 1)
        before = everything(learner)
        result = bring_in(learner, col, tmp_path)
    assert everything(learner) == before
    assert not list(differing_cards(learner))
    assert result.histories["left_alone"] == 1
    for page in (Intake.objects.latest("asked_at").get_absolute_url(), "/library/d/report/"):
        shown = client.get(page).content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "1 schedule was left alone." in shown
        assert taking_over.STUDIED_HERE in shown
        assert reverse("library:note", args=["d", "D.md"]) + "#L" in shown


def test_undoing_ends_at_what_was_taken_over(tmp_path: Path, learner: User) -> None:
    with studied(tmp_path) as col:
        bring_in(learner, col, tmp_path)
    card = Card.objects.get()
    assert card.due is not None
    sitting = rate(begin(learner, card.due), Rating.AGAIN, card.due)
    sitting = undo_review(
        learner=learner, session_id=sitting.session.pk, done=sitting.session.done, now=card.due
    )
    assert Card.objects.get().memory == card.memory
    with pytest.raises(RefusedError, match="nothing left to undo"):
        undo_review(learner=learner, session_id=sitting.session.pk, done=0, now=card.due)
    assert not list(differing_cards(learner))


def test_what_the_learner_set_aside_here_stays_aside(tmp_path: Path, learner: User) -> None:
    with collection(tmp_path / "anki") as col:
        add(col, "Basic", "D", "q", "a")
        bring_in(learner, col, tmp_path)
        now = datetime.now(UTC)
        sitting = begin(learner, now)
        assert sitting.turn is not None
        suspend_card(
            learner=learner,
            session_id=sitting.session.pk,
            drawn=sitting.turn.drawn_from,
            request_id=taking_over._NAMES,
            now=now,
        )
        study(col, 3, 3)
        bring_in(learner, col, tmp_path)
    card = Card.objects.get()
    assert (card.state, card.suspended_at) == ("review", now)


def test_a_page_that_asks_the_question_as_new_is_out_of_date(tmp_path: Path, learner: User) -> None:
    with collection(tmp_path / "anki") as col:
        add(col, "Basic", "D", "q", "a")
        bring_in(learner, col, tmp_path)
        now = datetime.now(UTC)
        sitting = begin(learner, now)
        assert sitting.turn is not None
        study(col, 4)
        bring_in(learner, col, tmp_path)
    assert look(sitting.session, now).turn is None


def test_a_card_that_began_anew_here_is_left_so(tmp_path: Path, learner: User) -> None:
    with studied(tmp_path) as col:
        bring_in(learner, col, tmp_path)
        now = datetime.now(UTC)
        relearn_card(
            learner=learner,
            item_id=Card.objects.get().item_id,
            request_id=taking_over._NAMES,
            now=now,
        )
        assert not list(differing_cards(learner))
        go_on(col, 3)
        result = bring_in(learner, col, tmp_path)
    assert result.histories["left_alone"] == 1
    assert Card.objects.get().memory == CardMemory()


def test_reviews_of_today_in_anki_leave_today_s_cards_here_but_not_siblings(
    tmp_path: Path, learner: User
) -> None:
    with collection(tmp_path / "anki") as col:
        add(col, "Cloze", "D", "{{c1::One}} and {{c2::two}}")
        add(col, "Basic", "E", "other", "x")
        study(col, 4)
        bring_in(learner, col, tmp_path)
    change_preset(learner=learner, new_per_day=1)
    queue = plan_day(learner, Scope(), current_preset(learner).preset, datetime.now(UTC))
    other = Placement.objects.live().get(note__path="E.md")
    assert [entry.key for entry in queue.main] == [other.item_id]


def test_a_run_that_was_killed_is_made_whole_by_the_next(
    tmp_path: Path, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collection(tmp_path / "anki") as col:
        for number in range(5):
            add(col, "Basic", f"D{number}", str(number), "x")
            study(col, 4, deck=f"D{number}")
        deck = export(col, tmp_path / "D.apkg", legacy=True)
    monkeypatch.setattr(taking_over, "BATCH", 2)

    def dying(step: str, done: int, total: int) -> None:
        if step.startswith("Taking over") and done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in_file(owner=learner, file=deck, progress=dying)
    assert Card.objects.count() == 4
    result = take_in_file(owner=learner, file=deck)
    assert (result.changed, result.histories["cards"], result.histories["as_before"]) == (
        False,
        1,
        4,
    )
    assert Card.objects.count() == Review.objects.counted().count() == 5
    assert not list(differing_cards(learner))


@pytest.mark.parametrize("is_known", [True, False], ids=["known card", "new card"])
def test_a_learner_who_is_faster_than_the_import_is_not_overwritten(
    learner: User, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    vault = make_vault(learner)
    card = ForeignCard("review", "2026-03-01", interval=5, ease=2.5, reviews=reviews(1, 3))
    first = arrival(vault, "q", card)
    if is_known:
        take_over_histories(learner, [first], only_look=False, progress=nothing)
    convert, now = taking_over.memory_taken_over, datetime.now(UTC)

    def meanwhile(*args: Any) -> CardMemory:
        monkeypatch.setattr(taking_over, "memory_taken_over", convert)
        rate(begin(learner, now), Rating.AGAIN, now)
        return convert(*args)

    monkeypatch.setattr(taking_over, "memory_taken_over", meanwhile)
    newer = ForeignCard("review", "2027-03-01", interval=90, ease=2.5, reviews=reviews(1, 3, 3))
    again = Arrival(newer, first.path, first.line, first.item, first.version)
    taken = take_over_histories(learner, [again], only_look=False, progress=nothing)
    assert [why for _, why in taken.left] == [taking_over.STUDIED_HERE]
    assert (taken.cards, taken.reviews) == (0, 0)
    assert Card.objects.get().last_review == now
    assert Review.objects.filter(action="imported").count() == is_known
    assert not list(differing_cards(learner))


def test_a_deck_imported_before_this_was_there_catches_up(
    tmp_path: Path, learner: User, client: Client
) -> None:
    with studied(tmp_path) as col:
        vault = bring_in(learner, col, tmp_path).vault
        Card.objects.all().delete()
        run = vault.runs.get()
        del run.report["histories"]
        run.save()
        result = bring_in(learner, col, tmp_path)
    assert not result.changed
    assert Card.objects.get().state == "review"
    shown = client.get("/library/d/report/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 schedule and 2 reviews from Anki were taken over" in shown


def test_checking_first_says_what_would_be_taken_over_and_changes_nothing(
    tmp_path: Path, learner: User, client: Client
) -> None:
    def check(file: Path) -> str:
        fields = {"act": "check", "archive": upload(file.read_bytes(), "x.apkg")}
        client.post("/library/import/", fields)
        work()
        page = client.get(Intake.objects.latest("asked_at").get_absolute_url())
        return page.content.decode().replace("\N{NO-BREAK SPACE}", " ")

    with studied(tmp_path) as col:
        deck = export(col, tmp_path / "x.apkg", legacy=False)
        assert "1 schedule and 2 reviews from Anki would be taken over" in check(deck)
        assert not Card.objects.exists()
        bring_in(learner, col, tmp_path)
        before = everything(learner)
        assert "1 schedule was taken over before; nothing new" in check(deck)
        go_on(col, 3)
        deck = export(col, tmp_path / "x.apkg", legacy=False)
        assert "1 schedule and 1 review from Anki would be taken over" in check(deck)
        assert everything(learner) == before
        card = Card.objects.get()
        assert card.due is not None
        rate(begin(learner, card.due), Rating.GOOD, card.due)
        shown = check(deck)
    assert "1 schedule would be left alone." in shown
    assert taking_over.STUDIED_HERE in shown


def test_the_command_tells_and_check_vault_does_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with studied(tmp_path) as col:
        call_command("import_vault", str(export(col, tmp_path / "D.apkg", legacy=True)))
    assert "1 schedule and 2 reviews from Anki were taken over" in capsys.readouterr().out
    call_command("check_vault", str(plugin_vault(tmp_path)))
    assert (
        "4 schedules from the spaced-repetition plugin would be taken over"
        in capsys.readouterr().out
    )


def test_what_belongs_to_no_question_any_more_is_said(tmp_path: Path, learner: User) -> None:
    with studied(tmp_path) as col:
        result = bring_in(learner, col, tmp_path)
        text = Path(result.vault.source) / "D.md"
        text.write_text("# Nothing to ask\n")
        again = import_vault(owner=learner, root=Path(result.vault.source))
    assert again.histories["unplaced"] == 1
    assert Card.objects.count() == 1


def test_the_number_of_queries_does_not_follow_from_the_number_of_cards(learner: User) -> None:
    vault = make_vault(learner)

    def queries(count: int) -> int:
        card = ForeignCard("review", "2026-05-01", interval=5, ease=2.5, reviews=reviews(1, 3))
        arrivals = [arrival(vault, f"{count} {number}", card) for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            take_over_histories(learner, arrivals, only_look=False, progress=nothing)
        return len(captured)

    queries(1)  # makes the preset
    assert queries(3) == queries(12)


# --- from the plugin ------------------------------------------------------------------------

PLUGIN = """#flashcards

SQS:::A queue
<!--SR:!2026-11-30,12,250!2026-12-09,21,130-->

A ==topic== has ==subscribers== to it.
<!--SR:!2026-12-04,6,270!2000-01-01,1,250-->

What is new::has none

One way::only
<!--SR:!2026-12-07,1,230-->
"""


def plugin_vault(folder: Path, text: str = PLUGIN) -> Path:
    settings = '{"settings": {"convertHighlightsToClozes": true}}'
    return write_vault(
        folder / "Notes",
        {"A.md": text, ".obsidian/plugins/obsidian-spaced-repetition/data.json": settings},
    )


def by_answer(learner: User) -> dict[str, Card]:
    return {
        placement.version.content.answer: placement.item.cards.get()
        for placement in Placement.objects.live().filter(item__cards__learner=learner)
    }


def test_the_plugin_s_schedules_go_on_each_with_its_own_sibling(
    tmp_path: Path, learner: User
) -> None:
    result = import_vault(owner=learner, root=plugin_vault(tmp_path))
    cards = by_answer(learner)
    assert {answer: card.due and card.due.date() for answer, card in cards.items()} == {
        "A queue": date(2026, 11, 30),
        "SQS": date(2026, 12, 9),
        "topic": date(2026, 12, 4),
        "only": date(2026, 12, 7),
    }
    assert {answer: card.stability for answer, card in cards.items()} == {
        "A queue": 12,
        "SQS": 21,
        "topic": 6,
        "only": 1,
    }
    assert cards["SQS"].difficulty == 10
    assert cards["A queue"].last_review == datetime(2026, 11, 18, 4, tzinfo=UTC)
    assert {card.state for card in cards.values()} == {CardState.REVIEW}
    assert (result.histories["cards"], result.histories["reviews"]) == (4, 0)
    assert not list(differing_cards(learner))


def test_what_the_plugin_wrote_since_goes_on(tmp_path: Path, learner: User) -> None:
    import_vault(owner=learner, root=plugin_vault(tmp_path))
    text = PLUGIN.replace("2026-11-30,12,250", "2026-12-30,30,260")
    result = import_vault(owner=learner, root=plugin_vault(tmp_path, text))
    assert (result.histories["cards"], result.histories["as_before"]) == (1, 3)
    assert by_answer(learner)["A queue"].stability == 30
    before = everything(learner)
    import_vault(owner=learner, root=plugin_vault(tmp_path))  # as it was
    assert everything(learner) == before
    assert not list(differing_cards(learner))


def test_a_file_beside_a_folder_on_this_machine_is_nobody_s_history(
    tmp_path: Path, learner: User
) -> None:
    root = write_vault(tmp_path / "v", {"A.md": "> [!question] Which one?\n> This one.\n"})
    (tmp_path / "package.json").write_text('{"name": "a package of JavaScript"}')
    assert import_vault(owner=learner, root=root).histories == {}


# --- laws -----------------------------------------------------------------------------------


def reviews(*ratings: int) -> tuple[ForeignReview, ...]:
    start = datetime(2026, 1, 5, 12, tzinfo=UTC)
    return tuple(
        ForeignReview(
            int((start + number * DAY).timestamp() * 1000), rating, "review" if number else "new"
        )
        for number, rating in enumerate(ratings)
    )


def arrival(vault: Vault, prompt: str, card: ForeignCard) -> Arrival:
    placement = make_item(vault, prompt=prompt)
    return Arrival(card, "A.md", 1, placement.item_id, placement.version_id)


foreign_cards = st.builds(
    ForeignCard,
    state=st.sampled_from(["new", "learning", "review", "relearning"]),
    due_day=st.sampled_from(["", "2026-03-04", "2026-04-30", "nonsense", "9999-12-31"]),
    due_at=st.sampled_from([0, 1_790_000_000, 10**15]),
    interval=st.floats(0, 1e9),
    ease=st.floats(0, 10),
    stability=st.none() | st.floats(0.01, 1e6),
    difficulty=st.none() | st.floats(0.01, 1e6),
    last_review=st.none() | st.integers(1_770_000_000, 1_790_000_000),
    reps=st.integers(0, 10**12),
    lapses=st.integers(0, 10**12),
    steps_left=st.integers(0, 999),
    suspended=st.booleans(),
    reviews=st.lists(
        st.builds(
            ForeignReview,
            at_ms=st.integers(-1, 2_000) | st.integers(1_760_000_000_000, 1_790_000_000_000),
            rating=st.integers(0, 5),
            state=st.sampled_from(["new", "learning", "review", "relearning"]),
            duration_ms=st.integers(0, 10**15),
            interval_s=st.integers(0, 10**15),
            ease=st.floats(0, 5),
        ),
        max_size=4,
    ).map(lambda found: tuple(sorted(found, key=lambda review: review.at_ms))),
)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(10**6))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(foreign_cards, min_size=1, max_size=4))
def test_whatever_comes_twice_is_as_once_and_the_log_gives_the_card(
    learner: User, numbers: Iterator[int], versions: list[ForeignCard]
) -> None:
    vault = make_vault(learner, slug=f"v{next(numbers)}")
    one = arrival(vault, "q", versions[0])
    for card in versions:
        now = Arrival(card, one.path, one.line, one.item, one.version)
        taken = take_over_histories(learner, [now], only_look=False, progress=nothing)
        before = everything(learner)
        again = take_over_histories(learner, [now], only_look=False, progress=nothing)
        assert everything(learner) == before
        assert again.cards == again.reviews == 0
        assert again.as_before == taken.cards + taken.as_before
    assert not list(differing_cards(learner))


def test_another_learner_s_cards_are_not_touched(tmp_path: Path, learner: User) -> None:
    other = make_learner("other")
    with studied(tmp_path) as col:
        vault = bring_in(learner, col, tmp_path).vault
    assert vault.owner == learner
    assert not Card.objects.filter(learner=other).exists()
    assert set(Review.objects.values_list("learner", flat=True)) == {learner.pk}
