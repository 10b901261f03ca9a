"""The Cloud port on the database: all accounts there are, as one call sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from studyapp.accounts.services import LOCAL_LEARNER
from studyapp.aws.documents import written
from studyapp.aws.memory import MemoryOutbox, MemoryStore
from studyapp.aws.ports import AccessKey, Document, Home, Message, Outbox, Store
from studyapp.aws.trace import Entry
from studyapp.sandbox import models
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.quotas import Quotas, minute_of
from studyapp.sandbox.services.accounts import local_account
from studyapp.sandbox.store import DatabaseStore, is_storable

NOBODY = "000000000000"
"""The account of those who ask for what nobody has. Nothing of it is kept."""

KEPT = 500
"""Of calls and of messages, so many each."""
PRUNED_EVERY = 25
# Of every call, so written out: putting a query together takes Django longer than answering it
# takes the database.
_READ = ("learner_id", "number", "calls", "minute", "calls_in_minute", "stored_bytes", "edition")
"""What queries for an account begin with."""
_BY_NUMBER = """
    SELECT a.learner_id, a.number, a.calls, a.minute, a.calls_in_minute, a.stored_bytes, a.edition
    FROM sandbox_account a WHERE a.number = %s
"""
_BY_LEARNER = """
    SELECT a.learner_id, a.number, a.calls, a.minute, a.calls_in_minute, a.stored_bytes, a.edition
    FROM sandbox_account a
    JOIN accounts_user u ON u.id = a.learner_id WHERE u.username = %s
"""
_BY_KEY = """
    SELECT a.learner_id, a.number, a.calls, a.minute, a.calls_in_minute, a.stored_bytes, a.edition,
        k.secret, u.username
    FROM sandbox_accesskey k
    JOIN sandbox_account a ON a.learner_id = k.account_id
    JOIN accounts_user u ON u.id = a.learner_id WHERE k.id = %s
"""
_BY_DOCUMENT = """
    SELECT a.learner_id, a.number, a.calls, a.minute, a.calls_in_minute, a.stored_bytes, a.edition,
        d.region
    FROM sandbox_storeddocument d
    JOIN sandbox_account a ON a.learner_id = d.account_id
    WHERE d.kind = %s AND d."key" = %s
"""
_COUNT = """
    UPDATE sandbox_account SET
        calls = calls + 1,
        calls_in_minute = CASE WHEN minute = %s THEN calls_in_minute + 1 ELSE 1 END,
        minute = %s,
        stored_bytes = stored_bytes + %s
    WHERE learner_id = %s
"""
_RECORD = """
    INSERT INTO sandbox_traceentry (
        account_id, number, request_id, at, region, service, operation, caller, source_ip, agent,
        request, response, status, error, microseconds, triggers, messages, remarks
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
LONGEST_PART = 64 * 1024
"""Of a trace entry, in characters."""


class DatabaseCloud:
    """Made anew for each call, in whose transaction it writes."""

    def __init__(self, call: Transaction, now: datetime, quotas: Quotas | None = None) -> None:
        self._call = call
        self._now = now
        self._quotas = quotas or Quotas.of_settings()
        self._accounts: dict[str, models.Account] = {}
        self._stores: list[DatabaseStore] = []

    def access_key(self, key_id: str) -> AccessKey | None:
        if settings.SANDBOX_OPEN:
            number = self._local().number
            return AccessKey(key_id, number, f"arn:aws:iam::{number}:root", secret=None)
        if not is_storable(key_id):
            return None
        for account, (secret, username) in self._found(_BY_KEY, key_id):
            number = self._known(account).number
            return AccessKey(key_id, number, f"arn:aws:iam::{number}:user/{username}", secret)
        return None

    def store(self, home: Home) -> Store:
        account = self._account(home)
        if account is None:
            return MemoryStore()
        self._quotas.check_rate(account, self._now)
        store = DatabaseStore(account, home.region, self._call, self._quotas)
        self._stores.append(store)
        return store

    def outbox(self, home: Home) -> Outbox:
        account = self._account(home)
        return DatabaseOutbox(account, self._call) if account else MemoryOutbox()

    def home_of(self, kind: type[Document], key: str) -> Home | None:
        if not is_storable(key):
            return None
        for account, (region,) in self._found(_BY_DOCUMENT, kind.kind, key):
            return Home(self._known(account).number, region)
        return None

    def stranger(self, region: str) -> Home:
        """Where there is only one person, it is they who mistyped."""
        return Home(self._local().number if settings.ONE_PERSON else NOBODY, region)

    def record(self, entry: Entry) -> None:
        """Keep a call in its account's trace, and count it."""
        account = self._account(entry.home)
        if account is None:
            return
        self._call.begin()
        self._count(account)
        self._call.do(
            _RECORD,
            (
                *(account.pk, account.calls + 1, entry.id),
                connection.ops.adapt_datetimefield_value(entry.at),
                *(entry.home.region, entry.service, entry.operation, entry.caller),
                *(entry.source_ip, entry.agent[:500]),
                *(_text(entry.request), _text(entry.response), entry.status, entry.error),
                entry.duration // timedelta(microseconds=1),
                *(_text(entry.triggers), _text(entry.messages), _text(entry.remarks)),
            ),
        )
        if account.calls % PRUNED_EVERY == 0:
            _prune(account)

    def _count(self, account: models.Account) -> None:
        minute = minute_of(self._now)
        grown = sum(store.untold_growth() for store in self._stores)
        self._call.do(_COUNT, (minute, minute, grown, account.pk))

    def _account(self, home: Home) -> models.Account | None:
        known = self._accounts.get(home.account)
        if known is None and home.account != NOBODY:
            for account, _ in self._found(_BY_NUMBER, home.account):
                known = self._known(account)
        return known

    def _local(self) -> models.Account:
        """The account of the one person there is, in one-person use."""
        for account, _ in self._found(_BY_LEARNER, LOCAL_LEARNER):
            return self._known(account)
        return self._known(local_account())

    def _found(self, query: str, *values: str) -> Iterator[tuple[models.Account, Sequence[Any]]]:
        """Accounts, as far as a call needs to know them, and what else the query asks for."""
        for row in self._call.rows(query, values):
            account = models.Account.from_db(connection.alias, _READ, row[: len(_READ)])
            yield account, row[len(_READ) :]

    def _known(self, account: models.Account) -> models.Account:
        return self._accounts.setdefault(account.number, account)


class DatabaseOutbox:
    def __init__(self, account: models.Account, call: Transaction) -> None:
        self._account = account
        self._call = call

    def send(self, message: Message) -> None:
        self._call.begin()
        models.SentMessage.objects.create(
            account=self._account,
            medium=message.medium,
            to=message.to,
            subject=message.subject,
            body=message.body,
            source=message.source,
            occasion=message.occasion,
        )


def _prune(account: models.Account) -> None:
    models.TraceEntry.objects.filter(account=account, number__lte=account.calls + 1 - KEPT).delete()
    newest = models.SentMessage.objects.filter(account=account).order_by("-id")
    for last in newest.values_list("pk", flat=True)[KEPT : KEPT + 1]:
        models.SentMessage.objects.filter(account=account, pk__lte=last).delete()


def _text(value: object) -> str:
    text = written(value)
    if len(text) <= LONGEST_PART:
        return text
    left_out = f"{len(text)} characters, too many to be kept in the trace"
    return json.dumps([] if isinstance(value, tuple) else {"…": left_out})
