"""Items are recognised after edits, moves and renames, and never taken for another."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.identity import Known, MatchStage, match, resembling
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings
from tests.obsidian.vault_life import Desk


def content(prompt: str, answer: str = "An answer of its own", kind: Kind = Kind.BASIC) -> Content:
    return Content(kind, prompt, answer)


def known(key: str, what: Content, path: str = "a.md", **more: object) -> Known:
    return Known(key, path, what, **more)  # type: ignore[arg-type]


def draft(what: Content, path: str = "a.md", explicit_id: str = "") -> ItemDraft:
    return ItemDraft(what, Status.READY, "S1", path, (1, 2), explicit_id=explicit_id)


QUEUE = content("What hides a message after it was received?", "The visibility timeout")
TOPIC = content("What fans a message out?", "A topic with subscriptions")


def test_nothing_changed() -> None:
    found = match([known("1", QUEUE), known("2", TOPIC)], [draft(TOPIC), draft(QUEUE)])
    assert {n: m.key for n, m in found.matched.items()} == {0: "2", 1: "1"}
    assert all(m.stage is MatchStage.CONTENT_AND_PATH for m in found.matched.values())
    assert found.vanished == ()


def test_the_gaps_of_one_text_keep_apart_when_it_is_mended() -> None:
    text = "The exam has {} questions, of which {} are scored; {} minutes are allowed for it all."
    gaps = ("65", "50", "130")

    def clozes(text: str) -> list[Content]:
        return [
            content(
                text.format(*("[…]" if gap == other else other for other in gaps)), gap, Kind.CLOZE
            )
            for gap in gaps
        ]

    before = [known(c.answer, c) for c in clozes(text)]
    found = match(before, [draft(c) for c in clozes(text.replace("allowed", "alowed"))])
    assert [found.matched[n].key for n in range(3)] == list(gaps)


def items_of(*lines: str) -> tuple[ItemDraft, ...]:
    """The items of a note."""
    return parse_note("a.md", "\n".join(lines).encode(), VaultSettings()).items


def as_known(items: Sequence[ItemDraft], **more: object) -> list[Known]:
    """``items`` as an import keeps them; their keys are their answers."""
    return [
        Known(i.content.answer, i.path, i.content, i.explicit_id, i.group, **more)  # type: ignore[arg-type]
        for i in items
    ]


def recognised(before: Sequence[Known], after: Sequence[ItemDraft]) -> list[tuple[str, str]]:
    """(answer before, answer now) of what was matched, in the order of ``after``."""
    found = match(before, after).matched
    return [(found[n].key, item.content.answer) for n, item in enumerate(after) if n in found]


LIFETIME = (
    "> [!question|cloze] Lifetimes",
    "> An ID token lives ==an hour==, a refresh token ==30 days== and at most ==ten years==.",
)


def test_a_reworded_gap_keeps_its_history_with_an_id_and_without() -> None:
    reworded = [line.replace("30 days", "a month") for line in LIFETIME]
    expected = [("an hour", "an hour"), ("30 days", "a month"), ("ten years", "ten years")]
    for block_id in (("", "^lifetime"), ()):
        before = as_known(items_of(*LIFETIME, *block_id))
        assert recognised(before, items_of(*reworded, *block_id)) == expected


def test_an_id_holds_its_gaps_together_when_all_of_the_text_is_new() -> None:
    after = items_of(
        "> [!question|cloze] How long?",
        "> ==One hour== is what access takes; renewing ends after ==thirty days== or ==10 years==.",
        "",
        "^lifetime",
    )
    before = as_known(items_of(*LIFETIME, "", "^lifetime"))
    assert ("30 days", "thirty days") in recognised(before, after)


def test_a_gap_in_another_place_of_the_same_text_is_another_item() -> None:
    plain = LIFETIME[1].replace("==", "")
    before = as_known(items_of(LIFETIME[0], plain.replace("an hour", "==an hour==")))
    after = items_of(LIFETIME[0], plain.replace("ten years", "==ten years=="))
    assert recognised(before, after) == []


def test_a_gap_more_or_less_leaves_the_others_alone() -> None:
    less = [line.replace("==30 days==", "30 days") for line in LIFETIME]
    assert recognised(as_known(items_of(*less)), items_of(*LIFETIME)) == [
        ("an hour", "an hour"),
        ("ten years", "ten years"),
    ]
    assert recognised(as_known(items_of(*LIFETIME)), items_of(*less)) == [
        ("an hour", "an hour"),
        ("ten years", "ten years"),
    ]


def test_in_a_renamed_note_a_reworded_question_is_looked_for_first() -> None:
    """Its double in another note was reworded as well; only the place tells them apart."""
    double = replace(QUEUE, answer="The visibility timeout of it")
    before = [known("1", QUEUE, "a.md"), known("2", TOPIC, "a.md"), known("3", double, "b.md")]
    prompt = "What hides the message after it was received?"
    after = [
        draft(replace(QUEUE, prompt=prompt, answer="Visibility timeout"), "new.md"),
        draft(TOPIC, "new.md"),
        draft(replace(double, prompt=prompt, answer="Visibility timeout of it"), "b.md"),
    ]
    assert {n: m.key for n, m in match(before, after).matched.items()} == {0: "1", 1: "2", 2: "3"}


def test_one_that_resembles_many_is_none_of_them() -> None:
    """The third likest of many is no match either, and asking is no error."""
    words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda"
    before = [known(str(n), content(f"{words} {'x' * n}?", f"Answer {n}")) for n in range(1, 7)]
    after = [draft(content(f"{words} {'y' * n}?", f"Reply {n}")) for n in range(1, 7)]
    assert not match(before, after).matched


def test_what_resembles_is_found_wherever_it_stands() -> None:
    """And the likest comes first, without comparing all with all."""
    gone = [content(f"What does service{n} keep?", f"Thing{n} and stuff{n}") for n in range(900)]
    new = [content(f"What does part{n} send?", f"Other{n} and more{n}") for n in range(900)]
    new[3] = content("Which does service880 hold now?", "Thing880 and stuff880")
    new[850] = content("What does service2 keep?", "Thing2, stuff2")
    found = list(resembling(gone, new))
    assert [(one, other) for one, other, _ in found] == [(2, 850), (880, 3)]
    assert found[0][2] > found[1][2]


def test_an_explicit_id_survives_any_rewording() -> None:
    found = match(
        [known("1", QUEUE, explicit_id="q-hide"), known("2", TOPIC)],
        [draft(content("Quite another text", "Quite so"), "moved.md", "q-hide")],
    )
    assert found.matched[0].key == "1"
    assert found.matched[0].stage is MatchStage.EXPLICIT_ID
    assert found.vanished == ("2",)


def test_the_same_explicit_id_in_two_notes_stays_with_its_note() -> None:
    found = match(
        [known("1", QUEUE, "a.md", explicit_id="q1"), known("2", TOPIC, "b.md", explicit_id="q1")],
        [draft(TOPIC, "b.md", "q1"), draft(QUEUE, "a.md", "q1")],
    )
    assert {n: m.key for n, m in found.matched.items()} == {0: "2", 1: "1"}


def test_the_same_explicit_id_in_a_second_note_is_another_item() -> None:
    found = match(
        [known("1", QUEUE, "a.md", explicit_id="q1")],
        [draft(QUEUE, "a.md", "q1"), draft(TOPIC, "b.md", "q1")],
    )
    assert {n: m.key for n, m in found.matched.items()} == {0: "1"}


def test_a_moved_item_keeps_its_history() -> None:
    found = match([known("1", QUEUE, "a.md")], [draft(QUEUE, "folder/b.md")])
    assert found.matched[0].stage is MatchStage.CONTENT


def test_a_new_answer_keeps_the_history_of_the_question() -> None:
    found = match([known("1", QUEUE)], [draft(replace(QUEUE, answer="It depends"))])
    assert found.matched[0].stage is MatchStage.QUESTION_AND_PATH


def test_a_reworded_question_is_matched_by_its_answer() -> None:
    other = replace(QUEUE, prompt="After receiving, why does nobody else see it?")
    assert match([known("1", QUEUE)], [draft(other)]).matched[0].stage is MatchStage.ANSWER_AND_PATH


def test_a_small_edit_of_both_is_matched_by_similarity_and_said_so() -> None:
    other = content("What hides the message after it has been received?", "Its visibility timeout")
    found = match([known("1", QUEUE), known("2", TOPIC)], [draft(other, "b.md")])
    assert found.matched[0].key == "1"
    assert found.matched[0].by_similarity
    assert 0.6 <= found.matched[0].score < 1


def test_another_question_is_new() -> None:
    found = match([known("1", QUEUE)], [draft(content("Why is the sky blue?", "Scattering"))])
    assert found.matched == {}
    assert found.vanished == ("1",)


def test_a_short_answer_says_nothing_about_identity() -> None:
    old = content("A topic keeps messages.", "False", Kind.TRUE_FALSE)
    new = content("Lambda runs for an hour.", "False", Kind.TRUE_FALSE)
    assert match([known("1", old)], [draft(new)]).matched == {}


def test_two_equal_candidates_are_not_told_apart_by_chance() -> None:
    pair = [known("1", QUEUE, "a.md"), known("2", QUEUE, "b.md")]
    assert match(pair, [draft(QUEUE, "c.md")]).matched == {}
    assert match(pair, [draft(QUEUE, "b.md")]).matched[0].key == "2"


def test_what_a_note_says_twice_in_the_same_words_keeps_both_histories() -> None:
    twins = [known("1", QUEUE, "a.md"), known("2", QUEUE, "a.md")]
    found = match(twins, [draft(QUEUE, "a.md"), draft(QUEUE, "a.md")])
    assert [found.matched[number].key for number in (0, 1)] == ["1", "2"]
    fewer = match(twins, [draft(QUEUE, "a.md")])
    assert (fewer.matched[0].key, fewer.vanished) == ("1", ("2",))


def test_an_archived_item_comes_back() -> None:
    found = match([known("1", QUEUE, archived=True)], [draft(QUEUE, "b.md")])
    assert found.matched[0].key == "1"
    assert match([known("1", QUEUE, archived=True)], []).vanished == ()


def test_a_live_item_goes_before_an_archived_one() -> None:
    both = [known("old", QUEUE, archived=True), known("live", QUEUE)]
    assert match(both, [draft(QUEUE)]).matched[0].key == "live"


def test_both_directions_of_a_card_stay_apart() -> None:
    there = content("Visibility timeout", "The time a message stays hidden")
    back = content("The time a message stays hidden", "Visibility timeout", Kind.REVERSED)
    found = match([known("1", there), known("2", back)], [draft(back), draft(there)])
    assert {n: m.key for n, m in found.matched.items()} == {0: "2", 1: "1"}


WORDS = st.text("abc ?", max_size=12)
CONTENTS = st.builds(
    content, WORDS, WORDS, st.sampled_from([Kind.BASIC, Kind.CLOZE, Kind.REVERSED])
)
PATHS = st.sampled_from(["a.md", "b.md"])
IDS = st.sampled_from(["", "", "x", "y"])


@given(
    st.lists(st.tuples(CONTENTS, PATHS, IDS, st.booleans()), max_size=8),
    st.lists(st.tuples(CONTENTS, PATHS, IDS), max_size=8),
)
def test_every_item_is_matched_at_most_once(
    before: list[tuple[Content, str, str, bool]], after: list[tuple[Content, str, str]]
) -> None:
    items = [
        Known(str(number), path, what, explicit_id, archived)
        for number, (what, path, explicit_id, archived) in enumerate(before)
    ]
    found = match(items, [draft(*row) for row in after])
    keys = [m.key for m in found.matched.values()]
    assert len(keys) == len(set(keys))
    assert not set(keys) & set(found.vanished)
    live = {item.key for item in items if not item.archived}
    assert set(found.vanished) == live - set(keys)


@given(st.lists(st.tuples(CONTENTS, PATHS), max_size=8))
def test_matching_what_did_not_change_swaps_nothing(rows: list[tuple[Content, str]]) -> None:
    items = [Known(str(number), path, what) for number, (what, path) in enumerate(rows)]
    found = match(items, [draft(what, path) for what, path in rows])
    for number, item in found.matched.items():
        assert rows[int(item.key)] == rows[number]


# --- the gate: at least 99.5% of histories kept, at most 0.3% wrong -----------------------------


@dataclass(slots=True)
class Keeper:
    """Keeps a vault's items as an import does, and remembers whose each truly is."""

    live: dict[str, ItemDraft] = field(default_factory=dict)
    archived: dict[str, ItemDraft] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)  # true name -> the key it was given
    owner: dict[str, str] = field(default_factory=dict)  # key -> the true name it was given to

    def take_in(self, desk: Desk) -> dict[str, str]:
        """Match what lies on the ``desk`` with what is there: true name -> key."""
        rows = list(desk.items())
        there = [self._known(key, item) for key, item in self.live.items()]
        there += [self._known(key, item, archived=True) for key, item in self.archived.items()]
        found = match(there, [item for item, _ in rows])
        keys, live = {}, {}
        for number, (item, name) in enumerate(rows):
            if (match_found := found.matched.get(number)) is not None:
                key = match_found.key
            else:
                key = str(len(self.owner))
                self.owner[key] = name
                self.first.setdefault(name, key)
            keys[name], live[key] = key, item
        gone = {key: item for key, item in self.live.items() if key not in live}
        self.archived = {k: i for k, i in self.archived.items() if k not in live} | gone
        self.live = live
        return keys

    def _known(self, key: str, item: ItemDraft, *, archived: bool = False) -> Known:
        return Known(key, item.path, item.content, item.explicit_id, item.group, archived)


@pytest.mark.parametrize("with_ids", [True, False])
def test_histories_survive_ten_rounds_of_work_in_a_vault(with_ids: bool) -> None:
    """Counted at the end of all rounds: an item that was lost on the way stays lost."""
    kept = wrong = total = 0
    for seed in range(3):
        desk, keeper = Desk.sample(seed, with_ids=with_ids), Keeper()
        keys = keeper.take_in(desk)
        for _ in range(10):
            desk.work()
            keys = keeper.take_in(desk)
        for name, key in keys.items():
            total += 1
            kept += keeper.first.get(name) == key
            wrong += keeper.owner[key] != name
    assert total > 500
    assert kept / total >= 0.995
    assert wrong / total <= 0.003


def test_a_letter_lost_in_a_quarter_of_all_lines_costs_nobody_a_history() -> None:
    desk, keeper = Desk.sample(1, with_ids=False), Keeper()
    before = keeper.take_in(desk)
    for _ in range(3):
        desk.lose_letters()
        assert keeper.take_in(desk) == before


def edited(text: str, chance: random.Random) -> str:
    """``text`` as somebody mends it: a word gone, doubled, swapped or misspelt, one in eight."""
    words = text.split(" ")
    for _ in range(max(1, len(words) // 8)):
        at = chance.randrange(len(words))
        kind = chance.randrange(4)
        if kind == 0 and len(words) > 3:
            del words[at]
        elif kind == 1:
            words.insert(at, chance.choice(["also", "really", "usually", "then"]))
        elif kind == 2:
            words[at] = words[at][1:] or words[at]
        else:
            words[at] = words[at].upper()
    return " ".join(words)


def test_five_thousand_items_take_well_under_a_second() -> None:
    chance = random.Random(1)
    words = [f"word{n}" for n in range(3000)]
    texts = [" ".join(chance.choices(words, k=25)) for _ in range(5000)]
    items = [
        known(str(n), content(text, text[::-1]), f"{n % 100}.md") for n, text in enumerate(texts)
    ]
    drafts = [
        draft(content(edited(text, chance), edited(text[::-1], chance)), f"{n % 100}.md")
        if n % 10 == 0
        else draft(content(text, text[::-1]), f"{n % 100}.md")
        for n, text in enumerate(texts)
    ]
    # The best of three: other work on the machine must not decide.
    spans = []
    for _ in range(3):
        begin = time.process_time()
        found = match(items, drafts)
        spans.append(time.process_time() - begin)
    assert [m.key for m in found.matched.values()] == [str(n) for n in range(5000)]
    assert min(spans) < 1.0
