"""An alert and a moment -> who is told, and why: worked out from what Terraform would deploy."""

from acrwatch.routing.alert import Alert, MonitorCondition
from acrwatch.routing.route import Decision, Route, Told, route
from acrwatch.routing.schedules import in_force
from acrwatch.routing.verdict import Verdict

__all__ = ["Alert", "Decision", "MonitorCondition", "Route", "Told", "Verdict", "in_force", "route"]
