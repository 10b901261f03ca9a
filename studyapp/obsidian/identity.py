"""Which known item an extracted one is: so that a learner's history survives edits and moves.

Stages are tried from the surest sign to the faintest, each only where exactly one known item and
one draft share the sign; whom a stage has matched is out of the game. Archived items take part, so
that a question that comes back has its history again, but a live one goes first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from studyapp.items.values import Content, Kind, normalise
from studyapp.obsidian.values import ItemDraft

THRESHOLD = 0.6
"""Likeness from which an item is taken for an edited one (measured; see the simulation test)."""

LEAD = 0.05
"""By how much the likeliest must beat the next: closer ones are not told apart."""

MIN_ANSWER = 12
"""Characters from which an answer is a sign by itself: "True" or "30" says nothing."""

CANDIDATES = 8
"""How many known items, those sharing most rare words, are compared with a draft in full."""

COMMON = 40
"""A word in more items than this is no help in finding candidates."""

_WORD = re.compile(r"\w{3,}")


class MatchStage(StrEnum):
    """By which sign an item was recognised, surest first."""

    TOLD = "told"
    EXPLICIT_ID = "explicit id"
    CONTENT_AND_PATH = "content and path"
    CONTENT = "content"
    QUESTION_AND_PATH = "question and path"
    ANSWER_AND_PATH = "answer and path"
    ANSWER = "answer"
    QUESTION = "question"
    SIMILARITY = "similarity"


@dataclass(frozen=True, slots=True)
class Known:
    """An item that is there already, under the ``key`` of whoever keeps it. ``archived``: it stood
    nowhere in the last import."""

    key: str
    path: str
    content: Content
    explicit_id: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The known item that a draft is; ``score`` is 1 unless it was recognised by similarity."""

    key: str
    stage: MatchStage
    score: float = 1.0

    @property
    def by_similarity(self) -> bool:
        """True when a person should have a look."""
        return self.stage is MatchStage.SIMILARITY


@dataclass(frozen=True, slots=True)
class Matching:
    """``matched``: index of the draft -> its known item; drafts that are not in it are new.
    ``vanished``: the keys of live items that no draft is, in the order given."""

    matched: Mapping[int, Match]
    vanished: tuple[str, ...]


def match(
    known: Sequence[Known], drafts: Sequence[ItemDraft], told: Mapping[int, str] | None = None
) -> Matching:
    """Decide for every draft which known item it is, if any. Near-linear in their number.

    ``told`` says it of those drafts (by their index) that the caller knows: whose author edited the
    question itself.
    """
    game = _Game(
        [_Face.of(item.path, item.explicit_id, item.content) for item in known],
        [_Face.of(draft.path, draft.explicit_id, draft.content) for draft in drafts],
        [item.archived for item in known],
    )
    indexes = {item.key: index for index, item in enumerate(known)}
    for draft, key in (told or {}).items():
        game.settle(draft, indexes[key], MatchStage.TOLD, 1.0)
    for stage, sign in _STAGES:
        game.play(stage, sign)
    # The gaps of one text differ in little but their answers, so those are looked at first.
    game.play_similarity(same_gap=True)
    game.play_similarity()
    matched = {
        draft: Match(known[index].key, stage, score)
        for draft, (index, stage, score) in sorted(game.matched.items())
    }
    left = [known[index] for index in game.known_left]
    return Matching(matched, tuple(item.key for item in left if not item.archived))


@dataclass(frozen=True, slots=True)
class _Face:
    """What an item is recognised by. ``family`` keeps apart siblings whose texts overlap."""

    path: str
    explicit_id: str
    family: str
    question: str
    answer: str
    text: str

    @classmethod
    def of(cls, path: str, explicit_id: str, content: Content) -> _Face:
        family = content.kind.value if content.kind in (Kind.REVERSED, Kind.CLOZE) else ""
        question = normalise(content.prompt)
        answer = normalise(_key_in_full(content))
        return cls(path, explicit_id, family, question, answer, f"{question}\n{answer}")

    @property
    def telling_answer(self) -> str:
        return self.answer if len(self.answer) >= MIN_ANSWER else ""


def _key_in_full(content: Content) -> str:
    """The answer with everything offered beside it, so that the wording of options counts."""
    if content.kind is Kind.TRUE_FALSE:
        return content.answer
    texts = [option.text for option in content.options]
    texts += [f"{pair.left} {pair.right}" for pair in content.pairs]
    return "\n".join(sorted(texts)) or content.answer


_Sign = Callable[[_Face], Hashable | None]

_STAGES: tuple[tuple[MatchStage, _Sign], ...] = (
    # An id that two notes happen to share still names one item in each.
    (MatchStage.EXPLICIT_ID, lambda f: (f.explicit_id, f.path) if f.explicit_id else None),
    (MatchStage.EXPLICIT_ID, lambda f: f.explicit_id or None),
    (MatchStage.CONTENT_AND_PATH, lambda f: (f.family, f.text, f.path)),
    (MatchStage.CONTENT, lambda f: (f.family, f.text)),
    (
        MatchStage.QUESTION_AND_PATH,
        lambda f: (f.family, f.question, f.path) if f.question else None,
    ),
    (
        MatchStage.ANSWER_AND_PATH,
        lambda f: (f.family, f.telling_answer, f.path) if f.telling_answer else None,
    ),
    (MatchStage.ANSWER, lambda f: (f.family, f.telling_answer) if f.telling_answer else None),
    (MatchStage.QUESTION, lambda f: (f.family, f.question) if f.question else None),
)


@dataclass(slots=True)
class _Game:
    """The known items and drafts that are still without each other."""

    known: Sequence[_Face]
    drafts: Sequence[_Face]
    archived: Sequence[bool]
    known_left: dict[int, None] = field(init=False)
    drafts_left: dict[int, None] = field(init=False)
    matched: dict[int, tuple[int, MatchStage, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known_left = dict.fromkeys(range(len(self.known)))
        self.drafts_left = dict.fromkeys(range(len(self.drafts)))

    def play(self, stage: MatchStage, sign: _Sign) -> None:
        """Match the pairs that alone share a sign."""
        live = _grouped(sign, self.known, (k for k in self.known_left if not self.archived[k]))
        gone = _grouped(sign, self.known, (k for k in self.known_left if self.archived[k]))
        for shared, drafts in _grouped(sign, self.drafts, self.drafts_left).items():
            candidates = live.get(shared) or gone.get(shared) or []
            if len(drafts) == 1 and len(candidates) == 1:
                self.settle(drafts[0], candidates[0], stage, 1.0)

    def play_similarity(self, *, same_gap: bool = False) -> None:
        """Match what is alike enough, the likest first; with ``same_gap``, only clozes that leave
        the same words out."""
        pairs = sorted(
            self._similar_pairs(same_gap),
            key=lambda pair: (-pair[0], self.archived[pair[2]], pair[1:]),
        )
        by_draft: defaultdict[int, list[float]] = defaultdict(list)
        by_known: defaultdict[int, list[float]] = defaultdict(list)
        for score, draft, known in pairs:
            by_draft[draft].append(score)
            by_known[known].append(score)
        for score, draft, known in pairs:
            if draft not in self.drafts_left or known not in self.known_left:
                continue
            if _stands_out(score, by_draft[draft]) and _stands_out(score, by_known[known]):
                self.settle(draft, known, MatchStage.SIMILARITY, score)

    def _similar_pairs(self, same_gap: bool) -> list[tuple[float, int, int]]:
        """``(score, draft, known)`` of the pairs that are alike enough, among those that share
        rare words: so the work grows with the number of drafts, not with its square."""
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for index in self.known_left:
            for word in set(_WORD.findall(self.known[index].text)):
                holders[word].append(index)
        pairs = []
        for draft in self.drafts_left:
            face = self.drafts[draft]
            shared: Counter[int] = Counter()
            for word in set(_WORD.findall(face.text)):
                holding = holders.get(word, ())
                if len(holding) <= COMMON:
                    shared.update(holding)
            if same_gap:
                for known in list(shared):
                    if not _same_gap(self.known[known], face):
                        del shared[known]
            likeliest = sorted(shared, key=lambda known: (-shared[known], known))[:CANDIDATES]
            for known in likeliest:
                if (score := _likeness(self.known[known], face)) >= THRESHOLD:
                    pairs.append((score, draft, known))
        return pairs

    def settle(self, draft: int, known: int, stage: MatchStage, score: float) -> None:
        """The draft is the known item; both are out of the game."""
        self.matched[draft] = (known, stage, score)
        del self.drafts_left[draft]
        del self.known_left[known]


def _same_gap(one: _Face, other: _Face) -> bool:
    return one.family == other.family == Kind.CLOZE.value and one.answer == other.answer


def _stands_out(score: float, scores: Sequence[float]) -> bool:
    """Whether ``score`` is the best of ``scores`` (best first, itself among them), and no other
    comes close."""
    best, *others = scores[:2]
    return score == best and all(score - other >= LEAD for other in others)


def _grouped(
    sign: _Sign, faces: Sequence[_Face], indexes: Iterable[int]
) -> dict[Hashable, list[int]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index in indexes:
        if (value := sign(faces[index])) is not None:
            groups[value].append(index)
    return groups


def _likeness(one: _Face, other: _Face) -> float:
    """From 0 (nothing in common) to 1; 0 as well where two authors' ids say they are two."""
    if one.family != other.family:
        return 0.0
    if one.explicit_id and other.explicit_id and one.explicit_id != other.explicit_id:
        return 0.0
    return fuzz.ratio(one.text, other.text, score_cutoff=100 * THRESHOLD) / 100
