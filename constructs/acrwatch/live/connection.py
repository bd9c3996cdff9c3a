"""A connection to one of Azure's clouds: who we are, where it answers, and with what patience.

The Azure SDK is loaded here and in what only works with a connection; without it there is a `MissingExtra`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from acrwatch.errors import InputError, MissingExtra
from acrwatch.live.clouds import Cloud, CloudName, cloud_of

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

    from acrwatch.live.arm import Arm
    from acrwatch.live.patience import Patience

EXTRA = "azure"
PARALLEL = 24
"""Calls under way at once unless told otherwise; each waits for Azure nearly all of its time."""


@dataclass(frozen=True, kw_only=True)
class Azure:
    """A connection.

    Args:
        cloud: where the services answer.
        credential: gives the tokens.
        patience: what each call is given.
        parallel: calls that may be under way at once.
    """

    cloud: Cloud
    credential: TokenCredential
    patience: Patience
    parallel: int = PARALLEL

    def __repr__(self) -> str:
        """Without the credential, whose own form is not ours to know."""
        return f"Azure({self.cloud.arm})"

    @cached_property
    def arm(self) -> Arm:
        """Azure Resource Manager."""
        from acrwatch.live.arm import Arm

        return Arm(self)

    @cached_property
    def client_options(self) -> Mapping[str, Any]:
        """Arguments for every client of the SDK, so that all share patience and connections and log nothing."""
        from azure.core.pipeline.policies import SansIOHTTPPolicy

        from acrwatch.live.patience import PatientPolicy

        _keep_the_log_clean()
        limits = {
            "connection_verify": self.cloud.ca_file or True,
            "connection_timeout": self.patience.connect,
            "read_timeout": self.patience.read,
        }
        return {
            "retry_policy": PatientPolicy(self.patience, self.parallel),
            # It would log addresses and headers of each call; the other one bodies too.
            "http_logging_policy": SansIOHTTPPolicy(),
            "logging_policy": SansIOHTTPPolicy(),
            # A transport that is given takes none of a client's limits, so it has them itself.
            "transport": _transport(self.parallel, limits),
            **limits,
        }


def connect(
    name: CloudName = CloudName.PUBLIC,
    *,
    parallel: int = PARALLEL,
    patience: Patience | None = None,
    environment: Mapping[str, str] | None = None,
) -> Azure:
    """Connect as `DefaultAzureCredential` does: environment, managed identity, `az login` and so on.

    No call is made yet.

    Args:
        name: one of Azure's clouds.
        parallel: calls that may be under way at once.
        patience: what each call is given. Default: that of `Patience`.
        environment: environment variables. Default: those of the process.

    Raises:
        MissingExtra: the Azure SDK is not installed.
        InputError: the file in `ACRWATCH_CLOUD_FILE` is not that of a cloud, or the environment names no way to log in.
    """
    need_sdk("talking to Azure")
    from azure.identity import DefaultAzureCredential

    from acrwatch.live.patience import Patience as Default

    cloud = cloud_of(name, os.environ if environment is None else environment)
    # A cloud of one's own is unknown to the directory of clouds, which is asked otherwise.
    own = {} if cloud.ca_file is None else {"connection_verify": cloud.ca_file, "disable_instance_discovery": True}
    try:
        credential = DefaultAzureCredential(authority=cloud.authority, **own)
    except ValueError:
        # Its own message may repeat the value.
        said = "the environment names a way to log in that cannot be: see to AZURE_CLIENT_ID, AZURE_TENANT_ID and so on"
        raise InputError(said) from None
    given = patience or Default()
    return Azure(cloud=cloud, credential=_AskedOnce(credential), patience=given, parallel=parallel)


class _AskedOnce:
    """A credential whose failure is final: else each of a thousand calls would try all ways to log in again.

    Args:
        credential: the credential itself.
    """

    def __init__(self, credential: TokenCredential) -> None:
        self._credential = credential
        self._failure: Exception | None = None
        self._lock = Lock()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token, as the SDK asks for it."""
        from azure.core.exceptions import ClientAuthenticationError

        with self._lock:
            if self._failure is not None:
                raise self._failure
            try:
                return self._credential.get_token(*scopes, **options)
            except ClientAuthenticationError as failure:
                self._failure = failure
                raise


def need_sdk(what: str) -> None:
    """See to it that the Azure SDK is there.

    Args:
        what: what it is needed for, as a person would call it.

    Raises:
        MissingExtra: it is not installed.
    """
    for package in ("azure", "azure.core", "azure.identity", "azure.mgmt.core", "azure.monitor.query"):
        try:
            there = find_spec(package) is not None
        except ModuleNotFoundError:
            there = False
        if not there:
            raise MissingExtra(what, EXTRA)


def _transport(parallel: int, limits: Mapping[str, Any]) -> Any:
    """One pool of connections, wide enough that none is thrown away while others wait."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=parallel, max_retries=0))
    # Clients that end leave the session to the others.
    return RequestsTransport(session=session, session_owner=False, **limits)


class _WithoutQuery(logging.Filter):
    """Takes the query out of the line that urllib3 logs for each call: addresses of operations are signed there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                value.partition("?")[0] if isinstance(value, str) and "?" in value else value for value in record.args
            )
        return True


_WITHOUT_QUERY = _WithoutQuery()


def _keep_the_log_clean() -> None:
    # The same filter or handler is added once, however often.
    logging.getLogger("urllib3.connectionpool").addFilter(_WITHOUT_QUERY)
    # Without a handler, warnings of the SDK would reach standard error by Python's last resort.
    logging.getLogger("azure").addHandler(_NOWHERE)


_NOWHERE = logging.NullHandler()
