"""The list of operations is the one in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.aws.__main__ import main
from studyapp.aws.services import SERVICES

PAGE = Path(__file__).parents[2] / "docs" / "sandbox-operations.md"


def test_the_page_of_the_documentation_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--operations"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(), (
        "python -m studyapp.aws --operations > docs/sandbox-operations.md"
    )


def test_every_registered_operation_is_one_of_the_model_and_not_called_unsupported() -> None:
    for service in SERVICES:
        names = set(service.model.names)
        assert set(service.operations) <= names
        assert set(service.unsupported) <= names - set(service.operations)
