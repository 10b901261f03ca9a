"""Saying of two items that they are two, or one, where an import saw it otherwise.

Only where items stand changes hands here; what a learner's cards make of it is for whoever calls.
The caller holds the vault's lock (see ``locking``) and a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from studyapp.library.models import OPEN, Decision, Item, ItemVersion, Placement, Vault


class DecisionError(Exception):
    """A decision that does not fit what the vault says now; ``message`` is for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def tell_apart(*, vault: Vault, item_id: int, since: int) -> Decision:
    """What stands as the item since the revision ``since`` is another question, which begins
    afresh; the item is archived as it was before. Raises Http404, DecisionError."""
    old = _item(vault, item_id)
    handed = list(old.placements.filter(since__gte=since, until__gt=since))
    if not any(placement.until == OPEN for placement in handed):
        raise DecisionError("That question is not in the vault any more, so nothing was changed.")
    if not old.placements.filter(until__lte=since).exists():
        raise DecisionError("That question was new then; there is nothing to keep it apart from.")
    new = Item.objects.create(vault=vault)
    _hand_over(handed, new)
    return _decide(Decision.Kind.APART, vault, old, new, handed)


def tell_same(*, vault: Vault, old_id: int, new_id: int) -> Decision:
    """The question that stands as the item ``new_id`` is the archived one ``old_id``. Raises
    Http404, DecisionError."""
    old, new = _item(vault, old_id), _item(vault, new_id)
    standing = new.placements.filter(until=OPEN).first()
    if standing is None:
        raise DecisionError("The new question is not in the vault any more.")
    if old == new or old.placements.filter(until=OPEN).exists():
        raise DecisionError("The old question is in the vault again, so these are two.")
    _hand_over([standing], old)
    return _decide(Decision.Kind.SAME, vault, old, new, [standing])


def take_back(decision: Decision) -> None:
    """Hand the placements back to whom they were with. Raises DecisionError."""
    if decision.undone_at is not None:
        raise DecisionError("That was taken back already.")
    if decision.kind == Decision.Kind.APART:
        _hand_over(decision.new.placements.all(), decision.old)
    else:
        later = decision.old.placements.filter(since__gt=decision.revision)
        _hand_over(decision.old.placements.filter(pk__in=decision.handed) | later, decision.new)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])


def access_decision(vault: Vault, pk: int) -> Decision:
    """A decision about the vault, or 404."""
    decision = vault.decisions.select_related("old", "new").filter(pk=pk).first()
    if decision is None:
        raise Http404(f"decision {pk}")
    return decision


def _item(vault: Vault, pk: int) -> Item:
    item = vault.items.filter(pk=pk).first()
    if item is None:
        raise Http404(f"item {pk}")
    return item


def _decide(
    kind: Decision.Kind, vault: Vault, old: Item, new: Item, handed: Iterable[Placement]
) -> Decision:
    return Decision.objects.create(
        vault=vault,
        kind=kind,
        old=old,
        new=new,
        revision=vault.revision,
        handed=[placement.pk for placement in handed],
    )


def _hand_over(placements: Iterable[Placement] | QuerySet[Placement], item: Item) -> None:
    """Let the placements be the item's, in the wording they have."""
    moving = list(placements)
    taken = item.placements.filter(until__in=[placement.until for placement in moving])
    if taken.exists():
        raise DecisionError(
            "The other question has been in the vault meanwhile, so the two cannot be one."
        )
    versions = {version.content_hash: version for version in item.versions.all()}
    number = max((version.number for version in versions.values()), default=0)
    for placement in moving:
        now = placement.version
        version = versions.get(now.content_hash)
        if version is None:
            number += 1
            version = ItemVersion.objects.create(
                item=item,
                number=number,
                content_hash=now.content_hash,
                data=now.data,
                html=now.html,
            )
            versions[now.content_hash] = version
        placement.item, placement.version = item, version
        placement.save(update_fields=["item", "version"])
