"""The Cloud port on the database: all accounts there are, as one call sees them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from studyapp.aws.documents import encode
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
_WHOSE = """
    SELECT a.*, d.region FROM sandbox_storeddocument d
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
            number = self._known(local_account()).number
            return AccessKey(key_id, number, f"arn:aws:iam::{number}:root", secret=None)
        if not is_storable(key_id):
            return None
        keys = models.AccessKey.objects.select_related("account__learner")
        key = keys.filter(pk=key_id).first()
        if key is None:
            return None
        account = self._known(key.account)
        return AccessKey(key.pk, account.number, arn_of(account), key.secret)

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
        place = (kind.kind, key)
        accounts = models.Account.objects.raw(_WHOSE, place)
        for account in accounts:
            return Home(self._known(account).number, account.region)  # type: ignore[attr-defined]
        return None

    def stranger(self, region: str) -> Home:
        """Where there is only one person, it is they who mistyped."""
        return Home(self._known(local_account()).number if settings.ONE_PERSON else NOBODY, region)

    def record(self, entry: Entry) -> None:
        """Keep a call in its account's trace, and count it."""
        account = self._account(entry.home)
        if account is None:
            return
        self._call.begin()
        self._count(account)
        models.TraceEntry.objects.create(
            account=account,
            number=account.calls + 1,
            request_id=entry.id,
            at=entry.at,
            region=entry.home.region,
            service=entry.service,
            operation=entry.operation,
            caller=entry.caller,
            source_ip=entry.source_ip,
            agent=entry.agent[:500],
            request=_text(entry.request),
            response=_text(entry.response),
            status=entry.status,
            error=entry.error,
            microseconds=entry.duration // timedelta(microseconds=1),
            triggers=_text(entry.triggers),
            messages=_text(entry.messages),
            remarks=_text(entry.remarks),
        )
        if account.calls % PRUNED_EVERY == 0:
            _prune(account)

    def _count(self, account: models.Account) -> None:
        minute = minute_of(self._now)
        grown = sum(store.grown for store in self._stores)
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value(minute)
            cursor.execute(_COUNT, [moment, moment, grown, account.pk])

    def _account(self, home: Home) -> models.Account | None:
        known = self._accounts.get(home.account)
        if known is None and home.account != NOBODY:
            known = models.Account.objects.filter(number=home.account).first()
            if known is not None:
                self._known(known)
        return known

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


def arn_of(account: models.Account) -> str:
    return f"arn:aws:iam::{account.number}:user/{account.learner.get_username()}"


def _prune(account: models.Account) -> None:
    models.TraceEntry.objects.filter(account=account, number__lte=account.calls + 1 - KEPT).delete()
    newest = models.SentMessage.objects.filter(account=account).order_by("-id")
    for last in newest.values_list("pk", flat=True)[KEPT : KEPT + 1]:
        models.SentMessage.objects.filter(account=account, pk__lte=last).delete()


def _text(value: object) -> str:
    text = json.dumps(encode(value), separators=(",", ":"))
    if len(text) <= LONGEST_PART:
        return text
    left_out = f"{len(text)} characters, too many to be kept in the trace"
    return json.dumps([] if isinstance(value, tuple) else {"…": left_out})
