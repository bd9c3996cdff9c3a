"""Payloads are posted to a real server on this machine, in order, and nowhere else."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.rehearsal.delivery import Deliveries, deliver, read_target
from acrwatch.rehearsal.message import message_of
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised import SynthesisedStack
from tests.rehearsal import notified
from tests.rehearsal.rules import at, pull, stack_with

SIEM = {
    "name": "team",
    "short_name": "team",
    "resource_group_name": "rg",
    "webhook_receiver": [
        {"name": "siem", "service_uri": "https://siem.example.com/", "use_common_alert_schema": True},
        {"name": "old", "service_uri": "https://old.example.com/"},
    ],
    "email_receiver": [{"name": "mail", "email_address": "a@example.com", "use_common_alert_schema": True}],
}


def stack(**rule: Any) -> SynthesisedStack:
    return stack_with(resources={"azurerm_monitor_action_group": {"team": SIEM}}, **rule)


@dataclass
class Server:
    """A server on loopback and what it got."""

    url: str
    answers: list[int]
    got: list[tuple[str, str, Any]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    answers: list[int] = []
    got: list[tuple[str, str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Content-Type"], json.loads(content)))
            self.send_response(answers.pop(0) if answers else 202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield Server(url=f"http://127.0.0.1:{httpd.server_port}/alerts?key=1", answers=answers, got=got)
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def posted(what: SynthesisedStack, url: str, *minutes: float) -> Deliveries:
    found = rehearse(what, [pull(one) for one in minutes], start=at(0), end=at(400))
    return deliver(what, found.alerts, [read_target(what, f"siem={url}")])


def test_fired_and_resolved_are_posted_in_order(server: Server) -> None:
    found = posted(stack(), server.url, 8, 200)

    assert found == Deliveries(delivered={"siem": 4}, failures=(), unknown=())
    assert {(path, kind) for path, kind, _ in server.got} == {("/alerts?key=1", "application/json; charset=utf-8")}
    essentials = [body["data"]["essentials"] for _, _, body in server.got]
    assert [one["monitorCondition"] for one in essentials] == ["Fired", "Resolved", "Fired", "Resolved"]
    assert {body["schemaId"] for _, _, body in server.got} == {"azureMonitorCommonAlertSchema"}
    assert essentials[0]["originAlertId"] == essentials[1]["originAlertId"] != essentials[2]["originAlertId"]


def test_a_name_of_this_machine_is_an_address_of_it(server: Server) -> None:
    assert posted(stack(), server.url.replace("127.0.0.1", "localhost"), 8).delivered == {"siem": 2}


def test_a_receiver_that_is_not_told_gets_nothing(server: Server) -> None:
    found = posted(stack(action=None), server.url, 8)

    assert (found.delivered, server.got) == ({"siem": 0}, [])


def test_a_muted_alert_is_not_posted(server: Server) -> None:
    muted = stack(auto_mitigation_enabled=False, mute_actions_after_alert_duration="PT6H")

    assert posted(muted, server.url, 8).delivered == {"siem": 1}


def test_an_answer_that_refuses_is_a_failure_and_the_next_one_is_tried(server: Server) -> None:
    server.answers[:] = [500]

    found = posted(stack(), server.url, 8)

    assert found.delivered == {"siem": 1}
    assert found.failures == ("siem: post 1 of 2 (of pulls): the server answered 500",)


def test_a_redirect_is_not_followed(server: Server) -> None:
    """It could lead away from this machine."""
    server.answers[:] = [307, 307]

    assert len(posted(stack(), server.url, 8).failures) == 2


def test_a_server_that_is_not_there_is_tried_once() -> None:
    found = posted(stack(), "http://127.0.0.1:9/", 8)

    assert found.delivered == {"siem": 0}
    (failure,) = found.failures
    assert "127.0.0.1:9 cannot be reached" in failure
    assert "the 1 after it were not tried" in failure


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/",
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1@example.com/",
        "http://0.0.0.0/",
        "https://127.0.0.1/",
        "file:///etc/hosts",
        "127.0.0.1:80",
        "http://127.0.0.1:port/",
        "http://[::1/",
        "",
    ],
)
def test_nothing_but_this_machine_is_taken(url: str) -> None:
    with pytest.raises(InputError, match="is no address of this machine"):
        read_target(stack(), f"siem={url}")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "http://127.8.9.1:8080/x", "http://[::1]:80/", "http://localhost:1"]
)
def test_every_loopback_address_is_taken(url: str) -> None:
    assert read_target(stack(), f"siem={url}").receiver == "siem"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("siem", "--deliver takes RECEIVER=URL"),
        ("siam=http://127.0.0.1/", "no receiver 'siam'; did you mean siem?"),
        ("mail=http://127.0.0.1/", "mail is a receiver of the kind email, which is posted no JSON"),
        ("old=http://127.0.0.1/", "old does not ask for the common alert schema"),
    ],
)
def test_a_receiver_that_cannot_be_posted_to_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_target(stack(), text)

    assert said in str(caught.value)


@pytest.mark.parametrize("name", sorted(notified.RECEIVERS))
def test_a_logic_app_is_what_posts_its_message(server: Server, name: str) -> None:
    """To the address given, byte for byte what it would send, in order, and nothing for what it does not run for."""
    what = notified.stack()
    workflow = notified.receiver(name).workflow
    assert workflow is not None
    messages = [message_of(workflow, sent.payload, server.url) for sent in notified.told(name)]

    found = deliver(what, notified.rehearsal().alerts, [read_target(what, f"{name}={server.url}")])

    expected = [sent.request().json() for message in messages for sent in message.sent]
    assert found == Deliveries(delivered={name: len(expected)}, failures=(), unknown=())
    assert [body for _, _, body in server.got] == expected
    assert {path for path, _, _ in server.got} == {"/alerts?key=1"}


def test_a_message_that_cannot_be_built_is_a_failure_and_the_others_are_posted(server: Server) -> None:
    what, (first, *rest) = notified.stack(), notified.rehearsal().alerts

    found = deliver(what, [notified.through(first, notified.broken), *rest], [read_target(what, f"slack={server.url}")])

    assert found.delivered["slack"] == len(server.got) == 7
    (failure,) = found.failures
    assert "the message for Slack cannot be built: actions.Payload" in failure
    assert failure.startswith("slack: post 1 of 8 (of acrwatch-")
