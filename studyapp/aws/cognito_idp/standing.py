"""What a user's groups make of them: the groups and roles that tokens carry."""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.aws.cognito_idp.documents import Group, Membership
from studyapp.aws.ports import Store


@dataclass(frozen=True, slots=True)
class Standing:
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    preferred_role: str | None = None


def standing_of(store: Store, user_key: str) -> Standing:
    """The groups of a user, the lowest precedence first and those without one last.

    The preferred role is that of the lowest precedence, unless two roles share it (developer
    guide, precedence of groups).
    """
    places = store.find(Membership, ("user_key", user_key))
    if not places:
        return Standing()
    found = (store.get(Group, place.group_key) for place in places)
    groups = sorted((group for group in found if group), key=_rank)
    with_role = [group for group in groups if group.role is not None]
    roles = tuple(dict.fromkeys(group.role for group in with_role if group.role is not None))
    first = {group.role for group in with_role if _rank(group)[:2] == _rank(with_role[0])[:2]}
    return Standing(
        groups=tuple(group.name for group in groups),
        roles=roles,
        preferred_role=first.pop() if len(first) == 1 else None,
    )


def _rank(group: Group) -> tuple[bool, int, str]:
    return group.precedence is None, group.precedence or 0, group.name
