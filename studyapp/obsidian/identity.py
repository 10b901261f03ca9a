"""Which known item an extracted one is: so that a learner's history survives edits and moves.

Stages are tried from the surest sign to the faintest, each only where exactly one known item and
one draft share the sign; whom a stage has matched is out of the game. Archived items take part, so
that a question that comes back has its history again, but a live one goes first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from studyapp.items.values import Content, Kind, normalise
from studyapp.obsidian.extract.deletions import GAP
from studyapp.obsidian.values import ItemDraft

THRESHOLD = 0.6
"""Likeness from which an item is taken for an edited one (measured; see the simulation test)."""

LEAD = 0.05
"""By how much the likeliest must beat the next: closer ones are not told apart."""

AT_HOME = 0.1
"""What standing in the same note adds when candidates are compared with each other."""

ALIVE = 0.1
"""What standing in the vault now adds, when compared with an archived one."""

RESEMBLES = 0.4
"""Likeness from which a person is asked whether a new item is one that vanished."""

COMPARED = 3000
"""Vanished and new questions, of each, among which such are worth looking for."""

PAIRED = 60
"""Pairs of them that a person is shown."""

AROUND = 20
"""Characters before and after a gap by which its spot is recognised."""

SAME_SPOT = 0.4
"""Likeness from which a gap, between the same neighbours, is taken for an edited one."""

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
    """An item that is there already, under the ``key`` of whoever keeps it. Siblings share their
    ``group`` (within a path). ``archived``: it stood nowhere in the last import."""

    key: str
    path: str
    content: Content
    explicit_id: str = ""
    group: str = ""
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
    known: Iterable[Known], drafts: Iterable[ItemDraft], told: Mapping[int, str] | None = None
) -> Matching:
    """Decide for every draft which known item it is, if any. Near-linear in their number; of each
    only what it is recognised by is kept. Where nothing is known no draft is looked at.

    ``told`` says it of those drafts (by their index) that the caller knows: whose author edited the
    question itself.
    """
    keys: list[str] = []
    archived: list[bool] = []
    faces: list[_Face] = []
    for item in known:
        keys.append(item.key)
        archived.append(item.archived)
        faces.append(_Face.of(item.path, item.explicit_id, item.group, item.content))
    if not faces:
        return Matching({}, ())
    game = _Game(
        faces,
        [_Face.of(draft.path, draft.explicit_id, draft.group, draft.content) for draft in drafts],
        archived,
    )
    indexes = {key: index for index, key in enumerate(keys)}
    for draft, key in (told or {}).items():
        game.settle(draft, indexes[key], MatchStage.TOLD, 1.0)
    for stage, sign in _SURE_STAGES:
        game.play(stage, sign)
    game.follow_notes()
    for stage, sign in _STAGES:
        game.play(stage, sign)
    game.play_siblings()
    game.play_similarity()
    matched = {
        draft: Match(keys[index], stage, score)
        for draft, (index, stage, score) in sorted(game.matched.items())
    }
    left = (index for index in game.known_left if not archived[index])
    return Matching(matched, tuple(keys[index] for index in left))


def resembling(gone: Sequence[Content], new: Sequence[Content]) -> Iterator[tuple[int, int, float]]:
    """Which of the ``gone`` each of the ``new`` might be, by their indexes with the likeness, the
    likest first and each at most once: for a person to say. Near-linear in their number."""
    pairs = []
    faces = [_Face.of("", "", "", content) for content in gone]
    likely = _Likely((face.text, index) for index, face in enumerate(faces))
    for number, content in enumerate(new):
        face = _Face.of("", "", "", content)
        for index in likely.to(face.text):
            other = faces[index]
            score = fuzz.token_sort_ratio(other.text, face.text, score_cutoff=100 * RESEMBLES) / 100
            if score >= RESEMBLES and face.is_gap == other.is_gap:
                pairs.append((score, index, number))
    taken_gone: set[int] = set()
    taken_new: set[int] = set()
    for score, index, number in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if index not in taken_gone and number not in taken_new:
            taken_gone.add(index)
            taken_new.add(number)
            yield index, number, score


def answer_changed_much(before: Content, after: Content) -> bool:
    """Whether somebody who learnt the answer ``before`` has something else to learn now: another
    number, another order, an option that was right and is wrong (or the other way), or a text that
    is less than ``THRESHOLD`` alike."""
    if before.number and after.number and before.number != after.number:
        return True
    (right, wrong), (right_now, wrong_now) = _options(before), _options(after)
    if set(right) & set(wrong_now) or set(wrong) & set(right_now):
        return True
    if after.kind is Kind.ORDER and right != right_now and sorted(right) == sorted(right_now):
        return True
    return fuzz.ratio(normalise(before.answer), normalise(after.answer)) < 100 * THRESHOLD


def _options(content: Content) -> tuple[list[str], list[str]]:
    """The texts of the right options and of the wrong ones, in their order."""
    texts: tuple[list[str], list[str]] = ([], [])
    for option in content.options:
        texts[not option.correct].append(normalise(option.text))
    return texts


@dataclass(frozen=True, slots=True)
class _Face:
    """What an item is recognised by. ``family`` keeps apart siblings whose texts overlap; ``kin``
    is what siblings have in common. ``revealed`` is a cloze's text, ``before`` and ``after`` are
    the words around its gap."""

    path: str
    explicit_id: str
    family: str
    kin: str
    question: str
    answer: str
    revealed: str = ""
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, path: str, explicit_id: str, group: str, content: Content) -> _Face:
        family = content.kind.value if content.kind in (Kind.REVERSED, Kind.CLOZE) else ""
        kin = group or explicit_id.partition("/")[0]
        question = normalise(content.prompt)
        answer = normalise(_key_in_full(content))
        if content.kind is Kind.CLOZE:
            revealed = normalise(content.revealed.replace("==", "") or content.prompt)
            before, _, after = question.partition(GAP)
            return cls(path, explicit_id, family, kin, question, answer, revealed, before, after)
        return cls(path, explicit_id, family, kin, question, answer)

    @property
    def text(self) -> str:
        """What siblings say together."""
        if self.is_gap:
            return self.revealed
        return "\n".join(
            (self.answer, self.question) if self.family else (self.question, self.answer)
        )

    @property
    def is_gap(self) -> bool:
        return self.family == Kind.CLOZE.value

    @property
    def name(self) -> str:
        """The author's id, which siblings share."""
        return self.explicit_id.partition("/")[0]

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

_Stage = tuple[MatchStage, _Sign]

_SURE_STAGES: tuple[_Stage, ...] = (
    # An id that two notes happen to share still names one item in each.
    (MatchStage.EXPLICIT_ID, lambda f: (f.explicit_id, f.path) if f.explicit_id else None),
    (MatchStage.EXPLICIT_ID, lambda f: f.explicit_id or None),
    (MatchStage.CONTENT_AND_PATH, lambda f: (f.family, f.question, f.answer, f.path)),
    (MatchStage.CONTENT, lambda f: (f.family, f.question, f.answer)),
)

_STAGES: tuple[_Stage, ...] = (
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


_Unit = tuple[int, ...]
"""The indexes of siblings in their order; most items have none and are alone."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A draft and a known item, or two groups of siblings, that are alike. ``rank`` is what they
    are compared by with others: staying in the same note counts too."""

    rank: float
    drafts: _Unit
    known: _Unit
    archived: bool


@dataclass(slots=True)
class _Game:
    """The known items and drafts that are still without each other."""

    known: list[_Face]
    drafts: list[_Face]
    archived: Sequence[bool]
    known_units: list[_Unit] = field(init=False)
    draft_units: list[_Unit] = field(init=False)
    known_left: dict[int, None] = field(init=False)
    drafts_left: dict[int, None] = field(init=False)
    matched: dict[int, tuple[int, MatchStage, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known_units = _units(self.known)
        self.draft_units = _units(self.drafts)
        self.known_left = dict.fromkeys(range(len(self.known)))
        self.drafts_left = dict.fromkeys(range(len(self.drafts)))

    def play(self, stage: MatchStage, sign: _Sign) -> None:
        """Match the pairs that alone share a sign. What one note says several times in the same
        words is matched in order: whichever it is, its history is of that question."""
        live = _grouped(sign, self.known, (k for k in self.known_left if not self.archived[k]))
        gone = _grouped(sign, self.known, (k for k in self.known_left if self.archived[k]))
        for shared, drafts in _grouped(sign, self.drafts, self.drafts_left).items():
            candidates = live.get(shared) or gone.get(shared) or []
            is_alone = len(drafts) == 1 and len(candidates) == 1
            if is_alone or stage is MatchStage.CONTENT_AND_PATH:
                for draft, known in zip(drafts, candidates, strict=False):
                    self.settle(draft, known, stage, 1.0)

    def follow_notes(self) -> None:
        """Where most of a note's recognised items stand in another note now, it was renamed: its
        other items are at home there."""
        moves: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for draft, (known, _, _) in self.matched.items():
            moves[self.known[known].path][self.drafts[draft].path] += 1
        for index in self.known_left:
            face = self.known[index]
            if face.path in moves:
                ((path, _),) = moves[face.path].most_common(1)
                self.known[index] = replace(face, path=path)

    def play_siblings(self) -> None:
        """Where siblings are recognised, or the author's id names them all, find the others."""
        unit_of = {member: unit for unit in self.known_units for member in unit}
        named: defaultdict[str, list[_Unit]] = defaultdict(list)
        for unit in self.known_units:
            if name := self.known[unit[0]].name:
                named[name].append(unit)
        for drafts in self.draft_units:
            if not any(draft in self.drafts_left for draft in drafts):
                continue
            votes = Counter(unit_of[self.matched[d][0]] for d in drafts if d in self.matched)
            same_name = named.get(self.drafts[drafts[0]].name, [])
            if votes:
                self._align(drafts, votes.most_common(1)[0][0])
            elif len(same_name) == 1:
                self._align(drafts, same_name[0])

    def play_similarity(self) -> None:
        """Match what is alike enough, the likest first, where no other comes close."""
        pairs = sorted(
            self._similar_pairs(), key=lambda p: (-p.rank, p.archived, p.drafts, p.known)
        )
        rivals: defaultdict[tuple[str, _Unit], list[_Pair]] = defaultdict(list)
        for pair in pairs:
            rivals["draft", pair.drafts].append(pair)
            rivals["known", pair.known].append(pair)
        open_pairs = dict.fromkeys(pairs)
        settled = True
        while settled:
            settled = False
            for pair in list(open_pairs):
                beside = rivals["draft", pair.drafts] + rivals["known", pair.known]
                others = [other for other in beside if other in open_pairs and other != pair]
                if pair in open_pairs and all(pair.rank - o.rank >= LEAD for o in others):
                    self._align(pair.drafts, pair.known)
                    for gone in (pair, *others):
                        open_pairs.pop(gone, None)
                    settled = True

    def _similar_pairs(self) -> Iterator[_Pair]:
        """The pairs that are alike enough, among those that share rare words: so the work grows
        with the number of drafts, not with its square."""
        if not self.known_left:
            return
        likely = _Likely(
            (self.known[unit[0]].text, unit) for unit in _still(self.known_units, self.known_left)
        )
        for drafts in _still(self.draft_units, self.drafts_left):
            face = self.drafts[drafts[0]]
            for unit in likely.to(face.text):
                other = self.known[unit[0]]
                if (score := _likeness(other, face)) >= THRESHOLD:
                    archived = self.archived[unit[0]]
                    rank = score + AT_HOME * (other.path == face.path) + ALIVE * (not archived)
                    yield _Pair(rank, drafts, unit, archived)

    # --- siblings ---------------------------------------------------------------------------

    def _align(self, drafts: _Unit, known: _Unit) -> None:
        """Match what is left of the siblings ``drafts`` with what is left of ``known``: the same
        answers, then those between the same neighbours in their order, then what is alike."""
        pairs = [
            (self._kinship(draft, one), draft, one)
            for draft in drafts
            for one in known
            if draft in self.drafts_left and one in self.known_left
        ]
        self._settle_best(pairs, 1.0)
        for ours, theirs in self._runs(drafts, known):
            if len(ours) == len(theirs):
                for draft, one in zip(ours, theirs, strict=True):
                    self._settle_best([(self._kinship(draft, one), draft, one)], SAME_SPOT)
        self._settle_best(pairs, THRESHOLD)

    def _settle_best(self, pairs: Iterable[tuple[float, int, int]], least: float) -> None:
        """Match the pairs, the likest first, that are ``least`` alike."""
        for score, draft, one in sorted(pairs, key=lambda p: (-p[0], self.archived[p[2]], p[1:])):
            if score >= least and draft in self.drafts_left and one in self.known_left:
                self.settle(draft, one, MatchStage.SIMILARITY, score)

    def _runs(self, drafts: _Unit, known: _Unit) -> Iterator[tuple[list[int], list[int]]]:
        """The siblings left, drafts and known ones, that follow the same recognised one."""
        found = {self.matched[draft][0] for draft in drafts if draft in self.matched}
        ours: defaultdict[int, list[int]] = defaultdict(list)
        theirs: defaultdict[int, list[int]] = defaultdict(list)
        last = -1
        for draft in drafts:
            if draft in self.matched:
                last = self.matched[draft][0]
            else:
                ours[last].append(draft)
        last = -1
        for one in known:
            if one in found:
                last = one
            elif one in self.known_left and not self.archived[one]:
                theirs[last].append(one)
        for last, run in ours.items():
            yield run, theirs[last]

    def _kinship(self, draft: int, known: int) -> float:
        """How alike two siblings are, whose texts are: by what they ask for, or its spot."""
        one, other = self.drafts[draft], self.known[known]
        if one.family != other.family:
            return 0.0
        if not one.is_gap:
            return _likeness(one, other)
        if one.answer == other.answer:
            return 1.0
        before = fuzz.ratio(one.before[-AROUND:], other.before[-AROUND:])
        after = fuzz.ratio(one.after[:AROUND], other.after[:AROUND])
        return max(fuzz.ratio(one.answer, other.answer), (before + after) / 2) / 100

    def settle(self, draft: int, known: int, stage: MatchStage, score: float) -> None:
        """The draft is the known item; both are out of the game."""
        self.matched[draft] = (known, stage, score)
        del self.drafts_left[draft]
        del self.known_left[known]


Named = TypeVar("Named", int, _Unit)


class _Likely(Generic[Named]):
    """Finds which texts share rare words with another: the few that are worth comparing in full, so
    that the work grows with the number of texts, not with its square."""

    def __init__(self, texts: Iterable[tuple[str, Named]]) -> None:
        self._holders: defaultdict[str, list[Named]] = defaultdict(list)
        for text, name in texts:
            for word in set(_WORD.findall(text)):
                self._holders[word].append(name)

    def to(self, text: str) -> list[Named]:
        """Who shares most with ``text``, most first."""
        shared: Counter[Named] = Counter()
        for word in set(_WORD.findall(text)):
            holding = self._holders.get(word, ())
            if len(holding) <= COMMON:
                shared.update(holding)
        return sorted(shared, key=lambda name: (-shared[name], name))[:CANDIDATES]


def _units(faces: Sequence[_Face]) -> list[_Unit]:
    """The faces' indexes by kinship; gaps in the order in which they stand."""
    kin: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        kin[(face.path, face.kin) if face.kin else ("", f"{index}")].append(index)
    return [
        tuple(sorted(unit, key=lambda index: len(faces[index].before))) for unit in kin.values()
    ]


def _still(units: Iterable[_Unit], left: Container[int]) -> Iterator[_Unit]:
    """What is left of the units."""
    for unit in units:
        if rest := tuple(member for member in unit if member in left):
            yield rest


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
    if one.is_gap != other.is_gap:
        return 0.0
    if one.name and other.name and one.name != other.name:
        return 0.0
    return fuzz.ratio(one.text, other.text, score_cutoff=100 * THRESHOLD) / 100
