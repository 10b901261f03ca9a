"""Functions from a folder of ``.js`` files, for the sandbox without pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.ports import Home, Invocation

_NAME = re.compile(r"arn:aws:lambda:[\w-]+:\d{12}:function:([\w-]+)(?::[\w$-]+)?")


class FolderFunctions:
    """The Functions port: ``…:function:NAME`` is ``NAME.js``, read at each call, so that a change
    counts at once."""

    def __init__(self, folder: Path, processes: FunctionProcesses) -> None:
        self._folder = folder
        self._processes = processes

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation | None:
        match = _NAME.fullmatch(arn)
        file = self._folder / f"{match[1]}.js" if match else None
        if file is None or not file.is_file():
            return None
        return self._processes.run(file.read_text(encoding="utf-8"), event, secrets)
