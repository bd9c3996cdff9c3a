"""Who and what there is: the registries of `acrwatch.example.yaml`, the platform that all share, and teams.

Teams are what a day of more events has more of. Each brings its own identities, so nobody comes nearer to a limit.
Names, ids and addresses are those that documentation may use (RFC 5737, RFC 3849, RFC 2606).
"""

from __future__ import annotations

from typing import NamedTuple

from acrwatch.recorded_day.events import Caller
from acrwatch.recorded_day.images import Image

PROD, DEV = "contosoprod", "contosodev"
ZERO = "00000000-0000-0000-0000-000000000000"
_GROUP = f"/subscriptions/{ZERO}/resourceGroups/rg-registries"

CONTAINERD = "containerd/1.7.23"
DOCKER = "docker/27.3.1 go/go1.22.7 kernel/6.8.0 os/linux arch/amd64 UpstreamClient(Docker-Client/27.3.1)"
BUILDKIT = "buildkit/v0.17"
AZURE_CLI = "python-requests/2.32.3"
ACR_CLI = "acr-cli/0.19 Azure-SDK-For-Go/0.0.0 acr/2019-07-15-preview"

PRODUCTION = Caller(ZERO, "192.0.2.4", CONTAINERD)
"""The production cluster's kubelet identity; the example gives it a limit of its own."""
# What the scanner calls itself is not documented.
SCANNER = Caller("00000000-0000-0000-0000-0000000000d5", "203.0.113.200", "<nil>")
"""The Defender scanner; the example gives it a limit of its own."""
PURGE = Caller("purge-task@example.com", "203.0.113.130", ACR_CLI)
"""The nightly clean-up; the example excuses it."""
PAYMENTS_CI = Caller("00000000-0000-0000-0000-0000000000c1", "198.51.100.9", BUILDKIT)
"""The pipeline of the payments team."""
INTRUDER = Caller("00000000-0000-0000-0000-0000000000ee", "203.0.113.66", "skopeo/1.16.1")
"""A build agent's service principal from before the last migration, whose secret somebody found."""

PAYMENTS = ("payments/api", "payments/worker", "payments/ledger")
PLATFORM = tuple(f"platform/{name}" for name in (
    "ingress", "dns", "certificates", "metrics", "logs", "traces", "secrets", "policy", "mesh", "mesh-proxy", "queue",
    "cache", "search", "mail", "jobs", "backup", "gateway", "login", "sessions", "users", "roles", "audit", "flags",
    "config", "assets", "thumbnails", "reports", "exports", "imports", "webhooks", "billing", "invoices", "tax",
    "rates", "orders", "stock", "shipping", "returns", "reviews", "chat", "status", "docs",
))  # fmt: skip

_TEAMS = ("shop", "web", "mobile", "data", "media", "partner")
_SERVICES = ("frontend", "api", "worker", "scheduler", "cache", "mailer", "search", "images", "events", "sync", "admin")
_JOBS = ("report", "cleanup", "export")
_PEOPLE = ("alex", "kim", "robin")


def registry_id(name: str) -> str:
    """Id of a registry."""
    return f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{name}"


def guid(number: int) -> str:
    """An id that says it is made up."""
    return f"{ZERO[:24]}{number:012}"


class Team(NamedTuple):
    """A team with a cluster, pipelines and people.

    Args:
        number: 1 for the first.
    """

    number: int

    @property
    def name(self) -> str:
        """First part of its repositories."""
        return _TEAMS[self.number - 1] if self.number <= len(_TEAMS) else f"team{self.number}"

    @property
    def services(self) -> list[str]:
        """Repositories of what runs all day."""
        return [f"{self.name}/{service}" for service in _SERVICES]

    @property
    def jobs(self) -> list[str]:
        """Repositories of what runs by the clock."""
        return [f"{self.name}/{job}" for job in _JOBS]

    @property
    def people(self) -> list[str]:
        """Sign-in names."""
        return [f"{person}.{self.name}@example.com" for person in _PEOPLE]

    def machine(self, role: int, client: str) -> Caller:
        """One of its machines: a digit for what it is, and the same identity and address each time."""
        return Caller(guid(self.number * 10 + role), f"192.0.2.{5 + self.number % 240}", client)

    def address(self, host: int) -> str:
        """An address of nobody else."""
        return f"2001:db8::{self.number >> 16:x}:{self.number & 0xFFFF:x}:{host:x}"

    def image(self, repository: str, release: int = 0) -> Image:
        """A release of the day; 0 is what runs when it begins."""
        return Image(repository, f"2.{self.number % 10}.{release}")


def shared_image(repository: str, release: int = 0) -> Image:
    """The same for what the platform and payments run."""
    return Image(repository, f"5.1.{release}")
