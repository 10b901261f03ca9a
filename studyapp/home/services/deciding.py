"""Telling two questions apart, or joining them, with what learners know of them."""

from __future__ import annotations

from django.db import transaction

from studyapp.library.models import Decision, Vault
from studyapp.library.services import deciding
from studyapp.library.services.locking import only_change_to
from studyapp.study.services.exchanging import exchange_cards, swap_cards


def tell_apart(*, vault: Vault, item_id: int, since: int) -> Decision:
    """The text that stands as the item since the revision ``since`` is another question: it begins
    afresh, and the item is archived with all that was done with it. Raises Http404, DecisionError,
    VaultBusyError."""
    with only_change_to(vault), transaction.atomic():
        return deciding.tell_apart(vault=vault, item_id=item_id, since=since)


def tell_same(*, vault: Vault, old_id: int, new_id: int) -> Decision:
    """The new question is the archived one: it has its history again. A learner who has studied
    both goes on with what they reviewed more often. Raises as ``tell_apart``."""
    with only_change_to(vault), transaction.atomic():
        decision = deciding.tell_same(vault=vault, old_id=old_id, new_id=new_id)
        decision.exchanged = exchange_cards(old=decision.old, new=decision.new)
        decision.save(update_fields=["exchanged"])
        return decision


def take_back(*, vault: Vault, decision_id: int) -> Decision:
    """Undo a decision. Raises as ``tell_apart``."""
    with only_change_to(vault), transaction.atomic():
        decision = deciding.access_decision(vault, decision_id)
        deciding.take_back(decision)
        if decision.kind == Decision.Kind.SAME:
            swap_cards(decision.old, decision.new, decision.exchanged)
        else:
            exchange_cards(old=decision.old, new=decision.new)
        return decision
