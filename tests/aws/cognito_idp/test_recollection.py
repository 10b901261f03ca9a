from __future__ import annotations

import pytest

from studyapp.aws.cognito_idp import recollection, srp
from studyapp.aws.cognito_idp.recollection import Recollection
from studyapp.aws.cognito_idp.srp import make_verifier
from studyapp.aws.machine import MachineKeys

KEYS = MachineKeys()
VERIFIER = make_verifier("pool", "ada", "Passw0rd!", 7)


def test_only_what_was_right_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Recollection()
    assert not known.matches(KEYS, VERIFIER, "pool", "ada", "Passw0rd?")
    assert known.matches(KEYS, VERIFIER, "pool", "ada", "Passw0rd!")

    def worked_out(*_: object) -> int:
        raise AssertionError("worked out again")

    monkeypatch.setattr(srp, "power", worked_out)
    assert known.matches(KEYS, VERIFIER, "pool", "ada", "Passw0rd!")
    with pytest.raises(AssertionError):
        known.matches(KEYS, VERIFIER, "pool", "ada", "Passw0rd?")


def test_a_new_password_is_another_verifier() -> None:
    known = Recollection()
    assert known.matches(KEYS, VERIFIER, "pool", "ada", "Passw0rd!")
    changed = make_verifier("pool", "ada", "Changed0!", 8)
    assert not known.matches(KEYS, changed, "pool", "ada", "Passw0rd!")


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recollection, "_MOST", 2)
    known = Recollection()
    for salt in range(1, 6):
        verifier = make_verifier("pool", "ada", "Passw0rd!", salt)
        assert known.matches(KEYS, verifier, "pool", "ada", "Passw0rd!")
    assert len(known._digests) <= 2
