"""Domains of a pool's sign-in pages: one below Amazon's, one of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import Domain
from studyapp.aws.cognito_idp.hosted.visiting import address_of
from studyapp.aws.cognito_idp.resources import access_pool, in_pool_of, invalid, not_found
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError

_RESERVED = ("aws", "amazon", "cognito")
_CLASSIC, _MANAGED = 1, 2


@operation("CreateUserPoolDomain")
def create_user_pool_domain(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    name, custom = request["Domain"], request.get("CustomDomainConfig")
    _check_name(name, is_custom=custom is not None)
    if any(bool(d.custom) == bool(custom) for d in in_pool_of(context, Domain, pool.id)):
        raise invalid("User pool already has a domain configured.")
    if context.home_of(Domain, name) is not None:
        raise _taken()
    domain = Domain(
        pool_id=pool.id,
        name=name,
        custom=custom,
        managed_login_version=_version(request, _CLASSIC),
    )
    try:
        return _answer(context, context.store.put(domain))
    except ConflictError:
        raise _taken() from None


@operation("UpdateUserPoolDomain")
def update_user_pool_domain(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    domain = _access(context, request)
    custom = request.get("CustomDomainConfig", domain.custom)
    if bool(custom) != bool(domain.custom):
        raise invalid("A prefix domain has no CustomDomainConfig.")
    version = _version(request, domain.managed_login_version)
    changed = replace(domain, custom=custom, managed_login_version=version)
    return _answer(context, context.store.put(changed))


@operation("DescribeUserPoolDomain")
def describe_user_pool_domain(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    """Of a domain there is none of, AWS describes nothing."""
    domain = context.store.get(Domain, request["Domain"])
    if domain is None:
        return {"DomainDescription": {}}
    return {
        "DomainDescription": {
            "UserPoolId": domain.pool_id,
            "AWSAccountId": context.account,
            "Domain": domain.name,
            "S3Bucket": f"aws-cognito-prod-{context.region}-assets",
            "CloudFrontDistribution": _served_at(context, domain),
            "Status": "ACTIVE",
            "CustomDomainConfig": domain.custom or {},
            "ManagedLoginVersion": domain.managed_login_version,
        }
    }


@operation("DeleteUserPoolDomain")
def delete_user_pool_domain(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(Domain, _access(context, request).key)


def _check_name(name: str, *, is_custom: bool) -> None:
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    pattern = rf"{label}(\.{label})+" if is_custom else label
    if re.fullmatch(pattern, name) is None:
        raise invalid(f"Domain {name} is not a valid {'name' if is_custom else 'prefix'}.")
    for word in _RESERVED:
        if not is_custom and word in name:
            raise invalid(f"Domain cannot contain reserved word: {word}")


def _access(context: Context, request: Mapping[str, Any]) -> Domain:
    pool = access_pool(context, request["UserPoolId"])
    domain = context.store.get(Domain, request["Domain"])
    if domain is None or domain.pool_id != pool.id:
        raise not_found("No such domain or user pool exists.")
    return domain


def _version(request: Mapping[str, Any], otherwise: int) -> int:
    version: int = request.get("ManagedLoginVersion", otherwise)
    if version not in (_CLASSIC, _MANAGED):
        raise invalid("ManagedLoginVersion must be 1 (classic pages) or 2 (managed login).")
    return version


def _taken() -> AwsError:
    return invalid("Domain already associated with another user pool.")


def _served_at(context: Context, domain: Domain) -> str:
    """Host and path; at AWS it is a distribution of CloudFront's that serves it."""
    return address_of(context, domain.name).partition("://")[2]


def _answer(context: Context, domain: Domain) -> dict[str, Any]:
    return {
        "CloudFrontDomain": _served_at(context, domain) if domain.custom else None,
        "ManagedLoginVersion": domain.managed_login_version,
    }
