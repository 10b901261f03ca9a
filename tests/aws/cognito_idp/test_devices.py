"""Devices: confirmed and proven by pycognito, remembered, forgotten."""

from __future__ import annotations

from typing import Any

from pycognito import aws_srp
from pycognito.aws_srp import AWSSRP

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused
from tests.aws.cognito_idp.test_mfa import SMS
from tests.aws.cognito_idp.test_sign_in import claims

TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


class Phone:
    """A device of Ada's, confirmed."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        result = pool.sign_in()
        told = result["NewDeviceMetadata"]
        self.access = result["AccessToken"]
        self.key, self.group_key = told["DeviceKey"], told["DeviceGroupKey"]
        self.password, config = aws_srp.generate_hash_device(self.group_key, self.key)
        self.confirmed = pool.api.confirm_device(
            AccessToken=self.access,
            DeviceKey=self.key,
            DeviceName="Phone",
            DeviceSecretVerifierConfig=config,
        )

    def srp(self, device_password: str | None = None) -> AWSSRP:
        return AWSSRP(
            "ada",
            PASSWORD,
            self.pool.id,
            self.pool.client_id,
            client=self.pool.api,
            device_key=self.key,
            device_group_key=self.group_key,
            device_password=device_password or self.password,
        )


def tracked(sandbox: Running, **changed: Any) -> Pool:
    pool = make_pool(sandbox, DeviceConfiguration={**TRACKED, **changed}, **SMS)
    pool.user(phone_number="+491711234567")
    return pool


def test_pycognito_proves_a_device(sandbox: Running) -> None:
    pool = tracked(sandbox)
    phone = Phone(pool)
    assert phone.confirmed["UserConfirmationNecessary"] is False
    assert claims(phone.access)["device_key"] == phone.key
    result = phone.srp().authenticate_user()["AuthenticationResult"]
    assert claims(result["AccessToken"])["device_key"] == phone.key
    assert "NewDeviceMetadata" not in result
    with refused("NotAuthorizedException", "Incorrect username or password."):
        phone.srp("another password").authenticate_user()


def test_a_remembered_device_stands_for_the_second_factor(sandbox: Running) -> None:
    pool = tracked(sandbox)
    phone = Phone(pool)
    pool.api.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username="ada", SMSMfaSettings={"Enabled": True}
    )
    pool.configure(MfaConfiguration="OPTIONAL")
    assert pool.begin(USERNAME="ada", PASSWORD=PASSWORD)["ChallengeName"] == "SMS_MFA"
    assert "AuthenticationResult" in phone.srp().authenticate_user()
    pool.api.admin_update_device_status(
        UserPoolId=pool.id,
        Username="ada",
        DeviceKey=phone.key,
        DeviceRememberedStatus="not_remembered",
    )
    asked = pool.begin(USERNAME="ada", PASSWORD=PASSWORD, DEVICE_KEY=phone.key)
    assert asked["ChallengeName"] == "SMS_MFA"


def test_a_device_may_be_remembered_only_when_the_user_says_so(sandbox: Running) -> None:
    pool = tracked(sandbox, DeviceOnlyRememberedOnUserPrompt=True)
    phone = Phone(pool)
    assert phone.confirmed["UserConfirmationNecessary"] is True
    assert "AuthenticationResult" in phone.srp().authenticate_user()
    pool.api.update_device_status(
        AccessToken=phone.access, DeviceKey=phone.key, DeviceRememberedStatus="remembered"
    )
    asked = pool.begin(USERNAME="ada", PASSWORD=PASSWORD, DEVICE_KEY=phone.key)
    assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_devices_are_listed_and_forgotten(sandbox: Running) -> None:
    pool = tracked(sandbox)
    one, two = Phone(pool), Phone(pool)
    listed = pool.api.list_devices(AccessToken=one.access, Limit=1)
    assert [device["DeviceKey"] for device in listed["Devices"]] == [one.key]
    rest = pool.api.admin_list_devices(
        UserPoolId=pool.id, Username="ada", PaginationToken=listed["PaginationToken"]
    )
    assert [device["DeviceKey"] for device in rest["Devices"]] == [two.key]
    told = pool.api.get_device(AccessToken=one.access, DeviceKey=one.key)["Device"]
    attributes = {a["Name"]: a["Value"] for a in told["DeviceAttributes"]}
    assert attributes["device_name"] == "Phone"
    assert attributes["device_status"] == "remembered"
    pool.api.forget_device(AccessToken=one.access, DeviceKey=one.key)
    pool.api.admin_forget_device(UserPoolId=pool.id, Username="ada", DeviceKey=two.key)
    with refused("ResourceNotFoundException", "Device does not exist."):
        pool.api.admin_get_device(UserPoolId=pool.id, Username="ada", DeviceKey=two.key)
    with refused("ResourceNotFoundException", "Device does not exist."):
        one.srp().authenticate_user()


def test_only_the_device_of_this_sign_in_is_confirmed_and_once(sandbox: Running) -> None:
    pool = tracked(sandbox)
    phone = Phone(pool)
    _, config = aws_srp.generate_hash_device(phone.group_key, phone.key)
    with refused("DeviceKeyExistsException"):
        pool.api.confirm_device(
            AccessToken=phone.access, DeviceKey=phone.key, DeviceSecretVerifierConfig=config
        )
    with refused("ResourceNotFoundException", "Device does not exist."):
        pool.api.confirm_device(
            AccessToken=phone.access,
            DeviceKey="us-east-1_00000000-0000-4000-8000-000000000000",
            DeviceSecretVerifierConfig=config,
        )
    fresh = pool.sign_in()
    for wrong in ("!", "AAAA", "/" * 4000):
        with refused("InvalidParameterException"):
            pool.api.confirm_device(
                AccessToken=fresh["AccessToken"],
                DeviceKey=fresh["NewDeviceMetadata"]["DeviceKey"],
                DeviceSecretVerifierConfig={"Salt": wrong, "PasswordVerifier": wrong},
            )


def test_a_pool_that_keeps_no_track_tells_of_no_device(pool: Pool) -> None:
    pool.user()
    assert "NewDeviceMetadata" not in pool.sign_in()
