"""What a vault holds, revision by revision.

Everything that an import derives is valid for a range of revisions: from ``since`` (included) to
``until`` (excluded, ``OPEN`` while nothing replaced it). An import writes the rows of revision
``n + 1`` in short transactions while everybody goes on reading revision ``n``; the flip is the one
update of ``Vault.revision``. An import that dies leaves rows that nobody sees, and the next one
clears them away. Texts that were replaced stay, as the base of a later three-way merge.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from studyapp.items.values import Content, Status, from_json
from studyapp.obsidian.anchors import line_anchor
from studyapp.obsidian.encoding import UTF8
from studyapp.obsidian.values import Dialect, ForeignSchedule
from studyapp.ui.wording import words_of

OPEN = 2**31 - 1
"""``until`` of what is still valid."""


FOLLOWED = timedelta(seconds=30)
"""How long somebody who follows a folder may be silent before nobody does."""


def uploads_folder() -> Path:
    """Where uploaded vaults lie, each in a folder of its own."""
    return Path(settings.DATA_DIR).resolve() / "uploads"


class Vault(models.Model):
    """A folder of notes that somebody keeps, as it was when last imported.

    ``dialects`` are the ways of asking that are off by default and switched on here, as
    ``[folder, dialect]`` (see ``switched_on``).
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vaults"
    )
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    source = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    dialects = models.JSONField(default=list, blank=True)
    long_notes = models.JSONField(default=list, blank=True, editable=False)
    """Paths of the notes that are shown in parts; few vaults have one."""
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)
    """Whether those who began as guests read it (``manage.py offer_sample``)."""
    follow = models.BooleanField(default=False)
    """Whether ``manage.py run`` is to follow the folder."""
    followed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When somebody who follows the folder last said so (see ``services.following``)."""
    branch = models.TextField(blank=True, editable=False)
    commit = models.CharField(max_length=64, blank=True, editable=False)
    """What a Git working copy had checked out when it was imported."""

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("library:vault", args=[self.slug])

    def anchored(self, note_url: str, path: str, anchor: str) -> str:
        """Leads to ``anchor`` in the note at ``path``, whose page is ``note_url``. Of a long note
        the query says which part that is: what follows ``#`` never reaches the server."""
        part = f"?at={quote(anchor)}" if path in self.long_notes else ""
        return f"{note_url}{part}#{anchor}"

    def served_report(self) -> dict[str, Any]:
        """What the change that made the served revision found; empty before the first."""
        run = self.runs.filter(state=ImportRun.State.DONE, revision=self.revision).first()
        return run.report if run else {}

    @property
    def is_followed(self) -> bool:
        """True while changes in the folder are imported by themselves."""
        return self.followed_at is not None and timezone.now() - self.followed_at < FOLLOWED

    @property
    def switched_on(self) -> tuple[tuple[str, Dialect], ...]:
        """The dialects switched on, each with the folder it holds for ("" is the whole vault)."""
        return tuple((folder, Dialect(dialect)) for folder, dialect in self.dialects)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine that it is imported from; None where it was uploaded."""
        source = Path(self.source)
        return None if source.is_relative_to(uploads_folder()) or not self.source else source


class SharedVault(models.Model):
    """That a class reads a vault and studies it. Who shares it owns it and teaches the class."""

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="shares")
    study_class = models.ForeignKey(
        "accounts.StudyClass", on_delete=models.CASCADE, related_name="shares"
    )
    shared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["study_class", "vault"], name="shared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vault} for {self.study_class}"


class FolderLook(models.Model):
    """How a vault's folder looked to the import that last read it: what looks the same need not be
    read again. ``basis`` names everything but the files that an import follows from (see
    ``services.looking``); ``files`` is ``{path: [size, time of change in ns]}``."""

    vault = models.OneToOneField(
        Vault, on_delete=models.CASCADE, primary_key=True, related_name="look"
    )
    basis = models.CharField(max_length=64)
    files = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"the folder of {self.vault}"


class ImportRun(models.Model):
    """One step of a vault to its next revision, by an import or by an edit in the browser: how far
    it is, and what it found."""

    class Kind(models.TextChoices):
        IMPORT = "import"
        EDIT = "edit"
        SETTINGS = "settings"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="runs")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.IMPORT)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.vault} r{self.revision} ({self.state})"


class Intake(models.Model):
    """A vault that somebody asked in the browser to have read: from where, how far that is, and how
    it ended. ``ImportRun`` records what became of a vault; this, what a person waits for.

    ``folder`` is a folder on this machine, or "" for an upload, whose bytes lie below ``home``.
    ``check_only`` reads as an import would and changes nothing. ``into`` is a vault that is there,
    to which the notes are added. Where there is nothing but a ``vault``, its settings have changed
    and its notes are to be derived again.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="intakes"
    )
    title = models.CharField(max_length=200, blank=True)
    folder = models.TextField(blank=True)
    upload_name = models.CharField(max_length=255, blank=True)
    check_only = models.BooleanField(default=False)
    into = models.ForeignKey(Vault, on_delete=models.CASCADE, null=True, related_name="additions")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    report = models.JSONField(default=dict)
    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, null=True, related_name="intakes")
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="intakes")

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("library:intake", args=[self.pk])

    @property
    def derives_again(self) -> bool:
        """Whether nothing comes in: a vault's own texts are read as its settings say now."""
        return self.vault_id is not None and not self.folder and not self.upload_name

    @property
    def name(self) -> str:
        """What a person calls it."""
        own = "" if self.into_id else self.title
        return own or Path(self.folder).name or self.upload_name

    @property
    def home(self) -> Path:
        """The folder that holds what was uploaded."""
        return uploads_folder() / str(self.pk)

    @property
    def root(self) -> Path:
        """The folder that holds the vault."""
        return Path(self.folder) if self.folder else self.home / "vault"


class Blob(models.Model):
    """The bytes of an attachment, stored once however many vaults hold them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.sha256

    @property
    def storage_name(self) -> str:
        """Where the default storage keeps the bytes."""
        return f"blobs/{self.sha256[:2]}/{self.sha256}"


class RevisionedQuerySet(models.QuerySet[Any]):
    """Rows valid for a range of their vault's revisions (they have ``vault``)."""

    def live(self) -> Self:
        """The rows of the revision being served."""
        now = F("vault__revision")
        return self.filter(since__lte=now, until__gt=now)


class Revisioned(models.Model):
    """The range of revisions a row is valid for."""

    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(default=OPEN)

    objects: ClassVar[Any] = RevisionedQuerySet.as_manager()

    class Meta:
        abstract = True


class Attachment(Revisioned):
    """A file of the vault that is not a note. ``size`` and ``mtime_ns`` tell whether to read it
    again; ``suits_dark`` says of a drawing that it has colours of its own for a dark page.
    ``width`` and ``height`` are a picture's, in CSS pixels: 0 where they are unknown, NULL where
    nobody has looked yet."""

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="attachments")
    path = models.TextField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    size = models.PositiveBigIntegerField()
    mtime_ns = models.BigIntegerField()
    suits_dark = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vault", "path", "until"], name="attachment_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return self.path


class SettingsFile(Revisioned):
    """A file in which the vault keeps settings of its own that change what its notes mean (see
    ``obsidian.settings``)."""

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="settings_files")
    path = models.TextField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="settings_files")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vault", "path", "until"], name="settings_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return self.path


class Topic(models.Model):
    """A place in the tree of what can be studied (Anki's deck): an index or folder, a note, a
    heading. ``path`` joins the names from the root with ``SEPARATOR``; ``position`` orders the
    topics of one parent."""

    SEPARATOR = "\x1f"

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="topics")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    name = models.TextField()
    path = models.TextField()
    depth = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["vault", "path"], name="topic_path")]

    def __str__(self) -> str:
        return " / ".join(self.trail)

    @property
    def trail(self) -> list[str]:
        """The names from the root to this topic."""
        return self.path.split(self.SEPARATOR)

    @property
    def subtree(self) -> Q:
        """Condition on Topic rows: this topic and everything below it."""
        return Q(vault=self.vault_id) & (
            Q(path=self.path) | Q(path__startswith=self.path + self.SEPARATOR)
        )


class Note(models.Model):
    """A note's identity within its vault; what it says is in its versions. ``position`` is its
    place in reading order: as the index notes list them, then by path."""

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="notes")
    path = models.TextField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vault", "path"], name="note_path")]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return reverse("library:note", args=[self.vault.slug, self.path])


class FolderState(models.TextChoices):
    """How the vault's folder stands to a note's text."""

    AGREES = ""
    """The text is what the folder says, with what was edited here."""
    CONFLICT = "conflict"
    """The same lines were changed in both, differently; somebody has to choose."""
    DELETED = "deleted"
    """The note was edited here and is not in the folder any more; somebody has to choose."""
    KEPT = "kept"
    """It is not in the folder, and is to stay."""


class NoteVersion(Revisioned):
    """What a note says in a range of revisions, and what was derived from it.

    ``text`` is what the folder's file says, unless the note was edited here. ``sha256`` names it:
    the hash of the file's bytes, or of the edited text. ``form`` says how the file is written (see
    ``obsidian.encoding``). ``file`` has the bytes as last imported, where the text in that form is
    not the same; ``incoming`` those that are in conflict with the text.

    ``parsed`` keeps what the next import needs of an unchanged note without reading it again:
    links, headings, block ids, aliases, parent (see ``library.services.stored``).
    ``render_key`` changes whenever the same text would render differently.
    """

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="note_versions")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    topic = models.ForeignKey(Topic, on_delete=models.RESTRICT, related_name="note_versions")
    title = models.TextField()
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=16, default=UTF8)
    file = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    incoming = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    folder_state = models.CharField(
        max_length=10, choices=FolderState, default=FolderState.AGREES, blank=True
    )
    text = models.TextField()
    html = models.TextField()
    render_key = models.CharField(max_length=64)
    frontmatter = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    parsed = models.JSONField(default=dict)
    diagnostics = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "until"], name="note_once_a_revision")
        ]
        indexes = [
            # Everything of a vault's served revision.
            models.Index(fields=["vault", "until"], name="note_version_served")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_edited(self) -> bool:
        """Whether it says something else than the file did when it was last imported."""
        return self.file_id is not None and self.file_id != self.sha256


class NoteLink(models.Model):
    """A link from a version of a note to a note of the same vault, for backlinks."""

    source = models.ForeignKey(NoteVersion, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="backlinks")
    line = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


class Item(models.Model):
    """The identity of something that can be asked. A learner's history hangs on it, so it is
    never deleted: when it vanishes from the vault it has no live placement, and when it comes
    back it is found again with its history."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="items")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.uid)


class ItemVersion(models.Model):
    """One immutable wording of an item. ``html`` is derived from ``content`` and the vault's
    links, and may be derived again."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    data = models.JSONField()
    html = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"

    @property
    def content(self) -> Content:
        """The wording as the items core knows it."""
        return from_json(self.data)

    @property
    def words(self) -> str:
        """What it asks, as a line of a list says it: without markup, a gap staying a gap."""
        return words_of(self.html.get("prompt", "")) or str(self.data["prompt"])


class PlacementQuerySet(RevisionedQuerySet):
    """Placements of items in notes."""

    def ready(self) -> Self:
        """Live placements of items that can be studied."""
        return self.live().filter(status=Status.READY)

    def in_topic(self, topic: Topic) -> Self:
        """Placements anywhere below ``topic``."""
        return self.filter(topic__in=Topic.objects.filter(topic.subtree))


class Placement(Revisioned):
    """Where an item stands in a range of revisions: its wording, its note and lines, its topic.

    ``position`` orders the items of a note as it is read. ``group`` is shared by
    siblings, which are not asked on the same day ("" for an item without any). ``schedule`` is
    where another plugin has the item, as its note says (see ``foreign_schedule``).
    """

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="placements")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="placements")
    version = models.ForeignKey(ItemVersion, on_delete=models.RESTRICT, related_name="placements")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="placements")
    topic = models.ForeignKey(Topic, on_delete=models.RESTRICT, related_name="placements")
    position = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=14, choices=[(s.value, s.name) for s in Status])
    shape = models.CharField(max_length=40)
    explicit_id = models.TextField(blank=True)
    group = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    schedule = models.JSONField(null=True, blank=True)

    objects: ClassVar[Any] = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "until"], name="item_once_a_revision")
        ]
        indexes = [
            # Everything of a vault's served revision.
            models.Index(fields=["vault", "until"], name="placement_served"),
            models.Index(fields=["note", "until"], name="placement_by_note"),
        ]

    def __str__(self) -> str:
        return f"{self.item} in {self.note}"

    def get_absolute_url(self) -> str:
        """The note, at the line the item stands on."""
        note = self.note
        return note.vault.anchored(note.get_absolute_url(), note.path, line_anchor(self.first_line))

    @property
    def foreign_schedule(self) -> ForeignSchedule | None:
        """Where another plugin has the item, None where none has."""
        return ForeignSchedule.from_json(self.schedule) if self.schedule else None


class DecisionQuerySet(models.QuerySet["Decision"]):
    """What was decided about items."""

    def absorbed(self, vault: Vault) -> models.QuerySet[Decision, int]:
        """The ids of items that turned out to be another: nothing is recognised as them."""
        same = self.filter(vault=vault, kind=Decision.Kind.SAME, undone_at=None)
        return same.values_list("new", flat=True)


class Decision(models.Model):
    """What somebody said of two items, against what an import made of them: ``APART``, the text
    that was taken for ``old`` is a question of its own, ``new``; ``SAME``, the text that was taken
    for a question of its own, ``new``, is ``old``. It is carried out by handing ``new``'s
    placements to the one or the other, so that every later import begins from it.

    ``handed`` holds the placements' ids and ``revision`` what was served then; ``exchanged`` the
    learners whose cards of the two changed places, for taking it back.
    """

    class Kind(models.TextChoices):
        APART = "apart"
        SAME = "same"

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=5, choices=Kind)
    old = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    handed = models.JSONField(default=list)
    exchanged = models.JSONField(default=list)
    decided_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.old} and {self.new} are {self.kind}"


class Verdict(models.Model):
    """What somebody said of a suggested card (see ``obsidian.suggestions``), for good: ``key``
    names what its lines say, wherever they stand. An accepted one was written into the note at
    ``path``, which became the version ``made`` (its ``sha256``)."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="verdicts")
    key = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=Kind)
    path = models.TextField()
    made = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["vault", "key"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.key} in {self.path}: {self.kind}"


class SearchEntry(models.Model):
    """Something that can be found: a note, or a question in it (``kind`` is then not empty), with
    the text it is found by. It is served while its note's ``version`` is. Written once, never
    changed: the index over ``title`` to ``body`` follows rows that come and go.

    ``body`` has the note's lines from ``line`` on, each in its place; ``context`` is what a
    question stands under; ``whole`` the title as one word. ``path``, ``topic`` and ``tags`` are
    folded, for filters; topic and tags are lines (see ``library.search.documents``).
    """

    version = models.ForeignKey(
        NoteVersion, on_delete=models.CASCADE, related_name="search_entries"
    )
    kind = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=14, blank=True)
    line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField(default=0)
    path = models.TextField()
    topic = models.TextField()
    tags = models.TextField(blank=True)
    title = models.TextField(blank=True)
    whole = models.TextField(blank=True)
    context = models.TextField(blank=True)
    headings = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"
