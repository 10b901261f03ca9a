"""Devices a pool keeps track of: a new one at a sign-in, confirmed, remembered, forgotten."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.grants import signed_in
from studyapp.aws.cognito_idp.modexp import N
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.srp import Verifier
from studyapp.aws.cognito_idp.users import Device, User
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_PAGE = 60
_MOST_SALT_BITS = 512


# At a sign-in


def new_device(site: Site, user: User) -> dict[str, str] | None:
    """NewDeviceMetadata, in a pool that keeps track; nothing is kept until it is confirmed."""
    if not site.settings.get("DeviceConfiguration"):
        return None
    key = f"{site.ctx.region}_{site.ctx.ids.uuid()}"
    return {"DeviceKey": key, "DeviceGroupKey": group_key(user)}


def group_key(user: User) -> str:
    """What all devices of a user have in common, and SRP hashes."""
    digest = hashlib.sha256(user.key.encode()).digest()
    return "-" + base64.b32encode(digest).decode()[:9].lower()


def device_of(user: User, key: str) -> Device | None:
    return next((device for device in user.devices if device.key == key), None)


def remembered_device(site: Site, user: User, key: str) -> Device | None:
    """The device somebody says to sign in with, if it is one to be trusted.

    Raises ResourceNotFoundException for one that isn't this user's, so that clients forget it.
    """
    if not key or not site.settings.get("DeviceConfiguration"):
        return None
    device = device_of(user, key)
    if device is None:
        raise AwsError("ResourceNotFoundException", "Device does not exist.")
    return device if device.remembered else None


def replaces_second_factor(site: Site) -> bool:
    configuration = site.settings.get("DeviceConfiguration") or {}
    return bool(configuration.get("ChallengeRequiredOnNewDevice"))


def with_device(user: User, device: Device) -> User:
    """``device`` in the place it had, or as the newest."""
    others = [device if known.key == device.key else known for known in user.devices]
    if device_of(user, device.key) is None:
        others.append(device)
    return replace(user, devices=tuple(others))


# Operations


@operation("ConfirmDevice")
def confirm_device(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    key = request["DeviceKey"]
    if caller.claims.get("device_key") != key:
        raise AwsError("ResourceNotFoundException", "Device does not exist.")
    if device_of(caller.user, key) is not None:
        raise AwsError("DeviceKeyExistsException", "Device key already exists.")
    on_prompt = bool(
        (caller.settings.get("DeviceConfiguration") or {}).get("DeviceOnlyRememberedOnUserPrompt")
    )
    device = Device(
        key=key,
        group_key=group_key(caller.user),
        created=caller.now,
        modified=caller.now,
        last_used=caller.now,
        name=request.get("DeviceName", ""),
        last_ip=ctx.source_ip,
        verifier=_verifier(request.get("DeviceSecretVerifierConfig", {})),
        remembered=not on_prompt,
    )
    caller.change(caller.user, lambda user: with_device(user, device))
    return {"UserConfirmationNecessary": on_prompt}


def _verifier(config: Mapping[str, str]) -> Verifier:
    try:
        salt, value = (
            int.from_bytes(base64.b64decode(config[name], validate=True))
            for name in ("Salt", "PasswordVerifier")
        )
    except (KeyError, binascii.Error):
        salt = value = 0
    if not (0 < value < N and salt.bit_length() <= _MOST_SALT_BITS):
        raise AwsError("InvalidParameterException", "Invalid device secret verifier config.")
    return Verifier(salt, value)


@operation("GetDevice")
def get_device(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, _token(request))
    return {"Device": described(known_device(caller.user, request["DeviceKey"]))}


@operation("AdminGetDevice")
def admin_get_device(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    user = site_of(ctx, request["UserPoolId"]).named(request["Username"])
    return {"Device": described(known_device(user, request["DeviceKey"]))}


@operation("ListDevices")
def list_devices(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return _listed(signed_in(ctx, request["AccessToken"]).user, request)


@operation("AdminListDevices")
def admin_list_devices(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return _listed(site_of(ctx, request["UserPoolId"]).named(request["Username"]), request)


@operation("ForgetDevice")
def forget_device(ctx: Context, request: dict[str, Any]) -> None:
    caller = signed_in(ctx, _token(request))
    _forget(caller, caller.user, request["DeviceKey"])


@operation("AdminForgetDevice")
def admin_forget_device(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    _forget(site, site.named(request["Username"]), request["DeviceKey"])


@operation("UpdateDeviceStatus")
def update_device_status(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    return _remember(caller, caller.user, request)


@operation("AdminUpdateDeviceStatus")
def admin_update_device_status(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    return _remember(site, site.named(request["Username"]), request)


def _token(request: Mapping[str, Any]) -> str:
    """The access token, where the model takes requests without one."""
    token = request.get("AccessToken")
    if not token:
        raise AwsError("NotAuthorizedException", "Invalid Access Token")
    return str(token)


def known_device(user: User, key: str) -> Device:
    device = device_of(user, key)
    if device is None:
        raise AwsError("ResourceNotFoundException", "Device does not exist.")
    return device


def _forget(site: Site, user: User, key: str) -> None:
    known_device(user, key)
    site.change(
        user,
        lambda known: replace(
            known, devices=tuple(device for device in known.devices if device.key != key)
        ),
    )


def _remember(site: Site, user: User, request: Mapping[str, Any]) -> dict[str, Any]:
    remembered = request.get("DeviceRememberedStatus") == "remembered"

    def edit(known: User) -> User:
        device = known_device(known, request["DeviceKey"])
        return with_device(known, replace(device, remembered=remembered, modified=site.now))

    site.change(user, edit)
    return {}


def _listed(user: User, request: Mapping[str, Any]) -> dict[str, Any]:
    limit = request.get("Limit", _PAGE)
    keys = [device.key for device in user.devices]
    start = 0
    if after := request.get("PaginationToken"):
        if after not in keys:
            raise AwsError("InvalidParameterException", "Invalid pagination token.")
        start = keys.index(after) + 1
    page = user.devices[start : start + limit]
    more = start + len(page) < len(keys)
    return {
        "Devices": [described(device) for device in page],
        **({"PaginationToken": page[-1].key} if more and page else {}),
    }


def described(device: Device) -> dict[str, Any]:
    """DeviceType."""
    told = {
        "device_name": device.name,
        "device_status": "remembered" if device.remembered else "not_remembered",
        "last_ip_used": device.last_ip,
    }
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [
            {"Name": name, "Value": value} for name, value in told.items() if value
        ],
        "DeviceCreateDate": device.created,
        "DeviceLastModifiedDate": device.modified,
        "DeviceLastAuthenticatedDate": device.last_used,
    }
