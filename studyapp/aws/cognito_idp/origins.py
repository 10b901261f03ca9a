"""Where a sign-in comes from: the address, the device as the page tells of it, and the place."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

_MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    country: str
    latitude: float
    longitude: float


# Addresses that are nobody's (RFC 5737, RFC 3849) lie somewhere here, so that one can travel.
_PLACES = {
    "192.0.2.0/25": Place("Seattle", "United States", 47.6, -122.3),
    "192.0.2.128/25": Place("Portland", "United States", 45.5, -122.7),
    "198.51.100.0/25": Place("Frankfurt", "Germany", 50.1, 8.7),
    "198.51.100.128/25": Place("Dublin", "Ireland", 53.3, -6.3),
    "203.0.113.0/25": Place("Sydney", "Australia", -33.9, 151.2),
    "203.0.113.128/25": Place("Singapore", "Singapore", 1.3, 103.8),
    "2001:db8:1::/48": Place("Tokyo", "Japan", 35.7, 139.7),
    "2001:db8:2::/48": Place("São Paulo", "Brazil", -23.6, -46.6),
}
_NETWORKS = {ipaddress.ip_network(network): place for network, place in _PLACES.items()}


def place_of(address: str) -> Place | None:
    """Where an address is; None for one of this machine or network, or of none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return next((place for network, place in _NETWORKS.items() if parsed in network), None)


def distance(one: Place, other: Place) -> float:
    """In kilometres, along the surface (haversine)."""
    south, north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


@dataclass(frozen=True, slots=True)
class Origin:
    """``device`` is a name to show, ``device_id`` what tells two devices apart; both are empty
    for a caller that tells of none."""

    address: str
    device: str = ""
    device_id: str = ""
    timezone: str = ""

    @property
    def place(self) -> Place | None:
        return place_of(self.address)


def origin_of(context_data: Mapping[str, Any], source_ip: str) -> Origin:
    """Out of UserContextData or ContextData; whatever can't be read in it isn't told."""
    told = _decoded(context_data.get("EncodedData", ""))
    headers = {
        str(header.get("headerName", "")).lower(): str(header.get("headerValue", ""))
        for header in context_data.get("HttpHeaders", ())
    }
    agent = told.get("UserAgent") or headers.get("user-agent", "")
    device = _device_name(agent)
    return Origin(
        address=_address(context_data.get("IpAddress", "")) or source_ip,
        device=device,
        device_id=told.get("DeviceId") or told.get("DeviceFingerprint") or device,
        timezone=told.get("ClientTimezone", ""),
    )


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _decoded(encoded: str) -> dict[str, str]:
    """The contextData of what amazon-cognito-advanced-security-data gathers in a browser: base64
    of JSON, in which ``payload`` is JSON again."""
    try:
        envelope = json.loads(base64.b64decode(encoded + "=" * (-len(encoded) % 4)))
        told = json.loads(envelope["payload"])["contextData"]
        return {
            name: value[:_MOST] for name, value in told.items() if isinstance(value, str) and value
        }
    except (binascii.Error, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


# Each names itself as well as those it descends from: the first that fits is it.
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("Linux", "Linux"),
)


def _device_name(agent: str) -> str:
    """``Chrome 141, Windows``, or as the caller names itself; "" if it doesn't."""
    agent = agent[:_MOST]
    system = next((name for name, shape in _SYSTEMS if re.search(shape, agent)), "")
    for name, shape in _BROWSERS:
        if match := re.search(shape, agent):
            return f"{name} {match[1]}, {system}" if system else f"{name} {match[1]}"
    return system or agent
