"""The loopback server below the stand-in: TLS, one thread a connection, and a record of what it was asked.

What is answered is decided in `stand_in`, what goes wrong in `faults`.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from acrwatch.testing.azure.faults import Fault, Faults


@dataclass(frozen=True)
class Request:
    """One call.

    Args:
        method: `GET`, `PUT`, `POST` ...
        path: the path, unquoted.
        query: parameters of the query.
        headers: headers, by name in lower case.
        body: the JSON that was sent; None where there was none.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """One answer.

    Args:
        status: HTTP status.
        body: its JSON; None for no body.
        headers: its headers.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Record:
    """What a server was asked, and how much at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._in_flight = 0
        self.requests: list[Request] = []
        self.most_in_flight = 0

    def begin(self, request: Request) -> None:
        """Note a call that begins."""
        with self._lock:
            self.requests.append(request)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)

    def end(self) -> None:
        """Note a call that is over."""
        with self._lock:
            self._in_flight -= 1

    def clear(self) -> None:
        """Forget what was asked until now."""
        with self._lock:
            self.requests.clear()
            self.most_in_flight = self._in_flight


class Server:
    """A server on a free port of 127.0.0.1.

    Args:
        answer: gives the answer to a call.
        faults: what goes wrong.
        context: what it speaks TLS with.
    """

    def __init__(self, answer: Callable[[Request], Reply], faults: Faults, context: ssl.SSLContext) -> None:
        self.record = Record()
        self.latency = 0.0
        """Seconds that each call takes."""
        self._answer = answer
        self._faults = faults
        self._http = _Http(self, context)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._http.server_address[1])

    def close(self) -> None:
        """End it and every connection."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http.cut_all()

    def handle(self, connection: _Connection, request: Request) -> None:
        """Answer one call of a connection."""
        self.record.begin(request)
        try:
            fault = self._faults.of(request.method, request.path)
            time.sleep(self.latency + (0 if fault is None else fault.delay))
            reply, body = self._reply(request, fault)
            connection.write(reply, body, fault)
        finally:
            self.record.end()

    def _reply(self, request: Request, fault: Fault | None) -> tuple[Reply, bytes]:
        if fault is None or fault.status is None:
            reply = self._answer(request)
        else:
            error = {"error": {"code": fault.code, "message": f"{fault.code}: planted in the stand-in"}}
            reply = Reply(fault.status, error, fault.headers)
        if fault is not None and fault.body is not None:
            return reply, fault.body
        return reply, b"" if reply.body is None else json.dumps(reply.body).encode()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        self.ours = server
        self._context = context
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        super().__init__(("127.0.0.1", 0), _Connection)

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        # The handshake belongs to the thread of the connection; here it would keep the others waiting.
        secured = self._context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        with self._open_lock:
            self._open.add(secured)
        return secured, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""

    def cut_all(self) -> None:
        with self._open_lock:
            for connection in self._open:
                _cut(connection)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Ends threads of clients that neither ask nor hang up.
    timeout = 60
    server: _Http

    def handle(self) -> None:
        try:
            self.connection.do_handshake()
            super().handle()
        except (OSError, ValueError):
            # The client hung up, or the server was closed.
            self.close_connection = True

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        try:
            body = json.loads(sent) if sent else None
        except ValueError:
            body = sent.decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, unquote(parts.path), dict(parse_qsl(parts.query)), headers, body)
        self.server.ours.handle(self, request)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = _handle  # noqa: N815  # names of http.server

    def write(self, reply: Reply, body: bytes, fault: Fault | None) -> None:
        """Write an answer in one piece, unless a fault has it otherwise."""
        length, content = str(len(body)), "application/json; charset=utf-8"
        headers = {**reply.headers, "Content-Type": content, "Content-Length": length}
        lines = (f"HTTP/1.1 {reply.status} Answered", *(f"{name}: {value}" for name, value in headers.items()))
        # Not by `send_response`, so that head and body travel together.
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if fault is not None and fault.cut_after is not None:
            self.wfile.write(head + body[: fault.cut_after])
            self.close_connection = True
            _cut(self.connection)
        elif fault is not None and fault.drip is not None:
            self.wfile.write(head)
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(fault.drip)
        else:
            self.wfile.write(head + body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of http.server
        """Say nothing; the record has it."""


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It was closed already.
        return
