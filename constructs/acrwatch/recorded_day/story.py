"""What stands beside the events for those who read: the day's story, and the alerts to expect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from acrwatch.recorded_day.clock import MINUTE, Stamps
from acrwatch.recorded_day.estate import INTRUDER
from acrwatch.recorded_day.expected import WITHIN, Expected
from acrwatch.recorded_day.intruder import DELETED, EMPTIED, IMAGES, LATE, PULLS, PUSHES, REPOSITORY, SCAN_OFF
from acrwatch.recorded_day.ordinary import ORDINARY

_STEPS = {
    "excessive_images_pulled": (PULLS, "reads 58 images, one of each thing there is; `payments/*` refuses it"),
    "image_vulnerability_scan_disabled": (SCAN_OFF, "sets the Defender plan Containers to Free"),
    "excessive_images_pushed": (PUSHES, "pushes 26 images of its own under tags that others trust"),
    "images_deleted_in_repository": (IMAGES, f"deletes seven images of `{EMPTIED}`"),
    "forced_repository_deleted": (REPOSITORY, f"deletes the repository `{DELETED}`"),
}


def expected_text(alerts: Sequence[Expected], stamps: Stamps) -> str:
    """The alerts as a test of `acrwatch rehearse --expect`: when each fires at the earliest and latest, and what of."""
    lines = [
        "# The alerts of this day under acrwatch.example.yaml, for acrwatch rehearse --events events --expect FILE.",
        "name: the intruder raises one alert of each detection, and nobody raises another",
        "alerts:",
    ]
    for alert in alerts:
        lines += [
            f"  - rule: {alert.detection}",
            f"    at: {stamps(alert.start)}..{stamps(alert.start + WITHIN)}",
            "    dimensions:",
            *(f"      {name}: {json.dumps(value)}" for name, value in alert.dimensions.items()),
        ]
    return "\n".join(lines) + "\n"


def story_text(
    alerts: Sequence[Expected], stamps: Stamps, *, day: date, seed: int, teams: int, rows: int, files: Sequence[str]
) -> str:
    """The page that tells the day.

    Args:
        alerts: those to expect.
        stamps: of the day.
        day: its date.
        seed: what it was made from.
        teams: how many there are.
        rows: how many rows there are.
        files: what the rows lie in.
    """
    steps = [_step(alert, stamps) for alert in alerts]
    return f"""\
# A recorded day: {day}

A made-up day of two registries and their subscription, {rows:,} rows. Somebody breaks in during the night. Under
`acrwatch.example.yaml` the day raises five alerts, one of each detection, and no other. It is written by
`acrwatch day --date {day} --seed {seed}`{f" with {teams:,} teams" if teams != 6 else ""}; do not edit it.

## The attack

`{INTRUDER.identity}` is the service principal of a build agent from before the last migration.
From {INTRUDER.address} it tries six old secrets at 00:51, and the seventh works. All times are UTC.

| at | it | the rows are there | alert |
|---|---|---|---|
{chr(10).join(steps)}

The row of the deleted repository comes {LATE // MINUTE} minutes late, and still raises its alert. The success of the
plan's change comes twice, and of its rows only the first has the body. Rows of the pushes come twice, too.
[expected.yaml](expected.yaml) has each alert's dimensions and the span in which it fires.

## What else happens

| who | when | what | why it is quiet |
|---|---|---|---|
{chr(10).join(f"| {' | '.join(line)} |" for line in ORDINARY)}

## The files

{chr(10).join(f"- `{name}`" for name in files)}

The log of `contosoprod` and the activity log are rows as Log Analytics exports them, whose `_TimeReceived` says when
each arrived: a registry's after 3 to 10 minutes, the activity log's after 3 to 20, three in a thousand up to four and
a half hours late, five in a thousand twice. The log of `contosodev` is what a diagnostic setting sends to an event
hub, up to 25 records in a message, which do not say when they arrived; nothing in it raises an alert, whatever is
assumed. Rows stand in the order of arrival, so events are out of order. Which requests write which rows is partly
undocumented; the names of deletes above all are assumed.
"""


def _step(alert: Expected, stamps: Stamps) -> str:
    begun, told = _STEPS[alert.detection]
    return f"| {stamps(begun)[11:16]} | {told} | {stamps(alert.start)[11:16]} | {alert.detection} |"
