"""Where a pool's logs are to go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from studyapp.sandbox.forms.base import ConsoleForm, choice, text

_PLACES = {
    "CloudWatchLogsConfiguration": ("LogGroupArn", "a log group of CloudWatch"),
    "S3Configuration": ("BucketArn", "a bucket of S3"),
    "FirehoseConfiguration": ("StreamArn", "a stream of Firehose"),
}
_ARN = "arn:aws:logs:us-east-1:123456789012:log-group:pool"


class LogForm(ConsoleForm):
    sections: ClassVar = {
        "Messages that could not be sent": ("unsent",),
        "User activity": ("place", "activity"),
    }
    blamed: ClassVar = {
        "Exporting user activity": "place",
        "userNotification": "unsent",
        "LogConfigurations": "activity",
        "ogGroupArn": "activity",
    }

    unsent = text("Log group of CloudWatch", f"An ARN, {_ARN}; empty: nowhere.", required=False)
    place = choice(
        "Sign-ins and what threat protection made of them go to",
        [("", "nowhere"), *((name, label) for name, (_, label) in _PLACES.items())],
        "It needs the Plus plan.",
        required=False,
    )
    activity = text("Its ARN", required=False)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if asked.get("place") and not asked.get("activity"):
            self.add_error("activity", "Say where: its ARN.")
        return asked

    @staticmethod
    def initial_of(delivery: Mapping[str, Any]) -> dict[str, str]:
        initial = {}
        for each in delivery.get("LogConfigurations", ()):
            if each["EventSource"] == "userNotification":
                initial["unsent"] = each["CloudWatchLogsConfiguration"]["LogGroupArn"]
                continue
            for name, (member, _) in _PLACES.items():
                if name in each:
                    initial |= {"place": name, "activity": each[name].get(member, "")}
        return initial

    def request(self) -> dict[str, Any]:
        """As SetLogDeliveryConfiguration takes it."""
        asked = self.cleaned_data
        found: list[dict[str, Any]] = []
        if group := asked["unsent"]:
            found.append(
                {
                    "EventSource": "userNotification",
                    "LogLevel": "ERROR",
                    "CloudWatchLogsConfiguration": {"LogGroupArn": group},
                }
            )
        if place := asked["place"]:
            member, _ = _PLACES[place]
            found.append(
                {
                    "EventSource": "userAuthEvents",
                    "LogLevel": "INFO",
                    place: {member: asked["activity"]},
                }
            )
        return {"LogConfigurations": found}
