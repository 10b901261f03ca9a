"""Tags of user pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.aws.cognito_idp.pools import arn_of
from studyapp.aws.cognito_idp.resources import access_pool, invalid, not_found
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import change

MAX_TAGS = 50


@operation("TagResource")
def tag_resource(context: Context, request: dict[str, Any]) -> None:
    def tagged(pool: UserPool) -> UserPool:
        tags = {**pool.settings["UserPoolTags"], **request["Tags"]}
        if len(tags) > MAX_TAGS:
            raise invalid(f"A resource can have at most {MAX_TAGS} tags.")
        return _with_tags(pool, tags)

    if any(name.lower().startswith("aws:") for name in request["Tags"]):
        raise invalid("Tag keys must not start with aws:.")
    change(context.store, UserPool, _pool_of(context, request).id, tagged)


@operation("UntagResource")
def untag_resource(context: Context, request: dict[str, Any]) -> None:
    def untagged(pool: UserPool) -> UserPool:
        tags = pool.settings["UserPoolTags"]
        return _with_tags(pool, {n: v for n, v in tags.items() if n not in request["TagKeys"]})

    change(context.store, UserPool, _pool_of(context, request).id, untagged)


@operation("ListTagsForResource")
def list_tags_for_resource(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"Tags": _pool_of(context, request).settings["UserPoolTags"]}


def _with_tags(pool: UserPool, tags: Mapping[str, str]) -> UserPool:
    return replace(pool, settings={**pool.settings, "UserPoolTags": tags})


def _pool_of(context: Context, request: Mapping[str, Any]) -> UserPool:
    arn = request["ResourceArn"]
    pool_id = arn.rpartition("/")[2]
    if arn != arn_of(context, pool_id):
        raise not_found(f"Resource {arn} does not exist.")
    return access_pool(context, pool_id)
