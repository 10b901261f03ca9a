"""What the sandbox keeps. Every row is of one account, and an account's primary key is its
learner's: all of it can be found, and spread over machines, by the learner."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from studyapp.aws.cognito_idp.documents import Domain
from studyapp.sandbox.fields import CodePointField

WORLDWIDE = (Domain.kind,)
"""Kinds of document whose key nobody else may have, in any account."""


def new_edition() -> int:
    return secrets.randbits(62)


class Account(models.Model):
    """A learner's AWS account.

    ``calls`` counts them all; ``calls_in_minute`` those in ``minute``, counted from 1970;
    ``stored_bytes`` is what its documents take. ``edition`` is another number whenever one of the
    documents was changed that processes keep at hand (``store.AT_HAND``): drawn, as a count would
    come to the same number again after a change that was undone.
    """

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="sandbox"
    )
    number = models.CharField(max_length=12, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    calls = models.PositiveBigIntegerField(default=0)
    minute = models.PositiveBigIntegerField(default=0)
    calls_in_minute = models.PositiveIntegerField(default=0)
    stored_bytes = models.PositiveBigIntegerField(default=0)
    edition = models.PositiveBigIntegerField(default=new_edition)

    def __str__(self) -> str:
        return self.number


class AccessKey(models.Model):
    """A pair of keys. The secret is kept as it is, since a signature can only be checked by who has
    it; it opens this account of the sandbox and nothing else."""

    id = models.CharField(max_length=20, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access_keys")
    secret = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.id


class StoredDocument(models.Model):
    """A document of the Store port. ``body`` is its JSON in text: a column that understood it would
    lose the order of its members, which is what AWS's answers come in."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="documents")
    region = models.CharField(max_length=32)
    kind = CodePointField()
    key = CodePointField()
    version = models.PositiveIntegerField()
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "region", "kind", "key"], name="sandbox_document_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(kind__in=WORLDWIDE),
                name="sandbox_document_once_worldwide",
            ),
        ]
        indexes = [
            # Whose an unsigned request is, by the client or the pool that it names.
            models.Index(fields=["kind", "key"], name="sandbox_document_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Place(models.Model):
    """Where a document is found: a value in one of its kind's indexes. ``key`` is the document's,
    so that a listing comes out of the index in order. The Store takes places away before their
    document, so that Django needn't look for them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(StoredDocument, on_delete=models.DO_NOTHING, related_name="places")
    region = models.CharField(max_length=32)
    kind = CodePointField()
    name = models.CharField(max_length=64)
    value = CodePointField()
    key = CodePointField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "region", "kind", "name", "value", "key"],
                name="sandbox_place_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value}: {self.key}"


class SentMessage(models.Model):
    """An e-mail or a text message that AWS would have sent."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="messages")
    sent_at = models.DateTimeField(auto_now_add=True)
    medium = models.CharField(max_length=8)
    to = models.TextField()
    subject = models.TextField(blank=True)
    body = models.TextField()
    source = models.TextField(blank=True)
    occasion = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="sandbox_message_latest")]

    def __str__(self) -> str:
        return f"{self.medium} to {self.to}"


class TraceEntry(models.Model):
    """One call, as ``aws.trace.Entry`` has it; ``number`` counts the account's calls. What is of
    AWS's shapes is JSON in text, in AWS's order."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="trace")
    number = models.PositiveBigIntegerField()
    request_id = models.CharField(max_length=36)
    at = models.DateTimeField()
    region = models.CharField(max_length=32)
    service = models.CharField(max_length=64)
    operation = models.CharField(max_length=128)
    caller = models.TextField(blank=True)
    source_ip = models.CharField(max_length=64)
    agent = models.TextField()
    request = models.TextField()
    response = models.TextField()
    status = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=128, blank=True)
    microseconds = models.PositiveBigIntegerField()
    triggers = models.TextField(default="[]")
    messages = models.TextField(default="[]")
    remarks = models.TextField(default="[]")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="sandbox_trace_latest"),
            # What is let go of when there are too many.
            models.Index(fields=["account", "number"], name="sandbox_trace_number"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.status}"

    def get_absolute_url(self) -> str:
        return reverse("sandbox:entry", args=[self.pk])

    @property
    def milliseconds(self) -> float:
        return self.microseconds / 1000


class StoredFunction(models.Model):
    """A Lambda function: JavaScript that triggers of the account's pools call."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="functions")
    name = models.CharField(max_length=64)
    source = models.TextField()
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="sandbox_function_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sandbox:function", args=[self.name])

    def arn(self, region: str) -> str:
        """Any region's will do: a function is called wherever its account's pools are."""
        return f"arn:aws:lambda:{region}:{self.account.number}:function:{self.name}"


class Snapshot(models.Model):
    """All documents of an account as they were at a time: ``content`` is JSON, compressed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="snapshots")
    name = models.CharField(max_length=100)
    taken_at = models.DateTimeField(auto_now_add=True)
    documents = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
