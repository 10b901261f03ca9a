"""What an import changed, read off the revisions that placements are valid for."""

from __future__ import annotations

from dataclasses import dataclass, field

from studyapp.library.models import Decision, ImportRun, Placement, Vault


def last_import(vault: Vault) -> ImportRun | None:
    """The import that is served, with whatever was edited since: one query."""
    return vault.runs.filter(
        state=ImportRun.State.DONE, kind=ImportRun.Kind.IMPORT, revision__lte=vault.revision
    ).first()


@dataclass(frozen=True, slots=True)
class Step:
    """An item's placements (their ids) before and after an import; None where it had none."""

    item: int
    before: int | None
    now: int | None


@dataclass(slots=True)
class Steps:
    """The items that an import found new, with another wording, in another note, gone, and back
    again, each in reading order."""

    new: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    moved: list[Step] = field(default_factory=list)
    archived: list[Step] = field(default_factory=list)
    revived: list[Step] = field(default_factory=list)


def steps_of(vault: Vault, revision: int) -> Steps:
    """What revision ``revision`` changed: three queries."""
    order = ("note__position", "note__path", "position")
    opened = Placement.objects.filter(vault=vault, since=revision)
    closed = Placement.objects.filter(vault=vault, until=revision).order_by(*order)
    columns = ("item", "pk", "version", "note")
    before = {item: (pk, version, note) for item, pk, version, note in closed.values_list(*columns)}
    returned = set(
        Placement.objects.filter(vault=vault, until__lt=revision, item__in=opened.values("item"))
        .values_list("item", flat=True)
        .distinct()
    )
    steps = Steps()
    for item, pk, version, note in opened.order_by(*order).values_list(*columns):
        if item not in before:
            (steps.revived if item in returned else steps.new).append(Step(item, None, pk))
            continue
        old, old_version, old_note = before.pop(item)
        if version != old_version:
            steps.changed.append(Step(item, old, pk))
        if note != old_note:
            steps.moved.append(Step(item, old, pk))
    steps.archived = [Step(item, pk, None) for item, (pk, _, _) in before.items()]
    return steps


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands, and the questions it is about, as they were last worded."""

    id: int
    kind: str
    old: str
    new: str


def decided(vault: Vault, limit: int = 20) -> list[Decided]:
    """The latest decisions that were not taken back: two queries."""
    standing = list(vault.decisions.filter(undone_at=None)[:limit])
    words: dict[int, str] = {}
    for placement in (
        Placement.objects.filter(item__in=[i for d in standing for i in (d.old_id, d.new_id)])
        .select_related("version")
        .order_by("since")
    ):
        words[placement.item_id] = placement.version.words
    return [
        Decided(
            decision.pk,
            decision.kind,
            words.get(decision.old_id, ""),
            words.get(decision.new_id, "") if decision.kind == Decision.Kind.APART else "",
        )
        for decision in standing
    ]
