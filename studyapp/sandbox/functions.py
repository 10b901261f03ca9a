"""The Functions port: JavaScript that learners wrote, kept with their accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.ports import Home, Invocation
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.models import StoredFunction

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_ARN = re.compile(
    rf"arn:aws:lambda:[\w-]+:(?P<account>\d{{12}}):function:(?P<name>{NAME.pattern})(:[\w$-]+)?",
    re.ASCII,
)


class StoredFunctions:
    """Those of the account whose pool calls; another's can't be called."""

    def __init__(self, call: Transaction) -> None:
        self._call = call

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation | None:
        match = _ARN.fullmatch(arn)
        if match is None or match["account"] != home.account:
            return None
        functions = StoredFunction.objects.filter(account__number=home.account, name=match["name"])
        source = functions.values_list("source", flat=True).first()
        if source is None:
            return None
        # A function may take its five seconds, three times; nobody waits that long to write.
        self._call.commit()
        return processes().run(source, event, secrets)


@cache
def processes() -> FunctionProcesses:
    """Where functions run, for all calls of this process."""
    return FunctionProcesses()


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A function to begin with. Its first line says what it does, and for which trigger."""

    name: str
    source: str

    @property
    def trigger(self) -> str:
        return self._said.partition(": ")[0]

    @property
    def about(self) -> str:
        return self._said.partition(": ")[2]

    @property
    def _said(self) -> str:
        return self.source.partition("\n")[0].removeprefix("// ")


@cache
def ready_made() -> tuple[ReadyMade, ...]:
    folder = Path(__file__).parent / "ready_made"
    return tuple(
        ReadyMade(file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.js"))
    )
