from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.aws.__main__ import main
from studyapp.aws.lambda_.folder import FolderFunctions
from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.ports import Home

HOME = Home("123456789012", "us-east-1")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def test_a_function_is_a_file_and_changes_with_it(tmp_path: Path) -> None:
    processes = FunctionProcesses(count=1)
    functions = FolderFunctions(tmp_path, processes)
    try:
        for number in (1, 2):
            (tmp_path / "greet.js").write_text(f"exports.handler = () => {number};")
            called = functions.invoke(HOME, f"{ARN}greet", {}, {})
            assert called is not None
            assert called.result == number
        assert functions.invoke(HOME, f"{ARN}greet:live", {}, {}) is not None
        for name in ("other", "../greet", "", "greet.js"):
            assert functions.invoke(HOME, ARN + name, {}, {}) is None
    finally:
        processes.close()


def test_the_server_says_when_there_is_no_such_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--functions", str(tmp_path / "none")]) == 1
    assert "is no folder" in capsys.readouterr().err
