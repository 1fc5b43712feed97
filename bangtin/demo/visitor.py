"""Somebody who looks at the registry's pages: invited by its command, they set their account up as any browser would."""

import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from registry.people.codes import code_at

_PATIENCE = 30.0


def signed_in(url: str, link: str) -> str:
    """The cookie of a browser that followed *link* to the registry at *url*: a password of its own, an app for codes, a session."""
    secret, password = link.partition("#")[2], token_urlsafe(16)
    with urlopen(f"{url}/set-up", _form(link=secret), timeout=_PATIENCE) as page:  # noqa: S310 (the registry that was just started)
        seed = re.search(r"secret=([A-Z2-7]+)", html.unescape(page.read().decode()))
    if seed is None:
        raise ValueError("the registry's page shows no key for an app")
    told = _form(link=secret, password=password, again=password, code=code_at(seed[1], datetime.now(UTC)))
    with urlopen(f"{url}/set-up/done", told, timeout=_PATIENCE) as done:  # noqa: S310
        cookies: SimpleCookie = SimpleCookie()
        for line in done.headers.get_all("Set-Cookie") or ():
            cookies.load(line)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items() if morsel.value)


def seen(url: str, cookie: str) -> str:
    """The page at *url* as the browser with this *cookie* gets it."""
    with urlopen(Request(url, headers={"Cookie": cookie}), timeout=_PATIENCE) as page:  # noqa: S310
        text: str = page.read().decode()
        return text


@contextmanager
def as_visitor(url: str, cookie: str) -> Iterator[str]:
    """An address on loopback at which the registry at *url* answers as to the browser with this *cookie*.

    Chromium's own command takes pictures and has no way to be given a cookie.
    """

    class Carrier(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                answer = urlopen(Request(url + self.path, headers={"Cookie": cookie}), timeout=_PATIENCE)  # noqa: S310
            except HTTPError as refused:
                # It is an answer, too: a browser asks for pictures that are not there.
                answer = refused
            with answer:
                body = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing at the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Carrier) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _form(**fields: str) -> bytes:
    return urlencode(fields).encode()
