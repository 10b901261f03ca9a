"""The whole question format: from Markdown to a graded answer in a sitting, every kind of it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studyapp.items.masking import PairMask
from studyapp.items.responses import Chosen, Judged, Matched, Ordered, Response, Typed
from studyapp.library.models import Placement
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.services.starting import start_attempt
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db

# For each kind: the callout, what is right by its texts, and what is wrong.
FORMAT: list[tuple[str, str, Any, Any]] = [
    (
        "single",
        """> [!question] Which service issues temporary credentials?
> 1. [ ] Cognito user pools
>    > They return JWTs.
> 2. [x] AWS STS
>
> > [!tip]-
> > Three letters.
>
> > [!success]- Explanation
> > `AssumeRoleWithWebIdentity` does it.
>
> domain:: Security
> difficulty:: hard
> points:: 2
> source:: [STS](https://docs.aws.amazon.com/sts)

^q-single""",
        {"AWS STS"},
        {"Cognito user pools"},
    ),
    (
        "several",
        """> [!question] Which two are queues?
> - [x] FIFO
> - [x] Standard
> - [ ] Topic
> - [ ] None of these
>
> pin:: last

^q-several""",
        {"FIFO", "Standard"},
        {"FIFO", "Topic"},
    ),
    (
        "true or false",
        """> [!question] A queue keeps a message for at most 14 days.
> answer:: true

^q-true""",
        {"True"},
        {"False"},
    ),
    (
        "text",
        """> [!question|text] Which service issues temporary credentials?
> answer:: STS | Security Token Service

^q-text""",
        "security token  service",
        "SQS",
    ),
    (
        "number",
        """> [!question|num] How long is the default visibility timeout?
> answer:: 30 ± 2 s

^q-number""",
        "31 s",
        "33",
    ),
    (
        "order",
        """> [!question|order] Order these deployment hooks
> 1. ApplicationStop
> 2. BeforeInstall
> 3. AfterInstall

^q-order""",
        ["ApplicationStop", "BeforeInstall", "AfterInstall"],
        ["BeforeInstall", "ApplicationStop", "AfterInstall"],
    ),
    (
        "match",
        """> [!question|match] What does each keep?
> | Service | Keeps |
> |---|---|
> | SQS | messages |
> | S3 | objects |
> | | rows |

^q-match""",
        {"SQS": "messages", "S3": "objects"},
        {"SQS": "messages", "S3": "rows"},
    ),
    (
        "cloze",
        """> [!question|cloze]
> Temporary credentials come from ==AWS STS==, and nowhere else.
>
> > [!success]- Explanation
> > Every other service asks it.

^q-cloze""",
        "aws sts",
        "Cognito",
    ),
    (
        "open",
        """> [!question] Why is a session policy not enough?
> > [!success]- Answer
> > It can only take away.

^q-open""",
        True,
        False,
    ),
]
KINDS = "choice, true-false, text, number, order, match, cloze, open"


def response_to(slot: Slot, said: Any) -> Response:
    """What the table says, by texts, as a response by ids."""
    content = slot.version.content
    by_text = {option.text: option.id for option in content.options}
    match said:
        case set():
            return Chosen(frozenset(by_text[text] for text in said))
        case list():
            return Ordered(tuple(by_text[text] for text in said))
        case dict():
            lefts = {pair.left: pair.id for pair in content.pairs}
            rights = {pair.right: pair.id for pair in content.pairs}
            return Matched({lefts[left]: rights[right] for left, right in said.items()})
        case bool():
            return Judged("In my words.", said)
    return Typed(said)


def posted(slot: Slot, response: Response) -> dict[str, Any]:
    """What the page of the question posts."""
    match response:
        case Chosen(chosen):
            return {"option": sorted(chosen)}
        case Ordered(steps):
            return {"order": steps}
        case Matched(choices):
            mask = PairMask(slot.version.content, slot.seed)
            return {f"match-{mask.lefts[k]}": mask.rights[v] for k, v in choices.items()}
        case Judged(text, is_right):
            return {"text": text, "judge": "right" if is_right else "wrong"}
        case Typed(text):
            return {"text": text}
    raise AssertionError(response)


def begin(tmp_path: Path, properties: str) -> tuple[Attempt, dict[str, Slot]]:
    """A sitting of a note that asks every kind, and its slots by what the table calls them."""
    callouts = "\n\n".join(callout for _, callout, _, _ in FORMAT)
    write_vault(tmp_path / "v", {"Quiz.md": f"---\n{properties}\n---\n{callouts}\n"})
    call_command("import_vault", str(tmp_path / "v"), "--json", stdout=io.StringIO())
    vault = Placement.objects.live().first().vault
    assert Placement.objects.ready().count() == len(FORMAT)
    note, rules, problems = access_quiz_set(vault.owner, vault.slug, "Quiz.md")
    assert problems == ()
    attempt = start_attempt(
        learner=vault.owner,
        note=note,
        quiz_set=rules,
        request_id="8c9d3c1e-0000-4000-8000-000000000001",
        now=timezone.now(),
    )
    ids = dict(Placement.objects.values_list("item", "explicit_id"))
    names = {re.findall(r"\^(q-\w+)", callout)[0]: name for name, callout, _, _ in FORMAT}
    slots = Slot.objects.select_related("version", "attempt")
    return attempt, {names[ids[slot.item_id]]: slot for slot in slots}


@pytest.mark.parametrize("is_right", [True, False])
def test_every_kind_is_asked_answered_and_graded(
    tmp_path: Path, client: Client, is_right: bool
) -> None:
    attempt, slots = begin(tmp_path, f"quiz: practice\nkinds: {KINDS}\ndomain: Compute")
    assert set(slots) == {name for name, *_ in FORMAT}
    for name, _, right, wrong in FORMAT:
        slot = slots[name]
        page = reverse("quizzes:slot", args=[attempt.pk, slot.position])
        asked = client.get(page).content.decode()
        assert "Check" in asked, name
        assert "verdict" not in asked, name
        data = posted(slot, response_to(slot, right if is_right else wrong))
        check = reverse("quizzes:check", args=[attempt.pk, slot.position])
        known = client.post(check, {"sequence": 1, **data}, follow=True).content.decode()
        assert ("verdict--right" in known) is is_right, name
        slot.refresh_from_db()
        assert slot.correct is is_right, name
        assert slot.domain == ("Security" if name == "single" else "Compute"), name
        assert slot.points == (2 if name == "single" else 1), name
        if name == "single":
            for said in ("They return JWTs.", "AssumeRoleWithWebIdentity", "docs.aws.amazon.com"):
                assert said in known
            assert "Three letters." in asked
        if name == "several":
            assert "Choose two" in asked
            assert asked.index("Topic") < asked.index("None of these")  # pinned
        if name == "cloze":
            assert "AWS STS" not in asked
            assert "Every other service asks it." in known


def test_an_open_question_is_judged_by_its_answer(tmp_path: Path, client: Client) -> None:
    attempt, slots = begin(tmp_path, f"quiz: practice\nkinds: {KINDS}")
    slot = slots["open"]
    check = reverse("quizzes:check", args=[attempt.pk, slot.position])
    shown = client.post(check, {"sequence": 1, "text": "It narrows <only>."}).content.decode()
    assert "It can only take away." in shown
    assert "It narrows &lt;only&gt;." in shown
    assert "I knew it" in shown
    slot.refresh_from_db()
    assert slot.correct is None
    client.post(check, {"sequence": 2, "text": "It narrows <only>.", "judge": "right"})
    slot.refresh_from_db()
    assert slot.correct is True
    client.post(reverse("quizzes:finish", args=[attempt.pk]))
    attempt.refresh_from_db()
    assert attempt.right == 1


def test_an_exam_asks_its_own_gaps_and_no_open_questions(tmp_path: Path) -> None:
    _, slots = begin(tmp_path, "quiz: exam")
    assert set(slots) == {name for name, *_ in FORMAT} - {"open"}
