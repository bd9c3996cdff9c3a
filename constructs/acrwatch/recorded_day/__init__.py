"""A made-up day in the logs of two registries: ordinary traffic, and an intruder whom all five detections see.

The day fits `acrwatch.example.yaml`: its registries, and the identities its tuning names. With those settings it
raises five alerts, one of each detection, and no other. What happens is told by a module for each actor, how rows
reach the workspace by `arrival`, what they look like by `rows` and `records`, and the files by `writing`.
Everything follows from a seed.
"""

from __future__ import annotations

from acrwatch.recorded_day.sinks import Form
from acrwatch.recorded_day.writing import Written, teams_for, write_day

__all__ = ["Form", "Written", "teams_for", "write_day"]
