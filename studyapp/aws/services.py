"""The services there are."""

from __future__ import annotations

from studyapp.aws.cognito_idp import (  # noqa: F401, each registers its operations
    administration,
    auth_events,
    branding,
    certificates,
    challenges,
    clients,
    devices,
    domains,
    feedback_page,
    groups,
    import_jobs,
    linking,
    machine_tokens,
    memberships,
    mfa,
    passkeys,
    pools,
    profiles,
    providers,
    recovery,
    resource_servers,
    risk,
    sessions,
    sign_in,
    sign_up,
    tags,
    user_sessions,
    well_known,
)
from studyapp.aws.cognito_idp.federation import provider_pages  # noqa: F401, mounts the providers
from studyapp.aws.cognito_idp.hosted import routes  # noqa: F401, mounts the domains
from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.operations import Service

SERVICES: tuple[Service, ...] = (COGNITO_IDP,)
