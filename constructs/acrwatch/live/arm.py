"""Azure Resource Manager in its own JSON: one client for every type of resource.

azure-mgmt-monitor 7 has no diagnostic settings any more, and its next major has other models; the JSON on the wire is
fixed by the API version. What a failed call makes unknown, and which role would have helped, is said here and in
`failures`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RequestIdPolicy, UserAgentPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from acrwatch.live.failures import ABSENT, failed, not_understood, refused
from acrwatch.live.patience import retry_after
from acrwatch.live.unknown import CallFailed, Unknown

if TYPE_CHECKING:
    from acrwatch.live.connection import Azure

Body = Mapping[str, Any]

# A list that goes on for longer than this goes round in circles.
_PAGES = 2_000
_POLL = 2.0
"""Seconds between two looks at an operation where the service names none."""


@dataclass(frozen=True)
class Answer:
    """What a call was answered.

    Args:
        status: HTTP status, below 400.
        headers: the headers that name where an operation goes on.
        body: the JSON; empty where there was none.
    """

    status: int
    headers: Mapping[str, str]
    body: Body


class Arm:
    """Calls to Azure Resource Manager; every failure is a `CallFailed` that says what to do.

    Args:
        azure: the connection.
    """

    def __init__(self, azure: Azure) -> None:
        options = dict(azure.client_options)
        self._host = urlsplit(azure.cloud.arm).netloc
        policies = [
            RequestIdPolicy(),
            UserAgentPolicy("acrwatch"),
            options.pop("retry_policy"),
            BearerTokenCredentialPolicy(azure.credential, azure.cloud.arm_scope),
        ]
        self._send_options = {name: options[name] for name in ("connection_timeout", "read_timeout")}
        self._send_options["connection_verify"] = options["connection_verify"]
        self._client: ARMPipelineClient[HttpRequest, HttpResponse] = ARMPipelineClient(
            base_url=azure.cloud.arm, policies=policies, transport=options["transport"]
        )

    def get(self, path: str, version: str, **parameters: str) -> Body:
        """The resource or answer at a path.

        Args:
            path: from `/subscriptions` on, as it is: names in it are quoted here.
            version: the API version.
            parameters: further parameters of the query.

        Raises:
            CallFailed: there is no such thing, or it could not be read.
        """
        return self._call("GET", path, version, parameters=parameters).body

    def find(self, path: str, version: str) -> Body | None:
        """The resource at a path; None where Azure says that there is none.

        Args:
            path: as for `get`.
            version: the API version.

        Raises:
            CallFailed: it could not be found out.
        """
        response = self._send("GET", path, version, None, None)
        if response.status_code == 404:
            code = self._code(response)
            if code in ABSENT:
                return None
            if code is None:
                raise CallFailed(not_understood("GET", path, "404 without a word from Azure Resource Manager"))
        body = self._answered("GET", path, response).body
        if not isinstance(body.get("id"), str):
            raise CallFailed(not_understood("GET", path, "an answer that is no resource"))
        return body

    def list(self, path: str, version: str, **parameters: str) -> Iterator[Body]:
        """The resources of a list, page by page.

        Args:
            path: as for `get`.
            version: the API version.
            parameters: further parameters of the query.

        Raises:
            CallFailed: a page could not be read; what came before is no whole list.
        """
        answer = self._call("GET", path, version, parameters=parameters)
        for _ in range(_PAGES):
            members = answer.body.get("value")
            if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
                raise CallFailed(not_understood("GET", path, "a list without its members"))
            yield from members
            link = answer.body.get("nextLink")
            if link in (None, ""):
                return
            answer = self._call("GET", self._own(link, path), "")
        raise CallFailed(not_understood("GET", path, f"a list of more than {_PAGES} pages"))

    def put(self, path: str, version: str, body: Body) -> Answer:
        """Make or change a resource.

        Args:
            path: as for `get`.
            version: the API version.
            body: the resource.

        Raises:
            CallFailed: Azure refused it, or it is not known whether it was done.
        """
        return self._call("PUT", path, version, body=body)

    def post(self, path: str, version: str, body: Body) -> Answer:
        """Call an action of a resource; it is never repeated once Azure may have begun with it.

        Args:
            path: as for `get`.
            version: the API version.
            body: what the action is given.

        Raises:
            CallFailed: Azure refused it, or it is not known whether it was done.
        """
        return self._call("POST", path, version, body=body)

    def follow(self, answer: Answer, path: str, longest: float) -> Body:
        """Follow an operation that takes long to its end.

        Args:
            answer: what began it.
            path: path of the call that began it.
            longest: seconds until it has to be over.

        Returns:
            What the operation ends with; the answer itself where there is nothing to follow.

        Raises:
            CallFailed: it failed, could not be followed, or is not over in time.
        """
        until = time.monotonic() + longest
        link = answer.headers.get("Azure-AsyncOperation") or answer.headers.get("Location")
        if link is None and answer.status == 202:
            raise CallFailed(not_understood("POST", path, "an operation that cannot be followed"))
        while link is not None:
            asked = retry_after(answer.headers.get("Retry-After"))
            pause = _POLL if asked is None else asked
            if time.monotonic() + pause > until:
                reason = f"what {path.rpartition('/')[2]} began is not over in time"
                raise CallFailed(Unknown(reason=reason, way_out="look at the resource, then try again"))
            time.sleep(pause)
            answer = self._call("GET", self._own(link, path), "")
            link = (answer.headers.get("Location") or link) if answer.status == 202 else None
        return answer.body

    def _call(
        self,
        method: str,
        path: str,
        version: str,
        parameters: Mapping[str, str] | None = None,
        body: Body | None = None,
    ) -> Answer:
        return self._answered(method, path, self._send(method, path, version, parameters, body))

    def _send(
        self,
        method: str,
        path: str,
        version: str,
        parameters: Mapping[str, str] | None,
        body: Body | None,
    ) -> HttpResponse:
        # A link of Azure's own has its query already.
        query = {**(parameters or {}), **({"api-version": version} if version else {})}
        url = self._client.format_url(path if not version else quote(path, safe="/:$()~@!,;='"))
        request = HttpRequest(method, url, params=query, json=body)
        try:
            response: HttpResponse = self._client.send_request(request, **self._send_options)
        except AzureError as error:
            raise CallFailed(failed(method, path, error)) from None
        return response

    def _answered(self, method: str, path: str, response: HttpResponse) -> Answer:
        if response.status_code >= 400:
            raise CallFailed(refused(method, path, response.status_code, self._code(response)))
        if response.status_code >= 300:
            # Azure Resource Manager sends nobody elsewhere, and a token must not go there.
            raise CallFailed(not_understood(method, path, f"a way elsewhere ({response.status_code})"))
        headers = {
            name: response.headers[name]
            for name in ("Location", "Azure-AsyncOperation", "Retry-After")
            if name in response.headers
        }
        if not response.content:
            if method == "GET" and response.status_code != 202:
                raise CallFailed(not_understood(method, path, "an empty answer"))
            return Answer(response.status_code, headers, {})
        body = _json(response)
        if not isinstance(body, dict):
            raise CallFailed(not_understood(method, path, "an answer that is no JSON object"))
        return Answer(response.status_code, headers, body)

    def _code(self, response: HttpResponse) -> str | None:
        """What Azure calls the error; the text beside it may repeat what was sent and is not shown."""
        body = _json(response)
        if not isinstance(body, dict):
            return None
        error = body.get("error")
        code = error.get("code") if isinstance(error, dict) else body.get("code")
        return code if isinstance(code, str) and len(code) <= 80 and code.isascii() and code.isalnum() else None

    def _own(self, link: object, path: str) -> str:
        """The address of the next page, which has to be the same host: a token goes along."""
        if isinstance(link, str):
            whole = urljoin(f"https://{self._host}/", link)
            parts = urlsplit(whole)
            if (parts.scheme, parts.netloc.lower()) == ("https", self._host.lower()):
                return whole
        raise CallFailed(not_understood("GET", path, "a next page on another host"))


def _json(response: HttpResponse) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def named(members: Sequence[Body]) -> dict[str, Body]:
    """Resources by their id in lower case; those without one are left out."""
    return {str(member["id"]).lower(): member for member in members if isinstance(member.get("id"), str)}
