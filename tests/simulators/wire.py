"""A server on loopback that answers each connection with whatever bytes a test wants, and keeps the requests."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Callable
from typing import Any

ENOUGH = 64 * 1024 * 1024


def answer(body: bytes, kind: str = "audio/mpeg", status: str = "200 OK", *headers: str) -> bytes:
    """One HTTP answer; the connection is closed after it."""
    lines = [f"HTTP/1.0 {status}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def endless(start: bytes, again: bytes) -> Callable[[Any], None]:
    """*start*, then *again* for ever."""

    def serve(connection: Any) -> None:
        connection.sendall(start)
        for _ in range(ENOUGH // len(again)):
            connection.sendall(again)

    return serve


class Wire:
    """*paths* maps a path to bytes, or to a function that is given the connection; unknown paths get nothing, for ever."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.paths: dict[str, bytes | Callable[[Any], None]] = {}
        self.asked: list[str] = []
        self._over = threading.Event()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    connection = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                    outer._serve(connection)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def _serve(self, connection: Any) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            if not (data := connection.recv(4096)):
                return
            request += data
        path = request.split()[1].decode()
        self.asked.append(path)
        match self.paths.get(path):
            case None:
                self._over.wait()
            case bytes(whole):
                connection.sendall(whole)
            case function:
                function(connection)
        connection.close()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
