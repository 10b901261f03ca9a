"""The services there are."""

from __future__ import annotations

from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.operations import Service

SERVICES: tuple[Service, ...] = (COGNITO_IDP,)
