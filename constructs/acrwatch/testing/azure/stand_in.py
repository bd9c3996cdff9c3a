"""A stand-in for Azure on this machine: Resource Manager, Log Analytics and Entra ID behind one TLS server.

The real clients of the Azure SDK talk to it as they are. It holds resources as JSON, in Azure's spelling, answers as
the services do, and goes wrong where a test says so. It is no model of what Azure would do with a deployment.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from acrwatch.live.clouds import VARIABLE, Cloud
from acrwatch.testing.azure.certificate import Certificate
from acrwatch.testing.azure.conflicts import refusal
from acrwatch.testing.azure.faults import Fault, Faults
from acrwatch.testing.azure.resources import Resources, place_of
from acrwatch.testing.azure.server import Record, Reply, Request, Server

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

    from acrwatch.live.connection import Azure
    from acrwatch.live.patience import Patience

TENANT = "00000000-0000-0000-0000-000000000000"
SECRET = "stand-in-client-secret"  # noqa: S105  # of a service that only exists here
TOKEN = "stand-in-token"  # noqa: S105

LogQueries = Callable[[str, Mapping[str, Any]], Reply]
"""Answers a query: the workspace's GUID or a resource's id, and the body that was sent."""


class AzureStandIn:
    """Azure, for as long as a `with` block lasts.

    Args:
        page_size: members of a page of a list. Default: 100.
        latency: seconds that each call takes. Default: none.
    """

    def __init__(self, *, page_size: int = 100, latency: float = 0) -> None:
        self.resources = Resources()
        self.page_size = page_size
        self.polls = 1
        """How often an operation that takes long is looked at before it is done."""
        self.long_running: set[str] = set()
        """Types whose resources take long to make, in lower case."""
        self.unseen = 0
        """How many reads do not see a resource that was just made."""
        self.log_queries: LogQueries | None = None
        """What answers queries of logs."""
        self.receiver_states: dict[str, str] = {}
        """Name of a receiver -> what a test notification to it is answered; `Succeeded` for the others."""
        self._faults = Faults()
        self._operations: dict[str, tuple[int, Reply]] = {}
        self._lock = Lock()
        self._certificate = Certificate()
        self._server = Server(self._answer, self._faults, self._certificate.server_context())
        self._server.latency = latency
        self._folder = tempfile.TemporaryDirectory(prefix="acrwatch-stand-in-")
        self._ca_file = Path(self._folder.name) / "authority.pem"
        self._ca_file.write_text(self._certificate.authority_pem, encoding="utf-8")

    def __enter__(self) -> AzureStandIn:
        return self

    def __exit__(
        self, type_: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server."""
        self._server.close()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"https://127.0.0.1:{self._server.port}"

    @property
    def record(self) -> Record:
        """What it was asked."""
        return self._server.record

    @property
    def cloud(self) -> Cloud:
        """The cloud that it is."""
        return Cloud(
            arm=self.url,
            arm_scope=f"{self.url}/.default",
            logs=self.url,
            authority=self.url,
            ca_file=str(self._ca_file),
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables with which a command talks to it, and logs in with a secret."""
        file = Path(self._folder.name) / "cloud.json"
        if not file.exists():
            file.write_text(json.dumps(self.cloud.__dict__), encoding="utf-8")
        return {
            VARIABLE: str(file),
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": TENANT,
            "AZURE_CLIENT_SECRET": SECRET,
        }

    def azure(self, *, parallel: int = 8, patience: Patience | None = None) -> Azure:
        """A connection to it that has its token already.

        Args:
            parallel: calls under way at once.
            patience: what each call is given. Default: little, so that a test is over soon.
        """
        from acrwatch.live.connection import Azure
        from acrwatch.live.patience import Patience as Given

        little = Given(attempts=3, connect=5, read=2, pause=0.01, waiting=2, longest=10)
        return Azure(cloud=self.cloud, credential=StandInCredential(), patience=patience or little, parallel=parallel)

    def answer(self, method: str, path: str, **fault: Any) -> None:
        """Have something go wrong with calls; see `Fault` for what.

        Args:
            method: `GET`, `POST` ..., or `*` for all.
            path: pattern of paths with `*` for anything.
            fault: the other members of `Fault`.
        """
        self._faults.add(Fault(method=method, path=path, **fault))

    def heal(self) -> None:
        """Have nothing go wrong any more."""
        self._faults.clear()

    def _answer(self, request: Request) -> Reply:
        path = request.path.rstrip("/")
        if path.endswith(("/oauth2/v2.0/token", "/.well-known/openid-configuration")):
            return self._entra(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "InvalidAuthenticationToken")
        if path.startswith("/v1/"):
            return self._logs(path, request)
        if path.startswith("/operations/"):
            return self._operation(path)
        if "api-version" not in request.query:
            return _error(400, "MissingApiVersionParameter")
        if request.method == "POST":
            return self._action(path, request)
        if request.method == "PUT":
            return self._put(path, request)
        if request.method == "DELETE":
            return Reply(200 if self.resources.delete(path) else 204)
        return self._get(path, request)

    def _get(self, path: str, request: Request) -> Reply:
        place = place_of(path)
        if not place.is_list:
            body = self.resources.get(path)
            return Reply(200, body) if body is not None else _error(404, "ResourceNotFound")
        members = self.resources.list(path)
        start = int(request.query.get("$skiptoken", 0))
        page: dict[str, Any] = {"value": members[start : start + self.page_size]}
        if start + self.page_size < len(members):
            query = {**request.query, "$skiptoken": str(start + self.page_size)}
            page["nextLink"] = f"{self.url}{path}?{urlencode(query)}"
        return Reply(200, page)

    def _put(self, path: str, request: Request) -> Reply:
        if not isinstance(request.body, dict):
            return _error(400, "InvalidRequestContent")
        code = refusal(self.resources, path, request.body)
        if code is not None:
            return _error(409, code)
        made = self.resources.put(path, request.body, unseen=self.unseen)
        if place_of(path).type not in self.long_running:
            return Reply(200, made)
        operation = self._begin(Reply(200, {"status": "Succeeded", "properties": made}))
        return Reply(202, None, {"Azure-AsyncOperation": operation, "Location": operation, "Retry-After": "0"})

    def _action(self, path: str, request: Request) -> Reply:
        if path.lower().endswith("/createnotifications") and isinstance(request.body, dict):
            details = [
                {
                    "MechanismType": kind.removesuffix("Receivers"),
                    "Name": receiver.get("name"),
                    "Status": self.receiver_states.get(str(receiver.get("name")), "Succeeded"),
                    "SubState": "Default",
                    "SendTime": "2026-01-31T12:00:00Z",
                    "Detail": None,
                }
                for kind, receivers in request.body.items()
                if kind.endswith("Receivers") and isinstance(receivers, list)
                for receiver in receivers
            ]
            done = {"state": "Completed", "createdTime": "2026-01-31T12:00:00Z", "actionDetails": details}
            return Reply(202, None, {"Location": self._begin(Reply(200, done)), "Retry-After": "0"})
        return _error(404, "NoSuchAction")

    def _begin(self, done: Reply) -> str:
        """An operation that takes long; where it is looked at, signed as Azure's addresses are."""
        with self._lock:
            path = f"/operations/{UUID(int=len(self._operations) + 1)}"
            self._operations[path] = (self.polls, done)
        return f"{self.url}{path}?api-version=2020-01-01&t=0&s=stand-in-signature"

    def _operation(self, path: str) -> Reply:
        with self._lock:
            if path not in self._operations:
                return _error(404, "OperationNotFound")
            left, done = self._operations[path]
            self._operations[path] = (left - 1, done)
        if left <= 0:
            return done
        where = f"{self.url}{path}?api-version=2020-01-01&t=0&s=stand-in-signature"
        return Reply(202, {"status": "InProgress"}, {"Location": where, "Retry-After": "0"})

    def _logs(self, path: str, request: Request) -> Reply:
        if self.log_queries is None:
            return _error(501, "NoLogsInTheStandIn")
        asked = path.removeprefix("/v1").removesuffix("/query")
        return self.log_queries(asked.removeprefix("/workspaces/"), request.body or {})

    def _entra(self, request: Request) -> Reply:
        if request.method == "GET":
            base = f"{self.url}/{TENANT}"
            return Reply(
                200,
                {
                    "issuer": f"{base}/v2.0",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                },
            )
        if f"client_secret={SECRET}" not in str(request.body):
            return Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000215: a wrong secret"})
        return Reply(200, {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN})


class StandInCredential:
    """A credential that has the token of the stand-in already."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ARG002  # what the SDK calls
        """The token, good for an hour."""
        from azure.core.credentials import AccessToken

        return AccessToken(TOKEN, int(time.time()) + 3600)


def _error(status: int, code: str) -> Reply:
    return Reply(status, {"error": {"code": code, "message": f"{code} from the stand-in"}})
