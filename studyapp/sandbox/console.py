"""What the console's pages ask of AWS: reads put together for a page, and one call for each act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.models import service_model
from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.models import Account, StoredDocument
from studyapp.sandbox.services.accounts import create_access_key, ensure_account

LISTED = 60
"""As many as AWS gives in one answer."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How AWS lists something: the member of the answer, and how requests say how many and where
    to go on."""

    member: str
    size: str = "MaxResults"
    token: str = "NextToken"  # noqa: S105
    most: int = LISTED


LISTINGS = {
    "AdminListDevices": Listing("Devices", size="Limit", token="PaginationToken"),  # noqa: S106
    "AdminListGroupsForUser": Listing("Groups", size="Limit"),
    "AdminListUserAuthEvents": Listing("AuthEvents"),
    "ListGroups": Listing("Groups", size="Limit"),
    "ListIdentityProviders": Listing("Providers"),
    "ListResourceServers": Listing("ResourceServers", most=50),
    "ListTerms": Listing("Terms"),
    "ListUserImportJobs": Listing("UserImportJobs", token="PaginationToken"),  # noqa: S106
    "ListUserPoolClients": Listing("UserPoolClients"),
    "ListUserPools": Listing("UserPools"),
    "ListUsers": Listing("Users", size="Limit", token="PaginationToken"),  # noqa: S106
    "ListUsersInGroup": Listing("Users", size="Limit"),
}

USER_ACTS = {
    "confirm": ("AdminConfirmSignUp", "Confirmed."),
    "reset": ("AdminResetUserPassword", "A code to set a new password was sent."),
    "disable": ("AdminDisableUser", "Disabled. Sign-ins are refused, tokens are revoked."),
    "enable": ("AdminEnableUser", "Enabled."),
    "sign-out": ("AdminUserGlobalSignOut", "Signed out everywhere."),
}
"""What is done to a user with one button: the operation, and what is said afterwards."""


PLACES: Mapping[str, Mapping[str, str]] = {
    "Applications": {"clients": "App clients", "try_sign_in": "Try the sign-in"},
    "User management": {"users": "Users", "groups": "Groups", "imports": "Import"},
    "Authentication": {
        "sign_in_settings": "Sign-in",
        "mfa": "Second factors, passkeys",
        "sign_up_settings": "Sign-up",
        "attributes": "Attributes",
        "providers": "Social and external providers",
        "triggers": "Lambda triggers",
    },
    "Security": {"threat": "Threat protection", "logs": "Log streaming"},
    "Branding": {
        "domains": "Domain",
        "branding": "Branding",
        "message_templates": "Messages",
        "resource_servers": "Resource servers",
    },
    "Settings": {"pool_settings": "Name, plan, issuer, tags"},
}
"""The pages of a pool, grouped as AWS's console has them, by the names of their addresses."""


TRIGGERS = {
    "PreSignUp": "Before somebody is signed up: refuses them, or confirms them at once.",
    "PostConfirmation": "After a sign-up or a forgotten password was confirmed: welcomes them.",
    "PreAuthentication": "Before a sign-in is checked: refuses it.",
    "PostAuthentication": "After a sign-in: writes it down.",
    "PreTokenGeneration": "Before tokens are signed: changes their claims, groups and scopes.",
    "CustomMessage": "Before a message is sent: writes its text.",
    "UserMigration": "When who signs in is not in the pool: brings them from another directory.",
    "DefineAuthChallenge": "In a sign-in by custom challenges: says what is next, if anything.",
    "CreateAuthChallenge": "In the same: makes the question and its answer.",
    "VerifyAuthChallengeResponse": "In the same: says whether the answer is right.",
    "CustomEmailSender": "In place of Cognito's e-mail: decrypts the code and sends it.",
    "CustomSMSSender": "In place of Cognito's text messages, in the same way.",
    "InboundFederation": "When somebody comes from a provider: changes what it says of them.",
}
"""When a pool calls each, and what for."""
_SENDERS = ("CustomEmailSender", "CustomSMSSender")
_VERSIONED = (*_SENDERS, "InboundFederation")
"""LambdaConfig has these with the version of their event, of which there is one."""
_KEY = "alias/sandbox"
"""What senders' codes are said to be encrypted under: AWS has no pool with a sender without it."""


def console(request: LearnerRequest, pool_id: str = "", region: str = DEFAULT_REGION) -> Console:
    """The learner's console, in the region of the pool if one is named."""
    account = ensure_account(request.user)
    key = account.access_keys.first() or create_access_key(account)
    if pool_id:
        region = pool_id.partition("_")[0]
    client = ConsoleClient(
        key,
        base=endpoint_of(request),
        source_ip=request.META.get("REMOTE_ADDR", ""),
        region=region,
    )
    return Console(account, client, pool_id)


@dataclass(frozen=True, slots=True)
class Console:
    account: Account
    aws: ConsoleClient
    pool_id: str

    def call(self, operation: str, /, **request: Any) -> Any:
        """In the pool, where there is one. Raises AwsError."""
        pool = {"UserPoolId": self.pool_id} if self.pool_id else {}
        return self.aws.call(operation, **pool, **request)

    def read(self, operation: str, /, **request: Any) -> Any:
        """What has to be there for the page to be: 404 if it isn't."""
        try:
            return self.call(operation, **request)
        except AwsError as error:
            if error.status == 500:
                raise
            raise Http404(f"{operation} {self.pool_id}: {error}") from None

    def found(self, operation: str, /, **request: Any) -> Mapping[str, Any]:
        """What need not be there: empty if it isn't."""
        try:
            found: Mapping[str, Any] = self.call(operation, **request)
        except AwsError:
            return {}
        return found

    def listed(
        self, operation: str, /, after: str = "", **request: Any
    ) -> tuple[list[Mapping[str, Any]], str]:
        """A page of what ``operation`` lists, and where the next begins; empty after the last."""
        listing = LISTINGS[operation]
        more = {listing.token: after} if after else {}
        found = self.read(operation, **{listing.size: listing.most}, **more, **request)
        return found.get(listing.member, []), found.get(listing.token, "")

    def every(self, operation: str, /, **request: Any) -> list[Mapping[str, Any]]:
        """All that ``operation`` lists."""
        rows, after = self.listed(operation, **request)
        while after:
            more, after = self.listed(operation, after, **request)
            rows += more
        return rows

    def pool(self) -> dict[str, Any]:
        pool: dict[str, Any] = self.read("DescribeUserPool")["UserPool"]
        return pool

    def user(self, username: str) -> dict[str, Any]:
        user: dict[str, Any] = self.read("AdminGetUser", Username=username)
        groups = self.every("AdminListGroupsForUser", Username=username)
        return {**user, "Groups": groups}

    def change_pool(self, **changes: Any) -> None:
        pool = self.pool()
        # AWS describes these days, and refuses them beside the password policy, which has them too.
        for settings in (pool, changes):
            settings.get("AdminCreateUserConfig", {}).pop("UnusedAccountValidityDays", None)
        self.retell("UpdateUserPool", pool, **changes)

    def clients(self) -> list[Mapping[str, Any]]:
        return self.every("ListUserPoolClients")

    def providers(self) -> list[Mapping[str, Any]]:
        return self.every("ListIdentityProviders")

    def domain(self) -> str:
        """The pool's, one's own rather than one below Amazon's; empty if there is none."""
        pool = self.pool()
        domain: str = pool.get("CustomDomain") or pool.get("Domain") or ""
        return domain

    def client(self, client_id: str) -> Mapping[str, Any]:
        client: Mapping[str, Any] = self.read("DescribeUserPoolClient", ClientId=client_id)[
            "UserPoolClient"
        ]
        return client

    def change_client(self, client_id: str, **changes: Any) -> None:
        self.retell("UpdateUserPoolClient", self.client(client_id), **changes)

    def retell(self, operation: str, known: Mapping[str, Any], **changes: Any) -> None:
        """AWS sets what an update isn't told back to the default, so all that is ``known`` is told
        again, with ``changes``; what is None in these gets its default."""
        model = service_model("cognito-idp").operation(operation)
        assert model is not None
        told = {name: known[name] for name in model.input.members if name in known} | changes
        told.pop("UserPoolId", None)
        self.call(operation, **{name: value for name, value in told.items() if value is not None})


def pools_of(request: LearnerRequest) -> list[Mapping[str, Any]]:
    """Every pool, with its region, in whatever regions there are some."""
    account = ensure_account(request.user)
    documents = StoredDocument.objects.filter(account=account, kind=UserPool.kind)
    regions = sorted(documents.values_list("region", flat=True).distinct())
    return [
        {**pool, "region": region}
        for region in regions
        for pool in console(request, region=region).every("ListUserPools")
    ]


def attributes(user: Mapping[str, Any], member: str = "UserAttributes") -> dict[str, str]:
    """The attributes of a user, or of what else has some, by name."""
    listed = user.get(member) or user.get("Attributes") or []
    return {each["Name"]: each.get("Value", "") for each in listed}


def triggers_of(pool: Mapping[str, Any]) -> dict[str, str]:
    """The ARN of each trigger that a pool's settings have."""
    config = dict(pool.get("LambdaConfig", {}))
    versioned = config.pop("PreTokenGenerationConfig", {})
    if "LambdaArn" in versioned:
        config["PreTokenGeneration"] = versioned["LambdaArn"]
    for name in _VERSIONED:
        config[name] = config.get(name, {}).get("LambdaArn", "")
    return {name: config.get(name, "") for name in TRIGGERS}


def with_triggers(pool: Mapping[str, Any], arns: Mapping[str, str], version: str) -> dict[str, Any]:
    """A pool's LambdaConfig with other triggers, and all else that is in it."""
    changed = {*TRIGGERS, "PreTokenGenerationConfig"}
    others = {k: v for k, v in pool.get("LambdaConfig", {}).items() if k not in changed}
    config: dict[str, Any] = {**others, **{name: arn for name, arn in arns.items() if arn}}
    if version != "V1_0" and "PreTokenGeneration" in config:
        arn = config.pop("PreTokenGeneration")
        config["PreTokenGenerationConfig"] = {"LambdaVersion": version, "LambdaArn": arn}
    for name in _VERSIONED:
        if name in config:
            config[name] = {"LambdaVersion": "V1_0", "LambdaArn": config[name]}
    if any(name in config for name in _SENDERS):
        region, account = pool["Arn"].split(":")[3:5]
        config.setdefault("KMSKeyID", f"arn:aws:kms:{region}:{account}:{_KEY}")
    return config
