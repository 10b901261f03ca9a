"""Addresses of a pool's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from studyapp.aws.cognito_idp.hosted.visiting import PATH


def domain_address(endpoint: str, domain: str) -> str:
    return f"{endpoint}{PATH}/{domain}"


def sign_in_address(endpoint: str, domain: str, client: Mapping[str, Any]) -> str:
    """Where an app would send people to sign in by this client; empty while it can't."""
    callbacks = client.get("CallbackURLs") or ()
    flows = client.get("AllowedOAuthFlows") or ()
    if not (domain and callbacks and client.get("AllowedOAuthFlowsUserPoolClient")):
        return ""
    kinds = {"code": "code", "implicit": "token"}
    kind = next((kinds[flow] for flow in flows if flow in kinds), "")
    if not kind:
        return ""
    asked = {
        "client_id": client["ClientId"],
        "response_type": kind,
        "scope": " ".join(client.get("AllowedOAuthScopes") or ()),
        "redirect_uri": client.get("DefaultRedirectURI") or callbacks[0],
    }
    return f"{domain_address(endpoint, domain)}/login?{urlencode(asked)}"
