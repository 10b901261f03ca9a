"""How much of the sandbox one learner may have, refused under AWS's names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings

from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.ports import Document, Store
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.models import Account

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quotas:
    """``calls`` are those in a minute. 0 is no limit."""

    pools: int
    users: int
    megabytes: int
    calls: int

    @classmethod
    def of_settings(cls) -> Self:
        return cls(
            pools=settings.SANDBOX_POOLS,
            users=settings.SANDBOX_USERS,
            megabytes=settings.SANDBOX_MEGABYTES,
            calls=settings.SANDBOX_CALLS,
        )

    def check_new(self, store: Store, kind: type[Document]) -> None:
        """Whether there may be one more of a kind. Raises AwsError."""
        limits: dict[type[Document], tuple[int, str]] = {
            UserPool: (self.pools, "user pools"),
            User: (self.users, "users"),
        }
        most, what = limits.get(kind, (0, ""))
        if most and store.count(kind) >= most:
            raise _exceeded(f"This sandbox has at most {most} {what} in a region.")

    def check_size(self, size: int) -> None:
        """Whether an account's documents may take ``size`` bytes. Raises AwsError."""
        if self.megabytes and size > self.megabytes * MEGABYTE:
            raise _exceeded(
                f"This sandbox keeps at most {self.megabytes} MB. Delete something, or reset it."
            )

    def check_rate(self, account: Account, now: datetime) -> None:
        """Whether the account may call once more. Raises AwsError."""
        in_minute = account.calls_in_minute if minute_of(now) == account.minute else 0
        if self.calls and in_minute >= self.calls:
            raise AwsError("TooManyRequestsException", "Too many requests")


def minute_of(moment: datetime) -> int:
    """Counted from 1970."""
    return int(moment.timestamp()) // 60


def _exceeded(message: str) -> AwsError:
    return AwsError("LimitExceededException", message)
