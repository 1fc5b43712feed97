"""The sound process's side of the lease: renew while samples of an activation leave, and tell the voice what the lines do.

Little besides the standard library: the sound process imports this file.
"""

import selectors
import socket
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from audio.amplifier.request import MAX_DATAGRAM, Ask, LineState, Reply, Request, pack, reply
from device.sockets import address

RENEW_EVERY = 0.25
READ_EVERY = 1.0
RECONNECT_EVERY = 0.5


class LeaseHolder:
    """Holds one activation at a time at the amplifier program behind the socket *socket_path*.

    A lease is renewed only when the sound device really took samples since the last renewal: a device that hangs
    lets the lease lapse. It ends by itself when the reader reaches the position that the voice wrote into the ring.
    """

    def __init__(self, socket_path: Path, tell: Callable[..., None]) -> None:
        self._socket = socket_path
        self._tell = tell
        self._link: socket.socket | None = None
        self._activation: int | None = None
        self._emergency = False
        self._lines: tuple[str, ...] = ()
        self._next = 0.0
        self._connect_at = 0.0
        self._renewed_at_position = -1
        self._told: Reply | None = None

    @property
    def holds(self) -> bool:
        """Whether an activation is held now."""
        return self._activation is not None

    def hold(self, activation: int, emergency: bool, lines: tuple[str, ...] = ()) -> None:
        """Begin to renew *activation* for *lines* (none means all), or go on for others; the request leaves with the next `work`."""
        self._activation, self._emergency, self._lines = activation, emergency, lines
        self._next, self._renewed_at_position = 0.0, -1

    def release(self) -> None:
        """Give the activation up at once."""
        if self._activation is not None:
            self._ask(Request(Ask.RELEASE, self._activation))
            self._activation = None

    def work(self, position: int, until: int, now: float) -> None:
        """Renew, release or merely look, whatever is due at *now* with the reader at *position*."""
        if self._link is None and now >= self._connect_at:
            self._connect(now)
        if self._activation is not None and position >= until:
            self.release()
        if now < self._next:
            return
        if self._activation is None:
            self._next = now + READ_EVERY
            self._ask(Request(Ask.READ))
        elif position > self._renewed_at_position:
            self._next, self._renewed_at_position = now + RENEW_EVERY, position
            self._ask(Request(Ask.RENEW, self._activation, self._emergency, self._lines))

    def register(self, selector: selectors.BaseSelector) -> None:
        """Have *selector* wake for answers."""
        if self._link is not None and self._link.fileno() not in selector.get_map():
            selector.register(self._link, selectors.EVENT_READ, self)

    def hear(self, selector: selectors.BaseSelector) -> None:
        """Take one answer and tell the voice when anything changed."""
        if self._link is None:
            return
        try:
            datagram = self._link.recv(MAX_DATAGRAM)
        except OSError:
            datagram = b""
        if not datagram:
            selector.unregister(self._link)
            self._lose()
            return
        self._report(reply(datagram))

    def _report(self, answer: Reply) -> None:
        if answer != self._told:
            self._told = answer
            lines: dict[str, LineState] = answer.lines
            self._tell(event="amplifier", lines={name: asdict(state) for name, state in lines.items()}, simulated=answer.simulated)

    def _connect(self, now: float) -> None:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with address(self._socket) as where:
                link.connect(where)
        except OSError:
            link.close()
            self._connect_at = now + RECONNECT_EVERY
            return
        # A renewal that cannot leave at once is worth nothing later, and must not hold up the next one.
        link.setblocking(False)
        self._link, self._next = link, 0.0

    def _ask(self, question: Request) -> None:
        if self._link is None:
            return
        try:
            self._link.send(pack(question))
        except BlockingIOError:
            return
        except OSError:
            pass  # the answer side sees the end of the link and says so

    def _lose(self) -> None:
        if self._link is not None:
            self._link.close()
        # The amplifier program ended the activation with the link; one that has just begun does not know its number,
        # and would start it anew without anybody waiting until it is warm.
        self._link, self._told, self._connect_at, self._activation = None, None, 0.0, None
        self._tell(event="no amplifier")
