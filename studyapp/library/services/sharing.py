"""Letting a class read a vault."""

from __future__ import annotations

from studyapp.accounts.models import StudyClass
from studyapp.library.models import SharedVault, Vault


def share_vault(*, vault: Vault, study_class: StudyClass) -> None:
    """Let the members of the class read the vault and study it. No card is made by this: each is
    made when its learner first meets the question."""
    SharedVault.objects.get_or_create(vault=vault, study_class=study_class)


def unshare_vault(*, study_class: StudyClass, slug: str) -> None:
    """Let them read it no more. What they learnt stays theirs."""
    SharedVault.objects.filter(study_class=study_class, vault__slug=slug).delete()
