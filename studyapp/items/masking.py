"""Names for the two sides of a match item's rows that do not tell which belong together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from studyapp.items.responses import Matched
from studyapp.items.values import Content


@dataclass(frozen=True)
class PairMask:
    """A pair has one id, so a page that used it on both sides would give the key away. The names
    here follow from the id and from ``seed``: where the seed is a secret, so is what belongs to
    what. The same seed gives the same names, on the page and when the response comes."""

    content: Content
    seed: int = 0

    @cached_property
    def lefts(self) -> Mapping[str, str]:
        """The name of each pair's left side, by the pair's id."""
        return {pair.id: self._name("left", pair.id) for pair in self.content.pairs}

    @cached_property
    def rights(self) -> Mapping[str, str]:
        """The name of each pair's right side, by the pair's id."""
        return {pair.id: self._name("right", pair.id) for pair in self.content.pairs}

    def unmask(self, named: Mapping[str, str]) -> Matched:
        """The response that puts right sides to left ones by their names. A name that is not there
        stays as it is, and grading refuses it."""
        ids = {name: pair for pair, name in self.rights.items()}
        chosen = {pair: named[name] for pair, name in self.lefts.items() if named.get(name)}
        return Matched({pair: ids.get(name, name) for pair, name in chosen.items()})

    def _name(self, side: str, pair: str) -> str:
        return hashlib.sha256(f"{self.seed}:{side}:{pair}".encode()).hexdigest()[:10]
