"""An attempt from its beginning to its end, without pages."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.accounts.models import User
from studyapp.items.grading import grade
from studyapp.items.responses import Chosen, Ordered, Typed
from studyapp.items.shuffling import shuffled_options
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.models import GRACE, Attempt, Slot
from studyapp.quizzes.queries import mistakes, result_of
from studyapp.quizzes.selecting import select_questions
from studyapp.quizzes.services.answering import OverError, StaleError, check_slot
from studyapp.quizzes.services.finishing import finish_attempt, look_at_attempt
from studyapp.quizzes.services.starting import CannotStartError, start_attempt
from tests.items.factories import make_choice
from tests.library.factories import make_content, make_item, make_topic, make_version
from tests.quizzes.factories import NOON, begin, give, make_quiz, slot_of
from tests.study.sittings import right_response, wrong_response

MINUTE = timedelta(minutes=1)


def right(slot: Slot) -> Chosen:
    return Chosen(frozenset(o.id for o in slot.version.content.options if o.correct))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from("abcdef"), min_size=1), st.integers(0, 2**60), st.integers(0, 2**60))
def test_shuffling_never_changes_a_grade(chosen: set[str], one: int, other: int) -> None:
    content = make_choice("ace", "bdf")
    outcomes = [
        grade(
            content,
            Chosen(frozenset(o.id for o in shuffled_options(content, seed) if o.text in chosen)),
        )
        for seed in (one, other)
    ]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].correct == (chosen == {"a", "c", "e"})


def test_a_form_asks_what_the_program_can_grade_and_pins_its_wording(vault: Vault) -> None:
    make_item(vault, kind=Kind.BASIC)
    asked = make_item(vault, kind=Kind.CHOICE, metadata={"domain": "Security", "points": "2"})
    attempt = begin(vault)
    slot = slot_of(attempt)
    assert attempt.slots.count() == 1
    assert (slot.domain, slot.points) == ("Security", 2)
    make_version(asked.item, make_content(Kind.CHOICE, "Worded anew?"))
    assert slot_of(attempt).version.content.prompt == "Who issues them?"


def test_the_same_request_begins_once(vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.CHOICE)
    make_quiz(vault)
    note, quiz_set, _ = access_quiz_set(learner, "aws", "Quiz.md")
    key = uuid4()
    one, two = (
        start_attempt(learner=learner, note=note, quiz_set=quiz_set, request_id=key, now=NOON)
        for _ in range(2)
    )
    assert one == two
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    ("properties", "prompts"),
    [
        ("from-list: '[[Cognito#^q-sts]]'", {"sts"}),
        ("from-list: ^q-sts", {"sts"}),
        ("from-list: '[[Queues]]'", {"queue"}),
        ("from-topics: Index", {"queue"}),
        ("from-tags: aws", {"queue"}),
        ("from-list: ^q-sts\nfrom-tags: aws/sqs", {"sts", "queue"}),
        ("kinds: text", {"typed"}),
        ("title: everything", {"sts", "queue", "typed", "other"}),
        ("from-list: ^nowhere", set()),
    ],
)
def test_what_a_set_selects(
    vault: Vault, learner: User, properties: str, prompts: set[str]
) -> None:
    sts = make_item(vault, kind=Kind.CHOICE, prompt="sts")
    sts.explicit_id = "Q-STS"
    sts.save()
    make_item(vault, kind=Kind.TEXT, prompt="typed")
    make_item(vault, kind=Kind.CHOICE, prompt="other", note="Other.md")
    queue = make_item(vault, kind=Kind.CHOICE, prompt="queue", note="aws/Queues.md")
    queue.topic = make_topic(vault, "Queues", make_topic(vault, "Index"))
    queue.save()
    queue.note.versions.update(tags=["aws/sqs"])
    make_quiz(vault, f"quiz: exam\n{properties}")
    note, quiz_set, _ = access_quiz_set(learner, "aws", "Quiz.md")
    selection = select_questions(note, quiz_set)
    found = {Slot(version_id=q.version).version.content.prompt for q in selection.questions}
    assert found == prompts
    assert [p.line for p in selection.problems] == ([] if prompts else [3])


def test_a_note_with_questions_of_its_own_asks_those(vault: Vault) -> None:
    make_item(vault, kind=Kind.CHOICE)
    make_quiz(vault)
    make_item(vault, kind=Kind.TEXT, prompt="My own?", note="Quiz.md")
    attempt = begin(vault)
    assert [s.version.content.prompt for s in attempt.slots.all()] == ["My own?"]


def test_a_set_that_asks_nothing_or_is_closed_cannot_be_begun(vault: Vault) -> None:
    with pytest.raises(CannotStartError, match="no question"):
        begin(vault)
    make_item(vault, kind=Kind.CHOICE)
    with pytest.raises(CannotStartError, match="closed on 1 March 2026"):
        begin(vault, "quiz: exam\ncloses: 2026-03-01", path="Closed.md")
    with pytest.raises(CannotStartError, match="opens on 3 March 2026"):
        begin(vault, "quiz: exam\nopens: 2026-03-03", path="Soon.md")
    assert not Attempt.objects.exists()


def test_the_questions_of_a_case_are_asked_one_after_the_other(vault: Vault) -> None:
    for number in range(6):
        metadata = {"case": "growing queue"} if number % 2 else {}
        make_item(vault, kind=Kind.CHOICE, prompt=str(number), metadata=metadata)
    attempt = begin(vault)
    prompts = "".join(slot.version.content.prompt for slot in attempt.slots.all())
    assert "135" in prompts


def test_unseen_questions_come_first(vault: Vault) -> None:
    for number in range(4):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?")
    first = begin(vault, "quiz: exam\nquestions: 2", path="One.md")
    second = begin(vault, "quiz: exam\nquestions: 2", path="Two.md")
    items = {slot.item_id for slot in Slot.objects.filter(attempt__in=[first, second])}
    assert len(items) == 4


def test_the_newest_answer_is_kept_whatever_arrives_when(vault: Vault) -> None:
    make_item(vault, kind=Kind.TEXT)
    attempt = begin(vault)
    give(attempt, Typed("S3"), sequence=1, is_flagged=True, remark="hm")
    give(attempt, Typed("STS"), sequence=3)
    with pytest.raises(StaleError):
        give(attempt, Typed("SQS"), sequence=2)
    with pytest.raises(StaleError):
        give(attempt, Typed("SQS"), sequence=3)
    before = slot_of(attempt)
    give(attempt, Typed("STS"), sequence=3, now=NOON + MINUTE)  # a replay
    after = slot_of(attempt)
    assert after.given == Typed("STS")
    assert (after.sequence, after.seconds) == (before.sequence, before.seconds)


def test_an_answer_counts_in_the_grace_and_not_after_it(vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.CHOICE)
    attempt = begin(vault, "quiz: exam\ntime: 10 min")
    slot = slot_of(attempt)
    end = NOON + 10 * MINUTE
    give(attempt, right(slot), now=end + GRACE - timedelta(seconds=1))
    with pytest.raises(OverError):
        give(attempt, None, sequence=2, now=end + GRACE)
    over = look_at_attempt(learner=learner, attempt_id=attempt.pk, now=end + 50 * MINUTE)
    assert over.finished_at == end
    assert over.ended_by == "time"
    assert (over.right, over.scored) == (1, 1)


def test_handing_in_grades_everything_once(vault: Vault, learner: User) -> None:
    kinds = [Kind.CHOICE, Kind.TRUE_FALSE, Kind.TEXT, Kind.NUMBER, Kind.ORDER, Kind.MATCH]
    for kind in kinds * 3:
        make_item(vault, kind=kind)
    attempt = begin(vault)
    seen: dict[Kind, int] = {}
    for slot in Slot.objects.filter(attempt=attempt).select_related("version"):
        content = slot.version.content
        nth = seen[content.kind] = seen.get(content.kind, 0) + 1
        answers = {1: right_response(content), 2: wrong_response(content)}
        give(attempt, answers.get(nth), position=slot.position)
    first = finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON + MINUTE)
    again = finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON + 2 * MINUTE)
    assert (first.right, first.scored, first.percent) == (6, 18, 33)
    assert again.finished_at == first.finished_at == NOON + MINUTE
    with pytest.raises(OverError):
        give(attempt, None, sequence=9)


def test_what_is_no_number_is_wrong_and_traps_nobody(vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.NUMBER)
    attempt = begin(vault)
    give(attempt, Typed("about thirty"))
    over = finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON)
    assert over.right == 0


def test_partial_credit_counts_where_the_set_says_so(vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.ORDER)
    for path, rules, percent in (("A.md", "partial: true", 67), ("B.md", "partial: false", 0)):
        attempt = begin(vault, f"quiz: exam\n{rules}", path=path)
        slot = slot_of(attempt)
        one, two, three = (option.id for option in slot.version.content.options)
        shown = tuple(o.id for o in shuffled_options(slot.version.content, slot.seed))
        # Left as it was shown it would be no answer.
        give(
            attempt, Ordered(next(o for o in [(two, one, three), (one, three, two)] if o != shown))
        )
        over = finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON)
        assert over.percent == percent


def test_unscored_questions_change_nothing(vault: Vault, learner: User) -> None:
    for number in range(5):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?")
    attempt = begin(vault, "quiz: exam\nunscored: 2\npass: 50%\nscale: 100-1000")
    for slot in attempt.slots.filter(is_scored=True):
        give(attempt, right(slot), position=slot.position)
    over = finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON)
    found = result_of(over)
    assert (over.right, over.scored, over.percent) == (3, 3, 100)
    assert (found.unscored, found.missed) == (2, 2)
    assert found.standing == "borderline"  # three questions say little
    assert found.estimate == (495, 1000)


def test_only_a_practice_is_checked_before_its_end(vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.CHOICE)
    exam, practice = begin(vault), begin(vault, "quiz: practice", path="Practice.md")

    def check(attempt: Attempt, response: Chosen) -> Slot:
        return check_slot(
            learner=learner,
            attempt_id=attempt.pk,
            position=1,
            read=lambda slot: response,
            now=NOON,
        )

    with pytest.raises(StaleError):
        check(exam, right(slot_of(exam)))
    assert slot_of(exam).correct is None
    assert check(practice, Chosen(frozenset())).correct is False
    assert check(practice, right(slot_of(practice))).correct is False  # the first check stands
    give(practice, right(slot_of(practice)), sequence=9, is_flagged=True)
    kept = slot_of(practice)
    assert (kept.correct, kept.is_flagged, kept.given) == (False, True, Chosen(frozenset()))


def test_a_mistake_leaves_the_pool_when_it_goes_right(vault: Vault, learner: User) -> None:
    missed = make_item(vault, kind=Kind.CHOICE)
    attempt = begin(vault)
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=NOON)
    assert [missed_.question.item for missed_ in mistakes(learner)] == [missed.item_id]
    again = begin(vault, path="Again.md")
    give(again, right(slot_of(again)))
    finish_attempt(learner=learner, attempt_id=again.pk, now=NOON)
    assert mistakes(learner) == []
